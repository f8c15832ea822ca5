"""What a viewer may ask of the reports: figures and rows of his own centre and the centres below it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from canton.centres.choices import Tier
from canton.centres.models import Centre, Named
from canton.centres.selectors import Viewer, scope, visible_to
from canton.codes.models import Code
from canton.records import feeds
from canton.records import selectors as records
from canton.records.models import DataFile

from . import engine, words
from .comparison import POP, YOY, Comparison
from .definition import Definition, load
from .engine import Key, Line, Page, Question, Result, Selection, Stored
from .errors import UnknownCentre
from .periods import Period

CODED = {"category", "head"}  # columns that hold codes of the classification
REMEMBERED = 64  # answers kept for the next view of the same figures


@dataclass(frozen=True, slots=True)
class Gap:
    """A city that has no data on some days of the range."""

    centre: Centre
    days: tuple[date, ...]
    whole: bool  # on none of them


@dataclass(frozen=True)
class Report:
    """A report on one centre and those below it, over a range of days: what screen and files show."""

    result: Result
    centre: Centre
    period: Period
    data_as_of: datetime | None  # when the last of its data was loaded; None without data
    gaps: tuple[Gap, ...]

    @cached_property
    def last_day(self) -> date | None:
        """The last day of the range that has any row."""
        held = [line.key for line in self.result.by["day"] if any(line.counts.values())]
        return held[-1] if held and isinstance(held[-1], date) else None

    @cached_property
    def centres(self) -> dict[str, Centre]:
        """The centres it covers, by code."""
        return {each.code: each for each in Centre.objects.filter(code__in=self.result.question.centres)}

    @cached_property
    def categories(self) -> dict[str, Code]:
        """Classification codes it may name, by code."""
        coded = [each for each in self.result.definition.breakdowns if set(each.columns) & CODED]
        keys = {key for each in coded for line in self.result.by[each.name] for key in line.keys}
        return {each.code: each for each in Code.objects.filter(code__in=[str(key) for key in keys])}

    def called(self, column: str, key: Key) -> Named | None:
        """Whose key it is, with its names in both languages; None if keys of this column have no names."""
        if column == "centre":
            return self.centres.get(str(key))
        return self.categories.get(str(key)) if column in CODED else None

    def name(self, column: str, key: Key) -> str:
        """What a key of a column is called in the reader's language; "" if it has no name of its own."""
        return str(self.called(column, key) or words.key(column, key))


def covered(viewer: Viewer, code: str) -> tuple[Centre, tuple[str, ...]]:
    """A centre of the viewer's scope, and the codes of all centres its figures cover.

    Raises:
        UnknownCentre: no such centre, or not the viewer's to see.
    """
    mine = {centre.code: centre for centre in visible_to(viewer)}
    if code not in mine:
        raise UnknownCentre(code=code)
    centre = mine[code]
    return centre, tuple(sorted(each for each in mine if each.startswith(centre.reach)))


def report(viewer: Viewer, name: str, *, centre: str, period: Period, now: datetime) -> Report:
    """A report (F12) on a centre and those below it.

    Args:
        now: days from today on are not expected to have data yet; what is no file is of this moment.

    Raises:
        UnknownReport: there is none of that name.
        UnknownCentre: no such centre, or not the viewer's to see.
    """
    about, centres = covered(viewer, centre)
    definition, question = engine.ready(name), Question(period.start, period.end, centres)
    stored = bool(definition.dataset_version)
    result, gaps = _answer(definition, viewer, question), tuple[Gap, ...]()
    if stored and definition.daily:
        held = _days_of_centres(definition, question)
        result, gaps = _marked(result, held), _gaps(question, held, timezone.localdate(now))
    as_of = _data_as_of(definition, question) if stored else now
    return Report(result=result, centre=about, period=period, data_as_of=as_of, gaps=gaps)


