"""What a classification code says about a case (MISSION C)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Nature(models.TextChoices):
    """What the customer wants."""

    ENQUIRY = "enquiry", pgettext_lazy("nature", "enquiry")
    COMPLAINT = "complaint", pgettext_lazy("nature", "complaint")
    FAULT = "fault", pgettext_lazy("nature", "fault report")
    REQUEST = "request", pgettext_lazy("nature", "request")


class RegulatorClass(models.TextChoices):
    """How the regulator splits complaints per million users."""

    SERVICE = "service", pgettext_lazy("regulator", "service")
    NETWORK = "network", pgettext_lazy("regulator", "network")
    CHARGES = "charges", pgettext_lazy("regulator", "charges")


class DeadlineKind(models.TextChoices):
    """What must have happened when the time is up, counted from the acceptance of the case."""

    FIRST_CONTACT = "first_contact", _("first contact")
    FEEDBACK = "feedback", _("first feedback")
    ANSWER = "answer", _("final answer")
    REGULATOR = "regulator", _("return to the regulator")
    REPAIR_TOWN = "repair_town", _("repair in town")
    REPAIR_COUNTRY = "repair_country", _("repair in the country")
    RESTORE = "restore", _("restored after payment")


class Standing(models.TextChoices):
    """How binding the source of a rule is."""

    LAW = "law", pgettext_lazy("standing", "regulation")
    PRACTICE = "practice", pgettext_lazy("standing", "practice")


class VersionState(models.TextChoices):
    """How far a version of the classification is."""

    DRAFT = "draft", pgettext_lazy("version", "draft")
    PUBLISHED = "published", pgettext_lazy("version", "published")


class TextRuleKind(models.TextChoices):
    """How a rule reads a code from a text."""

    WORDS = "words", pgettext_lazy("text rule", "words")
    PINYIN = "pinyin", pgettext_lazy("text rule", "pinyin")
    PATTERN = "pattern", pgettext_lazy("text rule", "pattern")
