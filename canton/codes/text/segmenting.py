"""Chinese text cut into what a model counts: words, and runs of one to three characters."""

import logging
import re
import unicodedata
import warnings
from functools import cache
from typing import Any

from django.conf import settings

RUNS = (1, 2, 3)
_NUMBER = re.compile(r"[0-9]{5,}")  # of a customer or a case: says nothing of the kind, and is not to be kept
_WORD = re.compile(r"\w", re.UNICODE)


def without_numbers(text: str) -> str:
    """A text in which numbers of five digits and more are one sign."""
    return _NUMBER.sub("#", unicodedata.normalize("NFKC", text))


def terms(text: str) -> list[str]:
    """Everything a model counts of a text, with repeats; numbers of five digits and more are one sign."""
    plain = without_numbers(text).lower()
    words = [f"w:{word}" for word in _tokenizer().lcut(plain) if _WORD.search(word)]
    solid = "".join(plain.split())
    runs = [solid[at : at + size] for size in RUNS for at in range(len(solid) - size + 1)]
    return words + runs


@cache
def _tokenizer() -> Any:
    """Of jieba; its cache is read by marshal and so is kept in the home, not in /tmp, which is anybody's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its sources have escapes that newer Pythons warn of
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    folder = settings.CANTON_HOME / "cache"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    return tokenizer
