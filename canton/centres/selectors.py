"""Which centres a viewer may see, his own and all below it; where numbers are at home."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db.models import Count, Max, QuerySet

from . import segment_file, segment_homes, tallies
from .choices import PlanState, Subject, Tier
from .models import Centre, Department, Desk, Edition, Revision, Segment, SegmentChange, SegmentPlan
from .numbers import SEGMENT_DIGITS, segment_of
from .segment_homes import Said

ORGANISATION = (Subject.CENTRE, Subject.DEPARTMENT, Subject.DESK)


class Viewer(Protocol):
    """Whoever asks: staff, a partner's client, or the command line (Operator)."""

    @property
    def centre(self) -> Centre: ...


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever works at the machine of a centre by command line: sees what the centre sees."""

    centre: Centre


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree: a centre, how deep below the viewer's, and what it has.

    tallies: one count per registered tally, in its order.
    """

    centre: Centre
    depth: int
    departments: list[Department]
    desks: list[Desk]
    segments: int
    tallies: list[int]
    share: float  # of the segments of the viewer's whole territory, 0-1


def scope(viewer: Viewer) -> frozenset[str]:
    """Codes of the viewer's centre and every centre below it."""
    return frozenset(visible_to(viewer).values_list("code", flat=True))


def visible_to(viewer: Viewer) -> QuerySet[Centre]:
    """Centres of the viewer's scope, in the order of their codes."""
    return Centre.objects.filter(code__startswith=viewer.centre.reach)


def cities() -> QuerySet[Centre]:
    """Every city centre, in the order of its code."""
    return Centre.objects.filter(tier=Tier.CITY)


def tier_below(centre: Centre) -> Tier:
    """The tier of centres that stand below one."""
    return Tier.PROVINCE if centre.tier == Tier.NATION else Tier.CITY


def revisions(centre: Centre) -> QuerySet[Revision]:
    """What people changed of a centre, its departments and desks, newest first."""
    return Revision.objects.filter(centre=centre.code, subject__in=ORGANISATION)


def own() -> Centre:
    """The centre this deployment plays (CANTON_CENTRE)."""
    return Centre.objects.select_related("parent").get(code=settings.CANTON_CENTRE)


def home_of(number: str, day: date) -> Centre | None:
    """City a mobile number was issued in, as it was on the day.

    None for landlines, foreign numbers and segments nobody listed.
    """
    segment = segment_of(number)
    return home_of_segment(segment, day) if segment else None


def home_of_segment(segment: str, day: date) -> Centre | None:
    """City a segment is at home in on the day; None for one nobody listed, or not yet."""
    city = segment_homes.home_on(_said({segment}).get(segment, []), day)
    return Centre.objects.filter(pk=city).first()


def segment_counts(day: date) -> dict[str, int]:
    """Segments of each city on a day by centre code: its subscribers, in units of 10,000 numbers."""
    counts = Counter(dict(Segment.objects.order_by().values_list("centre").annotate(n=Count("prefix"))))
    coming = dict(Segment.objects.filter(valid_from__gt=day).values_list("prefix", "centre"))
    counts.subtract(coming.values())
    said = _said(set(coming)) if coming else {}
    counts.update(home for each in said.values() if (home := segment_homes.home_on(each, day)))
    return {code: n for code, n in counts.items() if n}


def segment_table() -> Path:
    """Parquet of all segments for the analytical engine; written when it is absent or of another edition.

    Columns: those of canton/centres/segment_file.py, prefix and centre, and dates where there are any.
    """
    stamp = segment_stamp()
    path = Path(settings.CANTON_HOME) / "reference" / "segments.parquet"
    if segment_file.fingerprint(path) != stamp:
        dated = Segment.objects.exclude(valid_from=None).values_list("prefix", flat=True)
        said = _said(set(dated))
        rows: list[segment_file.Row] = [
            (prefix, city, None, None)
            for prefix, city in Segment.objects.order_by("prefix").values_list("prefix", "centre_id")
            if prefix not in said
        ]
        for prefix, each in said.items():
            rows += [(prefix, term.city, term.since, term.until) for term in segment_homes.terms(each)]
        segment_file.write(path, sorted(rows, key=lambda row: row[0]), fingerprint=stamp)
    return path


