"""Signs staff in by number and password; what they may do comes from their role."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from .models import Staff


class RoleBackend(BaseBackend):
    """Number and password against the register; takes as long for a number nobody has."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: object
    ) -> Staff | None:
        staff = Staff.objects.filter(number=username or "").first()
        if staff is None:
            Staff().set_password(password)
            return None
        return staff if staff.check_password(password or "") and staff.is_active else None

    def get_user(self, user_id: int) -> Staff | None:
        return Staff.objects.select_related("centre").filter(pk=user_id, is_active=True).first()
