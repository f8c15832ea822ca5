"""The data-transmission terminal (F04): what is due and came, packages on their way in both directions."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.audit.services import record
from canton.centres.models import Centre
from canton.centres.selectors import own
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.exports import csv_response
from canton.shell.pages import paginate

from .. import expected, selectors, services
from .. import terminal as shown
from ..choices import OutgoingState
from ..detours import read
from ..models import Outgoing
from ..returned import guarded_rows
from ..wording import package_titles

COLUMNS = 14  # periods in the matrix


@requires("exchange.view_link")
@require_GET
def terminal(request: StaffRequest) -> HttpResponse:
    """Tiles, who is late, and the matrix of what is due against what came."""
    viewer, now = request.user, timezone.now()
    titles = package_titles()
    due = shown.due_datasets()
    chosen = request.GET.get("dataset", "")
    dataset = chosen if chosen in due else next(iter(due), "")
    below = shown.below(viewer)
    board = expected.board(below, dataset, now=now, periods=COLUMNS) if dataset else []
    board = [(centre, row) for centre, row in board if row]
    behind = shown.behind(viewer, now=now)
    content = {
        "figures": shown.figures(viewer, behind, now=now),
        "behind": behind,
        "below": below,
        "datasets": [(name, titles.get(name, name)) for name in due],
        "dataset": dataset,
        "periods": sorted({each.period for _centre, row in board for each in row})[-COLUMNS:],
        "board": _in_columns(board),
        "lines": selectors.lines(viewer, now=now),
        "titles": titles,
    }
    return render(request, "exchange/terminal.html", content)


def _in_columns(board: list[tuple[Centre, list[expected.Due]]]) -> list[tuple[Centre, list[Any]]]:
    """Each row with a cell, or None, for every period of the matrix."""
    periods = sorted({each.period for _centre, row in board for each in row})[-COLUMNS:]
    rows = []
    for centre, row in board:
        known = {each.period: each for each in row}
        rows.append((centre, [known.get(period) for period in periods]))
    return rows


@requires("exchange.chase")
@require_POST
def chase(request: StaffRequest) -> HttpResponse:
    """Remind one centre, or all that are late."""
    by, now, code = request.user.number, timezone.now(), request.POST.get("centre", "")
    if not code:
        visible = {centre.pk for centre in shown.below(request.user)}
        reminded = services.chase_all(by=by, now=now, by_itself=False, only=visible)
        said = _("%(count)s centres reminded.") % {"count": reminded}
        flash.done(request, said if reminded else _("Everybody who is late was reminded already."))
        return redirect("exchange:terminal")
    centre = next((each for each in shown.below(request.user) if each.pk == code), None)
    if centre is None:
        raise Http404
    try:
        services.chase(centre, by=by, now=now)
    except CantonError as error:
        flash.done(request, error.message)
    else:
        flash.done(request, _("%(centre)s reminded.") % {"centre": centre})
    return redirect("exchange:terminal")


@requires("exchange.view_link")
@require_GET
def outgoing(request: StaffRequest) -> HttpResponse:
    """Packages we send: waiting, on their way, without receipt, answered."""
    filters = _filters(request)
    page = paginate(request, shown.outgoing(request.user, filters))
    counts = shown.counts(shown.outgoing(request.user, filters, grouped=False), shown.OUTGOING)
    content = _queue(request, filters, page, counts) | {"first": services.first_in_line()}
    return render(request, "exchange/outgoing.html", content)


@requires("exchange.view_link")
@require_GET
def incoming(request: StaffRequest) -> HttpResponse:
    """Packages that came, and those arriving in this moment."""
    filters = _filters(request)
    page = paginate(request, shown.incoming(request.user, filters))
    counts = shown.counts(shown.incoming(request.user, filters, grouped=False), shown.INCOMING)
    content = _queue(request, filters, page, counts) | {"halves": shown.halves(request.user)}
    return render(request, "exchange/incoming.html", content)


@requires("exchange.view_link")
@require_GET
def package(request: StaffRequest, number: int) -> HttpResponse:
    """One package of ours, and the receipt for it."""
    found = _outgoing(request, number)
    content = {
        "package": found,
        "titles": package_titles(),
        "outcome": found.outcome,
        "rows": found.refused_path.is_file(),
        "detours": read(found.detours),
        "ahead": services.before(found) if found.state == OutgoingState.QUEUED else [],
        "may_retry": found.state in services.MAY_RETRY,
        "may_cancel": found.state in services.MAY_CANCEL,
    }
    return render(request, "exchange/package.html", content)


@requires("exchange.view_link")
@require_GET
def receipt_rows(request: StaffRequest, number: int) -> HttpResponseBase:
    """The refused rows that came with a receipt; who took them is kept.

    They are rows of ours: who puts them right has them as they came, anybody else with numbers masked.
    """
    found = _outgoing(request, number)
    if not found.refused_path.is_file():
        raise Http404
    full = request.user.has_perm("exchange.view_returned") and request.user.centre_id == own().pk
    record(
        "exchange.export_receipt", actor=request.user.number, centre=request.user.centre_id,
        now=timezone.now(), target=found.name, address=request.META.get("REMOTE_ADDR") or None,
        full=full,
    )  # fmt: skip
    name = f"{found.name.removesuffix('.zip')}-refused.csv"
    if not full:
        rows = guarded_rows(found.refused_path)
        return csv_response(name, next(rows, []), rows)
    return FileResponse(
        found.refused_path.open("rb"), as_attachment=True, filename=name, content_type="text/csv"
    )


@requires("exchange.change_link")
@require_POST
def retry(request: StaffRequest, number: int) -> HttpResponse:
    """Send it now."""
    found = _outgoing(request, number)
    try:
        services.retry(found, by=request.user.number, now=timezone.now())
    except CantonError as error:
        flash.done(request, error.message)
    else:
        asked = found.state == OutgoingState.SENT
        said = _("The receipt for %(name)s is asked for now.") if asked else _("%(name)s is sent now.")
        flash.done(request, said % {"name": found.name})
    return redirect("exchange:package", number)


@requires("exchange.change_link")
@require_POST
def cancel(request: StaffRequest, number: int) -> HttpResponse:
    """Take it back."""
    found = _outgoing(request, number)
    try:
        services.cancel(found, by=request.user.number, now=timezone.now())
    except CantonError as error:
        flash.done(request, error.message)
    else:
        flash.done(request, _("%(name)s is taken back.") % {"name": found.name})
    return redirect("exchange:package", number)


def _outgoing(request: StaffRequest, number: int) -> Outgoing:
    mine = Outgoing.objects.filter(link__in=selectors.visible_to(request.user)).select_related("link__peer")
    return get_object_or_404(mine, pk=number)


def _filters(request: StaffRequest) -> shown.Filters:
    given = request.GET
    return shown.Filters(
        given.get("state", ""),
        given.get("centre", ""),
        given.get("q", "").strip()[:80],
        given.get("sort", "-time"),
    )


def _queue(
    request: StaffRequest, filters: shown.Filters, page: Any, counts: dict[str, int]
) -> dict[str, Any]:
    links = selectors.visible_to(request.user)
    everybody = [("", _("all")), *((link.pk, str(link.peer)) for link in links)]
    return {
        "filters": filters, "page": page, "counts": counts, "centres": everybody, "sort": filters.sort,
        "titles": package_titles(),
    }  # fmt: skip
