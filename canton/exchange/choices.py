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
    LAID = "laid", pgettext_lazy("package", "laid out to be fetched")
    SENT = "sent", pgettext_lazy("package", "sent, receipt outstanding")
    RECEIPTED = "receipted", pgettext_lazy("package", "receipt filed")
    REFUSED = "refused", pgettext_lazy("package", "refused by the recipient")
    FAILED = "failed", pgettext_lazy("package", "could not be sent")
    CANCELLED = "cancelled", pgettext_lazy("package", "cancelled")


class Way(models.TextChoices):
    """How a package travels."""

    SFTP = "sftp", pgettext_lazy("way", "SFTP")
    HTTPS = "https", pgettext_lazy("way", "HTTPS")


class Errand(models.TextChoices):
    """What was done over a way."""

    SEND = "send", pgettext_lazy("errand", "sending")
    ASK = "ask", pgettext_lazy("errand", "asking for the receipt")
    FETCH = "fetch", pgettext_lazy("errand", "fetching")
    BRING = "bring", pgettext_lazy("errand", "bringing the receipt")


class NoticeKind(models.TextChoices):
    """What a notice is."""

    CHASE = "chase", pgettext_lazy("notice", "reminder")
    ACKNOWLEDGE = "acknowledge", pgettext_lazy("notice", "acknowledgement")
    KEYS = "keys", pgettext_lazy("notice", "new keys")
    SENT_BACK = "sent_back", pgettext_lazy("notice", "rows sent back")
    RECALL = "recall", pgettext_lazy("notice", "rows recalled")


class Rhythm(models.TextChoices):
    """How often something is due."""

    DAILY = "daily", pgettext_lazy("rhythm", "daily")
    MONTHLY = "monthly", pgettext_lazy("rhythm", "monthly")


class Standing(models.TextChoices):
    """How a report that is due stands."""

    ARRIVED = "ok", pgettext_lazy("due", "arrived")
    ARRIVED_LATE = "after", pgettext_lazy("due", "arrived late")
    NOT_YET = "wait", pgettext_lazy("due", "not due yet")
    IN_GRACE = "grace", pgettext_lazy("due", "due, still in its grace")
    LATE = "late", pgettext_lazy("due", "late")
    PARTLY = "part", pgettext_lazy("due", "late, came in part")
    REFUSED = "bad", pgettext_lazy("due", "came and was refused")


class KeyKind(models.TextChoices):
    """What a key is for."""

    SIGNING = "signing", pgettext_lazy("key", "signs packages")
    SIGN_IN = "sign_in", pgettext_lazy("key", "signs in")
    HOST = "host", pgettext_lazy("key", "proves the SFTP server")


class KeysPhase(models.TextChoices):
    """What a notice of keys says."""

    ANNOUNCE = "announce", pgettext_lazy("keys", "announced")
    RETIRE = "retire", pgettext_lazy("keys", "in use")
