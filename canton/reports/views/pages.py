"""The list of reports, a report on screen, and its figures as files."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, requires
from canton.centres.selectors import visible_to
from canton.shell.exports import disposition
from canton.shell.pages import paginate

from .. import definition, making, naming, selectors, sheet, words
from ..charts import Charts
from ..comparison import KINDS
from ..periods import KINDS as LENGTHS
from ..periods import containing
from ..questions import Asked
from ..screen import Screen
from .asking import answers, may, question_of, record

DRAWN = {"traffic": "reports/traffic.html"}  # reports with charts of their own


@requires("reports.view_report")
@require_GET
def reports(request: StaffRequest) -> HttpResponse:
    """The reports there are, with the days each has data of."""
    known = map(definition.load, definition.listed())  # each is tried when it is opened
    listed = [(each, selectors.days_held(request.user, each)) for each in known]
    return render(request, "reports/reports.html", {"listed": listed, **may(request)})


@requires("reports.view_report")
@require_GET
@answers
def report(request: StaffRequest, name: str) -> HttpResponse:
    """A report on screen: tiles, charts if it has any, and a table of one breakdown."""
    question, user = question_of(request, name), request.user
    screen = making.screen(
        user,
        question,
        by=request.GET.get("by", ""),
        now=timezone.now(),
        sees_rows=user.has_perm("reports.view_row"),
    )
    sort = request.GET.get("sort") or screen.default_sort
    page = paginate(request, screen.lines(sort))
    gaps = screen.report.gaps
    content = {
        "screen": screen,
        "report": screen.report,
        "definition": screen.report.result.definition,
        "question": question,
        "query": question.query(by=screen.breakdown.name),
        "breakdown": screen.breakdown.name,
        "sort": sort,
        "page": page,
        "grid": screen.grid,
        "lines": screen.table(list(page.object_list)),
        "long": sheet.long(screen),
        "title": words.title(screen.report.result.definition, question.period),
        "range": words.period(question.period),
        "held": selectors.days_held(user, screen.report.result.definition),
        "latest": f"?centre={user.centre.code}",
        "missing_whole": [gap for gap in gaps if gap.whole],
        "missing_part": [(gap, words.days(gap.days)) for gap in gaps if not gap.whole],
        **may(request),
        **_choices(request, question, screen),
        **(_charts(screen) if name in DRAWN else {}),
    }
    return render(request, DRAWN.get(name, "reports/report.html"), content)


@requires("reports.export_report")
@require_GET
@answers
def file(request: StaffRequest, name: str, form: str) -> HttpResponseBase:
    """The screen's figures as JSON, CSV, XLSX or PDF, as the command line writes them.

    A PDF that takes long is not made while somebody waits: the answer is the page that has it made.
    """
    if form not in making.FORMS:
        raise Http404(form)
    question, now = question_of(request, name), timezone.now()
    screen = making.screen(request.user, question, by=request.GET.get("by", ""), now=now)
    if form == "pdf" and sheet.long(screen):
        content = {"screen": screen, "definition": screen.report.result.definition, "question": question}
        long = content | {"breakdown": screen.breakdown.name, "lines": sheet.length(screen), **may(request)}
        return render(request, "reports/long.html", long | {"compare": _compare(question)}, status=409)
    made = making.make(screen, form, now=now)
    record(request, "reports.export_report", question, format=form)
    headers = {"Content-Disposition": disposition(_filename(screen, form)), "Cache-Control": "no-store"}
    return HttpResponse(made, content_type=making.FORMS[form], headers=headers)


def _filename(screen: Screen, form: str) -> str:
    report = screen.report
    title = words.title(report.result.definition, report.period)
    return naming.filename(title, report.centre, (report.period.start, report.period.end), form)


def _charts(screen: Screen) -> dict[str, Any]:
    charts = Charts(screen.report, screen.against)
    return {
        "charts": charts,
        "daily": charts.daily(),
        "daily_table": screen.asked.query(by="hour" if screen.asked.period.days == 1 else "day"),
    }


def _compare(question: Asked) -> str:
    """What is compared with, as addresses say it."""
    return "both" if len(question.compare) > 1 else (question.compare or ("",))[0]


def _choices(request: StaffRequest, question: Asked, screen: Screen) -> dict[str, Any]:
    """Links to the same report over another period, centre, comparison or breakdown."""
    period, by = question.period, screen.breakdown.name
    anchor = screen.report.last_day or period.start
    lengths = [
        (words.PERIODS[kind], question.query(containing(anchor, kind), by=by), kind == period.kind)
        for kind in LENGTHS
    ]
    scope = visible_to(request.user)
    return {
        "kinds": lengths,
        "earlier": question.query(period.moved(-1), by=by),
        "later": question.query(period.moved(1), by=by),
        "centres": [("" if each == request.user.centre else each.code, str(each)) for each in scope],
        "comparisons": [("", words.AGAINST[""]), *((kind, words.AGAINST[kind]) for kind in (*KINDS, "both"))],
        "compare": _compare(question),
        "tabs": [
            (each.title, question.query(by=each.name), each.name)
            for each in screen.report.result.definition.breakdowns
            if each.published and (each.name != "city" or len(screen.report.centres) > 1)
        ],
    }
