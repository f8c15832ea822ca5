"""Changing the organisation on screen: add, change, close, reopen, take back; nothing is ever deleted."""

from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.kernel.access import requires
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.pages import paginate

from .. import selectors, wording
from ..access import ViewerRequest, editor
from ..errors import ChangedMeanwhile
from ..forms import CentreForm, CloseForm, DepartmentForm, DeskForm, Versioned
from ..models import Centre, Department, Desk, Revision
from ..services import organisation
from ..services.editing import MODELS, SUBJECTS, Thing, home_of

CONFLICT, UNPROCESSABLE = 409, 422
CHANGES_PER_PAGE = 30


@requires("centres.change_centre")
@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest, code: str, subject: str) -> HttpResponse:
    """Add a department or desk to a centre, or a centre below it."""
    above = get_object_or_404(selectors.visible_to(request.user), code=code)
    thing = _new(subject, above)
    form = _form(request, thing, above)
    if request.method == "POST" and form.is_valid():
        try:
            kept = organisation.add(form.instance, by=editor(request), now=timezone.now())
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            return _done(request, form.instance, kept, _("%(name)s is added.") % {"name": form.instance})
    content = {"form": form, "subject": subject, "centre": above, "above": above, "adding": True}
    return render(request, "centres/edit.html", content, status=UNPROCESSABLE if form.is_bound else 200)


@requires("centres.change_centre")
@require_http_methods(["GET", "POST"])
def edit(request: ViewerRequest, subject: str, key: str) -> HttpResponse:
    """Change a centre, department or desk; 409 with both values when somebody else was faster."""
    thing = _thing(request, subject, key)
    centre = thing if isinstance(thing, Centre) else thing.centre
    name, closing, conflict, status = str(thing), _closing(thing), [], 200
    form = _form(request, thing, centre)
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                by, now = editor(request), timezone.now()
                kept = organisation.change(thing, form.values(), version=form.seen(), by=by, now=now)
            except ChangedMeanwhile as error:
                conflict, status = wording.differences(type(thing), error.differences), CONFLICT
                form.add_error(None, error.message)
                redrawn = request.POST.copy()
                redrawn["version"] = str(error.version)
                form.data = redrawn
            except CantonError as error:
                form.add_error(None, error.message)
            else:
                return _done(request, thing, kept, _("%(name)s is changed.") % {"name": name})
    content = {
        "form": form, "subject": subject, "centre": centre, "thing": thing, "name": name,
        "conflict": conflict, "closing": closing,
    }  # fmt: skip
    return render(request, "centres/edit.html", content, status=status)


@requires("centres.change_centre")
@require_POST
def close(request: ViewerRequest, subject: str, key: str) -> HttpResponse:
    """Let something be no longer there from a day on."""
    thing = _thing(request, subject, key)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _refused(request, thing, form)
    day, version = form.cleaned_data["day"], form.cleaned_data["version"]
    try:
        kept = organisation.close(thing, day=day, version=version, by=editor(request), now=timezone.now())
    except CantonError as error:
        form.add_error(None, error.message)
        return _refused(request, thing, form)
    return _done(request, thing, kept, _("%(name)s is closed from %(day)s on.") % {"name": thing, "day": day})


@requires("centres.change_centre")
@require_POST
def reopen(request: ViewerRequest, subject: str, key: str) -> HttpResponse:
    """Let something closed be there again."""
    thing = _thing(request, subject, key)
    try:
        by, now = editor(request), timezone.now()
        kept = organisation.reopen(thing, version=_number(request.POST.get("version")), by=by, now=now)
    except CantonError as error:
        return _told(request, error, home_of(thing))
    return _done(request, thing, kept, _("%(name)s is open again.") % {"name": thing})


@requires("centres.change_centre")
@require_POST
def undo(request: ViewerRequest, revision: int) -> HttpResponse:
    """Take back the latest change of a thing."""
    found = get_object_or_404(Revision, pk=revision, centre__in=selectors.scope(request.user))
    try:
        organisation.undo(found, by=editor(request), now=timezone.now())
    except CantonError as error:
        return _told(request, error, found.centre)
    flash.done(request, _("The change is taken back."))
    gone = found.added and found.subject == "centre"
    return redirect("centres:centres") if gone else redirect("centres:centre", found.centre)


@requires("centres.change_centre")
@require_GET
def changes(request: ViewerRequest, code: str) -> HttpResponse:
    """Everything people changed of a centre and its departments and desks, newest first."""
    centre = get_object_or_404(selectors.visible_to(request.user), code=code)
    page = paginate(request, selectors.revisions(centre), per_page=CHANGES_PER_PAGE)
    content = {"centre": centre, "page": page, "stories": wording.stories(page.object_list)}
    return render(request, "centres/changes.html", content)


def _new(subject: str, above: Centre) -> Thing:
    if subject == "department":
        return Department(centre=above, position=above.departments.count(), valid_from=timezone.localdate())
    if subject == "desk":
        return Desk(centre=above, position=above.desks.count(), valid_from=timezone.localdate())
    return Centre(parent=above, tier=selectors.tier_below(above), valid_from=timezone.localdate())


def _thing(request: ViewerRequest, subject: str, key: str) -> Thing:
    """What the address names, if it is in the viewer's scope."""
    if subject not in MODELS or (subject != "centre" and not key.isdecimal()):
        raise Http404
    thing = cast(Thing, get_object_or_404(MODELS[subject], pk=key))
    if home_of(thing) not in selectors.scope(request.user):
        raise Http404
    return thing


def _form(request: ViewerRequest, thing: Thing, centre: Centre, *, empty: bool = False) -> Versioned:
    data = request.POST if request.method == "POST" and not empty else None
    common: dict[str, Any] = {"data": data, "instance": thing, "initial": {"version": thing.version}}
    if isinstance(thing, Centre):
        return CentreForm(viewer=request.user, **common)
    return DeskForm(centre=centre, **common) if isinstance(thing, Desk) else DepartmentForm(**common)


def _closing(thing: Thing) -> CloseForm:
    return CloseForm(initial={"day": timezone.localdate(), "version": thing.version}, auto_id="close_%s")


def _refused(request: ViewerRequest, thing: Thing, closing: CloseForm) -> HttpResponse:
    """The page again with the closing dialog open and what is wrong in it."""
    centre = thing if isinstance(thing, Centre) else thing.centre
    content = {
        "form": _form(request, thing, centre, empty=True), "subject": str(SUBJECTS[type(thing)]),
        "centre": centre, "thing": thing, "name": str(thing), "closing": closing, "closing_open": True,
    }  # fmt: skip
    return render(request, "centres/edit.html", content, status=UNPROCESSABLE)


def _told(request: ViewerRequest, error: CantonError, centre: str) -> HttpResponse:
    """What could not be done, on the page of the centre."""
    found = get_object_or_404(Centre, pk=centre)
    page = paginate(request, selectors.revisions(found), per_page=CHANGES_PER_PAGE)
    content = {"centre": found, "page": page, "stories": wording.stories(page.object_list), "error": error}
    return render(request, "centres/changes.html", content, status=CONFLICT)


def _done(request: ViewerRequest, thing: Thing, kept: Revision | None, text: str) -> HttpResponse:
    if kept is None:
        flash.done(request, _("Nothing was different, so nothing is changed."))
    else:
        flash.done(request, text, undo=reverse("centres:undo", args=[kept.pk]))
    return redirect("centres:centre", home_of(thing))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
