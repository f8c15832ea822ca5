"""Where the rest of the house learns of the terminal: menu, Ctrl K, names in the trail."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from canton.audit import actions
from canton.shell import jump, menu

from .feeds import offer_batches
from .terminal import visible

FOUND_AT_MOST = 20


def put_up() -> None:
    """Called once, when the apps are ready."""
    menu.add(
        menu.MenuEntry(
            "data", _("Batches"), "intake:batches", "intake.view_batch", order=10, also=("/data/originals/",),
            about=_("Files of the cities on their way into the warehouse, step by step"),
        )
    )  # fmt: skip
    menu.add(
        menu.MenuEntry(
            "data", _("Texts to decide"), "intake:texts", "intake.judge_text", order=20,
            about=_("Texts of cases whose code rules and model were not sure of"),
        )
    )  # fmt: skip
    menu.add(
        menu.MenuEntry(
            "data", _("Layouts"), "intake:layouts", "intake.view_batch", order=30,
            about=_("How files that are not in the format become rows of it; made and tried on a sample"),
        )
    )  # fmt: skip
    menu.add(
        menu.MenuEntry(
            "data", _("Limits of refused rows"), "intake:refusal-limits", "intake.change_limit", order=40,
            about=_("How many refused rows a file may have before it is refused whole"),
        )
    )  # fmt: skip
    jump.add(find_batches)
    offer_batches()
    _name_actions()


def _name_actions() -> None:
    """What people do here, as the trail says it."""
    actions.register(
        {
            "intake.accept_file": _("handed in a file"),
            "intake.view_original": _("opened an original line"),
            "intake.export_refused": _("exported refused rows"),
            "intake.run_again": _("ran a batch again"),
            "intake.view_refused_row": _("opened a refused row"),
            "intake.correct_row": _("corrected a refused row"),
            "intake.correct_kind": _("corrected refused rows of a kind"),
            "intake.undo_repair": _("took a correction back"),
            "intake.apply_repairs": _("ran a batch with its corrections"),
            "intake.send_back": _("sent refused rows back"),
            "intake.take_back": _("took a corrected copy back"),
            "intake.recall": _("recalled refused rows"),
            "intake.change_limit": _("changed limits of refused rows"),
            "intake.begin_layout": _("began a layout"),
            "intake.forget_sample": _("deleted the sample of a layout"),
            "intake.save_layout": _("saved a layout"),
            "intake.publish_layout": _("published a layout"),
            "intake.withdraw_layout": _("withdrew a layout"),
            "intake.view_judgement": _("opened a text to decide"),
            "intake.decide_code": _("decided the code of a text"),
            "intake.undo_code": _("took a decision on a code back"),
        }
    )


def find_batches(viewer: Any, text: str) -> list[jump.Place]:
    """Batches whose number contains the text; the whole number means that one alone."""
    if not viewer.has_perm("intake.view_batch"):
        return []
    found = list(visible(viewer).filter(number__icontains=text)[:FOUND_AT_MOST])
    exact = [batch for batch in found if batch.number.lower() == text.lower()]
    return [
        jump.Place(batch.number, _("Batch"), reverse("intake:batch", args=[batch.number]))
        for batch in exact or found
    ]
