"""The descriptor of a definition's table, from the report it asks: how a new one or a new version is made."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from canton.exchange.formats import Text
from canton.reports.definition import Figure
from canton.reports.definition import load as load_report

from . import definition as definitions
from . import table as tables
from .definition import Definition
from .errors import BadResultDefinition
from .table import MISSING, TOTAL, Table

SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
KEY_LENGTH = 200
UNKNOWN = Text(
    "没有入库数据的行，各指标与计数均为空，不写 0；缺数天数写明缺多少",
    "A line without loaded data has no figures and counts, not 0; the days without data say how many lack",
)


@cache
def ready(name: str) -> tuple[Definition, Table]:
    """A definition and its table, held against the report it asks.

    Raises:
        UnknownResult: there is none of that name.
        BadResultDefinition: the report has changed and the published table has not: it needs a new version.
    """
    definition = definitions.load(name)
    table = tables.get(definition.dataset, definition.version)
    if describe(definition) != table.document:
        where = tables.place(table.name, table.version).name
        raise BadResultDefinition(detail=f"{where} does not describe what {definition.report} counts")
    return definition, table


def describe(definition: Definition) -> bytes:
    """The Table Schema of a definition's table, as it is to stand in tables/.

    Raises:
        BadResultDefinition: the report has no such breakdown, or two columns would have one name.
    """
    asked = load_report(definition.report)
    try:
        splits = [asked.breakdown(each) for each in definition.breakdowns]
    except KeyError as error:
        raise BadResultDefinition(detail=f"{definition.report} has no breakdown {error.args[0]}") from error
    figures = [each for each in asked.figures if not each.only or each.only in definition.breakdowns]
    content = {
        "$schema": SCHEMA,
        "name": definition.dataset,
        "title": definition.title.en,
        "description": definition.about.en,
        "version": definition.version,
        "canton:zh": {"title": definition.title.zh, "description": definition.about.zh},
        "canton:population": _both(asked.population),
        "canton:unknown": _both(UNKNOWN),
        "canton:result": {
            "report": asked.name,
            "reportVersion": asked.version,
            "rhythm": definition.rhythm,
            "madeBy": definition.made_by,
            "addressed": definition.addressed,
            "breakdowns": [
                {"name": each.name, "columns": list(each.columns), "title": _both(each.title)}
                for each in splits
            ],
        },
        "fields": [*_fixed(definition), *(_figure(each, figures) for each in figures), *_counts(figures)],
        "primaryKey": ["breakdown", "key"],
        "missingValues": [""],
    }
    _require_once([field["name"] for field in content["fields"]], definition)  # type: ignore[index]
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _fixed(definition: Definition) -> list[dict[str, Any]]:
    kinds = [TOTAL, *definition.breakdowns]
    return [
        _field("breakdown", "string", Text("维度", "Breakdown"),
               Text("合计，或所列维度之一", "The total, or one of the breakdowns listed"),
               required=True, enum=kinds),
        _field("key", "string", Text("取值", "Key"),
               Text("该行的取值，多列以 / 分隔；合计与无名为空",
                    "What the line is about, several columns with / between them; empty for the total "
                    "and where the data has none"),
               maxLength=KEY_LENGTH),
        _field(MISSING, "integer", Text("缺数天数", "Days without data"),
               Text("本期内该地市没有入库数据的天数；按日则为当日没有数据的地市数；合计为各地市之和；"
                    "不按日应报的为空",
                    "Days of the period on which the city has no loaded data; of a day, the cities without "
                    "data on it; the total adds up all cities; empty where not every day is expected"),
               minimum=0),
    ]  # fmt: skip


def _figure(figure: Figure, among: Sequence[Figure]) -> dict[str, Any]:
    plain = _is_plain(figure)
    formula = Text(*(_formula(figure, language) for language in ("zh", "en")))
    content = _field(figure.name, "integer" if plain else "number", figure.title, formula, minimum=0)
    if plain:
        content["canton:count"] = figure.name
    else:
        of, by = (*(_column_of(count, among) for count in figure.columns), "")[:2]
        content["canton:ratio"] = {"of": of, "by": by, "per": figure.per}
    if figure.only:
        content["canton:only"] = figure.only
    if figure.needs:
        content["canton:needs"] = _column_of(figure.needs, among)
    content["canton:figure"] = {
        "unit": _both(figure.unit), "format": figure.format, "decimals": figure.decimals,
        "better": figure.better, "target": figure.target, "source": _both(figure.source),
    }  # fmt: skip
    return content


def _counts(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Counts that no figure shows as they are."""
    shown = {figure.name for figure in figures if _is_plain(figure)}
    divided = {column for figure in figures for column in figure.columns}
    use = (
        Text("没有这些行时，有关指标无从得知，为空", "Without such rows figures are not known, and empty"),
        Text("用于计算比率", "Figures are divided from it"),
    )
    return [
        _field(_column_of(name, figures), "integer", _called(figures, name), use[name in divided], minimum=0)
        | {"canton:count": name}
        for name in dict.fromkeys(column for figure in figures for column in (*figure.columns, figure.needs))
        if name and name not in shown
    ]


def _column_of(count: str, among: Sequence[Figure]) -> str:
    """The column a count stands in; where a figure of that name is something else, beside it."""
    taken = any(figure.name == count and not _is_plain(figure) for figure in among)
    return f"{count}_count" if taken else count


def _called(figures: Sequence[Figure], count: str) -> Text:
    """What a count is, in the words of the first figure made of it."""
    for figure in figures:
        if figure.columns[0] == count:
            return figure.numerator
        if count in figure.columns and figure.denominator:
            return figure.denominator
        if count == figure.needs:
            return Text("依据行数", "Rows it is known from")
    return Text(count, count)


def _is_plain(figure: Figure) -> bool:
    return figure.columns == (figure.name,) and figure.per == 1


def _formula(figure: Figure, language: str) -> str:
    above: str = getattr(figure.numerator, language)
    source: str = getattr(figure.source, language)
    if figure.denominator:
        above = f"{above} ÷ {getattr(figure.denominator, language)}"
    stop = "。" if language == "zh" else ". "
    return f"{above}{stop}{source}"


def _field(name: str, kind: str, title: Text, about: Text, **constraints: Any) -> dict[str, Any]:
    return {
        "name": name, "type": kind, "title": title.en, "description": about.en,
        "constraints": constraints, "canton:zh": {"title": title.zh, "description": about.zh},
    }  # fmt: skip


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _require_once(columns: list[str], definition: Definition) -> None:
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise BadResultDefinition(detail=f"{definition.name}: {', '.join(twice)} twice")
