"""Questions of a file that has a column for each: what figures call it, its kind, its full mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canton.exchange.formats import Format

QUESTION, ANSWER = "question", "answer"
SAID = ("question", "kind", "scale")  # fields made of what is said of each question
FORMED = frozenset([*SAID, "wording", "answer", "score"])
MEANT: Mapping[str, str | Promise] = {
    "score": gettext_lazy("a mark on a scale, as 9 of 10; counted into means"),
    "choice": gettext_lazy("one of given answers, as yes or no; counted by answer"),
    "number": gettext_lazy("a quantity, as calls in a month; no mark"),
    "text": gettext_lazy("what respondents wrote in their own words"),
    "fact": gettext_lazy("not asked: what the centre knew of the respondent"),
}
SCALES = (5, 10, 100)
BEST_MARK = 1_000
TWO, FEW = 2, 8  # different values of a column of numbers, and of words, that is a choice


@dataclass(frozen=True, slots=True)
class Question:
    """A column that is a question. code: what figures call it, "" = as the column. scale: the full mark."""

    column: str
    code: str = ""
    kind: str = ""
    scale: str = ""


def asks(format_: Format) -> bool:
    """Whether rows of a format are answers to questions."""
    return set(format_.columns) >= FORMED


def asked(document: Mapping[str, Any]) -> list[Question]:
    """The questions of a layout, and what its tables say of each."""
    codes, kinds, scales = (_codes(document, field) for field in SAID)
    return [
        Question(name, codes.get(name, ""), kinds.get(name, ""), scales.get(name, ""))
        for name in document.get("melt", {}).get("columns", ())
    ]


def posted(data: QueryDict) -> list[Question]:
    """What is said of every column that is ticked as a question."""
    parts = [data.getlist(f"q-{part}") for part in ("column", "code", "kind", "scale")]
    said = {
        each[0]: Question(each[0], *(part.strip() for part in each[1:])) for each in zip(*parts, strict=False)
    }
    return [said.get(name, Question(name)) for name in data.getlist("asked")]


def fields_said(document: Mapping[str, Any], format_: Format) -> Mapping[str, tuple[str, str]]:
    """Field → (how, column) of the line that says nothing but what the tables say of each question."""
    melt = document.get("melt")
    if not melt or not asks(format_):
        return {}
    columns, kinds, scales = set(melt["columns"]), _codes(document, "kind"), _codes(document, "scale")
    fit = {
        "question": set(_codes(document, "question")) <= columns,
        "kind": set(kinds) <= columns and set(kinds.values()) <= set(MEANT),
        "scale": set(scales) <= columns and all(_sound(each) for each in scales.values()),
    }
    by_table = {field: ("table", melt["name"]) for field in SAID if fit[field] and _plain(document, field)}
    return by_table if "question" in by_table else {**by_table, "question": ("column", melt["name"])}


def expression(
    field: str, document: Mapping[str, Any], said: Sequence[Question], tables: dict[str, Any]
) -> Any:
    """What a field is made of by what is said of each question; its table goes into `tables`.

    Raises:
        ValueError: no column is a question.
    """
    melt = document.get("melt")
    if not melt:
        raise ValueError(_("tick above which columns are questions"))
    part = "code" if field == "question" else field
    codes = {each.column: getattr(each, part) for each in said if getattr(each, part)}
    if field == "scale":
        codes = {each.column: each.scale for each in said if each.kind == "score" and each.scale}
    tables.pop(field, None)
    if not codes:
        return {"column": melt["name"]} if field == "question" else None
    tables[field] = {"codes": codes}
    return _of_question(field, melt)


def wanting(said: Sequence[Question], made: Sequence[str]) -> dict[str, str]:
    """Column → what is not said of it yet. made: fields made of what is said of each question."""
    wanted = {}
    for each in said:
        if "kind" in made and not each.kind:
            wanted[each.column] = _("choose what kind of question it is")
        elif "scale" in made and each.kind == "score" and not each.scale:
            wanted[each.column] = _("say its full mark")
    return wanted


def faults(said: Sequence[Question], made: Sequence[str]) -> dict[str, str]:
    """Column → what is wrong with what is said of it. made: fields made of what is said of each question."""
    wrong, codes = {}, [each.code or each.column for each in said]
    for each in said:
        if "kind" in made and each.kind and each.kind not in MEANT:
            wrong[each.column] = _("choose what kind of question it is")
        elif "scale" in made and each.kind == "score" and each.scale and not _sound(each.scale):
            most = {"most": BEST_MARK}
            wrong[each.column] = _("its full mark is a whole number from 1 to %(most)s") % most
        elif "question" in made and codes.count(each.code or each.column) > 1:
            wrong[each.column] = _("two questions have this code")
    return wrong


def proposed(column: str, values: Sequence[str]) -> Question:
    """What a column seems to ask, told from its values in the sample."""
    if not values:
        return Question(column)
    different = len(set(values))
    if not all(each.replace(".", "", 1).isdecimal() for each in values):
        few = different <= FEW and different < len(values)
        return Question(column, kind="choice" if few else "text")
    if different <= TWO < len(values):
        return Question(column, kind="choice")
    scale = _scale([float(each) for each in values])
    return Question(column, "", "score", str(scale)) if scale else Question(column, kind="number")


def _scale(marks: Sequence[float]) -> int:
    """The full mark of a scale that numbers may be marks on; 0 for a count, which begins low and goes far."""
    scale = next((each for each in SCALES if max(marks) <= each), 0)
    counted = 2 * sum(each == 0 for each in marks) > len(marks) or (
        scale == SCALES[-1] and min(marks) < SCALES[0]
    )
    return 0 if counted or not all(each.is_integer() for each in marks) else scale


def _sound(scale: str) -> bool:
    return scale.isdecimal() and 1 <= int(scale) <= BEST_MARK


def _codes(document: Mapping[str, Any], field: str) -> Mapping[str, str]:
    codes: Mapping[str, str] = document.get("tables", {}).get(field, {}).get("codes", {})
    return codes


def _plain(document: Mapping[str, Any], field: str) -> bool:
    return set(document.get("tables", {}).get(field, {})) == {"codes"}


def _of_question(field: str, melt: Mapping[str, Any]) -> dict[str, Any]:
    return {"codes": field, "of": {"column": melt["name"]}}
