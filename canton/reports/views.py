"""The report centre: traffic on screen and as files, and the rows behind each figure."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, requires
from canton.audit import services as audit
from canton.centres.selectors import visible_to
from canton.records.selectors import days_loaded
from canton.shell.exports import csv_response, json_response
from canton.shell.figures import MISSING
from canton.shell.pages import paginate

from . import drill, engine, files, selectors, words
from .drill import Drill, Listing
from .engine import Result
from .errors import BadQuestion, UnknownCentre
from .periods import Period, containing
from .questions import Asked, asked, keys
from .screen import Comparison, Screen
from .selectors import Report, Rows

DEFAULT_SORT = {"city": "service_level", "category": "service_level", "agent": "service_level"}

View = Callable[[StaffRequest], HttpResponseBase]


def answers(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Say so when the report cannot be asked this: 400; what is not the viewer's to see: 404."""

    @wraps(view)
    def guarded(request: StaffRequest) -> HttpResponseBase:
        try:
            return view(request)
        except UnknownCentre as error:
            raise Http404(str(error)) from error
        except BadQuestion as error:
            said = {"status": 400, "icon": "calendar-off", "title": error.message}
            text = _("Choose another range, or open the report again from the menu.")
            return render(request, "shell/failure.html", said | {"text": text}, status=400)

    return guarded  # type: ignore[return-value]


@requires("reports.view_report")
@require_GET
def reports(request: StaffRequest) -> HttpResponse:
    """The one report there is so far."""
    return redirect("reports:traffic")


@requires("reports.view_report")
@require_GET
@answers
def traffic(request: StaffRequest) -> HttpResponse:
    """The traffic report on screen: tiles, two charts, and a table of one breakdown."""
    question = _asked(request)
    report = _report(request, question)
    screen = Screen(
        report=report,
        asked=question,
        against=_comparison(request, question, report),
        sees_rows=request.user.has_perm("reports.view_row"),
    )
    breakdown = _breakdown(request, report)
    sort = request.GET.get("sort") or DEFAULT_SORT.get(breakdown, "")
    page = paginate(request, screen.lines(breakdown, sort))
    content = {
        "screen": screen,
        "report": report,
        "question": question,
        "query": question.query(),
        "breakdown": breakdown,
        "sort": sort,
        "page": page,
        "lines": screen.table(breakdown, list(page.object_list)),
        "title": words.TITLES[question.period.kind],
        "range": words.period(question.period),
        "held": days_loaded("contacts", viewer=request.user),
        "latest": f"?centre={request.user.centre.code}",
        "daily": screen.daily(),
        "daily_table": question.query(by="hour" if question.period.days == 1 else "day"),
        "missing_whole": [gap for gap in report.gaps if gap.whole],
        "missing_part": [(gap, words.days(gap.days)) for gap in report.gaps if not gap.whole],
        **_may(request),
        **_choices(request, question, report),
    }
    return render(request, "reports/traffic.html", content)


@requires("reports.export_report")
@require_GET
@answers
def traffic_csv(request: StaffRequest) -> HttpResponseBase:
    """The screen's figures as CSV."""
    question = _asked(request)
    report = _report(request, question)
    _record(request, "reports.export_report", question, format="csv")
    return csv_response(_filename(question, "csv"), files.csv_header(report), files.csv_rows(report))


@requires("reports.export_report")
@require_GET
@answers
def traffic_json(request: StaffRequest) -> HttpResponseBase:
    """The screen's figures as JSON, as the command line writes them."""
    question = _asked(request)
    report = _report(request, question)
    _record(request, "reports.export_report", question, format="json")
    return json_response(_filename(question, "json"), files.as_json(report))


@requires("reports.view_row")
@require_GET
@answers
def rows(request: StaffRequest) -> HttpResponse:
    """The rows a figure counts, numbers masked, each with the way to its line in the original file."""
    question, into, found = _drilled(request)
    sort = request.GET.get("sort", "")
    page = paginate(request, Listing(found, sort))
    names = selectors.names()
    content = {
        "into": into,
        "question": question,
        "range": words.period(question.period),
        "centre": names["centre"][question.centre],
        "page": page,
        "sort": sort or drill.FIRST_SORT,
        "columns": drill.columns(into.definition),
        "conditions": [
            (title, names.get(column, {}).get(key, key) or MISSING) for column, title, key in into.conditions
        ],
        "rows": [drill.said(row, names) for row in page.object_list],
        **_may(request),
        "back": question.query(by=into.dimension),
        "query": request.GET.urlencode(),
    }
    _record(request, "reports.view_rows", question, page=page.number, **into.facts)
    return render(request, "reports/rows.html", content)


