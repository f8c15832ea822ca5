"""What can go wrong between centres: one class for each failure, with a code that never changes.

Codes E-PKG-… travel back to the sender in a receipt; the sender's program may act on them.
"""

from django.utils.translation import gettext_lazy as _

from canton.kernel.errors import CantonError


class UnknownFormat(CantonError):
    """There is no format of this name and version."""

    code = "E-FORMAT-UNKNOWN"
    text = _("There is no format %(name)s %(version)s.")


class PackageRefused(CantonError):
    """Base of everything that makes a package be refused whole; sending the same again changes nothing."""


class PackageNotZip(PackageRefused):
    """Not a ZIP archive, or one built in a way that readers disagree about."""

    code = "E-PKG-ZIP"
    text = _("The package is not a sound ZIP archive: %(why)s.")


class PackageEncrypted(PackageRefused):
    """A file in the archive is encrypted."""

    code = "E-PKG-ENCRYPTED"
    text = _("The file %(name)s in the package is encrypted.")


class PackagePath(PackageRefused):
    """A file would land outside its folder, is no plain file, or carries the name of another."""

    code = "E-PKG-PATH"
    text = _("The package holds a name that is not allowed: %(name)s.")


class PackageBomb(PackageRefused):
    """Unpacked it would be larger, hold more files or nest deeper than allowed."""

    code = "E-PKG-BOMB"
    text = _("The package is larger inside than allowed: %(why)s.")


class PackageFiles(PackageRefused):
    """The archive does not hold exactly the files its descriptor lists."""

    code = "E-PKG-FILES"
    text = _("The package does not hold exactly the files it lists: %(name)s.")


class PackageDescriptor(PackageRefused):
    """datapackage.json is missing, not JSON, or lacks something."""

    code = "E-PKG-DESCRIPTOR"
    text = _("The description of the package (datapackage.json) is wrong at: %(part)s.")


class PackageSignature(PackageRefused):
    """Not signed, by a key we do not know, or changed after signing."""

    code = "E-PKG-SIGNATURE"
    text = _("The signature of the package does not hold (key %(key)s).")


class PackageHash(PackageRefused):
    """A file differs in size or SHA-256 from what the signed descriptor says."""

    code = "E-PKG-HASH"
    text = _("The file %(name)s differs from what the package says about it.")


class PackageSender(PackageRefused):
    """It came over the link of one centre and speaks for another."""

    code = "E-PKG-SENDER"
    text = _("The package speaks for centre %(sender)s but came from centre %(link)s.")


class PackageRecipient(PackageRefused):
    """It is meant for another centre."""

    code = "E-PKG-CENTRE"
    text = _("The package is meant for centre %(recipient)s, not for this one.")


class PackageDataset(PackageRefused):
    """No such data set is exchanged."""

    code = "E-PKG-DATASET"
    text = _("The package holds %(dataset)s, which is not exchanged here.")


class PackageVersion(PackageRefused):
    """The data set is exchanged, but not in this version."""

    code = "E-PKG-VERSION"
    text = _("The package holds %(dataset)s in version %(version)s, which is not accepted here.")


class BadCard(CantonError):
    """A neighbour's card that names no centre we know, or a key that is none."""

    code = "E-LINK-CARD"
    text = _("The card of the neighbouring centre is wrong at: %(part)s.")


class NoLink(CantonError):
    """We exchange nothing with this centre."""

    code = "E-LINK-NONE"
    text = _("There is no active link to centre %(centre)s.")


class NotAddressed(CantonError):
    """The link names no SFTP server to call."""

    code = "E-LINK-ADDRESS"
    text = _("The link to centre %(centre)s has no address to send to.")


class BadAddress(CantonError):
    """An HTTPS address that is none, or plain HTTP to another machine."""

    code = "E-LINK-URL"
    text = _("%(url)s is not an address of the form https://host:port.")


class LinkDown(CantonError):
    """The neighbour cannot be reached, or broke off."""

    code = "E-LINK-DOWN"
    transient = True
    text = _("Centre %(centre)s cannot be reached: %(why)s.")


class KeyNotKnown(CantonError):
    """The neighbour does not know our key; it may add it any moment."""

    code = "E-LINK-KEY"
    transient = True
    text = _("Centre %(centre)s does not let us in with our key.")


