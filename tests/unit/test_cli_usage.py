"""Twenty wrong command lines for each command: exit 2, one line that says what is allowed, nothing begun.

None of them comes as far as the database. Those that name something that is not there: tests/integration.
"""

import json
import sys

import click
import pytest
from click.testing import CliRunner, Result

from canton.accounts import commands as accounts
from canton.bench import commands as bench
from canton.cli import main, up
from canton.exchange import commands as exchange
from canton.kernel import bootstrap

# Each line is cut at blanks; {file} is a file that is there, {folder} its folder.
INTAKE = "intake {file} --dataset contacts --centre 4401"
REPORT = "report traffic --from 1999-01-01 --to 1999-01-31"
WRONG = {
    "intake": [
        ("intake", "Missing argument 'FILE'"),
        ("intake {file}", "--dataset"),
        ("intake {file} --dataset contacts", "--centre"),
        ("intake {file} --centre 4401", "--dataset"),
        ("intake nosuch.csv --dataset contacts --centre 4401", "does not exist"),
        ("intake {folder} --dataset contacts --centre 4401", "is a directory"),
        (f"{INTAKE} more.csv", "unexpected extra argument"),
        (f"{INTAKE} --nosuch", "--layout"),
        (f"{INTAKE} -z", "-z"),
        (f"{INTAKE} --sequence -1", "x>=0"),
        (f"{INTAKE} --sequence x", "integer"),
        (f"{INTAKE} --sequence 1.5", "integer"),
        (f"{INTAKE} --sequence", "requires an argument"),
        (f"{INTAKE} --period", "requires an argument"),
        (f"{INTAKE} --layout", "requires an argument"),
        ("intake {file} --dataset", "requires an argument"),
        ("intake --centre", "requires an argument"),
        (f"{INTAKE} --json=yes", "does not take a value"),
        (f"{INTAKE} --try=1", "does not take a value"),
        (f"{INTAKE} --sequnce 1", "--sequence"),
    ],
    "send": [
        ("send", "Missing argument 'FILE'"),
        ("send nosuch.csv", "does not exist"),
        ("send {folder}", "is a directory"),
        ("send {file} more.csv", "unexpected extra argument"),
        ("send {file} --nosuch", "--period"),
        ("send {file} -w", "-w"),
        ("send {file} --via", "requires"),
        ("send {file} --via post", "'sftp', 'https'"),
        ("send {file} --sequence -1", "0<=x<=999999"),
        ("send {file} --sequence 1000000", "0<=x<=999999"),
        ("send {file} --sequence one", "integer"),
        ("send {file} --timeout 0", "x>=1"),
        ("send {file} --timeout -5", "x>=1"),
        ("send {file} --timeout soon", "integer"),
        ("send {file} --wait=1", "does not take a value"),
        ("send {file} --json=1", "does not take a value"),
        ("send {file} --dataset", "requires"),
        ("send {file} --encoding utf-99", "gb18030"),
        ("send {file} --encoding", "requires"),
        ("send {file} --peroid 1999-01", "--period"),
    ],
    "link": [
        ("link", "add, export, list, revoke, rotate"),
        ("link nosuch", "add, export, list, revoke, rotate"),
        ("link add", "Missing argument 'CARD'"),
        ("link add nosuch.json", "No such file"),
        ("link add {file} --port 0", "1<=x<=65535"),
        ("link add {file} --port 70000", "1<=x<=65535"),
        ("link add {file} --port x", "integer"),
        ("link add {file} --via post", "'sftp', 'https'"),
        ("link add {file} --host", "requires"),
        ("link add {file} --url", "requires"),
        ("link add --nosuch", "--host"),
        ("link export 44", "unexpected extra argument"),
        ("link list --nosuch", "--json"),
        ("link rotate --overlap-days 0", "1<=x<=90"),
        ("link rotate --overlap-days 91", "1<=x<=90"),
        ("link rotate --overlap-days x", "integer"),
        ("link rotate now", "unexpected extra argument"),
        ("link revoke", "Missing argument 'CENTRE'"),
        ("link revoke 4401 key more", "unexpected extra argument"),
        ("link export --nosuch", "--json"),
    ],
    "report": [
        ("report", "Missing argument 'NAME'"),
        ("report traffic", "--from"),
        ("report traffic --from 1999-01-01", "--to"),
        ("report traffic --to 1999-01-01", "--from"),
        (f"{REPORT} more", "unexpected extra argument"),
        (f"{REPORT} --nosuch", "--format"),
        ("report traffic --from 1999-13-01 --to 1999-12-01", "like 1999-01-31"),
        ("report traffic --from 1999-02-30 --to 1999-12-01", "like 1999-01-31"),
        ("report traffic --from 01.01.1999 --to 1999-12-01", "like 1999-01-31"),
        ("report traffic --from 1999-01-01 --to yesterday", "like 1999-01-31"),
        ("report traffic --from 1999-01 --to 1999-02", "like 1999-01-31"),
        ("report traffic --from -1 --to 1999-02-01", "like 1999-01-31"),
        ("report traffic --from --to 1999-02-01", "like 1999-01-31"),
        (f"{REPORT} --format doc", "'json', 'csv'"),
        (f"{REPORT} --format", "requires"),
        (f"{REPORT} --compare month", "'pop', 'yoy', 'both'"),
        (f"{REPORT} --out {{folder}}", "is a directory"),
        (f"{REPORT} --out {{folder}}/no/such.csv", "folder"),
        (f"{REPORT} --by", "requires"),
        (f"{REPORT} --formt csv", "--format"),
    ],
    "result": [
        ("result", "build, describe, list, send, show"),
        ("result nosuch", "build, describe, list, send, show"),
        ("result build", "NAME"),
        ("result build traffic-day", "PERIOD"),
        ("result build traffic-day 2026-11-22 more", "unexpected extra"),
        ("result build traffic-day 2026-11-22 --nosuch", "--json"),
        ("result send", "NAME"),
        ("result send traffic-day", "PERIOD"),
        ("result send traffic-day 2026-11-22 --agian", "--again"),
        ("result send traffic-day 2026-11-22 --again=1", "not take a value"),
        ("result send a b c", "unexpected extra"),
        ("result list traffic-day", "unexpected extra"),
        ("result list --name", "requires"),
        ("result list --centre", "requires"),
        ("result list --nosuch", "--centre"),
        ("result show", "NAME"),
        ("result show traffic-day", "PERIOD"),
        ("result show a b --sequence 0", "x>=1"),
        ("result show a b --sequence one", "integer"),
        ("result show a b --csv=1", "not take a value"),
    ],
    "query": [
        ("query --dataset", "requires"),
        ("query --where", "requires"),
        ("query contacts", "unexpected extra"),
        ("query --query nosuch.json", "No such file"),
        ("query --limit 0", "x>=1"),
        ("query --limit -3", "x>=1"),
        ("query --limit ten", "integer"),
        ("query --format doc", "'csv', 'json', 'xlsx', 'parquet'"),
        ("query --format xlsx --dataset contacts", "--out"),
        ("query --format parquet", "--out"),
        ("query --out {folder}", "is a directory"),
        ("query --out {folder}/no/such.csv", "folder"),
        ("query --nosuch", "--where"),
        ("query -q", "-q"),
        ("query --count=1", "does not take a value"),
        ("query --all=1", "does not take a value"),
        ("query --columns", "requires"),
        ("query --sort", "requires"),
        ("query --unmask", "requires"),
        ("query --wehre outcome=answered", "--where"),
    ],
    "classify": [
        ("classify", "--try TEXT"),
        ("classify --try", "requires"),
        ("classify --nosuch", "--try"),
        ("classify text", "train"),
        ("classify --json", "--try TEXT"),
        ("classify --json=1", "not take a value"),
        ("classify -t x", "-t"),
        ("classify train --labels", "requires"),
        ("classify train --labels nosuch.csv", "does not exist"),
        ("classify train --labels {folder}", "director"),
        ("classify train --labels {file} --out", "requires"),
        ("classify train --labels {file} --out {file}", "file"),
        ("classify train --labels {file} more", "unexpected extra"),
        ("classify train --nosuch", "--labels"),
        ("classify train --labels {file} --json=1", "not take a value"),
        ("classify learn", "train"),
        ("classify --trie x", "--try"),
        ("classify train {file}", "unexpected extra"),
        ("classify Train", "train"),
    ],
    "selfcheck": [
        ("selfcheck --nosuch", "--json"),
        ("selfcheck database", "unexpected extra"),
        ("selfcheck -j", "-j"),
        ("selfcheck --json=1", "not take a value"),
        ("selfcheck --jsno", "--json"),
        ("selfcheck database disk", "unexpected extra"),
    ],
    "account": [
        ("account", "link, open, reset-factor"),
        ("account nosuch", "link, open, reset-factor"),
        ("account open", "NUMBER"),
        ("account open 10001", "NAME"),
        ("account open 1 x y", "unexpected extra"),
        ("account open 1 x --role", "requires"),
        ("account open 1 x --centre", "requires"),
        ("account open 1 x --site", "requires"),
        ("account open 1 x --nosuch", "--role"),
        ("account link", "NUMBER"),
        ("account link 1 2", "unexpected extra"),
        ("account link 1 --nosuch", "--site"),
        ("account link --site", "requires"),
        ("account reset-factor", "NUMBER"),
        ("account reset-factor 1 2", "unexpected extra"),
        ("account reset-factor 1 --site x", "--site"),
        ("account reset", "reset-factor"),
        ("account --json", "--json"),
        ("account open -r x", "-r"),
        ("account Open 1 x", "open"),
    ],
    "bench": [
        ("bench", "processing"),
        ("bench nosuch", "processing"),
        ("bench processing --rows 10", "x>=1000"),
        ("bench processing --rows -1", "x>=1000"),
        ("bench processing --rows many", "integer"),
        ("bench processing --repeats 0", "1<=x<=9"),
        ("bench processing --repeats 10", "1<=x<=9"),
        ("bench processing --folder {file}", "is a file"),
        ("bench processing --nosuch", "--rows"),
        ("bench processing more", "unexpected extra"),
        ("bench processing --only", "requires"),
        ("bench traffic --rows 0", "x>=1000"),
        ("bench traffic --repeats x", "integer"),
        ("bench traffic --folder {file}", "is a file"),
        ("bench traffic --json=1", "not take a value"),
        ("bench query --rows 999", "x>=1000"),
        ("bench query --repeats 99", "1<=x<=9"),
        ("bench query more", "unexpected extra"),
        ("bench query --rows", "requires"),
        ("bench quey", "query"),
    ],
    "up": [
        ("up --port 80", "1024<=x<="),
        ("up --port 65530", "1024<=x<="),
        ("up --port -1", "1024<=x<="),
        ("up --port x", "integer"),
        ("up --port", "requires"),
        ("up --centre", "requires"),
        ("up --centre guangdong", "44 and 4401"),
        ("up --centre 44;1", "44 and 4401"),
        ("up --centre -1", "44 and 4401"),
        ("up --centre 44x", "44 and 4401"),
        ("up --centre ４４", "44 and 4401"),
        ("up --centre 1234567", "44 and 4401"),
        ("up --host", "requires"),
        ("up 8000", "unexpected extra"),
        ("up --nosuch", "--port"),
        ("up -p 8000", "-p"),
        ("up --demo=1", "not take a value"),
        ("up --bare=1", "not take a value"),
        ("up --prot 8000", "--port"),
        ("up now please", "unexpected extra"),
    ],
    "demo": [
        ("demo --days 0", "1<=x<=366"),
        ("demo --days 400", "1<=x<=366"),
        ("demo --days x", "integer"),
        ("demo --days -1", "1<=x<=366"),
        ("demo --pace -1", "x>=0"),
        ("demo --pace fast", "float"),
        ("demo --pace", "requires"),
        ("demo --nosuch", "--days"),
        ("demo now", "unexpected extra"),
        ("demo --live=1", "not take a value"),
    ],
    "canton": [
        ("nosuch", "selfcheck"),
        ("--nosuch", "--version"),
        ("-x", "-x"),
        ("inteak {file}", "intake"),
        ("Intake {file}", "intake"),
        ("--json", "--json"),
        ("worker --at-once 0", "x>=1"),
        ("worker --at-once x", "integer"),
        ("worker now", "unexpected extra"),
        ("manag", "manage"),
    ],
}
LINES = [(line, says) for lines in WRONG.values() for line, says in lines]


