"""Refused rows put right on the screen: one by one, all of a kind, sent back to the city, run again (F09)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.exchange.formats import Format
from canton.kernel.errors import CantonError
from canton.shell.flash import done
from canton.shell.pages import paginate

from . import originals, repair_forms, repair_rows, terminal, wording
from .mending import Written
from .models import Batch, RepairAct, SentBack
from .rechecking import Finding, recheck
from .refused import path_of
from .repair_errors import RowMoved
from .repair_rows import Kind, Row
from .services import repairing, returning

ROWS_A_PAGE = 50
ACTS_SHOWN = 20
PREVIEWED = 10
STATES = ("open", "corrected")


@requires("intake.repair_batch")
@require_GET
def repair(request: StaffRequest, number: str) -> HttpResponse:
    """The refused rows of a batch, what was corrected so far, and what can be done with them."""
    return _overview(request, _batch(request, number))


@requires("intake.repair_batch")
@require_http_methods(["GET", "POST"])
def row(request: StaffRequest, number: str, line: int) -> HttpResponse:
    """One row with its fields to edit; saved, the next one follows. A second person's save is a 409."""
    batch = _batch(request, number)
    found = _row(batch, line)
    if request.method == "GET":
        _note(request, batch, line)
        return _row_page(request, batch, found)
    given = repair_forms.given_in(request.POST, found, _hidden(batch, found))
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
    following = _beside(request, batch, line)[1]
    if request.POST.get("action") == "next" and following:
        return redirect(_address("repair-row", number, following, **_kept(request)))
    return redirect(_address("repair-row", number, line, **_kept(request)))


@requires("intake.repair_batch")
@require_POST
def check_row(request: StaffRequest, number: str, line: int) -> HttpResponse:
    """What the check says to the row as it is being edited; nothing is kept."""
    batch = _batch(request, number)
    found = _row(batch, line)
    written = repair_rows.written_of(batch)
    given = repair_forms.given_in(request.POST, found, _hidden(batch, found))
    try:
        [wrong] = recheck(batch, [written.mended(found.text, given)], written)
    except CantonError as error:
        return render(request, "intake/_repair_verdict.html", {"error": error}, status=422)
    lines = repair_forms.lines_of(
        batch, found, _format(batch), hidden=_hidden(batch, found), reasons=[*wrong, *found.later]
    )
    content = {**_verdict(batch, found, wrong), "lines": lines}
    return render(request, "intake/_repair_check.html", content)


@requires("intake.repair_batch")
@require_http_methods(["GET", "POST"])
def kinds(request: StaffRequest, number: str) -> HttpResponse:
    """All rows of a kind: which value becomes which, looked at before it is written."""
    batch = _batch(request, number)
    known = repair_rows.kinds(batch)
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


