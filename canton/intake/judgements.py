"""Rows whose text left their code in doubt, and what people decided of them (F09)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Centre


class Judgement(models.Model):
    """A row that came without a code and whose text did not say one surely enough.

    line: its first line in the original. key, fingerprint: see texts.Said. text: at most 4,000 characters, as
    the customer wrote them. proposed, confidence (0-1), method, version: what rules and model said when the
    batch was classified; others: (code, confidence) in question. code: what a person decided or "".
    revision: counts decisions. applied: the person's code that the row in the store has.
    """

    batch = models.ForeignKey("intake.Batch", models.PROTECT, related_name="judgements")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    dataset = models.CharField(_("dataset"), max_length=32)
    line = models.BigIntegerField(_("Line"))
    key = models.CharField(max_length=400)
    text = models.TextField(_("text"))
    fingerprint = models.CharField(max_length=64)
    proposed = models.CharField(_("proposed code"), max_length=4, blank=True)
    confidence = models.FloatField(_("confidence"))
    method = models.CharField(max_length=40, blank=True)
    version = models.CharField(max_length=12)
    others = models.JSONField(default=list)
    code = models.CharField(_("code"), max_length=4, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    revision = models.PositiveIntegerField(default=0)
    applied = models.CharField(max_length=4, blank=True)
    held_by = models.CharField(max_length=40, blank=True)  # who opened it last
    held_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["centre", "id"], condition=Q(code=""), name="judgement_open"),
            models.Index(fields=["centre", "dataset", "fingerprint"], name="judgement_by_fingerprint"),
            models.Index(fields=["batch"], condition=~Q(code=F("applied")), name="judgement_to_apply"),
            models.Index(fields=["-decided_at"], condition=~Q(code=""), name="judgement_decided"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="judgement_once_per_row"),
            models.CheckConstraint(
                condition=Q(code="", decided_by="", decided_at=None)
                | (~Q(code="") & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="judgement_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"


class Decision(models.Model):
    """One act of a person on a row: from which code to which; an empty one means none. Never changed."""

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="decisions")
    before = models.CharField(max_length=4, blank=True)
    code = models.CharField(_("code"), max_length=4, blank=True)
    made_by = models.CharField(_("decided by"), max_length=40)
    made_at = models.DateTimeField(_("decided"))

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("code")), name="decision_changes_something")
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id} {self.before or '-'} {self.code or '-'}"
