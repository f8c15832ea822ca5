"""What the exchange brings: questions for our originals, and originals we asked for."""

from canton.exchange import handlers

from . import letters
from .services import originals


def listen() -> None:
    """Called once, when the apps are ready."""
    handlers.register_letter(letters.QUESTION, letters.VERSION, originals.give_original)
    handlers.register_letter(letters.ANSWER, letters.VERSION, originals.file_original)
