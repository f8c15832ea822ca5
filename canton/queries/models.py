"""Queries that are kept, each time one ran, and the files taken of its result (F15)."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.accounts.models import Staff
from canton.centres.models import Centre, in_chinese
from canton.kernel.configuration import home

from .catalogue import datasets
from .choices import UNDER_WAY, Form, State
from .definition import Query
from .document import read

UNFIT = re.compile(r'[\\/:*?"<>|\s]+')  # in the name of a file


class SavedQuery(models.Model):
    """A query under a name. Others it is shared with run it within their own scope and change nothing of it.

    centre: where it was made. with_centre: all staff of this centre and those below may use it.
    """

    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("owner"))
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    name = models.CharField(pgettext_lazy("query", "name"), max_length=80)
    document = models.JSONField()
    with_centre = models.ForeignKey(Centre, models.PROTECT, null=True, related_name="+")
    with_people = models.ManyToManyField(Staff, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="query_name_once_per_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def query(self) -> Query:
        return read(self.document)


class Work(models.Model):
    """Something the worker does for a person: waiting, running with per cent done, and how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(null=True)  # per cent; None while it is not known
    asked_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    unwanted = models.BooleanField(default=False)  # to be stopped as soon as the worker looks
    error_code = models.CharField(max_length=40, blank=True)
    error_text = models.TextField(blank=True)  # English msgid of the error, its facts apart
    error_facts = models.JSONField(default=dict)

    class Meta:
        abstract = True

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def pill(self) -> str:
        """How the screen marks its state."""
        marks = {State.DONE: "ok", State.RUNNING: "live", State.FAILED: "bad", State.CANCELLED: "warn"}
        return marks.get(State(self.state), "wait")

    @property
    def share(self) -> float:
        """How far it is, 0-1."""
        return (self.progress or 0) / 100

    @property
    def seconds(self) -> float | None:
        """What it took; None before it ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


class Run(Work):
    """One time a query was asked: what, by whom, at which centre, and the result while it is kept.

    reason: why numbers are shown in full; "" when they are masked.
    """

    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    saved = models.ForeignKey(SavedQuery, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    document = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    rows = models.BigIntegerField(_("rows"), null=True)
    today = models.DateField()  # relative days count from here, in every reading of the result
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["owner", "-asked_at"], name="query_history")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="run_expires_later")
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def query(self) -> Query:
        return read(self.document)

    @property
    def unmasked(self) -> bool:
        return bool(self.reason)

    @property
    def folder(self) -> Path:
        """Result and files made of it; nobody else's query writes there."""
        return home() / "results" / self.pk.hex

    @property
    def path(self) -> Path:
        return self.folder / "rows.parquet"

    @property
    def total_path(self) -> Path:
        """One row: the figures of a grouped query over everything, whatever rows are shown."""
        return self.folder / "total.parquet"


class ResultFile(Work):
    """A file made of a run's result, for its owner to take away."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="files")
    form = models.CharField(_("form"), max_length=8, choices=Form.choices)
    language = models.CharField(max_length=10)
    bytes = models.BigIntegerField(_("size"), null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [models.UniqueConstraint(fields=["run", "form", "language"], name="result_file_once")]

    def __str__(self) -> str:
        return self.filename

    @property
    def path(self) -> Path:
        return self.run.folder / f"{self.pk.hex}.{self.form}"

    @property
    def filename(self) -> str:
        """What it is called where it is taken to."""
        name = self.run.name or str(datasets().get(self.run.query.dataset, self.run.query.dataset))
        return f"{UNFIT.sub('_', name)}-{localtime(self.run.asked_at):%Y%m%d-%H%M}.{self.form}"


def shared_with(staff: Any) -> Q:
    """Queries others let this person use: by name, or as one who works at a centre or below it."""
    code = str(staff.centre_id)
    above = [code[:length] for length in range(1, len(code) + 1)]
    return Q(with_people=staff) | Q(with_centre__in=["0", *above])


class OriginalRequest(models.Model):
    """An original file we do not hold, asked for at the centre that does (F16).

    It arrives whole, or of a large text file the line with its neighbours: then `excerpt` holds them.
    sha256: of the file, so that what arrives can be nothing else. line: which line was wanted first.
    outgoing: the package with the question; its receipt says whether and why it was refused.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    batch = models.CharField(_("batch"), max_length=80)
    line = models.PositiveBigIntegerField(_("line"))
    holder = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    outgoing = models.ForeignKey("exchange.Outgoing", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    arrived_at = models.DateTimeField(null=True)
    only_lines = models.BooleanField(default=False)
    excerpt = models.JSONField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["sha256", "holder"], name="original_request_of")]

    def __str__(self) -> str:
        return f"{self.batch}:{self.line}"

    @property
    def refused(self) -> bool:
        """Whether the holder said no, or could not be reached for good."""
        return self.outgoing is not None and self.outgoing.state in ("refused", "failed", "cancelled")

    @property
    def why(self) -> str:
        """The holder's words, in the reader's language."""
        if self.outgoing is None:
            return ""
        return self.outgoing.error_zh if in_chinese() else self.outgoing.error_en
