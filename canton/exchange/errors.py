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
