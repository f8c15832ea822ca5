"""Which centres a viewer may see: his own and all below it."""

from typing import Protocol

from django.db.models import QuerySet

from .models import Centre


class Viewer(Protocol):
    """Whoever asks: staff, a partner's client, or the command line (canton.centres.selectors.Operator)."""

    @property
    def centre(self) -> Centre: ...


def scope(viewer: Viewer) -> frozenset[str]:
    """Codes of the viewer's centre and every centre below it. GB/T 2260 codes nest by prefix; the nation is 0."""
    own = viewer.centre
    if own.tier == "nation":
        return frozenset(Centre.objects.values_list("code", flat=True))
    return frozenset(Centre.objects.filter(code__startswith=own.code).values_list("code", flat=True))


def visible_to(viewer: Viewer) -> QuerySet[Centre]:
    """Centres of the viewer's scope, in the order of their codes."""
    return Centre.objects.filter(code__in=scope(viewer))
