"""Links to other centres, and every package that came or went over them."""

from datetime import timedelta
from pathlib import Path

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Centre

from . import folders
from .choices import IncomingState, KeyKind, OutgoingState, Rhythm, Way
from .due import Term
from .packages import Manifest
from .receipts import Outcome
from .signatures import VerifyKey, fingerprint


class Link(models.Model):
    """A neighbouring centre we exchange files with, and the public keys we know it by.

    signing_key: base64 Ed25519 key its packages are signed with.
    ssh_key: OpenSSH line of the key it signs in with.
    host, port, host_key: where its SFTP server is and how it proves itself; empty when we never call it.
    url: where it takes packages by HTTPS, as https://host:port; empty when we never call it so.
    via: the way tried first, when both are there.
    offered_key, offered_at: host key its SFTP server shows in place of host_key, until somebody decides.
    paused_at: since when we neither call it nor lay anything out for it; what it brings is taken in.
    """

    peer = models.OneToOneField(Centre, models.PROTECT, primary_key=True, related_name="link")
    signing_key = models.CharField(_("signing key"), max_length=44)
    ssh_key = models.TextField(_("sign-in key"))
    host = models.CharField(_("host"), max_length=200, blank=True)
    port = models.PositiveIntegerField(
        _("port"), null=True, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    host_key = models.TextField(_("host key"), blank=True)
    url = models.CharField(_("HTTPS address"), max_length=200, blank=True)
    via = models.CharField(_("way tried first"), max_length=5, choices=Way.choices, default=Way.SFTP)
    active = models.BooleanField(_("active"), default=True)
    added_at = models.DateTimeField(_("added"))
    offered_key = models.TextField(blank=True)
    offered_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=40, blank=True)
    paused_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["peer"]
        constraints = [
            models.CheckConstraint(
                condition=Q(host="") | Q(port__gt=0, host_key__gt=""),
                name="link_called_only_with_port_and_host_key",
            )
        ]

    def __str__(self) -> str:
        return str(self.peer)

    @property
    def verify_key(self) -> VerifyKey:
        return VerifyKey.parse(self.signing_key)


class Parcel(models.Model):
    """What a package coming and one going have in common.

    detours: each time another way was taken than the one tried first, see canton.exchange.detours.
    """

    link = models.ForeignKey(Link, models.PROTECT, related_name="+")
    name = models.CharField(_("package"), max_length=160)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField(_("size"))
    dataset = models.CharField(_("data set"), max_length=40, blank=True)
    version = models.CharField(_("version"), max_length=40, blank=True)
    period = models.CharField(_("period"), max_length=40, blank=True)
    sequence = models.PositiveIntegerField(_("sequence"), null=True)
    layout = models.CharField(_("layout"), max_length=40, blank=True)
    data_name = models.CharField(_("data file"), max_length=100, blank=True)
    data_sha256 = models.CharField(max_length=64, blank=True)
    data_bytes = models.BigIntegerField(default=0)
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    detours = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def describe(self, manifest: Manifest) -> None:
        """Take over what the package says about itself and its only data file."""
        self.dataset, self.version, self.layout = manifest.dataset, manifest.version, manifest.layout
        self.period, self.sequence = manifest.period, manifest.sequence
        resource = manifest.resources[0]  # a receipt may bring refused rows beside it
        self.data_name = resource.path.rpartition("/")[2]
        self.data_sha256, self.data_bytes = resource.sha256, resource.bytes


