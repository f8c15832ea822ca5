"""Contacts in the warehouse for tests of the reports: Parquet written by hand, entered in the manifest."""
# ruff: noqa: DTZ001 (data files carry the local wall clock, without a zone)

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from canton.records import selectors, services
from canton.records.identity import Identity
from canton.records.models import Load

LOADED = datetime(2026, 11, 1, 2, 10, tzinfo=UTC)
TEXT, NUMBER, MOMENT = pa.string(), pa.int32(), pa.timestamp("us")
COLUMNS = {
    "contact_id": TEXT, "centre": TEXT, "channel": TEXT, "number": TEXT, "roaming": TEXT, "category": TEXT,
    "language": TEXT, "started": MOMENT, "queued": MOMENT, "answered": MOMENT, "ended": MOMENT,
    "wait_seconds": NUMBER, "talk_seconds": NUMBER, "hold_seconds": NUMBER, "wrap_seconds": NUMBER,
    "agent": TEXT, "outcome": TEXT, "satisfaction": NUMBER, "resolved": pa.bool_(), "recording": TEXT,
    "day": pa.date32(), "home_city": TEXT, "roaming_kind": TEXT, "category_head": TEXT, "batch": TEXT,
    "line": pa.int64(),
}  # fmt: skip


def contact(started: datetime, outcome: str = "answered", **more: Any) -> dict[str, Any]:
    """One contact; what is not named has a harmless value."""
    return {
        "channel": "voice", "number": "13812341234", "roaming": "none", "language": "zh", "started": started,
        "ended": started + timedelta(minutes=5), "wait_seconds": 8, "talk_seconds": 0, "hold_seconds": 0,
        "wrap_seconds": 0, "outcome": outcome, "home_city": "4401",
    } | more  # fmt: skip


def load(folder: Path, rows: Sequence[Mapping[str, Any]], *, centre: str, batch: str) -> Load:
    """Make the rows visible as one load of a centre."""
    days = defaultdict(list)
    for line, row in enumerate(rows, 2):
        full = {"contact_id": f"{batch}-{line}", "centre": centre, "batch": batch, "line": line} | dict(row)
        days[row["started"].date()].append(full | {"day": row["started"].date()})
    for day, held in days.items():
        place = folder / batch / f"day={day}"
        place.mkdir(parents=True)
        columns = {name: pa.array([row.get(name) for row in held], kind) for name, kind in COLUMNS.items()}
        pq.write_table(pa.table(columns), place / "0.parquet")
    identity = Identity(centre, "contacts", hashlib.sha256(batch.encode()).hexdigest())
    seen = selectors.shelf_state("contacts", centre)
    placed = services.place(folder / batch, batch=batch, centre=centre, dataset="contacts", rows=len(rows))
    return services.load(placed, batch=batch, identity=identity, version="1.0", seen=seen, now=LOADED)


def january_rows() -> list[dict[str, Any]]:
    """Contacts of two cities over the first days of 1999, with every outcome, each with its centre."""
    found = []
    for centre, slow in (("4401", 3), ("4403", 5)):
        for number in range(60):
            started = datetime(1999, 1, 1 + number % 4, (number * 7) % 24, number % 60, 59)
            outcome = ("answered", "answered", "abandoned", "answered", "ivr", "void")[number % 6]
            wait = number % slow * 5 + 2 if outcome in ("answered", "abandoned") else 0
            agent = ("ANNA", "BEN", None)[number % 3] if outcome == "answered" else None
            row = contact(
                started,
                outcome,
                wait_seconds=wait,
                talk_seconds=number if agent else 0,
                agent=agent,
                category=("0101", "0201", None)[number % 3],
                number=f"1381234{number:04}",
            )
            found.append({"centre": centre, **row})
    return found


def january(folder: Path) -> list[dict[str, Any]]:
    """Load those; answers all rows."""
    rows = january_rows()
    for centre, letters in (("4401", "GZ"), ("4403", "SZ")):
        own = [
            {name: value for name, value in row.items() if name != "centre"}
            for row in rows
            if row["centre"] == centre
        ]
        load(folder, own, centre=centre, batch=f"{letters}-contacts-test")
    return rows
