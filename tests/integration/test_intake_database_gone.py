"""The database goes away in the middle of a step: what was committed stays, the rest is done later."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import prepared
import psycopg
import pytest
from contact_files import rows, write

from canton.kernel.database import shared
from canton.kernel.embedded import keys
from canton.kernel.embedded.cluster import Cluster

INTAKE = [sys.executable, "-m", "canton.cli", "intake"]
NAMED = ["--dataset", "contacts", "--centre", "4401", "--period", "1999-01", "--sequence", "1", "--json"]
# Stops the server when the step has its result and is about to enter it in the journal.
INTERRUPTED = """
import sys
import django
django.setup()
from canton.cli import main
from canton.intake import journal
from canton.kernel.embedded.cluster import Cluster
from canton.kernel.configuration import home
finish, step = journal.finish, sys.argv.pop(1)
def without_database(batch, ended, *rest, **named):
    if ended == step:
        Cluster(home(), durable=False).stop()
    finish(batch, ended, *rest, **named)
journal.finish = without_database
main(prog_name="canton")
"""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """The database of a home of its own."""
    with tempfile.TemporaryDirectory(prefix="canton-gone-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the database's account passes through
        prepared.furnish(home)
        cluster = Cluster(home, durable=False)
        with shared(cluster):
            yield cluster


def environment(cluster: Cluster) -> dict[str, str]:
    known = cluster.start()
    urls = {
        "CANTON_DATABASE_URL": known.url(keys.APP),
        "CANTON_DATABASE_OWNER_URL": known.url(keys.OWNER),
    }
    home = {"CANTON_HOME": str(cluster.home), "DJANGO_SETTINGS_MODULE": "canton.settings"}
    return {**prepared.surroundings(), **home, **urls}


def ended(command: list[str], told: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, env=told, capture_output=True, text=True, check=False, timeout=300)


def test_the_database_goes_in_the_check_and_in_the_load(cluster: Cluster, tmp_path: Path) -> None:
    file = str(write(tmp_path / "a.csv", rows(200)))
    for step in ("check", "load"):
        broken = ended(
            [sys.executable, "-c", INTERRUPTED, step, "intake", file, *NAMED], environment(cluster)
        )
        assert broken.returncode == 1, broken.stderr
        assert json.loads(broken.stdout)["error"]["code"] == "E-BATCH-DATABASE"
        assert not cluster.alive(), broken.stderr

    told = environment(cluster)
    with psycopg.connect(told["CANTON_DATABASE_URL"]) as session:
        assert session.execute("SELECT count(*) FROM records_load").fetchone() == (0,)
        assert session.execute("SELECT state, step FROM intake_batch").fetchone() == ("loading", "load")
    done = ended([*INTAKE, file, *NAMED], told)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["read"], answer["kept"], answer["duplicate"]) == (0, 200, 200, False)
    with psycopg.connect(told["CANTON_DATABASE_URL"]) as session:
        assert session.execute("SELECT count(*), sum(rows) FROM records_load").fetchone() == (1, 200)
