"""Measure the batch list with 100,000 batches, on a PostgreSQL and a home of its own.

    python scripts/batch_list.py [--batches 100000] [--explain]

Prints the median and the slowest time at the server of each way to look at the list, in milliseconds; with
--explain also the plan of the query for its rows. Ends with 1 when a median is over 100 ms.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 100.0  # milliseconds
TIMES = 7
WAYS = (
    "",
    "?page=20",
    "?state=rows",
    "?state=failed",
    "?city=4401",
    "?sort=-received",
    "?sort=-refused",
    "?sort=city",
    "?sort=-period",
    "?sort=read",
    "?q=77777",
)
PEOPLE = (("data_processing", "44"), ("statistics", "4401"))

# Of a thousand: 2 stopped, 5 refused whole, 3 replaced, 150 with refused rows; and 10 under way in all.
BATCHES = """
INSERT INTO intake_batch (
    number, centre_id, dataset, version, period, sequence, sha256, original_id, layout, route, sent_by, state,
    step, read, kept, refused, repaired, checked_against, error_code, error_detail, error_facts, received_at,
    finished_at, taken_back_by)
SELECT 'XX-contacts-' || n,
    (SELECT array_agg(code ORDER BY code) FROM centres_centre WHERE parent_id = '44')[n %% 21 + 1],
    'contacts', '1.0', to_char(now() - n / 21 * interval '1 hour', 'YYYY-MM-DD"T"HH24'), 1,
    md5(n::text) || md5(n::text), %(original)s, 'contacts-1.0', 'sftp', 'link:4401', s, 'receipt',
    CASE s WHEN 'loaded' THEN 5000 ELSE 0 END, CASE s WHEN 'loaded' THEN 5000 - r ELSE 0 END,
    CASE s WHEN 'loaded' THEN r ELSE 0 END, 0, '', CASE s WHEN 'loaded' THEN '' ELSE 'E-X' END, '', '{}',
    now() - n * interval '7 minutes',
    CASE WHEN s IN ('loaded', 'refused') THEN now() - (n * 7 - 1) * interval '1 minute' END, ''
FROM (SELECT n,
    CASE WHEN n <= 10 THEN 'checking' WHEN n %% 500 = 7 THEN 'failed' WHEN n %% 200 = 11 THEN 'refused'
        ELSE 'loaded' END AS s,
    CASE WHEN n %% 100 < 15 THEN 40 ELSE 0 END AS r
    FROM generate_series(1, %(batches)s) AS n) AS made
"""
REPLACED = (
    "UPDATE intake_batch SET replaced_by_id = id - 1 WHERE id %% 333 = 5 AND state = 'loaded' AND id > 1"
)
STEPS = """
INSERT INTO intake_steprun (batch_id, step, state, attempts, started_at, ended_at, seconds, detail)
SELECT id, s, 'done', 1, received_at, received_at, 0.5, '{}'
FROM intake_batch, unnest(ARRAY['receive', 'check', 'classify', 'sort', 'load', 'receipt']) AS s
"""


def fill(batches: int) -> None:
    """The batches with all their steps, straight into the tables."""
    from django.db import connection
    from django.utils import timezone

    from canton.records.models import Original

    original = Original.objects.create(
        sha256="0" * 64, bytes=1, name="a.csv", centre_id="4401", received_at=timezone.now()
    )
    with connection.cursor() as cursor:
        cursor.execute(BATCHES, {"original": original.pk, "batches": batches})
        cursor.execute(REPLACED, [])
        cursor.execute(STEPS, [])


def browser(role: str, centre: str) -> Any:
    """Somebody who has signed in."""
    from django.test import Client

    from canton.accounts.models import Staff
    from canton.centres.models import Centre

    where = Centre.objects.get(code=centre)
    staff = Staff.objects.create_user(f"9{centre:0>4}", role=role, centre=where, name=role)
    client = Client(headers={"host": "localhost"})
    client.force_login(staff, backend="canton.accounts.backends.RoleBackend")
    return client


def timed(client: Any, address: str) -> list[float]:
    """Milliseconds of each look, after one that does not count."""
    taken = []
    for _ in range(TIMES + 1):
        begun = time.perf_counter()
        answer = client.get(address)
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == HTTPStatus.OK, answer.status_code
    return taken[1:]


def explain() -> str:
    """The plan of the query for the rows of the first page, as the province sees it."""
    from django.utils import timezone

    from canton.centres.models import Centre
    from canton.centres.selectors import Operator
    from canton.intake import terminal

    viewer = Operator(Centre.objects.get(code="44"))
    found = terminal.named(terminal.visible(viewer), terminal.Filters(), now=timezone.now())
    return terminal.listed(found, terminal.Filters())[:50].explain(analyze=True)


def _owner(home: Path) -> str:
    """The embedded database's address for the role that owns its tables."""
    from canton.kernel.embedded import keys

    known = keys.load(home)
    assert known is not None
    return known.url(keys.OWNER)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Fill, look, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--batches", type=int, default=100_000)
    parser.add_argument("--explain", action="store_true")
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="canton-list-"))
    home.chmod(0o711)
    os.environ |= {
        "CANTON_HOME": str(home),
        "CANTON_CENTRE": "44",
        "DJANGO_SETTINGS_MODULE": "canton.settings",
    }
    os.environ["CANTON_HOSTS"] = "localhost"
    import psycopg

    from canton.kernel.bootstrap import ready

    slow = False
    try:
        with ready():
            fill(asked.batches)
            with psycopg.connect(_owner(home), autocommit=True) as owner:
                owner.execute("VACUUM ANALYZE")  # as autovacuum does within a minute
            for role, centre in PEOPLE:
                client = browser(role, centre)
                for way in WAYS:
                    taken = timed(client, f"/data/batches/{way}")
                    middle = statistics.median(taken)
                    slow |= middle > LIMIT
                    say(f"{role:<16} {way or '(first page)':<18} {middle:6.1f} {max(taken):6.1f}")
            if asked.explain:
                say(explain())
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
