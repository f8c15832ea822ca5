"""Where the rest of the house learns of the exchange: menu, names in the trail, its own packages."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from canton.audit import actions
from canton.shell import menu

from . import handlers, notices, receipts

if TYPE_CHECKING:
    from .models import Incoming

SCREENS = (
    ("data", 50, _("Formats"), "formats", _("What the files of the centres look like, column by column")),
    ("exchange", 10, _("Terminal"), "terminal", _("What is due and came, who is late, how the links fare")),
    ("exchange", 20, _("Outgoing"), "outgoing", _("Packages we send, and the receipts for them")),
    ("exchange", 30, _("Incoming"), "incoming", _("Packages that came")),
    ("exchange", 40, _("Schedule"), "schedule", _("What is due from whom and when")),
    ("exchange", 50, _("Reminders"), "notices", _("Reminders sent, and those that came to us")),
    ("exchange", 60, _("Links"), "links", _("Neighbouring centres, their keys, and what came and went")),
)
ACTIONS = {
    "exchange.add_link": _("added a link"),
    "exchange.receive_package": _("received a package"),
    "exchange.receive_again": _("received a package again"),
    "exchange.open_package": _("opened a package"),
    "exchange.refuse_package": _("refused a package"),
    "exchange.send_receipt": _("made a receipt"),
    "exchange.queue_package": _("packed a package"),
    "exchange.send_package": _("sent a package"),
    "exchange.give_up": _("gave up sending a package"),
    "exchange.refuse_receipt": _("refused a receipt"),
    "exchange.file_receipt": _("filed a receipt"),
    "exchange.take_detour": _("took another way than the first"),
    "exchange.host_key_differs": _("stopped at an unknown host key"),
    "exchange.host_key_back": _("saw the known host key again"),
    "exchange.accept_host_key": _("accepted a host key"),
    "exchange.pause_link": _("paused a link"),
    "exchange.resume_link": _("let a link go on"),
    "exchange.lay_out": _("laid a package out to be fetched"),
    "exchange.take_reminder": _("received a reminder"),
    "exchange.take_acknowledgement": _("was told that a reminder was seen"),
    "exchange.acknowledge_notice": _("acknowledged a reminder"),
    "exchange.export_receipt": _("exported refused rows"),
    "exchange.begin_rotation": _("announced new keys"),
    "exchange.switch_keys": _("put new keys into use"),
    "exchange.retire_keys": _("retired old keys at once"),
    "exchange.take_returned": _("was sent rows back"),
    "exchange.take_recall": _("was told that rows sent back were recalled"),
    "exchange.export_returned": _("exported rows that were sent back"),
    "exchange.take_keys": _("was told of a neighbour's new keys"),
    "exchange.revoke_key": _("revoked a key"),
    "exchange.retry": _("had a package sent again"),
    "exchange.ask_receipt": _("had a receipt asked for at once"),
    "exchange.cancel": _("took a package back"),
    "exchange.chase": _("reminded a centre"),
    "exchange.save_duty": _("changed what is due"),
    "exchange.drop_duty": _("deleted what is due"),
}


def put_up() -> None:
    """Called once, when the apps are ready."""
    handlers.register_letter(notices.DATASET, notices.VERSION, _take_notice)
    handlers.register_letter(receipts.DATASET, receipts.VERSION, _take_receipt)
    for section, order, label, url, about in SCREENS:
        permission = "exchange.view_format" if url == "formats" else "exchange.view_link"
        menu.add(menu.MenuEntry(section, label, f"exchange:{url}", permission, order=order, about=about))
    actions.register(ACTIONS)


def _take_notice(incoming: "Incoming") -> None:
    from . import services  # and with it the ways to travel, which most processes never need

    services.take_notice(incoming)


def _take_receipt(incoming: "Incoming") -> None:
    from . import services

    services.take_receipt(incoming)
