"""A query while it is being built: the form's fields read into a document, however unfinished it still is.

Conditions are named by their place: c0.1-column is the column of the second part of the first group, g0-kind
says whether all or any of that group's parts must hold. Nothing is checked here; compiling does that.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from . import document
from .catalogue import datasets
from .document import Document

GROUP = re.compile(r"g((?:\d{1,2}(?:\.\d{1,2}){0,5})?)-kind")
CONDITION = re.compile(r"c(\d{1,2}(?:\.\d{1,2}){0,5})-column")
SEPARATORS = re.compile(r"[,，;；\s]+")
LISTS = frozenset({"one_of", "none_of"})
ENDS = 40  # characters of a name the form may send

Part = dict[str, Any]
Place = tuple[int, ...]


def empty(dataset: str) -> Document:
    """A query with one condition to be filled in."""
    return {"dataset": dataset, "where": {"all": [{"column": "", "is": "", "value": []}]}}


def read(form: QueryDict) -> Document:
    """The document a form describes, with conditions that lack column or value as they are."""
    wanted = form.get("dataset", "")
    found: Document = {
        "dataset": wanted if wanted in datasets() else next(iter(datasets())),
        "where": _tree(form),
    }
    found |= {"join": _filled(form, "join"), "columns": _filled(form, "columns"), "sort": _sort(form)}
    by, figures = _filled(form, "by"), _figures(form)
    if by or figures:
        found["totals"] = {"by": by, "figures": figures or ["count"]}
    limit = form.get("limit", "").strip()
    if limit.isdigit():
        found["limit"] = int(limit)
    return found


def finished(draft: Document) -> Document:
    """The document without conditions nobody chose a column for."""

    def keep(group: Part) -> Part:
        [(word, parts)] = group.items()
        kept = [part if "column" in part else keep(part) for part in parts]
        return {word: [part for part in kept if part.get("column") or _is_filled_group(part)]}

    return draft | {"where": keep(draft["where"])}


def _is_filled_group(part: Part) -> bool:
    return any(word in part and part[word] for word in ("all", "any"))


def act(draft: Document, wanted: Iterable[str]) -> Document:
    """The document after presses of buttons: add:0 a condition to a group, group:0, drop:0.1.

    All places are those of the document as given, however many presses there are.
    """
    found = [_found(draft, *each.partition(":")[::2]) for each in wanted]
    for verb, group, part in filter(None, found):
        match verb:
            case "add":
                group.append({"column": "", "is": "", "value": []})
            case "group":
                group.append({"any": [{"column": "", "is": "", "value": []}]})
            case "drop":
                group[:] = [each for each in group if each is not part]
    return draft


def _found(draft: Document, verb: str, place: str) -> tuple[str, list[Part], Part | None] | None:
    """What a press is about: a group to add to, or a group and its part to be dropped."""
    path = tuple(int(each) for each in place.split(".") if each.isdigit())
    try:
        if verb != "drop":
            return verb, _group_at(draft, path), None
        group = _group_at(draft, path[:-1])
        return verb, group, group[path[-1]]
    except (IndexError, KeyError):
        return None  # the page was older than what it asked for


def _group_at(draft: Document, path: Place) -> list[Part]:
    """The parts of the group at a place.

    Raises:
        KeyError: a condition stands there.
        IndexError: nothing does.
    """
    group = draft["where"]
    for at in path:
        if "column" in group:
            raise KeyError("column")
        [parts] = group.values()
        group = parts[at]
    if "column" in group:
        raise KeyError("column")
    [parts] = group.values()
    found: list[Part] = parts
    return found


def _tree(form: QueryDict) -> Part:
    """Groups and conditions by their places; a part whose group is missing is dropped."""
    groups: dict[Place, Part] = {(): {_word(form, ""): []}}
    parts: list[tuple[Place, Part]] = []
    for name in form:
        if (match := GROUP.fullmatch(name)) and match[1]:
            groups[_place(match[1])] = {_word(form, match[1]): []}
        elif match := CONDITION.fullmatch(name):
            parts.append((_place(match[1]), _condition(form, match[1])))
    parts += [(place, group) for place, group in groups.items() if place]
    for place, part in sorted(parts, key=lambda pair: pair[0])[: 2 * document.MOST_CONDITIONS]:
        above = groups.get(place[:-1])
        if above is not None:
            next(iter(above.values())).append(part)
    return groups[()]


def _word(form: QueryDict, path: str) -> str:
    return "any" if form.get(f"g{path}-kind") == "any" else "all"


def _place(path: str) -> Place:
    return tuple(int(each) for each in path.split("."))


def _condition(form: QueryDict, path: str) -> Part:
    operator = form.get(f"c{path}-is", "")
    given = [value.strip() for value in form.getlist(f"c{path}-value")]
    if operator in LISTS:
        given = [each for value in given for each in SEPARATORS.split(value)]
    return {
        "column": form.get(f"c{path}-column", ""),
        "is": operator,
        "value": [value for value in given if value],
    }


def _filled(form: QueryDict, name: str) -> list[str]:
    return [each for each in dict.fromkeys(form.getlist(name)) if each]


def _sort(form: QueryDict) -> list[str]:
    pairs = zip(form.getlist("sort"), form.getlist("direction"), strict=False)
    chosen = {name: f"-{name}" if direction == "down" else name for name, direction in pairs if name}
    return list(chosen.values())


def _figures(form: QueryDict) -> list[str]:
    pairs = zip(form.getlist("function"), form.getlist("of"), strict=False)
    chosen = [(function, column) for function, column in pairs if function]
    return list(dict.fromkeys("count" if name == "count" else f"{name}:{column}" for name, column in chosen))
