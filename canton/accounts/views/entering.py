"""Letting a person in, once all that is asked at the door was answered."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from canton.accounts import devices, services, sessions
from canton.accounts.access import address_of
from canton.accounts.models import Staff

BACKEND = "canton.accounts.backends.RoleBackend"  # a session is of the register, whoever asked for the code
YEAR = 365 * 24 * 3600


def let_in(request: HttpRequest, staff: Staff, *, to: str) -> HttpResponse:
    """Begin a session and go where the person wanted to go."""
    now, address = timezone.now(), address_of(request)
    login(request, staff, backend=BACKEND)
    agent = request.headers.get("User-Agent", "")[: devices.AGENT_LENGTH]
    sessions.tell(request.session, agent=agent, address=address, now=now)
    services.signed_in(staff, now=now, address=address)
    return in_language(redirect(to), staff)


def in_language(answer: HttpResponse, staff: Staff) -> HttpResponse:
    """Have the screens speak the person's language from now on, if the register names one."""
    if staff.language:
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, staff.language, max_age=YEAR, samesite="Lax")
    return answer
