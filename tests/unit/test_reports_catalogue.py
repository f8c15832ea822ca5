"""Categories, agents, questionnaires and quality equal counts made by hand in plain Python."""
# ruff: noqa: DTZ001 (data files carry the local wall clock, without a zone)

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from canton.records import feeds
from canton.reports import definition, engine
from canton.reports.comparison import Comparison
from canton.reports.engine import Question, Result, Stored

FIRST, LAST = date(1999, 1, 1), date(1999, 1, 3)
CITIES = ("4401", "4403", "4405")
QUESTION = Question(FIRST, LAST, ("4401", "4403"))
TEXT, NUMBER, MOMENT = pa.string(), pa.int32(), pa.timestamp("us")
CONTACTS = {
    "contact_id": TEXT, "centre": TEXT, "channel": TEXT, "number": TEXT, "category": TEXT, "started": MOMENT,
    "ended": MOMENT, "talk_seconds": NUMBER, "hold_seconds": NUMBER, "wrap_seconds": NUMBER, "agent": TEXT,
    "outcome": TEXT, "satisfaction": NUMBER, "resolved": pa.bool_(), "home_city": TEXT, "batch": TEXT,
    "line": pa.int64(),
}  # fmt: skip
AGENTS = {
    "agent": TEXT, "centre": TEXT, "state": TEXT, "started": MOMENT, "ended": MOMENT, "desk": TEXT,
    "skill": TEXT, "reason": TEXT, "contact_id": TEXT, "batch": TEXT, "line": pa.int64(),
}  # fmt: skip
SURVEYS = {
    "respondent": TEXT, "centre": TEXT, "survey": TEXT, "question": TEXT, "wording": TEXT, "kind": TEXT,
    "answer": TEXT, "score": NUMBER, "scale": NUMBER, "answered": MOMENT, "channel": TEXT, "number": TEXT,
    "contact_id": TEXT, "batch": TEXT, "line": pa.int64(),
}  # fmt: skip
Row = Mapping[str, Any]


def written(
    folder: Path, name: str, kinds: Mapping[str, pa.DataType], rows: Sequence[Row]
) -> tuple[Path, ...]:
    """Two files that each hold rows of several days, as the store may."""
    places = []
    for part in (0, 1):
        held = rows[part::2]
        columns = {
            column: pa.array([row.get(column) for row in held], kind) for column, kind in kinds.items()
        }
        pq.write_table(pa.table(columns), folder / f"{name}{part}.parquet")
        places.append(folder / f"{name}{part}.parquet")
    return tuple(places)


def moments(dice: random.Random) -> datetime:
    """Within a day of the range on either side."""
    return datetime(1998, 12, 31, 20) + timedelta(seconds=dice.randrange(4 * 86400))


def mine(rows: Sequence[Row], column: str = "started") -> list[Row]:
    return [row for row in rows if row["centre"] in QUESTION.centres and FIRST <= row[column].date() <= LAST]


def ratio(above: float, below: float) -> float | None:
    return above / below if below else None


def same(
    result: Result, by: str, rows: Sequence[Row], key: Callable[[Row], Any], count: Callable[..., Any]
) -> None:
    """The lines of a breakdown, or the total, are the counts of the rows with that key; none is missing."""
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    lines = result.by[by] if by else (result.total,)
    found = {line.keys: line for line in lines if any(line.counts.values())}
    assert set(found) == {keys for keys, group in groups.items() if any(count(group).values())}
    for keys, line in found.items():
        expected = count(groups[keys])
        told = {
            figure.name: line.value(figure) for figure in result.definition.figures if figure.name in expected
        }
        assert told == pytest.approx(expected), (by, keys)


def contacts(dice: random.Random, count: int = 240) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": f"c{number}", "centre": dice.choice(["4401", "4403", "4405"]), "channel": "voice",
            "category": dice.choice([None, "0101", "0102", "02"]), "started": moments(dice),
            "talk_seconds": dice.randrange(300), "hold_seconds": dice.randrange(20), "wrap_seconds": 7,
            "agent": dice.choice([None, "ANNA", "BEN"]), "line": number,
            "outcome": dice.choice(["answered", "answered", "abandoned", "ivr", "void"]),
            "satisfaction": dice.choice([None, 3, 5]), "resolved": dice.choice([None, True, False]),
        }
        for number in range(count)
    ]  # fmt: skip


