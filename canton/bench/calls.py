"""The file the processing is measured on: contacts of 12 columns, 1 % of 12 kinds of dirt, always alike."""

from dataclasses import replace
from pathlib import Path

import duckdb

from canton.exchange import formats
from canton.exchange.formats import EmptyWhen, FilledWhen, Format

COLUMNS = [
    "contact_id",
    "centre",
    "number",
    "channel",
    "category",
    "started",
    "answered",
    "ended",
    "agent",
    "satisfaction",
    "resolved",
    "recording",
]
CENTRE = "4401"
CHANNELS = ("voice", "web", "app", "sms", "counter", "email", "letter")
CATEGORIES = ("0101", "0102", "0203", "0204", "0301", "0403", "0501", "0601", "0701", "0801", "0901", "09")
NUMBER = "^\\+?[0-9]{3,20}$"
MOMENT = "%Y-%m-%d %H:%M:%S"
LONGEST = {"contact_id": 64, "agent": 40, "recording": 200}
DIRT = 12
ONE_IN = 1_200  # of each kind, so that 1 % of the rows is dirty

# kind of dirt: column and what stands in it
SPOILT = {
    0: ("contact_id", "null"),
    1: ("contact_id", "'R' || lpad((i - 1)::varchar, 10, '0')"),  # the one of the row before
    2: ("centre", "'4499'"),
    3: ("number", "'13x' || i"),
    4: ("channel", "'pigeon'"),
    5: ("category", "'9999'"),
    6: ("started", "'2026-13-45 99:00:00'"),
    7: ("answered", "strftime(began - interval 1 hour, '%Y-%m-%d %H:%M:%S')"),
    8: ("ended", "strftime(began + interval 1 second, '%Y-%m-%d %H:%M:%S')"),
    9: ("satisfaction", "'9'"),
    10: ("satisfaction", "'x'"),
    11: ("recording", "repeat('r', 201)"),
}
CLEAN = {
    "contact_id": "'R' || lpad(i::varchar, 10, '0')",
    "centre": f"'{CENTRE}'",
    "number": "'1' || (3 + luck(i, 1) % 7) || lpad((luck(i, 2) % 1000000000)::varchar, 9, '0')",
    "channel": f"{list(CHANNELS)}[1 + luck(i, 3) % {len(CHANNELS)}]",
    "category": f"{list(CATEGORIES)}[1 + luck(i, 4) % {len(CATEGORIES)}]",
    "started": "strftime(began, '%Y-%m-%d %H:%M:%S')",
    "answered": "strftime(began + to_seconds(5 + luck(i, 5) % 300), '%Y-%m-%d %H:%M:%S')",
    "ended": "strftime(began + to_seconds(305 + luck(i, 6) % 1000), '%Y-%m-%d %H:%M:%S')",
    "agent": "'A' || lpad((luck(i, 7) % 5000)::varchar, 5, '0')",
    "satisfaction": "(1 + luck(i, 8) % 5)::varchar",
    "resolved": "case when luck(i, 9) % 10 < 8 then 'true' else 'false' end",
    "recording": "'recordings/' || substr(md5(i::varchar), 1, 19)",
}


def format_() -> Format:
    """The format of the file: contacts 1.0 with 12 of its columns and the rules between those."""
    full = formats.get("contacts", "1.0")
    rules = tuple(rule for rule in full.rules if not isinstance(rule, FilledWhen | EmptyWhen))
    return replace(
        full,
        name="contacts-12",
        fields=tuple(full.field(column) for column in COLUMNS),
        rules=tuple(rule for rule in rules if {rule.later, rule.earlier} <= set(COLUMNS)),
        roles={role: column for role, column in full.roles.items() if column in COLUMNS},
    )


def write_file(path: Path, rows: int) -> None:
    """Write the file; the same rows for the same number."""
    spoilt = {column: "" for column, _ in SPOILT.values()}
    for number, (column, wrong) in SPOILT.items():
        spoilt[column] += f" when kind = {number} then {wrong}"
    columns = ", ".join(
        f"case{spoilt[column]} else {clean} end as {column}" if column in spoilt else f"{clean} as {column}"
        for column, clean in CLEAN.items()
    )
    began = "timestamp '2026-10-01' + to_seconds(luck(i, 10) % (30 * 86400))"
    kind = f"case when i > 1 and luck(i, 11) % {ONE_IN} < {DIRT} then luck(i, 11) % {ONE_IN} end"
    with duckdb.connect() as database:
        # a mixing function of our own: DuckDB may change its hash
        mix = "((i * 2654435761 + k * 40503 + 12345) % 4294967296)"
        database.execute(
            "create macro luck(i, k) as "
            f"((({mix} * 1103515245 + 12345) % 2147483648) * 48271 % 2147483647 // 7)::bigint"
        )
        database.execute(
            "set enable_progress_bar = false;"
            f"copy (select {columns} from (select i, {began} as began, {kind} as kind"
            f" from (select range::bigint as i from range({rows})))) to '{path}'"
            " (format csv, header, preserve_order true)"
        )