class Incoming(Parcel):
    """A package that came over a link, once for its content however often it was sent.

    repeats: how often the same came again.
    descriptor, signature: what was signed and by what, kept as evidence.
    receipt: name of the receipt package made for it, in folders.receipts_sent().
    came_by: the way it came, "" for one found lying about. fetched: we fetched it, and bring its receipt,
        at receipt_put_at.
    accepted: what its receipt says; None without one.
    """

    state = models.CharField(
        _("state"), max_length=10, choices=IncomingState.choices, default=IncomingState.RECEIVED
    )
    encoding = models.CharField(_("encoding"), max_length=40, blank=True)
    came_by = models.CharField(_("way"), max_length=5, choices=Way.choices, blank=True)
    received_at = models.DateTimeField(_("received"))
    opened_at = models.DateTimeField(_("opened"), null=True)
    receipted_at = models.DateTimeField(_("receipt made"), null=True)
    receipt = models.CharField(max_length=200, blank=True)
    accepted = models.BooleanField(null=True)
    fetched = models.BooleanField(default=False)
    receipt_put_at = models.DateTimeField(null=True)
    repeats = models.PositiveIntegerField(default=0)
    descriptor = models.TextField(blank=True)
    signature = models.TextField(blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["link", "sha256"], name="incoming_once")]
        indexes = [models.Index(fields=["link", "-received_at"], name="incoming_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def sender(self) -> str:
        """Code of the centre it came from."""
        return str(self.link_id)

    @property
    def packed_path(self) -> Path:
        """The package as it came; gone once it has been opened or refused."""
        return folders.inbox(self.link_id) / f"{self.sha256}.zip"

    @property
    def folder(self) -> Path:
        """Where it is unpacked while its handler runs."""
        return folders.inbox(self.link_id) / self.sha256

    @property
    def data_path(self) -> Path:
        """The data file, verified; there while the handler runs, so the handler keeps it."""
        return self.folder / "data" / self.data_name


class Outgoing(Parcel):
    """A package on its way to a neighbour, until its receipt is filed.

    wanted_via: the way asked for, "" when the link decides. went_by: the way it went.
    next_attempt_at: when it is to be sent (again), or its receipt asked for (again).
    carried: bytes the recipient has of it. retried_at: when somebody had it sent again.
    receipt: the recipient's answer as JSON; `outcome` reads it.
    """

    state = models.CharField(
        _("state"), max_length=10, choices=OutgoingState.choices, default=OutgoingState.QUEUED
    )
    wanted_via = models.CharField(max_length=5, choices=Way.choices, blank=True)
    went_by = models.CharField(_("way"), max_length=5, choices=Way.choices, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    carried = models.BigIntegerField(default=0)
    retried_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(_("queued"))
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    receipted_at = models.DateTimeField(_("receipt filed"), null=True)
    receipt = models.JSONField(null=True)

    class Meta:
        ordering = ["-queued_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["link", "sha256"], name="outgoing_once")]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="outgoing_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def packed_path(self) -> Path:
        """The package; gone once its receipt is filed."""
        return folders.outbox() / self.name

    @property
    def refused_path(self) -> Path:
        """The refused rows that came with the receipt, CSV; absent when there were none."""
        return folders.receipts_filed() / f"{self.sha256}.csv"

    @property
    def outcome(self) -> Outcome | None:
        """What the recipient made of it; None until the receipt is filed."""
        return None if self.receipt is None else Outcome.read_from(self.receipt)


class Nonce(models.Model):
    """A word of a signed request that was let in; the same word is not let in again."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="+")
    word = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "word"], name="nonce_once")]

    def __str__(self) -> str:
        return self.word


class Duty(models.Model):
    """A data set that is due from a centre for each day or month (F08, F11).

    centre: None is every centre below that has no duty of its own for the data set.
    parts: how many files make a period complete; each is counted once, however often it is corrected.
    after, at: due so many days after the day, or on that day of the following month, at this time of ours.
    grace_minutes: how much later is not late yet. chase_hours: how long between two reminders of one thing.
    """

    dataset = models.CharField(_("data set"), max_length=40)
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("centre")
    )
    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Rhythm.choices, default=Rhythm.DAILY)
    parts = models.PositiveSmallIntegerField(
        _("files of a period"), default=1, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    after = models.PositiveSmallIntegerField(_("days after"), default=1, validators=[MaxValueValidator(28)])
    at = models.TimeField(_("due at"))
    grace_minutes = models.PositiveIntegerField(
        _("grace"), default=60, validators=[MaxValueValidator(7 * 24 * 60)]
    )
    chase_by_itself = models.BooleanField(_("remind by itself"), default=True)
    chase_hours = models.PositiveSmallIntegerField(
        _("between two reminders"), default=24, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    starts_on = models.DateField(_("first day reported"))
    ends_on = models.DateField(_("last day reported"), null=True, blank=True)

    class Meta:
        ordering = ["dataset", "centre"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "centre"], name="duty_once_per_centre", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="duty_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.DAILY) | Q(after__gte=1), name="duty_monthly_on_a_day"
            ),
            models.CheckConstraint(condition=Q(parts__gte=1), name="duty_of_a_file_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.centre_id or ''}".strip()

    @property
    def term(self) -> Term:
        """Its rule, without the database."""
        grace = timedelta(minutes=self.grace_minutes)
        return Term(self.rhythm, self.after, self.at, grace, self.starts_on, self.ends_on, self.parts)


class Chase(models.Model):
    """A reminder (催报) of one thing that was late, and what the centre said to it."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    dataset = models.CharField(max_length=40)
    period = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.CharField(max_length=40)  # as in the audit trail
    outgoing = models.ForeignKey(Outgoing, models.PROTECT, related_name="chases")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=80, blank=True)
    reply = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["centre", "dataset", "period"], name="chase_of_what")]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.dataset} {self.period}"


class Notice(models.Model):
    """A reminder, or rows sent back, that a neighbour sent us, until somebody here has acknowledged it.

    recalled_at: when the neighbour took it back.
    """

    link = models.ForeignKey(Link, models.PROTECT, related_name="+")
    incoming = models.OneToOneField(Incoming, models.PROTECT, related_name="+")
    content = models.JSONField()
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=40, blank=True)
    reply = models.TextField(blank=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return str(self.incoming)


class OtherKey(models.Model):
    """A key of a neighbour that holds beside that of its link: announced (until None), or old and ending."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="other_keys")
    kind = models.CharField(max_length=8, choices=KeyKind.choices)
    public = models.TextField()
    until = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["link", "kind", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What it is called on screen and in commands."""
        return VerifyKey.parse(self.public).id if self.kind == KeyKind.SIGNING else fingerprint(self.public)


class Rotation(models.Model):
    """Our own new keys: announced at started_at, in use from switched_at, the old ones gone at ends_at."""

    key = models.CharField(max_length=16)
    by = models.CharField(max_length=40)
    overlap_days = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    switched_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.key


class Announcement(models.Model):
    """That new keys were announced to a neighbour, and by which package."""

    rotation = models.ForeignKey(Rotation, models.CASCADE, related_name="announcements")
    outgoing = models.OneToOneField(Outgoing, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.outgoing)
