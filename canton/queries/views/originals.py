"""The way from a row to its original line, also when another centre holds the file (F16)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from canton.accounts.access import StaffRequest, requires
from canton.audit.services import record
from canton.exchange.models import Link
from canton.intake.models import Batch
from canton.intake.originals import excerpt
from canton.intake.terminal import visible
from canton.kernel.errors import CantonError

from .. import letters, selectors
from ..models import OriginalRequest
from ..services import ask_again, fetch_original, is_held, show_numbers

MAY_FETCH = "queries.fetch_original"


@requires("intake.view_original")
@never_cache
@require_http_methods(["GET", "POST"])
def line(request: StaffRequest, batch: str, line: int) -> HttpResponse:
    """Open the original line; where we do not hold the file, ask the centre that does, with a reason."""
    found = get_object_or_404(visible(request.user).select_related("original"), number=batch)
    if is_held(found):
        return redirect("intake:original", found.number, line)
    asked = selectors.request_for(found, line)
    error, full, act = "", False, request.POST.get("act", "fetch")
    if request.method == "POST":
        try:
            full = _done(request, act, found, line, asked)
        except CantonError as refused:
            error = refused.message
        else:
            if not full:
                return redirect("queries:line", batch, line)
    content = _content(request, found, line, asked, full=full) | {"error": error, "act": act}
    return render(request, "queries/line.html", content, status=422 if error else 200)


def _done(request: StaffRequest, act: str, batch: Batch, line: int, asked: OriginalRequest | None) -> bool:
    """Do what was asked; answers whether numbers are to be shown in full."""
    who: dict[str, Any] = {
        "by": request.user, "now": timezone.now(), "address": request.META.get("REMOTE_ADDR") or None,
    }  # fmt: skip
    reason = request.POST.get("reason", "")
    if act == "numbers":
        show_numbers(batch, line, reason=reason, **who)
        return True
    if request.user.has_perm(MAY_FETCH):
        if act == "again" and asked is not None:
            ask_again(asked, **who)
        else:
            fetch_original(batch, line, reason=reason, **who)
    return False


def _content(
    request: StaffRequest, batch: Batch, line: int, asked: OriginalRequest | None, *, full: bool
) -> dict[str, Any]:
    shown = None
    if asked is not None and asked.excerpt:
        lines = letters.lines_from(asked.excerpt).numbered
        shown = excerpt(batch, line, lines, full=full)
        record(
            "intake.view_original", actor=request.user.number, centre=request.user.centre_id,
            now=timezone.now(), target=f"{batch.number}:{line}",
            address=request.META.get("REMOTE_ADDR") or None,
        )  # fmt: skip
    return {
        "batch": batch,
        "line": line,
        "asked": asked,
        "shown": shown,
        "full": full,
        "may_fetch": request.user.has_perm(MAY_FETCH),
        "may_unmask": request.user.has_perm("queries.view_number"),
        "linked": Link.objects.filter(pk=batch.centre_id, active=True).exists(),
    }
