"""The page of a layout: what it is filled in with, what its sample comes to, each fault at its field."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext

from canton.accounts.access import StaffRequest
from canton.centres.selectors import scope
from canton.exchange.formats import Field, Format
from canton.exchange.formats.words import word
from canton.kernel.errors import CantonError

from .. import wording
from ..layout import read_layout
from ..originals import shown_value
from ..sources.model import Kind
from . import between, mapping, questions, ruling, sample_rows, time_forms, trial, words
from .code_lists import codes_of
from .filled import Filled
from .forms import SampleForm, WrittenForm
from .models import LayoutState, SavedLayout
from .questions import ANSWER, QUESTION
from .services import kept_sample, sample_of
from .titles import said_in

SEEN = 4  # values of a column shown beside it
LISTED = 30  # different values a list of values is begun with


def may_begin(request: StaffRequest, saved: SavedLayout) -> bool:
    """Whether the viewer may make versions of a layout."""
    return request.user.has_perm("intake.change_layout") and saved.centre_id in scope(request.user)


def may_change(request: StaffRequest, saved: SavedLayout) -> bool:
    """Whether the viewer may change it: one of his own scope, while it is a draft."""
    return saved.state == LayoutState.DRAFT and may_begin(request, saved)


def drawn(
    request: StaffRequest,
    saved: SavedLayout,
    page: Filled,
    *,
    error: CantonError | None = None,
    sample_form: SampleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as it is filled in; every fault at its field, the first with the focus."""
    first = page.first
    problems = [*dict.fromkeys(page.faults.values()), *([error.message] if error else [])]
    if first in page.form.fields:
        page.form.fields[first].widget.attrs["autofocus"] = True
    mine = saved.centre_id in scope(request.user)  # its rows are of that centre's customers
    rows = _read(saved, page) if mine else None
    content = {
        "saved": saved, "document": page.document, "format": page.format, "problems": problems,
        "pending": list(page.pending.values()), "title": said_in(page.document),
        "focus_head": bool(problems) and not first,
        "form": page.form, "sample_form": sample_form or SampleForm(),
        "lines": [_drawn(page, line) for line in page.lines],
        "columns": _columns(page.document), "asked": _asked(page.document, page.format),
        "asks": questions.asks(page.format), "questions": _questions(page, rows),
        "kinds": [(key, word("kind", key), text) for key, text in questions.MEANT.items()],
        "time_forms": time_forms.FORMS, "usual_forms": time_forms.USUAL,
        "how": [each for each in mapping.HOW.items() if each[0] not in ("asked", "expression")],
        "mine": mine, "most_bytes": settings.CANTON_SAMPLE_BYTES,
        "may_change": may_change(request, saved), "may_begin": may_begin(request, saved),
        "kept": kept_sample(saved) if mine else None, "seen": _seen(rows, page),
        "sample_rows": sample_rows.shown_rows(rows and rows.first(), page.document, page.format),
        **rulers(saved, page, shown=mine), "tried": tried(saved, page) if mine else {},
        "to_choose": mapping.to_choose(page.format, page.lines),
    }  # fmt: skip
    return render(request, "intake/layout.html", content, status=status)


def tried_again(request: StaffRequest, saved: SavedLayout, page: Filled) -> HttpResponse:
    """What is drawn anew while a layout is filled in: the trial, the rows of the sample and the rulers."""
    rows = sample_rows.read_rows(sample_of(saved), WrittenForm.guess_of(page.document))
    content = {
        **tried(saved, page), **rulers(saved, page), "again": True,
        "to_choose": mapping.to_choose(page.format, page.lines),
        "sample_rows": sample_rows.shown_rows(rows, page.document, page.format),
    }  # fmt: skip
    return render(request, "intake/_trial.html", content, status=422 if content.get("problem") else 200)


def _read(saved: SavedLayout, page: Filled) -> sample_rows.SampleRows | None:
    said = WrittenForm.guess_of(page.document)
    return sample_rows.read_rows(sample_of(saved), said, sample_rows.COUNTED)


def _questions(page: Filled, rows: sample_rows.SampleRows | None) -> list[dict[str, Any]]:
    """Every column that may be a question: what is said of it, or else what its values look like."""
    if not questions.asks(page.format) or page.document.get("kind") == Kind.FIXED:
        return []
    said, faults = {each.column: each for each in page.asked}, page.pending | page.faults
    names = dict.fromkeys([*_names(page.document), *said])
    in_file = [each for each in rows.columns if each in names] if rows else []
    personal = sample_rows.hidden_columns(page.document, page.format, names)
    made = []
    for name in dict.fromkeys([*in_file, *names]):
        counts = rows.counts(name) if rows else []
        values = rows.values(name) if rows else []
        place = f"question.{name}"
        made.append({
            "said": said.get(name) or questions.proposed(name, values), "ticked": name in said,
            "counts": [
                (sample_rows.shown(value, hide=personal.get(name)), count) for value, count in counts[:SEEN]
            ],
            "more": max(len(counts) - SEEN, 0), "filled": len(values),
            "fault": faults.get(place, ""), "focus": place == page.first,
        })  # fmt: skip
    return made


