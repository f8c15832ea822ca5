"""Columns of fixed width as a person sets them: rulers over lines of the sample, a name, two positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ..originals import mask_numbers
from ..shapes import BadLayout
from ..sources.guessing import counted_in, sample_lines
from ..sources.rulers import positions

SHOWN_LINES, SHOWN_LETTERS = 8, 240


@dataclass(frozen=True, slots=True)
class Letter:
    """A character of a line: where it begins, and how many positions it takes."""

    text: str
    at: int
    wide: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What one column has of a line. column: its number, 0 for what stands in none."""

    column: int
    name: str
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class RuledSample:
    """Lines of the sample, cut as the layout says; each with its number in the file."""

    lines: tuple[tuple[int, tuple[Piece, ...]], ...]
    by_characters: bool


def said(data: QueryDict, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns as they were filled in, by their place; what else the layout says of one is kept.

    Raises:
        BadLayout: one has no name or no sound positions.
    """
    known = {each["name"]: each for each in document["columns"]}
    made = []
    for was, name, first, last in posted(data):
        if not (name or first or last):
            continue
        sound = name and first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last)
        if not sound:
            what = _("each column has a name, a first and a last position; empty all three to remove it")
            raise BadLayout(layout=document["name"], where="columns", what=what)
        made.append({**known.get(was, {}), "name": name, "at": [int(first), int(last)]})
    return sorted(made, key=lambda each: each["at"])


def renamed(data: QueryDict) -> dict[str, str]:
    """What columns were called before → what they are called now."""
    return {was: name for was, name, _first, _last in posted(data) if was and name and was != name}


def posted(data: QueryDict) -> list[tuple[str, str, str, str]]:
    """(name before, name, first, last) of every column as it was filled in, sound or not."""
    parts = [data.getlist(f"ruler-{part}") for part in ("was", "name", "first", "last")]
    return [(a.strip(), b.strip(), c.strip(), d.strip()) for a, b, c, d in zip(*parts, strict=False)]


def ruled_sample(document: Mapping[str, Any], path: Path | None) -> RuledSample | None:
    """The first lines of a sample of fixed width; None when there is none, or it is no such."""
    columns = [each for each in document["columns"] if each.get("at")]
    if path is None or document.get("kind") != "fixed" or not columns:
        return None
    counted = counted_in(document.get("encoding", "auto"), document.get("measure", "bytes"))
    lines = sample_lines(path, document.get("encoding", "auto"))[:SHOWN_LINES]
    cut = tuple(
        (number, _pieces(mask_numbers(line), columns, counted)) for number, line in enumerate(lines, 1)
    )
    return RuledSample(cut, by_characters=counted is None)


def _pieces(line: str, columns: Sequence[Mapping[str, Any]], counted: str | None) -> tuple[Piece, ...]:
    letters = [Letter(*each) for each in positions(line[:SHOWN_LETTERS], counted)]
    made: list[Piece] = []
    for letter in letters:
        number, name = next(
            (
                (number, each["name"])
                for number, each in enumerate(columns, 1)
                if each["at"][0] <= letter.at <= each["at"][1]
            ),
            (0, ""),
        )
        if made and made[-1].column == number:
            made[-1] = Piece(number, name, (*made[-1].letters, letter))
        else:
            made.append(Piece(number, name, (letter,)))
    return tuple(made)
