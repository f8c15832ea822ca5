"""What the rail offers. Rooms above add their screens in `apps.ready()`; a role sees only what it may open.

menu.add(MenuEntry("data", _("Batches"), "intake:batches", "intake.view_batch", order=10))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Section:
    """One sign on the rail: a terminal, or the management group at its foot."""

    key: str
    label: str | Promise  # two characters in Chinese
    title: str | Promise  # in full, for the crumbs
    icon: str
    order: int
    at_foot: bool = False


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One screen of a section. The permission is the one its view requires."""

    section: str
    label: str | Promise
    url: str  # name, e.g. "intake:batches"
    permission: str
    order: int = 100
    about: str | Promise = ""  # one line for the home page
    also: tuple[str, ...] = ()  # heads of other addresses that belong to the screen


@dataclass(frozen=True, slots=True)
class Offered:
    """A section as one viewer gets it: his entries with their addresses, in order; never empty."""

    section: Section
    entries: tuple[tuple[MenuEntry, str], ...]
    current: MenuEntry | None

    @property
    def href(self) -> str:
        return self.entries[0][1]


SECTIONS = {
    section.key: section
    for section in (
        Section("data", pgettext_lazy("rail", "Data"), _("Data processing"), "database-import", 10),
        Section("exchange", pgettext_lazy("rail", "Transfer"), _("Data transmission"), "transfer", 15),
        Section("reports", pgettext_lazy("rail", "Reports"), _("Statistics"), "chart-line", 20),
        Section("queries", pgettext_lazy("rail", "Query"), _("Queries"), "database-search", 30),
        Section("manage", pgettext_lazy("rail", "Manage"), _("Administration"), "settings", 90, at_foot=True),
    )
}
_entries: dict[str, MenuEntry] = {}


def add(entry: MenuEntry) -> None:
    """Offer a screen; the same address again replaces it."""
    if entry.section not in SECTIONS:
        raise ValueError(f"no section {entry.section!r}; there are {', '.join(SECTIONS)}")
    _entries[entry.url] = entry


def offered(may: Callable[[str], bool], path: str = "") -> list[Offered]:
    """Sections with a screen the viewer may open; `path` marks the current one (longest address wins)."""
    groups: dict[str, list[tuple[MenuEntry, str]]] = {}
    for entry in sorted(_entries.values(), key=lambda entry: entry.order):
        if may(entry.permission) and (href := _address(entry)):
            groups.setdefault(entry.section, []).append((entry, href))
    current = _current([pair for pairs in groups.values() for pair in pairs], path)
    return [
        Offered(section, tuple(groups[key]), current if current and current.section == key else None)
        for key, section in sorted(SECTIONS.items(), key=lambda pair: pair[1].order)
        if key in groups
    ]


def _address(entry: MenuEntry) -> str:
    """Where the screen is; empty when this site serves no such page."""
    try:
        return reverse(entry.url)
    except NoReverseMatch:
        return ""


def _current(pairs: Sequence[tuple[MenuEntry, str]], path: str) -> MenuEntry | None:
    heads = [(head, entry) for entry, href in pairs for head in (href, *entry.also)]
    under = [(len(head), entry) for head, entry in heads if path.startswith(head)]
    return max(under, key=lambda found: found[0])[1] if under else None
