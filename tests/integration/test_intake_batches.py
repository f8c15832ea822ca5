"""What is the same batch, what corrects another, and that no row is loaded twice or lost."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from contact_files import row, rows, write

from canton.intake import services
from canton.intake.choices import Route, State
from canton.intake.errors import BadName, UnknownCentre
from canton.intake.layout import load_layout
from canton.intake.models import Agent, Batch
from canton.intake.repair.refused import RefusedRows
from canton.records import selectors as records
from canton.records.models import Original

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ANY_DAY = {"start": date(1998, 1, 1), "end": date(2000, 1, 1)}

pytestmark = pytest.mark.usefixtures("centres", "home")


def handed_in(path: Path, **changes: object) -> services.Accepted:
    given: dict[str, object] = {
        "path": path,
        "name": path.name,
        "centre": "4401",
        "layout": load_layout("contacts-1.0"),
        "route": Route.COMMAND,
        "by": "cli",
    }
    return services.accept_file(services.Upload(**{**given, **changes}), now=NOW)  # type: ignore[arg-type]


def taken_in(path: Path, **changes: object) -> Batch:
    accepted = handed_in(path, **changes)
    return services.run(accepted.batch.number, clock=lambda: NOW).batch


def loaded(*centres: str) -> list[str]:
    """Ids of the contacts a reader finds, with repetitions."""
    files = records.files("contacts", centres=centres or ["4401"], **ANY_DAY)
    if not files:
        return []
    names = [str(file) for file in files]
    return [each for (each,) in duckdb.execute("select contact_id from read_parquet(?)", [names]).fetchall()]


def ids(numbers: Iterable[int]) -> list[str]:
    return [f"C{number:06}" for number in numbers]


def test_rows_that_keep_the_format_are_loaded_and_the_others_are_explained(tmp_path: Path) -> None:
    content = [*rows(3), row(3, channel="pigeon"), row(4, wait_seconds=-1, talk_seconds="x"), row(5)]
    batch = taken_in(write(tmp_path / "a.csv", content))

    assert (batch.state, batch.read, batch.kept, batch.refused) == (State.LOADED, 6, 4, 2)
    assert sorted(loaded()) == ids([0, 1, 2, 5])
    found = {(each.line, each.column, each.value) for each in RefusedRows(batch)}
    assert found == {(5, "channel", "pigeon"), (6, "wait_seconds", "-1"), (6, "talk_seconds", "x")}
    assert [each.line for each in RefusedRows(batch)[1:]] == [6, 6]
    assert sum(reason.rows for reason in batch.reasons.all()) == 3


def test_the_same_content_again_is_the_same_batch(tmp_path: Path) -> None:
    first = taken_in(write(tmp_path / "a.csv", rows(3)))
    again = handed_in(write(tmp_path / "b.csv", rows(3)))
    assert (again.batch, again.again) == (first, True)
    assert not services.run(first.number, clock=lambda: NOW).worked
    assert sorted(loaded()) == ids(range(3))


def test_a_corrected_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    name = {"period": "1999-01", "sequence": 1}
    first = taken_in(write(tmp_path / "a.csv", rows(3)), **name)
    second = taken_in(write(tmp_path / "b.csv", rows(2)), **name)
    first.refresh_from_db()

    assert (first.number, second.number) == ("GZ-contacts-1999-01-1", "GZ-contacts-1999-01-1-r2")
    assert (first.replaced_by, second.kept, second.refused) == (second, 2, 0)
    assert sorted(loaded()) == ids(range(2))


def test_going_back_to_the_first_version_is_a_correction_too(tmp_path: Path) -> None:
    name = {"period": "1999-01", "sequence": 1}
    for count in (3, 2, 3):
        batch = taken_in(write(tmp_path / "a.csv", rows(count)), **name)
    assert batch.number == "GZ-contacts-1999-01-1-r3"
    assert sorted(loaded()) == ids(range(3))


def test_an_older_version_that_comes_to_be_loaded_later_is_refused(tmp_path: Path) -> None:
    name = {"period": "1999-01", "sequence": 1}
    late = handed_in(write(tmp_path / "a.csv", rows(3)), **name).batch
    newer = taken_in(write(tmp_path / "b.csv", rows(2)), **name)
    late = services.run(late.number, clock=lambda: NOW).batch
    assert (late.state, late.error_code, late.replaced_by) == (State.REFUSED, "E-BATCH-OVERTAKEN", newer)
    assert sorted(loaded()) == ids(range(2))


def test_a_contact_loaded_in_one_batch_is_refused_in_the_next(tmp_path: Path) -> None:
    taken_in(write(tmp_path / "a.csv", rows(3)))
    second = taken_in(write(tmp_path / "b.csv", rows(3, first=2)))
    assert (second.kept, second.refused) == (2, 1)
    assert [(each.line, each.reason) for each in RefusedRows(second)] == [(2, "contact_id:already_loaded")]
    assert sorted(loaded()) == ids(range(5))


def test_other_centres_may_use_the_same_ids(tmp_path: Path) -> None:
    taken_in(write(tmp_path / "a.csv", rows(3)))
    other = taken_in(write(tmp_path / "b.csv", rows(3, centre="4406")), centre="4406")
    assert (other.number[:2], other.kept) == ("FS", 3)
    assert sorted(loaded("4401", "4406")) == sorted(ids(range(3)) * 2)


def test_a_file_refused_whole_may_be_handed_in_again_with_the_right_layout(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(3))
    wrong = taken_in(path, layout=load_layout("technion1999"))
    assert (wrong.state, wrong.error_code, wrong.read) == (State.REFUSED, "E-FILE-HEADER", 0)
    assert loaded() == []
    right = handed_in(path)
    assert (right.batch, right.again) == (wrong, False)
    assert services.run(wrong.number, clock=lambda: NOW).batch.state == State.LOADED
    assert len(loaded()) == 3


def test_unknown_agents_are_registered_for_their_centre(tmp_path: Path) -> None:
    content = [row(0, agent="ANNA"), row(1, agent="BO"), row(2, agent="ANNA"), row(3, agent="")]
    batch = taken_in(write(tmp_path / "a.csv", content))
    assert batch.kept == 4
    assert list(Agent.objects.values_list("centre_id", "name")) == [("4401", "ANNA"), ("4401", "BO")]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"centre": "9999"}, UnknownCentre),
        ({"period": "1999-01"}, BadName),
        ({"sequence": 1}, BadName),
        ({"period": "../../etc", "sequence": 1}, BadName),
    ],
)
def test_what_cannot_be_a_batch_leaves_nothing(
    tmp_path: Path, home: Path, changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        handed_in(write(tmp_path / "a.csv", rows(1)), **changes)
    assert not Original.objects.exists()
    assert not (home / "originals").exists()


def test_a_city_takes_no_files_of_another(tmp_path: Path, settings: object) -> None:
    settings.CANTON_CENTRE = "4406"  # type: ignore[attr-defined]
    with pytest.raises(UnknownCentre):
        handed_in(write(tmp_path / "a.csv", rows(1)))


def test_the_work_folder_goes_when_the_batch_is_done(tmp_path: Path, home: Path) -> None:
    batch = taken_in(write(tmp_path / "a.csv", rows(3)))
    assert not (home / "work" / batch.number).exists()
    assert [run.state for run in batch.steps.all()] == ["done"] * 6
