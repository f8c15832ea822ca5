"""Links as a viewer may see them, with what came and went over each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from canton.centres.models import Centre
from canton.centres.selectors import Viewer, own, scope

from .choices import IncomingState, OutgoingState
from .models import Incoming, Link, Outgoing
from .receipts import DATASET as RECEIPT

RECENT = timedelta(days=7)
UNDER_WAY = (OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.LAID, OutgoingState.SENT)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Packages that came or went over a link. last: None when nothing did. refused, failing: of a week."""

    last: datetime | None = None
    total: int = 0
    waiting: int = 0
    refused: int = 0
    failing: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A link and its traffic. received.waiting: not yet answered. sent.waiting: without receipt."""

    link: Link
    received: Traffic
    sent: Traffic

    @property
    def state(self) -> str:
        """One of off (ended), key (another host key is shown), paused, failing (cannot be reached), refused
        (a package was), idle (never used), ok."""
        if not self.link.active:
            return "off"
        if self.link.offered_key:
            return "key"
        if self.link.paused_at:
            return "paused"
        if self.sent.failing:
            return "failing"
        if self.received.refused or self.sent.refused:
            return "refused"
        return "ok" if self.received.total or self.sent.total else "idle"


def visible_to(viewer: Viewer) -> QuerySet[Link]:
    """Links to the viewer's centres; whoever sees the whole of this centre also sees the one above it."""
    codes = set(scope(viewer))
    here: Centre = own()
    if here.code in codes and here.parent_id:
        codes.add(here.parent_id)
    return Link.objects.filter(peer__in=codes).select_related("peer").order_by("peer")


def lines(viewer: Viewer, *, now: datetime) -> list[Line]:
    """Every link the viewer may see, in the order of the centres' codes."""
    links = list(visible_to(viewer))
    received, sent = _received(links, now - RECENT), _sent(links, now - RECENT)
    return [Line(link, received.get(link.pk, Traffic()), sent.get(link.pk, Traffic())) for link in links]


def _received(links: list[Link], since: datetime) -> dict[str, Traffic]:
    counted = Incoming.objects.filter(link__in=links).order_by().values("link")
    rows = counted.annotate(
        last=Max("received_at"),
        total=Count("pk"),
        waiting=Count("pk", filter=Q(receipted_at=None) & ~Q(dataset=RECEIPT)),
        refused=Count("pk", filter=Q(state=IncomingState.REFUSED, received_at__gte=since)),
    )
    return {row.pop("link"): Traffic(**row) for row in _dicts(rows)}


def _sent(links: list[Link], since: datetime) -> dict[str, Traffic]:
    failing = Q(state=OutgoingState.FAILED, queued_at__gte=since) | Q(state__in=UNDER_WAY) & ~Q(error_code="")
    counted = Outgoing.objects.filter(link__in=links).order_by().values("link")
    rows = counted.annotate(
        last=Max("sent_at"),
        total=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=UNDER_WAY)),
        refused=Count("pk", filter=Q(state=OutgoingState.REFUSED, queued_at__gte=since)),
        failing=Count("pk", filter=failing),
    )
    return {row.pop("link"): Traffic(**row) for row in _dicts(rows)}


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]
