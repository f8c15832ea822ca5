"""`canton classify`: which code a text gets, and a model trained from what people labelled."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .text.model import Scores
    from .text.samples import Labels


@click.group(invoke_without_command=True)
@click.option("--try", "texts", multiple=True, metavar="TEXT", help="A text to classify; nothing is kept.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
@click.pass_context
def classify(ctx: click.Context, texts: tuple[str, ...], as_json: bool) -> None:
    """Read codes from texts, by the rules of people and by what was learnt from labels.

    Exit 0 when each text was answered, also with "no code"; 2 when nothing was asked.
    """
    if ctx.invoked_subcommand:
        return
    if not texts:
        raise click.UsageError("give --try TEXT, or a command")
    from canton.kernel.bootstrap import ready

    with ready():
        from . import selectors

        found = selectors.classify_texts(texts)
    if as_json:
        told = [{"text": text, **asdict(each)} for text, each in zip(texts, found, strict=True)]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for text, each in zip(texts, found, strict=True):
        click.echo(f"{each.code or '-'}\t{each.confidence:.2f}\t{each.by or '-'}\t{text}")


@classify.command()
@click.option("--labels", "files", multiple=True,
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV in UTF-8 with the columns text, code, source; several may be given.")  # fmt: skip
@click.option("--only-files", is_flag=True, help="Leave out what people decided in this centre.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; the centre's own unless told."
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
def train(files: tuple[Path, ...], only_files: bool, out: Path | None, as_json: bool) -> None:
    """Train a model from what people decided and from files; one text in five is kept out to measure with.

    A row without source, of the demonstration, or with a code that is not in the tables is refused with its
    reason; the others are trained with. Exit 1 when they are too few.
    """
    from canton.kernel.bootstrap import ready

    with ready():
        from django.utils import timezone

        from . import selectors
        from .text import model, samples

        codes = selectors.contact_categories()
        parts = [] if only_files and files else [("labels of people", selectors.labels_of_people())]
        parts += [(file.name, samples.read(file, codes)) for file in files]
        for name, part in parts:
            for line, why in part.refused:
                click.echo(f"{name}:{line} {why}", err=True)
        labels = samples.together([part for _name, part in parts])
        made, scores = model.train(labels)
        model.save(made, out or selectors.model_folder(), labels=labels, scores=scores, now=timezone.now())
    _tell(labels, scores, as_json=as_json)


def _tell(labels: "Labels", scores: "Scores", *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(scores) | {"refused": len(labels.refused)}, ensure_ascii=False))
        return
    click.echo(f"labels      {len(labels.samples)}, refused {len(labels.refused)}")
    click.echo(f"trained     {scores.trained}, held out {scores.held_out}")
    click.echo(f"accuracy    {scores.accuracy:.4f} (held out)")
    click.echo(f"macro-F1    {scores.macro_f1:.4f} (held out)")
    for code, (trained, held) in scores.classes.items():
        click.echo(f"{code:<11} {trained} trained, {held} held out")


@classify.command()
@click.option("--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help="CSV file to write: text, code, source.")  # fmt: skip
def labels(file: Path) -> None:
    """Write down what people decided; customers' numbers are not in it. It is kept in the trail."""
    from canton.kernel.bootstrap import ready

    with ready():
        from django.utils import timezone

        from canton.centres.selectors import own

        from .services import export_labels

        rows = export_labels(by="cli", centre=own().pk, address=None, now=timezone.now())
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("text", "code", "source"))
            writer.writerows(rows)
    click.echo(f"{file} {len(rows)}")
