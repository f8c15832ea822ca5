"""Too many wrong passwords lock a number for the source they came from (django-axes counts them).

It counts numbers nobody has in the same way, so a lock does not tell whether a number exists.
"""

from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_credentials, get_failure_limit
from axes.models import AccessAttempt
from django.db.models import Max
from django.http import HttpRequest, HttpResponse


def attempts_left(request: HttpRequest, number: str) -> int:
    """How many more wrong passwords the number may have from this source."""
    credentials = get_credentials(number)
    limit: int = get_failure_limit(request, credentials)
    failures: int = AxesProxyHandler.get_failures(request, credentials)
    return max(0, limit - failures)


def locked_until(request: HttpRequest, number: str) -> datetime | None:
    """When the number may try again from this source; None when it may now."""
    if AxesProxyHandler.is_allowed(request, get_credentials(number)):
        return None
    source = request.axes_ip_address  # type: ignore[attr-defined]  # set by is_allowed
    tried = AccessAttempt.objects.filter(username=number, ip_address=source)
    last: datetime | None = tried.aggregate(last=Max("attempt_time"))["last"]
    return last + get_cool_off(request) if last else None


def drawn_by_the_view(request: HttpRequest, drawn: HttpResponse, credentials: object) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: our sign-in page says it better than axes would."""
    return drawn
