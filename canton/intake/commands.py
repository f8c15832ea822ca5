"""`canton intake`: bring one data file into the warehouse, in this process."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

if TYPE_CHECKING:
    from .choices import Step
    from .layout import Layout
    from .models import Batch
    from .services import Accepted, Upload


class How(TypedDict):
    """The options of `canton intake`, as click hands them over."""

    dataset: str
    centre: str
    layout: str | None
    period: str
    sequence: int | None
    attempt: bool
    as_json: bool


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--dataset", required=True, help="What the file holds: contacts, cases, surveys …")
@click.option("--centre", required=True, help="Code of the centre whose data it is: 4401.")
@click.option(
    "--layout", help="How the file is written: a name, or a JSON file; the dataset's own by default."
)
@click.option("--period", default="", help="Names the batch together with --sequence: 1999-01.")
@click.option("--sequence", type=click.IntRange(min=0), help="Number of the file within its period.")
@click.option("--try", "attempt", is_flag=True, help="Only check the file; nothing is kept.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
@click.pass_context
def intake(ctx: click.Context, file: Path, **how: Unpack[How]) -> None:
    """Check, classify, sort and load FILE.

    Without period and sequence the file's SHA-256 names the batch. The same batch again loads nothing and
    answers with its figures. A command that was cut short is completed by running it again. With --try the
    file is only checked, and nothing of it is kept.

    Ends with 0 when the file was taken in, also with refused rows; with 1 when it was refused whole.
    """
    from canton.kernel.bootstrap import ready

    with ready():
        from .choices import Route
        from .services import Upload

        with mistakes():
            layout = chosen_layout(how["layout"], how["dataset"])
            if how["attempt"]:
                answer = attempt(file, layout, how["centre"])
                click.echo(json.dumps(answer, ensure_ascii=False) if how["as_json"] else as_text(answer))
                ctx.exit(1 if "error" in answer else 0)
            upload = Upload(
                path=file,
                name=file.name,
                centre=how["centre"],
                layout=layout,
                route=Route.COMMAND,
                by="cli",
                period=how["period"],
                sequence=how["sequence"],
            )
            accepted = accept(upload)
        batch, duplicate = carry_out(accepted)
        answer = as_answer(batch, duplicate)
    click.echo(json.dumps(answer, ensure_ascii=False) if how["as_json"] else as_text(answer))
    ctx.exit(1 if "error" in answer else 0)


def chosen_layout(chosen: str | None, dataset: str) -> "Layout":
    """The layout of this name or file, or the dataset's own in its newest version.

    Raises:
        click.BadParameter: it is of another dataset, or the file is not JSON.
    """
    from canton.exchange import formats

    from .layout import load_layout, read_layout
    from .workshop.selectors import published

    format_ = formats.get(dataset)
    if chosen is None:
        return load_layout(f"{format_.name}-{format_.version}")
    if not chosen.endswith(".json"):
        layout = published(chosen)
    else:
        try:
            layout = read_layout(json.loads(Path(chosen).read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise click.BadParameter(str(error), param_hint="--layout") from error
    if layout.format.name != dataset:
        raise click.BadParameter(f"{layout.name} is a layout of {layout.format.name}", param_hint="--layout")
    return layout


def mistakes() -> AbstractContextManager[None]:
    """A dataset, centre, layout or name that does not exist is a mistake of the caller: exit 2."""
    from canton.centres.selectors import Operator, own, visible_to
    from canton.exchange import formats
    from canton.exchange.errors import UnknownFormat
    from canton.kernel.usage import wrong_usage

    from .errors import BadName, UnknownCentre
    from .layout import BadLayout, UnknownLayout
    from .workshop.selectors import choices

    return wrong_usage(
        {
            UnknownFormat: lambda: sorted({each.name for each in formats.all()}),
            UnknownCentre: lambda: visible_to(Operator(own())).values_list("code", flat=True),
            UnknownLayout: lambda: [
                name for _data, layouts in choices(Operator(own())) for name, _title in layouts
            ],
            BadLayout: None,
            BadName: None,
        }
    )


def attempt(file: Path, layout: "Layout", centre: str) -> dict[str, object]:
    """What the file would come to: counts and reasons, or the error for which all of it would be refused."""
    from canton.centres.selectors import Operator, own, visible_to

    from .errors import UnknownCentre
    from .refusals import FileRefused
    from .workshop.trial import try_out

    if not visible_to(Operator(own())).filter(pk=centre).exists():
        raise UnknownCentre(centre=centre)
    answer: dict[str, object] = {"layout": layout.name, "state": "tried", "duplicate": False}
    answer |= columns_seen(file, layout)
    try:
        return answer | try_out(file, layout, centre=centre).counts()
    except FileRefused as error:
        nothing: dict[str, object] = dict.fromkeys(("read", "kept", "refused", "repaired"), 0)
        why = {"error": {"code": error.code, "message": error.message}}
        return answer | nothing | {"reasons": {}, "repairs": {}} | why


def columns_seen(file: Path, layout: "Layout") -> dict[str, object]:
    """Where the columns seem to stand, for a file of fixed width, as a layout says it."""
    from .refusals import FileRefused
    from .sources.guessing import Guess, guess, look
    from .sources.model import Kind
    from .workshop.services import written

    source = layout.source
    try:
        if source.kind is Kind.FIXED:
            said = Guess(Kind.FIXED, source.encoding, header=source.header, measure=source.measure)
            found = look(file, said)
        else:
            found = guess(file)
    except FileRefused:
        return {}
    return {"proposed": written(found)} if found.kind is Kind.FIXED else {}


def accept(upload: "Upload") -> "Accepted":
    """The batch of the file."""
    from django.utils import timezone

    from .services import accept_file

    return accept_file(upload, now=timezone.now())


def carry_out(accepted: "Accepted") -> "tuple[Batch, bool]":
    """Run the batch here; answer it and whether everything had been done before.

    A step that fails ends the command with 1; the same command goes on from there.
    """
    from django.utils import timezone

    from .services import run

    done = run(accepted.batch.number, clock=timezone.now, progress=tell)
    return done.batch, accepted.again and not done.worked


def tell(step: "Step") -> None:
    """Say on standard error which step begins."""
    click.echo(f"{step.label} …", err=True)


def as_answer(batch: "Batch", duplicate: bool) -> dict[str, object]:
    """The command's answer: counts of rows, reasons of refusals by code, and the error if all was refused."""
    from .choices import ReasonKind, State

    counted: dict[str, dict[str, int]] = {kind: {} for kind in ReasonKind.values}
    for reason in batch.reasons.all():
        counted[reason.kind][reason.code] = reason.rows
    answer: dict[str, object] = {
        "batch": batch.number,
        "duplicate": duplicate,
        "state": batch.state,
        "read": batch.read,
        "kept": batch.kept,
        "refused": batch.refused,
        "repaired": batch.repaired,
        "reasons": counted[ReasonKind.REFUSE],
        "repairs": counted[ReasonKind.REPAIR],
    }
    if batch.state == State.REFUSED:
        answer["error"] = {"code": batch.error_code, "message": batch.message}
    return answer


def as_columns(proposed: object) -> list[str]:
    """The columns of fixed width a file seems to have, for a reader."""
    if not isinstance(proposed, dict):
        return []
    counted = f"{proposed['measure']}, {proposed['encoding']}"
    said = [f"  {each['at'][0]:>5} - {each['at'][1]:<5} {each['name']}" for each in proposed["columns"]]
    return [f"columns it seems to have ({counted}; header in row {proposed['header']}):", *said]


def as_text(answer: Mapping[str, object]) -> str:
    """The answer for a reader."""
    lines = [
        f"{name:<10} {answer[name]}"
        for name in ("batch", "layout", "state", "read", "kept", "refused", "repaired")
        if name in answer
    ]
    for kind in ("reasons", "repairs"):
        counted = answer[kind]
        if isinstance(counted, dict):
            lines += [f"  {code:<40} {rows}" for code, rows in counted.items()]
    lines += as_columns(answer.get("proposed"))
    if answer["duplicate"]:
        lines.append("It had been loaded before.")
    if isinstance(error := answer.get("error"), dict):
        lines.append(f"{error['code']}: {error['message']}")
    return "\n".join(lines)
