"""The refused rows of a batch on the screen: what was put right, sent back to the city, run again (F09)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.exchange.formats import Format
from canton.kernel.errors import CantonError
from canton.shell.flash import done
from canton.shell.pages import paginate

from .. import originals, wording
from ..errors import sentence
from ..models import Batch, RepairAct, SentBack
from . import forms, listing, rows
from .errors import NotTheNewest
from .lineage import sendings_of
from .models import Stage
from .scope import batch_of, format_of
from .services import repairing, returning, taking_back
from .standing import standing_of

ROWS_A_PAGE = 50
ACTS_SHOWN = 20


@requires("intake.repair_batch")
@require_GET
def repair(request: StaffRequest, number: str) -> HttpResponse:
    """The refused rows of a batch, what was corrected so far, and what can be done with them."""
    return _overview(request, batch_of(request, number))


@requires("intake.repair_batch")
@require_GET
def standing(request: StaffRequest, number: str) -> HttpResponse:
    """Why rows cannot be put right now, for a page that waits for it; it is drawn anew when they can again.

    One on which something was written (?typed=1) is left as it is, and told.
    """
    batch, typed = batch_of(request, number), "typed" in request.GET
    content = {"batch": batch, "typed": typed, **standing_of(batch)}
    answer = render(request, "intake/_repair_standing.html", content)
    if not content["waits"] and not typed:
        answer["HX-Refresh"] = "true"
    return answer


@requires("intake.repair_batch")
@require_POST
def undo(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Take one act back; the page with a 422 when that is too late."""
    batch = batch_of(request, number)
    act = get_object_or_404(RepairAct, batch=batch, pk=pk)
    said = _("Correction taken back.")
    if repairing.is_long(act):
        said = _("The correction is being taken back; the page shows how far it is.")
    return _decided(request, batch, partial(repairing.undo, act), said)


@requires("intake.repair_batch")
@require_POST
def apply(request: StaffRequest, number: str) -> HttpResponse:
    """Have the batch run again with what was corrected."""
    batch = batch_of(request, number)
    said = _("A corrected copy is being written and will be checked like any other file.")
    return _decided(request, batch, partial(repairing.apply, batch), said)


@requires("intake.repair_batch")
@require_POST
def send_back(request: StaffRequest, number: str) -> HttpResponse:
    """Leave rows to the city: those ticked, those listed, or all."""
    batch = batch_of(request, number)
    form = forms.SendBackForm(request.POST)
    if not form.is_valid():
        return _overview(request, batch, send_form=form, status=422)
    lines, reason = _chosen(request, batch, form)
    decision = partial(returning.send_back, batch, note=form.cleaned_data["note"], lines=lines, reason=reason)
    taken_back = reverse("intake:repair-recall", args=[number])
    return _decided(request, batch, decision, _("Sent back to the city."), undo=taken_back)


def _chosen(request: StaffRequest, batch: Batch, form: forms.SendBackForm) -> tuple[list[int] | None, str]:
    """Lines that go back, None for all, and the one reason that names them, if it does."""
    if form.cleaned_data["scope"] == forms.Scope.TICKED:
        return form.ticked, ""
    asked = listing.Asked.of(request)
    if form.cleaned_data["scope"] != forms.Scope.LISTED or not asked.narrowed:
        return None, ""
    return asked.rows(batch).lines(), "" if asked.state else asked.reason


@requires("intake.repair_batch")
@require_POST
def recall(request: StaffRequest, number: str) -> HttpResponse:
    """The rows are put right here after all."""
    batch = batch_of(request, number)
    sent = request.POST.get("sent", "")
    decision = partial(returning.recall, batch, sent=int(sent) if sent.isdecimal() else None)
    return _decided(request, batch, decision, _("Recalled from the city."))


