"""The classification (分类): head of the category, home city of the number, kind of roaming."""

import os
import time
from pathlib import Path

from ..plan import Plan
from ..sql import literal
from . import counts
from .counts import Classified
from .folders import building, engine
from .kept import ROWS, parquet, rows_kept

CLASSES = "classes.parquet"
SEGMENT = 7
MOBILE = r"(?:\+|00)?(?:86)?(1[3-9][0-9]{9})"
FOREIGN = r"(?:\+|00)(?:[1-79]|8[0-57-9]).*"


def classify(checked: Path, plan: Plan, *, into: Path) -> Classified:
    """Classify the kept rows of a check; running it again replaces the folder.

    Shapes:
        checked: folder of `check`.
        into/rows.parquet: the rows of the check (the same bytes, linked).
        into/classes.parquet: one row for each kept row, in file order: row, line, home_city, roaming_kind,
            category_head.

    home_city: city of the number's segment, null when it has none here.
    roaming_kind: international when the sender says so or the number has another country's code; domestic
    when the sender says so; province when the number's home is another city; otherwise local.
    """
    began = time.monotonic()
    with building(into) as folder:
        os.link(checked / ROWS, folder / ROWS)
        with engine(plan, folder) as database:
            path = folder / CLASSES
            database.execute(
                f"copy ({_classes(checked, plan)}) to {literal(str(path))}"
                " (format parquet, compression uncompressed)"
            )
            kinds = database.execute(
                f"select roaming_kind, count(*) from {parquet(path)} group by 1"
            ).fetchall()
            home = database.execute(f"select count(*), count(home_city) from {parquet(path)}").fetchone() or (
                0,
                0,
            )
        classified = Classified(
            rows=home[0], at_home=home[1], kinds=dict(kinds), seconds=time.monotonic() - began
        )
        counts.write(classified, folder)
    return classified


def _classes(checked: Path, plan: Plan) -> str:
    columns = set(plan.format.columns)
    number = "number" if "number" in columns else "null::varchar"
    roaming = "roaming" if "roaming" in columns else "'none'"
    category = "left(category, 2)" if "category" in columns else "null::varchar"
    segments = parquet(plan.context.segments) if plan.context.segments else _NO_SEGMENTS
    # most numbers are plain mobiles; only the others are worth a regular expression
    plain = f"strlen({number}) = 11 and {number} >= '13' and {number} < '2'"
    mobile = f"nullif(regexp_extract({number}, {literal('^' + MOBILE + '$')}, 1), '')"
    prefix = f"left(case when {plain} then {number} when {number} is not null then {mobile} end, {SEGMENT})"
    foreign = f"case when {number} < '1' then regexp_full_match({number}, {literal(FOREIGN)}) else false end"
    kind = (
        f"case when {roaming} = 'international' or {foreign} then 'international'"
        f" when {roaming} = 'domestic' then 'domestic'"
        f" when s.centre <> {literal(plan.context.centre)} then 'province' else 'local' end"
    )
    rows = f"(select *, {prefix} as prefix7 from {rows_kept(checked, plan)})"
    return (
        f"select r.row, r.line, s.centre as home_city, {kind} as roaming_kind, {category} as category_head"
        f" from {rows} r left join {segments} s on s.prefix = r.prefix7"
    )


_NO_SEGMENTS = "(select null::varchar as prefix, null::varchar as centre where false)"
