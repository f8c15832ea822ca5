"""The format of contacts says what centres agreed, as a descriptor other programs can read (F07)."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from canton.exchange import formats
from canton.exchange.errors import UnknownFormat
from canton.exchange.formats import EmptyWhen, Field, FieldType, FilledWhen, NotBefore, descriptor

AGREED = [
    "contact_id",
    "centre",
    "channel",
    "number",
    "roaming",
    "category",
    "language",
    "started",
    "queued",
    "answered",
    "ended",
    "wait_seconds",
    "talk_seconds",
    "hold_seconds",
    "wrap_seconds",
    "agent",
    "outcome",
    "satisfaction",
    "resolved",
    "recording",
]
MAY_BE_EMPTY = {"number", "category", "queued", "answered", "agent", "satisfaction", "resolved", "recording"}


def contacts():
    return formats.get("contacts", "1.0")


def test_columns_stand_in_the_agreed_order():
    assert list(contacts().columns) == AGREED


def test_only_the_agreed_columns_may_be_empty():
    assert {field.name for field in contacts().fields if not field.required} == MAY_BE_EMPTY


def test_newest_version_answers_when_none_is_named():
    assert formats.get("contacts") is formats.versions("contacts")[0]


@pytest.mark.parametrize(("name", "version"), [("contacts", "0.9"), ("complaints", None)])
def test_unknown_format_or_version_is_told(name, version):
    with pytest.raises(UnknownFormat) as told:
        formats.get(name, version)
    assert told.value.code == "E-FORMAT-UNKNOWN"


def test_document_is_a_table_schema():
    content = json.loads(contacts().document)
    assert urlsplit(content["$schema"]).path == "/profiles/2.0/tableschema.json"
    assert content["missingValues"] == [""]
    assert content["primaryKey"] == ["contact_id"]
    assert "fieldsMatch" not in content
    custom = {key for field in content["fields"] for key in field if ":" in key}
    assert custom == {"canton:zh", "canton:codes", "canton:formats", "canton:personal"}


def test_every_wording_is_there_in_both_languages():
    format_ = contacts()
    texts = [format_.title, format_.description, format_.changes, *(rule.text for rule in format_.rules)]
    texts += [text for field in format_.fields for text in (field.title, field.description)]
    assert all(re.search("[\u4e00-\u9fff]", text.zh) and re.search("[A-Za-z]", text.en) for text in texts)
    assert not any(re.search("[\u4e00-\u9fff]", text.en) for text in texts)


def test_rule_that_names_no_column_is_not_accepted():
    content = json.loads(contacts().document)
    content["canton:rules"][0]["notBefore"] = ["queued", "begun"]
    with pytest.raises(ValueError, match="begun"):
        descriptor.read(json.dumps(content).encode())


def test_examples_keep_the_format():
    for row in contacts().examples:
        values = dict(zip(contacts().columns, row, strict=True))
        for field in contacts().fields:
            assert keeps(field, values[field.name]), (field.name, values[field.name])
        for rule in contacts().rules:
            assert obeys(rule, values), rule.name


def keeps(field: Field, value: str) -> bool:
    if not value:
        return not field.required
    if field.type is FieldType.INTEGER:
        return (field.minimum or 0) <= int(value) <= (field.maximum or 86400)
    if field.type is FieldType.DATETIME:
        return bool(datetime.strptime(value, field.formats[0]))  # noqa: DTZ007 - local time by definition
    if field.type is FieldType.BOOLEAN:
        return value in field.true_values + field.false_values
    fits = re.fullmatch(field.pattern, value) if field.pattern else True
    return bool(fits) and (not field.enum or value in field.enum) and len(value) <= (field.max_length or 99)


def obeys(rule: object, values: dict[str, str]) -> bool:
    match rule:
        case NotBefore(later=later, earlier=earlier):
            return not (values[later] and values[earlier]) or values[later] >= values[earlier]
        case FilledWhen(column=column, when=when, value=value):
            return values[when] != value or bool(values[column])
        case EmptyWhen(column=column, when=when, value=value):
            return values[when] != value or not values[column]
    raise AssertionError(rule)
