"""The data-processing terminal (F04): batches, one batch, its refused rows, original lines, handing in."""

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.audit.services import record
from canton.exchange import formats
from canton.exchange.errors import UnknownFormat
from canton.exchange.formats import Format
from canton.exchange.formats.words import word
from canton.kernel.errors import CantonError
from canton.records.errors import OriginalMissing
from canton.shell.exports import csv_response
from canton.shell.flash import done
from canton.shell.pages import paginate
from canton.shell.periods import written

from . import display, forms, services, terminal, wording
from .choices import ReasonKind, Route, State, Step
from .errors import NameTaken, NotStopped, UnknownCentre
from .models import Batch
from .originals import original_line, personal_columns, shown_value
from .refusals import FileRefused
from .repair.refused import Refused, RefusedRows
from .sending import gone_on, kept_by_browser
from .shapes import BadLayout, UnknownLayout
from .workshop.selectors import published

ROWS_A_PAGE = 50


@requires("intake.view_batch")
@require_GET
def batches(request: StaffRequest) -> HttpResponse:
    """The list with its figures and the matrix of arrivals; state lives in the address."""
    viewer, now = request.user, timezone.now()
    filters = forms.filters_from(request.GET)
    cities = terminal.cities_of(viewer)
    datasets = {each.name: str(each.title) for each in formats.all()}
    mine = terminal.visible(viewer)
    named = terminal.named(mine, filters, now=now)
    counted = terminal.count(viewer, named, filters, now=now)
    counts, figures = terminal.counts(counted, filters), terminal.figures(mine, counted, now=now)
    found = terminal.listed(named, filters).values_list("pk", flat=True)
    page = paginate(request, found, count=counts[filters.group or "all"])
    content = {
        "filters": filters,
        "counts": counts,
        "figures": figures,
        "read": display.rows_with_unit(figures.read_today),
        "kept_share": figures.kept_today / figures.read_today if figures.read_today else None,
        "arrivals": [
            (name, datasets[name], cells) for name, cells in terminal.arrivals(counted, cities, _due())
        ],
        "cities": cities,
        "page": page,
        "rows": [
            display.row(each, steps, datasets.get(each.dataset, each.dataset), now)
            for each, steps in terminal.shown(page.object_list)
        ],
        "choices": _choices(cities, datasets, terminal.periods_of(mine)),
        "sort": filters.sort,
    }
    return render(request, "intake/batches.html", content)


def _due() -> list[str]:
    """Datasets that cities send; the house's own tables are due from nobody."""
    return list(dict.fromkeys(each.name for each in formats.all() if not each.reference))


def _choices(cities: list[Any], datasets: dict[str, str], periods: list[str]) -> dict[str, Any]:
    everything = ("", _("all"))
    return {
        "city": [everything, *((city.code, str(city)) for city in cities)],
        "dataset": [everything, *datasets.items()],
        "period": [everything, *((period, written(period)) for period in periods)],
        "received": [everything, ("today", _("today")), ("week", _("7 days"))],
        "sort": [
            ("", _("stopped or under way first, then newest")),
            (terminal.NEWEST_FIRST, _("newest first")),
            (terminal.NEEDS_WORK, _("oldest needing work first")),
        ],
    }


@requires("intake.view_batch")
@require_GET
def batch(request: StaffRequest, number: str) -> HttpResponse:
    """One batch: its steps, the sum, why rows were refused, and those rows."""
    return _page(request, _batch(request, number))


@requires("intake.run_batch")
@require_POST
def run_again(request: StaffRequest, number: str) -> HttpResponse:
    """Have a worker go on with a batch that stopped; its page with a 422 when it has not."""
    found = _batch(request, number)
    try:
        services.run_again(found, by=request.user.number, now=timezone.now())
    except NotStopped as error:
        return _page(request, found, problem=error.message, status=422)
    done(request, _("A worker goes on with the batch."))
    return redirect("intake:batch", found.number)


def _page(request: HttpRequest, found: Batch, *, problem: str = "", status: int = 200) -> HttpResponse:
    format_, personal = _format(found), _personal(found)
    reason, column = request.GET.get("reason", ""), request.GET.get("column")
    rows = RefusedRows(found, reason=reason, column=column or None)
    page = paginate(request, rows, per_page=ROWS_A_PAGE)
    counted = list(found.reasons.all())
    refusals = [each for each in counted if each.kind == ReasonKind.REFUSE]
    most = max((each.rows for each in refusals), default=1)
    pill, says = display.state_of(found)
    content = {
        "batch": found,
        "pill": pill,
        "says": says,
        "track": display.track(found),
        "dataset": format_.title if format_ else found.dataset,
        "reasons": [(each, wording.reason(each.code, format_), each.rows / most) for each in refusals],
        "repairs": [(each, wording.repair(each.code)) for each in counted if each not in refusals],
        "reason": reason,
        "reason_text": wording.reason(reason, format_) if reason else "",
        "columns": [("", _("all")), *wording.columns_of((each.code for each in refusals), format_)],
        "page": page,
        "rows": [_shown(each, format_, personal) for each in page.object_list],
        "replaces": found.replaces.all(),
        "whole": found.state == State.REFUSED,
        "failed": found.state == State.FAILED,
        "stands_still": services.stands_still(found),
        "undecided": found.judgements.filter(code="").count() if found.replaced_by_id is None else 0,
        "problem": problem,
        "receipted": any(run.step == Step.RECEIPT and run.ended_at for run in found.steps.all()),
        "sum": display.sum_of(found, display.states_of(found)),
        "ratio": display.ratio_of(found),
        "share": found.kept / found.read if found.read else None,
        "refused_share": found.refused / found.read if found.read else None,
    }
    return render(request, "intake/batch.html", content, status=status)


