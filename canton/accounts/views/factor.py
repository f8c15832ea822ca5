"""The second factor: asked at the door after the password, enrolled and looked after by its person."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from canton.accounts import codes, sealing, services
from canton.accounts.access import StaffRequest, address_of, public, requires
from canton.accounts.errors import FactorRequired, SealBroken, WrongCode
from canton.accounts.forms import CodeForm
from canton.accounts.models import Staff
from canton.shell.flash import done

from .entering import let_in

WAITING = "accounts.waiting"  # who has given his password and not yet his code
NEW_KEY = "accounts.new-key"  # sealed, until a code has proved that the authenticator has it
REFUSED = "accounts.refused"  # why the last act upon the own factor did not go, for the page it returns to
PATIENCE = timedelta(minutes=5)
LOCKED = 429
ISSUER = "Canton"


def ask_for_code(request: HttpRequest, staff: Staff, *, to: str) -> HttpResponse:
    """Remember who gave the right password, and ask for the code; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[WAITING] = {
        "pk": staff.pk,
        "hash": staff.get_session_auth_hash(),
        "until": (timezone.now() + PATIENCE).isoformat(),
        "to": to,
    }
    return redirect("accounts:code")


@public("the second half of the door")
@sensitive_post_parameters("code")
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask whoever gave the right password for a code, and let him in."""
    staff, to = _waiting(request.session, timezone.now())
    if staff is None:
        if request.session.pop(WAITING, None):
            messages.warning(request, _("The code was not entered in time. Sign in again."))
        return redirect("accounts:sign-in")
    form, checked = CodeForm(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        checked, wrong = _check(request, staff, form.cleaned_data["code"])
        if checked.ok:
            del request.session[WAITING]
            return _let_in(request, staff, checked, to)
        if wrong:
            form.add_error("code", wrong)
    status = 200 if not form.is_bound else LOCKED if checked and checked.locked_until else 422
    content = {"form": form, "staff": staff, "checked": checked}
    return render(request, "accounts/code.html", content, status=status)


@requires("accounts.change_own_factor")
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: StaffRequest) -> HttpResponse:
    """Show the secret of a new authenticator until a code proves that it took it; then the recovery codes."""
    if request.user.has_factor:
        return redirect("accounts:own")
    key = _new_key(request.session)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = services.enrol(
                request.user,
                key=key,
                code=form.cleaned_data["code"],
                now=timezone.now(),
                address=address_of(request),
            )
        except WrongCode as error:
            form.add_error("code", error.message)
        else:
            del request.session[NEW_KEY]
            return _show_codes(request, made, first=True)
    content = {
        "form": form,
        "letters": codes.in_letters(key),
        "picture": codes.picture(codes.address(key, number=request.user.number, issuer=ISSUER)),
        "must": request.user.must_enrol,
    }
    return render(request, "accounts/factor_enrol.html", content, status=422 if form.is_bound else 200)


@requires("accounts.change_own_factor")
@sensitive_post_parameters("code")
@never_cache
@require_POST
def renew(request: StaffRequest) -> HttpResponse:
    """New recovery codes for old, against a code."""
    if not _proved(request):
        return redirect("accounts:own")
    made = services.renew_recovery(request.user, now=timezone.now(), address=address_of(request))
    return _show_codes(request, made, first=False)


@requires("accounts.change_own_factor")
@sensitive_post_parameters("code")
@never_cache
@require_POST
def drop(request: StaffRequest) -> HttpResponse:
    """Give the second factor up, against a code, where no role requires it."""
    if not _proved(request):
        return redirect("accounts:own")
    try:
        services.drop_factor(
            request.user,
            required=request.user.needs_factor,
            now=timezone.now(),
            address=address_of(request),
        )
    except FactorRequired as error:
        request.session[REFUSED] = error.message
    else:
        done(request, _("Your second factor is removed."))
    return redirect("accounts:own")


def _proved(request: StaffRequest) -> bool:
    """Whether the code that came along is right; what is wrong with it is shown on the account's page."""
    form = CodeForm(request.POST)
    checked = None
    if form.is_valid():
        checked = services.check_code(
            request.user, form.cleaned_data["code"], now=timezone.now(), address=address_of(request)
        )
        if checked.ok:
            return True
    request.session[REFUSED] = str(say(checked) if checked else WrongCode().message)
    return False


def _check(request: HttpRequest, staff: Staff, code: str) -> tuple[services.Checked, str]:
    try:
        checked = services.check_code(staff, code, now=timezone.now(), address=address_of(request))
    except SealBroken as error:
        return services.Checked(ok=False), error.message
    return checked, "" if checked.ok else say(checked)


def say(checked: services.Checked) -> str:
    """Why a code was not taken, in words."""
    if checked.locked_until:
        until = f"{timezone.localtime(checked.locked_until):%H:%M}"
        return _("Too many wrong codes. Locked until %(until)s.") % {"until": until}
    return _("This code is not right, or was used already; %(left)s more tries.") % {"left": checked.left}


def _let_in(request: HttpRequest, staff: Staff, checked: services.Checked, to: str) -> HttpResponse:
    answer = let_in(request, staff, to=to)
    if checked.recovery_left is not None:
        said = _("You came in by a recovery code; %(n)s are left.") % {"n": checked.recovery_left}
        done(request, said)
    return answer


def _waiting(session: SessionBase, now: datetime) -> tuple[Staff | None, str]:
    """Who gave his password lately and has not changed it since, and where he wants to go."""
    told = session.get(WAITING)
    if not told or now >= datetime.fromisoformat(told["until"]):
        return None, ""
    staff = Staff.objects.at_the_door().filter(pk=told["pk"], is_active=True).first()
    if staff is None or not constant_time_compare(told["hash"], staff.get_session_auth_hash()):
        return None, ""
    return staff, told["to"]


def _new_key(session: SessionBase) -> bytes:
    """The secret being offered; the same while the person is at it, or the picture changed under him."""
    if NEW_KEY in session:
        try:
            return sealing.unseal(session[NEW_KEY])
        except SealBroken:
            del session[NEW_KEY]
    key = codes.new_key()
    session[NEW_KEY] = sealing.seal(key)
    return key


def _show_codes(request: StaffRequest, made: list[str], *, first: bool) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": made, "first": first})