class HostKeyDiffers(CantonError):
    """Whoever answers at the neighbour's address may not be the neighbour; no other way is taken then.

    It may be tried again: the key on record may be back, or a person has accepted the one shown.
    """

    code = "E-LINK-HOST-KEY"
    transient = True
    text = _(
        "The server of centre %(centre)s shows another host key (%(shown)s) "
        "than the one on record (%(known)s). Nothing goes over this link meanwhile. "
        "Compare the fingerprint with that centre; if it is theirs, accept it under Transfer, Links."
    )

    @property
    def key(self) -> str:
        """The key that was shown, an OpenSSH line."""
        return str(self.facts.get("key", ""))


class OfferedKeyGone(CantonError):
    """The key a person wants to accept is not the one that is shown now."""

    code = "E-LINK-KEY-SHOWN"
    text = _("The server of centre %(centre)s does not show this key any more; look again and compare anew.")


class NoReasonGiven(CantonError):
    """A decision about a link that others must be able to follow."""

    code = "E-LINK-REASON"
    text = _("Say why, in at least %(least)s characters; it is kept.")


class LinkPaused(CantonError):
    """A person holds the link."""

    code = "E-LINK-PAUSED"
    transient = True
    text = _(
        "The link to centre %(centre)s is paused by %(by)s: %(why)s. What is queued goes when it is let go."
    )


class CertificateNotTrusted(CantonError):
    """The neighbour's HTTPS door proves itself with a certificate that is not trusted here."""

    code = "E-LINK-CERTIFICATE"
    transient = True
    text = _("The HTTPS certificate of centre %(centre)s is not trusted: %(why)s.")


class UploadRefused(CantonError):
    """The neighbour's server does not take this package; sending it again changes nothing."""

    code = "E-LINK-REFUSED"
    text = _("The server of centre %(centre)s refuses the package: %(why)s.")


class NoSpaceForPackage(CantonError):
    """The disk does not take what was sent to us."""

    code = "E-INBOX-DISK"
    transient = True
    text = _("The package %(name)s cannot be unpacked: %(why)s.")


class ReceiptMisplaced(CantonError):
    """A receipt that speaks of another package than the one it is filed under."""

    code = "E-RECEIPT-PACKAGE"
    text = _("The receipt speaks of another package than %(name)s.")


class NoticeUnreadable(CantonError):
    """A notice of a kind or form that is not known here."""

    code = "E-NOTICE-FORM"
    text = _("The notice cannot be read; wrong is: %(part)s.")


class AcknowledgedAlready(CantonError):
    """Somebody has acknowledged it before."""

    code = "E-NOTICE-SEEN"
    text = _("This notice has been acknowledged already.")


class NothingToChase(CantonError):
    """Nothing is late, or the centre was reminded of it not long ago."""

    code = "E-CHASE-NOTHING"
    text = _("Nothing of %(centre)s is late that it was not reminded of already.")


class ReceiptOfNothing(CantonError):
    """A receipt for a package we have not sent."""

    code = "E-RECEIPT-UNKNOWN"
    text = _("We have sent no package that this receipt is for.")


class CannotRetry(CantonError):
    """It is under way, has arrived or was cancelled."""

    code = "E-QUEUE-RETRY"
    text = _("%(name)s cannot be sent again: it is under way, has arrived, or its file is gone.")


class CannotCancel(CantonError):
    """It is under way or has arrived."""

    code = "E-QUEUE-CANCEL"
    text = _("%(name)s cannot be taken back any more: it is under way or has arrived.")


class RotationUnderWay(CantonError):
    """New keys are announced and not in use yet."""

    code = "E-KEY-ROTATION"
    text = _("New keys are announced already; they come into use when every neighbour knows them.")


class NoRotation(CantonError):
    """Nothing to switch to, or no old key that still holds."""

    code = "E-KEY-NONE"
    text = _("There are no announced keys to switch to, or no old ones to retire.")


class UnknownKey(CantonError):
    """The link has no key of this name."""

    code = "E-KEY-UNKNOWN"
    text = _("The link to centre %(centre)s has no key %(key)s.")


class BadFileName(CantonError):
    """Nothing to send."""

    code = "E-SEND-FILE"
    text = _("There is no file %(name)s to send.")


class PackageGone(CantonError):
    """The outbox has lost it; what waits behind it must not wait for ever."""

    code = "E-SEND-GONE"
    text = _("The package %(name)s is not in the outbox any more. Send its file again.")


class NoParent(CantonError):
    """The centre has no centre above it."""

    code = "E-SEND-PARENT"
    text = _("This centre has no centre above it to send to.")


class NoReceipt(CantonError):
    """Waited long enough; the receipt may still come and is then filed by the worker."""

    code = "E-RECEIPT-LATE"
    transient = True
    text = _("No receipt for %(name)s came within %(seconds)s seconds.")
