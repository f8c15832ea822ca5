"""What is wrong with a layout, in words for the one who fills it in; never a customer's number."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canton.exchange.formats import Format
from canton.kernel.errors import CantonError
from canton.shell.figures import masked

from ..shapes import BadLayout

LONG_NUMBER = re.compile(r"\d{7,}")
WHERE: dict[str, str | Promise] = {
    "columns": gettext_lazy("Columns of the file"),
    "header": gettext_lazy("Row of the column names"),
    "melt": gettext_lazy("Columns that are questions"),
    "asked": gettext_lazy("Columns that are questions"),
}
SAID: dict[str, str | Promise] = {
    "a file has 2 to 500 columns": gettext_lazy(
        "only one column was found; choose another kind, separator or row of the column names"
    ),
    "two have the same name": gettext_lazy("two columns have the same name"),
    "the number of the header's row": gettext_lazy("the number of a row, from 1, is wanted"),
    "not of text of fixed width": gettext_lazy("text of fixed width has no such columns"),
    "a moment needs the forms it may take": gettext_lazy("the form of the time is missing"),
}
NO_COLUMN = re.compile(r"the file has no column '(.*)'")
NO_OPERATOR = re.compile(r"there is no operator '(.*)'")
NO_PLACE = re.compile(r".* stands at \[first, last\]")


def said(error: CantonError, format_: Format) -> str:
    """The sentence for the screen: what it is about by its title, and what is wrong there."""
    if not isinstance(error, BadLayout):
        return hidden(error.message)
    return at(str(error.facts.get("where", "")), str(error.facts.get("what", "")), format_)


def at(where: str, what: str, format_: Format) -> str:
    """What is wrong at a place of the page, with the place's title."""
    return hidden(_("%(where)s: %(what)s.") % {"where": _title(where, format_), "what": _what(what)})


def hidden(text: str) -> str:
    """A text with every longer run of digits masked: column names may be lines of the sample."""
    return LONG_NUMBER.sub(lambda found: masked(found[0]), text)


def _title(where: str, format_: Format) -> str:
    field = where.removeprefix("fields.")
    if field != where and field in format_.columns:
        return str(format_.field(field).title)
    if where.startswith("question."):
        return _("Question “%(name)s”") % {"name": where.removeprefix("question.")}
    return str(WHERE.get(where, where))


def _what(what: str) -> str:
    if what in SAID:
        return str(SAID[what])
    if found := NO_COLUMN.fullmatch(what):
        return _("the file has no column “%(name)s” now; choose another") % {"name": found[1]}
    if found := NO_OPERATOR.fullmatch(what):
        return _("the layout language has no “%(name)s”") % {"name": found[1]}
    if NO_PLACE.fullmatch(what):
        return _("say from which to which position each column stands")
    return what
