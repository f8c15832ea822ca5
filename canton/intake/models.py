"""Batches, the journal of their steps, why rows were refused, and the register of agents they name."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Centre
from canton.exchange.models import Incoming
from canton.records.identity import Identity
from canton.records.models import Original

from .choices import FINISHED, UNDER_WAY, ReasonKind, Route, Standing, State, Step, StepState, Urgency
from .judgements import Decision, Judgement
from .layout import Layout, load_layout, read_layout
from .repair.models import Repair, RepairAct, SentBack
from .repair.tolerance import RefusalLimit
from .workshop.models import SavedLayout

__all__ = [
    "Agent",
    "Batch",
    "Decision",
    "Delivery",
    "Judgement",
    "Reason",
    "RefusalLimit",
    "Repair",
    "RepairAct",
    "SavedLayout",
    "SentBack",
    "StepRun",
    "TallyLine",
]


class Batch(models.Model):
    """One data file of one centre on its way into the warehouse (F07-F09).

    Named by (centre, dataset, period, sequence), or without a period by the SHA-256 of the file. A correction
    is a batch of its own; once it is loaded, the ones it takes the place of name it in `replaced_by`.
    """

    number = models.CharField(_("batch"), max_length=80, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="batches", verbose_name=_("centre"))
    dataset = models.CharField(_("dataset"), max_length=32)
    version = models.CharField(_("version"), max_length=16)
    period = models.CharField(_("period"), max_length=16, blank=True)
    sequence = models.PositiveIntegerField(_("sequence"), null=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    original = models.ForeignKey(
        Original, models.PROTECT, related_name="batches", verbose_name=_("original file")
    )
    layout = models.CharField(_("layout"), max_length=80)
    layout_document = models.JSONField(null=True)  # of a layout that is not the house's own
    route = models.CharField(_("route"), max_length=8, choices=Route.choices)
    sent_by = models.CharField(_("sent by"), max_length=40)  # as in the audit trail
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED)
    step = models.CharField(_("step"), max_length=8, choices=Step.choices, default=Step.RECEIVE)
    read = models.BigIntegerField(_("read"), default=0)
    kept = models.BigIntegerField(_("kept"), default=0)
    refused = models.BigIntegerField(_("refused rows"), default=0)
    repaired = models.BigIntegerField(_("repaired"), default=0)
    checked_against = models.CharField(
        max_length=40, blank=True
    )  # records.selectors.shelf_state at the check
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error_detail = models.TextField(_("error"), blank=True)
    error_facts = models.JSONField(default=dict)
    received_at = models.DateTimeField(_("received"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections"
    )  # by people here
    taken_back_by = models.CharField(
        max_length=40, blank=True
    )  # who put the batch it corrects in its place again
    taken_back_at = models.DateTimeField(null=True)
    urgency = models.GeneratedField(  # so that the list is read from an index, what needs work first
        expression=Case(
            When(replaced_by__isnull=False, then=Value(int(Urgency.REST))),
            When(state=State.FAILED, then=Value(int(Urgency.STOPPED))),
            When(state=State.REFUSED, then=Value(int(Urgency.REFUSED))),
            When(state__in=UNDER_WAY, then=Value(int(Urgency.UNDER_WAY))),
            default=Value(int(Urgency.REST)),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    standing = models.GeneratedField(  # so that batches are counted from an index
        expression=Case(
            When(replaced_by__isnull=False, then=Value(int(Standing.REPLACED))),
            When(state=State.FAILED, then=Value(int(Standing.STOPPED))),
            When(state=State.REFUSED, then=Value(int(Standing.REFUSED))),
            When(state__in=UNDER_WAY, then=Value(int(Standing.UNDER_WAY))),
            When(refused__gt=0, then=Value(int(Standing.ROWS))),
            default=Value(int(Standing.WELL)),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["centre", "dataset", "sha256"], name="batch_by_content"),
            models.Index(fields=["urgency", "-received_at", "-id"], name="batch_by_urgency"),
            models.Index(fields=["finished_at"], name="batch_by_end"),
            # each order of the list, read from either end
            models.Index(fields=["period", "-received_at"], name="batch_by_period"),
            models.Index(fields=["centre", "-received_at"], name="batch_by_city"),
            models.Index(fields=["read", "-received_at"], name="batch_by_read"),
            models.Index(fields=["kept", "-received_at"], name="batch_by_kept"),
            models.Index(fields=["refused", "-received_at"], name="batch_by_refused"),
            models.Index(  # the oldest that waits for corrections
                fields=["received_at"],
                include=["centre"],
                condition=Q(standing=int(Standing.ROWS)),
                name="batch_waiting",
            ),
            models.Index(fields=["received_at", "id"], name="batch_by_arrival"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "dataset", "period", "sequence"],
                condition=Q(state=State.LOADED, replaced_by=None) & ~Q(period=""),
                name="batch_one_loaded_per_name",
            ),
            models.UniqueConstraint(
                fields=["centre", "dataset", "period", "sequence", "sha256"],
                condition=Q(replaced_by=None) & ~Q(period=""),
                name="batch_one_per_name_and_content",
            ),
            models.UniqueConstraint(
                fields=["centre", "dataset", "sha256"],
                condition=Q(replaced_by=None, period=""),
                name="batch_one_per_content",
            ),
            models.CheckConstraint(
                condition=Q(period="", sequence=None) | (~Q(period="") & Q(sequence__isnull=False)),
                name="batch_period_with_sequence",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.LOADED) | Q(read=F("kept") + F("refused")),
                name="batch_read_is_kept_and_refused",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | (~Q(error_code="") & Q(kept=0)),
                name="batch_refused_whole_keeps_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def identity(self) -> Identity:
        """What makes another file the same batch."""
        nameless = self.corrects if self.corrects is not None and not self.period else None
        instead = nameless.sha256 if nameless else ""
        return Identity(self.centre_id, self.dataset, self.sha256, self.period, self.sequence, instead)

    @property
    def as_it_came(self) -> "Batch":
        """The batch that people here corrected copies of, this one among them; itself where it is none."""
        return self if self.corrects is None else self.corrects.as_it_came

    @property
    def how_written(self) -> Layout:
        """The layout of its file: the house's of that name, or the one that was handed in with it.

        Raises:
            UnknownLayout: the house no longer has it.
        """
        return read_layout(self.layout_document) if self.layout_document else load_layout(self.layout)

    @property
    def finished(self) -> bool:
        """Whether it is decided what becomes of it: loaded or refused whole."""
        return self.state in FINISHED

    @property
    def message(self) -> str:
        """Why it was refused or failed, in the language in force; empty when nothing went wrong."""
        from .errors import sentence

        return sentence(self.error_code, self.error_detail, self.error_facts)


class Delivery(models.Model):
    """A package that brought a batch; each gets a receipt, also when it brought what was there already."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="deliveries")
    incoming = models.OneToOneField(Incoming, models.PROTECT, related_name="+")
    again = models.BooleanField()  # the batch was there before
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.incoming} {self.batch}"


