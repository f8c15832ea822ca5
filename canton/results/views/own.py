"""Packages this centre built: the list, one of them, building, sending, files."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.centres.choices import Tier
from canton.centres.selectors import own
from canton.exchange.models import Link
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.exports import csv_response, json_response
from canton.shell.pages import paginate

from .. import definition as definitions
from .. import drawn, naming, output, selectors, services, tabled
from ..choices import State
from ..forms import BuildForm
from ..models import Result
from ..services.sending import MAY_SEND
from ..table import TOTAL

MOST_CHANGES = 200


@requires("results.view_result")
@require_GET
def results(request: StaffRequest) -> HttpResponse:
    """Packages built here, the latest period first."""
    if not definitions.made_by(own().tier):
        return redirect("results:due")
    return _list(request, _form())


@requires("results.build_result")
@require_POST
def build(request: StaffRequest) -> HttpResponse:
    """Count and pack a period; the same figures again change nothing."""
    _require_own(request)
    form = _form(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            built = services.build(asked["name"], asked["period"], by=request.user.number, now=timezone.now())
        except CantonError as error:
            form.add_error("period", error.message)
        else:
            flash.done(request, _("Built.") if built.new else _("The figures have not changed."))
            return redirect("results:result", built.result.pk)
    return _list(request, form, status=422)


@requires("results.view_result")
@require_GET
def result(request: StaffRequest, number: int) -> HttpResponse:
    """One package: its table, where it stands, its receipt, what it corrected, and its history."""
    found = _result(request, number)
    table = tabled.of(found)
    split = table.split(request.GET.get("by", "")) or table.splits[0]
    rows = tabled.rows(found, split.name)
    [total] = tabled.rows(found, TOTAL)
    page = paginate(request, rows)
    before, changes = selectors.changes(found)
    days = _("Days without data")
    content = {
        "result": found,
        "table": table,
        "split": split,
        "page": page,
        "counts_days": any(row.missing is not None for row in rows),
        "lines": drawn.lines(table, list(page.object_list)),
        "total": drawn.Line(_("Total"), "", total.missing, drawn.cells(table, dict(total.values))),
        "before": before,
        "changes": drawn.changes(table, changes[:MOST_CHANGES], _("Total"), days),
        "changed": len(changes),
        "versions": selectors.versions(found),
        "journeys": selectors.journeys(found),
        "parent": own().parent,
        "linked": Link.objects.filter(pk=own().parent_id or "", active=True).exists(),
        "may_send": _acts(request, found) and found.state in MAY_SEND,
        "may_resend": _acts(request, found) and found.state == State.REFUSED,
    }
    return render(request, "results/result.html", content)


@requires("results.send_result")
@require_POST
def send(request: StaffRequest, number: int) -> HttpResponse:
    """Send it up, or once more after it was refused."""
    _require_own(request)
    found = _result(request, number)
    act = services.resend if found.state == State.REFUSED else services.send
    try:
        act(found, by=request.user.number, now=timezone.now(), address=address_of(request))
    except CantonError as error:
        content = {"status": 409, "icon": "plug-connected-x", "title": error.message, "text": error.code}
        return render(request, "shell/failure.html", content, status=409)
    flash.done(request, _("It is on its way; when the recipient is down, it waits and goes by itself."))
    return redirect("results:result", number)


@requires("results.export_result")
@require_GET
def file(request: StaffRequest, number: int, form: str) -> HttpResponseBase:
    """The whole table as CSV or JSON; who took it is kept."""
    found = _result(request, number)
    if form not in ("csv", "json"):
        raise Http404(form)
    record(
        "results.export_result", actor=request.user.number, centre=request.user.centre_id,
        now=timezone.now(), target=found.number, address=address_of(request), format=form,
    )  # fmt: skip
    name = f"{found.dataset}-{found.centre_id}-{found.period}-{found.sequence}.{form}"
    if form == "json":
        return json_response(name, output.as_json(found))
    table = tabled.of(found)
    called = naming.names(table, tabled.rows(found))
    return csv_response(name, output.titles(table), output.csv_rows(found, called))


@requires("results.view_result")
@require_GET
def regime(request: StaffRequest) -> HttpResponse:
    """What is made, split how, for whom, and when."""
    known = [each for tier in Tier.values for each in definitions.made_by(tier)]
    known.sort(key=lambda each: each.stays)
    return render(request, "results/regime.html", {"definitions": known, **_tabs()})


def _list(request: StaffRequest, form: BuildForm, status: int = 200) -> HttpResponse:
    given = request.GET
    filters = selectors.Filters(
        given.get("state", ""), given.get("name", ""), given.get("q", "").strip()[:20],
        given.get("sort", "-period"),
    )  # fmt: skip
    made = selectors.made_here(request.user)
    known = definitions.made_by(own().tier)
    content = {
        "form": form,
        "filters": filters,
        "sort": filters.sort,
        "page": paginate(request, selectors.listed(made, filters)),
        "counts": selectors.counts(selectors.listed(made, filters, grouped=False)),
        "names": [("", _("all")), *((each.name, str(each.title)) for each in known)],
        "titles": {each.name: each.title for each in known},
        **_tabs(),
        "may_build": request.user.has_perm("results.build_result") and _is_own(request),
        "parent": own().parent,
        "linked": Link.objects.filter(pk=own().parent_id or "", active=True).exists(),
    }
    return render(request, "results/results.html", content, status=status)


def _tabs() -> dict[str, bool]:
    tier = own().tier
    return {"makes": bool(definitions.made_by(tier)), "takes_in": bool(definitions.taken_by(tier))}


def _form(given: Any = None) -> BuildForm:
    return BuildForm(given, offered=definitions.made_by(own().tier))


def _result(request: StaffRequest, number: int) -> Result:
    return get_object_or_404(selectors.visible_to(request.user), pk=number)


def _is_own(request: HttpRequest) -> bool:
    return getattr(request.user, "centre_id", "") == settings.CANTON_CENTRE


def _require_own(request: StaffRequest) -> None:
    """Only staff of this centre itself build and send its packages."""
    if not _is_own(request):
        raise PermissionDenied


def _acts(request: StaffRequest, found: Result) -> bool:
    may = request.user.has_perm("results.send_result") and _is_own(request)
    return may and found.own and found.current and not found.stays
