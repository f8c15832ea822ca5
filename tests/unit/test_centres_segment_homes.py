"""Where a segment is at home on a day, from what was said of it, the last first."""

from datetime import date

import pytest

from canton.centres.segment_homes import Said, home_on, terms

OCTOBER, NOVEMBER, JANUARY = date(2026, 10, 1), date(2026, 11, 1), date(2027, 1, 1)
CASES = [
    ([Said("4401")], ["4401", "4401", "4401"]),
    ([Said("4403", JANUARY), Said("4401")], ["4401", "4401", "4403"]),
    ([Said("4405", JANUARY), Said("4403", NOVEMBER), Said("4401")], ["4401", "4403", "4405"]),
    ([Said("4405", NOVEMBER), Said("4403", JANUARY), Said("4401")], ["4401", "4405", "4405"]),
    ([Said("4403", NOVEMBER), Said("4401", NOVEMBER), Said("")], ["", "4403", "4403"]),
    ([Said("4403", JANUARY), Said("")], ["", "", "4403"]),
    ([Said("4403", OCTOBER), Said("4401", NOVEMBER)], ["4403", "4403", "4403"]),
    ([], ["", "", ""]),
]


@pytest.mark.parametrize(("said", "homes"), CASES)
def test_each_day_has_the_home_that_was_said_last_of_it(said: list[Said], homes: list[str]) -> None:
    days = (OCTOBER, NOVEMBER, JANUARY)
    assert [home_on(said, day) for day in days] == homes
    for day, home in zip(days, homes, strict=True):
        held = [
            term.city
            for term in terms(said)
            if (term.since is None or term.since <= day) and (term.until is None or day < term.until)
        ]
        assert held == ([home] if home else [])
