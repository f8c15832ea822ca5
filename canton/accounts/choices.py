"""Roles, one for each terminal and desk (F03-F04)."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    DATA_PROCESSING = "data_processing", pgettext_lazy("role", "data processing")
    SUPERVISION = "supervision", pgettext_lazy("role", "supervision and inspection")
    ACCEPTANCE = "acceptance", pgettext_lazy("role", "service acceptance")
    COMPLAINTS = "complaints", pgettext_lazy("role", "complaint handling")
    QUERIES = "queries", pgettext_lazy("role", "information queries")
    STATISTICS = "statistics", pgettext_lazy("role", "statistics and analysis")
    MONITORING = "monitoring", pgettext_lazy("role", "central monitoring")
    TRANSMISSION = "transmission", pgettext_lazy("role", "data transmission")
    AGENT = "agent", pgettext_lazy("role", "agent")
    ENGLISH_AGENT = "english_agent", pgettext_lazy("role", "foreign-language agent")
    DEPARTMENT = "department", pgettext_lazy("role", "department specialist")
    ADMINISTRATION = "administration", pgettext_lazy("role", "administration and maintenance")
