"""Runs and their results: progress, rows a page at a time, files to take away. Only their owner sees them."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.kernel.errors import CantonError
from canton.shell.pages import paginate

from .. import selectors, services, words
from ..catalogue import Catalogue, datasets
from ..choices import UNDER_WAY, Form, State
from ..errors import BadQuery, NeedsConsent
from ..models import Run, Work
from ..services import Asking, trail

TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.PARQUET: "application/vnd.apache.parquet",
}


@requires("queries.view_query")
@require_GET
def history(request: StaffRequest) -> HttpResponse:
    """What the viewer asked, newest first."""
    page = paginate(request, selectors.runs(request.user), per_page=30)
    names = selectors.names()
    lines = [(run, *_said(run, names)) for run in page.object_list]
    return render(request, "queries/history.html", {"page": page, "lines": lines})


@requires("queries.view_query")
@require_GET
def run(request: StaffRequest, number: UUID) -> HttpResponse:
    """One run: how far it is, and its result while it is kept."""
    found = _run(request, number)
    names = selectors.names()
    title, facts = _facts(found, names)
    files = list(found.files.all())
    waits = any(file.under_way for file in files)
    finished = [file for file in files if file.state == State.DONE and file.ended_at]
    content: dict[str, Any] = {
        "run": found,
        "title": title,
        "facts": facts,
        "totals": bool(found.document.get("totals")),
        "error": problem(found),
        "files": [(file, problem(file)) for file in files],
        "forms": [(form.value, str(form.label)) for form in Form],
        "busy": {file.form for file in files if file.under_way},
        "newest": None
        if waits
        else max(finished, key=lambda file: file.ended_at or file.asked_at, default=None),
        "refreshed": request.headers.get("HX-Request") == "true",
        "may_export": request.user.has_perm("queries.export_query"),
        "sort": request.GET.get("sort", ""),
        "live": found.under_way or waits,
    }
    if found.state == State.DONE:
        content |= _rows(request, found, names)
    return render(request, "queries/run.html", content)


def _rows(request: StaffRequest, found: Run, names: words.Names) -> dict[str, Any]:
    """A page of the result. The first look at each page is kept in the trail, live refreshes are not."""
    try:
        result = selectors.result(found)
    except BadQuery:  # the formats have changed since
        raise Http404 from None
    page = paginate(request, selectors.Listing(result, found.rows or 0, request.GET.get("sort", "")))
    told = words.Teller(result.shown, names)
    if request.headers.get("HX-Request") != "true":
        trail.note(
            "queries.view_result", found, timezone.now(), request.META.get("REMOTE_ADDR") or None,
            page=page.number, unmasked=found.unmasked,
        )  # fmt: skip
    origin = result.origin and request.user.has_perm("intake.view_original")
    return {
        "page": page,
        "columns": [(each.name, words.shown_title(each), each.kind == "number") for each in result.shown],
        "origin": origin,
        "numbers": words.has_numbers(result.shown),
        "made_of": "" if (met := selectors.meeting(found)) is None else words.groups(found.rows or 0, met),
        "total": _total(found, len(result.shown), names),
        "rows": [
            (told.cells(row), (str(row[-2]), int(row[-1])) if origin and row[-2] and row[-1] else None)
            for row in page.object_list
        ],
    }


def _total(found: Run, columns: int, names: words.Names) -> list[tuple[str, bool]]:
    """Cells of the last line of a grouped result; none where it has no such line."""
    held = selectors.total(found)
    if held is None:
        return []
    shown, row = held
    figures = words.Teller(shown, names).cells(row)
    return [(_("Total"), False), *[("", False)] * (columns - len(figures) - 1), *figures]


@requires("queries.view_query")
@require_POST
def again(request: StaffRequest, number: UUID) -> HttpResponse:
    """Ask the same again; its numbers come masked, unless a reason is given anew in the builder."""
    found = _run(request, number)
    asking = Asking(query=found.query, name=found.name, saved=found.saved, consent=True)
    try:
        made = services.ask(asking, by=request.user, now=timezone.now(), address=_address(request))
    except (BadQuery, NeedsConsent):
        return redirect(f"/queries/build/?run={found.pk}")
    return redirect("queries:run", made.pk)


@requires("queries.view_query")
@require_POST
def cancel(request: StaffRequest, number: UUID) -> HttpResponse:
    """Stop a run."""
    services.cancel(_run(request, number), now=timezone.now())
    return redirect("queries:run", number)


@requires("queries.export_query")
@require_POST
def export(request: StaffRequest, number: UUID) -> HttpResponse:
    """Have a file made of a result."""
    found = _run(request, number)
    wanted = request.POST.get("form", "")
    if wanted not in Form.values:
        raise Http404
    try:
        services.order_file(found, Form(wanted), now=timezone.now(), address=_address(request))
    except CantonError as error:
        said = {"status": 409, "icon": "file-off", "title": error.message}
        return render(request, "shell/failure.html", said, status=409)
    return redirect(f"{reverse('queries:run', args=[number])}#files")


@requires("queries.export_query")
@require_POST
def cancel_file(request: StaffRequest, number: UUID) -> HttpResponse:
    """Stop making a file."""
    file = get_object_or_404(selectors.result_files(request.user), pk=number)
    services.cancel_file(file, now=timezone.now())
    return redirect("queries:run", file.run_id)


@requires("queries.export_query")
@require_GET
def take(request: StaffRequest, number: UUID) -> HttpResponseBase:
    """The file itself, for its owner."""
    mine = selectors.result_files(request.user).filter(state=State.DONE, run__state=State.DONE)
    file = get_object_or_404(mine, pk=number)
    try:
        content = file.path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    trail.note(
        "queries.take_file", file.run, timezone.now(), _address(request), form=file.form, rows=file.run.rows,
        unmasked=file.run.unmasked,
    )  # fmt: skip
    return FileResponse(
        content,
        as_attachment=True,
        filename=file.filename,
        content_type=TYPES[Form(file.form)],
        headers={"Cache-Control": "no-store"},
    )


def _run(request: StaffRequest, number: UUID) -> Run:
    """The viewer's own run; anybody else's is not there."""
    return get_object_or_404(selectors.runs(request.user).prefetch_related("files"), pk=number)


def _facts(found: Run, names: words.Names) -> tuple[str, list[tuple[str, str]]]:
    """Title of a run and all it asked, in words; of one whose format is gone, what is kept of it."""
    try:
        query = found.query
        catalogue = Catalogue.of(query.dataset, query.joins)
    except BadQuery as error:
        title = found.name or str(found.document.get("dataset", ""))
        return title, [(_("Conditions"), error.message)]
    told = [(_("Dataset"), str(datasets()[query.dataset])), *words.facts(query, catalogue, names)]
    return found.name or str(datasets()[query.dataset]), told


def _said(found: Run, names: words.Names) -> tuple[str, str]:
    """Title and conditions of a run in words; of one whose format is gone, what is kept of it."""
    try:
        query = found.query
        catalogue = Catalogue.of(query.dataset, query.joins)
    except BadQuery as error:
        return found.name or str(found.document.get("dataset", "")), error.message
    return found.name or str(datasets()[query.dataset]), words.asked(query, catalogue, names)


def problem(work: Work) -> str:
    """Why it ended without a result, in the reader's language."""
    if not work.error_code or work.state in UNDER_WAY:
        return ""
    return _(work.error_text) % work.error_facts if work.error_facts else _(work.error_text)


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
