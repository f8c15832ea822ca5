"""Why a request is not granted: each with its HTTP status, the code that never changes, and a sentence."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from canton.kernel.errors import CantonError


class RequestRefused(CantonError):
    """Base of every refusal at the HTTPS door."""

    status: ClassVar[int] = 400


class NotEncrypted(RequestRefused):
    """Plain HTTP from another machine."""

    code, status = "E-TRANSFER-PLAIN", 403
    text = _("Packages travel by HTTPS only; this request came unencrypted.")


class NotSigned(RequestRefused):
    """No signature, one that leaves out what must be covered, by a key this link does not have, or wrong."""

    code, status = "E-TRANSFER-SIGNATURE", 401
    text = _("The signature of the request does not hold: %(why)s.")


class WrongTime(RequestRefused):
    """Signed too long ago, or by a clock that goes wrong."""

    code, status = "E-TRANSFER-TIME", 401
    text = _("The request was signed %(seconds)s seconds away from our clock; set the clocks right.")


class Replayed(RequestRefused):
    """The very same signed request once more."""

    code, status = "E-TRANSFER-REPLAY", 401
    text = _("This signed request has been used before.")


class WrongContent(RequestRefused):
    """What arrived is not what was signed; nothing of it is kept."""

    code = "E-TRANSFER-DIGEST"
    text = _("What arrived differs from what was signed.")


class WrongForm(RequestRefused):
    """A header or a name that is not as it must be."""

    code = "E-TRANSFER-FORM"
    text = _("The request is wrong at: %(part)s.")


class WrongOffset(RequestRefused):
    """It would leave a gap or write over what is there."""

    code, status = "E-TRANSFER-OFFSET", 409
    text = _("The upload goes on at byte %(there)s, not at %(given)s.")


class TooLarge(RequestRefused):
    """More than a package, or a piece of one, may have."""

    code, status = "E-TRANSFER-SIZE", 413
    text = _("At most %(most)s bytes are taken here.")


class Nothing(RequestRefused):
    """No such upload, receipt or package for this centre."""

    code, status = "E-TRANSFER-NONE", 404
    text = _("There is no %(name)s here.")


class InUse(RequestRefused):
    """Another connection writes it."""

    code, status, transient = "E-TRANSFER-BUSY", 423, True
    text = _("It is being uploaded over another connection.")


class TooMany(RequestRefused):
    """Enough uploads are begun and not finished."""

    code, status, transient = "E-TRANSFER-HALVES", 429, True
    text = _("Too many uploads are unfinished.")


class NoSpace(RequestRefused):
    """The disk would not take the rest."""

    code, status, transient = "E-TRANSFER-DISK", 507, True
    text = _("There is no space for the package now.")
