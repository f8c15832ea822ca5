"""Values of a JSON file put right in a copy of it; every other character stays as it was written."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext, gettext_noop

from ...refusals import DamagedFile
from ...sources.limits import bounds
from ...sources.model import Source
from ...sources.objects import Reader, plain
from ..mending import Unwritable
from .holder import Changes

NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
BLANK = re.compile(r"[ \t\n\r]*")
TRUTHS = ("true", "false")
HALF = gettext_noop("it holds half of a character.")


@dataclass(frozen=True, slots=True)
class Objects:
    """A file of JSON objects. A key that an object lacks is added behind its others."""

    source: Source

    def require(self, _column: str, value: str) -> None:
        """See `Holder`: it can be written in UTF-8."""
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Unwritable(
                value=value.encode("utf-8", "replace").decode()[:80], why=gettext(HALF)
            ) from error

    def record(self, _whole: str) -> tuple[str, ...] | None:
        """See `Holder`; every object has its keys."""
        return None

    def write(self, original: Path, into: Path, changes: Changes) -> None:
        """See `Holder`: an object is held at a time."""
        with original.open(encoding="utf-8", newline="") as source:
            if source.read(1) != "\ufeff":
                source.seek(0)
                mark = ""
            else:
                mark = "\ufeff"
            with into.open("w", encoding="utf-8", newline="") as copy:
                copy.write(mark)
                _Copier(source, copy, changes).run()


class _Copier(Reader):
    """Reads objects and writes them, those named with their changes."""

    def __init__(self, source: TextIO, copy: TextIO, changes: Changes) -> None:
        super().__init__(source, bounds().cell)
        self._copy, self._changes, self._number = copy, changes, 0

    def run(self) -> None:
        """Copy the whole file."""
        for _ in self.objects():
            pass
        self._copy.write(self._text)

    def _let_go(self, text: str) -> None:
        self._copy.write(text)

    def _take(self) -> dict[str, Any]:
        self._copy.write(self._text[: self._at])
        self._text, self._at = self._text[self._at :], 0
        found = super()._take()
        self._number += 1
        values, text = self._changes.get(self._number), self._text[: self._at]
        self._copy.write(text if values is None else mended(text, values))
        self._text, self._at = self._text[self._at :], 0
        return found


@dataclass(frozen=True, slots=True)
class Member:
    """One value of an object as it is written. start, end: where its value stands in the object's text."""

    key: str
    start: int
    end: int


def mended(text: str, values: Mapping[str, str]) -> str:
    """An object's text with other values; of a key that stands twice the last one counts, as in reading."""
    found = {plain(each.key): each for each in members(text)}
    places = {column: found.get(plain(column)) for column in values}
    edits = [(there.start, there.end, values[column]) for column, there in places.items() if there]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + _written(new, text[start:end]) + text[end:]
    added = [(column, values[column]) for column, there in places.items() if there is None and values[column]]
    if not added:
        return text
    body = text[:-1].rstrip()
    more = ", ".join(f"{_said(column)}: {_said(new)}" for column, new in added)
    return f"{body}{', ' if found else ''}{more}{text[len(body) :]}"


def members(text: str) -> Iterator[Member]:
    """The members of an object, in their order.

    Raises:
        DamagedFile: it is none.
    """
    decoder, at = json.JSONDecoder(), _after_blanks(text, 1)
    try:
        while text[at] == '"':
            key, at = decoder.raw_decode(text, at)
            start = _after_blanks(text, _after_blanks(text, at) + 1)  # behind the colon
            _, end = decoder.raw_decode(text, start)
            yield Member(str(key), start, end)
            at = _after_blanks(text, end)
            at = _after_blanks(text, at + 1) if text[at] == "," else at
    except (ValueError, IndexError) as error:
        raise DamagedFile(what="JSON") from error


def _after_blanks(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return found.end() if found else at


def _written(new: str, before: str) -> str:
    """A value in the way the one before was written: a number as a number, a text as a text, none as null."""
    if before.startswith('"'):
        return _said(new)
    if not new:
        return "null"
    if (before in TRUTHS and new in TRUTHS) or (NUMBER.fullmatch(before) and NUMBER.fullmatch(new)):
        return new
    return _said(new)


def _said(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
