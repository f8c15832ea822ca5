"""Every message of every room is in Chinese: none missing, none fuzzy, no place lost, one word for one."""

import io
import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path for path in (ROOT / "canton").iterdir() if path.is_dir())
CATALOGUES = sorted((ROOT / "canton").glob("*/locale/zh_Hans/LC_MESSAGES/*.po"))
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACE = re.compile(r"%\(\w+\)|\{\w*\}")


def known(catalogue: Path) -> set[str]:
    with catalogue.open("rb") as file:
        return {_text(message.id) for message in read_po(file) if message.id}


def _text(identity: object) -> str:
    return str(identity[0] if isinstance(identity, list | tuple) else identity)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-5])
def test_a_catalogue_is_complete(catalogue: Path) -> None:
    with catalogue.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    assert messages
    for message in messages:
        translations = message.string if isinstance(message.string, list | tuple) else [message.string]
        assert all(translations), f"no translation: {message.id}"
        assert not message.fuzzy, f"fuzzy: {message.id}"
        for translation in translations:
            assert set(PLACE.findall(translation)) == set(PLACE.findall(_text(message.id))), message.id


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_no_message_of_the_code_is_without_translation(room: Path) -> None:
    everywhere = set[str]().union(*(known(catalogue) for catalogue in CATALOGUES))
    found = extract_from_dir(
        str(room), [("**/migrations/**.py", "ignore"), ("**.py", "python")], {}, keywords=KEYWORDS
    )
    used = {_text(identity) for _, _, identity, _, _ in found if _text(identity).strip()}
    assert used - everywhere == set()


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_no_message_of_a_page_is_without_translation(room: Path) -> None:
    from django.utils.translation.template import templatize

    everywhere = set[str]().union(*(known(catalogue) for catalogue in CATALOGUES))
    for page in room.rglob("templates/**/*.html"):
        source = templatize(page.read_text(encoding="utf-8"), origin=str(page))
        used = set(re.findall(r"\b(?:gettext|_|ngettext)\(u?'((?:[^'\\]|\\.)*)'", source))
        used |= set(re.findall(r"""\bgettext\(u?"((?:[^"\\]|\\.)*)"\)""", source))
        assert {text.replace("\\'", "'") for text in used if text} - everywhere == set(), page.name


def test_one_message_has_one_translation() -> None:
    seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for catalogue in CATALOGUES:
        for message in read_po(io.BytesIO(catalogue.read_bytes())):
            if message.id:
                seen[_text(message.id), message.context or ""].add(_text(message.string))
    assert {identity: words for identity, words in seen.items() if len(words) > 1} == {}
