from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "centres.add_centre": _("added a centre"),
    "centres.change_centre": _("changed a centre"),
    "centres.add_department": _("added a department"),
    "centres.change_department": _("changed a department"),
    "centres.add_desk": _("added a desk"),
    "centres.change_desk": _("changed a desk"),
    "centres.undo_change": _("took a change back"),
    "centres.apply_segments": _("changed number segments"),
    "centres.undo_segments": _("took a change of number segments back"),
    "centres.change_day": _("changed a day of a calendar"),
    "centres.change_hours": _("changed working hours"),
    "centres.change_year": _("changed whether a year is published"),
}


class CentresConfig(AppConfig):
    name = "canton.centres"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.audit import actions, names
        from canton.shell import menu

        from . import selectors

        names.register("centre", selectors.names)
        actions.register(ACTIONS)
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
        menu.add(
            menu.MenuEntry(
                "manage",
                _("Number segments"),
                "centres:segments",
                "centres.change_segment",
                order=15,
                about=_("Where numbers are at home, since when, and lists of segments taken in"),
            )
        )
        menu.add(
            menu.MenuEntry(
                "manage",
                _("Calendars"),
                "centres:calendar",
                "centres.view_centre",
                order=25,
                about=_("Which days are worked and at which hours; deadlines are counted by it"),
            )
        )
