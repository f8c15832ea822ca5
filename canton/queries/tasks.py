"""Jobs of the queries."""

from uuid import UUID

from django.utils import timezone

from canton.kernel.jobs import every, task


@task(name="queries.run")
def run(run: str) -> None:
    """Run a query that was asked."""
    from . import services

    services.run(UUID(run), clock=timezone.now)


@task(name="queries.export")
def export(file: str) -> None:
    """Make a file of a result."""
    from . import services

    services.make_file(UUID(file), clock=timezone.now)


@every("50 18 * * *", name="queries.sweep")
def sweep() -> None:
    """Remove results past their day (nightly, 02:50 in Guangdong)."""
    from . import services

    services.sweep(now=timezone.now())
