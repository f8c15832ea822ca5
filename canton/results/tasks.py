"""Jobs of result data."""

from django.utils import timezone

from canton.kernel.jobs import every


@every("*/5 * * * *", name="results.work_off")
def work_off() -> None:
    """Every five minutes: build and send what is due."""
    from . import services

    services.work_off(now=timezone.now())
