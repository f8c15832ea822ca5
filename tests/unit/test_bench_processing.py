"""The bench measures what is installed, and finds the contenders of one mind."""

import json

import pytest
from click.testing import CliRunner

from canton.bench import processing
from canton.bench.commands import bench
from canton.bench.contenders import NAMES, PEERS


def test_peers_that_are_not_installed_are_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "installed", lambda name: name not in PEERS)
    done = CliRunner().invoke(bench, ["processing", "--rows", "2000", "--repeats", "1", "--json"])
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["rows"] == 2000
    assert {run["name"].split(":")[0] for run in answer["runs"]} == NAMES.keys() - PEERS
    assert all(run["seconds"] >= 0 and run["peak_mib"] > 0 for run in answer["runs"])
    [refused] = {run["refused"] for run in answer["runs"] if run["name"].startswith("Canton")}
    assert 12 <= refused <= 24  # twelve kinds of dirt, each on one row in 1,200
    for name in PEERS:
        assert f"{name} is not installed" in done.stderr


def test_contenders_that_refuse_other_lines_are_told() -> None:
    laps = {
        name: [processing.Lap(1.0, 1.0, {}, frozenset(lines))]
        for name, lines in {"Canton": {3, 4}, "Polars": {3, 5}}.items()
    }
    with pytest.raises(processing.Disagreement, match=r"differ in \[4, 5\]"):
        processing._require_agreement(laps)
