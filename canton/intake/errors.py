"""What can go wrong with a batch as a whole; reasons of single rows are codes of the checking."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError

from .refusals import FileRefused


class Overtaken(FileRefused):
    """A later file of the same period and sequence is loaded; this older one may not take its place."""

    code = "E-BATCH-OVERTAKEN"
    text = gettext_noop("A later file of the same period and sequence was loaded first: %(by)s.")


class UnknownCentre(CantonError):
    """No centre has this code."""

    code = "E-BATCH-CENTRE"
    text = gettext_noop("No centre has the code “%(centre)s”.")


class BadName(CantonError):
    """Period or sequence cannot name a batch."""

    code = "E-BATCH-NAME"
    text = gettext_noop("Period and sequence name a batch together: 1999-01 and 1, for instance.")


class NameTaken(CantonError):
    """Another file of this period and sequence is here; whether it is to be replaced was not said."""

    code = "E-BATCH-TAKEN"
    text = gettext_noop(
        "%(batch)s is here already, with another content. Say that this file takes its place, or choose"
        " another sequence."
    )


class WrongLayout(CantonError):
    """The layout is of another dataset or version than the file is said to be."""

    code = "E-BATCH-LAYOUT"
    text = gettext_noop("The layout “%(layout)s” is not one of %(dataset)s %(version)s.")


class NotStopped(CantonError):
    """Only a batch that failed, and that no job stands for, is run again by hand."""

    code = "E-BATCH-NOT-STOPPED"
    text = gettext_noop("The batch %(batch)s does not stand still: it is through, or goes on by itself.")


class OutOfSpace(CantonError):
    """The disk filled up while a step was working."""

    code = "E-WORK-SPACE"
    transient = True
    text = gettext_noop("No disk space is left to work in. Nothing was lost; it will be tried again.")


class DatabaseLost(CantonError):
    """The database went away while a step was working; nothing can be written down, and nothing was lost."""

    code = "E-BATCH-DATABASE"
    transient = True
    text = gettext_noop("The database went away. Nothing was lost; the batch goes on when it is run again.")


class Unexpected(CantonError):
    """A step failed in a way nobody foresaw; the batch waits until somebody has looked."""

    code = "E-BATCH-FAILED"
    text = gettext_noop("The step failed unexpectedly: %(kind)s. The log of the worker tells more.")


def sentence(code: str, detail: str, facts: Mapping[str, object]) -> str:
    """The message of a failure from its code and facts; its wording then (`detail`) for unknown codes."""
    for failure in _all(CantonError):
        if failure.code == code and facts:
            return failure(**facts).message
        if failure.code == code and not detail:
            return failure().message
    return detail


def passes(code: str) -> bool:
    """Whether trying again may help against the failure of this code."""
    return any(failure.code == code and failure.transient for failure in _all(CantonError))


def _all(base: type[CantonError]) -> Iterator[type[CantonError]]:
    for failure in base.__subclasses__():
        yield failure
        yield from _all(failure)