def _seen(rows: sample_rows.SampleRows | None, page: Filled) -> dict[str, list[str]]:
    """Column → its different values in the sample, where they are few and no customer's number."""
    if rows is None:
        return {}
    hidden = sample_rows.hidden_columns(page.document, page.format, rows.columns)
    found = {}
    for name in rows.columns:
        values = [value for value, _count in rows.counts(name)]
        shown = [value for value in values if sample_rows.shown(value) == value and "=" not in value]
        if name not in hidden and len(values) <= LISTED and shown:
            found[name] = shown
    return found


def _drawn(page: Filled, line: mapping.Line) -> dict[str, Any]:
    """What is drawn in the row of a field; a column the file has no more stays chosen until it is changed."""
    field, place = page.format.field(line.field), f"fields.{line.field}"
    known = {*_columns(page.document), *(name for name, _text in _asked(page.document, page.format))}
    return {
        "field": field, "line": line, "fault": page.faults.get(place, "") or page.pending.get(place, ""),
        "wrong": place in page.faults, "focus": place == page.first,
        "by_question": questions.asks(page.format) and field.name in questions.SAID,
        "gone": line.column if line.column not in known else "", "words": _words(field),
        "pairs": between.offered(field, page.format),
        "only": mapping.only_where(page.format, line.field),
        "only_on": line.only or (line.how == "none" and questions.asks(page.format)),
    }  # fmt: skip


def rulers(saved: SavedLayout, page: Filled, *, shown: bool = True) -> dict[str, Any]:
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
        "ruled": ruling.ruled_sample(document, sample_of(saved)) if shown else None,
        "rulers": [*columns, ("", "", "", "")],
    }


def _names(document: Mapping[str, Any]) -> list[str]:
    return [each["name"] for each in document["columns"]]


def _columns(document: Mapping[str, Any]) -> list[str]:
    """Columns of the file a field may be made of."""
    row = document.get("row")
    return _names(document) + ([row] if row else [])


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
        if free and questions.asks(format_)
        else []
    )


def _words(field: Field) -> list[str]:
    """The codes a field may have, with their words, and what they mean where that is not plain."""
    said = [(text, each) for each, text in codes_of(field).items()]
    meant = questions.MEANT if set(field.enum) == set(questions.MEANT) else {}
    return [
        " – ".join(
            filter(None, (f"{text} ({each})" if text and text != each else each, str(meant.get(each, ""))))
        )
        for text, each in said
    ]


def tried(saved: SavedLayout, page: Filled) -> dict[str, Any]:
    """What the sample comes to, as it may be shown; what is wrong with the page, or with the file."""
    format_, path = page.format, sample_of(saved)
    if page.faults or path is None:
        return {"problem": " ".join(dict.fromkeys(page.faults.values()))}
    try:
        found = trial.try_out(path, read_layout(page.document), centre=saved.centre_id)
    except CantonError as error:
        return {"problem": words.said(error, format_)}
    except FileNotFoundError:  # deleted meanwhile, with the publishing or by another: as if there were none
        return {"problem": ""}
    filled = [at for at, _name in enumerate(found.columns) if any(row[at] for row in found.rows)]
    unmade = mapping.not_made(page.document, format_)
    to_make = {
        f"{field}:required" for field in unmade
    }  # no fault of the file, which is not asked for them yet
    return {
        "unread": [(format_.field(field).title, rows) for field, rows in found.unread.items()],
        "found": found, "unmade": [format_.field(field).title for field in unmade],
        "titles": [format_.field(found.columns[at]).title for at in filled],
        "rows": [[_shown(format_, found.columns[at], row[at], saved) for at in filled] for row in found.rows],
        "reasons": [(wording.reason(code, format_), rows) for code, rows in found.reasons.items()
                    if code not in to_make],
        "refused": [_refused(row, format_) for row in found.first_refused if row[3] not in to_make],
    }  # fmt: skip


def _refused(row: tuple[int, str, str, str], format_: Format) -> tuple[int, str, str, str]:
    number, column, value, code = row
    shown = shown_value(format_, column, value)
    return number, wording.column_title(format_, column), shown, wording.reason(code, format_)


def _shown(format_: Format, column: str, value: str | None, saved: SavedLayout) -> str:
    if format_.field(column).codes == "sender" and value == saved.centre_id:
        return str(saved.centre)
    return word(column, value or "") or shown_value(format_, column, value or "")
