"""A package that the exchange has opened becomes a batch."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from canton.exchange import packages
from canton.exchange.choices import Way
from canton.exchange.models import Incoming, Outgoing
from canton.exchange.wording import dataset_titles
from canton.records.models import Original
from canton.records.services import keep_original

from .choices import Route
from .errors import WrongLayout
from .layout import Layout
from .workshop.selectors import published


def take_over(incoming: Incoming) -> None:
    """Make a batch of the package's data file, within the transaction that marks the package opened.

    Raises:
        CantonError: a terminal one refuses the package whole: its layout is unknown or of another dataset, or
            its name cannot name a batch; a transient one (a full disk) has it tried again.
    """
    from . import services  # and with it the steps and their engines, which most processes never need

    assert incoming.opened_at is not None  # the exchange has just opened it
    services.accept_file(
        services.Upload(
            path=incoming.data_path,
            name=incoming.data_name,
            centre=incoming.sender,
            layout=layout_of(incoming),
            route=route_of(incoming),
            by=f"link:{incoming.sender}",
            period=incoming.period,
            sequence=incoming.sequence,
            incoming=incoming,
        ),
        now=incoming.opened_at,
    )


def hear_reply(digest: str, by: str, reply: str, now: datetime) -> None:
    """A centre has seen a notice of ours; perhaps one of rows that were sent back to it."""
    from .repair.services import returning  # for the same reason

    returning.note_reply(digest, by, reply, now)


def keep_refused(outgoing: Outgoing, now: datetime) -> None:
    """Keep the file of a package of ours of which rows were refused, so that they can be looked at.

    Raises:
        NoSpace: the disk is full; the receipt is asked for again.
    """
    held = Original.objects.filter(pk=outgoing.data_sha256).exists()
    if held or outgoing.dataset not in dataset_titles() or not outgoing.packed_path.is_file():
        return
    with tempfile.TemporaryDirectory(dir=outgoing.packed_path.parent) as folder:
        file = packages.own_file(outgoing.packed_path, Path(folder))
        keep_original(file, centre=settings.CANTON_CENTRE, name=outgoing.data_name, now=now)


def line_address(notice: int, line: int) -> str:
    """Where a line of our own file is shown, of which rows were sent back to us."""
    return reverse("intake:returned-line", args=[notice, line])


def route_of(incoming: Incoming) -> Route:
    """The way the package came; one found lying in the folder came by SFTP."""
    return Route.HTTPS if incoming.came_by == Way.HTTPS else Route.SFTP


def layout_of(incoming: Incoming) -> Layout:
    """The layout the package names, or its dataset's own.

    Raises:
        UnknownLayout: the house has none of this name.
        WrongLayout: it is of another dataset or version than the package says.
    """
    layout = published(incoming.layout or f"{incoming.dataset}-{incoming.version}")
    if (layout.format.name, layout.format.version) != (incoming.dataset, incoming.version):
        raise WrongLayout(layout=layout.name, dataset=incoming.dataset, version=incoming.version)
    return layout
