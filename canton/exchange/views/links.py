"""Links to neighbours: how they fare, the keys we know them by, and our own keys and their rotation."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.kernel.errors import CantonError
from canton.shell import flash

from .. import keys, selectors, services
from ..forms import AcceptKeyForm, PauseForm, RotateForm
from ..models import Link, OtherKey, Rotation


@requires("exchange.view_link")
@require_GET
def links(request: StaffRequest) -> HttpResponse:
    """Neighbours, how we know them, what came and went; our own keys."""
    return _links(request, RotateForm())


def _links(request: StaffRequest, form: RotateForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    rotation = Rotation.objects.order_by("-started_at").first()
    open_ = rotation is not None and rotation.switched_at is None
    content = {
        "lines": selectors.lines(request.user, now=now),
        "signing": keys.signing().public.id,
        "sign_in": keys.fingerprint(keys.public_line(keys.sign_in())),
        "own": keys.fingerprint(keys.public_line(keys.host())),
        "rotation": rotation,
        "open": open_,
        "unaware": list(services.unaware(rotation).select_related("peer")) if rotation and open_ else [],
        "overlap": rotation is not None and rotation.ends_at is not None and rotation.ends_at > now,
        "form": form,
    }
    return render(request, "exchange/links.html", content, status=status)


@requires("exchange.view_link")
@require_GET
def link(request: StaffRequest, code: str) -> HttpResponse:
    """One neighbour: addresses, both directions, every key it is known by."""
    return _one(request, _link(request, code))


def _one(request: StaffRequest, found: Link, **bound: AcceptKeyForm | PauseForm) -> HttpResponse:
    now = timezone.now()
    [line] = [each for each in selectors.lines(request.user, now=now) if each.link.pk == found.pk]
    content = {
        "link": found,
        "line": line,
        "others": found.other_keys.order_by("until", "kind"),
        "now": now,
        "accepting": AcceptKeyForm(initial={"shown": keys.fingerprint(found.offered_key)})
        if found.offered_key
        else None,
        "pausing": PauseForm(),
    } | bound
    return render(request, "exchange/link.html", content, status=422 if bound else 200)


@requires("exchange.change_link")
@require_POST
def accept_key(request: StaffRequest, code: str) -> HttpResponse:
    """Put the host key that the neighbour's server shows now on record."""
    found, form = _link(request, code), AcceptKeyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.accept_host_key(
                found, shown=given["shown"], how=given["how"], by=request.user.number, now=timezone.now()
            )
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            flash.done(request, _("The key is on record; what waits is sent now."))
            return redirect("exchange:link", code)
    return _one(request, found, accepting=form)


@requires("exchange.change_link")
@require_POST
def pause(request: StaffRequest, code: str) -> HttpResponse:
    """Hold the link; nothing is sent or fetched until it is let go."""
    found, form = _link(request, code), PauseForm(request.POST)
    if form.is_valid():
        try:
            services.pause_link(
                found, why=form.cleaned_data["why"], by=request.user.number, now=timezone.now()
            )
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            flash.done(request, _("The link is paused."))
            return redirect("exchange:link", code)
    return _one(request, found, pausing=form)


@requires("exchange.change_link")
@require_POST
def resume(request: StaffRequest, code: str) -> HttpResponse:
    """Let the link go on."""
    services.resume_link(_link(request, code), by=request.user.number, now=timezone.now())
    flash.done(request, _("The link goes on; what waits is sent now."))
    return redirect("exchange:link", code)


@requires("exchange.change_link")
@require_POST
def revoke(request: StaffRequest, code: str) -> HttpResponse:
    """A neighbour's key holds no longer; without a key named, the link ends."""
    found = _link(request, code)
    number = request.POST.get("key", "")
    key = get_object_or_404(OtherKey, pk=number, link=found) if number.isdecimal() else None
    services.revoke_key(found, key, by=request.user.number, now=timezone.now())
    flash.done(request, _("Revoked; it holds no longer.") if key else _("The link has ended."))
    return redirect("exchange:link", code)


@requires("exchange.change_link")
@require_POST
def rotate(request: StaffRequest) -> HttpResponse:
    """Make new keys and announce them."""
    form = RotateForm(request.POST)
    if form.is_valid():
        overlap = timedelta(days=form.cleaned_data["days"])
        try:
            services.begin_rotation(overlap=overlap, by=request.user.number, now=timezone.now())
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            flash.done(
                request, _("New keys are announced; they come into use when every neighbour knows them.")
            )
            return redirect("exchange:links")
    return _links(request, form, status=422)


@requires("exchange.change_link")
@require_POST
def switch(request: StaffRequest) -> HttpResponse:
    """Use the announced keys now, whoever knows them."""
    return _done(request, services.switch_now, _("The new keys are in use."))


@requires("exchange.change_link")
@require_POST
def retire(request: StaffRequest) -> HttpResponse:
    """End the overlap now."""
    return _done(request, services.retire_now, _("The old keys are retired; neighbours are told."))


def _done(request: StaffRequest, act: Callable[..., Rotation], said: str) -> HttpResponse:
    now: datetime = timezone.now()
    try:
        act(by=request.user.number, now=now)
    except CantonError as error:
        flash.done(request, error.message)
    else:
        flash.done(request, said)
    return redirect("exchange:links")


def _link(request: StaffRequest, code: str) -> Link:
    return get_object_or_404(selectors.visible_to(request.user), pk=code)
