"""Result packages: built here for the centre itself or the one above, or come from a centre below."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Centre
from canton.exchange.choices import OutgoingState
from canton.exchange.models import Incoming, Outgoing
from canton.kernel.configuration import home
from canton.reports.periods import Period

from .choices import State
from .definition import HEAD

STATES = {
    OutgoingState.QUEUED: State.WAITING,
    OutgoingState.SENDING: State.WAITING,
    OutgoingState.LAID: State.WAITING,
    OutgoingState.SENT: State.SENT,
    OutgoingState.RECEIPTED: State.RECEIVED,
    OutgoingState.REFUSED: State.REFUSED,
    OutgoingState.FAILED: State.FAILED,
    OutgoingState.CANCELLED: State.BUILT,
}


class Result(models.Model):
    """The figures of a centre over a period, as they were packed; a correction is another one.

    centre: whose figures. name, version: of its definition. sequence: from 1 in each period.
    current: the latest of its period, no correction has taken its place.
    sha256, bytes: of the signed package. figures_sha256: of the table in it.
    made_at: when it was packed. data_as_of: when the last of its data was loaded; counted_at: when the
        figures were last counted and were these; both known where it was made.
    recorded_at: when it was entered here. stays: made for the centre itself.
    outgoing: how it went up, the last time. incoming: the package it came with.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    name = models.CharField(_("package"), max_length=40)
    version = models.CharField(_("version"), max_length=16)
    period = models.CharField(_("period"), max_length=20)
    start = models.DateField()
    end = models.DateField()
    sequence = models.PositiveIntegerField(_("sequence"))
    current = models.BooleanField(default=True)
    stays = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    figures_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("built"))
    made_by = models.CharField(max_length=40)  # as in the audit trail
    data_as_of = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    outgoing = models.ForeignKey(Outgoing, models.PROTECT, null=True, related_name="+")
    incoming = models.OneToOneField(Incoming, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-end", "name", "-sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "name", "period", "sequence"], name="result_once_per_sequence"
            ),
            models.UniqueConstraint(
                fields=["centre", "name", "period"], condition=Q(current=True), name="result_one_current"
            ),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="result_days_in_order"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="result_sequence_from_one"),
        ]
        indexes = [
            models.Index(
                fields=["name", "period", "centre"], condition=Q(current=True), name="result_compared"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period} {self.sequence}"

    @property
    def own(self) -> bool:
        """Whether it was made at this centre."""
        return self.centre_id == settings.CANTON_CENTRE

    @property
    def state(self) -> State:
        """Where it stands on its way up."""
        if self.stays:
            return State.KEPT
        return STATES[OutgoingState(self.outgoing.state)] if self.outgoing else State.BUILT

    @property
    def dataset(self) -> str:
        """What it is called on the way."""
        return HEAD + self.name

    @property
    def number(self) -> str:
        """How the receipt calls it: 44-traffic-day-2026-11-22-1."""
        return f"{self.centre_id}-{self.name}-{self.period}-{self.sequence}"

    @property
    def days(self) -> Period:
        return Period(self.start, self.end)

    @property
    def path(self) -> Path:
        """The signed package, kept where it was built."""
        return home() / "packages" / f"{self.sha256}.zip"


class ResultRow(models.Model):
    """A line of a result's table; values: by column, null where undefined."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    breakdown = models.CharField(max_length=40)
    key = models.CharField(max_length=200, blank=True)
    missing = models.PositiveIntegerField(null=True)
    values = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "breakdown", "key"], name="result_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.breakdown} {self.key}".strip()
