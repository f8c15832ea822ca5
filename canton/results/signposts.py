"""Where the rest of the house learns of result data: menu, names in the trail."""

from django.utils.translation import gettext_lazy as _

from canton.audit import actions
from canton.shell import menu


def put_up() -> None:
    """Called once, when the apps are ready."""
    menu.add(
        menu.MenuEntry(
            "reports", _("Result data"), "results:results", "results.view_result", order=30,
            about=_("Packages of figures for this centre and the one above: built, sent, received"),
        )
    )  # fmt: skip
    actions.register(
        {
            "results.build_result": _("built a result package"),
            "results.send_result": _("sent a result package up"),
            "results.take_result": _("took in a result package"),
            "results.view_result": _("opened a result package"),
            "results.export_result": _("exported a result package"),
        }
    )
