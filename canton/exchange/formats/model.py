"""What a format says about a file, as values the checking can be compiled from (no descriptor leaks out)."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in both languages; str() is the one of the reader."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class FieldType(StrEnum):
    """Types of Table Schema v2 that a format may use; values are its words."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Field:
    """A column. An empty value is missing; every constraint but `required` speaks of filled values only.

    pattern: regular expression the whole value matches (RE2 syntax, anchored).
    formats: strptime forms a datetime may take, the first is the one Canton writes.
    true_values, false_values: spellings of a boolean.
    codes: name of the code table that must hold the value: "sender" (the sending centre's own code, nothing
        else) or "classification".
    personal: identifies a customer; masked wherever it is shown.
    """

    name: str
    type: FieldType
    title: Text
    description: Text
    required: bool = False
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    formats: tuple[str, ...] = ()
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    codes: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class NotBefore:
    """`later` >= `earlier` wherever both are filled."""

    name: str
    text: Text
    later: str
    earlier: str


@dataclass(frozen=True, slots=True)
class FilledWhen:
    """`column` is filled wherever `when` equals `value`."""

    name: str
    text: Text
    column: str
    when: str
    value: str


@dataclass(frozen=True, slots=True)
class EmptyWhen:
    """`column` is empty wherever `when` equals `value`."""

    name: str
    text: Text
    column: str
    when: str
    value: str


Rule = NotBefore | FilledWhen | EmptyWhen


@dataclass(frozen=True, slots=True)
class TextColumns:
    """What a row says in words: its columns, in the order they are read, and the column their code goes into.

    The code is read where the sender left it empty.
    """

    columns: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class LoadedKey:
    """No two loaded rows share these columns and the local day of `day_of`."""

    columns: tuple[str, ...]
    day_of: str


@dataclass(frozen=True, slots=True)
class Format:
    """One version of a format agreed between centres (F07).

    unique: columns whose values together occur once in a file (Table Schema primaryKey).
    sorted_by: order of rows in the store; rows alike stand as in their file.
    roles: columns the house reads a meaning from: number (where the customer is at home), roaming, category,
        agent (registered when a file is loaded). A part no column plays is left out.
    text: the columns a code is read from; None when rows have no text.
    examples: rows of values as they stand in a file, in the order of the fields.
    reference: a table of the house that is due from no city.
    document: the published Table Schema descriptor, byte for byte; sha256 is its digest in hex.
    """

    name: str
    version: str
    title: Text
    description: Text
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    unique: tuple[str, ...]
    loaded_key: LoadedKey
    sorted_by: tuple[str, ...]
    valid_from: date
    changes: Text
    examples: tuple[tuple[str, ...], ...]
    document: bytes
    sha256: str
    roles: Mapping[str, str] = dataclasses.field(default_factory=dict)
    reference: bool = False
    text: TextColumns | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fields in order: the header of a file."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field of this name; KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)
