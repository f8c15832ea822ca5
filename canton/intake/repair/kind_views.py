"""All refused rows of a kind on the screen: which value becomes which (F09)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from canton.accounts.access import StaffRequest, requires
from canton.kernel.errors import CantonError
from canton.shell.flash import done

from .. import originals, wording
from ..models import Batch
from . import forms, rows
from .rechecking import recheck
from .rows import Kind
from .scope import batch_of, format_of
from .services import repairing
from .written import written_of

PREVIEWED = 10


@requires("intake.repair_batch")
@require_http_methods(["GET", "POST"])
def kinds(request: StaffRequest, number: str) -> HttpResponse:
    """All rows of a kind: which value becomes which, looked at before it is written."""
    batch = batch_of(request, number)
    known = rows.kinds(batch)
    asked = request.GET.get("reason", "")
    kind = next((each for each in known if each.reason == asked), known[0] if known else None)
    if request.method == "GET" or kind is None:
        return _kinds_page(request, batch, kind)
    mapping = _mapping(request)
    if request.POST.get("action") == "save":
        try:
            act = repairing.correct_kind(batch, kind, mapping, by=request.user.number, now=timezone.now())
        except CantonError as error:
            return _kinds_page(request, batch, kind, mapping=mapping, error=error)
        said = _("%(rows)s rows corrected.") % {"rows": act.rows}
        done(request, said, undo=reverse("intake:repair-undo", args=[number, act.pk]))
        return redirect("intake:repair", number)
    return _kinds_page(request, batch, kind, mapping=mapping, preview=_preview(batch, kind, mapping))


def _kinds_page(
    request: StaffRequest,
    batch: Batch,
    kind: Kind | None,
    *,
    mapping: Mapping[str, str] | None = None,
    preview: dict[str, Any] | None = None,
    error: CantonError | None = None,
) -> HttpResponse:
    format_ = format_of(batch)
    values = rows.values_of(batch, kind) if kind else []
    chosen = mapping if mapping is not None else {each.old: each.proposed for each in values if each.proposed}
    personal = kind is not None and kind.column in originals.personal_columns(batch.how_written)
    content = {
        "batch": batch, "kind": kind, "error": error, "preview": preview,
        "obstacle": repairing.obstacle(batch),
        "kinds": [(each.reason, wording.reason(each.reason, format_), each.rows)
            for each in rows.kinds(batch)],
        "text": wording.reason(kind.reason, format_) if kind else "",
        "title": wording.column_title(format_, kind.column) if kind else "",
        "options": forms.options_of(batch, kind.column) if kind else (),
        "values": [(each, chosen.get(each.old, "")) for each in values], "personal": personal,
        "limited": len(values) >= rows.VALUES_SHOWN,
    }  # fmt: skip
    return render(request, "intake/repair_kinds.html", content, status=422 if error else 200)


def _mapping(request: StaffRequest) -> dict[str, str]:
    """old → new of the lines that were filled in; an emptied value is asked for by its own box."""
    olds, news = request.POST.getlist("old"), request.POST.getlist("new")
    emptied = set(request.POST.getlist("empty"))
    pairs = {old: new for old, new in zip(olds, news, strict=False) if new}
    return pairs | {old: "" for old in olds if old in emptied}


def _preview(batch: Batch, kind: Kind, mapping: Mapping[str, str]) -> dict[str, Any]:
    """The first rows as they will be, what the check says to them, and how many there are."""
    written, format_ = written_of(batch), format_of(batch)
    first = rows.rows_of_kind(batch, kind, mapping, limit=PREVIEWED)
    count = sum(each.rows for each in rows.values_of(batch, kind) if each.old in mapping)
    try:
        texts = [
            written.mended(each.raw, {written.named(each.raw, kind.column): mapping[each.value]})
            for each in first
        ]
        found = recheck(batch, texts, written) if texts else []
    except CantonError as error:
        return {"error": error, "count": count}
    shown = [
        {
            "line": each.line, "old": each.value, "new": mapping[each.value],
            "still": [wording.reason(finding.reason, format_) for finding in wrong],
        }
        for each, wrong in zip(first, found, strict=True)
    ]  # fmt: skip
    return {"count": count, "rows": shown, "good": sum(not each["still"] for each in shown)}
