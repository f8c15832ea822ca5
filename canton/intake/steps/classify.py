"""The classification (分类): codes of texts, head of the category, home city of the number, kind of roaming.

What a row's classes follow from is settled here and kept: the table of segments as it was, the codes read
from texts. The sorting writes each row with its classes, by the same SQL.
"""

import shutil
import time
from pathlib import Path

import pyarrow.parquet as pq

from ..plan import Plan
from ..sql import enumeration, literal, name
from . import counts
from .counts import Checked, Classified
from .folders import building
from .input_file import InputFile
from .kept import OtherRows, parquet, rows_kept
from .texts import coded, read_texts

SEGMENTS = "segments.parquet"
SEGMENT = 7
MOBILE = r"(?:\+|00)?(?:86)?(1[3-9][0-9]{9})"
ROAMING_KINDS = ("international", "domestic", "province", "local")
FOREIGN = r"(?:\+|00)(?:[1-79]|8[0-57-9]).*"


def classify(upload: InputFile, checked: Path, *, into: Path) -> Classified:
    """Classify the kept rows of a check; running it again replaces the folder.

    Shapes:
        checked: folder of `check`.
        into/segments.parquet: prefix (7 digits), centre, as they were; missing if none is known. With the
    columns since and until a segment changes its home on a day, and the row's own day decides.
        into/texts.parquet, judgements.parquet: see `texts`; missing for a format without text.

    home_city: city of the number's segment, null when it has none here.
    roaming_kind: international when the sender says so or the number has another country's code; domestic
    when the sender says so; province when the number's home is another city; otherwise local.
    """
    began = time.monotonic()
    plan = upload.plan
    with building(into) as folder:
        if plan.context.segments:
            shutil.copyfile(plan.context.segments, folder / SEGMENTS)
        read = counts.read(Checked, checked)
        with upload.engine.session(in_order=False) as database, upload.feed(database, exact=read.exact):
            found = database.execute(
                f"select {roaming_kind(plan)} as kind, count(*), count(home_city)"
                f" from ({rows_at_home(checked, folder, plan)}) group by 1"
            ).fetchall()
        codes, reading = _read_texts(upload, checked, folder, exact=read.exact)
        classified = Classified(
            rows=sum(rows for _, rows, _ in found),
            at_home=sum(homes for _, _, homes in found),
            kinds={kind: rows for kind, rows, _ in found},
            seconds=time.monotonic() - began,
            texts=codes,
            reading_seconds=reading,
        )
        if classified.rows != read.kept:
            raise OtherRows
        counts.write(classified, folder)
    return classified


def _read_texts(
    upload: InputFile, checked: Path, folder: Path, *, exact: bool
) -> tuple[dict[str, int], float]:
    """How many codes were read from texts, by what, and the seconds it took; nothing where none are read."""
    plan, began = upload.plan, time.monotonic()
    reader = plan.context.texts
    if plan.format.text is None or reader is None:
        return {}, 0.0
    with upload.engine.session() as database, upload.feed(database, exact=exact):
        counted = read_texts(database, reader, checked, plan, folder)
    return counted, time.monotonic() - began


def rows_at_home(checked: Path, classified: Path, plan: Plan) -> str:
    """SQL of the kept rows with the home_city of their number, and with the codes read from their texts."""
    table = classified / SEGMENTS
    segments = parquet(table) if table.exists() else _NO_SEGMENTS
    on = f"s.prefix = {_prefix(_of(plan, 'number'))}"
    if table.exists() and "since" in pq.read_schema(table).names:
        day = f"r.{name(plan.format.loaded_key.day_of)}::date"
        on += f" and {day} >= coalesce(s.since, {_EVER}) and {day} < coalesce(s.until, {_NEVER})"
    rows = coded(rows_kept(checked, plan), classified, plan)
    return f"select r.*, s.centre as home_city from {rows} r left join {segments} s on {on}"


def roaming_kind(plan: Plan) -> str:
    """SQL of the kind of roaming, over rows with their home_city."""
    number, roaming = f"{_of(plan, 'number')}::varchar", f"{_of(plan, 'roaming')}::varchar"
    foreign = f"case when {number} < '1' then regexp_full_match({number}, {literal(FOREIGN)}) else false end"
    return (
        f"case when {roaming} = 'international' or {foreign} then 'international'"
        f" when {roaming} = 'domestic' then 'domestic'"
        f" when home_city <> {literal(plan.context.centre)} then 'province' else 'local' end"
    )


def category_head(plan: Plan) -> str:
    """SQL of the class a category belongs to: its first two digits."""
    category = _of(plan, "category")
    heads = {code[:2] for code in plan.listed.get(plan.format.roles.get("category", ""), ())}
    known = f"::{enumeration(heads)}" if heads else ""
    return f"left({category}::varchar, 2){known}"


def _of(plan: Plan, role: str) -> str:
    """The column that plays a role in the format; null where none does."""
    column = plan.format.roles.get(role)
    return name(column) if column else "null::varchar"


def _prefix(number: str) -> str:
    """Most numbers are plain mobiles; only the others are worth a regular expression."""
    plain = f"strlen({number}) = 11 and {number} >= '13' and {number} < '2'"
    mobile = f"nullif(regexp_extract({number}, {literal('^' + MOBILE + '$')}, 1), '')"
    return f"left(case when {plain} then {number} when {number} is not null then {mobile} end, {SEGMENT})"


_EVER, _NEVER = "date '0001-01-01'", "date '9999-12-31'"
_NO_SEGMENTS = "(select null::varchar as prefix, null::varchar as centre where false)"
