"""The tree of centres: nation, provinces, cities; their departments, desks and territory (F01-F03)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .choices import PlanState, Subject, Tier

BEGINNING = date(1999, 1, 1)  # before the oldest call log we hold


def in_chinese() -> bool:
    """Whether the reader's language is Chinese, the default."""
    return (get_language() or "zh").startswith("zh")


def there_on(day: date) -> Q:
    """Condition on something Dated: it is not closed on the day."""
    return Q(valid_until=None) | Q(valid_until__gt=day)


class Named(models.Model):
    """Has a Chinese and an English name, and shows itself in the reader's language."""

    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name if in_chinese() else self.name_en


class Dated(models.Model):
    """There from one day until the day before another; never deleted, because data refers to it.

    version counts the changes people made, so that two who edit the same thing notice each other.
    """

    valid_from = models.DateField(_("there from"), default=BEGINNING)
    valid_until = models.DateField(_("closed from"), null=True, blank=True)  # first day it is not there
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def closed_on(self, day: date) -> bool:
        """Whether it is no longer there on the day."""
        return self.valid_until is not None and self.valid_until <= day


class Centre(Named, Dated):
    """A customer-service centre of one tier; codes are those of GB/T 2260 (44 Guangdong, 4401 Guangzhou).

    The nation has the code 0. Every deployment holds the whole tree; CANTON_CENTRE says which node it plays.
    """

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("above it")
    )
    division = models.CharField(_("division"), max_length=40)  # full name in GB/T 2260: 广东省, 广州市
    letters = models.CharField(_("letters"), max_length=4, unique=True)  # head of batch numbers
    area_code = models.CharField(_("area code"), max_length=4, blank=True)  # trunk prefix of its fixed lines
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    contact_person = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=24, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), max_length=80, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(code=F("parent")), name="centre_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(tier=Tier.NATION, parent=None) | ~Q(tier=Tier.NATION) & Q(parent__isnull=False),
                name="only_the_nation_has_no_parent",
            ),
        ]

    @property
    def title(self) -> str:
        """Name on the door: 广东省客户服务中心, Guangdong Customer Service Centre."""
        return f"{self.division}客户服务中心" if in_chinese() else f"{self.name_en} Customer Service Centre"

    @property
    def reach(self) -> str:
        """What the codes of this centre and all below it start with; the nation has all."""
        return "" if self.tier == Tier.NATION else self.code


class Department(Named, Dated):
    """A department cases are passed to: 运行维护部 operations, 计费中心 billing … (F03)."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="departments")
    code = models.SlugField(_("code"), max_length=24)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        ordering = ["centre", "position"]
        constraints = [models.UniqueConstraint(fields=["centre", "code"], name="department_once_per_centre")]


class Desk(Named, Dated):
    """A desk (台) staff of one role work at (F03); the role is a value of canton.accounts.choices.Role."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="desks")
    code = models.SlugField(_("code"), max_length=24)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="desks", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=24)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        ordering = ["centre", "position"]
        constraints = [models.UniqueConstraint(fields=["centre", "code"], name="desk_once_per_centre")]


class Segment(models.Model):
    """The first seven digits of mobile numbers (号段) and the city they were issued in."""

    prefix = models.CharField(_("segment"), max_length=7, primary_key=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="segments")
    valid_from = models.DateField(_("at home there since"), null=True)  # None: as long as the table is known

    class Meta:
        ordering = ["prefix"]


class SegmentPlan(models.Model):
    """A change of the number table by people, of one segment or a file; applied and undone as a whole."""

    name = models.CharField(_("file or segment"), max_length=120)
    state = models.CharField(max_length=8, choices=PlanState.choices, default=PlanState.PROPOSED)
    centre = models.CharField(max_length=6)  # of whoever made it
    made_at = models.DateTimeField(_("when"))
    made_by = models.CharField(_("who"), max_length=40)
    settled_at = models.DateTimeField(null=True)  # applied or taken back
    settled_by = models.CharField(max_length=40, blank=True)
    whole = models.BooleanField(default=False)  # segments the file does not name are removed
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)  # [line, text, reason]; the first REFUSALS_KEPT

    class Meta:
        ordering = ["-pk"]


class SegmentChange(models.Model):
    """What a plan does to one segment. An empty city before is an added one, after a removed one."""

    plan = models.ForeignKey(SegmentPlan, models.CASCADE, related_name="changes")
    prefix = models.CharField(max_length=7, db_index=True)
    before = models.CharField(max_length=6, blank=True)
    before_from = models.DateField(null=True)
    after = models.CharField(max_length=6, blank=True)
    after_from = models.DateField(null=True)

    class Meta:
        ordering = ["prefix"]


class Revision(models.Model):
    """One change a person made to the organisation: what was, what is, and whether it was taken back.

    before is empty for what was added; after holds only the fields that changed, and so does before.
    """

    subject = models.CharField(max_length=12, choices=Subject.choices)
    key = models.CharField(max_length=40)  # primary key of what was changed
    centre = models.CharField(max_length=6, db_index=True)  # on whose page it is shown
    number = models.PositiveIntegerField()  # version the change led to
    at = models.DateTimeField(_("when"))
    by = models.CharField(_("who"), max_length=40)
    added = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "key", "-id"], name="revision_of_a_thing")]


class Calendar(models.Model):
    """The working calendar of a centre: what differs from that of the centre above it.

    The nation's has the festivals of every year published; a province or city adds its own days and hours.
    """

    centre = models.OneToOneField(Centre, models.PROTECT, primary_key=True, related_name="calendar")
    version = models.PositiveIntegerField(default=1)  # of its hours

    class Meta:
        ordering = ["centre"]


class CalendarDay(models.Model):
    """A day that is not as its weekday has it: a festival, a weekend day worked, a day of its own."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="days")
    day = models.DateField(_("day"))
    working = models.BooleanField(_("worked"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    hours = models.CharField(_("hours of this day"), max_length=120, blank=True)  # as calendar.parse_hours
    by_person = models.BooleanField(default=False)  # else from the published table
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")]


class CalendarYear(models.Model):
    """A year whose arrangement of days off and days worked instead is published in a calendar."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["calendar", "year"], name="calendar_year_once")]


class WorkingHours(models.Model):
    """One interval of a weekday (0 Monday), in minutes after midnight; there may be several, or none."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    start = models.PositiveSmallIntegerField(_("opens"))
    end = models.PositiveSmallIntegerField(_("closes"))

    class Meta:
        ordering = ["weekday", "start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, start__lt=F("end"), end__lte=24 * 60), name="hours_within_a_day"
            ),
        ]


class Edition(models.Model):
    """Which edition of a body of reference data is loaded, so that the same one is not loaded twice."""

    name = models.SlugField(primary_key=True)
    fingerprint = models.CharField(max_length=64)  # SHA-256, hexadecimal
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
