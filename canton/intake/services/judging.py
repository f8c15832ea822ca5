"""Codes of texts decided by people: each decision kept with what was before, and brought into the store.

A decision, its label, its entry in the trail and the job that brings it into the store commit together.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F

from canton.audit.services import record
from canton.centres.services.editing import Editor
from canton.codes.models import Code
from canton.codes.selectors import classifier
from canton.codes.services import drop_label, keep_label
from canton.exchange import formats
from canton.kernel import jobs, locks
from canton.records import services as records
from canton.records.disk import space_needed

from ..choices import State
from ..judgements import Decision, Judgement
from ..judging_errors import DecidedMeanwhile, NoSuchCode, NothingToUndo, NotJudgeable
from ..models import Batch
from ..recoding import Recoding, recode
from ..steps.texts import JUDGEMENTS
from ..texts import BY_PERSON, TextReader
from .acceptance import lock_of

APPLYING = "intake.apply_decisions"
AT_ONCE = 1000
HELD_FOR = timedelta(minutes=5)


def text_reader(centre: str, dataset: str) -> TextReader:
    """What reads codes from the texts of a centre's dataset, as things stand.

    Raises:
        ModelBroken: the model is not as it was trained.
    """
    current = Judgement.objects.filter(centre_id=centre, dataset=dataset, batch__replaced_by=None)
    decided = current.exclude(code="")
    found = decided.order_by("decided_at").values_list("fingerprint", "code", "decided_by").iterator()
    return TextReader(classifier(), {fingerprint: (code, by) for fingerprint, code, by in found})


def enlist(batch: Batch, classified: Path) -> int:
    """Put the rows of a batch on the list of those to decide; joins the transaction of its load.

    A row decided in a batch this one replaces keeps its decision. Answers how many wait for a person.
    """
    waiting, late = 0, False
    for rows in _written(classified / JUDGEMENTS):
        made = [_judgement(batch, row) for row in rows]
        _take_over(made)
        Judgement.objects.bulk_create(made)
        waiting += sum(not each.code for each in made)
        late = late or any(each.code != each.applied for each in made)
    if late:  # somebody decided, or took back, while the batch was under way
        jobs.enqueue(APPLYING, lock=lock_of(batch), number=batch.number)
    return waiting


def _written(file: Path) -> Iterator[list[dict[str, object]]]:
    import pyarrow.parquet as pq

    if file.exists():
        for rows in pq.ParquetFile(file).iter_batches(AT_ONCE):
            yield rows.to_pylist()


def _judgement(batch: Batch, row: dict[str, object]) -> Judgement:
    given = {name: row[name] for name in ("line", "fingerprint", "confidence", "method", "version")}
    text, proposed = str(row["text"]).replace("\0", ""), str(row["code"])
    return Judgement(
        batch=batch, centre_id=batch.centre_id, dataset=batch.dataset, key=str(row["key"])[:400], text=text,
        proposed=proposed, others=json.loads(str(row["others"])), **given,
    )  # fmt: skip


def _take_over(made: list[Judgement]) -> None:
    """What people said of these very rows before, and what had been proposed then."""
    if not made:
        return
    centre, dataset = made[0].centre_id, made[0].dataset
    before = Judgement.objects.filter(
        centre_id=centre, dataset=dataset, fingerprint__in=[each.fingerprint for each in made]
    )
    known = {each.fingerprint: each for each in before.order_by("pk")}
    for each in made:
        old = known.get(each.fingerprint)
        if each.method.startswith(BY_PERSON):
            each.applied = each.proposed
        if old is not None:
            each.code, each.decided_by, each.decided_at = old.code, old.decided_by, old.decided_at
            if each.applied:
                each.proposed, each.confidence, each.method = old.proposed, old.confidence, old.method


@transaction.atomic
def hold(judgement: Judgement, *, by: str, now: datetime) -> str:
    """Say that somebody has the row open, so that others are led past it; answer who else has, or ""."""
    held = Judgement.objects.select_for_update(of=("self",)).get(pk=judgement.pk)
    if held.held_by not in ("", by) and held.held_at is not None and held.held_at > now - HELD_FOR:
        return held.held_by
    Judgement.objects.filter(pk=held.pk).update(held_by=by, held_at=now)
    return ""


@transaction.atomic
def decide(judgement: Judgement, code: str, *, seen: int, by: Editor, now: datetime) -> Judgement:
    """Give a row its code: reports and queries have it as soon as a worker has written it, within moments.

    Args:
        seen: `revision` when the person opened it.

    Raises:
        NotJudgeable: its batch was replaced.
        DecidedMeanwhile: somebody decided it since.
        NoSuchCode: no code in use.
    """
    row = _locked(judgement)
    if row.revision != seen:
        raise DecidedMeanwhile(by=_last_by(row), code=row.code or "—")
    if not Code.objects.filter(pk=code, valid_to=None).exists():
        raise NoSuchCode(key=code)
    if row.code == code:
        return row
    keep_label(place_of(row), row.text, code, source=source_of(row), by=by.number, now=now)
    return _settle(row, code, "intake.decide_code", by=by, now=now)


@transaction.atomic
def take_back(judgement: Judgement, *, by: Editor, now: datetime) -> Judgement:
    """Take the decision back: the row has no code again, and waits.

    Raises:
        NotJudgeable: its batch was replaced.
        NothingToUndo: there is no decision.
    """
    row = _locked(judgement)
    if not row.code:
        raise NothingToUndo
    drop_label(place_of(row))
    return _settle(row, "", "intake.undo_code", by=by, now=now)


def place_of(row: Judgement) -> str:
    """Names the row with its words, in whichever batch."""
    return f"{row.centre_id}:{row.dataset}:{row.fingerprint}"


def source_of(row: Judgement) -> str:
    """Where the text stands: the name its file was sent under, the batch, the line."""
    return f"{row.batch.original.name} {row.batch.number}:{row.line}"


def _settle(row: Judgement, code: str, action: str, *, by: Editor, now: datetime) -> Judgement:
    before, row.code = row.code, code
    row.decided_by, row.decided_at = (by.number, now) if code else ("", None)
    row.revision, row.held_by, row.held_at = row.revision + 1, "", None
    row.save(update_fields=["code", "decided_by", "decided_at", "revision", "held_by", "held_at"])
    Decision.objects.create(judgement=row, before=before, code=code, made_by=by.number, made_at=now)
    target = f"{row.batch.number}:{row.line}"
    record(
        action, actor=by.number, centre=by.centre.code, now=now, target=target, address=by.address,
        before=before, code=code, proposed=row.proposed,
    )  # fmt: skip
    jobs.enqueue(APPLYING, lock=lock_of(row.batch), number=row.batch.number)
    return row


def _locked(judgement: Judgement) -> Judgement:
    rows = Judgement.objects.select_related("batch", "batch__original")
    row = rows.select_for_update(of=("self", "batch")).get(pk=judgement.pk)
    if row.batch.replaced_by_id is not None or row.batch.state != State.LOADED:
        raise NotJudgeable(batch=row.batch.number)
    return row


def _last_by(row: Judgement) -> str:
    latest = row.decisions.first()
    return latest.made_by if latest else ""


def apply(number: str, *, now: datetime) -> int:
    """Write the codes decided in a batch into its rows in the store; answer how many rows changed.

    The rows are written beside and take the place of those there in one transaction with the note that they
    did. Reports that were filed stay as they are. Again, it does nothing.

    Raises:
        NoSpace: the disk is full; nothing changed.
    """
    batch = Batch.objects.get(number=number)
    with locks.only_one(lock_of(batch)):
        batch.refresh_from_db()
        text = formats.get(batch.dataset, batch.version).text
        open_ = Judgement.objects.filter(batch=batch).exclude(code=F("applied"))
        waiting = list(open_.only("line", "code", "decided_by", "confidence"))
        if not waiting or text is None or batch.replaced_by_id is not None or batch.state != State.LOADED:
            return 0
        wanted = [Recoding(row.line, row.code, row.decided_by, row.confidence) for row in waiting]
        with recode(batch.number, text.code, wanted) as folder, space_needed():
            placed = records.place(
                folder, batch=batch.number, centre=batch.centre_id, dataset=batch.dataset, rows=batch.kept
            )
        with transaction.atomic():
            records.rewrite(placed, batch=batch.number, identity=batch.identity, now=now)
            for row in waiting:
                Judgement.objects.filter(pk=row.pk).update(applied=row.code)
    return len(waiting)
