"""A corrected copy that was loaded is taken back: the rows the batch had before are there again."""

from datetime import datetime

from django.db import transaction

from canton.audit.services import record
from canton.records import services as records

from ... import journal
from ...choices import State
from ...models import Batch, RepairAct
from ..errors import NotTheNewest


@transaction.atomic
def take_back(corrected: Batch, *, by: str, now: datetime) -> Batch:
    """Put the batch that was corrected in the place of its corrected copy again; answer it.

    Rows, batches and corrections change together: the copy's load leaves the manifest, the one before comes
    back, the corrections are open again. Both batches stay, and say what became of them.

    Raises:
        NotTheNewest: it is no corrected copy, or not loaded, or something took its place.
        Swept: the rows before are gone; the original can be handed in again.
    """
    corrected = Batch.objects.select_for_update(of=("self",)).get(pk=corrected.pk)
    if (
        corrected.corrects_id is None
        or corrected.state != State.LOADED
        or corrected.replaced_by_id is not None
    ):
        raise NotTheNewest(batch=corrected.number)
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=corrected.corrects_id)
    records.put_back(
        batch=corrected.number, identity=corrected.identity, now=now,
        before=batch.number if batch.state == State.LOADED else None,
    )  # fmt: skip
    corrected.replaced_by, corrected.taken_back_by, corrected.taken_back_at = batch, by, now
    corrected.save(update_fields=["replaced_by", "taken_back_by", "taken_back_at"])
    Batch.objects.filter(replaced_by=corrected).update(replaced_by=None)
    RepairAct.objects.filter(applied_in=corrected).update(applied_in=None)
    record(
        "intake.take_back", actor=by, centre=batch.centre_id, now=now, target=corrected.number,
        batch=batch.number,
    )  # fmt: skip
    batch.refresh_from_db()
    journal.publish(corrected)
    journal.publish(batch)
    return batch
