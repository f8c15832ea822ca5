"""Saved queries: the list, one of them, sharing and deleting."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.kernel.errors import CantonError
from canton.shell.flash import done
from canton.shell.pages import paginate

from .. import selectors, services, words
from ..catalogue import Catalogue, datasets
from ..errors import BadQuery
from ..forms import ShareForm
from ..models import SavedQuery


@requires("queries.view_query")
@require_GET
def queries(request: StaffRequest) -> HttpResponse:
    """Queries the viewer saved and those shared with him; where a new one begins."""
    text = request.GET.get("q", "").strip()
    page = paginate(request, selectors.usable(request.user, text), per_page=30)
    names = selectors.names()
    content = {
        "page": page,
        "text": text,
        "lines": [(each, *_said(each, names)) for each in page.object_list],
        "datasets": [(name, str(title)) for name, title in datasets().items()],
    }
    return render(request, "queries/queries.html", content)


@requires("queries.view_query")
@require_GET
def saved(request: StaffRequest, number: int) -> HttpResponse:
    """One saved query, and for its owner with whom it is shared."""
    found = get_object_or_404(selectors.usable(request.user), pk=number)
    return _drawn(request, found, _share_form(request, found))


@requires("queries.view_query")
@require_POST
def share(request: StaffRequest, number: int) -> HttpResponse:
    """Change with whom an own query is shared."""
    found = get_object_or_404(selectors.own(request.user), pk=number)
    form = ShareForm(request.POST, viewer=request.user)
    if form.is_valid():
        try:
            services.share(
                found,
                with_centre=form.cleaned_data["centre"],
                with_people=form.cleaned_data["people"],
                by=request.user,
                now=timezone.now(),
            )
        except CantonError as error:
            form.add_error("people", error.message)
        else:
            done(request, _("Sharing changed."))
            return redirect("queries:saved", number)
    return _drawn(request, found, form, status=422)


@requires("queries.view_query")
@require_POST
def delete(request: StaffRequest, number: int) -> HttpResponse:
    """Delete an own query."""
    found = get_object_or_404(selectors.own(request.user), pk=number)
    services.delete(found, by=request.user, now=timezone.now())
    done(request, _("Deleted: %(name)s") % {"name": found.name})
    return redirect("queries:queries")


def _drawn(request: StaffRequest, found: SavedQuery, form: ShareForm, status: int = 200) -> HttpResponse:
    title, facts = _facts(found)
    content = {
        "saved": found,
        "dataset": title,
        "facts": facts,
        "mine": found.owner == request.user,
        "narrower": selectors.wider(found, request.user),
        "form": form,
        "people": found.with_people.order_by("number"),
        "runs": selectors.runs(request.user).filter(saved=found)[:5],
    }
    return render(request, "queries/saved.html", content, status=status)


def _share_form(request: StaffRequest, found: SavedQuery) -> ShareForm:
    people = ", ".join(found.with_people.values_list("number", flat=True))
    return ShareForm(initial={"centre": found.with_centre, "people": people}, viewer=request.user)


def _facts(found: SavedQuery) -> tuple[str, list[tuple[str, str]]]:
    """Title of the dataset, and all the query asks, in words."""
    try:
        query = found.query
        catalogue = Catalogue.of(query.dataset, query.joins)
    except BadQuery as error:
        return str(found.document.get("dataset", "")), [(_("Conditions"), error.message)]
    return str(datasets()[query.dataset]), words.facts(query, catalogue, selectors.names())


def _said(found: SavedQuery, names: words.Names) -> tuple[str, str]:
    """Title of the dataset and conditions in words."""
    try:
        query = found.query
        catalogue = Catalogue.of(query.dataset, query.joins)
    except BadQuery as error:
        return str(found.document.get("dataset", "")), error.message
    return str(datasets()[query.dataset]), words.asked(query, catalogue, names)
