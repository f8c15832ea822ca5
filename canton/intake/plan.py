"""The plan of a file: format, layout and what the upper rooms know, compiled to the SQL the steps run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from canton.exchange.formats import Format

from .layout import Derived, Layout, derive
from .layout import cell_text as text_of
from .rules import Cell, Check, cells, cross_checks, field_checks, quick, source_checks
from .sql import every, name

if TYPE_CHECKING:
    from .texts import TextReader

BITS = 60
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file and its parts may be before it is refused whole."""

    file_bytes: int = 64 * 1024 * MIB
    line_bytes: int = MIB
    columns: int = 2_000
    value_lines: int = 1_000


@dataclass(frozen=True, slots=True)
class Context:
    """What the steps need to know from the house, passed in so that they ask no database.

    categories: codes a contact's category may have. segments: Parquet (prefix, centre), None = none known.
    loaded: (day, Parquet file with rows of it) of the centre and dataset in which a row must not be already;
    without those of a batch being replaced. memory: of the engine; held: bytes of parsed text kept beside it
    from step to step.
    texts: what reads codes from texts; None where nothing does.
    """

    centre: str
    batch: str = ""
    categories: frozenset[str] = frozenset()
    segments: Path | None = None
    loaded: tuple[tuple[date, Path], ...] = ()
    threads: int = 2
    memory: str = "3GB"
    held: int = 9 << 28
    texts: "TextReader | None" = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the steps need for one file; SQL is compiled once.

    checks: bit i of the row's masks is check i (60 bits a mask). repairs: bit i of `repaired` is repair i.
    """

    layout: Layout
    context: Context
    limits: Limits
    checks: tuple[Check, ...]
    repairs: tuple[str, ...]
    cells: tuple[Cell, ...] = field(repr=False)
    derived: Derived = field(repr=False)

    @property
    def format(self) -> Format:
        """The format the rows are brought to."""
        return self.layout.format

    @property
    def masks(self) -> tuple[str, ...]:
        """Columns that say which checks a row broke."""
        return tuple(f"broken{index}" for index in range(-(-len(self.checks) // BITS)))

    @property
    def ahead(self) -> tuple[str, ...]:
        """Columns of the file whose moments are read before the rows come to the engine, each once."""
        return tuple(dict.fromkeys(cell.ahead for cell in self.cells if cell.ahead))

    @property
    def listed(self) -> Mapping[str, frozenset[str]]:
        """Fields a kept row has one of these texts in, or nothing."""
        codes = code_tables(self.context)
        lists = {
            each.name: frozenset(each.enum or (codes[each.codes] if each.codes else ()))
            for each in self.format.fields
        }
        return {field: texts for field, texts in lists.items() if texts}

    def rows(self, source: str, *extra: str) -> str:
        """SQL of the typed rows with `repaired` and the masks, from a relation of the file's columns as text,
        with the moments read ahead.

        extra: columns of the relation to carry along.
        """
        fields = [f"{cell.value} as {name(cell.field.name)}" for cell in self.cells]
        ending = [self._repaired(), *self._masks()]
        return f"select {', '.join([*extra, *fields, *ending])} from {self._typed(source)}"

    def _typed(self, source: str) -> str:
        relation = f"(from {source})"
        for value, sql in self.derived.values:
            relation = f"(select *, {sql} as {name(value)} from {relation})"
        texts = [f"{cell.text} as {cell.given}" for cell in self.cells if cell.text is not None]
        relation = f"(select *, {', '.join(texts)} from {relation})"
        typed = [f"{cell.typed} as {cell.value}" for cell in self.cells]
        return f"(select *, {', '.join(typed)} from {relation})"

    def _repaired(self) -> str:
        bits = [
            f"(case when {self.derived.repairs[code]} then {1 << bit} else 0 end)"
            for bit, code in enumerate(self.repairs)
        ]
        return f"({' + '.join(bits) or '0'})::integer as repaired"

    def _masks(self) -> list[str]:
        """A number for each mask, 0 for a row that breaks nothing; worked out where that is not plain."""
        plain = self._plain()
        masks = []
        for index, mask in enumerate(self.masks):
            checks = self.checks[index * BITS : (index + 1) * BITS]
            bits = " + ".join(
                f"(case when {self._fails(check)} then {1 << bit}::bigint else 0 end)"
                for bit, check in enumerate(checks)
            )
            masks.append(f"(case when {plain} then 0::bigint else {bits} end) as {mask}")
        return masks

    def _plain(self) -> str:
        codes = code_tables(self.context)
        conditions = [quick(cell, codes) for cell in self.cells]
        conditions += [check.good for check in self.checks if not check.plain]
        return every(each for each in conditions if each != "(true)")

    def _fails(self, check: Check) -> str:
        guards = [
            other.good
            for other in self.checks
            if not other.unless and other is not check and other.columns[0] in check.unless
        ]
        explained = f" and {every(guards)} is true" if guards and check.unless else ""
        return f"({check.good}) is not true{explained}"


def compile_plan(layout: Layout, context: Context, limits: Limits | None = None) -> Plan:
    """The plan for files in this layout.

    Raises:
        BadLayout: the layout's expressions are not of the language.
    """
    derived = derive(layout, {"centre": context.centre})
    made = cells(layout, derived.fields)
    return Plan(
        layout=layout,
        context=context,
        limits=limits or Limits(),
        checks=_checks(layout, made, context),
        repairs=tuple(derived.repairs),
        cells=made,
        derived=derived,
    )


def code_tables(context: Context) -> Mapping[str, frozenset[str]]:
    """Code tables a format may refer to, with their codes here."""
    return {"sender": frozenset({context.centre}), "classification": context.categories}


def _checks(layout: Layout, made: tuple[Cell, ...], context: Context) -> tuple[Check, ...]:
    sources = (
        () if layout.own else source_checks(layout, {each: text_of(layout, each) for each in layout.header})
    )
    by_name = {cell.field.name: cell for cell in made}
    crossing = cross_checks(layout.format, by_name)
    return (*sources, *_field_checks(made, code_tables(context)), *crossing)


def _field_checks(made: tuple[Cell, ...], codes: Mapping[str, frozenset[str]]) -> list[Check]:
    return [check for cell in made for check in field_checks(cell, codes)]
