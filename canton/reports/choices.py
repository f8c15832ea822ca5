"""States of a report that the worker makes."""

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """How far an ordered report is."""

    QUEUED = "queued", pgettext_lazy("order", "waiting")
    RUNNING = "running", pgettext_lazy("order", "being made")
    DONE = "done", pgettext_lazy("order", "filed")
    FAILED = "failed", pgettext_lazy("order", "failed")


UNDER_WAY = (State.QUEUED, State.RUNNING)
