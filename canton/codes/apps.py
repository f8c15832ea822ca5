from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CodesConfig(AppConfig):
    name = "canton.codes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.shell import menu

        menu.add(
            menu.MenuEntry(
                "manage",
                _("Codes"),
                "codes:codes",
                "codes.view_code",
                order=20,
                about=_("What contacts are classified by, who owns each kind, and its deadlines"),
            )
        )
