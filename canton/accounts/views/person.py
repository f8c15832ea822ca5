"""One person of the register: what is known, and what an administrator may do."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts import authority, selectors, services, states
from canton.accounts.access import StaffRequest, address_of, requires
from canton.accounts.forms import PersonForm, ReasonForm
from canton.accounts.models import Staff
from canton.kernel.errors import CantonError
from canton.shell.flash import done

from .own import say_ended
from .staff import show_link


@requires("accounts.view_staff")
@require_GET
def person(request: StaffRequest, number: str) -> HttpResponse:
    """What the register says of a person, how the account stands, and what may be done to it."""
    return _page(request, found(request, number))


@requires("accounts.change_staff")
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, number: str) -> HttpResponse:
    """Change what the register says of a person."""
    staff = found(request, number)
    data = request.POST if request.method == "POST" else None
    form = PersonForm(data, editor=request.user, today=timezone.localdate(), person=staff)
    if form.is_valid():
        try:
            services.change_person(
                staff.number,
                form.details(),
                seen=form.cleaned_data["seen"] or 0,
                by=request.user,
                now=timezone.now(),
                address=address_of(request),
            )
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            done(request, _("The account of %(name)s is changed.") % {"name": staff.name})
            return redirect("accounts:person", staff.number)
    content = {"form": form, "person": staff}
    return render(request, "accounts/person_edit.html", content, status=422 if form.is_bound else 200)


@requires("accounts.change_staff")
@require_POST
def suspend(request: StaffRequest, number: str) -> HttpResponse:
    """Suspend an account, with a reason; the toast offers to take it back."""
    staff, form = found(request, number), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, staff, suspending=form)

    def act(**how: Any) -> None:
        services.suspend(staff.number, reason=form.cleaned_data["reason"], **how)
        back = reverse("accounts:reinstate", args=[staff.number])
        done(request, _("The account of %(name)s is suspended.") % {"name": staff.name}, undo=back)

    return _done(request, staff, act)


@requires("accounts.change_staff")
@require_POST
def reinstate(request: StaffRequest, number: str) -> HttpResponse:
    """Open a suspended account again."""
    staff = found(request, number)

    def act(**how: Any) -> None:
        services.reinstate(staff.number, **how)
        done(request, _("The account of %(name)s is open again.") % {"name": staff.name})

    return _done(request, staff, act)


@requires("accounts.change_staff")
@never_cache
@require_POST
def make_link(request: StaffRequest, number: str) -> HttpResponse:
    """Make the link by which a person sets a new password, and show it this once."""
    staff = found(request, number)
    try:
        link = services.make_link(staff, by=request.user, now=timezone.now(), address=address_of(request))
    except CantonError as error:
        return _page(request, staff, refused=error.message)
    return show_link(request, staff, link, first=False)


@requires("accounts.change_staff")
@require_POST
def end_session(request: StaffRequest, number: str, mark: str) -> HttpResponse:
    """End one session of a person."""
    staff = found(request, number)

    def act(**how: Any) -> None:
        ended = services.end_session(staff, mark, **how)
        done(request, _("The session on %(device)s is ended.") % {"device": ended.device})

    return _done(request, staff, act)


@requires("accounts.change_staff")
@require_POST
def end_sessions(request: StaffRequest, number: str) -> HttpResponse:
    """Sign a person out everywhere."""
    staff = found(request, number)
    return _done(request, staff, lambda **how: done(request, say_ended(services.end_sessions(staff, **how))))


@requires("accounts.change_staff")
@require_POST
def reset_factor(request: StaffRequest, number: str) -> HttpResponse:
    """Take away the second factor of a person who lost it."""
    staff = found(request, number)

    def act(**how: Any) -> None:
        services.reset_factor(staff, **how)
        done(request, _("The second factor of %(name)s is reset.") % {"name": staff.name})

    return _done(request, staff, act)


def found(request: StaffRequest, number: str) -> Staff:
    """A person of the viewer's centres; 404 for all others, so that nobody learns who works elsewhere."""
    return get_object_or_404(selectors.staff(request.user), number=number.replace("\0", ""))


def _done(request: StaffRequest, staff: Staff, act: Callable[..., None]) -> HttpResponse:
    """Do it and go back to the person's page; draw that page with a 422 if it could not be done."""
    try:
        act(by=request.user, now=timezone.now(), address=address_of(request))
    except CantonError as error:
        return _page(request, staff, refused=error.message)
    return redirect("accounts:person", staff.number)


def _page(
    request: StaffRequest, staff: Staff, *, refused: str = "", suspending: ReasonForm | None = None
) -> HttpResponse:
    now = timezone.now()
    content = {
        "person": staff,
        "state": states.state_of(staff, now),
        "link": selectors.open_link_of(staff, now=now),
        "recovery_left": selectors.recovery_left(staff),
        "required": any(role in selectors.roles_requiring_code() for role in staff.roles),
        "sessions": selectors.sessions_of(staff, now=now),
        "here": request.session.session_key,
        "refused": refused,
        "suspending": suspending or ReasonForm(),
        "hindrance": hindrance(request.user, staff),
        "may_change": request.user.has_perm("accounts.change_staff"),
    }
    status = 422 if refused or suspending else 200
    return render(request, "accounts/person.html", content, status=status)


def hindrance(viewer: Staff, staff: Staff) -> str:
    """Why the viewer may not act on the account; empty when he may."""
    try:
        authority.require_over(viewer, staff)
    except CantonError as error:
        return error.message
    return ""
