"""Wrong usage of a command: it ends with 2 and one line that says what is allowed; nothing was begun.

What names something that is not there (a data set, centre, report, layout …) or is badly written is wrong
usage. Work that was begun and failed ends with 1, and is a CantonError.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from .errors import CantonError

CODE = "E-USAGE"
MOST_NAMED = 60  # of what there is; nobody reads more

Allowed = Callable[[], Iterable[str]] | str | None


class WrongUsage(click.UsageError):
    """Wrong usage that has a code of its own."""

    def __init__(self, message: str, code: str = CODE) -> None:
        super().__init__(message)
        self.code = code


class NewFile(click.Path):
    """A file to write: its folder is there."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> "str | bytes | Path":
        path = Path(str(super().convert(value, param, ctx)))  # type: ignore[arg-type]
        if not path.absolute().parent.is_dir():
            self.fail(f"the folder {str(path.parent)!r} is not there.", param, ctx)
        return path


@contextmanager
def wrong_usage(allowed: Mapping[type[CantonError], Allowed]) -> Iterator[None]:
    """Within the block these failures are mistakes of whoever called.

    allowed: for each what there is instead, as a function, or as words; None when the message says enough.
    """
    try:
        yield
    except tuple(allowed) as error:
        there = next(said for kind, said in allowed.items() if isinstance(error, kind))
        raise WrongUsage(f"{error.message} {_said(there)}".strip(), error.code) from error


def _said(there: Allowed) -> str:
    if there is None or isinstance(there, str):
        return there or ""
    names = list(there())
    more = f" … ({len(names)})" if len(names) > MOST_NAMED else ""
    return f"There are: {', '.join(names[:MOST_NAMED])}{more}." if names else "There are none."


def code_of(error: click.UsageError) -> str:
    """The code of what was wrong."""
    return error.code if isinstance(error, WrongUsage) else CODE


def line_of(error: click.UsageError) -> str:
    """What was wrong, in one line, with what is allowed."""
    said = " ".join(error.format_message().split())
    command = error.ctx.command if error.ctx else None
    if isinstance(error, click.NoSuchOption) and command is not None:
        options = sorted({name for each in command.params for name in each.opts if name.startswith("--")})
        said = f"{said} Options are: {', '.join(options) or 'none'}."
    if isinstance(error, click.exceptions.NoSuchCommand | click.exceptions.NoArgsIsHelpError):
        said = "A command is wanted." if isinstance(error, click.exceptions.NoArgsIsHelpError) else said
        if isinstance(command, click.Group) and error.ctx:
            said = f"{said} There are: {', '.join(command.list_commands(error.ctx))}."
    return said if error.ctx is None else f"{said} See {error.ctx.command_path} --help."
