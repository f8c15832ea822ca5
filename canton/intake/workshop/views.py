"""Layouts on screen (版式): made and tried on a sample, published for all who hand in files."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.centres.selectors import scope
from canton.exchange import formats
from canton.kernel.errors import CantonError
from canton.shell import flash

from ..forms import ask_file_again
from ..layout import Layout, load_layout, names
from ..sending import gone_on, kept_by_browser
from ..sources.model import KINDS, Kind
from . import mapping, services
from .drawing import drawn, may_change, tried_again
from .filled import Filled, as_saved, filled_in
from .forms import CopyForm, SampleForm, StartForm
from .models import SavedLayout
from .selectors import saved_layouts
from .titles import said_in


@requires("intake.view_batch")
@require_GET
def layouts(request: StaffRequest) -> HttpResponse:
    """Every layout: those that come with the house, and those people made, newest version first."""
    house = [load_layout(name) for name in names()]
    saved = saved_layouts(request.user)
    titles = {each.name: each.title for each in formats.all()[::-1]}
    content = {
        "house": [(each, KINDS[each.source.kind]) for each in house if not each.own],
        "own": [each for each in house if each.own],
        "saved": [
            (each, said_in(each.document), titles.get(each.dataset, each.dataset),
             KINDS[Kind(each.document.get("kind", "text"))])
            for each in saved
        ],
        "may_change": request.user.has_perm("intake.change_layout"),
    }  # fmt: skip
    return render(request, "intake/layouts.html", content)


@requires("intake.view_batch")
@require_GET
def house_layout(request: StaffRequest, name: str) -> HttpResponse:
    """A layout that comes with the house, to be read, and begun from."""
    return _house_page(request, _of_house(name), CopyForm())


@requires("intake.change_layout")
@require_POST
def copy_layout(request: StaffRequest, name: str) -> HttpResponse:
    """Begin a draft as a layout of the house is."""
    layout, form = _of_house(name), CopyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            saved = services.copy(
                layout, name=given["name"], title=given["title"], by=request.user, now=timezone.now()
            )
        except services.BadLayoutName as error:
            form.add_error("name", error.message)
        else:
            flash.done(request, _("Draft begun; the layout it is a copy of stays as it is."))
            return redirect("intake:layout", saved.pk)
    return _house_page(request, layout, form, status=422)


def _of_house(name: str) -> Layout:
    if name not in names() or load_layout(name).own:
        raise Http404
    return load_layout(name)


def _house_page(request: StaffRequest, layout: Layout, form: CopyForm, *, status: int = 200) -> HttpResponse:
    melt = layout.source.melt
    content = {
        "layout": layout, "kind": KINDS[layout.source.kind], "form": form,
        "lines": [
            (layout.format.field(line.field), *mapping.in_words(line, layout.format))
            for line in mapping.lines_of(layout.document, layout.format)
        ],
        "melted": melt.columns if melt else (),
        "may_change": request.user.has_perm("intake.change_layout"),
    }  # fmt: skip
    return render(request, "intake/layout_house.html", content, status=status)


@requires("intake.change_layout")
@require_http_methods(["GET", "POST"])
def new_layout(request: StaffRequest) -> HttpResponse:
    """Begin a layout on a sample."""
    form = StartForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            with _on_disk(given["file"]) as path:
                saved = services.begin(
                    path, name=given["name"], title=given["title"].strip(), dataset=given["dataset"],
                    file_name=given["file"].name or "", by=request.user, now=timezone.now(),
                )  # fmt: skip
        except CantonError as error:
            form.add_error("name" if isinstance(error, services.BadLayoutName) else "file", error.message)
        else:
            return gone_on(request, reverse("intake:layout", args=[saved.pk]))
    if not kept_by_browser(request):
        ask_file_again(form)
    return render(request, "intake/layout_new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("intake.view_batch")
@require_http_methods(["GET", "POST"])
def layout(request: StaffRequest, pk: int) -> HttpResponse:
    """One layout: how its file is written and what each field is made of; a draft can be changed."""
    saved = get_object_or_404(saved_layouts(request.user), pk=pk)
    if request.method == "GET" or not may_change(request, saved):
        return drawn(request, saved, as_saved(saved), status=200 if request.method == "GET" else 403)
    page, error = filled_in(saved, request.POST), None
    action = request.POST.get("action", "save")
    if not page.faults and action in ("save", "publish"):
        try:
            _keep(request, saved, page, publish=action == "publish")
        except CantonError as raised:
            error = raised
        else:
            return redirect("intake:layout", saved.pk)
    return drawn(request, saved, page, error=error, status=422 if error or page.faults else 200)


def _keep(request: StaffRequest, saved: SavedLayout, page: Filled, *, publish: bool) -> None:
    """Save a draft, and publish it in the same breath or not at all."""
    with transaction.atomic():
        now = timezone.now()
        saved = services.save(saved, page.document, half_done=page.half_done, by=request.user, now=now)
        if publish:
            services.publish(saved, by=request.user, now=now)
    said = _("Layout published; files can be handed in by it.") if publish else _("Draft saved.")
    flash.done(request, said)


@requires("intake.change_layout")
@require_POST
def try_layout(request: StaffRequest, pk: int) -> HttpResponse:
    """What the sample comes to by the layout as it is filled in, not saved."""
    saved = _own(request, pk)
    return tried_again(request, saved, filled_in(saved, request.POST))


@requires("intake.change_layout")
@require_POST
def forget_sample(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete the sample of a draft."""
    saved = _own(request, pk)
    services.forget_sample(saved, by=request.user, now=timezone.now())
    flash.done(request, _("Sample deleted."))
    return redirect("intake:layout", saved.pk)


@requires("intake.change_layout")
@require_POST
def sample(request: StaffRequest, pk: int) -> HttpResponse:
    """Try a draft on another file."""
    saved, form = (
        _own(request, pk),
        SampleForm(request.POST, request.FILES),
    )
    if form.is_valid():
        with _on_disk(form.cleaned_data["file"]) as path:
            services.attach(saved, path, file_name=form.cleaned_data["file"].name or "")
        return redirect("intake:layout", saved.pk)
    return drawn(request, saved, as_saved(saved), sample_form=form, status=422)


@requires("intake.change_layout")
@require_POST
def revise_layout(request: StaffRequest, pk: int) -> HttpResponse:
    """A new version to change."""
    saved = _own(request, pk)
    return redirect("intake:layout", services.revise(saved, by=request.user, now=timezone.now()).pk)


@requires("intake.change_layout")
@require_POST
def withdraw_layout(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a version out of use, or throw a draft away."""
    saved = _own(request, pk)
    services.withdraw(saved, by=request.user, now=timezone.now())
    flash.done(request, _("Layout withdrawn."))
    return redirect("intake:layouts")


@requires("intake.view_batch")
@require_GET
def layout_json(request: StaffRequest, pk: int) -> HttpResponse:
    """The layout as a file, for `canton intake --layout` or another centre."""
    saved = get_object_or_404(saved_layouts(request.user), pk=pk)
    content = json.dumps(saved.document, ensure_ascii=False, indent=2)
    answer = HttpResponse(content, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{saved.name}-{saved.version}.json"'
    return answer


def _own(request: StaffRequest, pk: int) -> SavedLayout:
    """A layout of the viewer's own scope, which he may change."""
    return get_object_or_404(saved_layouts(request.user).filter(centre_id__in=scope(request.user)), pk=pk)


@contextmanager
def _on_disk(file: "UploadedFile[bytes]") -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=".sample") as held:
        for chunk in file.chunks():
            held.write(chunk)
        held.flush()
        yield Path(held.name)
