"""What an action in the trail is called; each room names its own in the `ready` of its app."""

from collections.abc import Mapping

from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def register(labels: Mapping[str, str | Promise]) -> None:
    """Name actions by what somebody did: {"intake.view_original": _("opened an original line")}."""
    _labels.update(labels)


def label(action: str) -> str:
    """What the action is called in the reader's language; the action itself when no room named it."""
    return str(_labels.get(action, action))


def registered() -> list[tuple[str, str]]:
    """(action, label) of every action named, in the order of the labels."""
    return sorted(((action, str(text)) for action, text in _labels.items()), key=lambda pair: pair[1])
