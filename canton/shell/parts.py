"""What the shared parts draw: plain values that a view makes and a template tag shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means: shown by its (i). A ratio has both numerator and denominator."""

    text: Text = ""
    numerator: Text = ""
    denominator: Text = ""
    facts: Sequence[tuple[Text, Text]] = ()  # e.g. (_("Population"), "...")
    href: str = ""
    link: Text = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of a track. state: done, now, fail or wait."""

    label: Text
    state: str
    figure: Text = ""
    says: Text = ""
