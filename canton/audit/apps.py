from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "canton.audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.shell import menu

        from . import actions

        actions.register({"audit.export_entries": _("exported the audit trail")})
        menu.add(
            menu.MenuEntry(
                "manage",
                _("Audit trail"),
                "audit:entries",
                "audit.view_entry",
                order=60,
                about=_("Who did and saw what; nobody can change or delete a line"),
            )
        )
