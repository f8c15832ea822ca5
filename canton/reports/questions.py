"""What an address asks of the report: centre, days, breakdown, sort. The state of a screen is its address."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Centre

from .comparison import KINDS
from .definition import Definition
from .engine import Key
from .errors import UnknownPart
from .periods import Period, containing


@dataclass(frozen=True, slots=True)
class Asked:
    """A report, a centre and a range of days. compare: what every figure is held against: pop, yoy."""

    centre: str
    period: Period
    report: str
    compare: tuple[str, ...] = ()

    def query(self, period: Period | None = None, centre: str = "", **more: str) -> str:
        """The same question as a query string, with some of it changed."""
        chosen = period or self.period
        state = {
            "centre": centre or self.centre,
            "from": chosen.start.isoformat(),
            "to": chosen.end.isoformat(),
        }
        if self.compare:
            state["compare"] = "both" if len(self.compare) > 1 else self.compare[0]
        return f"?{urlencode(state | {name: value for name, value in more.items() if value})}"

    def rows_of(self, figure: str, dimension: str = "", keys: tuple[Key, ...] = ()) -> str:
        """Address of the rows behind a figure, of the total or of a line of a breakdown."""
        narrowed = [("value", "" if key is None else str(key)) for key in keys]
        more = urlencode([("figure", figure), *([("dimension", dimension)] if dimension else []), *narrowed])
        return f"{reverse('reports:rows', args=[self.report])}{self.query()}&{more}"


def asked(query: QueryDict, own: Centre, latest: date, report: str) -> Asked:
    """Read centre, from and to; the viewer's own centre and the month of the latest day unless told.

    Raises:
        UnknownPart: not a date.
        BadRange: from after to, or too long.
    """
    start, end = _day(query, "from"), _day(query, "to")
    if start is None and end is None:
        period = containing(latest, "month")
    else:
        period = Period(start or end or latest, end or start or latest)
    return Asked(query.get("centre") or own.code, period, report, compared(query.get("compare", "")))


def compared(text: str) -> tuple[str, ...]:
    """What `compare` names: nothing, pop, yoy, or both.

    Raises:
        UnknownPart: anything else.
    """
    chosen = {"": (), "both": KINDS} | {kind: (kind,) for kind in KINDS}
    if text not in chosen:
        raise UnknownPart(part=_("comparison"), name=text)
    return chosen[text]


def keys(definition: Definition, query: QueryDict) -> tuple[str, tuple[Key, ...]]:
    """Breakdown and the keys of one of its lines; an empty key is the line without a name.

    Raises:
        UnknownPart: no such breakdown, or a key that is none of its columns' values.
    """
    dimension = query.get("dimension", "")
    if not dimension:
        return "", ()
    try:
        columns = definition.breakdown(dimension).columns
    except KeyError as error:
        raise UnknownPart(part=_("breakdown"), name=dimension) from error
    texts = query.getlist("value")
    if len(texts) != len(columns):
        raise UnknownPart(part=_("value"), name="/".join(texts))
    return dimension, tuple(_key(column, text) for column, text in zip(columns, texts, strict=True))


def _key(column: str, text: str) -> Key:
    if not text:
        return None
    try:
        match column:
            case "hour":
                return int(text)
            case "day":
                return date.fromisoformat(text)
        return text
    except ValueError as error:
        raise UnknownPart(part=_("value"), name=text) from error


def _day(query: QueryDict, name: str) -> date | None:
    text = query.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UnknownPart(part=_("date"), name=text) from error
