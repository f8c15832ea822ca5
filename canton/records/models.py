"""The warehouse's books: originals kept for good, and the manifest of loaded Parquet files.

A reader takes its list of files from the manifest and from nowhere else, so a load is visible whole or
not at all.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from canton.centres.models import Centre


class Original(models.Model):
    """A data file exactly as a centre sent it (F16); its bytes lie read-only under its SHA-256."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, primary_key=True)
    bytes = models.BigIntegerField(_("bytes"))
    name = models.CharField(_("name given by the sender"), max_length=255)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(bytes__gte=0), name="original_has_a_size")]

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]})"


class Load(models.Model):
    """The rows of one batch, as readers see them. A withdrawn load is seen by nobody and swept later."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    dataset = models.CharField(_("dataset"), max_length=32)
    version = models.CharField(_("version"), max_length=16)
    period = models.CharField(_("period"), max_length=16, blank=True)
    sequence = models.PositiveIntegerField(_("sequence"), null=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    batch = models.CharField(_("batch"), max_length=80)
    folder = models.CharField(_("folder"), max_length=255, unique=True)  # below store/
    rows = models.BigIntegerField(_("rows"))
    loaded_at = models.DateTimeField(_("loaded"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=Q(withdrawn_at=None), name="load_one_per_batch"
            ),
            models.UniqueConstraint(
                fields=["centre", "dataset", "period", "sequence"],
                condition=Q(withdrawn_at=None) & ~Q(period=""),
                name="load_one_per_period_and_sequence",
            ),
            models.UniqueConstraint(
                fields=["centre", "dataset", "sha256"],
                condition=Q(withdrawn_at=None, period=""),
                name="load_one_per_content",
            ),
            models.CheckConstraint(
                condition=Q(period="", sequence=None) | (~Q(period="") & Q(sequence__isnull=False)),
                name="load_period_with_sequence",
            ),
        ]

    def __str__(self) -> str:
        return self.batch


class DataFile(models.Model):
    """What one Parquet file of a load has of one local day; a file of several days is listed for each."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="files")
    path = models.CharField(max_length=400)  # below store/
    day = models.DateField(db_index=True)
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["day", "path"]
        constraints = [
            models.CheckConstraint(condition=Q(rows__gt=0), name="data_file_has_rows"),
            models.UniqueConstraint(fields=["path", "day"], name="data_file_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.path
