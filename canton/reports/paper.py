"""A sheet as PDF/A-like pages of A4: fonts of this machine, nothing fetched from anywhere."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, NoReturn

from django.template.loader import render_to_string
from django.utils import timezone

from .sheet import Sheet

if TYPE_CHECKING:  # the library takes half a second to load
    from weasyprint.document import Document

Told = Callable[[float], None]
UPRIGHT, LYING = 55, 36  # lines of a table that a page holds, about
MOSTLY = 0.95  # the rest is writing it down
STYLE = Path(__file__).parent / "static" / "reports" / "paper.css"


def pdf(sheet: Sheet, *, now: datetime, told: Told | None = None) -> bytes:
    """The sheet as a PDF, upright or lying as its widest table asks; whole, however long it is.

    now: printed as when it was made. told: hears how far it is, 0-1.
    """
    written = laid_out(sheet, now=now, told=told).write_pdf()
    if not isinstance(written, bytes):
        raise TypeError("no PDF was written")
    return written


def laid_out(sheet: Sheet, *, now: datetime, told: Told | None = None) -> "Document":
    """The sheet on its pages, each with the running head, the heads of its table and its number."""
    from weasyprint import CSS, HTML

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    made = timezone.localtime(now)
    page = render_to_string("reports/paper.html", {"sheet": sheet, "made": f"{made:%Y-%m-%d %H:%M}"})
    style = CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=refuse)
    lines = sum(len(table["lines"]) for table in sheet["tables"])
    with _watched(1 + lines / (LYING if sheet["lying"] else UPRIGHT), told):
        document: Document = HTML(string=page, base_url=None, url_fetcher=refuse).render(stylesheets=[style])
    return document


class _Pages(logging.Handler):
    """Hears from the layout, of this thread only, which page it is at."""

    def __init__(self, pages: float, told: Told) -> None:
        super().__init__()
        self.pages, self.told, self.thread = pages, told, get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread and "Creating layout" in str(record.msg):
            page = record.args[0] if isinstance(record.args, tuple) and record.args else 0
            if isinstance(page, int):
                self.told(min(page / self.pages, MOSTLY))


@contextmanager
def _watched(pages: float, told: Told | None) -> Iterator[None]:
    """Tell of each page that is laid out; pages: how many there will be, about."""
    if told is None:
        yield
        return
    log, handler = logging.getLogger("weasyprint.progress"), _Pages(pages, told)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def refuse(url: str, *arguments: Any, **options: Any) -> NoReturn:
    """Nothing a sheet names is fetched: neither from the network nor from this machine's disk."""
    raise ValueError(f"a sheet fetches nothing: {url[:80]}")