def _shown(row: Refused, format_: Format | None, personal: Collection[str]) -> dict[str, Any]:
    return {
        "line": row.line,
        "column": wording.column_title(format_, row.column),
        "value": shown_value(format_, row.column, row.value, personal),
        "word": word(row.column, row.value),
        "reason": wording.reason(row.reason, format_),
        "code": row.reason,
    }


@requires("intake.view_batch")
@require_GET
def refused_csv(request: StaffRequest, number: str) -> HttpResponseBase:
    """The refused rows of the screen, all of them, as a file; who took it is kept."""
    found = _batch(request, number)
    format_, personal = _format(found), _personal(found)
    reason, column = request.GET.get("reason", ""), request.GET.get("column")
    rows = RefusedRows(found, reason=reason, column=column or None)
    record(
        "intake.export_refused", actor=request.user.number, centre=request.user.centre_id, now=timezone.now(),
        target=found.number, address=request.META.get("REMOTE_ADDR") or None, reason=reason, rows=len(rows),
    )  # fmt: skip

    def lines() -> Iterator[tuple[object, ...]]:
        for row in rows:
            shown = _shown(row, format_, personal)
            yield row.line, shown["column"], shown["value"], shown["reason"], row.reason

    header = [_("Line"), _("Column"), _("Value as sent"), _("Reason"), _("Code")]
    return csv_response(f"{found.number}-{_('refused rows')}.csv", header, lines())


@requires("intake.view_original")
@require_GET
def original(request: StaffRequest, number: str, line: int) -> HttpResponse:
    """A line of the original file among its neighbours (F16); every look is kept."""
    found = _batch(request, number)
    try:
        shown = original_line(found, line)
    except OriginalMissing as error:
        return render(
            request, "intake/original.html", {"batch": found, "line": line, "error": error}, status=404
        )
    if not any(each.number == line for each in shown.lines):
        raise Http404
    record(
        "intake.view_original", actor=request.user.number, centre=request.user.centre_id, now=timezone.now(),
        target=f"{found.number}:{line}", address=request.META.get("REMOTE_ADDR") or None,
    )  # fmt: skip
    format_ = _format(found)
    refused = [_shown(each, format_, _personal(found)) for each in RefusedRows(found).of_line(line)]
    content = {
        "batch": found, "line": line, "shown": shown, "refused": refused,
        "previous": line - 1, "following": line + 1 if shown.lines[-1].number > line else 0,
        "titles": [(name, wording.column_title(format_, name), value, word(name, value))
            for name, value in shown.fields],
    }  # fmt: skip
    return render(request, "intake/original.html", content)


@requires("intake.add_batch")
@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    """Hand in a file by hand; it becomes a batch like any other."""
    initial = {"layout": request.GET["layout"]} if "layout" in request.GET else {}
    form = forms.UploadForm(
        request.POST or None, request.FILES or None,
        viewer=request.user, today=timezone.localdate(), initial=initial,
    )  # fmt: skip
    taken = False
    if form.is_valid():
        try:
            accepted = _accept(request, form.cleaned_data)
        except CantonError as error:
            taken = isinstance(error, NameTaken)
            form.add_error(_field_of(error), error.message)
        else:
            said = (
                _("This file is here already.")
                if accepted.again
                else _("File taken in; it is being processed.")
            )
            messages.success(request, said)
            return gone_on(request, reverse("intake:batch", args=[accepted.batch.number]))
    if not kept_by_browser(request):
        forms.ask_file_again(form)
    content = {"form": form, "taken": taken}
    return render(request, "intake/upload.html", content, status=422 if form.is_bound else 200)


def _field_of(error: CantonError) -> str | None:
    """The field a failure of handing in belongs to; None = to none."""
    fields: dict[type[CantonError], str] = {
        NameTaken: "sequence", UnknownCentre: "centre", UnknownLayout: "layout", BadLayout: "layout",
        FileRefused: "file",
    }  # fmt: skip
    return next((name for kind, name in fields.items() if isinstance(error, kind)), None)


def _accept(request: StaffRequest, given: dict[str, Any]) -> services.Accepted:
    file: UploadedFile[bytes] = given["file"]
    with tempfile.NamedTemporaryFile(suffix=".upload") as held:
        for chunk in file.chunks():
            held.write(chunk)
        held.flush()
        handed_in = services.Upload(
            path=Path(held.name), name=file.name or "", centre=given["centre"],
            layout=published(given["layout"]), route=Route.SCREEN, by=request.user.number,
            period=given["period"], sequence=given["sequence"],
        )  # fmt: skip
        if not given["replace"]:
            services.require_free(handed_in)
        return services.accept_file(handed_in, now=timezone.now())


def _batch(request: HttpRequest, number: str) -> Batch:
    """The batch, if it lies in the viewer's scope; else 404, as if there were none."""
    mine = terminal.visible(request.user).select_related("original").prefetch_related("steps", "reasons")  # type: ignore[arg-type]
    return get_object_or_404(mine, number=number)


def _personal(found: Batch) -> frozenset[str]:
    try:
        return personal_columns(found.how_written)
    except UnknownLayout:
        return frozenset()


def _format(found: Batch) -> Format | None:
    try:
        return formats.get(found.dataset, found.version)
    except UnknownFormat:
        return None
