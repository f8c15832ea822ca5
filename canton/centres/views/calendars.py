"""Working calendars on screen: a year at a time, its days, the hours of a week, and what a span makes."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.kernel.access import requires
from canton.kernel.errors import CantonError
from canton.shell import flash

from .. import calendars, selectors, yearbook
from ..access import ViewerRequest, editor
from ..calendar import Moment, WorkingCalendar, written
from ..calendar_forms import CountForm, DayForm, WeekForm, YearForm
from ..errors import DayChangedMeanwhile
from ..models import Calendar, CalendarYear, Centre, Revision
from ..services import calendars as services

FIRST, LAST = 1990, 2100
CONFLICT, UNPROCESSABLE = 409, 422


@requires("centres.view_centre")
@require_GET
def year(request: ViewerRequest) -> HttpResponse:
    """A year of the calendar that holds at a centre, month by month, and a span counted in it."""
    centre = _centre(request, request.GET.get("centre") or request.user.centre.code)
    return _draw(request, centre, _year(request.GET.get("year")))


@requires("centres.change_calendar")
@require_http_methods(["GET", "POST"])
def day(request: ViewerRequest, code: str, on: str) -> HttpResponse:
    """Say whether and when one day is worked at a centre and those below it."""
    centre, wanted = _centre(request, code), _day(on)
    own = calendars.differing([centre.code], start=wanted, end=wanted)
    above = calendars.differing(calendars.lineage(centre), start=wanted, end=wanted)
    found = next(iter([*own, *above]), None)
    calendar = calendars.of(centre, start=wanted, end=wanted)
    version = own[0].version if own else 0
    first = {
        "working": "yes" if calendar.is_working_day(wanted) else "no", "version": version,
        "name": found.name if found else "", "name_en": found.name_en if found else "",
        "reason": found.reason if found else "", "hours": found.hours if found else "",
    }  # fmt: skip
    form = DayForm(request.POST if request.method == "POST" else None, initial=first)
    status = 200
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            seen = form.cleaned_data["version"]
            by, now = editor(request), timezone.now()
            try:
                kept = services.set_day(centre, wanted, form.day(), version=seen, by=by, now=now)
            except DayChangedMeanwhile as error:
                status = _reopened(form, error)
            else:
                return _done(request, kept, centre, wanted.year)
    content = {
        "centre": centre, "on": wanted, "form": form, "own": own[0] if own else None,
        "answer": calendar.is_working_day(wanted),
    }  # fmt: skip
    return render(request, "centres/calendar_day.html", content, status=status)


@requires("centres.change_calendar")
@require_POST
def clear_day(request: ViewerRequest, code: str, on: str) -> HttpResponse:
    """Let a day be again what the calendar above, or its weekday, says."""
    centre, wanted = _centre(request, code), _day(on)
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() else 0
    try:
        kept = services.set_day(centre, wanted, None, version=seen, by=editor(request), now=timezone.now())
    except CantonError as error:
        return _draw(request, centre, wanted.year, error=error)
    return _done(request, kept, centre, wanted.year)


@requires("centres.change_calendar")
@require_http_methods(["GET", "POST"])
def hours(request: ViewerRequest, code: str) -> HttpResponse:
    """Give a centre and those below it working hours of their own, or take those of the centre above."""
    centre = _centre(request, code)
    chain = calendars.lineage(centre)
    kept_at = calendars.hours_kept_at(chain)
    held = Calendar.objects.filter(pk=centre.pk).first()
    first = WeekForm.of(calendars.week(chain)) | {"version": held.version if held else 1}
    form = WeekForm(request.POST if request.method == "POST" else None, initial=first)
    status = 200
    if request.method == "POST":
        inherit = "inherit" in request.POST
        status = UNPROCESSABLE
        if form.is_valid() or (inherit and "version" in form.cleaned_data):
            wanted = None if inherit else form.week()
            seen = form.cleaned_data["version"]
            by, now = editor(request), timezone.now()
            try:
                kept = services.set_week(centre, wanted, version=seen, by=by, now=now)
            except DayChangedMeanwhile as error:
                status = _reopened(form, error)
            else:
                return _done(request, kept, centre, timezone.localdate().year)
    content = {"centre": centre, "form": form, "own": kept_at == centre.code, "top": len(chain) == 1}
    return render(request, "centres/calendar_hours.html", content, status=status)


@requires("centres.change_calendar")
@require_POST
def publish(request: ViewerRequest, code: str, number: int) -> HttpResponse:
    """Say that all days of a year are entered; without a notice, that they are not."""
    centre = _centre(request, code)
    if not FIRST <= number <= LAST:
        raise Http404
    form = YearForm(request.POST)
    withdraw = "withdraw" in request.POST
    if not withdraw and not form.is_valid():
        return _draw(request, centre, number, publishing=form)
    source = None if withdraw else form.cleaned_data["source"]
    kept = services.set_year(centre, number, source=source, by=editor(request), now=timezone.now())
    return _done(request, kept, centre, number)


@requires("centres.change_calendar")
@require_POST
def undo(request: ViewerRequest, revision: int) -> HttpResponse:
    """Take back the latest change of a day, of the hours or of a year."""
    known = Revision.objects.filter(subject__in=services.SUBJECTS, centre__in=selectors.scope(request.user))
    found = get_object_or_404(known, pk=revision)
    centre, number = Centre.objects.get(pk=found.centre), _year(found.key.partition(":")[2][:4])
    try:
        services.undo(found, by=editor(request), now=timezone.now())
    except CantonError as error:
        return _draw(request, centre, number, error=error)
    flash.done(request, _("The change is taken back."))
    return redirect(_address(centre, number))


def _draw(
    request: ViewerRequest, centre: Centre, number: int, *, error: CantonError | None = None,
    publishing: YearForm | None = None,
) -> HttpResponse:  # fmt: skip
    calendar, chain = calendars.of(centre), calendars.lineage(centre)
    months = yearbook.months(calendar, number)
    counting = CountForm(request.GET if "hours" in request.GET else None)
    content = {
        "centre": centre, "number": number, "months": months, "calendar": calendar,
        "working": sum(month.working for month in months), "stretches": yearbook.stretches(calendar, number),
        "published": CalendarYear.objects.filter(calendar__in=chain, year=number).first(),
        "own_year": CalendarYear.objects.filter(calendar=centre.code, year=number).exists(),
        "week": [(WEEKDAYS[at], written(hours)) for at, hours in enumerate(calendar.week)],
        "kept_at": Centre.objects.filter(pk=calendars.hours_kept_at(chain)).first(),
        "centres": [(each.code, str(each)) for each in selectors.visible_to(request.user)],
        "may_edit": request.user.has_perm("centres.change_calendar"), "today": timezone.localdate(),
        "counting": counting, "counted": _counted(calendar, counting), "error": error,
        "publishing": publishing or YearForm(), "publishing_open": publishing is not None,
        "before": number - 1 if number > FIRST else None, "after": number + 1 if number < LAST else None,
    }  # fmt: skip
    status = CONFLICT if error else UNPROCESSABLE if publishing else 200
    return render(request, "centres/calendar.html", content, status=status)


def _counted(calendar: WorkingCalendar, form: CountForm) -> Moment | None:
    """When a span asked for is used up; what stands against it becomes an error of the form."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        span = timedelta(hours=float(form.cleaned_data["hours"]))
        return calendar.add_working_time(form.cleaned_data["start"], span)
    except CantonError as error:
        form.add_error(None, error.message)
        return None


def _reopened(form: DayForm | WeekForm, error: DayChangedMeanwhile) -> int:
    """The form again with what was typed and the version held now."""
    form.add_error(None, error.message)
    form.data = {**form.data.dict(), "version": str(error.version)}  # type: ignore[attr-defined]
    return CONFLICT


def _done(request: ViewerRequest, kept: Revision | None, centre: Centre, number: int) -> HttpResponse:
    if kept is None:
        flash.done(request, _("Nothing was different, so nothing is changed."))
    else:
        flash.done(
            request, _("The calendar is changed."), undo=reverse("centres:calendar-undo", args=[kept.pk])
        )
    return redirect(_address(centre, number))


def _address(centre: Centre, number: int) -> str:
    return f"{reverse('centres:calendar')}?centre={centre.code}&year={number}"


def _centre(request: ViewerRequest, code: str) -> Centre:
    found: Centre = get_object_or_404(selectors.visible_to(request.user), code=code)
    return found


def _year(text: str | None) -> int:
    """A year that has a page; this one for anything else."""
    number = int(text) if text and text.isdecimal() and text.isascii() else 0
    return number if FIRST <= number <= LAST else timezone.localdate().year


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not FIRST <= found.year <= LAST:
        raise Http404
    return found
