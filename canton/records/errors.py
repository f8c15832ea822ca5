"""What can go wrong in the warehouse."""

from django.utils.translation import gettext_noop

from canton.kernel.errors import CantonError


class NoSpace(CantonError):
    """The disk is full; nothing became visible, and the same can be tried again."""

    code = "E-LOAD-SPACE"
    transient = True
    text = gettext_noop(
        "No disk space is left for the data. Nothing was loaded or lost; it will be tried again."
    )


class RowsMissing(CantonError):
    """The files to load hold another number of rows than the step before counted."""

    code = "E-LOAD-ROWS"
    text = gettext_noop("The files to load hold %(found)s rows, but %(expected)s were kept.")


class Moved(CantonError):
    """What is loaded of this centre and dataset has changed since the rows were checked against it."""

    code = "E-LOAD-MOVED"
    transient = True
    text = gettext_noop("Another batch was loaded meanwhile; this one is checked again.")


class Swept(CantonError):
    """The rows a load had are removed from the disk; that is done a day after another took its place."""

    code = "E-LOAD-SWEPT"
    text = gettext_noop(
        "The rows of %(batch)s are no longer in the warehouse. Hand its original file in again:"
        " it is checked and takes the place."
    )


class OriginalMissing(CantonError):
    """The warehouse has no original of this name, or its bytes are gone."""

    code = "E-ORIGINAL-MISSING"
    text = gettext_noop("The original file is not in the warehouse.")
