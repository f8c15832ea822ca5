"""What is due from whom, and reminding those who are late (催报), of one thing at most once in a while."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.centres.models import Centre

from .. import expected
from ..choices import NoticeKind
from ..errors import NoLink, NothingToChase
from ..expected import Due
from ..models import Chase, Duty, Link
from ..notices import MOST_ITEMS, Item
from .notices import send_notice


@transaction.atomic
def save_duty(duty: Duty, *, by: str, now: datetime) -> Duty:
    """Enter or change what is due."""
    new = duty.pk is None
    duty.save()
    record(
        "exchange.save_duty",
        actor=by,
        centre=settings.CANTON_CENTRE,
        now=now,
        target=str(duty.pk),
        dataset=duty.dataset,
        of=duty.centre_id or "",
        rhythm=duty.rhythm,
        new=new,
    )
    return duty


@transaction.atomic
def drop_duty(duty: Duty, *, by: str, now: datetime) -> None:
    """What was due is due no longer; reminders that were sent stay."""
    record(
        "exchange.drop_duty", actor=by, centre=settings.CANTON_CENTRE, now=now, target=str(duty.pk),
        dataset=duty.dataset, of=duty.centre_id or "",
    )  # fmt: skip
    duty.delete()


@transaction.atomic
def chase(centre: Centre, *, by: str, now: datetime, by_itself: bool = False) -> list[Chase]:
    """Remind a centre of everything that is late and that it was not reminded of for a while; one notice.

    by_itself: only what is to be chased without anybody asking.

    Raises:
        NoLink: we exchange nothing with it.
        NothingToChase: nothing is late, or it was reminded of all of it.
    """
    link = Link.objects.select_for_update(of=("self",)).filter(pk=centre.pk, active=True).first()
    if link is None:
        raise NoLink(centre=centre.pk)
    late = [due for due in expected.late(centre, now=now) if due.duty.chase_by_itself or not by_itself]
    fresh = _not_chased(centre, late, now)[:MOST_ITEMS]
    if not fresh:
        raise NothingToChase(centre=centre)
    items = [
        asdict(Item(due.duty.dataset, due.period, due.at.isoformat(), due.came, due.duty.parts))
        for due in fresh
    ]
    outgoing = send_notice(NoticeKind.CHASE, {"items": items}, to=link, now=now, actor=by)
    chases = Chase.objects.bulk_create(
        Chase(
            centre=centre,
            dataset=due.duty.dataset,
            period=due.period,
            due_at=due.at,
            at=now,
            by=by,
            outgoing=outgoing,
        )
        for due in fresh
    )
    record(
        "exchange.chase", actor=by, centre=settings.CANTON_CENTRE, now=now, target=centre.pk,
        items=len(chases), package=outgoing.name,
    )  # fmt: skip
    return chases


def chase_all(*, by: str, now: datetime, by_itself: bool = True, only: Collection[str] | None = None) -> int:
    """Remind every centre that is late, of `only` these codes if given; answer how many were."""
    reminded = 0
    for centre in expected.centres():
        if only is not None and centre.pk not in only:
            continue
        try:
            chase(centre, by=by, now=now, by_itself=by_itself)
        except (NoLink, NothingToChase):
            continue
        reminded += 1
    return reminded


def _not_chased(centre: Centre, late: Iterable[Due], now: datetime) -> list[Due]:
    chased = {
        (dataset, period): at
        for dataset, period, at in Chase.objects.filter(centre=centre)
        .order_by("at")
        .values_list("dataset", "period", "at")
    }
    return [
        due
        for due in late
        if (last := chased.get((due.duty.dataset, due.period))) is None
        or now - last >= timedelta(hours=due.duty.chase_hours)
    ]
