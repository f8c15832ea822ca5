"""The rows behind a figure, on screen and as a file."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, requires
from canton.shell.exports import csv_response
from canton.shell.figures import MISSING
from canton.shell.pages import paginate

from .. import drill, engine, naming, selectors, words
from ..drill import Drill, Listing
from ..questions import Asked, keys
from ..selectors import Rows
from .asking import answers, may, question_of, record


@requires("reports.view_row")
@require_GET
@answers
def rows(request: StaffRequest, name: str) -> HttpResponse:
    """The rows a figure counts, numbers masked, each with the way to its line in the original file."""
    question, into, found = _drilled(request, name)
    sort = request.GET.get("sort", "")
    page = paginate(request, Listing(found, sort))
    names, columns = selectors.names(), drill.columns(into.definition)
    content = {
        "into": into,
        "question": question,
        "range": words.period(question.period),
        "centre": names["centre"][question.centre],
        "page": page,
        "sort": sort or into.definition.listing.sort,
        "definition": into.definition,
        "columns": columns,
        "conditions": [
            (title, names.get(column, {}).get(key, key) or MISSING) for column, title, key in into.conditions
        ],
        "rows": [drill.said(columns, row, names) for row in page.object_list],
        **may(request),
        "back": question.query(by=into.dimension),
        "query": request.GET.urlencode(),
    }
    record(request, "reports.view_rows", question, page=page.number, **into.facts)
    return render(request, "reports/rows.html", content)


@requires("reports.export_report")
@requires("reports.view_row")
@require_GET
@answers
def rows_csv(request: StaffRequest, name: str) -> HttpResponseBase:
    """All rows a figure counts, streamed, numbers masked."""
    question, into, found = _drilled(request, name)
    names, columns = selectors.names(), drill.columns(into.definition)
    header = [column.title for column in columns] + [_("Batch"), _("Line")]
    record(request, "reports.export_rows", question, rows=len(found), **into.facts)
    read = found.read(drill.page(into.definition, request.GET.get("sort", "")))
    told = ([*drill.values(columns, row, names), *row[-2:]] for row in read)
    name = naming.filename(
        words.title(into.definition, question.period), names["centre"][question.centre],
        (question.period.start, question.period.end), "csv", str(into.figure.title),
    )  # fmt: skip
    return csv_response(name, header, told)


def _drilled(request: StaffRequest, name: str) -> tuple[Asked, Drill, Rows]:
    question, definition = question_of(request, name), engine.ready(name)
    dimension, narrowed = keys(definition, request.GET)
    wanted = request.GET.get("figure") or definition.view.tiles[0]
    selection = engine.selection(definition, wanted, dimension, narrowed)
    found = selectors.rows(
        request.user, name, centre=question.centre, period=question.period, selection=selection
    )
    return question, Drill(definition, definition.figure(wanted), dimension, narrowed), found
