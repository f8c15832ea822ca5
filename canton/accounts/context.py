"""What every page reminds its reader of."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from .models import Staff


def reminders(request: HttpRequest) -> dict[str, Any]:
    """{"reminders": [(text, address)]}: a password that is going to expire (F39)."""
    staff = getattr(request, "user", None)
    if not isinstance(staff, Staff):
        return {}
    left = staff.password_days_left(timezone.now())
    if left is None or request.path == reverse("accounts:password-change"):
        return {}
    said = ngettext(
        "Your password expires in %(n)s day. Change it now.",
        "Your password expires in %(n)s days. Change it now.",
        left,
    )
    return {"reminders": [(said % {"n": left}, reverse("accounts:password-change"))]}
