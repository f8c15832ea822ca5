"""Jobs of the warehouse."""

from django.utils import timezone

from canton.kernel.jobs import every


@every("50 18 * * *", name="records.sweep")
def sweep() -> None:
    """Remove files no manifest names (nightly, 02:50 in Guangdong)."""
    from . import services

    services.sweep(now=timezone.now())
