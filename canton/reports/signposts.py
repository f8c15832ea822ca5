"""Where the rest of the house learns of the report centre: menu, Ctrl K, names in the trail."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from canton.audit import actions
from canton.centres.selectors import visible_to
from canton.shell import jump, menu

from . import filed
from .definition import listed, load

FOUND_AT_MOST = 5


def put_up() -> None:
    """Called once, when the apps are ready."""
    menu.add(
        menu.MenuEntry(
            "reports",
            pgettext_lazy("list", "Reports"),
            "reports:reports",
            "reports.view_report",
            order=10,
            about=_("Traffic, categories, agents, questionnaires and quality, down to the rows"),
        )
    )
    menu.add(
        menu.MenuEntry(
            "reports",
            _("Filed reports"),
            "reports:filed",
            "reports.view_report",
            order=20,
            about=_("Finished reports, kept as they were and found again"),
        )
    )
    jump.add(find_reports)
    jump.add(find_filed)
    actions.register(
        {
            "reports.export_report": _("exported a report"),
            "reports.file_report": _("filed a report"),
            "reports.order_report": _("had a long report made"),
            "reports.view_filed": _("opened a filed report"),
            "reports.export_filed": _("took a file of a filed report"),
            "reports.remove_filed": _("removed a filed report past its day"),
            "reports.view_rows": _("looked at the rows behind a figure"),
            "reports.export_rows": _("exported the rows behind a figure"),
        }
    )


def find_reports(viewer: Any, text: str) -> list[jump.Place]:
    """Reports by their names; the traffic report of a centre by the centre's name or code."""
    if not viewer.has_perm("reports.view_report"):
        return []
    sought, places = text.casefold(), []
    for each in map(load, listed()):
        if sought in f"{each.title.zh} {each.title.en} {each.name}".casefold():
            places.append(
                jump.Place(str(each.title), _("Report"), reverse("reports:report", args=[each.name]))
            )
    title, home = load("traffic").title, reverse("reports:report", args=["traffic"])
    for centre in visible_to(viewer):
        if sought == centre.code or sought in f"{centre.name} {centre.name_en}".casefold():
            label = gettext("%(report)s of %(centre)s") % {"report": title, "centre": centre}
            places.append(jump.Place(label, _("Report"), f"{home}?centre={centre.code}"))
    return places[:FOUND_AT_MOST]


def find_filed(viewer: Any, text: str) -> list[jump.Place]:
    """Filed reports by title, note, centre or person, the newest first."""
    if not viewer.has_perm("reports.view_report"):
        return []
    return [
        jump.Place(
            f"{each.title} {each.centre} {each.start}",
            _("Filed report"),
            reverse("reports:filed-report", args=[each.pk]),
        )
        for each in filed.found(viewer, {"q": text})[:FOUND_AT_MOST]
    ]