def test_categories(tmp_path: Path) -> None:
    rows = contacts(random.Random(7))
    counted = [row for row in mine(rows) if row["outcome"] != "void"]

    def count(group: Sequence[Row]) -> dict[str, Any]:
        known = [row["resolved"] for row in group if row["resolved"] is not None]
        marks = [row["satisfaction"] for row in group if row["satisfaction"]]
        return {
            "contacts": len(group),
            "handled": sum(row["outcome"] == "answered" for row in group),
            "classified": ratio(sum(row["category"] is not None for row in group), len(group)),
            "resolution": ratio(sum(known), len(known)),
            "satisfaction": ratio(sum(marks), len(marks)),
        }

    result = engine.run(engine.ready("categories"), QUESTION, written(tmp_path, "contacts", CONTACTS, rows))
    same(result, "", counted, lambda row: (), count)
    same(result, "category", counted, lambda row: (row["category"],), count)
    same(result, "head", counted, lambda row: (row["category"] and row["category"][:2],), count)
    same(result, "city", counted, lambda row: (row["centre"],), count)
    same(result, "day", counted, lambda row: (row["started"].date(),), count)
    same(result, "category_city", counted, lambda row: (row["category"], row["centre"]), count)


STATES = ["ready", "ringing", "talking", "hold", "wrap", "busy", "break", "training", "meeting", "idle"]


def intervals_of(dice: random.Random) -> list[dict[str, Any]]:
    intervals = []
    for number in range(300):
        started = moments(dice)
        intervals.append(
            {
                "agent": dice.choice(["ANNA", "BEN"]), "centre": dice.choice(["4401", "4403", "4405"]),
                "state": dice.choice(STATES), "started": started, "line": number,
                "ended": started + timedelta(seconds=dice.randrange(4000)),
            }
        )  # fmt: skip
    return intervals


def test_agents_with_the_handling_time_of_their_contacts(tmp_path: Path) -> None:
    dice = random.Random(11)
    intervals = intervals_of(dice)
    calls = contacts(dice)
    mixed: list[Row] = [
        {**row, "seconds": (row["ended"] - row["started"]).total_seconds()} for row in mine(intervals)
    ]
    mixed += [row for row in mine(calls) if row["outcome"] == "answered" and row["agent"]]

    def count(group: Sequence[Row]) -> dict[str, Any]:
        def hours(*names: str) -> float:
            return sum(row["seconds"] for row in group if row.get("state") in (names or STATES)) / 3600

        own = [row for row in group if "outcome" in row]
        handled = sum(row["talk_seconds"] + row["hold_seconds"] + row["wrap_seconds"] for row in own)
        busy = hours("talking", "hold", "wrap")
        return {
            "agents": len({(row["centre"], row["agent"]) for row in group if "state" in row}),
            "logged_in": hours(),
            "ready": hours("ready"),
            "talking": hours("talking", "hold"),
            "wrap": hours("wrap"),
            "away": hours("busy", "break", "training", "meeting"),
            "occupancy": ratio(busy, busy + hours("ready", "ringing")),
            "answered": len(own),
            "aht_s": ratio(handled, len(own)),
        }

    stored = Stored(
        (
            ("agents", written(tmp_path, "agents", AGENTS, intervals)),
            ("contacts", written(tmp_path, "contacts", CONTACTS, calls)),
        )
    )
    result = engine.run(engine.ready("agents"), QUESTION, stored)
    same(result, "", mixed, lambda row: (), count)
    same(result, "agent", mixed, lambda row: (row["centre"], row["agent"]), count)
    same(result, "city", mixed, lambda row: (row["centre"],), count)
    same(result, "day", mixed, lambda row: (row["started"].date(),), count)
    alone = [row for row in mixed if "state" in row]
    same(result, "state", alone, lambda row: (row["state"],), count)


UNKNOWN = ("99", " 98 ", "不知道", "Refused")


def answers_of(dice: random.Random, when: Callable[[], datetime]) -> list[dict[str, Any]]:
    """Answers of every kind to questions of every shape, with codes of "don't know" among them."""
    rows = []
    for number in range(300):
        kind = dice.choice(["score", "score", "choice", "text", "fact"])
        scale = dice.choice([10, 100]) if kind == "score" else None
        score = dice.choice([dice.randrange((scale or 0) + 1), 7, min(scale or 0, 99)]) if scale else None
        answer = str(score) if kind == "score" else dice.choice(["yes", "no", "perhaps", "99"])
        rows.append(
            {
                "respondent": f"r{number % 40}", "centre": dice.choice(CITIES), "kind": kind,
                "survey": dice.choice(["hotline", "counter"]), "question": f"{kind}-{scale}-{number % 2}",
                "answer": answer if kind == "text" or dice.random() < 0.8 else dice.choice(UNKNOWN),
                "answered": when(), "line": number, "score": score, "scale": scale,
                "wording": f"How is it? ({kind})" if number % 2 else None,
            }
        )  # fmt: skip
    return rows


