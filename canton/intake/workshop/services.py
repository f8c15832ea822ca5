"""Layouts people make: begun on a sample, saved as drafts, published for all, withdrawn."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_noop

from canton.audit.services import record
from canton.centres.models import Centre
from canton.exchange import formats
from canton.kernel.configuration import home
from canton.kernel.errors import CantonError

from ..layout import Layout, names, read_layout
from ..sources.guessing import Guess, guess
from ..sources.model import Kind
from . import mapping
from .mapping import Line, applied, proposed
from .models import LayoutState, SavedLayout
from .sample_rows import read_rows
from .time_forms import LOOKED_AT, guessed

NAME = re.compile(r"[a-z][a-z0-9_-]{2,60}")


class Maker(Protocol):
    """Who makes a layout."""

    number: str
    centre_id: str

    @property
    def centre(self) -> Centre: ...


class BadLayoutName(CantonError):
    code = "E-LAYOUT-NAME"
    text = gettext_noop(
        "A layout's name is small letters, digits, - and _, begins with a letter, and is free."
    )


class NoDraft(CantonError):
    code = "E-LAYOUT-STATE"
    text = gettext_noop("Only a draft can be changed or published; make a new version first.")


class FieldsNotMade(CantonError):
    """Fields that every row must have are made of nothing, or are not made to an end."""

    code = "E-LAYOUT-UNMADE"
    text = gettext_noop(
        "Every row would be refused, so the layout is not published. Say what these are made of: %(fields)s."
    )


def samples() -> Path:
    """Where the samples of drafts lie."""
    return home() / "samples"


def sample_of(saved: SavedLayout) -> Path | None:
    """The sample a draft is tried on, if it is there."""
    path = samples() / saved.sample
    return path if saved.sample and path.is_file() else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A sample that is kept for a draft. size: in bytes."""

    name: str
    size: int
    since: datetime


