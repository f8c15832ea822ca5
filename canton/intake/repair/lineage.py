"""A batch and the copies people here corrected of it: one file, of which one holds at a time."""

from ..models import Batch, SentBack


def family_of(batch: Batch) -> frozenset[int]:
    """Keys of the batch as it came and of all corrected copies of it; rows stand at the same lines in all."""
    found = latest = {batch.as_it_came.pk}
    while latest:
        latest = set(Batch.objects.filter(corrects__in=latest).values_list("pk", flat=True))
        found = found | latest
    return frozenset(found)


def sendings_of(batch: Batch) -> list[SentBack]:
    """What went back to the city of these rows, from whichever of the family, and was not recalled; latest
    first."""
    found = SentBack.objects.filter(batch__in=family_of(batch), recalled_at=None)
    return list(found.select_related("batch"))
