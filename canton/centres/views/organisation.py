"""The organisation on screen: the tree, one centre, and where a number is at home; all read-only."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from canton.kernel.access import requires
from canton.shell.pages import paginate

from .. import selectors, tallies, wording
from ..access import ViewerRequest
from ..models import Centre
from ..numbers import segment_of

SEGMENTS_PER_PAGE = 70
LATEST_CHANGES = 5


@requires("centres.view_centre")
@require_GET
def centres(request: ViewerRequest) -> HttpResponse:
    """The viewer's centre and all below it, with departments, desks, segments and staff."""
    return render(request, "centres/centres.html", _organisation(request))


@requires("centres.view_centre")
@require_POST
def home_city(request: ViewerRequest) -> HttpResponse:
    """Say where a number is at home, as a fragment, or on the whole page where no script runs.

    A public fact of the numbering plan, so not bounded by the viewer's scope. The number comes in the
    body, so that it stands in no log and no history.
    """
    number = request.POST.get("number", "").strip()[:24]
    asked = {
        "number": number,
        "segment": segment_of(number),
        "home": selectors.home_of(number, timezone.localdate()),
        "may_add": request.user.has_perm("centres.change_segment"),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "centres/_home_city.html", asked)
    return render(request, "centres/centres.html", _organisation(request) | asked)


def _organisation(request: ViewerRequest) -> dict[str, object]:
    nodes = selectors.tree(request.user, timezone.localdate())
    return {
        "nodes": nodes,
        "tallies": [(tally.label, sum(node.tallies[at] for node in nodes)) for at, tally in _numbered()],
        "departments": sum(len(node.departments) for node in nodes),
        "desks": sum(len(node.desks) for node in nodes),
        "segments": nodes[0].segments,
        "may_edit": request.user.has_perm("centres.change_centre"),
    }


@requires("centres.view_centre")
@require_GET
def centre(request: ViewerRequest, code: str) -> HttpResponse:
    """One centre: departments with their desks, and the number segments of its territory."""
    found: Centre = get_object_or_404(selectors.visible_to(request.user).select_related("parent"), code=code)
    text = "".join(request.GET.get("q", "").split())[:20]
    counted = [(tally.label, tally.count(frozenset({code})).get(code, 0)) for _at, tally in _numbered()]
    content = {
        "centre": found,
        "departments": selectors.departments_with_desks(found),
        "children": selectors.visible_to(request.user).filter(parent=found),
        "tallies": counted,
        "may_edit": request.user.has_perm("centres.change_centre"),
        "may_number": request.user.has_perm("centres.change_segment"),
        "stories": wording.stories(selectors.revisions(found)[:LATEST_CHANGES]),
        "zone": wording.zone(found.time_zone),
        "text": text,
        "page": paginate(request, selectors.segments(found, text), per_page=SEGMENTS_PER_PAGE),
    }
    return render(request, "centres/centre.html", content)


def _numbered() -> list[tuple[int, tallies.Tally]]:
    return list(enumerate(tallies.registered()))