def kept_sample(saved: SavedLayout) -> Kept | None:
    """What is kept to try a draft on, if anything."""
    path = sample_of(saved)
    if path is None:
        return None
    found = path.stat()
    return Kept(saved.sample_name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def begin(
    file: Path, *, name: str, title: str = "", dataset: str, file_name: str, by: Maker, now: datetime
) -> SavedLayout:
    """A draft for files like this one, with what can be told from it filled in.

    Args:
        name: what files call it; "" = the data's name with a number. title: what people call it.

    Raises:
        BadLayoutName: it is no name, or taken.
        UnknownFormat: there is no such dataset.
        FileRefused: the file is nothing that could be read.
    """
    format_ = formats.get(dataset)
    name = free_name(name, dataset)
    found = guess(file)
    empty = {"name": name, "dataset": dataset, "version": format_.version, "fields": {}, "trim": True}
    document = {**empty, "notes": {"en": "", "zh": ""}, **written(found)}
    if title:
        document["title"] = {"en": title, "zh": title}
    sample = read_rows(file, found, LOOKED_AT)
    lines = [
        replace(each, text=guessed(sample.values(each.column))) if sample and each.how == "time" else each
        for each in proposed(format_, found.columns)
    ]
    document, _faults = applied(document, format_, lines)
    samples().mkdir(parents=True, exist_ok=True)
    kept = uuid4().hex
    shutil.copyfile(file, samples() / kept)
    with transaction.atomic():
        saved = SavedLayout(
            name=name, version=1, centre=by.centre, dataset=dataset, document=document, sample=kept,
            sample_name=file_name[:255], saved_by=by.number, saved_at=now,
        )  # fmt: skip
        saved.save()
        _note("intake.begin_layout", saved, by, now)
    return saved


def free_name(name: str, dataset: str) -> str:
    """The name a new layout gets: the one that is wanted, or the first free one of its data.

    Raises:
        BadLayoutName: it is no name, or taken.
    """
    taken = {*names(), *SavedLayout.objects.values_list("name", flat=True)}
    if not name:
        return next(
            each for each in (f"{dataset}-{count}" for count in range(1, len(taken) + 2)) if each not in taken
        )
    if not NAME.fullmatch(name) or name in taken:
        raise BadLayoutName
    return name


@transaction.atomic
def copy(layout: Layout, *, name: str, title: str = "", by: Maker, now: datetime) -> SavedLayout:
    """A draft that begins as another layout, which stays as it is.

    Raises:
        BadLayoutName: it is no name, or taken.
    """
    name = free_name(name, layout.format.name)
    document = {**layout.document, "name": name}
    document.pop("title", None)
    if title:
        document["title"] = {"en": title, "zh": title}
    saved = SavedLayout.objects.create(
        name=name, version=1, centre=by.centre, dataset=layout.format.name, document=document,
        saved_by=by.number, saved_at=now,
    )  # fmt: skip
    _note("intake.begin_layout", saved, by, now)
    return saved


def written(found: Guess) -> dict[str, Any]:
    """What a guess says, as keys of a layout."""
    said: dict[str, Any] = {"kind": found.kind.value, "columns": [{"name": each} for each in found.columns]}
    if found.kind is Kind.XLSX:
        return {**said, "sheet": found.sheet, "header": found.header}
    if found.kind in (Kind.PARQUET, Kind.JSON):
        return said
    said["encoding"] = found.encoding
    if found.kind is Kind.FIXED:
        return {**said, "measure": found.measure, "header": found.header, "columns": placed(found)}
    return {**said, "delimiter": found.delimiter, "quote": '"', "header": found.header}


def placed(found: Guess) -> list[dict[str, Any]]:
    """The columns of fixed width as a layout says them."""
    pairs = zip(found.columns, found.places, strict=True)
    return [{"name": name, "at": [first, last]} for name, (first, last) in pairs]


@transaction.atomic
def save(
    saved: SavedLayout,
    document: Mapping[str, Any],
    *,
    half_done: Sequence[Line] = (),
    by: Maker,
    now: datetime,
) -> SavedLayout:
    """Keep a draft as it is filled in now. half_done: lines that want something yet, kept as they were typed.

    Raises:
        NoDraft: it is published or withdrawn.
        BadLayout: it is not sound; nothing is kept.
    """
    saved = _draft(saved)
    read_layout(document)
    saved.document, saved.saved_by, saved.saved_at = dict(document), by.number, now
    saved.half_done = [asdict(each) for each in half_done]
    saved.save(update_fields=["document", "half_done", "saved_by", "saved_at"])
    _note("intake.save_layout", saved, by, now)
    return saved


@transaction.atomic
def publish(saved: SavedLayout, *, by: Maker, now: datetime) -> SavedLayout:
    """Offer a draft to everybody who hands in files; its sample is thrown away.

    Raises:
        NoDraft: it is published already.
        BadLayout: it is not sound.
        FieldsNotMade: a required field is made of nothing, or a line is half done.
    """
    saved = _draft(saved)
    format_ = read_layout(saved.document).format
    wanting = {*mapping.not_made(saved.document, format_), *(each["field"] for each in saved.half_done)}
    if wanting:
        titles = [str(field.title) for field in format_.fields if field.name in wanting]
        raise FieldsNotMade(fields=" · ".join(titles))
    sample = sample_of(saved)
    saved.state, saved.published_at, saved.sample = LayoutState.PUBLISHED, now, ""
    saved.save(update_fields=["state", "published_at", "sample"])
    _note("intake.publish_layout", saved, by, now)
    if sample is not None:
        transaction.on_commit(lambda: sample.unlink(missing_ok=True))
    return saved


@transaction.atomic
def revise(saved: SavedLayout, *, by: Maker, now: datetime) -> SavedLayout:
    """The draft of the next version: the one there is, or a copy of this one."""
    last = SavedLayout.objects.select_for_update(of=("self",)).filter(name=saved.name).first()
    if last is None or last.state == LayoutState.DRAFT:
        return last or saved
    draft = SavedLayout.objects.create(
        name=saved.name, version=last.version + 1, centre=saved.centre, dataset=saved.dataset,
        document=saved.document, saved_by=by.number, saved_at=now,
    )  # fmt: skip
    _note("intake.begin_layout", draft, by, now)
    return draft


@transaction.atomic
def withdraw(saved: SavedLayout, *, by: Maker, now: datetime) -> SavedLayout:
    """Offer a version no longer, or throw a draft away; batches that used it keep their copy."""
    saved = SavedLayout.objects.select_for_update(of=("self",)).get(pk=saved.pk)
    sample = sample_of(saved)
    saved.state, saved.sample = LayoutState.WITHDRAWN, ""
    saved.save(update_fields=["state", "sample"])
    _note("intake.withdraw_layout", saved, by, now)
    if sample is not None:
        transaction.on_commit(lambda: sample.unlink(missing_ok=True))
    return saved


def attach(saved: SavedLayout, file: Path, *, file_name: str) -> SavedLayout:
    """Try a draft on this file from now on."""
    saved = _draft(saved)
    before = sample_of(saved)
    samples().mkdir(parents=True, exist_ok=True)
    saved.sample, saved.sample_name = uuid4().hex, file_name[:255]
    shutil.copyfile(file, samples() / saved.sample)
    saved.save(update_fields=["sample", "sample_name"])
    if before is not None:
        before.unlink(missing_ok=True)
    return saved


@transaction.atomic
def forget_sample(saved: SavedLayout, *, by: Maker, now: datetime) -> SavedLayout:
    """Delete the sample a draft is tried on; the draft stays.

    Raises:
        NoDraft: it is published or withdrawn, and has none.
    """
    saved = _draft(saved)
    sample = sample_of(saved)
    saved.sample = saved.sample_name = ""
    saved.save(update_fields=["sample", "sample_name"])
    _note("intake.forget_sample", saved, by, now)
    if sample is not None:
        transaction.on_commit(lambda: sample.unlink(missing_ok=True))
    return saved


def _draft(saved: SavedLayout) -> SavedLayout:
    current = SavedLayout.objects.select_related("centre").get(pk=saved.pk)
    if current.state != LayoutState.DRAFT:
        raise NoDraft
    return current


def _note(action: str, saved: SavedLayout, by: Maker, now: datetime) -> None:
    record(action, actor=by.number, centre=by.centre_id, now=now, target=str(saved))
