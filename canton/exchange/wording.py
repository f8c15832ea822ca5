"""A format in words, for the people who agree on it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from . import formats
from .formats import Field, FieldType, others
from .formats.words import word

TYPES: dict[FieldType, Promise] = {
    FieldType.STRING: pgettext_lazy("type", "text"),
    FieldType.INTEGER: pgettext_lazy("type", "whole number"),
    FieldType.BOOLEAN: pgettext_lazy("type", "yes or no"),
    FieldType.DATETIME: pgettext_lazy("type", "date and time"),
}
TABLES: dict[str, Promise] = {
    "sender": gettext_lazy("the code of the sending centre"),
    "classification": gettext_lazy("a classification code of the province"),
}
DIRECTIVES = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH", "%M": "MM", "%S": "SS"}


@dataclass(frozen=True, slots=True)
class Column:
    """A field and its rules in words. words: enumerated values as in a file, and their meanings."""

    field: Field
    type: str
    words: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]


def column(field: Field) -> Column:
    """What may stand in a field, in the reader's language."""
    words = field.enum or (*field.true_values, *field.false_values)
    said = tuple((value, word(field.name, value)) for value in words)
    return Column(field, str(TYPES[field.type]), said, tuple(_rules(field)))


def _rules(field: Field) -> list[str]:
    rules = [_written(form) for form in field.formats]
    if field.minimum is not None and field.maximum is not None:
        rules.append(_("%(least)s to %(most)s") % {"least": field.minimum, "most": field.maximum})
    if field.codes:
        rules.append(str(TABLES[field.codes]))
    if field.pattern:
        rules.append(_("matches %(pattern)s") % {"pattern": field.pattern})
    if field.max_length is not None:
        rules.append(_("at most %(count)s characters") % {"count": field.max_length})
    return rules


def _written(form: str) -> str:
    """2026-11-08 09:14:02 is easier to read from YYYY-MM-DD HH:MM:SS than from strptime."""
    for directive, letters in DIRECTIVES.items():
        form = form.replace(directive, letters)
    return form


def dataset_titles() -> dict[str, str]:
    """Data sets by their names, as a person calls them; those that are due from cities."""
    return {each.name: str(each.title) for each in formats.all()}


def package_titles() -> dict[str, str]:
    """What packages hold, as a person calls it: data sets, and tables of other rooms."""
    return dataset_titles() | others.titles()
