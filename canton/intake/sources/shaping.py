"""From the rows of a file to the records the steps read: row numbers added, questions turned into rows."""

from collections.abc import Iterable, Iterator

from .model import Source, SourceRow


def header(source: Source) -> tuple[str, ...]:
    """Columns of the records."""
    kept = source.columns[: len(source.columns) - (len(source.melt.columns) if source.melt else 0)]
    added = (source.row,) if source.row else ()
    return (*kept, *added, *((source.melt.name, source.melt.value) if source.melt else ()))


def records(rows: Iterable[SourceRow], source: Source) -> Iterator[SourceRow]:
    """The records of rows whose values stand in the order of `source.columns`.

    A row that may not be kept stays one record. A cell of a question that is empty, or holds what the
    layout calls no answer, is no record.
    """
    questions = source.melt.columns if source.melt else ()
    kept = len(source.columns) - len(questions)
    for row in rows:
        if row.reason:
            yield row
            continue
        fixed = (*row.values[:kept], *((str(row.number),) if source.row else ()))
        if source.melt is None:
            yield SourceRow(row.number, fixed)
            continue
        for question, answer in zip(questions, row.values[kept:], strict=True):
            if answer.strip() and answer.strip() not in source.melt.without:
                yield SourceRow(row.number, (*fixed, question, answer))
