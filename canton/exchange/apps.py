from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "canton.exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from canton.audit import actions
        from canton.shell import menu

        menu.add(
            menu.MenuEntry(
                "data",
                _("Formats"),
                "exchange:formats",
                "exchange.view_format",
                order=50,
                about=_("What the files of the centres look like, column by column"),
            )
        )
        menu.add(
            menu.MenuEntry(
                "manage",
                _("Links"),
                "exchange:links",
                "exchange.view_link",
                order=40,
                about=_("Neighbouring centres, their keys, and what came and went"),
            )
        )
        actions.register(
            {
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
            }
        )
