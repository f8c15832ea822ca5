"""The builder: every press of a button sends the whole form and draws it again; nothing is kept meanwhile."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.audit.services import record
from canton.kernel.errors import CantonError
from canton.shell.flash import done

from .. import document, drafts, selectors, services, words
from ..builder import Builder
from ..catalogue import Kind, datasets
from ..document import Document
from ..errors import BadQuery, NeedsConsent
from ..models import SavedQuery
from ..services import Asking, trail

FIRST = "contacts"


@requires("queries.view_query")
@require_http_methods(["GET", "POST"])
def build(request: StaffRequest) -> HttpResponse:
    """Build a query: GET begins one, or goes on with one that was saved or ran; POST acts on the form."""
    if request.method == "GET":
        draft, name = _begun(request)
        return _drawn(request, draft, name=name)
    wanted = request.POST.getlist("act")  # several, if buttons were pressed while an answer was under way
    draft = drafts.act(drafts.read(request.POST), wanted)
    name = request.POST.get("name", "").strip()
    acts = {"preview": _previewed, "run": _run, "save": _saved}
    last = next((acts[each] for each in reversed(wanted) if each in acts), _drawn_as_it_is)
    try:
        return last(request, draft, name)
    except CantonError as error:
        return _drawn(request, draft, name=name, error=error, consent=isinstance(error, NeedsConsent))


@requires("queries.view_query")
@require_POST
def run_saved(request: StaffRequest, number: int) -> HttpResponse:
    """Run a saved query as it is; the builder opens where it wants consent or a correction."""
    found = get_object_or_404(selectors.usable(request.user), pk=number)
    try:
        asking = Asking(query=found.query, name=found.name, saved=found)
        run = services.ask(asking, by=request.user, now=timezone.now(), address=_address(request))
    except CantonError as error:
        name = found.name if found.owner == request.user else ""
        consent = isinstance(error, NeedsConsent)
        return _drawn(request, _whole(found.document), name=name, error=error, consent=consent)
    return redirect("queries:run", run.pk)


def _drawn_as_it_is(request: StaffRequest, draft: Document, name: str) -> HttpResponse:
    return _drawn(request, draft, name=name)


def _begun(request: StaffRequest) -> tuple[Document, str]:
    """Where the address says to begin, and the name it has."""
    if saved := request.GET.get("query", ""):
        found = get_object_or_404(selectors.usable(request.user), pk=saved if saved.isdigit() else 0)
        return _whole(found.document), found.name if found.owner == request.user else ""
    if ran := request.GET.get("run", ""):
        run = get_object_or_404(selectors.runs(request.user), pk=_number(ran))
        return _whole(run.document), run.name
    wanted = request.GET.get("dataset", FIRST)
    return drafts.empty(wanted if wanted in datasets() else FIRST), ""


def _number(text: str) -> UUID:
    """Number of a run; 404 for anything else."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _whole(kept: Document) -> Document:
    """A kept document as the builder wants it: with a condition to begin with."""
    where = kept.get("where") or {"all": []}
    if not next(iter(where.values())):
        where = drafts.empty(kept["dataset"])["where"]
    return kept | {"where": where}


def _previewed(request: StaffRequest, draft: Document, name: str) -> HttpResponse:
    query = document.read(drafts.finished(draft))
    found = selectors.preview(query, request.user, today=timezone.localdate())
    record(
        "queries.preview_query", actor=request.user.number, centre=request.user.centre_id, now=timezone.now(),
        target=query.dataset, address=_address(request), document=trail.without_numbers(query),
    )  # fmt: skip
    told = words.Teller(found.plan.shown, selectors.names())
    content: dict[str, Any] = {
        "preview": found,
        "made_of": _made_of(found),
        "heads": [(words.shown_title(each), each.kind is Kind.NUMBER) for each in found.plan.shown],
        "rows": [(told.cells(row), _origin(row, found.plan.query.totals is None)) for row in found.rows],
    }
    return _drawn(request, draft, name=name, **content)


def _made_of(found: selectors.Preview) -> str:
    """Of how many rows totals are; "" of rows themselves, and where counting took too long."""
    if found.total is None or found.meeting is None:
        return ""
    return words.groups(found.total, found.meeting)


def _run(request: StaffRequest, draft: Document, name: str) -> HttpResponse:
    asking = Asking(
        query=document.read(drafts.finished(draft)),
        name=name,
        saved=SavedQuery.objects.filter(owner=request.user, name=name).first() if name else None,
        reason=request.POST.get("reason", ""),
        consent=request.POST.get("consent") == "yes",
    )
    run = services.ask(asking, by=request.user, now=timezone.now(), address=_address(request))
    return _go(request, reverse("queries:run", args=[run.pk]))


def _saved(request: StaffRequest, draft: Document, name: str) -> HttpResponse:
    if not name:
        return _drawn(request, draft, name_error=_("A saved query needs a name."))
    query = document.read(drafts.finished(draft))
    saved = services.save(query, name=name[:80], by=request.user, now=timezone.now())
    done(request, _("Saved: %(name)s") % {"name": saved.name})
    return _go(request, reverse("queries:saved", args=[saved.pk]))


def _go(request: StaffRequest, address: str) -> HttpResponse:
    """On to another page, also from within a fragment."""
    if request.headers.get("HX-Request") != "true":
        return redirect(address)
    return HttpResponse(status=204, headers={"HX-Redirect": address})


def _drawn(
    request: StaffRequest, draft: Document, *, name: str = "", error: CantonError | None = None, **more: Any
) -> HttpResponse:
    """The builder; as a fragment when only that is asked for."""
    path = error.path if isinstance(error, BadQuery) else ""
    errors = {path: error.message} if error else {}
    content = {
        "builder": Builder(draft, request.user, errors),
        "name": name,
        "reason": request.POST.get("reason", ""),
        "error": error.message if error and not path else "",
        "code": error.code if error else "",
        "below": bool(path),
        "may_unmask": request.user.has_perm("queries.view_number"),
        **more,
    }
    fragment = request.headers.get("HX-Request") == "true"
    page = "queries/_builder.html" if fragment else "queries/build.html"
    return render(request, page, content, status=422 if error or more.get("name_error") else 200)


def _origin(row: tuple[Any, ...], there: bool) -> tuple[str, int] | None:
    """Batch and line of a row, if its result has them."""
    return (str(row[-2]), int(row[-1])) if there and row[-2] and row[-1] else None


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
