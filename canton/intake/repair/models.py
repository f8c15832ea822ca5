"""What people corrected in refused rows, act by act; originals are never touched (F09)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RepairKind(models.TextChoices):
    ROW = "row", pgettext_lazy("repair", "one row")
    KIND = "kind", pgettext_lazy("repair", "all of a kind")


class Stage(models.TextChoices):
    """How far an act is: one of many rows is written piece by piece by a worker."""

    DONE = "done", pgettext_lazy("repair act", "done")
    WRITING = "writing", pgettext_lazy("repair act", "being written")
    UNDOING = "undoing", pgettext_lazy("repair act", "being taken back")


class Returning(models.TextChoices):
    """How rows that were sent back stand."""

    SENT_BACK = "sent_back", pgettext_lazy("returning", "sent back")
    ANSWERED = "answered", pgettext_lazy("returning", "seen by the city")
    REPLACED = "replaced", pgettext_lazy("returning", "answered by a new batch of the city")
    RECALLED = "recalled", pgettext_lazy("returning", "recalled")


class RepairAct(models.Model):
    """What one person corrected at once in a batch, and takes back at once.

    reason: the code all of it answers; empty for a row, whose reasons may be several. mapping: for all of a
    kind, old value → new value of `column`; reckoned: old values in whose place stands what other fields of
    the row say. applied_in: the corrected batch it went into. rows: that it is about; done: of these, written
    by now; reached: the last line looked at. error_*: why it was given up.
    """

    batch = models.ForeignKey("intake.Batch", models.PROTECT, related_name="repair_acts")
    kind = models.CharField(max_length=4, choices=RepairKind.choices)
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    column = models.CharField(_("Column"), max_length=200, blank=True)
    mapping = models.JSONField(default=dict)
    reckoned = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("rows"))
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.DONE)
    done = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_facts = models.JSONField(default=dict)
    made_by = models.CharField(_("corrected by"), max_length=40)
    made_at = models.DateTimeField(_("corrected"))
    undone_by = models.CharField(max_length=40, blank=True)
    undone_at = models.DateTimeField(null=True)
    applied_in = models.ForeignKey("intake.Batch", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by="") | (Q(undone_at__isnull=False) & ~Q(undone_by="")),
                name="repair_undone_by_somebody",
            ),
            models.CheckConstraint(condition=Q(rows__gt=0), name="repair_has_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.made_by} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def share(self) -> float:
        """How much of it is written, 0-1."""
        return min(1.0, self.done / self.rows)


class Repair(models.Model):
    """One value of one row put right.

    line: first line of the record in the original, from 1; lines: how many it has. column: of the file, empty
    for the whole record. reason: codes it answers, with blanks between. live: neither undone nor corrected
    again.
    """

    act = models.ForeignKey(RepairAct, models.PROTECT, related_name="repairs")
    batch = models.ForeignKey("intake.Batch", models.PROTECT, related_name="+")
    line = models.BigIntegerField(_("Line"))
    lines = models.PositiveIntegerField(default=1)
    column = models.CharField(_("Column"), max_length=200, blank=True)
    old = models.TextField(_("as sent"))
    new = models.TextField(_("corrected value"))
    reason = models.TextField(_("reason"), blank=True)
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "line", "column"], condition=Q(live=True), name="repair_one_per_value"
            ),
            models.CheckConstraint(condition=~Q(old=F("new")), name="repair_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line} {self.column}"


class SentBack(models.Model):
    """Refused rows of a batch given back to the city, with a word to it; a correction of its own closes it.

    lines: their first lines in the original; None is all that were refused. outgoing: the notice it was told
    by, None where no link leads there. answered_*: what the city said to it.
    """

    batch = models.ForeignKey("intake.Batch", models.PROTECT, related_name="sent_back")
    note = models.TextField(_("note"), max_length=500, blank=True)
    lines = models.JSONField(null=True)
    rows = models.BigIntegerField(_("rows"))
    sent_by = models.CharField(_("sent back by"), max_length=40)
    sent_at = models.DateTimeField(_("sent back"))
    recalled_by = models.CharField(max_length=40, blank=True)
    recalled_at = models.DateTimeField(null=True)
    outgoing = models.ForeignKey("exchange.Outgoing", models.PROTECT, null=True, related_name="+")
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.sent_at:%Y-%m-%d}"

    @property
    def closed(self) -> bool:
        """Whether a batch of the city took the place; a copy that people here corrected does not answer."""
        heir = self.batch.replaced_by
        while heir is not None and heir.as_it_came == self.batch.as_it_came:
            heir = heir.replaced_by
        return heir is not None

    @property
    def standing(self) -> Returning:
        """How it stands."""
        if self.recalled_at is not None:
            return Returning.RECALLED
        if self.closed:
            return Returning.REPLACED
        return Returning.SENT_BACK if self.answered_at is None else Returning.ANSWERED
