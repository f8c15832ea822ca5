"""Jobs of the intake."""

from django.utils import timezone

from canton.kernel.jobs import every, task

from . import services


@task(name="intake.run")
def run(number: str) -> None:
    """Run a batch."""
    services.run(number, clock=timezone.now)


@every("40 18 * * *", name="intake.sweep")
def sweep() -> None:
    """Remove work folders nobody goes on with (nightly, 02:40 in Guangdong)."""
    services.sweep(now=timezone.now())


@every("*/5 * * * *", name="intake.pick_up")
def pick_up() -> None:
    """Put batches that stand still back to work (every five minutes)."""
    services.pick_up(now=timezone.now())
