"""How a batch is shown: its pill, its four steps, its track of six."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from canton.shell import figures
from canton.shell.parts import Step as Stop

from .choices import UNDER_WAY, Route, State, Step, StepState
from .models import Batch, StepRun

SHAPES = {
    StepState.DONE: "done",
    StepState.RUNNING: "now",
    StepState.REFUSED: "fail",
    StepState.FAILED: "fail",
    StepState.WAITING: "wait",
}
FOUR = (Step.CHECK, Step.CLASSIFY, Step.SORT, Step.LOAD)
THINNEST, GAP = 1.0, 0.3  # per cent of the bar
States = Mapping[Step, StepState]


@dataclass(frozen=True, slots=True)
class Sum:
    """Read = kept + refused; None while it is not known, or never will be."""

    read: int | None
    kept: int | None
    refused: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. seconds: from received to loaded or refused, or until now."""

    batch: Batch
    data: str
    route: Any
    pill: str
    says: str
    four: list[str]
    sum: Sum
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """Widths of the bar of kept and refused rows, in per cent; a few refused rows still show."""

    kept: float
    refused: float

    @property
    def refused_at(self) -> float:
        return 100 - self.refused


def row(batch: Batch, steps: States, title: str, now: datetime) -> Row:
    """One batch for the list."""
    pill, says = state_of(batch)
    four = [_shape(steps.get(step)) for step in FOUR]
    end = batch.finished_at or (now if batch.state in UNDER_WAY else None)
    seconds = (end - batch.received_at).total_seconds() if end else None
    return Row(batch, title, Route(batch.route).label, pill, says, four, sum_of(batch, steps), seconds)


def states_of(batch: Batch) -> States:
    """How the steps that have begun stand."""
    return {Step(run.step): StepState(run.state) for run in batch.steps.all()}


def sum_of(batch: Batch, steps: States) -> Sum:
    """What the check counted; a file refused whole was not counted, one before its check is not yet."""
    if batch.state == State.REFUSED or steps.get(Step.CHECK) != StepState.DONE:
        return Sum(None, None, None)
    return Sum(batch.read, batch.kept, batch.refused)


def ratio_of(batch: Batch) -> Ratio:
    """The bar under the sum."""
    share = batch.refused / batch.read * 100 if batch.read else 0
    refused = max(share, THINNEST) if batch.refused else 0
    return Ratio(kept=round(100 - refused - (GAP if refused else 0), 2), refused=round(refused, 2))


def rows_with_unit(rows: int) -> tuple[str, str]:
    """A large count and its unit apart, for a tile: 4,182.6 and 万行."""
    amount, _space, scale = figures.number(rows).partition(" ")
    unit = pgettext("unit", "rows")
    return amount, f"{scale}{unit}" if scale == "万" else f"{scale} {unit}".strip()


def state_of(batch: Batch) -> tuple[str, str]:
    """Pill and word: what the batch waits for rather than the name of its state."""
    if batch.replaced_by_id is not None:
        return "wait", _("replaced")
    if batch.state == State.LOADED and batch.refused:
        return "warn", _("%(rows)s refused") % {"rows": figures.number(batch.refused)}
    if batch.state == State.LOADED:
        return "ok", str(State.LOADED.label)
    if batch.state == State.REFUSED:
        return "bad", _("refused whole")
    if batch.state == State.FAILED:
        return "bad", _("stopped")
    return ("wait" if batch.state == State.RECEIVED else "live"), str(State(batch.state).label)


def _shape(state: StepState | None) -> str:
    shape = SHAPES[state] if state else ""
    return "" if shape == "wait" else shape


def track(batch: Batch) -> list[Stop]:
    """The six steps with their times and what they found."""
    runs = {run.step: run for run in batch.steps.all()}
    return [_stop(batch, step, runs.get(step)) for step in Step]


def _stop(batch: Batch, step: Step, run: StepRun | None) -> Stop:
    if run is None:
        return Stop(step.label, "wait", says=StepState.WAITING.label)
    figure: str | Promise = figures.seconds(run.seconds) if run.seconds is not None else ""
    if step in (Step.RECEIVE, Step.RECEIPT):
        figure = figures.moment(run.ended_at or run.started_at, "time")
    says = FOUND[step](batch, run.detail) if run.state == StepState.DONE else str(StepState(run.state).label)
    if run.attempts > 1:
        again = ngettext("%(count)s attempt", "%(count)s attempts", run.attempts) % {"count": run.attempts}
        says = f"{says} · {again}" if says else again
    return Stop(step.label, SHAPES[StepState(run.state)], figure, says)


def _received(batch: Batch, detail: Mapping[str, Any]) -> str:
    return f"{batch.get_route_display()} · {figures.size(detail.get('bytes'))}"


def _checked(batch: Batch, detail: Mapping[str, Any]) -> str:
    refused = _("%(rows)s refused") % {"rows": figures.number(detail.get("refused", batch.refused))}
    if not batch.repaired:
        return refused
    return f"{refused} · " + _("%(rows)s put right") % {"rows": figures.number(batch.repaired)}


def _classified(batch: Batch, detail: Mapping[str, Any]) -> str:
    at_home = detail.get("at_home")
    if at_home is None:
        return _("codes, home city, roaming")
    return _("%(rows)s with a home city") % {"rows": figures.number(at_home)}


def _sorted(batch: Batch, detail: Mapping[str, Any]) -> str:
    days = detail.get("days")
    return ngettext("%(count)s day", "%(count)s days", int(days)) % {"count": days} if days else _("by day")


def _loaded(batch: Batch, detail: Mapping[str, Any]) -> str:
    files = int(detail.get("files") or 0)
    return (
        ngettext("%(count)s file", "%(count)s files", files) % {"count": figures.number(files)}
        if files
        else ""
    )


def _receipted(batch: Batch, detail: Mapping[str, Any]) -> str:
    return _("sent to %(centre)s") % {"centre": batch.centre} if detail.get("receipts") else _("kept here")


FOUND: dict[Step, Callable[[Batch, Mapping[str, Any]], str]] = {
    Step.RECEIVE: _received,
    Step.CHECK: _checked,
    Step.CLASSIFY: _classified,
    Step.SORT: _sorted,
    Step.LOAD: _loaded,
    Step.RECEIPT: _receipted,
}
