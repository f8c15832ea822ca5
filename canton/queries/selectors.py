"""What a viewer may ask and see: his centre and those below it, his own runs, queries of his or shared."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canton.accounts.models import Staff
from canton.centres.models import Centre
from canton.centres.selectors import Viewer
from canton.codes.models import Code
from canton.intake.models import Batch
from canton.records import selectors as records

from . import engine
from .catalogue import CATEGORIES, CENTRES
from .compiler import EVER, Plan, Shown, compile_query
from .definition import Figure, Query
from .engine import Result, Row, Watch
from .letters import lines_from
from .models import OriginalRequest, ResultFile, Run, SavedQuery, shared_with

PREVIEW_ROWS = 20
SHORT = 2  # characters of a name that says little without the class it is of


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a query, how many it gives and, of totals, how many rows they are made of.

    total, meeting: None when counting took too long; meeting also where there are no totals.
    """

    plan: Plan
    rows: list[Row]
    total: int | None
    meeting: int | None = None

    @property
    def many(self) -> bool:
        """Whether running it needs a word of consent."""
        return self.total is None or self.total > settings.CANTON_QUERY_ROWS


def files(plan: Plan, viewer: Viewer) -> dict[str, list[Path]]:
    """Parquet of the viewer's centres by dataset; of the one asked only the days that can matter."""
    start, end = plan.days
    found = {join.dataset: _files(join.dataset, viewer, EVER[0], EVER[1]) for join in plan.joins}
    return found | {plan.query.dataset: _files(plan.query.dataset, viewer, start, end)}


def _files(dataset: str, viewer: Viewer, start: date, end: date) -> list[Path]:
    return records.files(dataset, viewer=viewer, start=start, end=end) if start <= end else []


def preview(query: Query, viewer: Viewer, *, today: date, rows: int = PREVIEW_ROWS) -> Preview:
    """Try a query: its first rows, numbers masked, and their count.

    Raises:
        BadQuery: it cannot be asked so.
        TooSlow: not even the first rows came within CANTON_QUERY_PREVIEW_SECONDS.
    """
    plan = compile_query(query, today=today)
    watch = Watch(settings.CANTON_QUERY_PREVIEW_SECONDS)
    found = engine.preview(plan, files(plan, viewer), rows, watch)
    return Preview(plan, found.rows, found.total, found.meeting)


def count(plan: Plan, viewer: Viewer) -> int:
    """How many rows a query gives. Raises TooSlow, EngineRefused."""
    return engine.count(plan, files(plan, viewer), Watch(settings.CANTON_QUERY_SECONDS))


def plan_of(run: Run) -> Plan:
    """The plan a run was or will be run by. Raises BadQuery when the formats have changed since."""
    return compile_query(run.query, today=run.today, unmasked=run.unmasked)


COUNT = Figure("count")


def whole_of(run: Run) -> Plan | None:
    """The plan of the one line over everything totals are made of, with its rows counted; None of rows."""
    totals = run.query.totals
    if totals is None:
        return None
    counted = totals.figures if COUNT in totals.figures else (*totals.figures, COUNT)
    whole = replace(run.query, totals=replace(totals, by=(), figures=counted), sort=(), limit=None)
    return compile_query(whole, today=run.today, unmasked=run.unmasked)


def total(run: Run) -> tuple[tuple[Shown, ...], Row] | None:
    """The last line of a grouped result, counted from the rows themselves; None where it has none."""
    whole, totals = whole_of(run), run.query.totals
    if whole is None or totals is None or not totals.by or not run.total_path.exists():
        return None
    shown = whole.shown[: len(totals.figures)]
    [row] = Result(run.total_path, shown, origin=False).page("", 0, 1)
    return shown, row


def meeting(run: Run) -> int | None:
    """How many rows met the conditions of totals; None of rows, and of a result older than this count."""
    whole = whole_of(run)
    if whole is None or not run.total_path.exists():
        return None
    counted = tuple(each for each in whole.shown if each.name == COUNT.name)
    held = Result(run.total_path, counted, origin=False)
    if COUNT.name not in held.columns():
        return None
    [(rows,)] = held.page("", 0, 1)
    return int(rows)


def result(run: Run) -> Result:
    """What a finished run wrote."""
    plan = plan_of(run)
    return Result(run.path, plan.shown, origin=plan.query.totals is None)


def runs(viewer: Staff) -> QuerySet[Run]:
    """The viewer's own history, newest first; what he asked at another centre is not his to see there."""
    return Run.objects.filter(owner=viewer, centre=viewer.centre).select_related("saved", "centre")


def result_files(viewer: Staff) -> QuerySet[ResultFile]:
    """Files made for the viewer."""
    return ResultFile.objects.filter(run__in=runs(viewer)).select_related("run")


def own(viewer: Staff) -> QuerySet[SavedQuery]:
    """Queries the viewer saved."""
    return SavedQuery.objects.filter(owner=viewer).select_related("owner", "centre", "with_centre")


def usable(viewer: Staff, text: str = "") -> QuerySet[SavedQuery]:
    """Queries the viewer saved and those shared with him, newest first."""
    found = SavedQuery.objects.filter(Q(owner=viewer) | shared_with(viewer)).distinct()
    if text:
        found = found.filter(name__icontains=text)
    return found.select_related("owner", "centre", "with_centre")


def wider(saved: SavedQuery, viewer: Viewer) -> bool:
    """Whether a query was made where more can be seen than the viewer sees."""
    return saved.centre.code != viewer.centre.code and viewer.centre.code.startswith(saved.centre.reach)


def names() -> dict[str, dict[str, str]]:
    """What codes are called, by code table; home cities may lie outside the viewer's scope."""
    return {
        CENTRES: {each.code: str(each) for each in Centre.objects.all()},
        CATEGORIES: categories(),
    }


def categories() -> dict[str, str]:
    """Categories by their codes; one whose name says too little has its class with it."""
    found = list(Code.objects.select_related("parent"))
    names = Counter(str(each) for each in found)
    return {each.code: _told_apart(each, names) for each in found}


def _told_apart(code: Code, names: Counter[str]) -> str:
    """Its name; with its class or code where another name is or contains it, or it is very short."""
    name = str(code)
    alone = names[name] == 1
    if code.parent is not None:
        alone = alone and len(name) > SHORT and not any(name in each for each in names if each != name)
    return name if alone else _("%(name)s (%(of)s)") % {"name": name, "of": code.parent or code.code}


@dataclass(frozen=True, slots=True)
class Listing:
    """A result in one order, as a list that is read a slice at a time."""

    result: Result
    rows: int
    sort: str

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, part: slice) -> list[Any]:
        start, end, _step = part.indices(self.rows)
        return self.result.page(self.sort, start, end - start)


def request_for(batch: Batch, line: int) -> OriginalRequest | None:
    """The question that answers, or will answer, for a line of a batch's original; the newest otherwise."""
    asked = list(OriginalRequest.objects.filter(sha256=batch.sha256).select_related("outgoing", "owner"))
    for each in asked:
        if each.excerpt and line in dict(lines_from(each.excerpt).numbered):
            return each
    return next((each for each in asked if each.line == line or not each.only_lines), None)
