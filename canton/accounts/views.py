"""The door: signing in and out, one's own password; and the register of staff."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.centres.selectors import visible_to
from canton.shell.pages import paginate

from . import locking, selectors, services, states
from .access import StaffRequest, public, requires
from .choices import Role
from .errors import WeakPassword
from .forms import PasswordChangeForm, SignInForm
from .models import Staff
from .roles import EVERYBODY, GRANTED, permissions_of

LOCKED = 429  # Too Many Requests, RFC 6585


@public("the door itself")
@sensitive_post_parameters("password")
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for number and password; let in, or say how many tries are left, or until when it is locked."""
    if request.user.is_authenticated:
        return redirect(_wanted(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _door(request, form, status=422 if form.is_bound else 200)
    number = form.cleaned_data["number"]
    staff = _admit(request, number, form.cleaned_data["password"])
    if staff is None:
        return _door(request, form, number=number, status=422)
    login(request, staff)
    services.signed_in(staff, now=timezone.now(), address=_address(request))
    return redirect(_wanted(request))


@public("ends whatever session there is")
@never_cache
@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the door."""
    if isinstance(request.user, Staff):
        services.signed_out(request.user, now=timezone.now(), address=_address(request))
    logout(request)
    return redirect("accounts:sign-in")


@requires("accounts.change_own_password")
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password_change(request: StaffRequest) -> HttpResponse:
    """Change one's own password; the session goes on under a new key, all others end."""
    staff = request.user
    form = PasswordChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _change(request, form):
        messages.success(request, _("Your password is changed."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    content = {
        "form": form,
        "must": staff.must_change_password,
        "due": staff.password_due(timezone.now()),
        "expires_at": staff.password_expires_at(),
    }
    return render(request, "accounts/password_change.html", content, status=422 if form.is_bound else 200)


@requires("accounts.view_staff")
@require_GET
def staff(request: StaffRequest) -> HttpResponse:
    """Staff of the viewer's centres: search, role, centre."""
    filters = selectors.Filters(
        text=request.GET.get("q", "").strip()[:40],
        role=request.GET.get("role", ""),
        centre=request.GET.get("centre", ""),
    )
    everyone, now = _("all"), timezone.now()
    page = paginate(request, selectors.staff(request.user, filters))
    content = {
        "page": page,
        "people": [(person, states.state_of(person, now)) for person in page],
        "filters": filters,
        "total": selectors.staff(request.user).count(),
        "roles": [("", everyone), *Role.choices],
        "centres": [("", everyone), *((centre.code, str(centre)) for centre in visible_to(request.user))],
    }
    return render(request, "accounts/staff.html", content)


@requires("accounts.view_staff")
@require_GET
def roles(request: StaffRequest) -> HttpResponse:
    """What each role may see and do."""
    matrix = [
        (label, [permission in permissions_of(role) for role in Role])
        for permission, label in GRANTED.items()
    ]
    content = {"roles": list(Role), "matrix": matrix, "everybody": EVERYBODY.values()}
    return render(request, "accounts/roles.html", content)


def _admit(request: HttpRequest, number: str, password: str) -> Staff | None:
    """The person whose number and password these are; keeps it when they are not."""
    locked = locking.locked_until(request, number) is not None
    staff = authenticate(request, username=number, password=password)
    if isinstance(staff, Staff):
        return staff
    if not locked:  # nothing is kept of knocking at a locked door, or anybody could fill the trail
        locks = locking.locked_until(request, number) is not None
        services.turned_away(number, locks=locks, now=timezone.now(), address=_address(request))
    return None


def _door(request: HttpRequest, form: SignInForm, *, status: int, number: str = "") -> HttpResponse:
    until = locking.locked_until(request, number) if number else None
    content = {
        "form": form,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "locked_until": until,
        "attempts_left": locking.attempts_left(request, number) if number and until is None else None,
    }
    return render(request, "accounts/sign_in.html", content, status=LOCKED if until else status)


def _change(request: StaffRequest, form: PasswordChangeForm) -> bool:
    """Whether the password was changed; what is wrong is added to the form."""
    given = form.cleaned_data
    if _admit(request, request.user.number, given["current"]) is None:
        until = locking.locked_until(request, request.user.number)
        wrong = _("Too many wrong passwords. Try again later.") if until else _("This is not your password.")
        form.add_error("current", wrong)
        return False
    try:
        services.change_password(
            request.user, password=given["new"], now=timezone.now(), address=_address(request)
        )
    except WeakPassword as error:
        form.add_error("new", list(error.reasons))
        return False
    update_session_auth_hash(request, request.user)
    return True


def _wanted(request: HttpRequest) -> str:
    """The page asked for before the door, if it is one of ours."""
    page = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