@requires("intake.repair_batch")
@require_POST
def take_back(request: StaffRequest, number: str) -> HttpResponse:
    """Put the batch in the place of its corrected copy again."""
    batch = batch_of(request, number)
    if batch.replaced_by is None:
        return _overview(request, batch, error=NotTheNewest(batch=number), status=422)
    decision = partial(taking_back.take_back, batch.replaced_by)
    return _decided(
        request, batch, decision, _("Taken back: the rows are those from before the corrections.")
    )


def _decided(
    request: StaffRequest, batch: Batch, decision: Callable[..., object], said: str, *, undo: str = ""
) -> HttpResponse:
    """Carry a decision out and say so; the page with a 422 and why, where it cannot be."""
    try:
        decision(by=request.user.number, now=timezone.now())
    except CantonError as error:
        return _overview(request, batch, error=error, status=422)
    batch.refresh_from_db()
    done(request, said, undo=undo)
    return redirect("intake:repair", batch.number)


def _overview(
    request: StaffRequest,
    batch: Batch,
    *,
    error: CantonError | None = None,
    send_form: forms.SendBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = listing.Asked.of(request)
    found = asked.rows(batch)
    page = paginate(request, found, per_page=ROWS_A_PAGE)
    in_all = len(found) if not asked.narrowed else len(rows.RowList(batch))
    corrected, partly = len(found.touched - found.partly), len(found.partly)
    format_ = format_of(batch)
    told = [_act(each, format_) for each in batch.repair_acts.all()[:ACTS_SHOWN]]
    there = sendings_of(batch)
    content = {
        "batch": batch, "error": error, **standing_of(batch), "asked": asked,
        "page": page, "rows": listing.shown(batch, page), "listed": len(found),
        "reasons": [("", _("all")),
            *((code, wording.reason(code, format_)) for code in rows.reasons_of(batch))],
        "reason_text": wording.reason(asked.reason, format_) if asked.reason else "",
        "states": listing.states(partly=bool(partly), sent_back=bool(there)),
        "acts": told, "acts_in_all": batch.repair_acts.count(),
        "latest": next((each for each in told[:1] if each["act"].stage == Stage.DONE), None),
        "corrected": corrected, "partly": partly, "touched": corrected + partly, "in_all": in_all,
        "open": max(0, in_all - corrected),
        "writing": repairing.being_written(batch), "copies": batch.corrections.all(),
        "outcome": listing.outcome(batch), "sent_back": [_sending(each, batch, found.sent) for each in there],
        "answered": any(each.closed for each in there), "sent": len(found.sent),
        "may_send": batch.replaced_by_id is None and batch.finished and len(found.sent) < in_all,
        "send_form": send_form or forms.SendBackForm(), "send_open": send_form is not None,
    }  # fmt: skip
    return render(request, "intake/repair.html", content, status=status)


def _sending(sent: SentBack, batch: Batch, with_city: frozenset[int]) -> dict[str, Any]:
    """What went back at once: from here, or from a batch this one is the corrected copy of.

    over: the copy that took the batch's place, while the city has not answered. still: of its rows, those
    refused in this copy.
    """
    heir = None if sent.closed else batch.replaced_by
    inherited = sent.batch_id != batch.pk
    return {
        "sent": sent, "inherited": inherited, "over": heir,
        "still": len(rows.sent_of(sent) & with_city) if inherited else sent.rows,
        "recall": batch.replaced_by is None or (heir is not None and not heir.refused),
    }  # fmt: skip


def _act(act: RepairAct, format_: Format) -> dict[str, Any]:
    repairs = list(act.repairs.order_by("line")[:1])
    column = act.column or (repairs[0].column if repairs else "")
    return {
        "act": act,
        "why": sentence(act.error_code, "", act.error_facts) if act.error_code else "",
        "column": wording.column_title(format_, column),
        "first": repairs[0] if repairs else None,
        "old": originals.shown_value(format_, column, repairs[0].old) if repairs else "",
        "new": originals.shown_value(format_, column, repairs[0].new) if repairs else "",
        "more": max(0, len(act.mapping) + len(act.reckoned) - 1) if act.mapping or act.reckoned
            else max(0, act.repairs.count() - 1),
    }  # fmt: skip
