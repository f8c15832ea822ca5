"""Finished reports that somebody filed: they stay as they were; and long ones the worker still makes."""

from pathlib import Path
from uuid import uuid4

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from canton.accounts.models import Staff
from canton.centres.models import Centre
from canton.kernel.configuration import home

from . import naming
from .choices import UNDER_WAY, State


class FiledReport(models.Model):
    """A report as it was when somebody filed it (文件存储). Only `removed_at` is ever set afterwards.

    start, end: the local days it covers. data_as_of: when the last of its data was loaded; None without data.
    keep_until: its files are removed after this day; what was filed, by whom and its checksums remain.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    report = models.CharField(_("report"), max_length=40)
    version = models.CharField(_("version"), max_length=16)
    title = models.CharField(_("title"), max_length=120)
    note = models.CharField(pgettext_lazy("filed", "note"), max_length=200, blank=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    start = models.DateField(pgettext_lazy("days", "From"))
    end = models.DateField(pgettext_lazy("days", "To"))
    question = models.CharField(max_length=200)  # the query string the report answers
    language = models.CharField(max_length=10)
    data_as_of = models.DateTimeField(_("Data as of"), null=True)
    filed_by = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_at = models.DateTimeField(_("filed"))
    keep_until = models.DateField(_("kept until"))
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-filed_at", "-pk"]
        indexes = [
            models.Index(fields=["-filed_at", "-id"], name="filed_newest"),
            models.Index(fields=["keep_until"], condition=models.Q(removed_at=None), name="filed_kept"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gte=models.F("start")), name="filed_days_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.start} {self.end}"

    @property
    def folder(self) -> Path:
        """Its files, read-only."""
        return home() / "filed" / self.pk.hex


class FiledFile(models.Model):
    """One form a filed report is kept in; `sheet` is what the screen opens it from."""

    filed = models.ForeignKey(FiledReport, models.PROTECT, related_name="files")
    form = models.CharField(_("form"), max_length=8)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    bytes = models.BigIntegerField(_("size"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["filed", "form"], name="filed_file_once")]

    def __str__(self) -> str:
        return f"{self.filed_id}.{self.form}"

    @property
    def path(self) -> Path:
        return self.filed.folder / f"report.{self.form}"

    @property
    def filename(self) -> str:
        """What it is called where it is taken to."""
        of = self.filed
        at = f"{localtime(of.filed_at):%Y%m%d-%H%M}"
        return naming.filename(of.title, of.centre, (of.start, of.end), self.form, at)


class Order(models.Model):
    """A report too long to be made while somebody waits: the worker makes it whole and files it.

    lines: of its tables on paper. progress: per cent. error: English msgid and its facts.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    report = models.CharField(_("report"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    start = models.DateField(pgettext_lazy("days", "From"))
    end = models.DateField(pgettext_lazy("days", "To"))
    question = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    note = models.CharField(pgettext_lazy("filed", "note"), max_length=200, blank=True)
    lines = models.PositiveIntegerField(_("lines"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_text = models.TextField(blank=True)
    error_facts = models.JSONField(default=dict)
    filed = models.OneToOneField(FiledReport, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="report_orders")]

    def __str__(self) -> str:
        return f"{self.title} {self.start} {self.end}"

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def problem(self) -> str:
        """Why it could not be made, in the reader's language."""
        text = gettext(self.error_text) if self.error_text else ""
        return text % self.error_facts if self.error_facts else text
