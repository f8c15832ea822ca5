"""Classification codes of contacts and cases, and the deadlines that go with them (MISSION B, C)."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Named, in_chinese

from .choices import DeadlineKind, Nature, RegulatorClass, Standing, TextRuleKind, VersionState
from .reading import Label, TextThreshold

__all__ = ["Code", "Deadline", "Label", "TextRule", "TextThreshold", "Version"]


class Version(models.Model):
    """A version of the classification: drafted, published from a day on, and never changed after that.

    A trigger of migration 0002 refuses to change what is published. `content` is that of
    classification.Classification.to_json; `previous` is the draft before its latest change.
    """

    number = models.CharField(_("version"), max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    content = models.JSONField()
    previous = models.JSONField(null=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="drafts")
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("who"), max_length=40)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT) | Q(valid_from__isnull=False),
                name="published_from_a_day",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=VersionState.DRAFT), name="one_draft_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Code(Named):
    """A classification code as the version in force has it: two digits a head, four a kind below it.

    Written by services.bring_into_force from the versions published so far. A code is never deleted; one
    that is no longer given out has an end (`valid_to`, exclusive) and perhaps a successor.
    """

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    nature = models.CharField(_("nature"), max_length=12, choices=Nature.choices)
    regulator_class = models.CharField(_("regulator class"), max_length=12, choices=RegulatorClass.choices)
    department = models.SlugField(_("owning department"), max_length=24)  # code of centres.Department
    qa_trigger = models.BooleanField(_("always inspected"), default=False)
    requires_recording = models.BooleanField(_("needs the recording"), default=False)
    pinyin = models.CharField(max_length=120)  # syllables with a space between: "ruo fu gai"
    version = models.CharField(_("version"), max_length=12)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.CharField(_("successor"), max_length=4, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d\d$", parent=None)
                | Q(code__regex=r"^\d{4}$", parent__isnull=False),
                name="code_is_a_head_or_below_one",
            )
        ]


class Deadline(models.Model):
    """Hours within which something must happen for cases of a code; without a code, for all cases.

    The nearest one holds: that of the code, else of its head, else the one without a code.
    """

    code = models.ForeignKey(Code, models.PROTECT, null=True, blank=True, related_name="deadlines")
    kind = models.CharField(_("what"), max_length=16, choices=DeadlineKind.choices)
    hours = models.PositiveSmallIntegerField(_("hours"))
    source = models.CharField(_("source"), max_length=120)
    source_en = models.CharField(_("English source"), max_length=200)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices)

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "kind"], name="deadline_once_per_code", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="deadline_has_hours"),
        ]

    @property
    def period(self) -> timedelta:
        """The time allowed; clock hours, the calendar is applied by whoever counts."""
        return timedelta(hours=self.hours)

    @property
    def origin(self) -> str:
        """Where the rule stands, in the reader's language."""
        return self.source if in_chinese() else self.source_en


class TextRule(models.Model):
    """A rule that reads a code from what a customer wrote (text.rules).

    It is never changed: a change retires it and makes another, so that what was classified by it can
    always be explained.
    """

    code = models.ForeignKey(Code, models.PROTECT, related_name="text_rules")
    kind = models.CharField(_("kind"), max_length=8, choices=TextRuleKind.choices)
    pattern = models.CharField(_("rule"), max_length=200)
    percent = models.PositiveSmallIntegerField(_("confidence"))
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("who"), max_length=40)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "kind", "pattern"], condition=Q(retired_at=None), name="text_rule_once"
            ),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="text_rule_percent"),
        ]

    def __str__(self) -> str:
        return self.pattern
