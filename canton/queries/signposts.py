"""Where the rest of the house learns of the query terminal: menu, Ctrl K, names in the trail."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from canton.audit import actions
from canton.shell import jump, menu

FOUND_AT_MOST = 8


def put_up() -> None:
    """Called once, when the apps are ready."""
    menu.add(
        menu.MenuEntry(
            "queries", _("Queries"), "queries:queries", "queries.view_query", order=10, also=("/queries/",),
            about=_("Any question to all data, combined from conditions, down to the original line"),
        )
    )  # fmt: skip
    menu.add(
        menu.MenuEntry(
            "queries", _("Results"), "queries:history", "queries.view_query", order=20,
            also=("/queries/runs/",), about=_("What you asked, and its results while they are kept"),
        )
    )  # fmt: skip
    jump.add(find_queries)
    actions.register(
        {
            "queries.run_query": _("ran a query"),
            "queries.show_numbers": _("had full numbers shown"),
            "queries.preview_query": _("tried a query"),
            "queries.view_result": _("looked at the result of a query"),
            "queries.export_query": _("exported the result of a query"),
            "queries.take_file": _("took an exported result away"),
            "queries.save_query": _("saved a query"),
            "queries.share_query": _("shared a query"),
            "queries.delete_query": _("deleted a saved query"),
            "queries.ask_original": _("asked another centre for an original"),
            "queries.give_original": _("gave an original to another centre"),
            "queries.ask_again": _("had an original asked for again"),
            "queries.show_original": _("had full numbers of an original shown"),
            "queries.file_original": _("received an original from another centre"),
        }
    )


def find_queries(viewer: Any, text: str) -> list[jump.Place]:
    """Saved queries the viewer may use, by a part of their name."""
    from .selectors import usable

    if not viewer.has_perm("queries.view_query"):
        return []
    found = usable(viewer, text)[:FOUND_AT_MOST]
    return [jump.Place(each.name, _("Query"), reverse("queries:saved", args=[each.pk])) for each in found]
