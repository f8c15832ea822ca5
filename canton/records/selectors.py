"""What the warehouse holds: lists of Parquet files from the manifest, and lines of original files."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, QuerySet

from canton.centres.selectors import Viewer, scope
from canton.kernel.configuration import home

from . import lines, originals
from .errors import OriginalMissing
from .models import DataFile, Load


def visible_to(viewer: Viewer) -> QuerySet[Load]:
    """Loads of the viewer's scope that are in the manifest."""
    return Load.objects.filter(withdrawn_at=None, centre_id__in=scope(viewer))


def files(
    dataset: str,
    *,
    start: date,
    end: date,
    viewer: Viewer | None = None,
    centres: Collection[str] | None = None,
) -> list[Path]:
    """Parquet files with rows of the local days start to end, both included, in the order of their days.

    A file may have rows of other days too; whoever reads it asks for the days once more.

    Args:
        viewer: who asks; nothing outside his scope is answered.
        centres: only these (within the scope of the viewer, if one is given); one of the two is needed.
    """
    if viewer is None and centres is None:
        raise TypeError("files() needs a viewer or centres")
    found = DataFile.objects.filter(load__withdrawn_at=None, load__dataset=dataset, day__range=(start, end))
    if viewer is not None:
        found = found.filter(load__centre_id__in=scope(viewer))
    if centres is not None:
        found = found.filter(load__centre_id__in=centres)
    paths = found.order_by("day", "path").values_list("path", flat=True)
    return [_absolute(path) for path in dict.fromkeys(paths)]


def key_files(dataset: str, *, centre: str, excluding: str | None = None) -> list[tuple[date, Path]]:
    """(local day, Parquet file with rows of it) to look loaded keys up in.

    Args:
        excluding: a batch whose rows do not count, because the new ones replace them.
    """
    found = DataFile.objects.filter(load__withdrawn_at=None, load__dataset=dataset, load__centre_id=centre)
    if excluding is not None:
        found = found.exclude(load__batch=excluding)
    listed = found.order_by("day", "path").values_list("day", "path")
    return [(day, _absolute(path)) for day, path in listed]


def files_of_batch(batch: str) -> list[Path]:
    """Parquet files of a batch that is visible, by name; none when it is not."""
    found = DataFile.objects.filter(load__withdrawn_at=None, load__batch=batch).order_by("path")
    return [_absolute(path) for path in dict.fromkeys(found.values_list("path", flat=True))]


def shelf_state(dataset: str, centre: str) -> str:
    """Changes whenever anything of this centre and dataset is loaded, replaced or withdrawn."""
    found = Load.objects.filter(withdrawn_at=None, dataset=dataset, centre_id=centre)
    state = found.aggregate(loads=Count("pk"), last=Max("pk"))
    return f"{state['loads']}-{state['last'] or 0}"


def days_loaded(dataset: str, *, viewer: Viewer) -> tuple[date, date] | None:
    """First and last local day with rows in the viewer's scope; None when there are none."""
    found = DataFile.objects.filter(load__in=visible_to(viewer).filter(dataset=dataset))
    days = found.values_list("day", flat=True).order_by("day")
    first, last = days.first(), days.last()
    return (first, last) if first is not None and last is not None else None


def original_path(sha256: str) -> Path:
    """Where the bytes of an original lie.

    Raises:
        OriginalMissing: there are none.
    """
    path = originals.place_of(home() / "originals", sha256)
    if not path.is_file():
        raise OriginalMissing(sha256)
    return path


def raw_lines(
    sha256: str, line: int, *, before: int = 0, after: int = 0, encoding: str = "utf-8"
) -> list[tuple[int, str]]:
    """Lines of an original around a line number (from 1), each with its number, as text.

    Bytes that are none of the encoding show as U+FFFD; a line is cut at CANTON_LINE_BYTES.

    Raises:
        OriginalMissing: there is no such original.
    """
    found = byte_lines(sha256, line, before=before, after=after, longest=settings.CANTON_LINE_BYTES)
    return [(number, content.decode(encoding, "replace")) for number, content in found]


def byte_lines(
    sha256: str, line: int, *, before: int = 0, after: int = 0, longest: int
) -> list[tuple[int, bytes]]:
    """The same as bytes, each line cut at `longest`.

    Raises:
        OriginalMissing: there is no such original.
    """
    path, first = original_path(sha256), max(1, line - before)
    index = path.with_name(f"{sha256}.lines")
    found = lines.read_lines(path, first, line - first + 1 + after, index=index, longest=longest)
    return list(enumerate(found, first))


def _absolute(path: str) -> Path:
    return home() / "store" / path
