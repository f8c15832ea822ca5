"""One look at a whole file before anything is made of it: refuses what is no file of rows, finds its lines.

Everything is found in a single streaming pass; memory stays within a few blocks whatever the file.
"""

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .lines import BLOCK, LF, Lines
from .parsing import QuotingError, split
from .plan import Plan
from .refusals import (
    EmptyFile,
    EndlessLine,
    FalseMark,
    HeaderOnly,
    LooksLikeGb18030,
    LooksLikeUtf8,
    LooksLikeUtf16,
    NulBytes,
    OtherKind,
    TooLarge,
    TooManyColumns,
    WrongEncoding,
    WrongHeader,
)
from .sources.encodings import GB, evidence, falsely_marked, is_sound
from .sources.model import AUTO, TABLES, Kind, Source, SourceRow
from .sources.peeking import tables
from .sources.shaping import header, records
from .sources.signatures import is_utf16, kind_of
from .sources.texts import delimited_rows, fixed_rows
from .sources.transcripts import transcribe

BOTH = "UTF-8, GB18030"


@dataclass(slots=True)
class Facts:
    """What the pass found.

    lines: the file to read, the upload or its copy in UTF-8 with LF. line_end: LF, CRLF, or None if mixed.
    quotes, ends, returns, pairs: quotation marks, LF, CR and CR LF in it.
    foreign: lines that are not in the declared encoding.
    """

    lines: Lines
    line_end: str | None = "\n"
    quotes: int = 0
    ends: int = 0
    returns: int = 0
    pairs: int = 0
    foreign: int = 0


def examine(upload: Path, plan: Plan, *, beside: Path) -> Facts:
    """Look through an upload; a file that is not read as it stands is transcribed.

    Args:
        beside: where to write the copy in UTF-8, if one is needed.

    Raises:
        FileRefused: the file is refused whole.
    """
    source = plan.layout.source
    _require_size(upload, plan)
    if source.kind in TABLES:
        return _transcribed(tables(upload, source, plan.limits.columns), source, beside)
    if source.plain:
        return _look_through(upload, plan, beside=beside)
    recoded = beside.with_name(f"{beside.name}.utf8")
    try:
        lines = _look_through(upload, plan, beside=recoded).lines
        rows = fixed_rows(lines, source) if source.kind is Kind.FIXED else None
        return _transcribed(rows or delimited_rows(lines, source, plan.limits), source, beside)
    finally:
        recoded.unlink(missing_ok=True)


def _transcribed(rows: Iterator[SourceRow], source: Source, beside: Path) -> Facts:
    """What is known of a transcript; the steps read it record by record."""
    transcript = transcribe(records(rows, source), header(source), beside)
    if not transcript.count:
        raise HeaderOnly
    return Facts(transcript, line_end=None)


def _look_through(upload: Path, plan: Plan, *, beside: Path) -> Facts:
    _require_text(upload)
    encoding = text_encoding(upload, plan.layout.encoding)
    path, marked = upload, False
    with upload.open("rb") as file:
        copy = _copying(file, plan, encoding)
        if copy is not None:
            _write(copy, beside)
            path, marked = beside, encoding != "utf-8"
    facts = Facts(Lines(path, marked))
    with path.open("rb") as file:
        for block in _blocks(file, plan):
            _note(block, facts, plan)
    _conclude(facts, upload, plan)
    return facts


def _require_size(upload: Path, plan: Plan) -> None:
    size = upload.stat().st_size
    if size == 0:
        raise EmptyFile
    if size > plan.limits.file_bytes:
        raise TooLarge(bytes=size, limit=plan.limits.file_bytes)


def _require_text(upload: Path) -> None:
    if kind := kind_of(upload):
        raise OtherKind(found=kind, wanted="CSV")
    if is_utf16(upload):
        raise LooksLikeUtf16


def text_encoding(upload: Path, declared: str) -> str:
    """The encoding to read text in.

    Raises:
        LooksLikeUtf8, FalseMark, WrongEncoding: it is not the one declared, or none that is known.
    """
    if falsely_marked(upload):
        raise FalseMark
    if declared not in (AUTO, *GB):
        return declared  # what is no UTF-8 is found while it is read
    found = evidence(upload)
    if declared == AUTO:
        if not found.looks:
            raise WrongEncoding(encoding=BOTH)
        return found.looks
    if declared in GB and found.surely_utf8:
        raise LooksLikeUtf8(encoding=declared)
    return declared


def _copying(file: BinaryIO, plan: Plan, encoding: str) -> Iterator[bytes] | None:
    """The content in UTF-8 with LF, if it is not so already; None if it is."""
    file.seek(0)
    if _ends_in_cr(file, plan):
        return _recoded(file, plan, b"\r", encoding)
    return None if encoding == "utf-8" else _recoded(file, plan, b"\n", encoding)


