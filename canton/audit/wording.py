"""Words for what the trail keeps as codes: who is not a person, and the names of details."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LINK = "link:"
NOT_PEOPLE = {
    "system": gettext_lazy("The system"),
    "cli": gettext_lazy("Command line"),
    "unknown": gettext_lazy("Nobody of this number"),
}
FACTS = {
    "accepted": gettext_lazy("Accepted"),
    "added": gettext_lazy("Number added"),
    "after": gettext_lazy("After"),
    "batch": gettext_lazy("Batch"),
    "before": gettext_lazy("Before"),
    "bytes": gettext_lazy("Bytes"),
    "code": gettext_lazy("Code"),
    "conditions": gettext_lazy("Conditions"),
    "end": gettext_lazy("Until"),
    "error": gettext_lazy("Error"),
    "error_code": gettext_lazy("Error"),
    "figure": gettext_lazy("Figure"),
    "format": gettext_lazy("File type"),
    "full": gettext_lazy("Numbers in full"),
    "line": gettext_lazy("Line"),
    "moved": gettext_lazy("Number moved"),
    "page": gettext_lazy("Page"),
    "plan": gettext_lazy("Change of the number table"),
    "removed": gettext_lazy("Number removed"),
    "role": gettext_lazy("Role"),
    "rows": gettext_lazy("Rows"),
    "sha256": gettext_lazy("Fingerprint"),
    "signing_key": gettext_lazy("Signing key"),
    "start": gettext_lazy("From"),
    "to": gettext_lazy("To"),
}


def link_of(actor: str) -> str:
    """Centre of the link that acted, as "4401" of "link:4401"; empty for everybody else."""
    return actor.removeprefix(LINK) if actor.startswith(LINK) else ""


def who(actor: str, places: Mapping[str, str]) -> str:
    """What an actor not on the staff is called; places: names by code of centre. Empty when not known."""
    if code := link_of(actor):
        return _("Link of %(centre)s") % {"centre": places.get(code, code)}
    return str(NOT_PEOPLE.get(actor, ""))


def fact(name: str) -> str:
    """What a detail is called; its own name where nobody gave it one."""
    return str(FACTS.get(name, name))


def value(given: object) -> str:
    """A detail's value as a person reads it: yes and no, lists with commas, — for nothing."""
    if given is None or given in ("", [], {}):
        return "—"
    if isinstance(given, bool):
        return _("yes") if given else _("no")
    if isinstance(given, dict):
        return "; ".join(f"{fact(str(name))} {value(each)}" for name, each in given.items())
    if isinstance(given, list | tuple):
        return ", ".join(value(each) for each in given)
    return str(given)
