"""The way from a row to its original line, also when another centre holds the file (F16)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from canton.accounts.access import StaffRequest, requires
from canton.exchange.models import Link
from canton.intake.terminal import visible
from canton.kernel.errors import CantonError

from ..models import OriginalRequest
from ..services import fetch_original, is_held

MAY_FETCH = "queries.fetch_original"


@requires("intake.view_original")
@require_http_methods(["GET", "POST"])
def line(request: StaffRequest, batch: str, line: int) -> HttpResponse:
    """Open the original line; where we do not hold the file, ask the centre that does, with a reason."""
    found = get_object_or_404(visible(request.user), number=batch)
    if is_held(found):
        return redirect("intake:original", found.number, line)
    error = ""
    may = request.user.has_perm(MAY_FETCH)
    if request.method == "POST" and may:
        try:
            fetch_original(
                found, line, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now(),
                address=request.META.get("REMOTE_ADDR") or None,
            )  # fmt: skip
        except CantonError as refused:
            error = refused.message
        else:
            return redirect("queries:line", batch, line)
    content = {
        "batch": found,
        "line": line,
        "error": error,
        "may_fetch": may,
        "linked": Link.objects.filter(pk=found.centre_id, active=True).exclude(host="").exists(),
        "asked": OriginalRequest.objects.filter(sha256=found.sha256)
        .select_related("outgoing", "owner")
        .first(),
    }
    return render(request, "queries/line.html", content, status=422 if error else 200)
