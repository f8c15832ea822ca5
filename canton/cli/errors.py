"""Why `canton up` may not start."""

from django.utils.translation.trans_null import gettext_noop

from canton.kernel.errors import CantonError


class PortTaken(CantonError):
    """Somebody listens where we want to."""

    code = "E-UP-PORT"
    text = gettext_noop("Port %(port)s, wanted for %(purpose)s, is taken by %(holder)s.")


class AlreadyUp(CantonError):
    """The centre of this home is running."""

    code = "E-UP-RUNNING"
    text = gettext_noop("The centre in %(home)s is already up (process %(pid)s).")


class KeepsDying(CantonError):
    """A process ended again and again before it ever served."""

    code = "E-UP-PROCESS"
    text = gettext_noop("“%(name)s” does not start; see %(log)s.")
