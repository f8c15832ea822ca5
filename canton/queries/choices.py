"""States of work, and the forms a result is taken away in."""

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Of a query that runs, and of a file that is made."""

    QUEUED = "queued", pgettext_lazy("query", "waiting")
    RUNNING = "running", pgettext_lazy("query", "running")
    DONE = "done", pgettext_lazy("query", "done")
    CANCELLED = "cancelled", pgettext_lazy("query", "cancelled")
    FAILED = "failed", pgettext_lazy("query", "failed")
    EXPIRED = "expired", pgettext_lazy("query", "expired")


UNDER_WAY = (State.QUEUED, State.RUNNING)


class Form(models.TextChoices):
    """Of an exported file."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PARQUET = "parquet", "Parquet"
