"""What is due from the centres below, held against what came."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from canton.centres.models import Centre
from canton.centres.selectors import own

from . import due as rules
from .choices import IncomingState, Rhythm, Standing
from .due import Arrival
from .models import Chase, Duty, Incoming

TO_CHASE = (Standing.LATE, Standing.PARTLY, Standing.REFUSED)
LOOK_BACK = {Rhythm.DAILY: timedelta(days=14), Rhythm.MONTHLY: timedelta(days=200)}


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a duty of one centre. came: how many of its files are there. chased: the last reminder."""

    centre: Centre
    duty: Duty
    period: str
    at: datetime
    standing: Standing
    came: int = 0
    chased: Chase | None = None


Owed = Callable[[Sequence[Centre], datetime], Iterable[Due]]
_owed: list[Owed] = []


def expect(owed: Owed) -> None:
    """Have a room above tell what else of these centres is late, by a duty that is not entered here.

    It is reminded of with the rest, in the same notice; when it was is added here.
    """
    _owed.append(owed)


@dataclass(frozen=True, slots=True)
class Came:
    """A package that came: the period it names, when, whether it was refused, and which file it is."""

    period: str
    at: datetime
    refused: bool
    name: str


def centres() -> list[Centre]:
    """Those that report to us, by code."""
    return list(Centre.objects.filter(parent=own()).order_by("code"))


def duty_of(centre: Centre, duties: Iterable[Duty]) -> Duty | None:
    """Of the duties of one data set, the centre's own, or the one for all."""
    return min(
        (duty for duty in duties if duty.centre_id in (None, centre.pk)),
        key=lambda duty: duty.centre_id is None,
        default=None,
    )


def late(centre: Centre, *, now: datetime) -> list[Due]:
    """Everything of a centre that is late, or came and was refused, the oldest first."""
    [(_, found)] = late_of([centre], now=now)
    return found


def late_of(of: list[Centre], *, now: datetime) -> list[tuple[Centre, list[Due]]]:
    """The same of several centres; a few queries for each data set."""
    found: dict[str, list[Due]] = {centre.pk: [] for centre in of}
    for dataset in sorted(set(Duty.objects.values_list("dataset", flat=True))):
        for centre, row in board(of, dataset, now=now):
            found[centre.pk] += [due for due in row if due.standing in TO_CHASE and due.at < now]
    for owed in _owed:
        for due in _reminded(of, list(owed(of, now))):
            found[due.centre.pk].append(due)
    return [(centre, sorted(found[centre.pk], key=lambda due: (due.at, due.duty.dataset))) for centre in of]


def board(
    of: list[Centre], dataset: str, *, now: datetime, periods: int = 0
) -> list[tuple[Centre, list[Due]]]:
    """Each centre with the periods of a data set that are due from it, oldest first.

    periods: how many at most, the newest; 0 is all that is looked back on.
    """
    duties = list(Duty.objects.filter(dataset=dataset).select_related("centre"))
    zone = ZoneInfo(own().time_zone)
    today = now.astimezone(zone).date()
    arrived, chased = _arrived(of, dataset, today, zone), _chased(of, dataset)
    rows = []
    for centre in of:
        duty = duty_of(centre, duties)
        row = _row(centre, duty, today, arrived[centre.pk], zone, now) if duty else []
        row = [_with(due, chased.get((centre.pk, due.period))) for due in row]
        rows.append((centre, row[-periods:] if periods else row))
    return rows


def _row(
    centre: Centre,
    duty: Duty,
    today: date,
    came: list[Came],
    zone: ZoneInfo,
    now: datetime,
) -> list[Due]:
    term = duty.term
    arrivals = [
        Arrival(
            rules.days_reported(term, each.period, each.at.astimezone(zone).date()), each.at, each.refused,
            each.name, rules.last_hour(each.period),
        )
        for each in came
    ]  # fmt: skip
    row = []
    for beginning in rules.beginnings(term, today - LOOK_BACK[Rhythm(duty.rhythm)], today):
        last = rules.last_day(term, beginning)
        about = [each for each in arrivals if each.days[0] <= last and each.days[1] >= beginning]
        row.append(
            Due(
                centre,
                duty,
                rules.name(term, beginning),
                rules.due_at(term, beginning, zone),
                rules.standing(term, beginning, about, zone, now),
                rules.came(term, beginning, about),
            )
        )
    return row


def _arrived(of: list[Centre], dataset: str, today: date, zone: ZoneInfo) -> defaultdict[str, list[Came]]:
    """What came since the oldest period that is shown began."""
    since = datetime.combine(today - max(LOOK_BACK.values()), time(), zone)
    found: defaultdict[str, list[Came]] = defaultdict(list)
    rows = Incoming.objects.filter(
        Q(link__in=[each.pk for each in of]), dataset=dataset, received_at__gte=since
    )
    columns = ("link_id", "period", "sequence", "received_at", "accepted", "state", "pk")
    for centre, period, sequence, at, accepted, state, number in rows.order_by().values_list(*columns):
        refused = accepted is False or state == IncomingState.REFUSED
        name = f"{period}/{sequence}" if period else f"#{number}"
        found[centre].append(Came(period, at, refused, name))
    return found


def _reminded(of: list[Centre], late: list[Due]) -> list[Due]:
    """The same, each with its last reminder."""
    chased = {name: _chased(of, name) for name in {due.duty.dataset for due in late}}
    return [_with(due, chased[due.duty.dataset].get((due.centre.pk, due.period))) for due in late]


def _chased(of: list[Centre], dataset: str) -> dict[tuple[str, str], Chase]:
    rows = Chase.objects.filter(centre__in=of, dataset=dataset).order_by("at")
    return {(each.centre_id, each.period): each for each in rows}


def _with(due: Due, chase: Chase | None) -> Due:
    if chase is None:
        return due
    return replace(due, chased=chase)
