"""The door: signing in and out."""

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from canton.accounts import locking, services
from canton.accounts.access import address_of, public
from canton.accounts.forms import SignInForm
from canton.accounts.models import Staff

from .entering import let_in
from .factor import ask_for_code

LOCKED = 429  # Too Many Requests, RFC 6585


@public("the door itself")
@sensitive_post_parameters("password")
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for number and password; let in, or say how many tries are left, or until when it is locked."""
    if request.user.is_authenticated:
        return redirect(wanted(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _door(request, form, status=422 if form.is_bound else 200)
    number = form.cleaned_data["number"]
    staff = admit(request, number, form.cleaned_data["password"])
    if staff is None:
        return _door(request, form, number=number, status=422)
    if staff.has_factor:
        return ask_for_code(request, staff, to=wanted(request))
    return let_in(request, staff, to=wanted(request))


@public("ends whatever session there is")
@never_cache
@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the door."""
    if isinstance(request.user, Staff):
        services.signed_out(request.user, now=timezone.now(), address=address_of(request))
    logout(request)
    return redirect("accounts:sign-in")


def admit(request: HttpRequest, number: str, password: str) -> Staff | None:
    """The person whose number and password these are; keeps it when they are not."""
    locked = locking.locked_until(request, number) is not None
    staff = authenticate(request, username=number, password=password)
    if isinstance(staff, Staff):
        return staff
    if not locked:  # nothing is kept of knocking at a locked door, or anybody could fill the trail
        locks = locking.locked_until(request, number) is not None
        services.turned_away(number, locks=locks, now=timezone.now(), address=address_of(request))
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


def wanted(request: HttpRequest) -> str:
    """The page asked for before the door, if it is one of ours."""
    page = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else resolve_url(settings.LOGIN_REDIRECT_URL)
