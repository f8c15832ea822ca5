"""`canton send`: a city reports to the centre above it. `canton link`: neighbours get to know each other."""

import codecs
import json
import time
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from canton.kernel.bootstrap import ready
from canton.kernel.usage import wrong_usage

if TYPE_CHECKING:
    from .models import Outgoing

PAUSE = 0.2  # seconds between looks at the outbox
WAY = click.option(
    "--via",
    type=click.Choice(["sftp", "https"]),
    callback=lambda context, parameter, value: value or "",
    help="The way tried first.",
)


NAMES = "Letters, digits and . _ - are allowed, 40 at most; a period goes with a --sequence."


def _known_encoding(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        codecs.lookup(value)
    except (LookupError, ValueError) as error:
        raise click.BadParameter(f"{value!r} is none; utf-8 and gb18030 are, for instance.") from error
    return value


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--dataset", default="contacts", show_default=True)
@click.option("--layout", default="", help="How the file differs from the format.")
@click.option("--encoding", default="utf-8", show_default=True, callback=_known_encoding)
@click.option("--period", default="", help="Which period it reports, as 1999-01.")
@click.option("--sequence", type=click.IntRange(0, 999_999), help="Which file of the period.")
@WAY
@click.option("--wait", is_flag=True, help="Send it now and wait for the receipt.")
@click.option("--timeout", type=click.IntRange(1), default=600, show_default=True, help="Seconds to wait.")
@click.option("--json", "as_json", is_flag=True)
def send(file: Path, wait: bool, timeout: int, as_json: bool, **report: Any) -> None:
    """Send FILE as a signed package to the centre above.

    Exit 0 when it is queued, or with --wait when it is accepted; 1 when it was refused whole or not sent;
    2 when it was asked wrongly.
    """
    with ready():
        outgoing = _queue(file, report, by_worker=not wait)
        click.echo(f"{outgoing.name} queued", err=True)
        if wait:
            outgoing = _carried(outgoing, timeout)
        click.echo(json.dumps(_answer(outgoing), ensure_ascii=False) if as_json else _sentence(outgoing))
    if outgoing.state in ("refused", "failed"):
        raise click.exceptions.Exit(1)


def _queue(file: Path, report: dict[str, Any], *, by_worker: bool) -> "Outgoing":
    from django.utils import timezone

    from canton.centres.selectors import own

    from . import formats, services
    from .errors import NoParent, PackageDescriptor, UnknownFormat

    parent = own().parent
    if parent is None:
        raise NoParent
    known = sorted({each.name for each in formats.all()})
    with wrong_usage({UnknownFormat: lambda: known, PackageDescriptor: NAMES}):
        return services.queue(
            file,
            report=services.Report(**report),
            to=parent,
            now=timezone.now(),
            actor="cli",
            by_worker=by_worker,
        )


def _carried(outgoing: "Outgoing", timeout: int) -> "Outgoing":
    """Send it here and ask for the receipt until it is there; the worker may help."""
    from . import courier
    from .errors import NoReceipt
    from .services import sending

    end, state, tried = time.monotonic() + timeout, outgoing.state, False
    while True:
        outgoing.refresh_from_db()
        if tried:
            _require_open(outgoing)
        if outgoing.state != state:
            state = outgoing.state
            click.echo(f"{outgoing.name} {state}", err=True)
        if state in ("receipted", "refused", "failed"):
            return outgoing
        if time.monotonic() > end:
            raise NoReceipt(name=outgoing.name, seconds=timeout)
        for each in (*sending.before(outgoing), outgoing):
            courier.send(each.pk)
        courier.ask(outgoing.pk)
        tried = True
        time.sleep(PAUSE)


def _require_open(outgoing: "Outgoing") -> None:
    """Waiting is of no use while a person has to decide on the link first."""
    from .errors import HostKeyDiffers, LinkPaused
    from .keys import fingerprint

    link = outgoing.link
    if outgoing.state == "queued" and link.offered_key and outgoing.error_code == HostKeyDiffers.code:
        shown, known = fingerprint(link.offered_key), fingerprint(link.host_key)
        raise HostKeyDiffers(centre=link.pk, shown=shown, known=known)
    if outgoing.state == "queued" and link.paused_at is not None:
        raise LinkPaused(centre=link.pk, by=link.paused_by, why=link.paused_why)


def _answer(outgoing: "Outgoing") -> dict[str, Any]:
    answer: dict[str, Any] = {"package": outgoing.name, "state": outgoing.state, "receipt": outgoing.receipt}
    if outgoing.refused_path.exists():
        answer["refused_rows"] = str(outgoing.refused_path)
    if outgoing.error_code:
        answer["error"] = {"code": outgoing.error_code, "message": outgoing.error_en}
    return answer


def _sentence(outgoing: "Outgoing") -> str:
    outcome = outgoing.outcome
    if outcome is not None and outcome.accepted:
        return f"{outcome.batch}: read {outcome.read}, kept {outcome.kept}, refused {outcome.refused}"
    return f"{outgoing.name} {outgoing.state} {outgoing.error_code} {outgoing.error_en}".rstrip()


@click.group()
def link() -> None:
    """Links to neighbouring centres: exchange public keys, once for each pair."""


@link.command()
@click.option("--json", "as_json", is_flag=True, help="As is anyway; for symmetry with the other commands.")
def export(as_json: bool) -> None:
    """Print this centre's card: its code and public keys, for `canton link add` at the neighbour."""
    from django.conf import settings

    from . import keys

    click.echo(json.dumps(asdict(keys.card(settings.CANTON_CENTRE)), indent=None if as_json else 1))


@link.command()
@click.argument("card", type=click.File("r", encoding="utf-8"))
@click.option("--host", default="", help="Where the neighbour's SFTP server is, when we are to call it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8022, show_default=True)
@click.option("--url", default="", help="Where it takes packages by HTTPS, as https://host:port.")
@WAY
@click.option("--json", "as_json", is_flag=True)
def add(card: IO[str], as_json: bool, **where: Any) -> None:
    """Add or renew the neighbour whose CARD (a file, or - for stdin) this is."""
    from .keys import Card

    known = _card(card, [each.name for each in fields(Card)])
    with ready():
        from django.utils import timezone

        from . import services
        from .errors import BadAddress

        with wrong_usage({BadAddress: None}):
            made = services.add_link(known, **where, actor="cli", now=timezone.now())
        click.echo(json.dumps(_line(made)) if as_json else f"{made.pk} {made.verify_key.id}")


@link.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_links(as_json: bool) -> None:
    """List the neighbours."""
    with ready():
        from .models import Link

        lines = [_line(each) for each in Link.objects.all()]
        if as_json:
            click.echo(json.dumps({"links": lines}, ensure_ascii=False))
        for line in [] if as_json else lines:
            click.echo("  ".join(str(value) for value in line.values()))


@link.command()
@click.option("--overlap-days", type=click.IntRange(1, 90), default=7, show_default=True)
@click.option("--switch", "step", flag_value="switch", help="Use the announced keys now, whoever knows them.")
@click.option("--retire", "step", flag_value="retire", help="End the overlap now.")
@click.option("--json", "as_json", is_flag=True)
def rotate(overlap_days: int, step: str | None, as_json: bool) -> None:
    """Change this centre's keys without a gap: announce new ones, signed with the old."""
    with ready():
        from django.utils import timezone

        from . import services

        now = timezone.now()
        if step == "switch":
            rotation = services.switch_now(by="cli", now=now)
        elif step == "retire":
            rotation = services.retire_now(by="cli", now=now)
        else:
            overlap = timedelta(days=overlap_days)
            rotation = services.begin_rotation(overlap=overlap, by="cli", now=now)
        state = "announced" if rotation.switched_at is None else "in use"
        ends = rotation.ends_at.isoformat() if rotation.ends_at else None
        answer = {"key": rotation.key, "state": state, "old_until": ends}
        click.echo(json.dumps(answer) if as_json else f"{rotation.key} {state}")


@link.command()
@click.argument("centre")
@click.argument("key", default="")
@click.option("--json", "as_json", is_flag=True)
def revoke(centre: str, key: str, as_json: bool) -> None:
    """Revoke at once a KEY of the neighbour CENTRE, or without KEY all of them: the link ends."""
    with ready():
        from django.utils import timezone

        from . import services
        from .errors import NoLink, UnknownKey
        from .models import Link

        links = Link.objects.all()
        with wrong_usage(
            {NoLink: lambda: links.values_list("pk", flat=True), UnknownKey: lambda: _keys(centre)}
        ):
            found = links.filter(pk=centre).first()
            if found is None:
                raise NoLink(centre=centre)
            named = services.key_named(found, key)
        services.revoke_key(found, named, by="cli", now=timezone.now())
        answer = {
            "centre": centre,
            "revoked": named.name if named else found.verify_key.id,
            "active": bool(named),
        }
        click.echo(json.dumps(answer) if as_json else f"{centre} {answer['revoked']} revoked")


def _keys(centre: str) -> list[str]:
    """Names of the keys a neighbour is known by."""
    from .models import Link

    link = Link.objects.get(pk=centre)
    return [link.verify_key.id, *(each.name for each in link.other_keys.all())]


def _card(file: IO[str], names: list[str]) -> Any:
    from .errors import BadCard
    from .keys import Card

    try:
        content = json.load(file)
        return Card(**{name: str(content[name]) for name in names})
    except (ValueError, KeyError, TypeError) as error:
        raise BadCard(part=str(error)) from error


def _line(link: Any) -> dict[str, Any]:
    from .keys import fingerprint

    added: datetime = link.added_at
    return {
        "centre": link.pk,
        "address": f"{link.host}:{link.port}" if link.host else "",
        "url": link.url,
        "via": link.via,
        "signing_key": link.verify_key.id,
        "ssh_key": fingerprint(link.ssh_key),
        "host_key": fingerprint(link.host_key) if link.host_key else "",
        "active": link.active,
        "added": added.isoformat(),
    }
