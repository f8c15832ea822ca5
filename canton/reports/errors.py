"""What can go wrong when a report is asked for; each failure has a stable code and a sentence."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class BadDefinition(CantonError):
    """A report's files do not fit together; whoever writes definitions reads the detail."""

    code: ClassVar[str] = "E-REPORT-DEFINITION"
    text: ClassVar[str] = gettext_noop("The definition of the report is wrong: %(detail)s")


class UnknownReport(CantonError):
    """There is no report of that name."""

    code: ClassVar[str] = "E-REPORT-UNKNOWN"
    text: ClassVar[str] = gettext_noop("There is no report %(name)s.")


class UnknownCentre(CantonError):
    """No centre has that code, or it is not the viewer's to see: the answer does not tell which."""

    code: ClassVar[str] = "E-REPORT-CENTRE"
    text: ClassVar[str] = gettext_noop("There is no centre %(code)s in your scope.")


class BadQuestion(CantonError):
    """The report cannot be asked this; a subclass says what is wrong with it."""

    code: ClassVar[str] = "E-REPORT-QUESTION"
    text: ClassVar[str] = gettext_noop("The report cannot be asked this.")


class BadRange(BadQuestion):
    """The first day comes after the last, or they are too far apart."""

    code: ClassVar[str] = "E-REPORT-RANGE"
    text: ClassVar[str] = gettext_noop("%(start)s to %(end)s is no range of at most %(most)s days.")


class UnknownPart(BadQuestion):
    """A figure, breakdown, column or value that the report does not have."""

    code: ClassVar[str] = "E-REPORT-PART"
    text: ClassVar[str] = gettext_noop("The report has no %(part)s “%(name)s”.")


class NothingToFile(BadQuestion):
    """A report that counts nothing is not filed."""

    code: ClassVar[str] = "E-REPORT-EMPTY"
    text: ClassVar[str] = gettext_noop("There is nothing to file: the report counts nothing in this range.")


class FiledGone(CantonError):
    """The time a filed report is kept is over."""

    code: ClassVar[str] = "E-REPORT-GONE"
    text: ClassVar[str] = gettext_noop("The files of this report were kept until %(day)s and then removed.")


class FiledChanged(CantonError):
    """A filed report on the disk is not what was filed, or is missing; a backup has it."""

    code: ClassVar[str] = "E-REPORT-CHANGED"
    text: ClassVar[str] = gettext_noop(
        "%(name)s is not what was filed: its checksum differs. Restore it from a backup; it is not shown."
    )
