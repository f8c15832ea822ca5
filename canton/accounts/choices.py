"""Roles, one for each terminal and desk (F03-F04)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    DATA_PROCESSING = "data_processing", _("data processing")
    SUPERVISION = "supervision", _("supervision and inspection")
    ACCEPTANCE = "acceptance", _("service acceptance")
    COMPLAINTS = "complaints", _("complaint handling")
    QUERIES = "queries", _("information queries")
    STATISTICS = "statistics", _("statistics and analysis")
    MONITORING = "monitoring", _("central monitoring")
    TRANSMISSION = "transmission", _("data transmission")
    AGENT = "agent", _("agent")
    ENGLISH_AGENT = "english_agent", _("foreign-language agent")
    DEPARTMENT = "department", _("department specialist")
    ADMINISTRATION = "administration", _("administration and maintenance")
