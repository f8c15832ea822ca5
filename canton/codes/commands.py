"""`canton classify`: which code a text gets, and a model trained from what people labelled."""

import json
from dataclasses import asdict
from pathlib import Path

import click


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
@click.option("--labels", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="CSV in UTF-8 with the columns text, code, source.")  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; the centre's own unless told."
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
def train(file: Path, out: Path | None, as_json: bool) -> None:
    """Train a model; one text in five is kept from it and measured with.

    A row without source, of the demonstration, or with a code that is not in the tables is refused with its
    reason; the others are trained with. Exit 1 when they are too few.
    """
    from canton.kernel.bootstrap import ready

    with ready():
        from django.utils import timezone

        from . import selectors
        from .text import model, samples

        labels = samples.read(file, selectors.contact_categories())
        for line, why in labels.refused:
            click.echo(f"{file.name}:{line} {why}", err=True)
        made, scores = model.train(labels)
        model.save(made, out or selectors.model_folder(), labels=labels, scores=scores, now=timezone.now())
    if as_json:
        click.echo(json.dumps(asdict(scores) | {"refused": len(labels.refused)}, ensure_ascii=False))
        return
    click.echo(f"labels      {len(labels.samples)}, refused {len(labels.refused)}")
    click.echo(f"trained     {scores.trained}, held out {scores.held_out}")
    click.echo(f"accuracy    {scores.accuracy:.4f} (held out)")
    click.echo(f"macro-F1    {scores.macro_f1:.4f} (held out)")
    for code, (trained, held) in scores.classes.items():
        click.echo(f"{code:<11} {trained} trained, {held} held out")
