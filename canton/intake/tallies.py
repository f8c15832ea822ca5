"""How many batches stand where, by city and data set, counted in one look at an index."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet, Sum

from .choices import Standing
from .models import Batch


@dataclass(frozen=True, slots=True)
class Tally:
    """Batches of a city and data set with the same standing. rows: refused; since: the oldest's arrival."""

    centre: str
    dataset: str
    standing: Standing
    batches: int
    rows: int
    since: datetime


def tallies(found: QuerySet[Batch]) -> list[Tally]:
    """The batches found, counted."""
    by_place = found.select_related(None).order_by().values_list("centre_id", "dataset", "standing")
    counted = by_place.annotate(n=Count("*"), rows=Sum("refused"), since=Min("received_at"))
    return [Tally(centre, dataset, Standing(where), *rest) for centre, dataset, where, *rest in counted]


def batches(among: Iterable[Tally], *standings: Standing) -> int:
    """How many there are; of any standing by default."""
    return sum(each.batches for each in among if not standings or each.standing in standings)