@requires("reports.export_report")
@requires("reports.view_row")
@require_GET
@answers
def rows_csv(request: StaffRequest) -> HttpResponseBase:
    """All rows a figure counts, streamed, numbers masked."""
    question, into, found = _drilled(request)
    names = selectors.names()
    header = [column.title for column in drill.columns(into.definition)] + [_("Batch"), _("Line")]
    _record(request, "reports.export_rows", question, rows=len(found), **into.facts)
    read = found.read(drill.page(request.GET.get("sort", "")))
    told = ([*drill.values(row, names), *row[-2:]] for row in read)
    return csv_response(_filename(question, "csv", into.figure.name), header, told)


def _may(request: StaffRequest) -> dict[str, bool]:
    """What the page offers to this role."""
    return {
        "sees_rows": request.user.has_perm("reports.view_row"),
        "perms_export": request.user.has_perm("reports.export_report"),
        "perms_batches": request.user.has_perm("intake.view_batch"),
    }


def _asked(request: StaffRequest) -> Asked:
    latest = selectors.last_day(request.user) or timezone.localdate()
    return asked(request.GET, request.user.centre, latest)


def _report(request: StaffRequest, question: Asked) -> Report:
    today = timezone.localdate()
    return selectors.traffic(request.user, centre=question.centre, period=question.period, today=today)


def _comparison(request: StaffRequest, question: Asked, report: Report) -> Comparison:
    """The periods before, only as many of their days as this one has data for."""
    last = report.last_day
    if last is None:
        return Comparison(None, None)
    days = (last - question.period.start).days + 1

    def over(period: Period) -> Result | None:
        part = period if days >= question.period.days else period.first(days)
        found = selectors.figures(request.user, centre=question.centre, period=part)
        return found if any(found.total.counts.values()) else None

    return Comparison(over(question.period.previous), over(question.period.year_before))


def _drilled(request: StaffRequest) -> tuple[Asked, Drill, Rows]:
    question = _asked(request)
    definition = engine.ready("traffic")
    dimension, narrowed = keys(definition, request.GET)
    selection = engine.selection(definition, request.GET.get("figure", "offered"), dimension, narrowed)
    found = selectors.rows(request.user, centre=question.centre, period=question.period, selection=selection)
    figure = definition.figure(request.GET.get("figure", "offered"))
    return question, Drill(definition, figure, dimension, narrowed), found


def _breakdown(request: StaffRequest, report: Report) -> str:
    """The breakdown of the table: the one asked for, else cities where there are several, else days."""
    known = [each.name for each in report.result.definition.breakdowns if each.published]
    wanted = request.GET.get("by", "")
    return wanted if wanted in known else "city" if len(report.centres) > 1 else "day"


def _choices(request: StaffRequest, question: Asked, report: Report) -> dict[str, Any]:
    """What the page offers to change: period, centre, breakdown."""
    period, by = question.period, request.GET.get("by", "")
    kinds = [
        (label, question.query(containing(period.end, kind), by=by), period.kind == kind)
        for kind, label in words.PERIODS.items()
    ]
    scope = visible_to(request.user)
    return {
        "kinds": kinds,
        "earlier": question.query(period.moved(-1), by=by),
        "later": question.query(period.moved(1), by=by),
        "centres": [("" if each == request.user.centre else each.code, str(each)) for each in scope],
        "tabs": [
            (each.title, question.query(by=each.name), each.name)
            for each in report.result.definition.breakdowns
            if each.published and (each.name != "city" or len(report.centres) > 1)
        ],
    }


def _record(request: StaffRequest, action: str, question: Asked, **detail: Any) -> None:
    """Enter a look or an export in the trail."""
    audit.record(
        action,
        actor=request.user.number,
        centre=request.user.centre.code,
        now=timezone.now(),
        target=f"traffic {question.centre}",
        address=request.META.get("REMOTE_ADDR"),
        start=question.period.start.isoformat(),
        end=question.period.end.isoformat(),
        **detail,
    )


def _filename(question: Asked, ending: str, about: str = "") -> str:
    days = f"{question.period.start:%Y%m%d}-{question.period.end:%Y%m%d}"
    return f"{'-'.join(part for part in ('traffic', question.centre, about, days) if part)}.{ending}"
