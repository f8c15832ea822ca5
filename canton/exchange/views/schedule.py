"""What is due from whom and when, edited; reminders sent, and those that came to us."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.pages import paginate

from .. import expected, listing, services
from ..choices import NoticeKind
from ..forms import AcknowledgeForm, DutyForm
from ..models import Duty, Notice, Outgoing
from ..notices import items
from ..returned import read
from ..terminal import below, unseen
from ..wording import dataset_titles, package_titles

CAME_A_PAGE = 20


@requires("exchange.view_link")
@require_GET
def schedule(request: StaffRequest) -> HttpResponse:
    """Everything that is due, by data set unless another order is asked for."""
    asked = _asked(request)
    content = {
        "page": paginate(request, listing.duties(asked)), "asked": asked, "titles": dataset_titles(),
        "below": expected.centres(), "sort": "dataset",
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
    """Of both lists the one that is asked for; without a word those that came, if any ever did."""
    here = request.user.centre_id == settings.CANTON_CENTRE
    ever = here and Notice.objects.exists()
    received = here and request.GET.get("show", "came" if ever else "") == "came"
    asked = _asked(request)
    content = {"form": form, "titles": package_titles(), "asked": asked, "sort": "-time",
               "received": received, "ever": ever, "to_answer": unseen() if here else 0}  # fmt: skip
    if received:
        page = paginate(request, listing.came(asked), per_page=CAME_A_PAGE)
        orders = [("", _("newest first")), ("time", _("oldest first"))]
        content |= {"page": page, "came": [_came(notice) for notice in page], "orders": orders}
    else:
        centres = [("", _("all")), *((each.pk, str(each)) for each in below(request.user))]
        page = paginate(request, listing.chases(request.user, asked))
        content |= {"page": page, "centres": centres}
    return render(request, "exchange/notices.html", content, status=status)


def _asked(request: StaffRequest) -> listing.Asked:
    given = request.GET
    return listing.Asked(
        given.get("q", "").strip()[:80],
        given.get("state", ""),
        given.get("centre", ""),
        given.get("sort", ""),
    )


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
