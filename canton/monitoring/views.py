"""The self-check on screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from canton.kernel.access import requires

from . import gauges

PILLS = {gauges.State.OK: "ok", gauges.State.WARN: "warn", gauges.State.BAD: "bad", gauges.State.OFF: "wait"}


@requires("monitoring.view_selfcheck")
@require_GET
def selfcheck(request: HttpRequest) -> HttpResponse:
    """Every gauge, read now; the page reads them again every 15 seconds."""
    examination = gauges.examine()
    rows = [(finding, PILLS[finding.reading.state]) for finding in examination.findings]
    return render(
        request,
        "monitoring/selfcheck.html",
        {"examination": examination, "rows": rows, "now": timezone.now()},
    )
