"""A sheet as PDF/A-like pages of A4: fonts of this machine, nothing fetched from anywhere."""

import logging
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.template.loader import render_to_string
from django.utils import timezone

from .sheet import Sheet

STYLE = Path(__file__).parent / "static" / "reports" / "paper.css"


def pdf(sheet: Sheet, *, now: datetime) -> bytes:
    """The sheet as a PDF, upright or lying as its widest table asks.

    now: printed as when it was made.
    """
    from weasyprint import CSS, HTML

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    made = timezone.localtime(now)
    page = render_to_string("reports/paper.html", {"sheet": sheet, "made": f"{made:%Y-%m-%d %H:%M}"})
    style = CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=refuse)
    written = HTML(string=page, base_url=None, url_fetcher=refuse).write_pdf(stylesheets=[style])
    if not isinstance(written, bytes):
        raise TypeError("no PDF was written")
    return written


def refuse(url: str, *arguments: Any, **options: Any) -> NoReturn:
    """Nothing a sheet names is fetched: neither from the network nor from this machine's disk."""
    raise ValueError(f"a sheet fetches nothing: {url[:80]}")
