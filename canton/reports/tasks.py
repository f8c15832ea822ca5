"""Jobs of the report centre."""

from uuid import UUID

from django.utils import timezone

from canton.kernel.jobs import every, task


@task(name="reports.make")
def make(order: str) -> None:
    """Make a report that was ordered, and file it."""
    from . import services

    services.make(UUID(order), clock=timezone.now)


@every("10 19 * * *", name="reports.sweep")
def sweep() -> None:
    """Remove filed reports past their day (nightly, 03:10 in Guangdong)."""
    from . import services

    services.sweep(now=timezone.now())
