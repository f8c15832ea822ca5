"""Whatever a file looks like, each row has the line it begins in: compared with Python's own CSV reader."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_files import HEADER, process, row, text

from canton.intake import steps
from canton.intake.lines import Lines
from canton.intake.parsing import Reader
from canton.intake.plan import Limits

PLAIN = st.text(alphabet="abc,\"\n' 广", max_size=8)
PIECES = st.one_of(
    st.tuples(st.just("good"), PLAIN),
    st.tuples(st.just("broken"), PLAIN),
    st.tuples(st.just("blank"), st.just("")),
    st.tuples(st.just("short"), PLAIN),
    st.tuples(st.just("long"), PLAIN),
)


def lines_by_python(content: str) -> tuple[dict[str, int], dict[int, str]]:
    """Line of each whole record by contact, and reason of each that has another number of values."""
    reader, good, structural, before = csv.reader(content.split("\n")), {}, {}, 0
    lines = iter(enumerate(content.removesuffix("\n").split("\n"), start=1))
    reader = csv.reader((line + "\n" for _, line in lines), strict=True)
    next(reader)
    before = reader.line_num
    for values in reader:
        line, before = before + 1, reader.line_num
        if not values:
            continue
        if len(values) == len(HEADER):
            good[values[0]] = line
        else:
            structural[line] = "row:too_few_fields" if len(values) < len(HEADER) else "row:too_many_fields"
    return good, structural


def one_line(value: str) -> str:
    return value.replace("\n", " ")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, min_size=1, max_size=12), st.booleans(), st.booleans())
def test_every_row_has_the_line_it_begins_in(
    pieces: list[tuple[str, str]], multi_line: bool, last_end: bool
) -> None:
    content = text([]).decode()
    for number, (kind, value) in enumerate(pieces):
        sent = value if multi_line and kind in ("good", "broken") else one_line(value)
        values = row(contact_id=f"id{number}", recording=sent)
        if kind == "broken":
            values = row(contact_id=f"id{number}", recording=sent, channel="pigeon", roaming="")
        shaped = {"short": values[:5], "long": [*values, sent, sent], "blank": []}.get(kind, values)
        content += text([shaped], header=[]).decode().split("\n", 1)[1] if shaped else "\n"
    content += text([row(contact_id="last")], header=[]).decode().split("\n", 1)[1]
    good, structural = lines_by_python(content)
    with TemporaryDirectory() as folder:
        found = process((content if last_end else content.removesuffix("\n")).encode(), Path(folder))
    broken = {f"id{number}" for number, (kind, _) in enumerate(pieces) if kind == "broken"}
    assert {name: kept["line"] for name, kept in found.kept.items()} == {
        name: line for name, line in good.items() if name not in broken
    }
    refused = dict(structural)
    expected = sorted(
        [*refused.items()]
        + [(good[name], reason) for name in broken for reason in ("channel:code", "roaming:required")]
    )
    assert sorted(found.reasons) == expected
    assert found.checked.read == len(good) + len(structural)
    assert found.checked.read == found.checked.kept + found.checked.refused
    assert {each["recording"] for each in found.kept.values()} <= {
        *(value or None for _, value in pieces),
        *(one_line(value) or None for _, value in pieces),
        "a.wav",
    }


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet='ab,"\n 广', max_size=120))
def test_whatever_the_bytes_every_line_is_accounted_for(noise: str) -> None:
    content = text([row(contact_id=f"r{number}") for number in range(40)]).decode() + noise
    with TemporaryDirectory() as folder:
        found = process(content.encode(), Path(folder))
    assert found.checked.read == found.checked.kept + found.checked.refused
    assert found.checked.refused == len({line for line, _ in found.reasons})
    assert [found.kept[f"r{number}"]["line"] for number in range(40)] == list(range(2, 42))
    assert len(noise.split("\n")) >= found.checked.read - 40


def test_the_fast_and_the_exact_reading_agree(tmp_path: Path, monkeypatch: object) -> None:
    rows = [
        row(contact_id=f"r{n}", agent=f'A "{n}", b', channel="voice" if n % 7 else "?") for n in range(300)
    ]
    content = text(rows).splitlines()
    content[40] += b",more"
    content[200] = content[200][:30]
    (tmp_path / "fast").mkdir()
    (tmp_path / "exact").mkdir()
    fast = process(b"\n".join(content), tmp_path / "fast")
    content[7] += b"\r"
    exact = process(b"\n".join(content) + b"\n\n\n", tmp_path / "exact")
    assert (fast.checked.exact, exact.checked.exact) == (False, True)
    assert fast.refused == exact.refused
    assert fast.kept == exact.kept


def test_a_long_value_of_several_lines_is_one_record(tmp_path: Path) -> None:
    content = text([row(contact_id="a", recording="x\n" * 90), row(contact_id="b")])
    found = process(content, tmp_path)
    assert {name: kept["line"] for name, kept in found.kept.items()} == {"a": 2, "b": 93}


def test_a_quotation_mark_that_never_closes_is_given_up_after_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b'a,b\n1,"x\n' + b"2,y\n" * 50)
    lines = Lines(path)
    lines.add(path.stat().st_size, 52)
    reader = Reader(lines, columns=2, delimiter=",", quote='"', limits=Limits(value_lines=10))
    found = list(reader.records())
    assert (found[0].line, found[0].reason) == (2, "row:quoting")
    assert [record.line for record in found[1:]] == list(range(3, 53))


def test_running_a_step_again_replaces_it_and_sweeps_what_a_kill_left(tmp_path: Path) -> None:
    (tmp_path / "check.tmp-dead").mkdir()
    (tmp_path / "check.tmp-dead" / "refused.parquet").write_bytes(b"half")
    first = process(text([row(), row(contact_id="x", channel="")]), tmp_path)
    again = process(text([row(), row(contact_id="x", channel="")]), tmp_path)
    assert first.refused == again.refused
    assert first.kept == again.kept
    assert sorted(path.name for path in tmp_path.iterdir()) == ["check", "classify", "sort", "upload.csv"]
    assert steps.counts.read(steps.Checked, tmp_path / "check").kept == 1


def test_a_file_of_many_stretches_keeps_every_line(tmp_path: Path) -> None:
    rows = 400_000
    good = ",".join(row(contact_id="id"))
    lines = [good.replace("id", f"id{line}", 1) for line in range(2, rows + 2)]
    bad = range(997, rows, 9_973)
    for place in bad:
        lines[place] = lines[place].replace("voice", "pigeon") if place % 2 else lines[place] + ",more"
    found = process("\n".join([",".join(HEADER), *lines]).encode(), tmp_path)
    assert not found.checked.exact
    assert found.reasons == [
        (place + 2, "channel:code" if place % 2 else "row:too_many_fields") for place in bad
    ]
    assert len(found.kept) == rows - len(bad)
    assert all(name == f"id{kept['line']}" for name, kept in found.kept.items())


def test_what_a_killed_process_spilled_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / "spill" / "duckdb_temp_storage-0.tmp"
    left.parent.mkdir()
    left.write_bytes(b"x" * 1_000)
    assert process(text([row()]), tmp_path).checked.kept == 1
    assert not left.exists()