def _ends_in_cr(file: BinaryIO, plan: Plan) -> bool:
    """Whether lines end with CR alone: there is one within a line's length, and no LF in the whole file."""
    alone = b"\r" in file.read(plan.limits.line_bytes)
    file.seek(0)
    if alone:
        alone = not any(b"\n" in block for block in iter(lambda: file.read(BLOCK), b""))
        file.seek(0)
    return alone


def _recoded(file: BinaryIO, plan: Plan, end: bytes, encoding: str) -> Iterator[bytes]:
    rest = b""
    for block in iter(lambda: file.read(BLOCK), b""):
        *whole, rest = (rest + block).split(end)
        if len(rest) > plan.limits.line_bytes:
            raise EndlessLine(limit=plan.limits.line_bytes)
        for line in whole:
            yield _in_utf8(line, encoding) + b"\n"
    if rest:
        yield _in_utf8(rest, encoding)


def _in_utf8(line: bytes, encoding: str) -> bytes:
    """The line in UTF-8; one that cannot be read is marked, so that it cannot be taken for a good one."""
    if encoding == "utf-8":
        return line
    try:
        return line.decode(encoding).encode()
    except UnicodeDecodeError:
        return b"\xff" + line.decode(encoding, "backslashreplace").encode()


def _write(content: Iterator[bytes], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(content)


def _blocks(file: BinaryIO, plan: Plan) -> Iterator[bytes]:
    """The content in pieces that end with a line; no line in them is longer than the limit."""
    limit, at = plan.limits.line_bytes, 0
    while block := os.pread(file.fileno(), min(BLOCK, limit), at):
        whole = block.rfind(b"\n") + 1
        block = block[:whole] if whole else _line(file, at, limit)
        at += len(block)
        yield block


def _line(file: BinaryIO, at: int, limit: int) -> bytes:
    """The line that begins there, with its end."""
    piece = os.pread(file.fileno(), limit + 3, at)
    line = piece[: piece.find(b"\n") + 1] or piece
    if len(line) > limit + 2:
        raise EndlessLine(limit=limit)
    return line


def _note(block: bytes, facts: Facts, plan: Plan) -> None:
    lines, layout = facts.lines, plan.layout
    if b"\0" in block:
        line = lines.count + block[: block.index(b"\0")].count(b"\n") + 1
        raise NulBytes(line=line)
    if not lines.count and layout.source.plain:
        _require_header(block, plan)
    ends = int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == LF))
    if b"\r" in block:
        facts.returns += block.count(b"\r")
        facts.pairs += block.count(b"\r\n")
    if layout.quote and layout.quote.encode() in block:
        facts.quotes += block.count(layout.quote.encode())
    if not block.isascii():
        facts.foreign += _foreign(block)
    facts.ends += ends
    lines.add(len(block), ends + (not block.endswith(b"\n")))


def _foreign(block: bytes) -> int:
    try:
        block.decode()
    except UnicodeDecodeError:
        return sum(not _is_utf8(line) for line in block.split(b"\n"))
    return 0


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _require_header(block: bytes, plan: Plan) -> None:
    line = block.split(b"\n", 1)[0].removesuffix(b"\r").removeprefix(codecs.BOM_UTF8)
    layout = plan.layout
    try:
        found = split(line.decode(), layout.delimiter, layout.quote)
    except UnicodeDecodeError as error:
        gb = layout.encoding == "utf-8" and is_sound(line, "gb18030")
        raise (LooksLikeGb18030 if gb else WrongEncoding)(encoding=layout.encoding) from error
    except QuotingError:
        found = None
    if found and len(found) > plan.limits.columns:
        raise TooManyColumns(columns=len(found), limit=plan.limits.columns)
    if found is None or [_plain(each) for each in found] != [_plain(each) for each in layout.header]:
        wanted = layout.delimiter.join(layout.header)
        raise WrongHeader(found=line.decode()[:300], wanted=wanted[:300])


def _plain(column: str) -> str:
    return column.strip().casefold()


def _conclude(facts: Facts, upload: Path, plan: Plan) -> None:
    lines = facts.lines
    if lines.count <= plan.layout.source.header or not lines.size:
        raise HeaderOnly
    if facts.foreign and plan.layout.encoding == "utf-8" and evidence(upload).surely_gb18030:
        raise LooksLikeGb18030(encoding="utf-8")
    if facts.foreign * 2 > lines.count - 1:
        raise WrongEncoding(encoding=BOTH if plan.layout.encoding == AUTO else plan.layout.encoding)
    if facts.returns:
        whole = facts.returns == facts.pairs == facts.ends
        facts.line_end = "\r\n" if whole else None
