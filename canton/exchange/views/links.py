"""Links to neighbours: how they fare, and the keys we know them by."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from canton.centres.access import ViewerRequest
from canton.kernel.access import requires

from .. import keys, selectors


@requires("exchange.view_link")
@require_GET
def links(request: ViewerRequest) -> HttpResponse:
    """Neighbours, how we know them, and what came and went."""
    content = {
        "lines": selectors.lines(request.user, now=timezone.now()),
        "own": keys.fingerprint(keys.public_line(keys.host())),
    }
    return render(request, "exchange/links.html", content)
