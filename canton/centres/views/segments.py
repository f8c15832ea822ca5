"""The number table on screen: where a segment is at home, and lists of segments taken in and taken back."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.kernel.access import requires
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.exports import csv_response
from canton.shell.pages import paginate

from .. import selectors
from ..access import ViewerRequest, editor
from ..choices import Refused
from ..forms import NewSegmentForm, SegmentFileForm, SegmentForm
from ..models import Segment, SegmentPlan
from ..numbers import PREFIX, segment_of
from ..segment_list import BYTES
from ..services import territory

CONFLICT, UNPROCESSABLE = 409, 422
KINDS = ("added", "moved", "removed", "refused")


@requires("centres.change_segment")
@require_GET
def segments(request: ViewerRequest) -> HttpResponse:
    """Look a number up, take in a list, and what people changed so far."""
    return _draw(request)


@requires("centres.change_segment")
@require_POST
def find(request: ViewerRequest) -> HttpResponse:
    """Go to the segment of a number; the number itself comes in the body and goes nowhere."""
    number = request.POST.get("number", "").strip()[:24]
    prefix = number if PREFIX.fullmatch(number) else segment_of(number)
    return redirect("centres:segment", prefix) if prefix else _draw(request, number=number, not_found=True)


@requires("centres.change_segment")
@require_http_methods(["GET", "POST"])
def segment(request: ViewerRequest, prefix: str) -> HttpResponse:
    """Where one segment is at home, since when, and before; saying otherwise."""
    if not PREFIX.fullmatch(prefix):
        raise Http404
    home = Segment.objects.select_related("centre").filter(prefix=prefix).first()
    first = {"city": home.centre_id if home else "", "seen": home.centre_id if home else ""}
    data = request.POST if request.method == "POST" else None
    form = SegmentForm(
        data, viewer=request.user, known=home is not None, initial=first | {"since": timezone.localdate()}
    )
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_bound and form.is_valid():
        given, by, now = form.cleaned_data, editor(request), timezone.now()
        try:
            kept = territory.set_one(
                prefix, given["city"], since=given["since"], seen=given["seen"], by=by, now=now
            )
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            return _saved(request, kept)
    names = selectors.names(set(selectors.scope(request.user)))
    history = [
        (change, names.get(change.before, change.before), names.get(change.after, change.after))
        for change in selectors.segment_history(prefix).select_related("plan")
    ]
    coming = home is not None and home.valid_from is not None and home.valid_from > timezone.localdate()
    content = {
        "prefix": prefix, "home": home, "form": form, "history": history, "coming": coming,
        "now": selectors.home_of_segment(prefix, timezone.localdate()) if coming else None,
    }  # fmt: skip
    return render(request, "centres/segment.html", content, status=status)


@requires("centres.change_segment")
@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest) -> HttpResponse:
    """Enter a segment the table does not have yet, with its city; one it has is opened instead."""
    data = request.POST if request.method == "POST" else None
    first = {
        "segment": request.GET.get("segment", "")[:7],
        "city": request.GET.get("city", ""),
        "since": timezone.localdate(),
    }
    form = NewSegmentForm(data, viewer=request.user, initial=first)
    known = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        known = Segment.objects.select_related("centre").filter(prefix=given["segment"]).first()
        if known is None:
            try:
                by, now = editor(request), timezone.now()
                kept = territory.set_one(
                    given["segment"], given["city"], since=given["since"], seen="", by=by, now=now
                )
            except CantonError as error:
                form.add_error(None, error.message)
            else:
                return _saved(request, kept)
    content = {"form": form, "known": known}
    return render(request, "centres/segment_add.html", content, status=UNPROCESSABLE if data else 200)


@requires("centres.change_segment")
@require_POST
def propose(request: ViewerRequest) -> HttpResponse:
    """Work out what a file would change and show it; nothing is changed yet."""
    form = SegmentFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, form=form)
    given = form.cleaned_data
    try:
        content = given["file"].read(BYTES + 1)
        made = territory.propose(
            content, name=given["file"].name, whole=given["whole"], by=editor(request), now=timezone.now(),
            called={"segment": given["segment"], "city": given["city"]},
        )  # fmt: skip
    except CantonError as error:
        form.add_error("file", error.message)
        return _draw(request, form=form)
    return redirect("centres:segment-plan", made.pk)


@requires("centres.change_segment")
@require_GET
def plan(request: ViewerRequest, plan: int) -> HttpResponse:
    """What a list changes, or changed: added, moved, removed, and the lines refused with their reasons."""
    return _show(request, get_object_or_404(selectors.plans(request.user), pk=plan))


@requires("centres.change_segment")
@require_POST
def settle(request: ViewerRequest, plan: int, verb: str) -> HttpResponse:
    """Apply, drop or take back a plan."""
    found = get_object_or_404(selectors.plans(request.user), pk=plan)
    by = editor(request)
    try:
        if verb == "drop":
            territory.drop(found)
            flash.done(request, _("%(name)s is dropped; nothing was changed.") % {"name": found.name})
            return redirect("centres:segments")
        _settling(verb)(found, by=by, now=timezone.now())
    except CantonError as error:
        found.refresh_from_db()
        return _show(request, found, error)
    undo = reverse("centres:segment-settle", args=[found.pk, "undo"])
    if verb == "apply":
        flash.done(request, _("%(name)s is applied.") % {"name": found.name}, undo=undo)
    else:
        flash.done(request, _("The change is taken back."))
    return redirect("centres:segment-plan", found.pk)


@requires("centres.change_segment")
@require_GET
def export(request: ViewerRequest) -> HttpResponseBase:
    """The segments of the viewer's cities, as a list that can be taken in again."""
    rows = selectors.segments(request.user.centre).values_list("prefix", "centre_id", "valid_from")
    return csv_response("segments.csv", ["segment", "city", "valid_from"], rows.iterator(chunk_size=5000))