@pytest.fixture(autouse=True)
def nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def begun(**how: object) -> None:
        raise AssertionError("it came as far as the database")

    for module in (bootstrap, accounts, exchange):
        monkeypatch.setattr(module, "ready", begun)
    monkeypatch.setattr(up, "_run", begun)
    monkeypatch.setattr("canton.cli.signal.signal", lambda *_: None)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("usage")
    (folder / "there.csv").write_text("x\n")
    return {"file": str(folder / "there.csv"), "folder": str(folder)}


def canton(line: str, place: dict[str, str], *more: str) -> Result:
    words = [word.format(**place) for word in line.split()]
    return CliRunner().invoke(main, [*words, *more], prog_name="canton")


@pytest.mark.parametrize(("line", "says"), LINES, ids=[line for line, _ in LINES])
def test_wrong_usage_is_one_line_that_says_what_is_allowed(
    line: str, says: str, place: dict[str, str]
) -> None:
    result = canton(line, place)
    assert (result.exit_code, result.stdout) == (2, "" if "--json" not in line.split() else result.stdout)
    [told] = result.stderr.splitlines()
    assert told.startswith("E-USAGE: ")
    assert says in told


@pytest.mark.parametrize(
    "line", ["send nosuch.csv", "intake nosuch.csv", "selfcheck --nosuch", "bench processing x"]
)
def test_with_json_wrong_usage_is_json_too(line: str, place: dict[str, str]) -> None:
    result = canton(line, place, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert result.stderr == f"{error['code']}: {error['message']}\n"


def test_every_command_has_its_wrong_lines() -> None:
    names = set(main.list_commands(click.Context(main)))
    assert names - set(WRONG) <= {"manage", "worker"}  # Django's own, and one that only `up` calls
    assert bench.bench.name in WRONG and sys.argv
