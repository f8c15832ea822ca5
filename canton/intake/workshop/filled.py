"""A layout as its page is filled in: what it comes to, and what is wrong at which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from canton.exchange import formats
from canton.exchange.formats import Format
from canton.kernel.errors import CantonError

from ..layout import BadLayout, read_layout
from ..sources.guessing import look
from ..sources.model import Kind
from . import mapping, questions, ruling, sample_rows, time_forms, words
from .forms import WrittenForm
from .mapping import Line
from .models import SavedLayout
from .questions import Question
from .services import sample_of, written

PLACES = {"melt": "asked", "quote": "delimiter"}


@dataclass(frozen=True, slots=True)
class Filled:
    """A page as it is filled in.

    document: what it comes to, without the fields whose lines are wrong. faults: place on the page → the
    sentence about it; a place is a field of the form, "fields.score" for a line, or "" for the whole.
    half_done: lines that want their column yet; a draft keeps them as they were typed.
    """

    format: Format
    form: WrittenForm
    document: Mapping[str, Any]
    lines: list[Line]
    faults: dict[str, str]
    data: QueryDict | None = None
    half_done: tuple[Line, ...] = ()
    asked: tuple[Question, ...] = ()

    @property
    def pending(self) -> dict[str, str]:
        """Place of each line or question that is half done → what it still wants."""
        made = [each.field for each in self.lines if each.how == "asked"]
        wanted = {f"fields.{each.field}": mapping.wanting(each) for each in self.half_done}
        asked = questions.wanting(self.asked, made)
        wanted |= {f"question.{column}": what for column, what in asked.items()}
        return {place: words.at(place, what, self.format) for place, what in wanted.items()}

    @property
    def first(self) -> str:
        """Where the first fault stands, in the order of the page; "" at its head."""
        asked = (f"question.{each.column}" for each in self.asked)
        order = [*self.form.fields, *asked, *(f"fields.{line.field}" for line in self.lines)]
        return next((place for place in order if place in self.faults), "")


def as_saved(saved: SavedLayout) -> Filled:
    """A layout as it was saved."""
    document = saved.document
    format_ = formats.get(document["dataset"], document["version"])
    form = WrittenForm(None, document=document)
    half_done = {each["field"]: Line(**each) for each in saved.half_done}
    lines = [half_done.get(each.field, each) for each in mapping.lines_of(document, format_)]
    asked = tuple(questions.asked(document))
    return Filled(format_, form, document, lines, {}, half_done=tuple(half_done.values()), asked=asked)


def filled_in(saved: SavedLayout, data: QueryDict) -> Filled:
    """A layout as it is filled in now, with everything typed and every fault."""
    format_ = formats.get(saved.document["dataset"], saved.document["version"])
    form = WrittenForm(data, document=saved.document)
    document, lines, faults = _as_written(saved, data, form, format_)
    sound = not faults
    lines, unread = _timed(saved, document, lines)
    asked = tuple(questions.posted(data)) if questions.asks(format_) else ()
    lines = [_by_question(each, asked, document) for each in lines]
    publishing = data.get("action") == "publish"
    half_done = () if publishing else tuple(each for each in lines if mapping.unfinished(each))
    whole = [Line(each.field) if each in half_done else each for each in lines]
    made, wrong = mapping.applied(document, format_, whole, asked)
    wrong = {**(_unmade(lines, format_) if publishing else {}), **wrong, **unread}
    said = {f"fields.{field}": what for field, what in wrong.items()}
    said |= _of_questions(asked, lines, whole=publishing)
    faults |= {place: words.at(place, what, format_) for place, what in said.items()}
    if sound:
        _settle(made, faults, format_)
    return Filled(format_, _form(form, made, faults, data), made, lines, faults, data, half_done, asked)


def _as_written(
    saved: SavedLayout, data: QueryDict, form: WrittenForm, format_: Format
) -> tuple[Mapping[str, Any], list[Line], dict[str, str]]:
    """(the document with how the file is written, the lines as typed, what is wrong with the form)."""
    document: Mapping[str, Any] = saved.document
    lines = [_line(data, field.name) for field in format_.fields]
    if not form.is_valid():
        return document, lines, _of_form(form)
    document = form.applied_to(document)
    try:
        document, lines = _with_columns(saved, data, document, lines)
    except CantonError as error:
        return document, lines, {_place(error): words.said(error, format_)}
    return document, lines, {}


def _of_questions(asked: Sequence[Question], lines: Sequence[Line], *, whole: bool) -> dict[str, str]:
    """Place of each question of which something is wrong; whole: or of which something is not said yet."""
    made = [each.field for each in lines if each.how == "asked"]
    found = questions.faults(asked, made) | (questions.wanting(asked, made) if whole else {})
    return {f"question.{column}": what for column, what in found.items()}


def _by_question(line: Line, asked: Sequence[Question], document: Mapping[str, Any]) -> Line:
    """A line that nobody filled in is made as was said of each question, if anything was."""
    part = {"question": "code", "kind": "kind", "scale": "scale"}.get(line.field, "")
    said = bool(part) and any(getattr(each, part) for each in asked)
    plain = line.how == "none" or (line.how, line.column) == ("column", document.get("melt", {}).get("name"))
    return replace(line, how="asked", column="", only=line.field == "scale") if said and plain else line


def _unmade(lines: list[Line], format_: Format) -> dict[str, str]:
    """Field → what is wrong with publishing it made of nothing."""
    return {
        line.field: _("say what it is made of; without it every row would be refused")
        for line in lines
        if line.how == "none" and format_.field(line.field).required
    }


def _settle(document: dict[str, Any], faults: dict[str, str], format_: Format) -> None:
    """Take out every field that cannot be made and tell it; then what is wrong with the rest."""
    while True:
        try:
            read_layout(document)
        except CantonError as error:
            place = _place(error)
            faults.setdefault(place, words.said(error, format_))
            if document["fields"].pop(place.removeprefix("fields."), None) is None:
                return
        else:
            return


def _form(
    form: WrittenForm, document: Mapping[str, Any], faults: dict[str, str], data: QueryDict
) -> WrittenForm:
    """The form to draw: as it was typed if anything is wrong, its faults at its fields."""
    if not faults or data.get("action") == "read":
        return WrittenForm(None, document=document)
    for name in form.fields:
        if name in faults and name not in form.errors:
            form.add_error(name, faults[name])
    return form


def _of_form(form: WrittenForm) -> dict[str, str]:
    return {
        name: _("%(where)s: %(what)s.")
        % {"where": form.fields[name].label, "what": str(errors[0]).rstrip(".。")}
        for name, errors in form.errors.items()
    }


def _place(error: CantonError) -> str:
    where = str(error.facts.get("where", "")) if isinstance(error, BadLayout) else ""
    return PLACES.get(where, where)


def _line(data: QueryDict, field: str) -> Line:
    how, column, text, form, rest = (
        data.get(f"{part}-{field}", "") for part in ("how", "column", "text", "form", "rest")
    )
    if how == "time":
        text = text or form
    if how == "between":
        text = data.get(f"pair-{field}", "")
    return Line(field, how or "none", column, text, rest or "keep", f"only-{field}" in data)


def _timed(
    saved: SavedLayout, document: Mapping[str, Any], lines: list[Line]
) -> tuple[list[Line], dict[str, str]]:
    """The lines with the form of each time that nobody said, told from the sample; and where it cannot be."""
    if not any(each.how == "time" and each.column and not each.text for each in lines):
        return lines, {}
    sample = sample_rows.read_rows(sample_of(saved), WrittenForm.guess_of(document), time_forms.LOOKED_AT)
    unread, made = {}, []
    times = [each.column for each in lines if each.how == "time"]
    beside = [value for column in times for value in (sample.values(column) if sample else [])]
    for each in lines:
        if each.how != "time" or not each.column or each.text:
            made.append(each)
            continue
        values = sample.values(each.column) if sample else []
        form = time_forms.guessed(values) or time_forms.guessed([*values, *beside])  # one file, one hand
        if values and not form:
            unread[each.field] = _(
                "how “%(value)s” is to be read cannot be told; choose the example that is written so"
            ) % {"value": values[0][:40]}
        made.append(replace(each, text=form))
    return made, unread


def _with_columns(
    saved: SavedLayout, data: QueryDict, document: Mapping[str, Any], lines: list[Line]
) -> tuple[Mapping[str, Any], list[Line]]:
    """The layout with the columns its file has: read from the sample, or where the rulers were set."""
    fixed = document["kind"] == Kind.FIXED
    unruled = fixed and not any("at" in each for each in document["columns"])
    if data.get("action") == "read" or unruled:
        return _read_again(saved, document, unruled=unruled), lines
    if not fixed or "ruler-name" not in data:
        return document, lines
    names = ruling.renamed(data)
    lines = [replace(line, column=names.get(line.column, line.column)) for line in lines]
    return {**document, "columns": ruling.said(data, document)}, lines


def _read_again(saved: SavedLayout, document: Mapping[str, Any], *, unruled: bool) -> Mapping[str, Any]:
    """The columns the sample has when it is written as the form says; unruled: whatever it counts."""
    path = sample_of(saved)
    if path is None:
        return document
    said = WrittenForm.guess_of(document)
    found = look(path, replace(said, measure="", header=0) if unruled else said)
    if found.kind is Kind.FIXED:
        return {**document, **written(found)}
    asked = set(document.get("melt", {}).get("columns", ()))
    checks = {each["name"]: each for each in document["columns"]}
    columns = [checks.get(name, {"name": name}) for name in found.columns if name not in asked]
    return {**document, "columns": columns} if columns else document