def comparison(viewer: Viewer, of: Report) -> Comparison:
    """The periods before, only as many of their days as this one has data for."""
    last, period, definition = of.last_day, of.period, of.result.definition
    if last is None:
        return Comparison(None, None)
    days = (last - period.start).days + 1
    periods = {
        kind: whole if days >= period.days else whole.first(days)
        for kind, whole in ((POP, period.previous), (YOY, period.year_before))
    }

    def over(days: Period) -> Result | None:
        question = Question(days.start, days.end, of.result.question.centres)
        found = _answer(definition, viewer, question)
        return found if any(found.total.counts.values()) else None

    return Comparison(over(periods[POP]), over(periods[YOY]), periods, of.result)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind one figure: as many as the figure counts, read when asked for."""

    definition: Definition
    question: Question
    selection: Selection
    files: Stored

    def __len__(self) -> int:
        return engine.count(self.definition, self.question, self.files, self.selection)

    def read(self, page: Page) -> Iterator[tuple[Any, ...]]:
        """The rows of a page, in its order, as tuples of its columns."""
        return engine.rows(self.definition, self.question, self.files, self.selection, page)


def rows(viewer: Viewer, name: str, *, centre: str, period: Period, selection: Selection) -> Rows:
    """The rows behind a figure of a report.

    Raises:
        UnknownReport: there is none of that name.
        UnknownCentre: no such centre, or not the viewer's to see.
    """
    _, centres = covered(viewer, centre)
    definition, question = engine.ready(name), Question(period.start, period.end, centres)
    return Rows(definition, question, selection, _files(definition, viewer, question))


def names() -> dict[str, dict[str, str]]:
    """What the codes in rows are called, by column; home cities may lie outside the viewer's scope."""
    centres = {each.code: str(each) for each in Centre.objects.all()}
    categories = {each.code: str(each) for each in Code.objects.all()}
    return {"centre": centres, "home_city": centres, "category": categories}


def days_held(viewer: Viewer, definition: Definition) -> tuple[date, date] | None:
    """First and last local day with rows in the viewer's scope; None without any."""
    if definition.dataset_version:
        return records.days_loaded(definition.dataset, viewer=viewer)
    return feeds.get(definition.dataset).days(sorted(scope(viewer)))


def holds(viewer: Viewer, name: str, *, centre: str, period: Period) -> bool:
    """Whether anything was loaded that a report could count; no query is run.

    Raises:
        UnknownReport, UnknownCentre: as for the report.
    """
    definition, (_, centres) = load(name), covered(viewer, centre)
    if definition.dataset_version:
        return _held(definition, Question(period.start, period.end, centres)).exists()
    days = feeds.get(definition.dataset).days(list(centres))
    return days is not None and days[0] <= period.end and days[1] >= period.start


def _answer(definition: Definition, viewer: Viewer, question: Question) -> Result:
    """What lies in the database is asked anew each time."""
    files = _files(definition, viewer, question)
    if all(table.version for table in definition.tables):
        return _remembered(definition, question, files)
    return engine.run(definition, question, files)


@lru_cache(maxsize=REMEMBERED)
def _remembered(definition: Definition, question: Question, files: Stored) -> Result:
    """Files never change, so the same list of them has the same answer; a new load is a new list."""
    return engine.run(definition, question, files)


def _files(definition: Definition, viewer: Viewer, question: Question) -> Stored:
    days = {"start": question.start, "end": question.end}
    return Stored(
        tuple(
            (table.name, tuple(records.files(table.name, viewer=viewer, centres=question.centres, **days)))
            for table in definition.tables
            if table.version
        )
    )


def _held(definition: Definition, question: Question) -> QuerySet[DataFile]:
    """Manifest entries behind the question."""
    return DataFile.objects.filter(
        load__withdrawn_at=None,
        load__dataset=definition.dataset,
        load__centre_id__in=question.centres,
        day__range=(question.start, question.end),
    )


def _data_as_of(definition: Definition, question: Question) -> datetime | None:
    latest: datetime | None = _held(definition, question).aggregate(latest=Max("load__loaded_at"))["latest"]
    return latest


def _days_of_centres(definition: Definition, question: Question) -> set[tuple[str, date]]:
    """Centres and the days of which they have data."""
    return set(_held(definition, question).values_list("load__centre_id", "day").distinct())


def _marked(result: Result, held: Collection[tuple[str, date]]) -> Result:
    """The same; days of which nobody has data, and everything if nobody has any, are not known, not 0."""
    days = {day for _centre, day in held}

    def marked(line: Line) -> Line:
        dated = [key for key in line.keys if isinstance(key, date)]
        known = bool(days) and all(day in days for day in dated)
        return line if known or any(line.counts.values()) else replace(line, known=False)

    by = {name: tuple(map(marked, lines)) for name, lines in result.by.items()}
    return replace(result, total=marked(result.total), by=by)


def _gaps(question: Question, held: Collection[tuple[str, date]], today: date) -> tuple[Gap, ...]:
    """Cities without data on days before today, those without any first, then by code."""
    expected = [day for day in question.days if day < today]
    cities = Centre.objects.filter(code__in=question.centres, tier=Tier.CITY)
    gaps = []
    for city in cities:
        missing = tuple(day for day in expected if (city.code, day) not in held)
        if missing:
            gaps.append(Gap(city, missing, len(missing) == len(expected)))
    return tuple(sorted(gaps, key=lambda gap: (not gap.whole, gap.centre.code)))
