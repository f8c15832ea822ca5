"""Times of the commonest form read by whole columns: several times faster than one text after the other.

What is not plainly of that form stays null, and the engine reads its text; nothing is refused here.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

LENGTH = 19
MARKS = {4: "-", 7: "-", 10: " ", 13: ":", 16: ":"}
DIGITS = [place for place in range(LENGTH) if place not in MARKS]
# century, year of it, month, day, hour, minute, second
LEAST = np.array([[19], [0], [1], [1], [0], [0], [0]], dtype=np.uint8)
MOST = np.array([[21], [99], [12], [31], [23], [59], [59]], dtype=np.uint8)
FIRST_YEAR, YEARS = 1900, 300
NINE = 9
MICROSECONDS = 1_000_000
Bytes = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]


def read_moments(texts: pa.StringArray) -> pa.TimestampArray:
    """Local times in microseconds, null where a text is none or not of `COMMON_MOMENT` to the letter."""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    fitting = np.flatnonzero(np.diff(offsets) == LENGTH)
    letters = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    seconds, good = _seconds(_letters(letters, offsets, fitting))
    moments = np.zeros(len(texts), dtype=np.int64)
    moments[fitting] = seconds * MICROSECONDS
    missing = np.ones(len(texts), dtype=bool)
    missing[fitting] = ~good
    return pa.array(moments, pa.int64(), mask=missing).view(pa.timestamp("us"))


def _letters(texts: Bytes, offsets: npt.NDArray[np.int32], fitting: Whole) -> Bytes:
    """The letters of the texts that have the length: a row for each place, a column for each text."""
    if len(fitting) * LENGTH == offsets[-1] - offsets[0]:  # the others are empty
        rows = texts[offsets[0] : offsets[-1]].reshape(-1, LENGTH)
    else:
        rows = texts[offsets[fitting][:, np.newaxis] + np.arange(LENGTH, dtype=np.int32)]
    return np.ascontiguousarray(rows.T)


def _seconds(letters: Bytes) -> tuple[Whole, npt.NDArray[np.bool_]]:
    """Seconds since 1970, and of which columns they hold."""
    digits = letters[DIGITS] - np.uint8(ord("0"))
    good = (digits <= NINE).all(axis=0) & (letters[list(MARKS)] == _marks()).all(axis=0)
    parts = digits[0::2] * np.uint8(10) + digits[1::2]
    good &= ((parts >= LEAST) & (parts <= MOST)).all(axis=0)
    century, year, month, day, hour, minute, second = parts
    months = (century.astype(np.int32) * 100 + year - FIRST_YEAR) * 12 + month - 1
    begins = _months()
    known = np.where(good, months, 0)
    days = begins[known] + day - 1
    good &= days < begins[known + 1]
    return ((days * 24 + hour) * 60 + minute) * 60 + second, good


@cache
def _marks() -> Bytes:
    return np.array([[ord(mark)] for mark in MARKS.values()], dtype=np.uint8)


@cache
def _months() -> Whole:
    """The day since 1970 on which each month of the years begins, and the day after the last."""
    months = np.arange(np.datetime64(f"{FIRST_YEAR}-01"), np.datetime64(f"{FIRST_YEAR + YEARS}-02"))
    return months.astype("datetime64[D]").astype(np.int64)
