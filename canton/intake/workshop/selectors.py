"""Which layouts somebody may see and hand files in by: those of the house, and those people made."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canton.centres.selectors import Viewer, own, scope

from ..layout import Layout, load_layout, names, read_layout
from .models import LayoutState, SavedLayout


def saved_layouts(viewer: Viewer) -> QuerySet[SavedLayout]:
    """Layouts of the viewer's scope, and those of the house, which are everybody's."""
    mine = Q(centre_id__in=scope(viewer)) | Q(centre_id=own().pk)
    return SavedLayout.objects.filter(mine).select_related("centre")


def published(name: str) -> Layout:
    """The layout of this name: one that comes with the house, or the newest published one.

    Raises:
        UnknownLayout: there is none.
        BadLayout: it was sound when it was saved, and no longer is.
    """
    if name in names():
        return load_layout(name)
    found = SavedLayout.objects.filter(name=name, state=LayoutState.PUBLISHED).first()
    return read_layout(found.document) if found is not None else load_layout(name)


def choices(viewer: Viewer) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title of the data, [(name, words)]) of every layout a viewer may hand a file in by.

    Of each data those people made stand first, then the format itself, then the others of the house.
    """
    own_ = saved_layouts(viewer).filter(state=LayoutState.PUBLISHED)
    saved = {each.name: read_layout(each.document) for each in own_[::-1]}
    house = [load_layout(name) for name in names() if name not in saved]
    groups: dict[str, list[tuple[int, str, Layout]]] = {}
    for rank, each in [
        *((0, each) for each in saved.values()),
        *((1 if each.own else 2, each) for each in house),
    ]:
        groups.setdefault(str(each.format.title), []).append((rank, _words(each), each))
    return [
        (
            title,
            [(each.name, words) for _rank, words, each in sorted(found, key=lambda one: (one[0], one[1]))],
        )
        for title, found in sorted(groups.items())
    ]


def _words(layout: Layout) -> str:
    if layout.own:
        return _("the format itself, %(version)s") % {"version": layout.format.version} + f" · {layout.name}"
    title = str(layout.title or "")
    return f"{title} · {layout.name}" if title else layout.name
