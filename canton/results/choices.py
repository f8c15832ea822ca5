"""Where a result package stands."""

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    KEPT = "kept", pgettext_lazy("result", "kept here")
    BUILT = "built", pgettext_lazy("result", "built, not sent")
    WAITING = "waiting", pgettext_lazy("result", "waiting to be sent")
    SENT = "sent", pgettext_lazy("result", "sent, receipt outstanding")
    RECEIVED = "received", pgettext_lazy("result", "received")
    REFUSED = "refused", pgettext_lazy("result", "refused by the recipient")
    FAILED = "failed", pgettext_lazy("result", "could not be sent")


class Standing(models.TextChoices):
    """How a package that is due from a centre below stands."""

    THERE = "ok", pgettext_lazy("result due", "in time")
    AFTER = "after", pgettext_lazy("result due", "came late")
    NOT_YET = "wait", pgettext_lazy("result due", "not due yet")
    GRACE = "grace", pgettext_lazy("result due", "due, still in its grace")
    LATE = "late", pgettext_lazy("result due", "late")
    REFUSED = "bad", pgettext_lazy("result due", "came and was refused")
