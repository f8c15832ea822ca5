"""What a file is by its first bytes, an archive by its parts: to tell people what they handed in."""

import codecs
import zipfile
from pathlib import Path

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
PARQUET = b"PAR1"
STARTS = {
    OLE: "XLS",
    PARQUET: "Parquet",
    b"%PDF": "PDF",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
}
MARKUP = {b"<html": "HTML", b"<!doctype html": "HTML", b"<table": "HTML", b"<?xml": "XML"}
PARTS = {"xl/workbook.bin": "XLSB", "xl/": "XLSX", "word/": "DOCX", "ppt/": "PPTX", "content.xml": "ODS"}
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LOOKED_AT = 4_096
FEW = 3


def kind_of(path: Path) -> str:
    """XLSX, XLS, DOCX, ZIP, Parquet, PDF, HTML …; empty for what may be text.

    Systems that export “Excel” often write HTML or XML under the name of a workbook.
    """
    with path.open("rb") as file:
        start = file.read(LOOKED_AT)
    if start.startswith(ZIP):
        return _archive(path)
    found = next((kind for magic, kind in STARTS.items() if start.startswith(magic)), "")
    text = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return found or next((kind for tag, kind in MARKUP.items() if text.startswith(tag)), "")


def is_utf16(path: Path) -> bool:
    """Whether text is written in UTF-16: by its mark, or by empty bytes at every other place."""
    with path.open("rb") as file:
        start = file.read(LOOKED_AT)
    if start.startswith(UTF16):
        return True
    even, odd = start[::2].count(0), start[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) >= FEW and len(start) % 2 == 0


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "ZIP"
    return next((kind for part, kind in PARTS.items() if any(name.startswith(part) for name in names)), "ZIP")
