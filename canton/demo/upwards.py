"""What the demonstration's province reports up: packages are built and wait, for there is no nation."""

from datetime import datetime

from canton.centres.models import Centre
from canton.exchange.models import Link
from canton.exchange.services import add_link
from canton.results import services
from canton.results.models import Result

from .keyring import keyring
from .show import folder

NOBODY = ("127.0.0.1", 9)  # the discard port, on which nobody listens


def report_up(province: Centre, *, now: datetime) -> list[Result]:
    """Link the province to the centre above, unless it is, and build what is due; what was built or sent."""
    above = province.parent_id
    if above and not Link.objects.filter(pk=above).exists():
        host, port = NOBODY
        card = keyring(folder() / "keys", above).card
        add_link(card, host=host, port=port, actor="demo", now=now)
    return services.work_off(now=now, anew=True)
