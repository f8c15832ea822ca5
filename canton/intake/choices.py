"""Words of the intake: how a batch came, where it stands, what a step is doing."""

from enum import IntEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Route(models.TextChoices):
    SFTP = "sftp", _("SFTP package")
    HTTPS = "https", _("HTTPS package")
    COMMAND = "command", _("command line")
    SCREEN = "screen", _("sent by hand")


class State(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("batch", "received")
    CHECKING = "checking", pgettext_lazy("batch", "checking")
    CLASSIFYING = "classifying", pgettext_lazy("batch", "classifying")
    SORTING = "sorting", pgettext_lazy("batch", "sorting")
    LOADING = "loading", pgettext_lazy("batch", "loading")
    LOADED = "loaded", pgettext_lazy("batch", "loaded")
    REFUSED = "refused", pgettext_lazy("batch", "refused")
    FAILED = "failed", pgettext_lazy("batch", "failed")


UNDER_WAY = (State.RECEIVED, State.CHECKING, State.CLASSIFYING, State.SORTING, State.LOADING)
FINISHED = (State.LOADED, State.REFUSED)


class Urgency(IntEnum):
    """What a batch asks of people, the most pressing first; one that was replaced asks for nothing."""

    STOPPED = 0
    REFUSED = 1
    UNDER_WAY = 2
    REST = 3


class Standing(IntEnum):
    """Where a batch stands, for counting: ROWS is loaded with refused rows, WELL loaded without."""

    STOPPED = 0
    REFUSED = 1
    UNDER_WAY = 2
    ROWS = 3
    WELL = 4
    REPLACED = 5


class Step(models.TextChoices):
    """The six steps of a batch, in their order."""

    RECEIVE = "receive", pgettext_lazy("step", "receive")
    CHECK = "check", pgettext_lazy("step", "check")
    CLASSIFY = "classify", pgettext_lazy("step", "classify")
    SORT = "sort", pgettext_lazy("step", "sort")
    LOAD = "load", pgettext_lazy("step", "load")
    RECEIPT = "receipt", pgettext_lazy("step", "receipt")


class StepState(models.TextChoices):
    WAITING = "waiting", _("not begun")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class ReasonKind(models.TextChoices):
    REFUSE = "refuse", _("refused")
    REPAIR = "repair", _("repaired")
