"""Layouts on screen (版式): made and tried on a sample, published for all who hand in files."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.centres.selectors import scope
from canton.exchange.formats import Field, Format
from canton.exchange.formats.words import word
from canton.kernel.errors import CantonError
from canton.shell import flash

from .. import wording
from ..forms import ask_file_again
from ..layout import load_layout, names, read_layout
from ..originals import shown_value
from ..sources.model import KINDS, Kind
from . import mapping, ruling, sample_rows, services, time_forms, trial, words
from .filled import Filled, as_saved, filled_in
from .forms import ANSWER, QUESTION, SampleForm, StartForm, WrittenForm
from .models import LayoutState, SavedLayout
from .selectors import saved_layouts

KINDS_OF_QUESTIONS: Mapping[str, str | Promise] = {
    "score": gettext_lazy("a mark on a scale, as 9 of 10; counted into means"),
    "choice": gettext_lazy("one of given answers, as yes or no; counted by answer"),
    "number": gettext_lazy("a quantity, as calls in a month; no mark"),
    "text": gettext_lazy("what respondents wrote in their own words"),
    "fact": gettext_lazy("not asked: what the centre knew of the respondent"),
}


@requires("intake.view_batch")
@require_GET
def layouts(request: StaffRequest) -> HttpResponse:
    """Every layout: those that come with the house, and those people made, newest version first."""
    house = [load_layout(name) for name in names()]
    saved = saved_layouts(request.user)
    content = {
        "house": [(each, KINDS[each.source.kind]) for each in house if not each.own],
        "own": [each for each in house if each.own],
        "saved": [(each, KINDS[Kind(each.document.get("kind", "text"))]) for each in saved],
        "may_change": request.user.has_perm("intake.change_layout"),
    }
    return render(request, "intake/layouts.html", content)


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
                    path, name=given["name"], dataset=given["dataset"], file_name=given["file"].name or "",
                    by=request.user, now=timezone.now(),
                )  # fmt: skip
        except CantonError as error:
            form.add_error("name" if isinstance(error, services.BadLayoutName) else "file", error.message)
        else:
            return redirect("intake:layout", saved.pk)
    ask_file_again(form)
    return render(request, "intake/layout_new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires("intake.view_batch")
@require_http_methods(["GET", "POST"])
def layout(request: StaffRequest, pk: int) -> HttpResponse:
    """One layout: how its file is written and what each field is made of; a draft can be changed."""
    saved = get_object_or_404(saved_layouts(request.user), pk=pk)
    if request.method == "GET" or not _may_change(request, saved):
        return _page(request, saved, as_saved(saved), status=200 if request.method == "GET" else 403)
    page, error = filled_in(saved, request.POST), None
    action = request.POST.get("action", "save")
    if not page.faults and action in ("save", "publish"):
        try:
            saved = services.save(saved, page.document, by=request.user, now=timezone.now())
            if action == "publish":
                services.publish(saved, by=request.user, now=timezone.now())
        except CantonError as raised:
            error = raised
        else:
            said = (
                _("Layout published; files can be handed in by it.")
                if action == "publish"
                else _("Draft saved.")
            )
            flash.done(request, said)
            return redirect("intake:layout", saved.pk)
    return _page(request, saved, page, error=error, status=422 if error or page.faults else 200)


@requires("intake.change_layout")
@require_POST
def try_layout(request: StaffRequest, pk: int) -> HttpResponse:
    """What the sample comes to by the layout as it is filled in, not saved."""
    saved = _own(request, pk)
    page = filled_in(saved, request.POST)
    content = _tried(saved, page)
    content["to_choose"] = mapping.to_choose(page.format, page.lines)
    content |= {"again": True, **_rulers(saved, page), "sample_rows": _sample_rows(saved, page)}
    return render(request, "intake/_trial.html", content, status=422 if content.get("problem") else 200)


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
    return _page(request, saved, as_saved(saved), sample_form=form, status=422)


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


def _may_begin(request: StaffRequest, saved: SavedLayout) -> bool:
    return request.user.has_perm("intake.change_layout") and saved.centre_id in scope(request.user)


def _may_change(request: StaffRequest, saved: SavedLayout) -> bool:
    return saved.state == LayoutState.DRAFT and _may_begin(request, saved)


def _page(
    request: StaffRequest,
    saved: SavedLayout,
    page: Filled,
    *,
    error: CantonError | None = None,
    sample_form: SampleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as it is filled in; every fault at its field, the first with the focus."""
    document, format_, first = page.document, page.format, page.first
    problems = [*dict.fromkeys(page.faults.values()), *([error.message] if error else [])]
    if first in page.form.fields:
        page.form.fields[first].widget.attrs["autofocus"] = True
    content = {
        "saved": saved, "document": document, "format": format_, "problems": problems,
        "focus_head": bool(problems) and not first,
        "form": page.form, "sample_form": sample_form or SampleForm(),
        "lines": [_drawn(page, line) for line in page.lines],
        "columns": _columns(document), "asked": _asked(document, format_), "asks": _asks(format_),
        "time_forms": time_forms.FORMS, "usual_forms": time_forms.USUAL,
        "how": mapping.HOW.items(), "may_change": _may_change(request, saved),
        "may_begin": _may_begin(request, saved),
        "has_sample": services.sample_of(saved) is not None, "sample_rows": _sample_rows(saved, page),
        **_rulers(saved, page), "tried": _tried(saved, page),
        "to_choose": mapping.to_choose(format_, page.lines),
    }  # fmt: skip
    return render(request, "intake/layout.html", content, status=status)


