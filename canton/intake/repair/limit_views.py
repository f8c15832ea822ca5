"""How many refused rows a dataset's files may have, on the screen (F09)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from canton.accounts.access import StaffRequest, requires
from canton.centres.selectors import own
from canton.exchange import formats
from canton.exchange.formats import Format
from canton.shell.flash import done

from ..models import RefusalLimit
from .forms import LimitForm
from .services.limiting import change_limit
from .tolerance import JUDGED_BY_SHARE, default


@requires("intake.change_limit")
@require_http_methods(["GET", "POST"])
def limits(request: StaffRequest) -> HttpResponse:
    """How many refused rows each dataset's files may have before they are refused whole."""
    if request.user.centre_id != own().pk:  # they hold for the whole centre
        raise PermissionDenied
    names = {each.name: each for each in formats.all()}
    dataset, form = request.POST.get("dataset", ""), None
    if request.method == "POST" and dataset in names:
        form = LimitForm(request.POST)
        by_default = request.POST.get("action") == "default"
        if by_default or form.is_valid():
            change_limit(
                dataset, None if by_default else form.tolerance, by=request.user.number, now=timezone.now()
            )
            done(request, _("Limits saved."))
            return redirect("intake:refusal-limits")
    known = {each.dataset: each for each in RefusalLimit.objects.all()}
    content = {
        "rows": [
            _limit(name, format_, known.get(name), form if name == dataset else None)
            for name, format_ in names.items()
        ],
        "default": default(), "from_rows": JUDGED_BY_SHARE,
    }  # fmt: skip
    return render(request, "intake/repair_limits.html", content, status=422 if form else 200)


def _limit(name: str, format_: Format, limit: RefusalLimit | None, form: LimitForm | None) -> dict[str, Any]:
    tolerance = limit.tolerance if limit else default()
    share = None if tolerance.share is None else round(tolerance.share * 100, 4)
    initial = {"share": share, "rows": tolerance.rows}
    shown = form or LimitForm(initial=initial, auto_id=f"id_{name}_%s")
    return {"name": name, "title": format_.title, "own": limit, "form": shown}
