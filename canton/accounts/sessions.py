"""Sessions that know whose they are, so that they can be listed and ended (settings.SESSION_ENGINE).

One table: deleting a row ends the session at its next request. What is told at the door (device, address,
beginning) travels in the session's data and is copied into columns, because Django writes the row anew.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

if TYPE_CHECKING:
    from .models import Session

TOLD = "accounts.told"  # at the door: {"agent", "address", "began_at"}
NOTED_EVERY = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Django's database sessions, with the person, the device, and when they were last seen."""

    @classmethod
    def get_model_class(cls) -> "type[Session]":
        from .models import Session

        return Session

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        if row is None:
            return {}
        now = timezone.now()
        if row.staff_id and (row.seen_at is None or now - row.seen_at > NOTED_EVERY):
            self.get_model_class().objects.filter(pk=row.pk).update(seen_at=now)
        data: dict[str, Any] = self.decode(row.session_data)
        return data

    def create_model_instance(self, data: dict[str, Any]) -> "Session":
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        told = data.get(TOLD, {})
        row.staff_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.agent, row.address = told.get("agent", ""), told.get("address")
        row.began_at = datetime.fromisoformat(told["began_at"]) if told else None
        row.seen_at = timezone.now()
        return row


def tell(session: SessionBase, *, agent: str, address: str | None, now: datetime) -> None:
    """Note at the door what device a session belongs to."""
    session[TOLD] = {"agent": agent, "address": address, "began_at": now.isoformat()}
