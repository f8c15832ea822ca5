"""Publishing a version from a day on, and bringing it into force on that day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from canton.audit.services import record
from canton.centres.reference import put
from canton.centres.services.editing import Editor

from ..choices import VersionState
from ..classification import Classification, Kind
from ..errors import NotADraft, NothingDifferent, NothingToUndo, WrongDay
from ..models import Code, Deadline, Version
from ..pinyin import syllables


@transaction.atomic
def publish(version: Version, *, start: date, by: Editor, now: datetime) -> Version:
    """Publish the draft from a day on; it is in force from then, and never changed again.

    Raises:
        NotADraft: it is published already.
        NothingDifferent: it is as the version before.
        WrongDay: the day is past, or not after the start of the version before.
    """
    draft = Version.objects.select_for_update().filter(pk=version.pk, state=VersionState.DRAFT).first()
    if draft is None:
        raise NotADraft(number=version.number)
    last = Version.objects.filter(state=VersionState.PUBLISHED).order_by("valid_from").last()
    if last and last.content == draft.content:
        raise NothingDifferent(number=last.number)
    first = timezone.localdate(now)
    if last and last.valid_from and last.valid_from >= first:
        first = last.valid_from + timedelta(days=1)
    if start < first:
        raise WrongDay(first=first.isoformat())
    draft.state, draft.valid_from, draft.previous = VersionState.PUBLISHED, start, None
    draft.published_at, draft.published_by = now, by.number
    draft.save()
    _record("codes.publish_version", draft, by=by, now=now)
    bring_into_force(timezone.localdate(now))
    return draft


@transaction.atomic
def withdraw(version: Version, *, by: Editor, now: datetime) -> Version:
    """Make a published version a draft again, before its day has come.

    Raises:
        NothingToUndo: it is in force, or there is another draft.
    """
    locked = Version.objects.select_for_update().get(pk=version.pk)
    waiting = locked.state == VersionState.PUBLISHED and (locked.valid_from or date.min) > timezone.localdate(
        now
    )
    if not waiting or Version.objects.filter(state=VersionState.DRAFT).exists():
        raise NothingToUndo
    locked.state, locked.valid_from, locked.published_at, locked.published_by = (
        VersionState.DRAFT,
        None,
        None,
        "",
    )
    locked.save()
    _record("codes.withdraw_version", locked, by=by, now=now)
    return locked


@transaction.atomic
def bring_into_force(today: date) -> str:
    """Write codes and deadlines as the versions in force until today have them; answer the last number."""
    versions = list(
        Version.objects.filter(state=VersionState.PUBLISHED, valid_from__lte=today).order_by(
            "valid_from", "pk"
        )
    )
    if not versions:
        return ""
    rows: dict[str, Code] = {}
    for version in versions:
        for kind in Classification.from_json(version.content).kinds:
            rows[kind.code] = _row(kind, version, rows.get(kind.code))
    put([row for row in rows.values() if row.parent_id is None], key=("code",))
    put([row for row in rows.values() if row.parent_id is not None], key=("code",))
    last = Classification.from_json(versions[-1].content)
    Deadline.objects.all().delete()
    Deadline.objects.bulk_create(
        Deadline(
            code_id=rule.code or None, kind=rule.kind, hours=rule.hours, source=rule.source,
            source_en=rule.source_en, standing=rule.standing,
        )
        for rule in last.rules
    )  # fmt: skip
    return versions[-1].number


def _row(kind: Kind, version: Version, before: Code | None) -> Code:
    """A code as this version has it; since when and until when follow from all versions so far."""
    since = before.valid_from if before else version.valid_from
    until = (before.valid_to if before and before.valid_to else version.valid_from) if kind.retired else None
    assert since is not None
    return Code(
        code=kind.code, parent_id=None if kind.is_head else kind.head, name=kind.name, name_en=kind.name_en,
        nature=kind.nature, regulator_class=kind.regulator_class, department=kind.department,
        qa_trigger=kind.qa_trigger, requires_recording=kind.requires_recording,
        pinyin=" ".join(syllables(kind.name)), version=version.number, valid_from=since, valid_to=until,
        successor=kind.successor,
    )  # fmt: skip


def _record(action: str, version: Version, *, by: Editor, now: datetime) -> None:
    record(
        action, actor=by.number, centre=by.centre.code, now=now, target=f"codes:{version.number}",
        address=by.address, valid_from=str(version.valid_from or ""),
    )  # fmt: skip
