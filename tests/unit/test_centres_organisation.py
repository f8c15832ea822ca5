"""Which centre may stand below which: tiers in order, codes nested, because scope goes by the code (F01)."""

import pytest

from canton.centres.organisation import stands

NATION, GUANGDONG = ("nation", "0"), ("province", "44")


@pytest.mark.parametrize(
    ("tier", "code", "above"),
    [
        ("nation", "0", None),
        ("province", "45", NATION),
        ("city", "4401", GUANGDONG),
        ("city", "441900", GUANGDONG),
    ],
)
def test_these_stand(tier: str, code: str, above: tuple[str, str] | None) -> None:
    assert stands(tier, code, above=above)


@pytest.mark.parametrize(
    ("tier", "code", "above"),
    [
        ("nation", "1", NATION),
        ("province", "45", None),
        ("province", "4405", GUANGDONG),
        ("city", "4501", GUANGDONG),
        ("city", "44", GUANGDONG),
        ("city", "4401", NATION),
        ("city", "440101", ("city", "4401")),
    ],
)
def test_these_do_not(tier: str, code: str, above: tuple[str, str] | None) -> None:
    assert not stands(tier, code, above=above)
