"""What is due from whom and when, edited; reminders sent, and those that came to us."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.pages import paginate

from .. import expected, services, terminal
from ..choices import NoticeKind
from ..forms import AcknowledgeForm, DutyForm
from ..models import Duty, Notice, Outgoing
from ..notices import items
from ..returned import read
from ..wording import dataset_titles, package_titles


@requires("exchange.view_link")
@require_GET
def schedule(request: StaffRequest) -> HttpResponse:
    """Everything that is due, by data set."""
    titles, text = dataset_titles(), request.GET.get("q", "").strip()[:40]
    duties = Duty.objects.select_related("centre").order_by("dataset", "centre")
    if text:
        named = [name for name, title in titles.items() if text.lower() in title.lower()]
        called = Q(centre__name__icontains=text) | Q(centre__name_en__icontains=text)
        duties = duties.filter(called | Q(centre=text) | Q(dataset__in=named))
    content = {
        "page": paginate(request, duties), "text": text, "titles": titles, "below": expected.centres(),
    }  # fmt: skip
    return render(request, "exchange/schedule.html", content)


@requires("exchange.change_schedule")
@require_http_methods(["GET", "POST"])
def duty(request: StaffRequest, number: int | None = None) -> HttpResponse:
    """Enter or change what is due."""
    found = get_object_or_404(Duty, pk=number) if number is not None else None
    form = DutyForm(request.POST or None, instance=found, today=timezone.localdate())
    if form.is_valid():
        services.save_duty(form.save(commit=False), by=request.user.number, now=timezone.now())
        flash.done(request, _("Saved."))
        return redirect("exchange:schedule")
    content = {"form": form, "duty": found, "titles": dataset_titles()}
    return render(request, "exchange/duty.html", content, status=422 if form.is_bound else 200)


@requires("exchange.change_schedule")
@require_POST
def drop(request: StaffRequest, number: int) -> HttpResponse:
    """It is due no longer."""
    services.drop_duty(get_object_or_404(Duty, pk=number), by=request.user.number, now=timezone.now())
    flash.done(request, _("Deleted."))
    return redirect("exchange:schedule")


@requires("exchange.view_link")
@require_GET
def notices(request: StaffRequest) -> HttpResponse:
    """Reminders that came to this centre, and those it sent."""
    return _notices(request, AcknowledgeForm())


@requires("exchange.acknowledge_notice")
@require_POST
def acknowledge(request: StaffRequest, number: int) -> HttpResponse:
    """Say that a reminder was seen; only staff of this centre itself."""
    notice = get_object_or_404(Notice, pk=number)
    form = AcknowledgeForm(request.POST)
    if request.user.centre_id == settings.CANTON_CENTRE and form.is_valid():
        reply = form.cleaned_data["reply"]
        try:
            services.acknowledge(notice, by=request.user.number, reply=reply, now=timezone.now())
        except CantonError as error:
            form.add_error(None, error.message)
        else:
            flash.done(request, _("Acknowledged; the sender is told."))
            return redirect("exchange:notices")
    return _notices(request, form, status=422)


def _notices(request: StaffRequest, form: AcknowledgeForm, status: int = 200) -> HttpResponse:
    here = request.user.centre_id == settings.CANTON_CENTRE
    came = Notice.objects.select_related("link__peer") if here else Notice.objects.none()
    content = {
        "came": [_came(notice) for notice in came[:50]],
        "page": paginate(request, terminal.chases(request.user)),
        "form": form,
        "titles": package_titles(),
    }
    return render(request, "exchange/notices.html", content, status=status)


def _came(notice: Notice) -> dict[str, Any]:
    """A notice as it is shown. sent: the packages of ours that went after rows were sent back to us."""
    if notice.content.get("kind") != NoticeKind.SENT_BACK:
        return {"notice": notice, "items": items(notice.content)}
    told = read(notice.content)
    ours = Outgoing.objects.filter(link=notice.link, dataset=told.dataset)
    again = ours.filter(period=told.period, sequence=told.sequence, queued_at__gt=notice.received_at)
    return {
        "notice": notice, "returned": told,
        "sent": again.order_by("queued_at").first() if told.period else None,
        "before": ours.filter(sha256=told.package).first() if told.package else None,
    }  # fmt: skip
