"""A sentence that is written down in English and read in the language of whoever reads it."""

import json

from django.utils.translation import gettext

LONGEST = 80  # characters of what somebody wrote, repeated in a sentence


class Spoken(str):
    """An English msgid with its facts; as text it is the sentence in the language in force."""

    text: str
    facts: dict[str, object]

    def __new__(cls, text: str, **facts: object) -> "Spoken":
        made = super().__new__(cls, text % facts if facts else text)
        made.text, made.facts = text, facts
        return made

    def __str__(self) -> str:
        sentence = gettext(self.text)
        return sentence % self.facts if self.facts else sentence


def quoted(part: object) -> str:
    """What somebody wrote, as it stands in a layout, and not longer than a sentence bears."""
    text = part if isinstance(part, str) else json.dumps(part, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
