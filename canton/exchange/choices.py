"""Where a package stands, coming or going."""

from django.db import models
from django.utils.translation import pgettext_lazy


class IncomingState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("package", "received")
    OPENED = "opened", pgettext_lazy("package", "opened")
    REFUSED = "refused", pgettext_lazy("package", "refused")


class OutgoingState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("package", "waiting to be sent")
    SENDING = "sending", pgettext_lazy("package", "being sent")
    SENT = "sent", pgettext_lazy("package", "sent, receipt outstanding")
    RECEIPTED = "receipted", pgettext_lazy("package", "receipt filed")
    REFUSED = "refused", pgettext_lazy("package", "refused by the recipient")
    FAILED = "failed", pgettext_lazy("package", "could not be sent")


class Way(models.TextChoices):
    """How a package travels."""

    SFTP = "sftp", pgettext_lazy("way", "SFTP")
    HTTPS = "https", pgettext_lazy("way", "HTTPS")
