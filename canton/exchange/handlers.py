"""Who takes over a package that was opened: the room above registers itself here for a data set."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from .models import Incoming, Outgoing

Handler = Callable[["Incoming"], None]
Reply = Callable[[str, str, str, "datetime"], None]
Keep = Callable[["Outgoing", "datetime"], None]
Opens = Callable[[int, int], str]

ANY = "dataset"
_handlers: dict[str, Handler] = {}
_letters: dict[str, str] = {}
_tables: dict[str, frozenset[str]] = {}
_replies: list[Reply] = []
_keeps: list[Keep] = []
_opens: list[Opens] = []


def register(dataset: str, handler: Handler) -> None:
    """Have `handler(incoming)` called for every opened package of `dataset`; "dataset" means all others.

    It runs inside the transaction that marks the package opened, at `incoming.opened_at`, and may run again
    if that does not commit. It keeps the file at `incoming.data_path`, which is gone afterwards. A terminal
    CantonError refuses the package whole with its code and message; a transient one has it tried again.
    """
    _handlers[dataset] = handler


def register_letter(name: str, version: str, handler: Handler) -> None:
    """As `register`, for packages that carry no data set with a format but a question or an answer to one."""
    _letters[name] = version
    _handlers[name] = handler


def register_table(name: str, versions: Iterable[str], handler: Handler) -> None:
    """As `register`, for tables that another room describes (formats.others), in each of these versions."""
    _tables[name] = frozenset(versions)
    _handlers[name] = handler


def tables() -> dict[str, frozenset[str]]:
    """Names of such tables, each with the versions taken in."""
    return dict(_tables)


def hear_replies(handler: Reply) -> None:
    """Have `handler(digest, by, reply, now)` called when a neighbour has seen a notice of this digest."""
    _replies.append(handler)


def replied(digest: str, by: str, reply: str, now: "datetime") -> None:
    """Tell the rooms above that a notice was seen."""
    for handler in _replies:
        handler(digest, by, reply, now)


def keep_refused(handler: Keep) -> None:
    """Have `handler(outgoing, now)` called when a receipt refuses rows of a package of ours.

    It runs inside the transaction that files the receipt, while the package still lies in the outbox.
    """
    _keeps.append(handler)


def keep(outgoing: "Outgoing", now: "datetime") -> None:
    """Tell the rooms above that rows of this package were refused."""
    for handler in _keeps:
        handler(outgoing, now)


def open_lines(opens: Opens) -> None:
    """Have `opens(notice, line)` answer where a line of a file of ours is shown, of which rows came back."""
    _opens.append(opens)


def line_address(notice: int, line: int) -> str:
    """Where a line of our own file is shown; "" when no room shows it."""
    return next((opens(notice, line) for opens in _opens), "")


def letters() -> dict[str, str]:
    """Names of the letters that are understood here, each with its version."""
    return dict(_letters)


def of(dataset: str) -> Handler | None:
    """The handler of a data set, if any room takes it."""
    return _handlers.get(dataset) or _handlers.get(ANY)
