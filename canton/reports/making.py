"""One answer in every form: the screen, and the same screen's figures as JSON, CSV, XLSX and PDF."""

import json
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from canton.centres.selectors import Viewer
from canton.shell.exports import csv_lines, write_book

from . import files, paper, selectors
from .definition import Breakdown
from .questions import Asked
from .screen import Screen
from .selectors import Report
from .sheet import sheet

FORMS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def screen(viewer: Viewer, asked: Asked, *, by: str, now: datetime, sees_rows: bool = False) -> Screen:
    """Ask a report and what it is compared with.

    Args:
        by: the breakdown of its table; one it does not have is the first one.

    Raises:
        UnknownReport: there is none of that name.
        UnknownCentre: no such centre, or not the viewer's to see.
    """
    report = selectors.report(viewer, asked.report, centre=asked.centre, period=asked.period, now=now)
    return Screen(
        report=report,
        asked=asked,
        against=selectors.comparison(viewer, report),
        sees_rows=sees_rows,
        breakdown=_breakdown(report, by),
    )


def make(answer: Screen, form: str, *, now: datetime, told: paper.Told | None = None) -> bytes:
    """The figures of a screen as a file of one of FORMS, whole, in the language in force.

    told: hears how far a PDF is, 0-1.
    """
    report, against, kinds = answer.report, answer.against, answer.asked.compare
    if form == "json":
        content = files.as_json(report, against, kinds)
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
    if form == "csv":
        rows = files.csv_rows(report, against, kinds)
        return "".join(csv_lines(files.csv_header(report, kinds), rows)).encode()
    if form == "pdf":
        return paper.pdf(sheet(answer), now=now, told=told)
    with TemporaryDirectory(prefix="canton-report-") as folder:
        path = Path(folder, "report.xlsx")
        write_book(path, files.sheets(report, against, kinds, now=now))
        return path.read_bytes()


def _breakdown(report: Report, wanted: str) -> Breakdown:
    """The one asked for, else the definition's own where there are several cities, else days."""
    definition = report.result.definition
    if wanted in [each.name for each in definition.breakdowns if each.published]:
        return definition.breakdown(wanted)
    opens = definition.view.opens
    alone = opens == "city" and len(report.centres) == 1
    return definition.breakdown("day" if alone else opens)
