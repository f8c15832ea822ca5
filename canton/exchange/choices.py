"""Where a package stands, coming or going."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IncomingState(models.TextChoices):
    RECEIVED = "received", _("received")
    OPENED = "opened", _("opened")
    REFUSED = "refused", _("refused")


class OutgoingState(models.TextChoices):
    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent, receipt outstanding")
    RECEIPTED = "receipted", _("receipt filed")
    REFUSED = "refused", _("refused by the recipient")
    FAILED = "failed", _("could not be sent")
