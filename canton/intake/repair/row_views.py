"""One refused row on the screen: its fields, what is wrong with them, the row before and after (F09)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.kernel.errors import CantonError
from canton.shell.flash import done

from .. import originals, wording
from ..models import Batch
from . import forms, rows
from .errors import RowMoved
from .rechecking import Finding, recheck
from .refused import RefusedRows
from .rows import Row
from .scope import batch_of, format_of
from .services import repairing
from .standing import standing_of
from .written import Form, written_of


@requires("intake.repair_batch")
@require_http_methods(["GET", "POST"])
def row(request: StaffRequest, number: str, line: int) -> HttpResponse:
    """One row with its fields to edit; saved, the next one follows. A second person's save is a 409."""
    batch = batch_of(request, number)
    found = _row(batch, line)
    if request.method == "GET":
        _note(request, batch, line)
        return _row_page(request, batch, found)
    given = forms.given_in(request.POST, found, _hidden(batch, found), batch.how_written)
    onward = request.POST.get("action") == "next"
    if onward and not given:
        return redirect(_following(request, batch, line))
    seen = request.POST.get("seen", "")
    try:
        act = repairing.correct(
            batch, line, given, seen=int(seen) if seen.isdecimal() else -1, by=request.user.number,
            now=timezone.now(),
        )  # fmt: skip
    except CantonError as error:
        status = 409 if isinstance(error, RowMoved) else 422
        return _row_page(request, batch, _row(batch, line), error=error, given=given, status=status)
    taken_back = reverse("intake:repair-undo", args=[number, act.pk]) if act else ""
    done(request, _("Row corrected.") if act else _("The row is as it was sent again."), undo=taken_back)
    if onward:
        return redirect(_following(request, batch, line))
    return redirect(_address("repair-row", number, line, **_kept(request)))


@requires("intake.repair_batch")
@require_POST
def check_row(request: StaffRequest, number: str, line: int) -> HttpResponse:
    """What the check says to the row as it is being edited; nothing is kept."""
    batch = batch_of(request, number)
    found = _row(batch, line)
    written = written_of(batch)
    given = forms.given_in(request.POST, found, _hidden(batch, found), batch.how_written)
    try:
        [wrong] = recheck(batch, [written.mended(found.text, given)], written, whole=found.sent is None)
    except CantonError as error:
        return render(request, "intake/_repair_verdict.html", {"error": error}, status=422)
    lines = forms.lines_of(
        batch, found, format_of(batch), hidden=_hidden(batch, found), reasons=[*wrong, *found.later]
    )
    content = {**_verdict(batch, found, wrong), "lines": lines}
    return render(request, "intake/_repair_check.html", content)


def _row_page(
    request: StaffRequest,
    batch: Batch,
    found: Row,
    *,
    error: CantonError | None = None,
    given: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    format_, hidden = format_of(batch), _hidden(batch, found)
    written = written_of(batch)
    now: list[Any] = list(found.reasons)
    verdict: dict[str, Any] = {}
    if found.repairs or given:
        [wrong] = recheck(batch, [_text(written, found, given or {})], written, whole=found.sent is None)
        now = [*wrong, *found.later]
        verdict = _verdict(batch, found, wrong)
    lines = forms.lines_of(batch, found, format_, hidden=hidden, reasons=now, given=given)
    before, after = _beside(request, batch, found.line)
    wrong_lines = [line for line in lines if line.first]
    content = {
        "batch": batch, "row": found, "error": error, **standing_of(batch), **verdict,
        "wrong": wrong_lines, "focus": next((line.key for line in
            sorted(wrong_lines, key=lambda line: not line.reasons)), ""),
        "rest": [line for line in lines if not line.first],
        "loose": [(wording.reason(each.reason, format_), each.reason) for each in now
            if found.values is not None and not rows.by_field([each], found.values).keys() - {""}],
        "count": len({(each.column, each.reason) for each in now}),
        "raw": originals.mask_numbers(found.raw) if hidden else found.raw,
        "before": _address("repair-row", batch.number, before, **_kept(request)) if before else "",
        "after": _address("repair-row", batch.number, after, **_kept(request)) if after else "",
        "acts": {each.act_id: each.act for each in found.repairs}.values(),
        "conflict": isinstance(error, RowMoved), "there": _there(batch, found.line),
        "sent_back": found.line in rows.sent_lines(batch),
        "kept": urlencode(_kept(request)), "shown": forms.shown_in(found, hidden),
    }  # fmt: skip
    return render(request, "intake/repair_row.html", content, status=status)


def _verdict(batch: Batch, found: Row, wrong: tuple[Finding, ...]) -> dict[str, Any]:
    format_ = format_of(batch)
    said = dict.fromkeys((wording.reason(each.reason, format_), each.reason) for each in wrong)
    later = dict.fromkeys(wording.reason(each.reason, format_) for each in found.later)
    return {"still": list(said), "later": list(later), "checked": True}


def _text(written: Form, found: Row, given: Mapping[str, str]) -> str:
    """The row with what the person wrote; as it stands where that cannot be written."""
    try:
        return written.mended(found.text, given) if given else found.text
    except CantonError:
        return found.text


def _row(batch: Batch, line: int) -> Row:
    found = rows.row_of(batch, line, written_of(batch))
    if found is None:
        raise Http404
    return found


def _hidden(batch: Batch, found: Row) -> frozenset[str]:
    return rows.hidden_columns(batch.how_written, found)


def _beside(request: StaffRequest, batch: Batch, line: int) -> tuple[int | None, int | None]:
    kept = _kept(request)
    return rows.RowList(batch, reason=kept.get("reason", ""), state=kept.get("state", "")).beside(line)


def _kept(request: StaffRequest) -> dict[str, str]:
    """The conditions of the list that stay in the addresses of its rows."""
    kept = {key: request.GET.get(key, "") for key in ("reason", "state")}
    return {key: value for key, value in kept.items() if value}


def _address(view: str, number: str, line: int, **kept: str) -> str:
    address = reverse(f"intake:{view}", args=[number, line])
    return f"{address}?{urlencode(kept)}" if kept else address


def _there(batch: Batch, line: int) -> str:
    """The row in the corrected copy that took the batch's place; empty where it is refused there no more."""
    copy = batch.replaced_by
    if copy is None or copy.corrects_id != batch.pk or not len(RefusedRows(copy).of_line(line)):
        return ""
    return _address("repair-row", copy.number, line)


def _following(request: StaffRequest, batch: Batch, line: int) -> str:
    """Address of the next row; of the list when there is none."""
    following, kept = _beside(request, batch, line)[1], _kept(request)
    if following is not None:
        return _address("repair-row", batch.number, following, **kept)
    address = reverse("intake:repair", args=[batch.number])
    return f"{address}?{urlencode(kept)}" if kept else address


def _note(request: StaffRequest, batch: Batch, line: int) -> None:
    record(
        "intake.view_refused_row", actor=request.user.number, centre=request.user.centre_id,
        now=timezone.now(), target=f"{batch.number}:{line}", address=address_of(request),
    )  # fmt: skip
