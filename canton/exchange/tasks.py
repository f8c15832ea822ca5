"""Jobs of the exchange; each bears being repeated."""

from django.utils import timezone

from canton.kernel.jobs import every, task

from .models import Incoming, Link


@task(name="exchange.open_package")
def open_package(incoming: int) -> None:
    from . import services

    services.open_incoming(Incoming.objects.select_related("link").get(pk=incoming), now=timezone.now())


@task(name="exchange.deliver_receipt")
def deliver_receipt(incoming: int) -> None:
    from . import services

    services.deliver_receipt(Incoming.objects.get(pk=incoming))


@task(name="exchange.send_package", queue="links")
def send_package(outgoing: int) -> None:
    from . import courier

    courier.send(outgoing)


@task(name="exchange.fetch_receipt", queue="links")
def fetch_receipt(outgoing: int) -> None:
    from . import courier

    courier.ask(outgoing)


@task(name="exchange.visit", queue="links")
def visit(centre: str) -> None:
    from . import courier

    courier.visit(centre)


@every("* * * * *", name="exchange.visit_all", queue="links")
def visit_all() -> None:
    """Once a minute: call every neighbour we can call, for what he has for us."""
    from . import courier

    for link in Link.objects.filter(active=True, paused_at=None).exclude(host="", url=""):
        courier.visit(link.pk)


@every("*/5 * * * *", name="exchange.chase")
def chase() -> None:
    """Every five minutes: remind those who are late."""
    from . import services

    services.chase_all(by="system", now=timezone.now())


@every("* * * * *", name="exchange.sweep")
def sweep() -> None:
    """Once a minute: take in what lies about, and go on with what was forgotten."""
    from . import services
    from .services import sending

    now = timezone.now()
    services.sweep(now=now)
    services.go_on_with_rotation(now=now)
    for outgoing in sending.overdue(now=now):
        sending.schedule(outgoing)
