"""The same checks by frictionless, the reference implementation of Table Schema; it writes nothing."""

from pathlib import Path
from typing import Any

from frictionless import Check, Checklist, Resource, Schema, errors, system

from ..calls import CATEGORIES, CENTRE, CHANNELS, LONGEST, MOMENT, NUMBER
from . import Done


class InOrder(Check):
    """The moments of a row follow each other."""

    Errors = [errors.RowConstraintError]

    def validate_row(self, row: Any) -> Any:
        """One error for each pair out of order."""
        for later, earlier in (("answered", "started"), ("ended", "answered"), ("ended", "started")):
            if row[later] and row[earlier] and row[later] < row[earlier]:
                yield errors.RowConstraintError.from_row(row, note=f"{later} before {earlier}")


def _field(name: str, kind: str = "string", **constraints: Any) -> dict[str, Any]:
    form = {"format": MOMENT} if kind == "datetime" else {}
    return {"name": name, "type": kind, "constraints": constraints, **form}


SCHEMA = {
    "fields": [
        _field("contact_id", required=True, unique=True, maxLength=LONGEST["contact_id"]),
        _field("centre", required=True, enum=[CENTRE], pattern="[0-9]{1,6}"),
        _field("number", pattern=NUMBER.strip("^$")),
        _field("channel", required=True, enum=list(CHANNELS)),
        _field("category", enum=list(CATEGORIES), maxLength=4),
        _field("started", "datetime", required=True),
        _field("answered", "datetime"),
        _field("ended", "datetime", required=True),
        _field("agent", maxLength=LONGEST["agent"]),
        _field("satisfaction", "integer", minimum=1, maximum=5),
        _field("resolved", "boolean"),
        _field("recording", maxLength=LONGEST["recording"]),
    ]
}


def run(file: Path, folder: Path) -> Done:
    """Validate, every error listed."""
    with system.use_context(trusted=True):
        resource = Resource(path=str(file), schema=Schema.from_descriptor(SCHEMA))
        report = resource.validate(Checklist(checks=[InOrder()]), limit_errors=10**9)
    rows = report.flatten(["rowNumber"])
    return Done(sorted({number for (number,) in rows if number}))
