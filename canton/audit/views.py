"""The trail on screen and as a file."""

from typing import Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from canton.kernel.access import requires
from canton.shell.exports import csv_response

from . import selectors, services
from .forms import FiltersForm


class OwnCentre(selectors.Place, Protocol):
    """The reader's centre; the room of centres sits above this one."""

    code: str


class Reader(Protocol):
    """Whoever signed in, as far as the trail needs him."""

    number: str

    @property
    def centre(self) -> OwnCentre: ...


class ReaderRequest(HttpRequest):
    """A request of somebody who signed in."""

    user: Reader  # type: ignore[assignment]


@requires("audit.view_entry")
@require_GET
def entries(request: ReaderRequest) -> HttpResponse:
    """Who did and saw what, newest first, a page at a time."""
    form = FiltersForm(request.GET)
    filters = form.filters()
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    content = {
        "form": form,
        "trail": selectors.trail(request.user, filters, before=before, after=after),
        "filtered": filters != selectors.Filters(),
        "conditions": form.query(),
    }
    return render(request, "audit/entries.html", content)


@requires("audit.view_entry")
@require_GET
def export(request: ReaderRequest) -> HttpResponseBase:
    """Every entry the screen would show, as CSV; that somebody took them is itself an entry."""
    form, now = FiltersForm(request.GET), timezone.now()
    services.record(
        "audit.export_entries",
        actor=request.user.number,
        centre=request.user.centre.code,
        now=now,
        address=request.META.get("REMOTE_ADDR") or None,
        conditions=form.query(),
    )
    who, did, to = (pgettext("trail", word) for word in ("Who", "Did", "To"))
    header = [_("When"), who, pgettext("person", "Name"), did, to, _("Centre"), _("Address"), _("Detail")]
    found = selectors.entries(request.user, form.filters()).filter(at__lt=now)
    rows = (_row(line) for line in selectors.in_words(found.iterator(chunk_size=selectors.CHUNK)))
    return csv_response(f"audit-{timezone.localtime(now):%Y%m%d-%H%M}.csv", header, rows)


def _row(line: selectors.Line) -> list[str]:
    entry = line.entry
    detail = "; ".join(f"{name}={value}" for name, value in entry.detail.items())
    when = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"
    return [when, entry.actor, line.who, line.did, entry.target, line.centre, entry.address or "", detail]
