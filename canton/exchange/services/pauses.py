"""Holding a link: nothing is sent, laid out, asked for or fetched; what the neighbour brings is taken."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.kernel import events

from ..errors import NoLink, NoReasonGiven
from ..models import Link
from .host_keys import LEAST_REASON
from .sending import wake_link


@transaction.atomic
def pause_link(link: Link, *, why: str, by: str, now: datetime) -> Link:
    """Hold the link until somebody lets it go on; again changes nothing.

    Raises:
        NoLink: it has ended.
        NoReasonGiven: whoever comes next would not know why.
    """
    if len(why.strip()) < LEAST_REASON:
        raise NoReasonGiven(least=LEAST_REASON)
    link = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not link.active:
        raise NoLink(centre=link.pk)
    if link.paused_at is None:
        link.paused_at, link.paused_by, link.paused_why = now, by, why.strip()[:200]
        link.save(update_fields=["paused_at", "paused_by", "paused_why"])
        _note("exchange.pause_link", by, link, now, why=link.paused_why)
    return link


@transaction.atomic
def resume_link(link: Link, *, by: str, now: datetime) -> Link:
    """Let it go on, at once with what waits longest."""
    link = Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.paused_at is not None:
        since = link.paused_at
        link.paused_at, link.paused_by, link.paused_why = None, "", ""
        link.save(update_fields=["paused_at", "paused_by", "paused_why"])
        _note("exchange.resume_link", by, link, now, since=since.isoformat())
        wake_link(link, now=now)
    return link


def _note(action: str, by: str, link: Link, now: datetime, **detail: str) -> None:
    record(action, actor=by, centre=settings.CANTON_CENTRE, now=now, target=link.pk, **detail)
    events.publish("links", centre=link.pk)
