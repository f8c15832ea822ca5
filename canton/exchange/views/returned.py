"""Rows that a neighbour sent back to us: the list of them."""

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.shell.exports import csv_response

from ..choices import NoticeKind
from ..models import Notice
from ..returned import guarded, read


@requires("exchange.view_link")
@require_GET
def rows(request: StaffRequest, number: int) -> HttpResponseBase:
    """The rows of a notice as CSV; only staff of this centre itself.

    They are its own rows: who puts them right has the values as they were sent, anybody else masked.
    """
    if request.user.centre_id != settings.CANTON_CENTRE:
        raise Http404
    notice = get_object_or_404(Notice, pk=number, content__kind=NoticeKind.SENT_BACK)
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
