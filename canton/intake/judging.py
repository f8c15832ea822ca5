"""The list of texts whose code a person is to say: what a viewer may see, filtered, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import QueryDict

from canton.centres.selectors import Viewer, scope
from canton.codes import selectors as codes
from canton.codes.models import Code

from .choices import State
from .judgements import Judgement
from .services.judging import HELD_FOR

SORTS = {"confidence": ("confidence", "pk"), "-confidence": ("-confidence", "pk")}
LONGEST_SEARCH = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions of the list, as they stand in the address."""

    decided: bool = False
    city: str = ""
    batch: str = ""
    code: str = ""
    text: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        """From an address; what is not understood is left out."""
        sort = query.get("sort", "")
        return cls(
            decided=query.get("state") == "decided", city=query.get("city", "")[:6],
            batch=query.get("batch", "")[:80], code=query.get("code", "")[:4],
            text=query.get("q", "").strip()[:LONGEST_SEARCH], sort=sort if sort in SORTS else "",
        )  # fmt: skip

    @property
    def narrowed(self) -> bool:
        """Whether any condition is on."""
        return bool(self.city or self.batch or self.code or self.text)

    @property
    def address(self) -> dict[str, str]:
        """What an address carries to ask the same."""
        said = {
            "state": "decided" if self.decided else "", "city": self.city, "batch": self.batch,
            "code": self.code, "q": self.text, "sort": self.sort,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}


def visible(viewer: Viewer) -> QuerySet[Judgement]:
    """Rows of the viewer's scope whose batches count: loaded, and not replaced."""
    return Judgement.objects.filter(
        centre_id__in=scope(viewer), batch__state=State.LOADED, batch__replaced_by=None
    ).select_related("batch", "batch__original", "centre")


def listed(viewer: Viewer, asked: Asked) -> QuerySet[Judgement]:
    """Rows that meet the conditions: those that wait, the oldest first; those decided, the latest first."""
    found = _of_state(visible(viewer), decided=asked.decided)
    if asked.city:
        found = found.filter(centre_id=asked.city)
    if asked.batch:
        found = found.filter(batch__number=asked.batch)
    if asked.code:
        found = found.filter(code=asked.code) if asked.decided else found.filter(proposed=_plain(asked.code))
    if asked.text:
        found = found.filter(_meant(asked.text))
    usual = ("-decided_at", "-pk") if asked.decided else ("pk",)
    return found.order_by(*SORTS.get(asked.sort, usual))


def following(viewer: Viewer, asked: Asked, after: Judgement | None, *, by: str, now: datetime) -> int | None:
    """The key of the next row that waits and nobody else has open; from the top again behind the last."""
    waiting = listed(viewer, Asked(False, asked.city, asked.batch, asked.code, asked.text))
    free = waiting.exclude(~Q(held_by__in=["", by]), held_at__gt=now - HELD_FOR).order_by("pk")
    keys = free.values_list("pk", flat=True)
    if after is None:
        return keys.first()
    return keys.filter(pk__gt=after.pk).first() or keys.filter(pk__lt=after.pk).first()


def counts(viewer: Viewer) -> tuple[int, int]:
    """How many rows wait, and how many are decided."""
    found = visible(viewer)
    return _of_state(found, decided=False).count(), _of_state(found, decided=True).count()


def codes_in(viewer: Viewer, asked: Asked) -> list[str]:
    """Codes proposed for the rows that wait, or given to those decided."""
    column = "code" if asked.decided else "proposed"
    found = _of_state(visible(viewer), decided=asked.decided).order_by(column)
    return list(found.values_list(column, flat=True).distinct())


def choices_of(text: str) -> Sequence[Code]:
    """Codes in use: all in the order of the tree, or those a search finds, the best first."""
    found = codes.search(text) if text else codes.in_tree_order()
    return [code for code in found if code.valid_to is None]


def _meant(text: str) -> Q:
    """Digits are looked for in batches' numbers only: in texts they would tell a masked number bit by bit."""
    of_batch = Q(batch__number__icontains=text)
    return of_batch if any(map(str.isdigit, text)) else of_batch | Q(text__icontains=text)


NONE = "none"


def _plain(code: str) -> str:
    return "" if code == NONE else code


def _of_state(found: QuerySet[Judgement], *, decided: bool) -> QuerySet[Judgement]:
    return found.exclude(code="") if decided else found.filter(code="")
