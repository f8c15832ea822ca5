"""Which layouts somebody may see and hand files in by: those of the house, and those people made."""

from django.db.models import Q, QuerySet

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


def choices(viewer: Viewer) -> list[tuple[str, str]]:
    """(name, words) of every layout a viewer may hand a file in by; those people made stand first."""
    own_ = saved_layouts(viewer).filter(state=LayoutState.PUBLISHED)
    saved = {each.name: read_layout(each.document).format for each in own_[::-1]}
    house = {name: load_layout(name).format for name in names() if name not in saved}
    return [
        (name, words)
        for group in (saved, house)
        for words, name in sorted((f"{format_.title}: {name}", name) for name, format_ in group.items())
    ]
