"""Definitions of result packages (F10): data in definitions/, checked when loaded.

`<name>.toml` says which report is asked, split how, by which tier, for which, and when. What the table of a
package looks like is published as a Table Schema in tables/, a file for each version (see table.py).
"""

import tomllib
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from canton.centres.choices import Tier
from canton.exchange.formats import Text

from .errors import BadResultDefinition, UnknownResult
from .terms import RHYTHMS, Moment

FOLDER = Path(__file__).parent / "definitions"
CHASE_HOURS = 24
HEAD = "result-"  # of the names under which the tables travel


@dataclass(frozen=True, slots=True)
class Definition:
    """What makes a result package.

    report, breakdowns: whose figures, and which of its breakdowns beside the total.
    made_by, addressed: tiers; the same twice is made for the centre itself and not sent.
    build, send, due: moments after a period; between build and send people may look at it. send, due: None
        when it is not sent. grace: how much later than due is not late yet.
    chase_hours: how long between two reminders of one package that is late.
    look_back: how many periods are built by themselves and corrected when their data changed.
    """

    name: str
    version: str
    report: str
    breakdowns: tuple[str, ...]
    rhythm: str
    made_by: str
    addressed: str
    title: Text
    about: Text
    build: Moment
    send: Moment | None
    due: Moment | None
    grace: timedelta
    chase_hours: int
    look_back: int

    @property
    def dataset(self) -> str:
        """What its packages are called on the way."""
        return HEAD + self.name

    @property
    def stays(self) -> bool:
        """Whether it is made for the centre itself."""
        return self.made_by == self.addressed


def names() -> list[str]:
    """Definitions there are."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


@cache
def load(name: str) -> Definition:
    """The definition of that name.

    Raises:
        UnknownResult: there is none.
        BadResultDefinition: its file is not sound; the message says where.
    """
    if name not in names():
        raise UnknownResult(name=name)
    return read(FOLDER / f"{name}.toml")


def made_by(tier: str) -> list[Definition]:
    """What centres of a tier make, the most frequent first."""
    found = [each for each in map(load, names()) if each.made_by == tier]
    return sorted(found, key=lambda each: (RHYTHMS.index(each.rhythm), each.name))


def taken_by(tier: str) -> list[Definition]:
    """What centres of a tier get from those below, in the same order."""
    return [
        each for maker in Tier.values if maker != tier for each in made_by(maker) if each.addressed == tier
    ]


def read(file: Path) -> Definition:
    """A definition from its file; raises BadResultDefinition."""
    try:
        return _definition(tomllib.loads(file.read_text(encoding="utf-8")), file.stem)
    except KeyError as error:
        raise BadResultDefinition(detail=f"{file.name}: {error.args[0]} is missing") from error
    except (TypeError, AttributeError, ValueError) as error:  # TOMLDecodeError is a ValueError
        raise BadResultDefinition(detail=f"{file.name}: {error}") from error


def _definition(told: dict[str, Any], name: str) -> Definition:
    schedule = told["schedule"]
    stays = told["made_by"] == told["addressed"]
    definition = Definition(
        name=told["name"],
        version=told["version"],
        report=told["report"],
        breakdowns=tuple(told["breakdowns"]),
        rhythm=told["rhythm"],
        made_by=str(Tier(told["made_by"])),
        addressed=str(Tier(told["addressed"])),
        title=Text(**told["title"]),
        about=Text(**told["about"]),
        build=_moment(schedule["build"]),
        send=None if stays else _moment(schedule["send"]),
        due=None if stays else _moment(schedule["due"]),
        grace=timedelta(minutes=schedule.get("grace_minutes", 0)),
        chase_hours=int(schedule.get("chase_hours", CHASE_HOURS)),
        look_back=int(told["look_back"]),
    )
    _require_sound(definition, name)
    return definition


def _moment(told: dict[str, Any]) -> Moment:
    days = told["days"]
    if type(days) is not int or not 1 <= days <= 60:  # noqa: PLR2004 - two months after is never
        raise ValueError("days is a whole number from 1 to 60")
    return Moment(days, time.fromisoformat(told["at"]))


def _require_sound(definition: Definition, name: str) -> None:
    order = [each for each in (definition.build, definition.send, definition.due) if each]
    rules = {
        "name is not that of the file": definition.name == name,
        f"rhythm is none of {', '.join(RHYTHMS)}": definition.rhythm in RHYTHMS,
        "look_back is not positive": definition.look_back > 0,
        "chase_hours is not positive": definition.chase_hours > 0,
        "build, send and due are not in this order": order
        == sorted(order, key=lambda each: (each.days, each.at)),
        "packages go up, or stay": list(Tier.values).index(definition.addressed)
        <= list(Tier.values).index(definition.made_by),
    }
    wrong = [text for text, holds in rules.items() if not holds]
    if wrong:
        raise ValueError("; ".join(wrong))