def test_no_data_are_no_zero() -> None:
    ready, talking = (engine.ready("agents").figure(name) for name in ("ready", "talking"))
    nothing = dict.fromkeys(engine.ready("agents").counts, 0)
    assert (ready.value(nothing), talking.value(nothing)) == (None, None)
    there = nothing | {"logged_in_intervals": 2, "logged_in_seconds": 3600, "ready_seconds": 3600}
    assert (ready.value(there), talking.value(there)) == (1.0, 0.0)


def says_unknown(row: Row) -> bool:
    if row["kind"] not in ("score", "choice"):
        return False
    said = row["answer"].strip()
    return said in ("不知道", "Refused") or (said in ("98", "99") and int(said) > (row["scale"] or 0))


def of_survey(group: Sequence[Row]) -> dict[str, Any]:
    told = [row for row in group if not says_unknown(row)]
    scored = [row for row in told if row["kind"] == "score"]
    return {
        "respondents": len({(row["centre"], row["survey"], row["respondent"]) for row in told}),
        "answers": len(told),
        "unknown": len(group) - len(told),
        "mean_score": ratio(sum(row["score"] for row in scored), len(scored)),
        "score_share": ratio(sum(row["score"] for row in scored), sum(row["scale"] for row in scored)),
        "satisfied": ratio(sum(row["score"] * 100 >= 80 * row["scale"] for row in scored), len(scored)),
    }


def test_questionnaires(tmp_path: Path) -> None:
    dice = random.Random(13)
    rows = answers_of(dice, lambda: moments(dice))
    counted = [row for row in mine(rows, "answered") if row["kind"] != "fact"]
    assert (
        0
        < sum(says_unknown(row) for row in counted)
        < sum(row["answer"].strip() in UNKNOWN for row in counted)
    )
    result = engine.run(engine.ready("surveys"), QUESTION, written(tmp_path, "surveys", SURVEYS, rows))

    def month(row: Row) -> str:
        return f"{row['answered']:%Y-%m}"

    keys: dict[str, Callable[[Row], tuple[Any, ...]]] = {
        "": lambda row: (),
        "question": lambda row: (row["survey"], row["question"]),
        "question_city": lambda row: (row["survey"], row["question"], row["centre"]),
        "question_month": lambda row: (row["survey"], row["question"], month(row)),
        "survey": lambda row: (row["survey"],),
        "city": lambda row: (row["centre"],),
        "month": lambda row: (month(row),),
        "day": lambda row: (row["answered"].date(),),
    }
    for breakdown, key in keys.items():
        same(result, breakdown, counted, key, of_survey)
    asked = {(row["survey"], row["question"]): row["wording"] for row in counted if row["wording"]}
    assert 0 < len(asked) < len({(row["survey"], row["question"]) for row in counted})
    for line in result.by["question_city"]:
        told = result.told(("survey", "question", "centre"), line.keys, "question")
        assert told == asked.get(line.keys[:2], "")


def test_the_distribution_of_a_question_is_of_its_marks_and_choices_in_their_order(tmp_path: Path) -> None:
    dice = random.Random(17)
    rows = answers_of(dice, lambda: moments(dice))
    result = engine.run(engine.ready("surveys"), QUESTION, written(tmp_path, "surveys", SURVEYS, rows))
    counted = [row for row in mine(rows, "answered") if row["kind"] in ("score", "choice")]
    told = [row for row in counted if not says_unknown(row)]
    said = {id(row): str(row["score"]) if row["kind"] == "score" else row["answer"] for row in told}
    share = result.definition.figure("chosen_share")
    assert {line.keys for line in result.by["choice"]} == {
        (row["survey"], row["question"], said[id(row)]) for row in told
    }
    for line in result.by["choice"]:
        of_question = [row for row in told if (row["survey"], row["question"]) == line.keys[:2]]
        chosen = sum(said[id(row)] == line.key for row in of_question)
        assert line.value(share) == pytest.approx(chosen / len(of_question))
    marks = [line.key for line in result.by["choice"] if line.keys[:2] == ("hotline", "score-10-0")]
    assert "10" in marks and len(marks) > 3 and marks == sorted(marks, key=lambda mark: int(str(mark)))
    assert result.total.value(share) is None


