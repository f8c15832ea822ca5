"""The cities of the demonstration: how busy each is, how well staffed, and how untidy its files are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Staff beyond the load, in square roots of the load (square-root staffing). Two cities miss 85 %.
USUAL_MARGIN = 1.4
MARGINS = {"4401": 1.2, "4403": 1.6, "4404": 1.8, "4405": 0.95, "4408": 0.6, "4413": 1.7, "4452": 0.75}
# Share of rows that somebody's hand has spoilt.
USUAL_DIRT = 0.012
DIRT = {"4401": 0.004, "4403": 0.003, "4406": 0.021, "4408": 0.046, "4414": 0.034, "4416": 0.058, "4453": 0.0}


@dataclass(frozen=True, slots=True)
class City:
    """One city as the generator sees it.

    share: its part of the province's contacts, 0-1.
    prefixes: seven-digit number segments of the city; elsewhere: segments of other cities, for roamers.
    margin: agents beyond the load, in square roots of the load.
    dirt: part of the rows that break a rule, 0-1.
    """

    code: str
    letters: str
    share: float
    prefixes: tuple[str, ...]
    elsewhere: tuple[str, ...]
    margin: float
    dirt: float


def cities(letters: Mapping[str, str], prefixes: Mapping[str, Sequence[str]]) -> list[City]:
    """The cities of a province, busiest first; a city weighs as much as it has number segments.

    letters: centre code -> letters of its batches; prefixes: centre code -> its seven-digit segments.
    """
    total = sum(len(prefixes.get(code, ())) for code in letters) or 1
    found = [
        City(
            code=code,
            letters=letters[code],
            share=len(prefixes[code]) / total,
            prefixes=tuple(prefixes[code]),
            elsewhere=tuple(found[0] for other, found in prefixes.items() if other != code and found),
            margin=MARGINS.get(code, USUAL_MARGIN),
            dirt=DIRT.get(code, USUAL_DIRT),
        )
        for code in letters
        if prefixes.get(code)
    ]
    return sorted(found, key=lambda city: (-city.share, city.code))
