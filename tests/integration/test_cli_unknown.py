"""Commands that name something that is not there: exit 2, one line with what there is, nothing written."""

import json
from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result
from django.test import override_settings
from django.utils import translation
from exchange_nodes import link_up

from canton.accounts import commands as accounts
from canton.cli import main
from canton.exchange import commands as exchange
from canton.exchange.models import Outgoing
from canton.intake.models import Batch
from canton.kernel import bootstrap

INTAKE = "intake {file} --dataset contacts --centre 4401"
DAYS = "--from 1999-01-01 --to 1999-01-31"
FORMATS, CODES = "contacts, customers", "44, 4401, 4402, 4403"
LINES = [
    ("intake {file} --dataset weather --centre 4401", "E-FORMAT-UNKNOWN", FORMATS),
    ("intake {file} --dataset contacts --centre 9999", "E-BATCH-CENTRE", CODES),
    (f"{INTAKE} --try --centre 9999", "E-BATCH-CENTRE", CODES),
    (f"{INTAKE} --layout none-of-ours", "E-LAYOUT-UNKNOWN", "technion1999"),
    (f"{INTAKE} --layout gov_messages_2020", "E-USAGE", "is a layout of"),
    (f"{INTAKE} --layout {{folder}}/none.json", "E-USAGE", "No such file"),
    (f"{INTAKE} --period 1999-01", "E-BATCH-NAME", "1999-01 and 1"),
    (f"{INTAKE} --sequence 1", "E-BATCH-NAME", "1999-01 and 1"),
    (f"{INTAKE} --period ../x --sequence 1", "E-BATCH-NAME", "1999-01 and 1"),
    ("send {file} --dataset weather", "E-FORMAT-UNKNOWN", FORMATS),
    ("send {file} --period ../x --sequence 1", "E-PKG-DESCRIPTOR", "Letters, digits"),
    ("send {file} --period 1999-01", "E-PKG-DESCRIPTOR", "--sequence"),
    ("send {file} --layout a/b", "E-PKG-DESCRIPTOR", "Letters, digits"),
    ("link revoke 9999", "E-LINK-NONE", "44, 4401, 4403"),
    ("link revoke 44 nosuch", "E-KEY-UNKNOWN", "There are: "),
    (f"report weather {DAYS}", "E-REPORT-UNKNOWN", "traffic"),
    (f"report traffic {DAYS} --centre 9999", "E-REPORT-CENTRE", CODES),
    ("report traffic --from 1999-02-01 --to 1999-01-01", "E-REPORT-RANGE", "1999"),
    (f"report traffic {DAYS} --by weather", "E-USAGE", "city"),
    ("query --dataset weather", "E-QUERY-DATASET", "contacts"),
    ("query --dataset contacts --where mood=x", "E-QUERY-COLUMN", "outcome"),
    ("query --dataset contacts --columns mood", "E-QUERY-COLUMN", "outcome"),
    ("query --dataset contacts --join weather", "E-QUERY-", "contacts"),
    ("query --dataset contacts --where wait_seconds=soon", "E-QUERY-VALUE", "soon"),
    ("query --where outcome=answered", "E-QUERY-SHAPE", "dataset"),
    ("account open 10001 x --role king", "E-USAGE", "administration"),
    ("account open 10001 x --centre 9999", "E-ACCOUNT-CENTRE", CODES),
    ("account link 99999", "E-ACCOUNT-UNKNOWN", "99999"),
    ("account reset-factor 99999", "E-ACCOUNT-UNKNOWN", "99999"),
]


@pytest.fixture(autouse=True)
def there(home, centres, monkeypatch):
    link_up()
    for module in (bootstrap, accounts, exchange):
        monkeypatch.setattr(module, "ready", nullcontext)  # the database is there already
    with translation.override("en"):
        yield


def canton(line: str, folder, *more: str) -> Result:
    (folder / "there.csv").write_text("x\n")
    words = [word.format(file=folder / "there.csv", folder=folder) for word in line.split()]
    with override_settings(CANTON_CENTRE="4401" if line.startswith("send") else "44"):
        return CliRunner().invoke(main, [*words, *more], prog_name="canton")


@pytest.mark.parametrize(("line", "code", "says"), LINES, ids=[line for line, *_ in LINES])
def test_what_is_not_there_is_wrong_usage(line, code, says, tmp_path):
    result = canton(line, tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    [told] = result.stderr.splitlines()
    assert told.startswith(code)
    assert says in told
    assert not Outgoing.objects.exists() and not Batch.objects.exists()


def test_work_that_failed_ends_with_1_and_says_so_in_json_too(tmp_path):
    result = canton("link add {file} --json", tmp_path)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "E-LINK-CARD"
