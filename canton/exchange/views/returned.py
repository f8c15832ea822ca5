"""Rows that a neighbour sent back to us: the list of them."""

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.shell.exports import csv_response
from canton.shell.pages import paginate

from .. import handlers
from ..choices import NoticeKind
from ..models import Notice
from ..returned import Returned, guarded, read
from ..wording import package_titles

SORTS = {"line": 0, "column": 1, "value": 2, "reason": 3}
MAY_OPEN = ("exchange.view_returned", "intake.view_original")


@requires("exchange.view_link")
@require_GET
def listed(request: StaffRequest, number: int) -> HttpResponse:
    """The rows of a notice, each leading to its line in our own file; only staff of this centre itself."""
    notice = _notice(request, number)
    told, text = read(notice.content), request.GET.get("q", "").strip()[:80]
    full = request.user.has_perm("exchange.view_returned")
    opens = any(request.user.has_perm(name) for name in MAY_OPEN) and bool(told.package)
    page = paginate(request, _sorted(_rows(told, text, full), request.GET.get("sort", "")))
    lines = [(*row, handlers.line_address(number, row[0]) if opens else "") for row in page]
    content = {"notice": notice, "told": told, "text": text, "page": page, "lines": lines, "sort": "line",
               "titles": package_titles(), "full": full}  # fmt: skip
    return render(request, "exchange/returned.html", content)


def _rows(told: Returned, text: str, full: bool) -> list[tuple[int, str, str, str]]:
    """Line, column, value and reason of what is listed and holds the text."""
    language, wanted = get_language() or "zh-hans", text.lower()
    shown = [
        (line, column, value if full else guarded(value), told.said(code, language))
        for line, column, value, code in told.listed
    ]
    return [row for row in shown if not wanted or any(wanted in str(part).lower() for part in row)]


def _sorted(rows: list[tuple[int, str, str, str]], sort: str) -> list[tuple[int, str, str, str]]:
    at = SORTS.get(sort.lstrip("-"), 0)
    return sorted(rows, key=lambda row: (row[at], row[0]), reverse=sort.startswith("-"))


def _notice(request: StaffRequest, number: int) -> Notice:
    if request.user.centre_id != settings.CANTON_CENTRE:
        raise Http404
    return get_object_or_404(Notice, pk=number, content__kind=NoticeKind.SENT_BACK)


@requires("exchange.view_link")
@require_GET
def rows(request: StaffRequest, number: int) -> HttpResponseBase:
    """The rows of a notice as CSV; only staff of this centre itself.

    They are its own rows: who puts them right has the values as they were sent, anybody else masked.
    """
    notice = _notice(request, number)
    told, language = read(notice.content), get_language() or "zh-hans"
    full = request.user.has_perm("exchange.view_returned")
    record(
        "exchange.export_returned", actor=request.user.number, centre=request.user.centre_id,
        now=timezone.now(), target=told.batch, address=address_of(request), full=full,
    )  # fmt: skip

    def lines() -> Iterator[tuple[object, ...]]:
        for line, column, value, code in told.listed:
            yield line, column, value if full else guarded(value), code, told.said(code, language)

    header = (_("Line"), _("Column"), _("Value"), _("Rule"), _("Reason"))
    return csv_response(f"{told.batch}-{_('Rows sent back')}.csv", header, lines())
