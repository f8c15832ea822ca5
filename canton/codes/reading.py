"""What reads codes from texts keeps: from which confidence on no person is asked, and what people decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .text.samples import generated

USUAL_PERCENT = 70  # until somebody says another


class TextThreshold(models.Model):
    """From which confidence on a code read from a text is given without a person; the latest entry holds.

    Entries are only added, so that what held at any time is known.
    """

    percent = models.PositiveSmallIntegerField(_("confidence"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("who"), max_length=40)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="text_threshold_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent}%"


class Label(models.Model):
    """A text and the code a person gave it; numbers of customers are taken out before it is kept.

    source: file, batch and line it stands in. place: names the row with its words, whichever batch brings it.
    """

    place = models.CharField(max_length=120, unique=True)

    text = models.TextField(_("text"))
    code = models.ForeignKey("codes.Code", models.PROTECT, related_name="+", verbose_name=_("code"))
    source = models.CharField(_("source"), max_length=400)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("who"), max_length=40)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code_id} {self.source}"

    @property
    def generated(self) -> bool:
        """Whether no customer wrote it: it is kept, and never learnt from."""
        return generated(self.source)
