"""Why the embedded database may not serve."""

from django.utils.translation.trans_null import gettext_noop

from canton.kernel.errors import CantonError


class NoBinaries(CantonError):
    """PostgreSQL itself is not there."""

    code = "E-DB-BINARIES"
    text = gettext_noop(
        "No PostgreSQL %(major)s programs were found; run “make setup” or set CANTON_DATABASE_URL."
    )


class CannotInitialise(CantonError):
    """initdb failed."""

    code = "E-DB-INIT"
    text = gettext_noop("The database in %(folder)s could not be made: %(reason)s")


class CannotStart(CantonError):
    """The server ended while starting, or never answered."""

    code = "E-DB-START"
    text = gettext_noop("The database in %(folder)s does not start: %(reason)s")


class KeysLost(CantonError):
    """There is a database but nobody knows its passwords."""

    code = "E-DB-KEYS"
    text = gettext_noop(
        "%(keys)s is missing, so the database in %(folder)s cannot be opened; restore it from a backup."
    )


class CannotStop(CantonError):
    """The server does not end."""

    code = "E-DB-STOP"
    text = gettext_noop("The database of process %(pid)s does not stop.")
