"""What a layout is called in words, in the reader's language where both are said."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("zh", "en")


def said_in(document: Mapping[str, Any]) -> str:
    """The title in the reader's language, else in the other; "" when the layout has none."""
    title: Mapping[str, str] = document.get("title") or {}
    return title.get(_own()) or next((title[each] for each in LANGUAGES if title.get(each)), "")


def titled(document: Mapping[str, Any], said: str) -> dict[str, str]:
    """The title as it is said now; one that was the same in both languages stays so."""
    before = document.get("title") or dict.fromkeys(LANGUAGES, "")
    same = len({before.get(each, "") for each in LANGUAGES}) == 1
    return dict.fromkeys(LANGUAGES, said) if same else {**before, _own(): said}


def _own() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
