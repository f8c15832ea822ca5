"""Jobs of the report centre."""

from django.utils import timezone

from canton.kernel.jobs import every


@every("10 19 * * *", name="reports.sweep")
def sweep() -> None:
    """Remove filed reports past their day (nightly, 03:10 in Guangdong)."""
    from . import services

    services.sweep(now=timezone.now())
