"""The append-only trail of who saw and did what (F37, F42)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One thing somebody did or looked at. Nobody can change or delete it, not even the database user.

    Triggers of migration 0002 refuse UPDATE, DELETE and TRUNCATE; the application's database role may only
    SELECT and INSERT, and cannot switch the triggers off.
    """

    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("who"), max_length=40)  # staff number, "link:4401", "system", "cli", "demo"
    centre = models.CharField(_("centre"), max_length=6)
    action = models.CharField(_("action"), max_length=40)  # "room.verb", e.g. intake.view_original
    target = models.CharField(_("target"), max_length=120, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    address = models.GenericIPAddressField(_("from"), null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("entry")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["action", "-at", "-id"], name="audit_by_action"),
            models.Index(fields=["centre", "-at", "-id"], name="audit_by_centre"),
            models.Index(fields=["target"], name="audit_by_target", opclasses=["varchar_pattern_ops"]),
        ]
