"""Seconds between two times of a row, for files that name the times and not how long it took."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from canton.exchange.formats import Field, FieldType, Format


def times(format_: Format) -> list[Field]:
    """The fields a length of time may be taken between."""
    return [field for field in format_.fields if field.type is FieldType.DATETIME]


def offered(field: Field, format_: Format) -> list[tuple[str, str]]:
    """(value, words) of each pair of times, the earlier field first; none for a field that is no number."""
    return _pairs(format_) if field.type is FieldType.INTEGER else []


def _pairs(format_: Format) -> list[tuple[str, str]]:
    named = [f"{start.name} {end.name}" for start, end in combinations(times(format_), 2)]
    return [(pair, said(pair, format_)) for pair in named]


def said(pair: str, format_: Format) -> str:
    """A pair in words."""
    start, _blank, end = pair.partition(" ")
    titles = {"start": format_.field(start).title, "end": format_.field(end).title}
    return _("from “%(start)s” to “%(end)s”") % titles


def expression(pair: str, made: Mapping[str, Any], format_: Format) -> Any:
    """The expression of a pair, of what its two fields are made of.

    Raises:
        ValueError: no pair is chosen, or one of its fields is made of nothing; the text says it.
    """
    if pair not in [value for value, _words in _pairs(format_)]:
        raise ValueError(_("choose the two times"))
    for name in pair.split():
        if name not in made:
            title = format_.field(name).title
            raise ValueError(_("say first what “%(title)s” is made of") % {"title": title})
    return {"seconds_between": [made[name] for name in pair.split()]}


def pair_of(times_: Sequence[Any], fields: Mapping[str, Any], format_: Format) -> str:
    """The pair whose fields are made as these two times are; "" if none is."""
    known = [field.name for field in times(format_) if field.name in fields]
    start, end = ([name for name in known if fields[name] == time] for time in times_)
    return f"{start[0]} {end[0]}" if start and end else ""
