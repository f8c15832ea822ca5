"""Reading a Table Schema descriptor (Data Package v2, with `canton:` properties) into a Format."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from .model import (
    EmptyWhen,
    Field,
    FieldType,
    FilledWhen,
    Format,
    LoadedKey,
    NotBefore,
    Rule,
    Text,
    TextColumns,
)

Descriptor = Mapping[str, Any]
ROLES = ("number", "roaming", "category", "agent")


def read(document: bytes) -> Format:
    """A Format from the bytes of its descriptor; KeyError or ValueError when the descriptor is not sound."""
    content: Descriptor = json.loads(document)
    fields = tuple(_field(each) for each in content["fields"])
    key = content["canton:loadedKey"]
    format_ = Format(
        name=content["name"],
        version=content["version"],
        title=_text(content, "title"),
        description=_text(content, "description"),
        fields=fields,
        rules=tuple(_rule(each) for each in content["canton:rules"]),
        unique=tuple(content["primaryKey"]),
        loaded_key=LoadedKey(columns=tuple(key["columns"]), day_of=key["dayOf"]),
        sorted_by=tuple(content["canton:sortedBy"]),
        valid_from=date.fromisoformat(content["canton:validFrom"]),
        changes=Text(zh=content["canton:changes"]["zh"], en=content["canton:changes"]["en"]),
        examples=tuple(tuple(row) for row in content["canton:examples"]),
        document=document,
        sha256=sha256(document).hexdigest(),
        roles=_roles(content, [field.name for field in fields]),
        reference=content.get("canton:reference", False),
        text=_text_columns(content),
    )
    _require_known_columns(format_)
    return format_


def _roles(content: Descriptor, columns: list[str]) -> dict[str, str]:
    """What `canton:roles` says; a part it leaves out is played by the column of that name, if any."""
    said: Descriptor = content.get("canton:roles", {})
    unknown = sorted(set(said) - set(ROLES))
    if unknown:
        raise ValueError(f"{content['name']} {content['version']} names parts nobody plays: {unknown}")
    parts = {role: said.get(role, role if role in columns else None) for role in ROLES}
    return {role: column for role, column in parts.items() if column}


def _text_columns(content: Descriptor) -> TextColumns | None:
    said: Descriptor | None = content.get("canton:text")
    return TextColumns(tuple(said["columns"]), said["code"]) if said else None


def _text(content: Descriptor, name: str) -> Text:
    """Table Schema has one language; ours is English there and Chinese under canton:zh."""
    return Text(zh=content["canton:zh"][name], en=content[name])


def _field(content: Descriptor) -> Field:
    constraints: Descriptor = content.get("constraints", {})
    return Field(
        name=content["name"],
        type=FieldType(content["type"]),
        title=_text(content, "title"),
        description=_text(content, "description"),
        required=constraints.get("required", False),
        pattern=constraints.get("pattern"),
        enum=tuple(constraints.get("enum", ())),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        max_length=constraints.get("maxLength"),
        formats=tuple(content.get("canton:formats", ())),
        true_values=tuple(content.get("trueValues", ())),
        false_values=tuple(content.get("falseValues", ())),
        codes=content.get("canton:codes"),
        personal=content.get("canton:personal", False),
    )


def _rule(content: Descriptor) -> Rule:
    name, text = content["name"], Text(zh=content["zh"], en=content["en"])
    if "notBefore" in content:
        later, earlier = content["notBefore"]
        return NotBefore(name, text, later=later, earlier=earlier)
    [(when, value)] = content["when"].items()
    if "filled" in content:
        return FilledWhen(name, text, column=content["filled"], when=when, value=value)
    return EmptyWhen(name, text, column=content["empty"], when=when, value=value)


def _columns_named(rule: Rule) -> tuple[str, str]:
    return (rule.later, rule.earlier) if isinstance(rule, NotBefore) else (rule.column, rule.when)


def _require_known_columns(format_: Format) -> None:
    """A rule or key that names a column the format lacks would check nothing."""
    named = {*format_.unique, *format_.loaded_key.columns, format_.loaded_key.day_of, *format_.sorted_by}
    named.update(format_.roles.values())
    if format_.text:
        named.update((*format_.text.columns, format_.text.code))
    for rule in format_.rules:
        named.update(_columns_named(rule))
    unknown = sorted(named - set(format_.columns))
    if unknown:
        raise ValueError(f"{format_.name} {format_.version} names columns it does not have: {unknown}")
