"""Tiers of centres (F01), and what of the organisation people change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    NATION = "nation", _("nation")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")


class PlanState(models.TextChoices):
    """How far a change of the number table is."""

    PROPOSED = "proposed", _("proposed")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("taken back")


class Refused(models.TextChoices):
    """Why a line of a segment file is not taken."""

    PREFIX = "prefix", _("not seven digits of a mobile number")
    CITY = "city", _("no city of yours is called so")
    TWICE = "twice", _("the segment is in the file twice")
    DATE = "date", _("no date; write 2026-01-31")
    FUTURE = "future", _("a segment is removed at once: leave the date out, or name its next city")
    ELSEWHERE = "elsewhere", _("the segment is at home in a centre that is not yours")


class Subject(models.TextChoices):
    CENTRE = "centre", _("centre")
    DEPARTMENT = "department", _("department")
    DESK = "desk", _("desk")
    DAY = "day", _("day")
    HOURS = "hours", _("working hours")
    YEAR = "year", _("year")