@requires("intake.repair_batch")
@require_POST
def undo(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Take one act back; the page with a 422 when that is too late."""
    batch = _batch(request, number)
    act = get_object_or_404(RepairAct, batch=batch, pk=pk)
    try:
        repairing.undo(act, by=request.user.number, now=timezone.now())
    except CantonError as error:
        return _overview(request, batch, error=error, status=422)
    done(request, _("Correction taken back."))
    return redirect("intake:repair", number)


@requires("intake.repair_batch")
@require_POST
def apply(request: StaffRequest, number: str) -> HttpResponse:
    """Have the batch run again with what was corrected."""
    batch = _batch(request, number)
    try:
        repairing.apply(batch, by=request.user.number, now=timezone.now())
    except CantonError as error:
        return _overview(request, batch, error=error, status=422)
    done(request, _("A corrected copy is being written and will be checked like any other file."))
    return redirect("intake:repair", number)


@requires("intake.repair_batch")
@require_POST
def send_back(request: StaffRequest, number: str) -> HttpResponse:
    """Leave the rows to the city."""
    batch = _batch(request, number)
    form = repair_forms.SendBackForm(request.POST)
    try:
        if form.is_valid():
            note = form.cleaned_data["note"]
            returning.send_back(batch, note=note, by=request.user.number, now=timezone.now())
            done(request, _("Sent back to the city."), undo=reverse("intake:repair-recall", args=[number]))
            return redirect("intake:repair", number)
    except CantonError as error:
        return _overview(request, batch, error=error, status=422)
    return _overview(request, batch, send_form=form, status=422)


@requires("intake.repair_batch")
@require_POST
def recall(request: StaffRequest, number: str) -> HttpResponse:
    """The rows are put right here after all."""
    batch = _batch(request, number)
    try:
        returning.recall(batch, by=request.user.number, now=timezone.now())
    except CantonError as error:
        return _overview(request, batch, error=error, status=422)
    done(request, _("Recalled from the city."))
    return redirect("intake:repair", number)


def _overview(
    request: StaffRequest,
    batch: Batch,
    *,
    error: CantonError | None = None,
    send_form: repair_forms.SendBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    format_ = _format(batch)
    chosen, state = request.GET.get("reason", ""), request.GET.get("state", "")
    state = state if state in STATES else ""
    page = paginate(request, repair_rows.RowList(batch, reason=chosen, state=state), per_page=ROWS_A_PAGE)
    corrected, in_all = repair_rows.corrected_rows(batch), len(repair_rows.RowList(batch))
    content = {
        "batch": batch, "error": error, "obstacle": repairing.obstacle(batch),
        "page": page, "state": state, "reason": chosen,
        "rows": [(each, [wording.reason(code, format_) for code in each.reasons]) for each in page],
        "reasons": [("", _("all")),
            *((code, wording.reason(code, format_)) for code in repair_rows.reasons_of(batch))],
        "states": [("", _("all")), ("open", _("not corrected yet")), ("corrected", _("corrected already"))],
        "acts": [_act(each, format_) for each in batch.repair_acts.all()[:ACTS_SHOWN]],
        "acts_in_all": batch.repair_acts.count(),
        "corrected": corrected, "in_all": in_all, "open": max(0, in_all - corrected),
        "kinds": repair_rows.kinds(batch)[:1], "writing": repairing.being_written(batch),
        "copies": batch.corrections.all(), "sent_back": SentBack.objects.filter(batch=batch).first(),
        "send_form": send_form or repair_forms.SendBackForm(), "send_open": send_form is not None,
    }  # fmt: skip
    return render(request, "intake/repair.html", content, status=status)


def _act(act: RepairAct, format_: Format) -> dict[str, Any]:
    repairs = list(act.repairs.all()[:1])
    column = act.column or (repairs[0].column if repairs else "")
    return {
        "act": act, "column": wording.column_title(format_, column),
        "first": repairs[0] if repairs else None,
        "old": originals.shown_value(format_, column, repairs[0].old) if repairs else "",
        "new": originals.shown_value(format_, column, repairs[0].new) if repairs else "",
        "more": max(0, len(act.mapping) - 1) if act.mapping else max(0, act.repairs.count() - 1),
    }  # fmt: skip


def _row_page(
    request: StaffRequest,
    batch: Batch,
    found: Row,
    *,
    error: CantonError | None = None,
    given: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    format_, hidden = _format(batch), _hidden(batch, found)
    written = repair_rows.written_of(batch)
    now: list[Any] = list(found.reasons)
    verdict: dict[str, Any] = {}
    if found.repairs or given:
        [wrong] = recheck(batch, [_text(written, found, given or {})], written)
        now = [*wrong, *found.later]
        verdict = _verdict(batch, found, wrong)
    lines = repair_forms.lines_of(batch, found, format_, hidden=hidden, reasons=now, given=given)
    before, after = _beside(request, batch, found.line)
    content = {
        "batch": batch, "row": found, "error": error, "obstacle": repairing.obstacle(batch), **verdict,
        "wrong": [line for line in lines if line.first],
        "rest": [line for line in lines if not line.first],
        "loose": [(wording.reason(each.reason, format_), each.reason) for each in now
            if found.values is not None and not repair_rows.by_field([each], found.values).keys() - {""}],
        "count": len(now), "raw": originals.mask_numbers(found.raw) if hidden else found.raw,
        "before": _address("repair-row", batch.number, before, **_kept(request)) if before else "",
        "after": _address("repair-row", batch.number, after, **_kept(request)) if after else "",
        "acts": {each.act_id: each.act for each in found.repairs}.values(),
        "conflict": isinstance(error, RowMoved),
        "kept": urlencode(_kept(request)), "shown": repair_forms.shown_in(found, hidden),
    }  # fmt: skip
    return render(request, "intake/repair_row.html", content, status=status)


def _verdict(batch: Batch, found: Row, wrong: tuple[Finding, ...]) -> dict[str, Any]:
    format_ = _format(batch)
    said = dict.fromkeys((wording.reason(each.reason, format_), each.reason) for each in wrong)
    later = dict.fromkeys(wording.reason(each.reason, format_) for each in found.later)
    return {"still": list(said), "later": list(later), "checked": True}


def _kinds_page(
    request: StaffRequest,
    batch: Batch,
    kind: Kind | None,
    *,
    mapping: Mapping[str, str] | None = None,
    preview: dict[str, Any] | None = None,
    error: CantonError | None = None,
) -> HttpResponse:
    format_ = _format(batch)
    values = repair_rows.values_of(batch, kind) if kind else []
    chosen = mapping if mapping is not None else {each.old: each.proposed for each in values if each.proposed}
    personal = kind is not None and kind.column in originals.personal_columns(batch.how_written)
    content = {
        "batch": batch, "kind": kind, "error": error, "preview": preview,
        "obstacle": repairing.obstacle(batch),
        "kinds": [(each.reason, wording.reason(each.reason, format_), each.rows)
            for each in repair_rows.kinds(batch)],
        "text": wording.reason(kind.reason, format_) if kind else "",
        "title": wording.column_title(format_, kind.column) if kind else "",
        "options": repair_forms.options_of(batch, kind.column) if kind else (),
        "values": [(each, chosen.get(each.old, "")) for each in values], "personal": personal,
        "limited": len(values) >= repair_rows.VALUES_SHOWN,
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
    written, format_ = repair_rows.written_of(batch), _format(batch)
    first = repair_rows.rows_of_kind(batch, kind, mapping, limit=PREVIEWED)
    count = sum(each.rows for each in repair_rows.values_of(batch, kind) if each.old in mapping)
    try:
        texts = [written.mended(each.raw, {kind.column: mapping[each.value]}) for each in first]
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


def _text(written: Written, found: Row, given: Mapping[str, str]) -> str:
    """The row with what the person wrote; as it stands where that cannot be written."""
    try:
        return written.mended(found.text, given) if given else found.text
    except CantonError:
        return found.text


def _row(batch: Batch, line: int) -> Row:
    found = repair_rows.row_of(batch, line, repair_rows.written_of(batch))
    if found is None:
        raise Http404
    return found


def _hidden(batch: Batch, found: Row) -> frozenset[str]:
    return repair_rows.hidden_columns(batch.how_written, found)


def _beside(request: StaffRequest, batch: Batch, line: int) -> tuple[int | None, int | None]:
    kept = _kept(request)
    rows = repair_rows.RowList(batch, reason=kept.get("reason", ""), state=kept.get("state", ""))
    return rows.beside(line)


def _kept(request: StaffRequest) -> dict[str, str]:
    """The conditions of the list that stay in the addresses of its rows."""
    kept = {key: request.GET.get(key, "") for key in ("reason", "state")}
    return {key: value for key, value in kept.items() if value}


def _address(view: str, number: str, line: int, **kept: str) -> str:
    address = reverse(f"intake:{view}", args=[number, line])
    return f"{address}?{urlencode(kept)}" if kept else address


def _note(request: StaffRequest, batch: Batch, line: int) -> None:
    record(
        "intake.view_refused_row", actor=request.user.number, centre=request.user.centre_id,
        now=timezone.now(), target=f"{batch.number}:{line}", address=address_of(request),
    )  # fmt: skip


def _batch(request: StaffRequest, number: str) -> Batch:
    """A batch of the viewer's scope with refused rows; else 404."""
    found = get_object_or_404(terminal.visible(request.user).select_related("original"), number=number)
    if not path_of(found).exists():
        raise Http404
    return found


def _format(batch: Batch) -> Format:
    return batch.how_written.format
