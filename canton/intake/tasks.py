"""Jobs of the intake."""

from django.utils import timezone

from canton.kernel.jobs import every, task


@task(name="intake.run")
def run(number: str) -> None:
    """Run a batch."""
    from . import services

    services.run(number, clock=timezone.now)


@every("40 18 * * *", name="intake.sweep")
def sweep() -> None:
    """Remove work folders nobody goes on with, add up the tallies (nightly, 02:40 in Guangdong)."""
    from . import services, tallies

    services.sweep(now=timezone.now())
    tallies.fold()


@every("*/5 * * * *", name="intake.pick_up")
def pick_up() -> None:
    """Put batches that stand still back to work (every five minutes)."""
    from . import services

    services.pick_up(now=timezone.now())


@task(name="intake.write_corrected")
def write_corrected(number: str, by: str) -> None:
    """Write the corrected copy of a batch and take it in."""
    from .repair.services import repairing

    repairing.write_and_take_in(number, by=by, now=timezone.now())


@task(name="intake.go_on_correcting")
def go_on_correcting(act: int) -> None:
    """Write an act of many rows to its end, or take it back."""
    from .repair.services import correcting

    correcting.go_on(act, now=timezone.now())


@task(name="intake.apply_decisions")
def apply_decisions(number: str) -> None:
    """Bring the codes that people decided into the rows of a batch."""
    from .services import judging

    judging.apply(number, now=timezone.now())
