"""Plays a centre by hand, in a process of its own: what its worker would do, and what its people do.

Each line of standard input is a JSON list of a name below and its arguments; the answer is a line of JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from canton.accounts.models import Staff  # noqa: E402
from canton.audit.models import Entry  # noqa: E402
from canton.centres.models import Centre  # noqa: E402
from canton.exchange import courier, services  # noqa: E402
from canton.exchange.models import Incoming, Link, Outgoing  # noqa: E402
from canton.exchange.services.sending import UNFINISHED  # noqa: E402
from canton.intake import services as intake  # noqa: E402
from canton.intake.choices import Route  # noqa: E402
from canton.intake.layout import load_layout  # noqa: E402
from canton.intake.models import Batch  # noqa: E402
from canton.queries.services import fetch_original  # noqa: E402
from canton.records.selectors import original_path  # noqa: E402
from canton.records.services import keep_original  # noqa: E402

settings.ALLOWED_HOSTS = ["testserver"]


def clerk() -> Staff:
    """Somebody of this centre who looks things up."""
    centre = Centre.objects.get(pk=settings.CANTON_CENTRE)
    found, _ = Staff.objects.get_or_create(
        number="30118", defaults={"name": "Clerk", "centre": centre, "role": "queries"}
    )
    return found


def work() -> int:
    """Send what is due, call whom we can call, open what came and lay down receipts; answer how much came."""
    for outgoing in Outgoing.objects.filter(state__in=UNFINISHED).order_by("queued_at", "pk"):
        Outgoing.objects.filter(pk=outgoing.pk).exclude(next_attempt_at=None).update(
            next_attempt_at=timezone.now()
        )
        courier.send(outgoing.pk)
        courier.ask(outgoing.pk)
    for link in Link.objects.exclude(host=""):
        courier.visit(link.pk)
    came = Incoming.objects.filter(state="received").select_related("link").order_by("pk")
    opened = [services.open_incoming(incoming, now=timezone.now()) for incoming in came]
    for incoming in Incoming.objects.exclude(receipt="").filter(fetched=False):
        services.deliver_receipt(incoming)
    return len(opened)


def keep(path: str) -> str:
    """Keep a file of this centre's own as an original; answer its SHA-256."""
    kept = keep_original(Path(path), centre="4401", name=Path(path).name, now=timezone.now())
    return str(kept.sha256)


def batch(path: str, period: str) -> str:
    """A batch of the city's of which this centre has lost the file; answer its number."""
    upload = intake.Upload(
        path=Path(path), name=Path(path).name, centre="4401", layout=load_layout("contacts-1.0"),
        route=Route.COMMAND, by="cli", period=period, sequence=1,
    )  # fmt: skip
    found = intake.accept_file(upload, now=timezone.now()).batch
    lose(found.sha256)
    return str(found.number)


def lose(sha256: str) -> None:
    """The disk has lost an original."""
    original_path(sha256).unlink()


def ask(number: str, line: int, largest: int) -> None:
    """Ask the city for a line; of files above `largest` bytes only the lines travel."""
    settings.CANTON_ORIGINAL_BYTES = largest
    found = Batch.objects.get(number=number)
    fetch_original(found, line, reason="complaint 17", by=clerk(), now=timezone.now())


def page(number: str, line: int, **posted: str) -> list[Any]:
    """The line's page: status, where it leads, text."""
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    browser.force_login(clerk(), backend="canton.accounts.backends.RoleBackend")
    address = f"/queries/line/{number}/{line}/"
    answer = browser.post(address, posted) if posted else browser.get(address)
    return [answer.status_code, answer.headers.get("Location", ""), answer.content.decode()]


def trail() -> list[list[str]]:
    """What the trail has of originals: who, what."""
    found = Entry.objects.filter(action__startswith="queries.").order_by("pk")
    return [[each.actor, each.action] for each in found]


def largest_package(dataset: str) -> int:
    """Bytes of the largest package of this kind that came."""
    return max(Incoming.objects.filter(dataset=dataset).values_list("bytes", flat=True), default=0)


HANDS = {each.__name__: each for each in (work, keep, batch, lose, ask, page, trail, largest_package)}

if __name__ == "__main__":
    for line in sys.stdin:
        name, arguments, more = json.loads(line)
        sys.stdout.write(json.dumps(HANDS[name](*arguments, **more)) + "\n")
        sys.stdout.flush()
