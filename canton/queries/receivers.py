"""What the exchange brings: questions for our originals, and originals we asked for."""

from typing import TYPE_CHECKING

from canton.exchange import handlers

from . import letters

if TYPE_CHECKING:
    from canton.exchange.models import Incoming


def listen() -> None:
    """Called once, when the apps are ready."""
    handlers.register_letter(letters.QUESTION, letters.VERSION, _give_original)
    handlers.register_letter(letters.ANSWER, letters.VERSION, _file_original)
    handlers.register_letter(letters.LINES, letters.VERSION, _file_lines)


def _give_original(incoming: "Incoming") -> None:
    from .services import originals  # and with it the exchange's ways to travel

    originals.give_original(incoming)


def _file_original(incoming: "Incoming") -> None:
    from .services import originals

    originals.file_original(incoming)


def _file_lines(incoming: "Incoming") -> None:
    from .services import originals

    originals.file_lines(incoming)
