"""Central monitoring (F28) and self-check (F30)."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "canton.monitoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the gauges and the screen."""
        from canton.shell import menu
        from canton.shell.menu import MenuEntry

        import_module("canton.monitoring.probes")
        menu.add(
            MenuEntry(
                "manage",
                _("Self-check"),
                "monitoring:selfcheck",
                "monitoring.view_selfcheck",
                order=80,
                about=_("Database, disk, worker and connections of this centre"),
            )
        )
