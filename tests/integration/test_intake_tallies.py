"""The tally of batches says at any time what a count of them says."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from contact_files import rows, write
from django.db import connection, transaction
from test_intake_batches import handed_in

from canton.centres.selectors import Operator, own
from canton.intake import tallies
from canton.intake.models import Batch

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
COUNTED = """SELECT centre_id, dataset, standing, count(*), sum(refused) FROM intake_batch GROUP BY 1, 2, 3"""

pytestmark = [pytest.mark.usefixtures("centres", "home"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def batches(province: object, tmp_path: Path) -> list[Batch]:
    for number in range(6):
        path = write(tmp_path / f"{number}.csv", rows(1, first=number))
        handed_in(path, period="1999-01", sequence=number)
    return list(Batch.objects.order_by("sequence"))


def counted() -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        return {tuple(row) for row in cursor.fetchall()}


def told() -> set[tuple[object, ...]]:
    return {
        (each.centre, each.dataset, int(each.standing), each.batches, each.rows)
        for each in tallies.of_all(Operator(own()))
    }


def lines() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_tallyline")
        return int(cursor.fetchone()[0])


def test_it_keeps_up_with_every_change_and_with_folding(batches: list[Batch]) -> None:
    everything = Batch.objects.all()
    changes: list[Callable[[], object]] = [
        lambda: everything.filter(sequence__lt=4).update(state="loaded", read=9, kept=9),
        lambda: everything.filter(sequence=1).update(read=9, kept=4, refused=5),
        lambda: everything.filter(sequence=2).update(replaced_by=batches[3]),
        lambda: everything.filter(sequence=5).update(state="failed", error_code="E-X"),
        lambda: everything.filter(sequence=2).delete(),
        lambda: everything.filter(sequence=1).update(refused=0, kept=9),
    ]
    assert told() == counted() != set()
    for change in changes:
        before = counted()
        change()
        assert told() == counted() != before
        tallies.fold()
        assert told() == counted()
        assert lines() == len(counted())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        everything.update(state="failed", error_code="E-X")
        raise ZeroDivisionError
    assert told() == counted()


def test_folding_waits_for_nobody_and_forgets_nobody(batches: list[Batch], app_url: str) -> None:
    with psycopg.connect(app_url) as other:
        other.execute("SET lock_timeout = '5s'")
        other.execute("UPDATE intake_batch SET state = 'failed', error_code = 'E-X' WHERE sequence = 1")
        tallies.fold()  # while the other has not committed
        Batch.objects.filter(sequence=2).update(state="failed", error_code="E-X")  # nor this wait for it
        assert told() == counted()
        other.commit()
    assert told() == counted()
    tallies.fold()
    assert told() == counted()
