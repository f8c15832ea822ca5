"""From which confidence on no person is asked, and the labels that people's decisions become."""

from datetime import datetime

from django.db import transaction

from canton.audit.services import record
from canton.centres.services.editing import Editor

from ..errors import SameThreshold
from ..models import Label, TextThreshold
from ..selectors import enough_percent
from ..text.segmenting import without_numbers


@transaction.atomic
def change_threshold(percent: int, *, by: Editor, now: datetime) -> TextThreshold:
    """Say from which confidence on (1-100) codes read from texts are given without a person.

    It holds for batches that are classified from now on.

    Raises:
        SameThreshold: that is what holds already.
    """
    before = enough_percent()
    if percent == before:
        raise SameThreshold(percent=percent)
    made = TextThreshold.objects.create(percent=percent, made_at=now, made_by=by.number)
    record(
        "codes.change_threshold", actor=by.number, centre=by.centre.code, now=now, target="codes:texts",
        address=by.address, before=before, percent=percent,
    )  # fmt: skip
    return made


@transaction.atomic
def keep_label(place: str, text: str, code: str, *, source: str, by: str, now: datetime) -> Label:
    """Keep what a person decided of a text, instead of what was decided of the same place before."""
    plain = without_numbers(text)
    facts = {"text": plain, "code_id": code, "source": source, "made_at": now, "made_by": by}
    label, _ = Label.objects.update_or_create(place=place, defaults=facts)
    return label


@transaction.atomic
def drop_label(place: str) -> None:
    """A decision was taken back: nothing is to be learnt from it."""
    Label.objects.filter(place=place).delete()


@transaction.atomic
def export_labels(*, by: str, centre: str, address: str | None, now: datetime) -> list[tuple[str, str, str]]:
    """Every label as (text, code, source), for whoever takes them away; that he did is kept."""
    rows = list(Label.objects.values_list("text", "code_id", "source"))
    record(
        "codes.export_labels", actor=by, centre=centre, now=now, target="codes:labels", address=address,
        rows=len(rows),
    )  # fmt: skip
    return rows
