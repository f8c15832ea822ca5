"""How many refused rows a file may have before it is refused whole; a dataset may have its own limits."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from ..refusals import FileRefused

JUDGED_BY_SHARE = 100  # rows; of a smaller file a share says little


class TooManyRefused(FileRefused):
    """More rows were refused than the dataset allows: the file as a whole cannot be trusted."""

    code = "E-BATCH-TOO-MANY-REFUSED"
    text = gettext_noop(
        "%(refused)s of %(read)s rows were refused; more than the limits of %(dataset)s allow."
        " Put the rows right and run the file again, or send a corrected file."
    )


@dataclass(frozen=True, slots=True)
class Tolerance:
    """share: of the rows read, 0-1; rows: number. More than either is too many; None = no such limit."""

    share: float | None = None
    rows: int | None = None


class RefusalLimit(models.Model):
    """The limits of one dataset, in place of the settings; an empty one is no limit."""

    dataset = models.CharField(_("dataset"), max_length=32, unique=True)
    share = models.FloatField(_("share"), null=True)
    rows = models.PositiveBigIntegerField(_("rows"), null=True)
    changed_by = models.CharField(_("changed by"), max_length=40)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        ordering = ["dataset"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=0, share__lte=1), name="refusal_share_is_a_share"
            )
        ]

    def __str__(self) -> str:
        return self.dataset

    @property
    def tolerance(self) -> Tolerance:
        """As the check asks for it."""
        return Tolerance(self.share, self.rows)


def too_many(read: int, refused: int, limits: Tolerance) -> bool:
    """Whether so many refused rows refuse the file whole. A file of few rows is not judged by their share."""
    if limits.rows is not None and refused > limits.rows:
        return True
    return limits.share is not None and read >= JUDGED_BY_SHARE and refused > read * limits.share


def tolerance_of(dataset: str) -> Tolerance:
    """The limits of a dataset: its own, or those of the settings."""
    own = RefusalLimit.objects.filter(dataset=dataset).first()
    return own.tolerance if own is not None else default()


def default() -> Tolerance:
    """What holds for datasets without limits of their own."""
    return Tolerance(settings.CANTON_REFUSED_SHARE, settings.CANTON_REFUSED_ROWS)


def require_tolerable(dataset: str, *, read: int, refused: int) -> None:
    """See that a checked file has not too many refused rows.

    Raises:
        TooManyRefused: it is to be refused whole.
    """
    if too_many(read, refused, tolerance_of(dataset)):
        raise TooManyRefused(read=read, refused=refused, dataset=dataset)
