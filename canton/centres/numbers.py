"""Which part of a telephone number says where it comes from."""

import re

SEGMENT_DIGITS = 7
PREFIX = re.compile(r"\A1[3-9]\d{5}\Z", re.ASCII)  # a segment, alone
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
_SEPARATORS = str.maketrans("", "", " -()\t")


def segment_of(number: str) -> str | None:
    """First seven digits of a mainland mobile number, with or without +86; None for any other."""
    match = _MOBILE.fullmatch(number.translate(_SEPARATORS))
    return match.group(1)[:SEGMENT_DIGITS] if match else None
