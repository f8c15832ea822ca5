"""Rows of JSON: a list of objects, or objects one after the other; each object is a row, each key a column.

Text stands as it is, numbers as they are written (0.10 stays 0.10), truths as true and false. Objects are
read one by one, so memory does not grow with the file.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, TextIO

from ..refusals import DamagedFile, EndlessLine, OtherKind, TooManyColumns, WrongEncoding, WrongHeader
from .limits import bounds
from .model import Source, SourceRow
from .signatures import kind_of

CHUNK = 1 << 16
SHOWN = 300
NESTED = "row:nested"


def json_rows(path: Path, source: Source, most: int) -> Iterator[SourceRow]:
    """Rows of a JSON file, numbered from 1; a key that an object lacks is empty there.

    Raises:
        WrongHeader: no object has one of the wanted keys.
        OtherKind, DamagedFile, WrongEncoding, EndlessLine, TooManyColumns: it cannot be read.
    """
    wanted = [plain(each) for each in source.columns]
    seen: dict[str, str] = {}
    for number, each in enumerate(objects(path), 1):
        if len(each) > most:
            raise TooManyColumns(columns=len(each), limit=most)
        named = {plain(key): value for key, value in each.items()}
        if not seen.keys() >= named.keys():
            seen |= {plain(key): key for key in each}
        found = [named.get(name) for name in wanted]
        reason = NESTED if any(isinstance(value, dict | list) for value in found) else ""
        yield SourceRow(number, tuple(_text(value) for value in found), reason)
    missing = [name for name in source.columns if plain(name) not in seen]
    if seen and missing:
        raise WrongHeader(found=", ".join(seen.values())[:SHOWN], wanted=", ".join(missing)[:SHOWN])


def keys(path: Path, objects_looked_at: int) -> Sequence[str]:
    """Keys of the first objects, in the order they come up."""
    return list(dict.fromkeys(key for each in islice(objects(path), objects_looked_at) for key in each))


def objects(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON file."""
    if found := kind_of(path):
        raise OtherKind(found=found, wanted="JSON")
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from Reader(file, bounds().cell).objects()
    except UnicodeDecodeError as error:
        raise WrongEncoding(encoding="UTF-8") from error


class Reader:
    """Takes objects from text that is read piece by piece; whoever copies the text hears what was passed."""

    def __init__(self, file: TextIO, longest: int) -> None:
        self._file, self._longest = file, longest
        self._text, self._at, self._ended = "", 0, False
        self._decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_number)

    def objects(self) -> Iterator[dict[str, Any]]:
        listed = self._next() == "["
        if not listed and self._next() != "{":
            raise OtherKind(found="?", wanted="JSON")
        self._at += listed
        while self._next() == "{":
            yield self._take()
            if listed and self._next() == ",":
                self._at += 1
                if self._next() != "{":
                    raise DamagedFile(what="JSON")
        if listed and self._next() == "]":
            self._at += 1
        elif listed:
            raise DamagedFile(what="JSON")
        if self._next():
            raise DamagedFile(what="JSON")

    def _let_go(self, text: str) -> None:
        """Text that was passed and is not looked at again."""

    def _next(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at].isspace():
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _more(self) -> bool:
        self._let_go(self._text[: self._at])
        piece = self._file.read(CHUNK)
        self._text, self._at = self._text[self._at :] + piece, 0
        self._ended = not piece
        return bool(piece)

    def _take(self) -> dict[str, Any]:
        while True:
            try:
                found, self._at = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._at > self._longest:
                    raise EndlessLine(limit=self._longest) from error
                if isinstance(error, RecursionError) or not self._more():
                    raise DamagedFile(what="JSON") from error
            else:
                return dict(found)


def plain(name: str) -> str:
    """A key as it is compared: blanks in order, capitals or not."""
    return " ".join(name.split()).casefold()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
