"""The draft of the next version: one at a time, each change of it can be taken back."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from canton.audit.services import record
from canton.centres.services.editing import Editor

from ..choices import VersionState
from ..classification import Classification, Kind, difference, differing, mark
from ..errors import ChangedMeanwhile, DraftThere, NoSuchCode, NotADraft, NothingToUndo
from ..models import Version


@transaction.atomic
def start(*, by: Editor, now: datetime) -> Version:
    """Begin a draft with what was published last.

    Raises:
        DraftThere: there is one.
    """
    there = Version.objects.select_for_update().filter(state=VersionState.DRAFT).first()
    if there:
        raise DraftThere(number=there.number)
    last = Version.objects.filter(state=VersionState.PUBLISHED).order_by("valid_from", "pk").last()
    draft = Version.objects.create(
        number=_next_number(), content=last.content if last else Classification().to_json(), based_on=last,
        made_at=now, made_by=by.number,
    )  # fmt: skip
    _record("codes.start_draft", draft, by=by, now=now)
    return draft


@transaction.atomic
def alter(
    version: Version, change: Callable[[Classification], Classification], *, by: Editor, now: datetime
) -> Version:
    """Change the draft by a function of its content; what it raises leaves the draft as it was.

    Raises:
        NotADraft: the version is published.
    """
    draft = _draft(version)
    before = Classification.from_json(draft.content)
    after = change(before)
    if after == before:
        return draft
    draft.content, draft.previous = after.to_json(), draft.content
    draft.save(update_fields=["content", "previous"])
    changes = [asdict(each) for each in difference(before, after)]
    _record("codes.change_draft", draft, by=by, now=now, changes=changes)
    return draft


def set_kind(version: Version, kind: Kind, *, seen: str, by: Editor, now: datetime) -> Version:
    """Change a code of the draft that its editor saw as `seen` (classification.mark).

    Raises:
        ChangedMeanwhile: it is not so any more; nothing is saved.
    """

    def change(content: Classification) -> Classification:
        held = content.kind(kind.code)
        if held is None:
            raise NoSuchCode(key=kind.code)
        if mark(held) != seen:
            raise ChangedMeanwhile(differing(held, kind), mark(held))
        return content.change(kind)

    return alter(version, change, by=by, now=now)


@transaction.atomic
def undo(version: Version, *, by: Editor, now: datetime) -> Version:
    """Bring the draft back to what it was before its latest change.

    Raises:
        NothingToUndo: it was taken back already.
        NotADraft: it is published.
    """
    draft = _draft(version)
    if draft.previous is None:
        raise NothingToUndo
    draft.content, draft.previous = draft.previous, None
    draft.save(update_fields=["content", "previous"])
    _record("codes.undo_draft", draft, by=by, now=now)
    return draft


@transaction.atomic
def drop(version: Version, *, by: Editor, now: datetime) -> None:
    """Throw the draft away.

    Raises:
        NotADraft: it is published.
    """
    draft = _draft(version)
    _record("codes.drop_draft", draft, by=by, now=now)
    draft.delete()


def _draft(version: Version) -> Version:
    locked = Version.objects.select_for_update().filter(pk=version.pk, state=VersionState.DRAFT).first()
    if locked is None:
        raise NotADraft(number=version.number)
    return locked


def _next_number() -> str:
    """1.0 is followed by 1.1; numbers of people only ever grow."""
    numbers = [tuple(int(part) for part in each.split(".")) for each in _numbers() if _plain(each)]
    major, minor = max(numbers, default=(1, -1))
    return f"{major}.{minor + 1}"


def _numbers() -> list[str]:
    return list(Version.objects.values_list("number", flat=True))


def _plain(number: str) -> bool:
    major, _dot, minor = number.partition(".")
    return major.isdecimal() and minor.isdecimal()


def _record(action: str, version: Version, *, by: Editor, now: datetime, **detail: Any) -> None:
    record(
        action, actor=by.number, centre=by.centre.code, now=now, target=f"codes:{version.number}",
        address=by.address, **detail,
    )  # fmt: skip
