"""Filed reports a viewer may find again: those of his own centre and the centres below it."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from canton.accounts.models import Staff
from canton.centres.selectors import Viewer, scope

from .choices import State
from .models import FiledReport, Order


def visible_to(viewer: Viewer) -> QuerySet[FiledReport]:
    """Filed reports of the viewer's scope, the newest first."""
    return FiledReport.objects.filter(centre_id__in=scope(viewer)).select_related("centre", "filed_by")


def found(viewer: Viewer, asked: Mapping[str, str]) -> QuerySet[FiledReport]:
    """Those that match: q in title, note or person; report, centre; and a day that the report covers."""
    reports = visible_to(viewer)
    if text := asked.get("q", "").strip():
        reports = reports.filter(
            Q(title__icontains=text) | Q(note__icontains=text) | Q(report__iexact=text)
            | Q(filed_by__number=text) | Q(filed_by__name__icontains=text) | Q(centre__name__icontains=text)
            | Q(centre__name_en__icontains=text)
        )  # fmt: skip
    if name := asked.get("report"):
        reports = reports.filter(report=name)
    if code := asked.get("centre"):
        reports = reports.filter(centre_id=code)
    if who := asked.get("who"):
        reports = reports.filter(filed_by__number=who)
    if day := _day(asked.get("day", "")):
        reports = reports.filter(start__lte=day, end__gte=day)
    return reports


def orders(viewer: Staff) -> QuerySet[Order]:
    """The viewer's own reports that the worker makes, or could not make, the newest first."""
    return Order.objects.filter(asked_by=viewer).exclude(state=State.DONE).select_related("centre")


def _day(text: str) -> date | None:
    """A day; None for what is none, which then narrows nothing."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
