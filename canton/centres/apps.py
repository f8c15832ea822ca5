from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentresConfig(AppConfig):
    name = "canton.centres"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.audit import names
        from canton.shell import menu

        from . import selectors

        names.register("centre", selectors.names)
        menu.add(
            menu.MenuEntry(
                "manage",
                _("Centres"),
                "centres:centres",
                "centres.view_centre",
                order=10,
                about=_("The tree of centres, their departments and desks, and where numbers are at home"),
            )
        )
