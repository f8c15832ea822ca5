"""Receipts: given by the recipient of a package, filed by its sender."""

import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from canton.audit.services import record
from canton.kernel import events, jobs
from canton.kernel.files import write_beside

from .. import folders, handlers, keys, known_keys, packages
from ..choices import OutgoingState
from ..errors import PackageDescriptor, ReceiptMisplaced, ReceiptOfNothing
from ..models import Incoming, Link, Outgoing
from ..receipts import CONTENT, DATASET, ROWS, VERSION, Outcome

RECEIPT_RATIO = 1100  # more than deflate can do: thousands of rows refused for one reason are no bomb


@transaction.atomic
def send_receipt(
    incoming: Incoming, *, outcome: Outcome, refused_csv: Path | None = None, now: datetime
) -> Incoming:
    """Tell the sender of a package what became of it, within the caller's transaction.

    refused_csv: the refused rows, UTF-8 CSV with the header receipts.ROWS_HEADER; it is copied.
    A second receipt for the same package takes the place of the first.
    """
    with tempfile.TemporaryDirectory(dir=folders.receipts_sent()) as beside:
        path = _packed(incoming, outcome, refused_csv, now, into=Path(beside))
        path.replace(folders.receipts_sent() / path.name)
    incoming.receipt, incoming.receipted_at, incoming.accepted = path.name, now, outcome.accepted
    incoming.receipt_put_at = None
    incoming.save(update_fields=["receipt", "receipted_at", "accepted", "receipt_put_at"])
    record(
        "exchange.send_receipt",
        actor="system",
        centre=incoming.sender,
        now=now,
        target=incoming.name,
        batch=outcome.batch,
        accepted=outcome.accepted,
    )
    events.publish("links", centre=incoming.sender, package=incoming.name, accepted=outcome.accepted)
    deliver_again(incoming)
    return incoming


def deliver_again(incoming: Incoming) -> None:
    """Have the receipt of a package, if there is one, put where its sender fetches it."""
    if incoming.receipt:
        jobs.enqueue("exchange.deliver_receipt", incoming=incoming.pk)


def deliver_receipt(incoming: Incoming) -> None:
    """Put the receipt into the sender's drop-box, whole; again is the same. For one we fetched, bring it."""
    if incoming.fetched:
        jobs.enqueue(
            "exchange.visit", queue="links", lock=f"exchange.visit.{incoming.sender}", centre=incoming.sender
        )
        return
    receipt = folders.receipts_sent() / incoming.receipt
    with write_beside(
        folders.dropbox(incoming.sender) / "receipts" / receipt_name(incoming.sha256)
    ) as beside:
        shutil.copyfile(receipt, beside)


def owed(link: Link) -> list[Incoming]:
    """Packages we fetched at a neighbour's whose receipt has not been brought to him."""
    fetched = Incoming.objects.filter(link=link, fetched=True, receipt_put_at=None)
    return list(fetched.exclude(receipt="").order_by("receipted_at"))


@transaction.atomic
def mark_brought(incoming: Incoming, *, now: datetime) -> None:
    """The neighbour has the receipt."""
    Incoming.objects.filter(pk=incoming.pk, receipt=incoming.receipt).update(receipt_put_at=now)


def take_receipt(incoming: Incoming) -> None:
    """File a receipt that the neighbour put down here for a package he fetched.

    Raises:
        ReceiptOfNothing: we have sent him no such package.
    """
    assert incoming.opened_at is not None  # the exchange has just opened it
    folder = incoming.folder / "data"
    content = _read(folder / CONTENT)
    outgoing = Outgoing.objects.filter(link=incoming.link, sha256=str(content.get("package"))).first()
    if outgoing is None:
        raise ReceiptOfNothing
    if (folder / ROWS).exists():
        shutil.copyfile(folder / ROWS, outgoing.refused_path)
    _file(outgoing, Outcome.read_from(content), incoming.opened_at)


