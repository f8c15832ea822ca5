"""The default classification: every head and kind of the mission, each owned and with deadlines."""

import csv
from pathlib import Path

from canton.codes.choices import DeadlineKind, Nature, RegulatorClass, Standing

ROOMS = Path(__file__).parents[2] / "canton"
HEADS = {
    "01": 6, "02": 7, "03": 3, "04": 7, "05": 5, "06": 6, "07": 2, "08": 3, "09": 1,
}  # head -> number of kinds below it  # fmt: skip


def rows(path: str) -> list[dict[str, str]]:
    with (ROOMS / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CODES = {row["code"]: row for row in rows("codes/data/codes.csv")}
DEADLINES = rows("codes/data/deadlines.csv")


def test_nine_heads_with_all_their_kinds() -> None:
    kinds = {f"{head}{n:02}" for head, count in HEADS.items() for n in range(1, count + 1)}
    assert set(CODES) == kinds | set(HEADS)


def test_every_code_is_named_in_both_languages_and_says_what_it_is() -> None:
    assert [code for code, row in CODES.items() if not row["name"] or not row["name_en"].isascii()] == []
    assert {row["nature"] for row in CODES.values()} <= set(Nature.values)
    assert {row["regulator_class"] for row in CODES.values()} <= set(RegulatorClass.values)


def test_every_code_is_owned_by_a_department_of_the_province() -> None:
    departments = {row["code"] for row in rows("centres/data/departments.csv") if row["tier"] == "province"}
    assert {row["department"] for row in CODES.values()} <= departments


def test_a_complaint_about_a_city_needs_its_recording() -> None:
    assert [code for code, row in CODES.items() if row["requires_recording"]] == ["0606"]


def test_deadlines_are_as_the_rules_say() -> None:
    hours = {(row["code"], row["kind"]): int(row["hours"]) for row in DEADLINES}
    assert hours["", "answer"] == 15 * 24
    assert hours["", "regulator"] == 10 * 24
    assert (hours["", "first_contact"], hours["", "feedback"]) == (2, 48)
    assert (hours["03", "feedback"], hours["04", "feedback"]) == (72, 72)
    assert (hours["01", "repair_town"], hours["01", "repair_country"]) == (48, 72)
    assert hours["0206", "restore"] == 48


def test_every_deadline_names_its_source_and_how_binding_it_is() -> None:
    assert [row for row in DEADLINES if not row["source"] or not row["source_en"]] == []
    assert {row["kind"] for row in DEADLINES} <= set(DeadlineKind.values)
    assert {row["standing"] for row in DEADLINES} == set(Standing.values)
