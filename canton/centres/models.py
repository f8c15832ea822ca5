"""The tree of centres: nation, provinces, cities; their departments, desks and territory."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .choices import Tier


class Centre(models.Model):
    """A customer-service centre of one tier; codes are those of GB/T 2260 (44 Guangdong, 4401 Guangzhou).

    The nation has the code 0.
    """

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    letters = models.CharField(_("letters"), max_length=4, unique=True)
    area_code = models.CharField(_("area code"), max_length=4, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=~Q(code=F("parent")), name="centre_not_its_own_parent")]

    def __str__(self) -> str:
        return self.name if (get_language() or "zh").startswith("zh") else self.name_en