def _said(prefixes: set[str]) -> dict[str, list[Said]]:
    """What was said of each of these segments that is in the table, the last first."""
    rows = Segment.objects.filter(prefix__in=prefixes).values_list("prefix", "centre_id", "valid_from")
    found = {prefix: [Said(city, since)] for prefix, city, since in rows}
    held = SegmentChange.objects.filter(prefix__in=list(found), plan__state=PlanState.APPLIED)
    for change in held.order_by("-plan__settled_at", "-pk"):
        found[change.prefix].append(Said(change.before, change.before_from))
    return found


def segment_stamp() -> str:
    """Changes whenever the number table does: by a release, or by people who apply or take back a plan."""
    edition = Edition.objects.get(name="segments")
    settled = SegmentPlan.objects.exclude(state=PlanState.PROPOSED)
    people = settled.aggregate(n=Count("pk"), last=Max("pk"), at=Max("settled_at"))
    return (
        f"{edition.fingerprint}.{people['n']}.{people['last']}.{people['at']}"
        if people["n"]
        else edition.fingerprint
    )


def segment_history(prefix: str) -> QuerySet[SegmentChange]:
    """What people changed of a segment, newest first."""
    return SegmentChange.objects.filter(prefix=prefix).exclude(plan__state=PlanState.PROPOSED).order_by("-pk")


def plans(viewer: Viewer) -> QuerySet[SegmentPlan]:
    """Changes of the number table by people of the viewer's centres, newest first."""
    return SegmentPlan.objects.filter(centre__in=visible_to(viewer))


def segments(centre: Centre, beginning: str = "") -> QuerySet[Segment]:
    """Segments of a centre and those below it that begin so, in order."""
    found = Segment.objects.filter(centre__code__startswith=centre.reach).select_related("centre")
    return found.filter(prefix__startswith=beginning[:SEGMENT_DIGITS])


def departments_with_desks(centre: Centre) -> list[Department]:
    """A centre's departments, each with its desks, in their order; two queries."""
    return list(centre.departments.prefetch_related("desks"))


def department_names() -> dict[str, Department]:
    """A department of each code there is, for its name; a province's (last in the alphabet) if it has one."""
    found = Department.objects.order_by("code", "-centre__tier").distinct("code")
    return {row.code: row for row in found}


def tree(viewer: Viewer, day: date) -> list[Node]:
    """The viewer's centres, parents before children, with what each has: five queries and one a tally.

    day: on which segments are counted.
    """
    centres = list(visible_to(viewer))
    codes = frozenset(centre.code for centre in centres)
    here = {code: n for code, n in segment_counts(day).items() if code in codes}
    departments: dict[str, list[Department]] = defaultdict(list)
    for department in Department.objects.filter(centre__in=codes):
        departments[department.centre_id].append(department)
    desks: dict[str, list[Desk]] = defaultdict(list)
    for desk in Desk.objects.filter(centre__in=codes).select_related("department"):
        desks[desk.centre_id].append(desk)
    columns = [tally.count(codes) for tally in tallies.registered()]
    nodes = []
    for centre, depth in _in_order(centres, viewer.centre):
        segments = sum(n for code, n in here.items() if code.startswith(centre.reach))
        nodes.append(
            Node(
                centre=centre,
                depth=depth,
                departments=departments[centre.code],
                desks=desks[centre.code],
                segments=segments,
                tallies=[column.get(centre.code, 0) for column in columns],
                share=segments / (sum(here.values()) or 1),
            )
        )
    return nodes


def _in_order(centres: list[Centre], top: Centre) -> list[tuple[Centre, int]]:
    """Depth first from the top, siblings by code."""
    children: dict[str | None, list[Centre]] = defaultdict(list)
    for centre in centres:
        children[centre.parent_id].append(centre)
    found: list[tuple[Centre, int]] = []
    waiting = [(top, 0)]
    while waiting:
        centre, depth = waiting.pop()
        found.append((centre, depth))
        waiting += [(child, depth + 1) for child in reversed(children[centre.code])]
    return found


def names(codes: set[str]) -> dict[str, str]:
    """Names of centres by code, in the reader's language."""
    return {centre.code: str(centre) for centre in Centre.objects.filter(code__in=codes)}