def _drawn(page: Filled, line: mapping.Line) -> dict[str, Any]:
    """What is drawn in the row of a field; a column the file has no more stays chosen until it is changed."""
    field, place = page.format.field(line.field), f"fields.{line.field}"
    known = {*_columns(page.document), *(name for name, _text in _asked(page.document, page.format))}
    return {
        "field": field, "line": line, "fault": page.faults.get(place, ""), "focus": place == page.first,
        "gone": line.column if line.column not in known else "", "words": _words(field),
        "only": mapping.only_where(page.format, line.field),
        "only_on": line.only or (line.how == "none" and _asks(page.format)),
    }  # fmt: skip


def _sample_rows(saved: SavedLayout, page: Filled) -> sample_rows.SampleRows | None:
    found = sample_rows.read_rows(services.sample_of(saved), WrittenForm.guess_of(page.document))
    return sample_rows.shown_rows(found, page.document, page.format)


def _rulers(saved: SavedLayout, page: Filled) -> dict[str, Any]:
    """Lines of the sample under their rulers, and the columns with their positions, one more to fill in."""
    document = page.document
    if document.get("kind") != Kind.FIXED:
        return {}
    columns: list[tuple[Any, ...]] = [
        (each["name"], each["name"], *each.get("at", ("", ""))) for each in document["columns"]
    ]
    if page.data and page.faults and "ruler-name" in page.data:
        columns = [each for each in ruling.posted(page.data) if any(each)]
    return {
        "ruled": ruling.ruled_sample(document, services.sample_of(saved)),
        "rulers": [*columns, ("", "", "", "")],
    }


def _columns(document: Mapping[str, Any]) -> list[str]:
    """Columns of the file a field may be made of."""
    row = document.get("row")
    return [each["name"] for each in document["columns"]] + ([row] if row else [])


def _asked(document: Mapping[str, Any], format_: Format) -> list[tuple[str, str]]:
    """What columns that are questions are turned into, (name, words), where the data has use for it."""
    melt = document.get("melt")
    if melt:
        return [
            (melt["name"], pgettext("made of", "Question")),
            (melt["value"], pgettext("made of", "Answer")),
        ]
    free = not {QUESTION, ANSWER} & set(_columns(document))
    return (
        [(QUESTION, pgettext("made of", "Question")), (ANSWER, pgettext("made of", "Answer"))]
        if free and _asks(format_)
        else []
    )


def _asks(format_: Format) -> bool:
    return {QUESTION, ANSWER} <= set(format_.columns)


def _words(field: Field) -> list[str]:
    """The codes a field may have, with their words, and what they mean where that is not plain."""
    said = [(word(field.name, each), each) for each in field.enum]
    meant = KINDS_OF_QUESTIONS if set(field.enum) == set(KINDS_OF_QUESTIONS) else {}
    return [
        " – ".join(
            filter(None, (f"{text} ({each})" if text and text != each else each, str(meant.get(each, ""))))
        )
        for text, each in said
    ]


def _tried(saved: SavedLayout, page: Filled) -> dict[str, Any]:
    """What the sample comes to, as it may be shown; what is wrong with the page, or with the file."""
    format_, path = page.format, services.sample_of(saved)
    if page.faults or path is None:
        return {"problem": " ".join(dict.fromkeys(page.faults.values()))}
    try:
        found = trial.try_out(path, read_layout(page.document), centre=saved.centre_id)
    except CantonError as error:
        return {"problem": words.said(error, format_)}
    filled = [at for at, _name in enumerate(found.columns) if any(row[at] for row in found.rows)]
    return {
        "found": found,
        "titles": [format_.field(found.columns[at]).title for at in filled],
        "rows": [[_shown(format_, found.columns[at], row[at]) for at in filled] for row in found.rows],
        "reasons": [(wording.reason(code, format_), rows) for code, rows in found.reasons.items()],
        "refused": [
            _refused(row, format_) for row in found.first_refused
        ],
    }  # fmt: skip


def _refused(row: tuple[int, str, str, str], format_: Format) -> tuple[int, str, str, str]:
    number, column, value, code = row
    shown = shown_value(format_, column, value)
    return number, wording.column_title(format_, column), shown, wording.reason(code, format_)


def _shown(format_: Format, column: str, value: str | None) -> str:
    return word(column, value or "") or shown_value(format_, column, value or "")


@contextmanager
def _on_disk(file: "UploadedFile[bytes]") -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=".sample") as held:
        for chunk in file.chunks():
            held.write(chunk)
        held.flush()
        yield Path(held.name)