def _settling(verb: str) -> Callable[..., SegmentPlan]:
    known: dict[str, Callable[..., SegmentPlan]] = {"apply": territory.apply, "undo": territory.undo}
    if verb not in known:
        raise Http404
    return known[verb]


def _draw(
    request: ViewerRequest, *, form: SegmentFileForm | None = None, number: str = "", not_found: bool = False
) -> HttpResponse:
    content = {
        "form": form or SegmentFileForm(), "number": number, "not_found": not_found,
        "total": selectors.segments(request.user.centre).count(),
        "page": paginate(request, selectors.plans(request.user)),
    }  # fmt: skip
    status = UNPROCESSABLE if form or not_found else 200
    return render(request, "centres/segments.html", content, status=status)


def _show(request: ViewerRequest, found: SegmentPlan, error: CantonError | None = None) -> HttpResponse:
    labels = (
        pgettext("segments", "Added"), _("Moved"), _("Removed"), pgettext("segments", "Refused"),
    )  # fmt: skip
    counts = (found.added, found.moved, found.removed, found.refused)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        kind = next((name for name, count in zip(KINDS, counts, strict=True) if count), KINDS[0])
    page = paginate(request, _listed(found, kind))
    names = selectors.names(set(selectors.scope(request.user)))
    content = {
        "plan": found, "kind": kind, "page": page, "error": error,
        "rows": [_row(row, kind, names) for row in page.object_list],
        "tabs": [
            (key, label, n, f"?kind={key}") for key, label, n in zip(KINDS, labels, counts, strict=True)
        ],
    }  # fmt: skip
    return render(request, "centres/plan.html", content, status=CONFLICT if error else 200)


def _listed(found: SegmentPlan, kind: str) -> object:
    if kind == "refused":
        return found.refusals
    changes = found.changes.all()
    if kind == "added":
        return changes.filter(before="")
    return changes.filter(after="") if kind == "removed" else changes.exclude(before="").exclude(after="")


def _row(row: Any, kind: str, names: dict[str, str]) -> tuple[object, ...]:
    """A refusal as (line, text, reason), or a change with the names of its cities."""
    if kind == "refused":
        line, text, reason = row
        return line, text, Refused(reason).label
    return row, names.get(row.before, row.before), names.get(row.after, row.after)


def _saved(request: ViewerRequest, kept: SegmentPlan | None) -> HttpResponse:
    if kept is None:
        flash.done(request, _("Nothing was different, so nothing is changed."))
        return redirect("centres:segments")
    undo = reverse("centres:segment-settle", args=[kept.pk, "undo"])
    flash.done(request, _("%(name)s is changed.") % {"name": kept.name}, undo=undo)
    return redirect("centres:segment", kept.name)
