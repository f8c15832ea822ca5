"""One's own password: changed by who knows it, and set anew by a link when it is lost."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from canton.accounts import locking, selectors, services
from canton.accounts.access import StaffRequest, address_of, public, requires
from canton.accounts.errors import LinkVoid, WeakPassword
from canton.accounts.forms import NewPasswordForm, PasswordChangeForm

from .door import admit

TOKEN = "accounts.link"  # where the session keeps the link's token, so that the address does not show it


@requires("accounts.change_own_password")
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest) -> HttpResponse:
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
        "days": settings.CANTON_PASSWORD_DAYS,
        "history": settings.CANTON_PASSWORD_HISTORY,
    }
    return render(request, "accounts/password_change.html", content, status=422 if form.is_bound else 200)


def _change(request: StaffRequest, form: PasswordChangeForm) -> bool:
    """Whether the password was changed; what is wrong is added to the form."""
    given = form.cleaned_data
    if admit(request, request.user.number, given["current"]) is None:
        until = locking.locked_until(request, request.user.number)
        wrong = _("Too many wrong passwords. Try again later.") if until else _("This is not your password.")
        form.add_error("current", wrong)
        return False
    try:
        services.change_password(
            request.user, password=given["new"], now=timezone.now(), address=address_of(request)
        )
    except WeakPassword as error:
        form.add_error("new", list(error.reasons))
        return False
    update_session_auth_hash(request, request.user)
    return True


@public("whoever holds a link to set a new password has no session yet")
@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address and go on; opening a link does not use it up."""
    now, address = timezone.now(), address_of(request)
    if selectors.link_door_closed(address, now=now):
        return redirect("accounts:new-password")  # which knows no token; this address must not reach the log
    if selectors.link_of(token, now=now) is None:
        services.turned_away_at_link(now=now, address=address)
        return _void(request)
    logout(request)
    request.session[TOKEN] = token
    return redirect("accounts:new-password")


@public("whoever holds a link to set a new password has no session yet")
@sensitive_post_parameters()
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Ask twice for the new password; then the link is used up and the door asks for it."""
    token, now = request.session.get(TOKEN, ""), timezone.now()
    found = selectors.link_of(token, now=now)
    if found is None:
        return _void(request)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.use_link(token, password=form.cleaned_data["new"], now=now, address=address_of(request))
        except LinkVoid:
            return _void(request)
        except WeakPassword as error:
            form.add_error("new", list(error.reasons))
        else:
            logout(request)
            messages.success(request, _("Your new password is set. Sign in with it."))
            return redirect("accounts:sign-in")
    content = {
        "form": form,
        "staff": found.staff,
        "until": found.expires_at,
        "days": settings.CANTON_PASSWORD_DAYS,
        "history": settings.CANTON_PASSWORD_HISTORY,
    }
    return render(request, "accounts/new_password.html", content, status=422 if form.is_bound else 200)


def _void(request: HttpRequest) -> HttpResponse:
    """One page for every link that is not good, so that it tells nothing about accounts."""
    return render(request, "accounts/link_void.html", status=404)