def receipt_name(sha256: str) -> str:
    """What the receipt for a package of this digest is called in the drop-box."""
    return f"receipt-{sha256}.zip"


def file_receipt(path: Path, *, outgoing: Outgoing, now: datetime) -> Outgoing:
    """File the receipt given for a package of ours: counts in the database, refused rows in a file.

    Raises:
        PackageRefused: it is not signed by the recipient, or not sound.
        ReceiptMisplaced: it is for another package.
    """
    with tempfile.TemporaryDirectory(dir=folders.receipts_filed()) as beside:
        opened = packages.open(path, terms=_terms(outgoing, now), into=Path(beside))
        content = _content(opened)
        if content.get("package") != outgoing.sha256:
            raise ReceiptMisplaced(name=outgoing.name)
        outcome = Outcome.read_from(content)
        rows = opened.folder / "data" / ROWS
        if rows.exists():
            rows.replace(outgoing.refused_path)
        path.replace(folders.receipts_filed() / f"{outgoing.sha256}.zip")
    return _file(outgoing, outcome, now)


@transaction.atomic
def _file(outgoing: Outgoing, outcome: Outcome, now: datetime) -> Outgoing:
    outgoing = Outgoing.objects.select_for_update(of=("self",)).get(pk=outgoing.pk)
    outgoing.receipt, outgoing.receipted_at, outgoing.next_attempt_at = outcome.content(), now, None
    outgoing.state = OutgoingState.RECEIPTED if outcome.accepted else OutgoingState.REFUSED
    outgoing.error_code, outgoing.error_zh, outgoing.error_en = (
        outcome.error_code,
        outcome.error_zh,
        outcome.error_en,
    )
    outgoing.save()
    record(
        "exchange.file_receipt",
        actor=f"link:{outgoing.link_id}",
        centre=settings.CANTON_CENTRE,
        now=now,
        target=outgoing.name,
        batch=outcome.batch,
        accepted=outcome.accepted,
    )
    events.publish("links", centre=settings.CANTON_CENTRE, package=outgoing.name, state=outgoing.state)
    if outcome.refused or not outcome.accepted:
        handlers.keep(outgoing, now)
    transaction.on_commit(lambda: _clear_up(outgoing))
    return outgoing


def _clear_up(outgoing: Outgoing) -> None:
    outgoing.packed_path.unlink(missing_ok=True)
    (folders.dropbox(outgoing.link_id) / "out" / outgoing.name).unlink(missing_ok=True)


def _packed(
    incoming: Incoming, outcome: Outcome, refused_csv: Path | None, now: datetime, *, into: Path
) -> Path:
    content = into / CONTENT
    text = json.dumps({"package": incoming.sha256, **outcome.content()}, ensure_ascii=False, indent=1)
    content.write_text(text, encoding="utf-8")
    sources = [packages.Source(content)]
    if refused_csv is not None:
        sources.append(packages.Source(refused_csv, name=ROWS))
    manifest = packages.Manifest(
        sender=settings.CANTON_CENTRE,
        recipient=incoming.sender,
        dataset=DATASET,
        version=VERSION,
        created=now,
    )
    return packages.pack(sources, manifest=manifest, key=keys.signing(), into=into).path


def _terms(outgoing: Outgoing, now: datetime) -> packages.Terms:
    return packages.Terms(
        sender=outgoing.link_id,
        recipient=settings.CANTON_CENTRE,
        keys=tuple((outgoing.link_id, key) for key in known_keys.signing(outgoing.link, now=now)),
        accepts={DATASET: frozenset({VERSION})},
        limits=packages.Limits(
            packed=settings.CANTON_PACKAGE_BYTES, unpacked=settings.CANTON_UPLOAD_BYTES, ratio=RECEIPT_RATIO
        ),
    )


def _content(opened: packages.Opened) -> dict[str, object]:
    return _read(opened.folder / "data" / CONTENT)


def _read(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise PackageDescriptor(part=CONTENT) from error
    if not isinstance(content, dict):
        raise PackageDescriptor(part=CONTENT)
    return content
