"""Filing a report, finding it again, opening and taking it away as it was."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.audit import services as audit
from canton.centres.selectors import visible_to
from canton.shell import flash
from canton.shell.exports import disposition
from canton.shell.pages import paginate

from .. import definition, engine, making, services, sheet
from .. import filed as register
from ..errors import FiledChanged, FiledGone
from ..models import FiledFile, FiledReport
from .asking import answers, may, question_of

NOTE_LENGTH = 200


@requires("reports.file_report")
@require_POST
@answers
def file_away(request: StaffRequest, name: str) -> HttpResponseBase:
    """Keep the report as it is on the screen: at once, or by the worker where it is long."""
    question, now = question_of(request, name), timezone.now()
    screen = making.screen(request.user, question, by=request.POST.get("by", ""), now=now)
    note = request.POST.get("note", "").strip()[:NOTE_LENGTH]
    how: Any = {"by": request.user, "note": note, "now": now, "address": request.META.get("REMOTE_ADDR")}
    if sheet.long(screen):
        services.order(screen, **how)
        flash.done(request, _("The report is being made; it appears here when it is done."))
        return redirect("reports:filed")
    kept = services.file_away(screen, **how)
    flash.done(request, _("The report is filed and stays as it is."))
    return redirect("reports:filed-report", kept.pk)


@requires("reports.view_report")
@require_GET
def filed(request: StaffRequest) -> HttpResponse:
    """Filed reports of the viewer's scope: search by words, report, centre and day."""
    scope = visible_to(request.user)
    page = paginate(request, register.found(request.user, request.GET.dict()))
    content = {
        "page": page,
        "orders": register.orders(request.user),
        "asked": request.GET,
        "narrowed": any(request.GET.get(name) for name in ("q", "report", "centre", "who", "day")),
        "reports": [("", _("all")), *((name, str(engine.ready(name).title)) for name in definition.listed())],
        "centres": [("", _("all")), *((each.code, str(each)) for each in scope)],
    }
    return render(request, "reports/filed.html", content)


@requires("reports.view_report")
@require_GET
def filed_report(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A filed report as it was, from its own sheet."""
    kept = get_object_or_404(register.visible_to(request.user), pk=pk)
    files = list(kept.files.all())
    try:
        held = json.loads(services.content(_form(kept, files, services.SHEET)))
    except (FiledGone, FiledChanged) as error:
        content = {"kept": kept, "problem": error.message, "files": files}
        return render(request, "reports/filed_report.html", content, status=_status(error))
    _record(request, "reports.view_filed", kept)
    content = {
        "kept": kept,
        "sheet": held,
        "files": [file for file in files if file.form != services.SHEET],
        **may(request),
    }
    return render(request, "reports/filed_report.html", content)


@requires("reports.export_report")
@require_GET
def filed_file(request: StaffRequest, pk: UUID, form: str) -> HttpResponseBase:
    """One of its files, byte for byte as it was filed."""
    kept = get_object_or_404(register.visible_to(request.user), pk=pk)
    if form not in making.FORMS:
        raise Http404(form)
    file = _form(kept, list(kept.files.all()), form)
    try:
        found = services.content(file)
    except (FiledGone, FiledChanged) as error:
        content = {"kept": kept, "problem": error.message}
        return render(request, "reports/filed_report.html", content, status=_status(error))
    _record(request, "reports.export_filed", kept, format=form)
    headers = {"Content-Disposition": disposition(file.filename), "Cache-Control": "no-store"}
    return HttpResponse(found, content_type=making.FORMS[form], headers=headers)


def _form(kept: FiledReport, files: list[FiledFile], form: str) -> FiledFile:
    for file in files:
        if file.form == form:
            file.filed = kept
            return file
    raise Http404(form)


def _status(error: FiledGone | FiledChanged) -> int:
    return 410 if isinstance(error, FiledGone) else 500


def _record(request: StaffRequest, action: str, kept: FiledReport, **detail: str) -> None:
    audit.record(
        action,
        actor=request.user.number,
        centre=request.user.centre.code,
        now=timezone.now(),
        target=f"{kept.report} {kept.centre_id}",
        address=request.META.get("REMOTE_ADDR"),
        filed=kept.pk.hex,
        **detail,
    )
