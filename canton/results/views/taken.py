"""What came from the centres below: who sent what for which period, and their figures side by side."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.centres.selectors import own
from canton.exchange import services as exchange
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.exports import csv_response, json_response

from .. import board, charts, drawn, output, terms
from .. import definition as definitions
from .. import table as tables
from ..board import Compared
from ..definition import Definition
from ..errors import BadPeriod
from ..table import MISSING, Column, Table

MOST_MISSING = 50


@requires("results.view_result")
@require_GET
def due(request: StaffRequest) -> HttpResponse:
    """A matrix of centres and periods: there, late, missing, refused."""
    offered = definitions.taken_by(own().tier)
    chosen = _chosen(request, offered)
    content: dict[str, Any] = {"offered": offered, "definition": chosen, "makes": _makes()}
    if chosen is not None:
        names, rows = board.matrix(request.user, chosen, now=timezone.now())
        lacking = board.missing(rows)
        content |= {
            "periods": names,
            "board": rows,
            "lacking": lacking[:MOST_MISSING],
            "lacking_count": len(lacking),
            "latest": next((name for name in reversed(names) if _any_came(rows, name)), names[-1]),
        }
    return render(request, "results/due.html", content)


@requires("exchange.chase")
@require_POST
def remind(request: StaffRequest) -> HttpResponse:
    """Remind one centre, or all, of everything of theirs that is late; the exchange sends the notice."""
    chosen = _chosen(request, definitions.taken_by(own().tier))
    if chosen is None:
        raise Http404
    by, now, code = request.user.number, timezone.now(), request.POST.get("centre", "")
    known = {centre.code: centre for centre, _since in board.senders(request.user, chosen)}
    if code and code not in known:
        raise Http404
    if not code:
        reminded = exchange.chase_all(by=by, now=now, by_itself=False, only=known)
        said = ngettext("%(n)s centre reminded.", "%(n)s centres reminded.", reminded) % {"n": reminded}
        flash.done(request, said if reminded else _("Everybody who is late was reminded already."))
    else:
        try:
            exchange.chase(known[code], by=by, now=now)
        except CantonError as error:
            flash.done(request, error.message)
        else:
            flash.done(request, _("%(centre)s reminded.") % {"centre": known[code]})
    return redirect(f"{reverse('results:due')}?result={chosen.name}")


@requires("results.view_result")
@require_GET
def compare(request: StaffRequest) -> HttpResponse:
    """The figures of a period, a line for each centre, and all of them added up."""
    chosen, period, table, lines = _asked(request)
    sort, days = request.GET.get("sort", ""), terms.read(period, chosen.rhythm)
    both, sums = board.both(table, lines), board.together(table, lines)
    content = {
        "offered": [each for each in definitions.taken_by(own().tier) if each.rhythm == chosen.rhythm],
        "definition": chosen,
        "period": period,
        "earlier": terms.name(days.moved(-1), chosen.rhythm),
        "later": terms.name(days.moved(1), chosen.rhythm),
        "table": table,
        "sort": sort,
        "lines": [(each, _drawn(table, each)) for each in board.ordered(lines, table.figures, sort)],
        "together": drawn.summed(table, sums, both),
        "compared": both is not None,
        "missing": sums[MISSING],
        "came": sum(each.row is not None for each in lines),
        "makes": _makes(),
        **_charts(request, chosen, period, table, lines),
    }
    return render(request, "results/compare.html", content)


def _charts(
    request: StaffRequest, chosen: Definition, period: str, table: Table, lines: list[Compared]
) -> dict[str, Any]:
    figure = charts.chosen(table, request.GET.get("figure", ""))
    return {
        "figure": figure,
        "unit": charts.unit(figure),
        "bars": charts.bars(figure, lines),
        "course": charts.line(figure, board.course(request.user, chosen, table, period)),
    }


@requires("results.export_result")
@require_GET
def compare_file(request: StaffRequest, form: str) -> HttpResponseBase:
    """The same figures as CSV or JSON; who took them is kept."""
    if form not in ("csv", "json"):
        raise Http404(form)
    chosen, period, table, lines = _asked(request)
    record(
        "results.export_result", actor=request.user.number, centre=request.user.centre_id,
        now=timezone.now(), target=f"{chosen.name} {period}", address=address_of(request), format=form,
    )  # fmt: skip
    name = f"{chosen.dataset}-{period}.{form}"
    if form == "json":
        return json_response(name, _as_json(chosen, period, table, lines))
    heads = [_("Centre"), _("Name"), _("Package number"), _("Days without data")]
    columns = [*map(output.head, table.columns), *map(output.change_head, table.figures)]
    return csv_response(name, [*heads, *columns], _as_rows(table, lines))


def _asked(request: StaffRequest) -> tuple[Definition, str, Table, list[Compared]]:
    chosen = _chosen(request, definitions.taken_by(own().tier))
    if chosen is None:
        raise Http404
    period = request.GET.get("period", "")
    try:
        terms.read(period, chosen.rhythm)
    except BadPeriod as error:
        raise Http404(error.message) from error
    return (
        chosen,
        period,
        tables.get(chosen.dataset, chosen.version),
        board.compared(request.user, chosen, period),
    )


def _as_json(chosen: Definition, period: str, table: Table, lines: list[Compared]) -> dict[str, Any]:
    return {
        "result": chosen.name,
        "period": period,
        "before": board.before(chosen, period),
        "centres": [
            {
                "centre": each.centre.code,
                "sequence": each.result.sequence if each.result else None,
                "figures": each.row.cells if each.row else None,
                "before": each.before.cells if each.before else None,
                "changes": {column.name: _turned(column, each) for column in table.figures},
            }
            for each in lines
        ],
        "together": board.together(table, lines),
        "population": {"zh": table.population.zh, "en": table.population.en},
        "definition": output.described(table),
    }


def _as_rows(table: Table, lines: list[Compared]) -> Iterator[list[Any]]:
    for each in lines:
        values = each.row.values if each.row else {}
        sequence = each.result.sequence if each.result else None
        missing = each.row.missing if each.row else None
        figures = [values.get(column.name) for column in table.columns]
        changes = [_turned(column, each) for column in table.figures]
        yield [each.centre.code, str(each.centre), sequence, missing, *figures, *changes]
    sums, both = board.together(table, lines), board.both(table, lines)
    turns = [drawn.change(column, *both) if both else None for column in table.figures]
    yield [
        "", _("Together"), None, sums[MISSING], *(sums[column.name] for column in table.columns),
        *(turn.amount if turn else None for turn in turns),
    ]  # fmt: skip


def _turned(column: Column, line: Compared) -> float | None:
    """环比 of one figure of a centre, as a number."""
    if line.row is None or line.before is None:
        return None
    turn = drawn.change(column, line.row.values, line.before.values)
    return turn.amount if turn else None


def _drawn(table: Table, line: Compared) -> tuple[drawn.Cell, ...]:
    if line.row is None:
        return ()
    return drawn.cells(table, line.row.values, line.before.values if line.before else None)


def _chosen(request: StaffRequest, offered: list[Definition]) -> Definition | None:
    asked = request.GET.get("result", "") or request.POST.get("result", "")
    return next((each for each in offered if each.name == asked), offered[0] if offered else None)


def _makes() -> bool:
    return bool(definitions.made_by(own().tier))


def _any_came(rows: Any, period: str) -> bool:
    return any(cell and cell.period == period and cell.result for _, cells in rows for cell in cells)
