"""A query while it is built: buttons pressed faster than the server answers are all of the form as drawn."""

import pytest
from django.http import QueryDict

from canton.queries import drafts

FORM = (
    "dataset=contacts&g-kind=all&c0-column=a&c0-is=equals&c0-value=1&g1-kind=any&c1.0-column=b&c1.1-column=c"
    "&c2-column=d"
)


def columns(part: dict) -> object:
    if "column" in part:
        return part["column"]
    [(word, parts)] = part.items()
    return word, [columns(each) for each in parts]


@pytest.mark.parametrize(
    ("acts", "left"),
    [
        ([], ["a", ("any", ["b", "c"]), "d"]),
        (["add:"], ["a", ("any", ["b", "c"]), "d", ""]),
        (["group:1"], ["a", ("any", ["b", "c", ("any", [""])]), "d"]),
        (["drop:0", "drop:0"], [("any", ["b", "c"]), "d"]),  # pressed twice
        (["drop:0", "drop:2"], [("any", ["b", "c"])]),
        (["drop:0", "add:1", "drop:1.0"], [("any", ["c", ""]), "d"]),
        (["drop:1", "add:1"], ["a", "d"]),
        (["drop:9", "drop:", "add:0", "group:1.7", "run", "add:"], ["a", ("any", ["b", "c"]), "d", ""]),
    ],
)
def test_each_press_is_about_the_form_as_it_was_drawn(acts: list[str], left: list[object]) -> None:
    draft = drafts.act(drafts.read(QueryDict(FORM)), acts)
    assert columns(draft["where"]) == ("all", left)
