"""All refused rows of a kind on the screen: which value becomes which (F09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from canton.accounts.access import StaffRequest, requires
from canton.kernel.errors import CantonError
from canton.records.selectors import files_of_batch
from canton.shell.figures import number as figure
from canton.shell.flash import done

from .. import originals, wording
from ..models import Batch
from . import forms, saying
from .filling import Filling
from .kinds import (
    VALUES_SHOWN,
    Kind,
    count_of_kind,
    field_of,
    kinds_of,
    reckoned_by,
    rows_of_kind,
    values_of,
)
from .making import in_form, made_of
from .models import Stage
from .rechecking import recheck
from .reckoning import borne_out
from .scope import batch_of, format_of
from .services import correcting
from .standing import standing_of

PREVIEWED = 10
SEARCHED_FROM = 9  # kinds from which on a search stands above their list


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person filled in. mapping: old → new; reckoned: old values to be reckoned from other fields."""

    mapping: Mapping[str, str]
    reckoned: frozenset[str]

    @classmethod
    def of(cls, request: StaffRequest, batch: Batch, kind: Kind) -> "Asked":
        """From the form, times as the file writes them; an emptied value is asked for by its own box."""
        olds, news = request.POST.getlist("old"), request.POST.getlist("new")
        emptied, reckoned = (frozenset(request.POST.getlist(name)) & {*olds} for name in ("empty", "reckon"))
        layout = batch.how_written
        pairs = {old: in_form(layout, kind.column, new) for old, new in zip(olds, news, strict=False) if new}
        mapping = pairs | dict.fromkeys(emptied, "")
        return cls({old: new for old, new in mapping.items() if old not in reckoned}, reckoned)


@requires("intake.repair_batch")
@require_http_methods(["GET", "POST"])
def kinds(request: StaffRequest, number: str) -> HttpResponse:
    """All rows of a kind: which value becomes which, looked at before it is written."""
    batch = batch_of(request, number)
    known = kinds_of(batch)
    asked = request.GET.get("reason", "")
    kind = next((each for each in known if each.reason == asked), known[0] if known else None)
    if request.method == "GET" or kind is None:
        return _page(request, batch, known, kind)
    wish = Asked.of(request, batch, kind)
    if request.POST.get("action") != "save":
        return _page(request, batch, known, kind, wish=wish, preview=_preview(batch, kind, wish))
    try:
        act = correcting.correct_kind(
            batch, kind, wish.mapping, reckoned=wish.reckoned, by=request.user.number, now=timezone.now()
        )
    except CantonError as error:
        return _page(request, batch, known, kind, wish=wish, error=error)
    if act.stage == Stage.DONE:
        said = _("%(rows)s rows corrected.") % {"rows": figure(act.rows)}
        done(request, said, undo=reverse("intake:repair-undo", args=[number, act.pk]))
    return redirect("intake:repair", number)


def _page(
    request: StaffRequest,
    batch: Batch,
    known: list[Kind],
    kind: Kind | None,
    *,
    wish: Asked | None = None,
    preview: dict[str, Any] | None = None,
    error: CantonError | None = None,
) -> HttpResponse:
    format_, searched = format_of(batch), request.GET.get("q", "").strip()
    listed = [(each, wording.reason(each.reason, format_)) for each in known]
    content = {
        "batch": batch, "kind": kind, "error": error, "preview": preview,
        **standing_of(batch), "searched": searched,
        "kinds": [pair for pair in listed if searched.casefold() in f"{pair[1]} {pair[0].reason}".casefold()],
        "many": len(listed) >= SEARCHED_FROM, **(_kind(batch, kind, wish) if kind else {}),
    }  # fmt: skip
    return render(request, "intake/repair_kinds.html", content, status=422 if error else 200)


def _kind(batch: Batch, kind: Kind, wish: Asked | None) -> dict[str, Any]:
    """What the page shows of one kind."""
    format_, field, values = format_of(batch), field_of(batch, kind.column), values_of(batch, kind)
    made, personal = made_of(batch.how_written, kind.column), originals.personal_columns(batch.how_written)
    sure = {each.old: each.proposal.new for each in values if each.proposal and each.proposal.sure}
    chosen = wish.mapping if wish else sure
    rules = reckoned_by(batch, kind.column) if field is not None and values else ()
    return {
        "text": wording.reason(kind.reason, format_), "title": wording.column_title(format_, kind.column),
        "about": field.description if field else "",
        "hint": "" if made is None or made.table else saying.hint(field),
        "options": forms.options_of(batch, kind.column),
        "values": [
            {
                "old": each.old, "seen": originals.shown_value(format_, kind.column, each.old, personal),
                "rows": each.rows, "new": chosen.get(each.old, ""),
                "proposal": saying.said(each.proposal),
                "emptied": wish is not None and wish.mapping.get(each.old) == "",
                "reckoned": wish is not None and each.old in wish.reckoned,
            }
            for each in values
        ],
        "guesses": sum(each.proposal is not None and not each.proposal.sure for each in values),
        "limited": len(values) >= VALUES_SHOWN and sum(each.rows for each in values) < kind.open,
        "reckoning": saying.reckoning(
            rules, format_, kind.column, borne_out(rules, kind.column, files_of_batch(batch.number))
        ) if rules else "",
    }  # fmt: skip


def _preview(batch: Batch, kind: Kind, wish: Asked) -> dict[str, Any]:
    """The first rows as they will be, what the check says to them, and how many there are."""
    format_, filling = format_of(batch), Filling(batch, kind, wish.mapping, wish.reckoned)
    count = count_of_kind(batch, kind, filling.olds) if filling.olds else 0
    first = rows_of_kind(batch, kind, filling.olds, limit=PREVIEWED) if count else []
    try:
        made = [filling.filled(each) for each in first]
        texts = [each.text for each in made if each]
        found = iter(recheck(batch, texts, filling.written) if texts else [])
    except CantonError as error:
        return {"error": error, "count": count}
    shown = [
        {"line": row.line, "old": row.value, "new": each.new if each else None,
         "still": [wording.reason(finding.reason, format_) for finding in next(found)] if each else []}
        for row, each in zip(first, made, strict=True)
    ]  # fmt: skip
    good = sum(each["new"] is not None and not each["still"] for each in shown)
    return {
        "count": count, "rows": shown, "good": good,
        "later": count > correcting.at_once(), "reckoned": bool(wish.reckoned),
    }  # fmt: skip
