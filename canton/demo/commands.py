"""`canton demo`: fill a running province with made-up calls, sent by its cities through the front door."""

import json
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from canton.exchange.receipts import Outcome

    from .schedule import Answering
    from .show import Sent, Show
    from .staff import Account

PATIENCE = 1800.0  # seconds for the last receipt of the history
LOOK = 4.0  # seconds between two looks for receipts


@click.command()
@click.option("--live", is_flag=True, help="Go on with an hour of a city at a time, until stopped.")
@click.option("--days", default=28, show_default=True, type=click.IntRange(1, 366), help="How far back.")
@click.option(
    "--pace",
    default=25.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds between two live batches.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def demo(live: bool, days: int, pace: float, as_json: bool) -> None:
    """Fill the running province with made-up calls of its cities; again, it sends only what is new.

    Prints the address and an account for each role, then waits until every batch has its receipt. The centre
    must be up (`canton up`).
    """
    from canton.kernel.bootstrap import ready

    with ready():
        _run(days, as_json, pace=pace if live else None)


def _run(days: int, as_json: bool, *, pace: float | None) -> None:
    from django.utils import timezone

    from canton.centres.selectors import own

    from . import post, schedule, show, upwards
    from .staff import open_accounts

    door = post.front_door()
    province = own()
    stage = show.prepare(province, way=door, now=timezone.now())
    accounts = open_accounts(show.folder() / "accounts.json", province=province, now=timezone.now())
    kept, by = show.folder() / "schedule", _reminding(accounts)
    schedule.put_up(province, kept=kept, days=days, by=by, now=timezone.now())
    if not as_json:
        _welcome(door.address, accounts)
    waiting: dict[str, Sent] = {}
    for sent in stage.history(now=_wall_clock(), days=days):
        waiting[sent.sha256] = sent
        _narrate(f"{sent.city} {sent.period}: {sent.rows} rows on their way")
    show.write_rules(province, now=timezone.now())
    for sent in stage.cases(now=_wall_clock(), days=days):
        waiting[sent.sha256] = sent
        _narrate(f"{sent.city} {sent.period}: {sent.rows} cases on their way")
    answering = schedule.Answering(province.code, door.verify_key, door)
    batches = _await_answers(stage, waiting, answering)
    packages = [each.number for each in upwards.report_up(province, now=timezone.now())]
    for number in packages:
        _narrate(f"{number}: built, waits for the nation or stays here")
    if as_json:
        result = {
            "address": door.address,
            "accounts": [asdict(each) for each in accounts],
            "batches": batches,
            "results": packages,
        }
        click.echo(json.dumps(result, ensure_ascii=False))
        sys.stdout.flush()
    if pace is not None:
        _go_on(stage, waiting, pace, answering)


def _reminding(accounts: "list[Account]") -> str:
    """The staff number of whoever looks after the transmission."""
    return next((each.number for each in accounts if each.role == "transmission"), "demo")


def _answer_reminders(stage: "Show", answering: "Answering") -> None:
    """Have the cities that answer say something to the reminders laid out for them."""
    from tempfile import TemporaryDirectory

    from django.utils import timezone

    from . import schedule

    for city in schedule.ANSWERING:
        if city not in stage.keyrings or not schedule.waiting(city):
            continue
        with TemporaryDirectory(prefix="canton-demo-") as folder:
            if answering.answer(stage.keyrings[city], Path(folder), now=timezone.now()):
                _narrate(f"{city} answered its reminder")


def _await_answers(
    stage: "Show", waiting: "dict[str, Sent]", answering: "Answering"
) -> list[dict[str, object]]:
    """Wait for the receipts of what was sent; what each said, in the order they came."""
    told = []
    deadline = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline:
        for sent, outcome in stage.answers(waiting):
            _narrate(_said(sent, outcome))
            told.append({"city": sent.city, "period": sent.period, **asdict(outcome)})
        _answer_reminders(stage, answering)
        time.sleep(LOOK if waiting else 0)
    return told


def _go_on(stage: "Show", waiting: "dict[str, Sent]", pace: float, answering: "Answering") -> None:
    for sent in stage.live(_wall_clock, pace=pace):
        waiting[sent.sha256] = sent
        _answer_reminders(stage, answering)
        for answered, outcome in stage.answers(waiting):
            _narrate(_said(answered, outcome))


def _said(sent: "Sent", outcome: "Outcome") -> str:
    if not outcome.accepted:
        return f"{sent.city} {sent.period}: refused whole, {outcome.error_code}"
    return f"{outcome.batch}: {outcome.read} read, {outcome.kept} kept, {outcome.refused} refused"


def _welcome(address: str, accounts: "list[Account]") -> None:
    """What a visitor needs: where, and as whom."""
    width = max(len(account.role) for account in accounts)
    click.echo(f"Demonstration at {address}")
    for account in accounts:
        click.echo(f"  {account.role:<{width}}  {account.number}  {account.password}  ({account.centre})")
    sys.stdout.flush()


def _narrate(line: str) -> None:
    """For whoever watches; it is no result."""
    click.echo(line, err=True)


def _wall_clock() -> datetime:
    """The time of day in Guangdong, as its exchanges write it."""
    from django.utils import timezone

    return timezone.localtime().replace(tzinfo=None)
