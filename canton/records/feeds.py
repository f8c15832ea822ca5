"""Relations that lie in the database and not in the store, offered to readers of the warehouse by name.

A room that has one offers it when the apps are ready; whoever asks names it as he names a dataset.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Read = Callable[[Sequence[str], date, date], "pa.Table"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A relation and how it is read.

    read: rows of these centres of the local days start to end, both included; times local, no zone.
    days: first and last local day these centres have rows of; None without any.
    titles: by column, what it is called, in the reader's language when shown.
    """

    name: str
    read: Read
    days: Callable[[Sequence[str]], tuple[date, date] | None]
    titles: dict[str, object]


_OFFERED: dict[str, Feed] = {}


def offer(feed: Feed) -> None:
    """Let readers find it; offering again replaces."""
    _OFFERED[feed.name] = feed


def get(name: str) -> Feed:
    """The feed of that name; KeyError if no room offers it."""
    return _OFFERED[name]
