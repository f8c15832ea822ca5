"""Jobs of the queries."""

from uuid import UUID

from django.utils import timezone

from canton.kernel.jobs import every, task

from . import services


@task(name="queries.run")
def run(run: str) -> None:
    """Run a query that was asked."""
    services.run(UUID(run), clock=timezone.now)


@task(name="queries.export")
def export(file: str) -> None:
    """Make a file of a result."""
    services.make_file(UUID(file), clock=timezone.now)


@every("50 18 * * *", name="queries.sweep")
def sweep() -> None:
    """Remove results past their day (nightly, 02:50 in Guangdong)."""
    services.sweep(now=timezone.now())
