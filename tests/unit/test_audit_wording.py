"""The trail says in words who acted, and what the details are."""

import pytest
from django.utils import translation

from canton.audit import wording


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("link:4453", "Link of Yunfu"),
        ("link:9999", "Link of 9999"),
        ("system", "The system"),
        ("cli", "Command line"),
        ("20416", ""),
    ],
)
def test_who_is_not_on_the_staff_has_a_name(actor: str, said: str) -> None:
    with translation.override("en"):
        assert wording.who(actor, {"4453": "Yunfu"}) == said


def test_chinese_names_them_too() -> None:
    with translation.override("zh-hans"):
        assert wording.who("link:4453", {"4453": "云浮"}) == "云浮链路"
        assert wording.fact("sha256") == "指纹"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (True, "yes"),
        (None, "—"),
        ([], "—"),
        (0, "0"),
        (["a", 2], "a, 2"),
        ({"before": {"name": "x"}, "rows": 3}, "Before name x; Rows 3"),
    ],
)
def test_values_are_read_by_people(given: object, said: str) -> None:
    with translation.override("en"):
        assert wording.value(given) == said