def test_a_month_is_held_against_the_month_before_and_the_same_of_the_year_before(tmp_path: Path) -> None:
    dice = random.Random(19)
    first, spans = datetime(1997, 10, 1), 15 * 30 * 86400
    rows = answers_of(dice, lambda: first + timedelta(seconds=dice.randrange(spans)))
    files, definition_ = written(tmp_path, "surveys", SURVEYS, rows), engine.ready("surveys")

    def over(start: date, end: date) -> Result:
        return engine.run(definition_, Question(start, end, CITIES), files)

    now = over(date(1998, 11, 1), date(1998, 12, 31))
    against = Comparison(
        over(date(1998, 9, 1), date(1998, 10, 31)), over(date(1997, 11, 1), date(1997, 12, 31)), {}, now
    )
    answers = definition_.figure("answers")

    def by_hand(month: str) -> int:
        held = [row for row in rows if f"{row['answered']:%Y-%m}" == month and row["kind"] != "fact"]
        return sum(not says_unknown(row) for row in held)

    for kind, month, then in (
        ("pop", "1998-12", "1998-11"), ("pop", "1998-11", "1998-10"), ("yoy", "1998-12", "1997-12"),
    ):  # fmt: skip
        assert against.value(kind, answers, "month", (month,)) == by_hand(then) > 0
    assert against.value("pop", answers) == by_hand("1998-09") + by_hand("1998-10")


def batches_of(dice: random.Random) -> list[dict[str, Any]]:
    rows = []
    for number in range(120):
        read, refused = 100 + number, dice.choice([0, 0, 5, 9])
        received = moments(dice)
        reasons = [("refuse", "number:pattern", refused)] if refused else []
        repaired = dice.choice([0, 3])
        reasons += [("repair", "category:unknown", repaired)] if repaired else []
        rows.append(
            {
                "batch": f"B{number}", "centre": dice.choice(["4401", "4403"]), "dataset": "contacts",
                "period": "1999-01", "state": dice.choice(["loaded", "loaded", "refused", "failed"]),
                "received": received, "finished": None, "read": read, "kept": read - refused,
                "refused": refused, "repaired": repaired, "replaced": dice.random() < 0.2,
                "due": dice.choice([None, received - timedelta(hours=30), received + timedelta(hours=1)]),
                "reasons": [dict(zip(("kind", "code", "rows"), each, strict=True)) for each in reasons],
            }
        )  # fmt: skip
    return rows


def test_quality_of_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = batches_of(random.Random(17))
    from canton.intake.feeds import TITLES, schema

    kinds = pa.schema(each for each in schema() if each.name not in ("route", "correction"))
    feed = feeds.Feed("batches", lambda *_: pa.Table.from_pylist(rows, kinds), lambda _: None, dict(TITLES))
    monkeypatch.setitem(feeds._OFFERED, "batches", feed)
    counted = mine(rows, "received")

    def whole(row: Row) -> bool:
        return row["state"] in ("loaded", "refused") and not row["replaced"]

    def count(group: Sequence[Row]) -> dict[str, Any]:
        good = [row for row in group if whole(row)]
        late = [row for row in group if row["due"] and row["received"] > row["due"]]
        read = sum(row["read"] for row in good)
        over = sum((row["received"] - row["due"]).total_seconds() for row in late)
        return {
            "batches": len(group),
            "refused_whole": sum(row["state"] == "refused" for row in group),
            "unfinished": sum(row["state"] == "failed" for row in group),
            "corrected": sum(row["replaced"] for row in group),
            "rows_read": read,
            "rows_kept": sum(row["kept"] for row in good),
            "rows_refused": sum(row["refused"] for row in good),
            "rows_repaired": sum(row["repaired"] for row in good),
            "refused_share": ratio(sum(row["refused"] for row in good), read),
            "repaired_share": ratio(sum(row["repaired"] for row in good), read),
            "late": len(late),
            "late_share": ratio(len(late), sum(row["due"] is not None for row in group)),
            "days_late": ratio(over / 86400, len(late)),
        }

    result = engine.run(engine.ready("quality"), QUESTION, ())
    same(result, "", counted, lambda row: (), count)
    same(result, "city", counted, lambda row: (row["centre"],), count)
    same(result, "day", counted, lambda row: (row["received"].date(),), count)
    told = [{**why, "batch": row["batch"]} for row in counted if whole(row) for why in row["reasons"]]

    def of_reason(group: Sequence[Row]) -> dict[str, Any]:
        return {"reason_rows": sum(each["rows"] for each in group), "reason_batches": len(group)}

    same(result, "reason", told, lambda why: (f"{why['kind']}.contacts.{why['code']}",), of_reason)


@pytest.mark.parametrize("name", definition.names())
def test_every_definition_says_everything_in_both_languages(name: str) -> None:
    report = engine.ready(name)
    said = [report.title, report.about, report.population]
    for each in report.figures:
        said += [each.title, each.unit, each.numerator, each.source]
        assert (each.denominator is not None) == each.is_ratio
    said += [each.title for each in report.breakdowns]
    assert all(text.zh and text.en for text in said)
