"""Layouts people made: each name has versions, of which the newest published one is used."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.centres.models import Centre


class LayoutState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("layout", "draft")
    PUBLISHED = "published", pgettext_lazy("layout", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("layout", "withdrawn")


class SavedLayout(models.Model):
    """One version of a layout made on the screen. A published one never changes; batches keep a copy.

    sample: name of the file in the samples folder it is tried on, while it is a draft.
    half_done: lines of a draft as they were typed that nothing can be made of yet; not in the document.
    """

    name = models.CharField(_("layout"), max_length=80)
    version = models.PositiveIntegerField(_("version"))
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="layouts", verbose_name=_("centre"))
    dataset = models.CharField(_("dataset"), max_length=32)
    state = models.CharField(_("state"), max_length=9, choices=LayoutState.choices, default=LayoutState.DRAFT)
    document = models.JSONField()
    half_done = models.JSONField(default=list, blank=True)
    sample = models.CharField(max_length=64, blank=True)
    sample_name = models.CharField(max_length=255, blank=True)
    saved_by = models.CharField(_("saved by"), max_length=40)
    saved_at = models.DateTimeField(_("saved"))
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="layout_once_per_version"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(state=LayoutState.DRAFT), name="layout_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
