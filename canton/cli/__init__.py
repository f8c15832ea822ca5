"""`canton`: one command for everything. A room's commands are imported when they are called, not before."""

import json
import os
import signal
import sys
import traceback
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import Any

import click

from canton.kernel.errors import CantonError
from canton.kernel.usage import code_of, line_of

COMMANDS = {
    "up": "canton.cli.up:up",
    "intake": "canton.intake.commands:intake",
    "report": "canton.reports.commands:report",
    "result": "canton.results.commands:result",
    "query": "canton.queries.commands:query",
    "classify": "canton.codes.commands:classify",
    "send": "canton.exchange.commands:send",
    "link": "canton.exchange.commands:link",
    "account": "canton.accounts.commands:account",
    "selfcheck": "canton.monitoring.commands:selfcheck",
    "demo": "canton.demo.commands:demo",
    "bench": "canton.bench.commands:bench",
    "manage": "canton.cli.manage:manage",
    "worker": "canton.cli.worker:worker",
}
UNEXPECTED, WRONG_USAGE = "E-UNEXPECTED", 2


class House(click.Group):
    """The commands whose room is there; failures end as one line, with --json as JSON too.

    Wrong usage ends with 2, work that failed with 1.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if self.get_command(ctx, name) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module, _, attribute = COMMANDS.get(cmd_name, "").partition(":")
        if not module or find_spec(module.rpartition(".")[0]) is None or find_spec(module) is None:
            return None
        command = getattr(import_module(module), attribute, None)
        return command if isinstance(command, click.Command) else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["canton.json"] = "--json" in args
        try:
            return super().parse_args(ctx, args)
        except click.exceptions.NoArgsIsHelpError:
            raise  # nothing was asked: the list of commands is the answer
        except click.UsageError as error:
            _report(ctx, code_of(error), line_of(error))
            ctx.exit(WRONG_USAGE)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _report(ctx, code_of(error), line_of(error))
            ctx.exit(WRONG_USAGE)
        except CantonError as error:
            _report(ctx, error.code, error.message)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the last one to see it
            traceback.print_exc()
            _report(ctx, UNEXPECTED, f"{type(error).__name__}: {error}")
        ctx.exit(1)


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="canton", prog_name="canton")
def main() -> None:
    """Canton, the software of a provincial customer-service centre.

    CANTON_HOME names the folder of the centre's data, CANTON_CENTRE its code (44 unless told).
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        for order in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(order, _end)


def _end(number: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that nothing we started stays behind."""
    sys.exit(128 + number)


def _report(ctx: click.Context, code: str, message: str) -> None:
    click.echo(f"{code}: {message}", err=True)
    if ctx.meta.get("canton.json"):
        click.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
