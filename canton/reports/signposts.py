"""Where the rest of the house learns of the report centre: menu, Ctrl K, names in the trail."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from canton.audit import actions
from canton.centres.selectors import visible_to
from canton.shell import jump, menu

from .definition import load

FOUND_AT_MOST = 5


def put_up() -> None:
    """Called once, when the apps are ready."""
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
    jump.add(find_reports)
    actions.register(
        {
            "reports.export_report": _("exported a report"),
            "reports.view_rows": _("looked at the rows behind a figure"),
            "reports.export_rows": _("exported the rows behind a figure"),
        }
    )


def find_reports(viewer: Any, text: str) -> list[jump.Place]:
    """The report by its name, and that of a centre by the centre's name or code."""
    if not viewer.has_perm("reports.view_report"):
        return []
    title, sought, home = load("traffic").title, text.casefold(), reverse("reports:traffic")
    places = []
    if sought in f"{title.zh} {title.en}".casefold():
        places.append(jump.Place(str(title), _("Report"), home))
    for centre in visible_to(viewer):
        if sought == centre.code or sought in f"{centre.name} {centre.name_en}".casefold():
            label = gettext("%(report)s of %(centre)s") % {"report": title, "centre": centre}
            places.append(jump.Place(label, _("Report"), f"{home}?centre={centre.code}"))
    return places[:FOUND_AT_MOST]
