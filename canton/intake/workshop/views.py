"""Layouts on screen (版式): made and tried on a sample, published for all who hand in files."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from canton.accounts.access import StaffRequest, requires
from canton.centres.selectors import scope
from canton.exchange import formats
from canton.exchange.formats import Field, Format
from canton.exchange.formats.words import word
from canton.kernel.errors import CantonError
from canton.shell import flash

from .. import wording
from ..forms import ask_file_again
from ..layout import BadLayout, load_layout, names, read_layout
from ..originals import shown_value
from ..sources.guessing import look
from ..sources.model import KINDS, Kind
from . import mapping, ruling, sample_rows, services, time_forms, trial, words
from .forms import ANSWER, QUESTION, SampleForm, StartForm, WrittenForm
from .models import LayoutState, SavedLayout
from .selectors import saved_layouts


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
        return _page(request, saved, saved.document, status=200 if request.method == "GET" else 403)
    document, error = _filled_in(request, saved, saved.document)
    action = request.POST.get("action", "save")
    if error is None and action in ("save", "publish"):
        try:
            saved = services.save(saved, document, by=request.user, now=timezone.now())
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
    return _page(request, saved, document, error=error, status=422 if error else 200)


@requires("intake.change_layout")
@require_POST
def try_layout(request: StaffRequest, pk: int) -> HttpResponse:
    """What the sample comes to by the layout as it is filled in, not saved."""
    saved = _own(request, pk)
    document, error = _filled_in(request, saved, saved.document)
    format_ = formats.get(document["dataset"], document["version"])
    content = _tried(saved, document) if error is None else _problem(error, format_)
    posted = [_line(request, field.name) for field in format_.fields]
    content["to_choose"] = mapping.to_choose(format_, posted)
    content |= {"again": True, **_rulers(saved, document), "sample_rows": _sample_rows(saved, document)}
    return render(request, "intake/_trial.html", content, status=422 if content.get("error") else 200)


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
    return _page(request, saved, saved.document, sample_form=form, status=422)


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


def _filled_in(
    request: StaffRequest, saved: SavedLayout, document: Mapping[str, Any]
) -> tuple[Mapping[str, Any], CantonError | None]:
    """The layout as the form says, and what is wrong with it."""
    format_ = formats.get(document["dataset"], document["version"])
    lines = [_line(request, field.name) for field in format_.fields]
    if request.POST.get("action") != "publish":  # a draft may be half done
        lines = [mapping.Line(each.field) if mapping.unfinished(each) else each for each in lines]
    lines = _timed(saved, lines)
    form = WrittenForm(request.POST, document=document)
    if not form.is_valid():
        first = next(iter(form.errors.items()))
        return document, BadLayout(layout=saved.name, where=first[0], what=str(first[1][0]))
    document = form.applied_to(document)
    try:
        document, lines = _with_columns(request, saved, document, lines)
        document = mapping.applied(document, format_, lines)
        read_layout(document)
    except CantonError as error:
        return document, error
    return document, None


def _with_columns(
    request: StaffRequest, saved: SavedLayout, document: Mapping[str, Any], lines: list[mapping.Line]
) -> tuple[Mapping[str, Any], list[mapping.Line]]:
    """The layout with the columns its file has: read from the sample, or where the rulers were set."""
    fixed = document["kind"] == Kind.FIXED
    unruled = fixed and not any("at" in each for each in document["columns"])
    if request.POST.get("action") == "read" or unruled:
        return _read_again(saved, document, unruled=unruled), lines
    if not fixed or "ruler-name" not in request.POST:
        return document, lines
    names = ruling.renamed(request.POST)
    lines = [replace(line, column=names.get(line.column, line.column)) for line in lines]
    return {**document, "columns": ruling.said(request.POST, document)}, lines


def _line(request: StaffRequest, field: str) -> mapping.Line:
    said = (request.POST.get(f"{part}-{field}", "") for part in ("how", "column", "text"))
    how, column, text = said
    return mapping.Line(
        field, how, column, text or (request.POST.get(f"form-{field}", "") if how == "time" else "")
    )


def _timed(saved: SavedLayout, lines: list[mapping.Line]) -> list[mapping.Line]:
    """The lines with the form of each time that nobody said: the one its values in the sample have."""
    if not any(each.how == "time" and each.column and not each.text for each in lines):
        return lines
    sample = sample_rows.read_rows(services.sample_of(saved), WrittenForm.guess_of(saved.document))
    return [
        replace(each, text=time_forms.guessed(sample.values(each.column)))
        if sample and each.how == "time" and not each.text
        else each
        for each in lines
    ]


def _read_again(
    saved: SavedLayout, document: Mapping[str, Any], *, unruled: bool = False
) -> Mapping[str, Any]:
    """The columns the sample has when it is written as the form says; unruled: whatever it counts."""
    path = services.sample_of(saved)
    if path is None:
        return document
    said = WrittenForm.guess_of(document)
    found = look(path, replace(said, measure="", header=0) if unruled else said)
    if found.kind is Kind.FIXED:
        return {**document, **services.written(found)}
    asked = set(document.get("melt", {}).get("columns", ()))
    checks = {each["name"]: each for each in document["columns"]}
    columns = [checks.get(name, {"name": name}) for name in found.columns if name not in asked]
    return {**document, "columns": columns} if columns else document


def _page(
    request: StaffRequest,
    saved: SavedLayout,
    document: Mapping[str, Any],
    *,
    error: CantonError | None = None,
    sample_form: SampleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    format_ = formats.get(document["dataset"], document["version"])
    where = _where(error)
    content = {
        "saved": saved, "document": document, "format": format_, "error": error, "where": where,
        "form": WrittenForm(None, document=document), "sample_form": sample_form or SampleForm(),
        "lines": [
            (field, line, where == f"fields.{line.field}", _words(field))
            for line in mapping.lines_of(document, format_)
            for field in [format_.field(line.field)]
        ],
        "columns": _columns(document), "asked": _asked(document, format_), "asks": _asks(format_),
        "time_forms": time_forms.FORMS, "usual_forms": [form for form, _example in time_forms.FORMS],
        "how": mapping.HOW.items(), "may_change": _may_change(request, saved),
        "may_begin": _may_begin(request, saved),
        "has_sample": services.sample_of(saved) is not None, "sample_rows": _sample_rows(saved, document),
        **_rulers(saved, document, request.POST if where == "columns" else None),
        "tried": _tried(saved, document) if error is None else _problem(error, format_),
        "problem": words.said(error, format_) if error else "",
        "to_choose": mapping.to_choose(format_, mapping.lines_of(document, format_)),
    }  # fmt: skip
    return render(request, "intake/layout.html", content, status=status)


def _sample_rows(saved: SavedLayout, document: Mapping[str, Any]) -> sample_rows.SampleRows | None:
    found = sample_rows.read_rows(services.sample_of(saved), WrittenForm.guess_of(document))
    format_ = formats.get(document["dataset"], document["version"])
    return sample_rows.shown_rows(found, document, format_)


def _rulers(
    saved: SavedLayout, document: Mapping[str, Any], filled_in: QueryDict | None = None
) -> dict[str, Any]:
    """Lines of the sample under their rulers, and the columns with their positions, one more to fill in."""
    if document.get("kind") != Kind.FIXED:
        return {}
    columns: list[tuple[Any, ...]] = [
        (each["name"], each["name"], *each.get("at", ("", ""))) for each in document["columns"]
    ]
    if filled_in and "ruler-name" in filled_in:
        columns = [each for each in ruling.posted(filled_in) if any(each)]
    return {
        "ruled": ruling.ruled_sample(document, services.sample_of(saved)),
        "rulers": [*columns, ("", "", "", "")],
    }


def _problem(error: CantonError, format_: Format) -> dict[str, Any]:
    return {"error": error, "problem": words.said(error, format_), "where": _where(error)}


def _where(error: CantonError | None) -> str:
    return str(error.facts.get("where", "")) if isinstance(error, BadLayout) else ""


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
    """The codes a field may have, with their words."""
    said = [(word(field.name, each), each) for each in field.enum]
    return [f"{words} ({each})" if words and words != each else each for words, each in said]


def _tried(saved: SavedLayout, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the sample comes to, as it may be shown; the error for which it would be refused."""
    path = services.sample_of(saved)
    if path is None:
        return {}
    format_ = formats.get(document["dataset"], document["version"])
    try:
        found = trial.try_out(path, read_layout(document), centre=saved.centre_id)
    except CantonError as error:
        return _problem(error, format_)
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
