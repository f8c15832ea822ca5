"""Layouts people made: each name has versions, of which the newest published one is used."""

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from canton.centres.models import Centre
from canton.centres.selectors import Viewer, own, scope

from .layout import Layout, load_layout, names, read_layout


class LayoutState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("layout", "draft")
    PUBLISHED = "published", pgettext_lazy("layout", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("layout", "withdrawn")


class SavedLayout(models.Model):
    """One version of a layout made on the screen. A published one never changes; batches keep a copy.

    sample: name of the file in the samples folder it is tried on, while it is a draft.
    """

    name = models.CharField(_("layout"), max_length=80)
    version = models.PositiveIntegerField(_("version"))
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="layouts", verbose_name=_("centre"))
    dataset = models.CharField(_("dataset"), max_length=32)
    state = models.CharField(_("state"), max_length=9, choices=LayoutState.choices, default=LayoutState.DRAFT)
    document = models.JSONField()
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


def saved_layouts(viewer: Viewer) -> QuerySet[SavedLayout]:
    """Layouts of the viewer's scope, and those of the house, which are everybody's."""
    mine = Q(centre_id__in=scope(viewer)) | Q(centre_id=own().pk)
    return SavedLayout.objects.filter(mine).select_related("centre")


def published(name: str) -> Layout:
    """The layout of this name: one that comes with the house, or the newest published one.

    Raises:
        UnknownLayout: there is none.
        BadLayout: it was sound when it was saved, and no longer is.
    """
    if name in names():
        return load_layout(name)
    found = SavedLayout.objects.filter(name=name, state=LayoutState.PUBLISHED).first()
    return read_layout(found.document) if found is not None else load_layout(name)


def choices(viewer: Viewer) -> list[tuple[str, str]]:
    """(name, words) of every layout a viewer may hand a file in by; those people made stand first."""
    own_ = saved_layouts(viewer).filter(state=LayoutState.PUBLISHED)
    saved = {each.name: read_layout(each.document).format for each in own_[::-1]}
    house = {name: load_layout(name).format for name in names() if name not in saved}
    return [
        (name, words)
        for group in (saved, house)
        for words, name in sorted((f"{format_.title}: {name}", name) for name, format_ in group.items())
    ]
