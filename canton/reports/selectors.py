"""What a viewer may ask of the reports: figures and rows of his own centre and the centres below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Max, QuerySet

from canton.centres.choices import Tier
from canton.centres.models import Centre, Named
from canton.centres.selectors import Viewer, visible_to
from canton.codes.models import Code
from canton.records import selectors as records
from canton.records.models import DataFile

from . import engine
from .definition import Definition
from .engine import Key, Page, Question, Result, Selection
from .errors import UnknownCentre
from .periods import Period

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
        """The last day of the range that has any contact."""
        held = [line.key for line in self.result.by["day"] if any(line.counts.values())]
        return held[-1] if held and isinstance(held[-1], date) else None

    @cached_property
    def centres(self) -> dict[str, Centre]:
        """The centres it covers, by code."""
        return {each.code: each for each in Centre.objects.filter(code__in=self.result.question.centres)}

    @cached_property
    def categories(self) -> dict[str, Code]:
        """Classification codes it may name, by code."""
        named = {line.key for line in self.result.by.get("category", ()) if line.key is not None}
        return {each.code: each for each in Code.objects.filter(code__in=named)}

    def called(self, breakdown: str, key: Key) -> Named | None:
        """Whose key it is, with its names in both languages; None if keys of this kind have no names."""
        if breakdown == "city":
            return self.centres.get(str(key))
        return self.categories.get(str(key)) if breakdown == "category" else None

    def name(self, breakdown: str, key: Key) -> str:
        """What a key of a breakdown is called in the reader's language; "" if it has no name of its own."""
        return str(self.called(breakdown, key) or "")


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


def traffic(viewer: Viewer, *, centre: str, period: Period, today: date) -> Report:
    """The traffic report (F12) of a centre and those below it.

    Args:
        today: local date; days from it on are not expected to have data yet.

    Raises:
        UnknownCentre: no such centre, or not the viewer's to see.
    """
    about, centres = covered(viewer, centre)
    question = Question(period.start, period.end, centres)
    return Report(
        result=_run(engine.ready("traffic"), question, _files(viewer, question)),
        centre=about,
        period=period,
        data_as_of=_data_as_of(question),
        gaps=_gaps(question, today),
    )


def figures(viewer: Viewer, *, centre: str, period: Period) -> Result:
    """Only the figures, to compare with."""
    _, centres = covered(viewer, centre)
    question = Question(period.start, period.end, centres)
    return _run(engine.ready("traffic"), question, _files(viewer, question))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind one figure: as many as the figure counts, read when asked for."""

    definition: Definition
    question: Question
    selection: Selection
    files: tuple[Path, ...]

    def __len__(self) -> int:
        return engine.count(self.definition, self.question, self.files, self.selection)

    def read(self, page: Page) -> Iterator[tuple[Any, ...]]:
        """The rows of a page, in its order, as tuples of its columns."""
        return engine.rows(self.definition, self.question, self.files, self.selection, page)


def rows(viewer: Viewer, *, centre: str, period: Period, selection: Selection) -> Rows:
    """The rows behind a figure of the traffic report.

    Raises:
        UnknownCentre: no such centre, or not the viewer's to see.
    """
    _, centres = covered(viewer, centre)
    question = Question(period.start, period.end, centres)
    return Rows(engine.ready("traffic"), question, selection, _files(viewer, question))


def names() -> dict[str, dict[str, str]]:
    """What the codes in rows are called, by column; home cities may lie outside the viewer's scope."""
    centres = {each.code: str(each) for each in Centre.objects.all()}
    categories = {each.code: str(each) for each in Code.objects.all()}
    return {"centre": centres, "home_city": centres, "category": categories}


def last_day(viewer: Viewer) -> date | None:
    """The last local day with traffic in the viewer's scope."""
    days = records.days_loaded("contacts", viewer=viewer)
    return days[1] if days else None


@lru_cache(maxsize=REMEMBERED)
def _run(definition: Definition, question: Question, files: tuple[Path, ...]) -> Result:
    """Files never change, so the same list of them has the same answer; a new load is a new list."""
    return engine.run(definition, question, files)


def _files(viewer: Viewer, question: Question) -> tuple[Path, ...]:
    return tuple(
        records.files(
            "contacts", viewer=viewer, centres=question.centres, start=question.start, end=question.end
        )
    )


def _held(question: Question) -> QuerySet[DataFile]:
    """Manifest entries behind the question."""
    return DataFile.objects.filter(
        load__withdrawn_at=None,
        load__dataset="contacts",
        load__centre_id__in=question.centres,
        day__range=(question.start, question.end),
    )


def _data_as_of(question: Question) -> datetime | None:
    latest: datetime | None = _held(question).aggregate(latest=Max("load__loaded_at"))["latest"]
    return latest


def _gaps(question: Question, today: date) -> tuple[Gap, ...]:
    """Cities without data on days before today, those without any first, then by code."""
    expected = [day for day in question.days if day < today]
    held = set(_held(question).values_list("load__centre_id", "day").distinct())
    cities = Centre.objects.filter(code__in=question.centres, tier=Tier.CITY)
    gaps = []
    for city in cities:
        missing = tuple(day for day in expected if (city.code, day) not in held)
        if missing:
            gaps.append(Gap(city, missing, len(missing) == len(expected)))
    return tuple(sorted(gaps, key=lambda gap: (not gap.whole, gap.centre.code)))
