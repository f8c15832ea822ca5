"""How many batches stand where, by city and data set."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from canton.centres.selectors import Viewer, visible_to

from .choices import Standing
from .models import Batch, TallyLine

PLACE = ("centre_id", "dataset", "standing")
FOLD = """
WITH lines AS (DELETE FROM intake_tallyline RETURNING *)
INSERT INTO intake_tallyline (centre_id, dataset, standing, batches, rows)
SELECT centre_id, dataset, standing, sum(batches), sum(rows) FROM lines
 GROUP BY 1, 2, 3 HAVING sum(batches) <> 0 OR sum(rows) <> 0"""


@dataclass(frozen=True, slots=True)
class Tally:
    """Batches of a city and data set with the same standing. rows: refused."""

    centre: str
    dataset: str
    standing: Standing
    batches: int
    rows: int


def of_all(viewer: Viewer) -> list[Tally]:
    """All batches the viewer may see; it takes no longer with more of them."""
    lines = TallyLine.objects.filter(centre__in=visible_to(viewer)).values_list(*PLACE)
    return _told(lines.annotate(n=Sum("batches"), refused=Sum("rows")).filter(n__gt=0))


def tallies(found: QuerySet[Batch]) -> list[Tally]:
    """The batches found, counted one by one."""
    by_place = found.select_related(None).order_by().values_list(*PLACE)
    return _told(by_place.annotate(n=Count("*"), rows=Sum("refused")))


def _told(counted: Iterable[tuple[str, str, int, int, int]]) -> list[Tally]:
    return [Tally(centre, dataset, Standing(where), *rest) for centre, dataset, where, *rest in counted]


def batches(among: Iterable[Tally], *standings: Standing) -> int:
    """How many there are; of any standing by default."""
    return sum(each.batches for each in among if not standings or each.standing in standings)


def fold() -> None:
    """Add up the lines that have come since the last time; those of transactions under way stay."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD)
