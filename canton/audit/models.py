"""The append-only trail of who saw and did what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One thing somebody did or looked at. Nobody can change or delete it, not even the database user."""

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.CharField(_("who"), max_length=40, db_index=True)  # staff number, "link:4401", "system", "cli"
    centre = models.CharField(_("centre"), max_length=6, db_index=True)
    action = models.CharField(_("action"), max_length=40, db_index=True)  # "room.verb", e.g. intake.view_original
    target = models.CharField(_("target"), max_length=120, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    address = models.GenericIPAddressField(_("from"), null=True)

    class Meta:
        ordering = ["-at", "-pk"]
