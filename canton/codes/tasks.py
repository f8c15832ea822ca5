"""Versions published for a day to come."""

from django.utils import timezone

from canton.kernel.jobs import every


@every("5 * * * *", name="codes.bring_into_force")
def bring_into_force() -> None:
    """Bring the version of the day into force soon after midnight; hourly, should the centre be off then."""
    from . import services

    services.bring_into_force(timezone.localdate())
