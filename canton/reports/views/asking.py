"""What all pages of the report centre do: read the address, say no, write in the trail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from canton.accounts.access import StaffRequest
from canton.audit import services as audit

from .. import engine, selectors
from ..errors import BadQuestion, UnknownCentre, UnknownReport
from ..questions import Asked, asked

View = Callable[..., HttpResponseBase]


def answers(view: View) -> View:
    """Say so when the report cannot be asked this: 400; what is not the viewer's to see: 404."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        try:
            return view(request, *arguments, **named)
        except (UnknownCentre, UnknownReport) as error:
            raise Http404(str(error)) from error
        except BadQuestion as error:
            said = {"status": 400, "icon": "calendar-off", "title": error.message}
            text = _("Choose another range, or open the report again from the menu.")
            return render(request, "shell/failure.html", said | {"text": text}, status=400)

    return guarded


def question_of(request: StaffRequest, name: str) -> Asked:
    """What the address asks of a report; the month of its latest day unless told."""
    held = selectors.days_held(request.user, engine.ready(name))
    latest = held[1] if held else timezone.localdate()
    return asked(request.POST or request.GET, request.user.centre, latest, name)


def may(request: StaffRequest) -> dict[str, bool]:
    """What the page offers to this role."""
    return {
        "sees_rows": request.user.has_perm("reports.view_row"),
        "perms_export": request.user.has_perm("reports.export_report"),
        "perms_file": request.user.has_perm("reports.file_report"),
        "perms_batches": request.user.has_perm("intake.view_batch"),
    }


def record(request: StaffRequest, action: str, question: Asked, **detail: Any) -> None:
    """Enter a look or an export in the trail."""
    audit.record(
        action,
        actor=request.user.number,
        centre=request.user.centre.code,
        now=timezone.now(),
        target=f"{question.report} {question.centre}",
        address=request.META.get("REMOTE_ADDR"),
        start=question.period.start.isoformat(),
        end=question.period.end.isoformat(),
        **detail,
    )
