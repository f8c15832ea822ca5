"""Why there is no demonstration."""

from django.utils.translation import gettext_lazy as _

from canton.kernel.errors import CantonError


class NotUp(CantonError):
    """The demonstration goes through the front door, and there is nobody behind it."""

    code = "E-DEMO-NOT-UP"
    text = _("The centre in %(home)s is not running. Start it with “canton up”.")


class NotProvince(CantonError):
    """The demonstration's cities need a province above them."""

    code = "E-DEMO-NOT-PROVINCE"
    text = _("The demonstration needs a province with cities; centre %(centre)s is none.")
