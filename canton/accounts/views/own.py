"""One's own account: the password's age, the second factor, and every browser one is signed in with."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from canton.accounts import selectors, services
from canton.accounts.access import StaffRequest, address_of, requires
from canton.accounts.errors import NoSuchSession
from canton.accounts.forms import CodeForm
from canton.shell.flash import done

from .factor import REFUSED


@requires("accounts.view_own_account")
@never_cache
@require_GET
def account(request: StaffRequest) -> HttpResponse:
    """What the house knows of the person who asks."""
    now = timezone.now()
    content = {
        "person": request.user,
        "sessions": selectors.sessions_of(request.user, now=now),
        "here": request.session.session_key,
        "refused": request.session.pop(REFUSED, ""),
        "renew_code": CodeForm(auto_id="renew-%s"),
        "drop_code": CodeForm(auto_id="drop-%s"),
        "recovery_left": selectors.recovery_left(request.user),
        "days": settings.CANTON_PASSWORD_DAYS,
        "history": settings.CANTON_PASSWORD_HISTORY,
        "days_left": request.user.password_days_left(now),
    }
    return render(request, "accounts/own.html", content)


@requires("accounts.view_own_account")
@require_POST
def end_session(request: StaffRequest, mark: str) -> HttpResponse:
    """End one of one's own sessions; one that has ended already needs no ending."""
    now = timezone.now()
    try:
        ended = services.end_session(
            request.user, mark, by=request.user, now=now, address=address_of(request)
        )
    except NoSuchSession as error:
        done(request, error.message)
    else:
        done(request, _("The session on %(device)s is ended.") % {"device": ended.device})
    return redirect("accounts:own")


@requires("accounts.view_own_account")
@require_POST
def end_sessions(request: StaffRequest) -> HttpResponse:
    """Sign out everywhere else; with `here` in this browser too."""
    here = "here" in request.POST
    ended = services.end_sessions(
        request.user,
        by=request.user,
        now=timezone.now(),
        address=address_of(request),
        but=None if here else request.session.session_key,
    )
    if here:
        logout(request)
        return redirect("accounts:sign-in")
    done(request, say_ended(ended))
    return redirect("accounts:own")


def say_ended(ended: int) -> str:
    """How many sessions ended, in words."""
    return ngettext("%(n)s session is ended.", "%(n)s sessions are ended.", ended) % {"n": ended}