class TallyLine(models.Model):
    """How many batches of a city and data set stand where, and their refused rows: the sums of its lines.

    The database itself writes a line with every change of a batch, in the same transaction, so that none is
    forgotten and no two wait for each other; `tallies.fold` adds the lines up from time to time.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    dataset = models.CharField(max_length=32)
    standing = models.SmallIntegerField()
    batches = models.BigIntegerField()
    rows = models.BigIntegerField()


class StepRun(models.Model):
    """The latest run of one step of a batch, and what it found."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="steps")
    step = models.CharField(_("step"), max_length=8, choices=Step.choices)
    state = models.CharField(_("state"), max_length=8, choices=StepState.choices)
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    seconds = models.FloatField(_("seconds"), null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "step"], name="step_once_per_batch")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.step}"


class Reason(models.Model):
    """How many rows of a batch were refused, or repaired, for one reason."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="reasons")
    kind = models.CharField(max_length=6, choices=ReasonKind.choices)
    code = models.CharField(_("reason"), max_length=80)
    rows = models.BigIntegerField(_("rows"))

    class Meta:
        ordering = ["kind", "-rows", "code"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "kind", "code"], name="reason_once_per_batch"),
            models.CheckConstraint(condition=Q(rows__gt=0), name="reason_has_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.rows}"


class Agent(models.Model):
    """An agent of a centre as its files name him; unknown ones are registered when their batch is loaded."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="agents", verbose_name=_("centre"))
    name = models.CharField(_("agent"), max_length=40)
    first_batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+")
    registered_at = models.DateTimeField(_("registered"))

    class Meta:
        ordering = ["centre", "name"]
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="agent_once_per_centre")]

    def __str__(self) -> str:
        return self.name
