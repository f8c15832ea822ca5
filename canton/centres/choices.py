"""Tiers of centres (F01), and what of the organisation people change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    NATION = "nation", _("nation")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")


class Subject(models.TextChoices):
    CENTRE = "centre", _("centre")
    DEPARTMENT = "department", _("department")
    DESK = "desk", _("desk")
    DAY = "day", _("day")
    HOURS = "hours", _("working hours")
    YEAR = "year", _("year")
