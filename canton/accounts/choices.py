"""Roles, one for each terminal and desk (F03-F04)."""

from django.db import models
from django.utils.translation import pgettext_lazy as _


class Role(models.TextChoices):
    DATA_PROCESSING = "data_processing", _("role", "data processing")
    SUPERVISION = "supervision", _("role", "supervision and inspection")
    ACCEPTANCE = "acceptance", _("role", "service acceptance")
    COMPLAINTS = "complaints", _("role", "complaint handling")
    QUERIES = "queries", _("role", "information queries")
    STATISTICS = "statistics", _("role", "statistics and analysis")
    MONITORING = "monitoring", _("role", "central monitoring")
    TRANSMISSION = "transmission", _("role", "data transmission")
    AGENT = "agent", _("role", "agent")
    ENGLISH_AGENT = "english_agent", _("role", "foreign-language agent")
    DEPARTMENT = "department", _("role", "department specialist")
    ADMINISTRATION = "administration", _("role", "administration and maintenance")
