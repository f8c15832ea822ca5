"""A line of our own file that the centre above sent back: the whole of it, from the file kept here."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from canton.accounts.access import StaffRequest, address_of, requires
from canton.audit.services import record
from canton.exchange.choices import NoticeKind
from canton.exchange.formats.words import word
from canton.exchange.models import Notice, Outgoing
from canton.exchange.returned import Returned, read
from canton.kernel.errors import CantonError

from . import wording
from .layout import Layout
from .originals import line_of, shown_value
from .shapes import UnknownLayout
from .workshop.selectors import published

MAY = ("exchange.view_returned", "intake.view_original")


@requires("exchange.view_link")
@require_GET
def line(request: StaffRequest, notice: int, line: int) -> HttpResponse:
    """A line of our file among its neighbours, numbers masked; every look is kept.

    Only for staff of this centre itself who put rows right or may open original lines.
    """
    if request.user.centre_id != settings.CANTON_CENTRE:
        raise Http404
    if not any(request.user.has_perm(name) for name in MAY):
        raise PermissionDenied
    found = get_object_or_404(Notice, pk=notice, content__kind=NoticeKind.SENT_BACK)
    told = read(found.content)
    sent = Outgoing.objects.filter(link=found.link, sha256=told.package).first() if told.package else None
    content = {"notice": found, "told": told, "line": line, "sent": sent}
    if sent is None:
        return render(request, "intake/returned_line.html", content, status=404)
    layout = _layout(sent)
    try:
        shown = line_of(sent.data_sha256, layout, line)
    except CantonError as error:
        return render(request, "intake/returned_line.html", content | {"error": error}, status=404)
    if not any(each.number == line for each in shown.lines):
        raise Http404
    record(
        "intake.view_original", actor=request.user.number, centre=request.user.centre_id, now=timezone.now(),
        target=f"{sent.name}:{line}", address=address_of(request),
    )  # fmt: skip
    content |= {
        "shown": shown, "layout": layout.name, "refused": _refused(told, line, layout),
        "titles": [(name, wording.column_title(layout.format, name), value, word(name, value))
            for name, value in shown.fields],
    }  # fmt: skip
    return render(request, "intake/returned_line.html", content)


def _layout(sent: Outgoing) -> Layout:
    """The layout the package named, if it is known here too; else the one of its data set."""
    try:
        return published(sent.layout or f"{sent.dataset}-{sent.version}")
    except UnknownLayout:
        return published(f"{sent.dataset}-{sent.version}")


def _refused(told: Returned, line: int, layout: Layout) -> list[dict[str, str]]:
    """Why the line came back, column by column."""
    return [
        {
            "column": wording.column_title(layout.format, column),
            "value": shown_value(layout.format, column, value),
            "reason": wording.reason(code, layout.format),
        }
        for number, column, value, code in told.listed
        if number == line
    ]
