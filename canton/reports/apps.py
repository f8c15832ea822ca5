from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "canton.reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.audit import actions
        from canton.shell import menu

        menu.add(
            menu.MenuEntry(
                "reports",
                _("Traffic"),
                "reports:traffic",
                "reports.view_report",
                order=10,
                about=_("Offered, answered, abandoned, the 15 s rate and handling times, down to the rows"),
            )
        )
        actions.register(
            {
                "reports.export_report": _("exported a report"),
                "reports.view_rows": _("looked at the rows behind a figure"),
                "reports.export_rows": _("exported the rows behind a figure"),
            }
        )
