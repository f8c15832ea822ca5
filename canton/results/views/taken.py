"""What came from the centres below: who sent what for which period, and their figures side by side."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.centres.selectors import own
from canton.shell.exports import csv_response, json_response

from .. import board, drawn, output, terms
from .. import definition as definitions
from .. import table as tables
from ..board import Compared
from ..definition import Definition
from ..errors import BadPeriod
from ..table import MISSING, Table

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


@requires("results.view_result")
@require_GET
def compare(request: StaffRequest) -> HttpResponse:
    """The figures of a period, a line for each centre, and all of them added up."""
    chosen, period, table, lines = _asked(request)
    sort = request.GET.get("sort", "")
    days = terms.read(period, chosen.rhythm)
    content = {
        "offered": [each for each in definitions.taken_by(own().tier) if each.rhythm == chosen.rhythm],
        "definition": chosen,
        "period": period,
        "earlier": terms.name(days.moved(-1), chosen.rhythm),
        "later": terms.name(days.moved(1), chosen.rhythm),
        "table": table,
        "sort": sort,
        "lines": [(each, _drawn(table, each)) for each in board.ordered(lines, table.figures, sort)],
        "together": drawn.cells(table, board.together(table, lines)),
        "missing": sum(each.row.missing or 0 for each in lines if each.row),
        "came": sum(each.row is not None for each in lines),
        "makes": _makes(),
    }
    return render(request, "results/compare.html", content)


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
    return csv_response(name, [*heads, *map(output.head, table.columns)], _as_rows(table, lines))


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
        "centres": [
            {
                "centre": each.centre.code,
                "sequence": each.result.sequence if each.result else None,
                "figures": each.row.cells if each.row else None,
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
        yield [each.centre.code, str(each.centre), sequence, missing, *figures]
    sums = board.together(table, lines)
    yield ["", _("Together"), None, sums[MISSING], *(sums[column.name] for column in table.columns)]


def _drawn(table: Table, line: Compared) -> tuple[drawn.Cell, ...]:
    return drawn.cells(table, dict(line.row.values)) if line.row else ()


def _chosen(request: StaffRequest, offered: list[Definition]) -> Definition | None:
    asked = request.GET.get("result", "")
    return next((each for each in offered if each.name == asked), offered[0] if offered else None)


def _makes() -> bool:
    return bool(definitions.made_by(own().tier))


def _any_came(rows: Any, period: str) -> bool:
    return any(cell and cell.period == period and cell.result for _, cells in rows for cell in cells)
