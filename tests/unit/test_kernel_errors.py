"""An error carries a code that never changes and a sentence in the reader's language."""

import subprocess
import sys

from django.utils import translation

from canton.kernel.errors import CantonError
from canton.kernel.locks import Busy


class Late(CantonError):
    code = "E-LATE"
    text = "late by %(hours)s h"


def test_facts_fill_the_sentence() -> None:
    assert str(Late(hours=3)) == "E-LATE: late by 3 h"
    assert not Late.transient


def test_one_argument_stands_in_for_the_sentence() -> None:
    assert Late("100 % late").message == "100 % late"


def test_the_sentence_follows_the_language() -> None:
    with translation.override("zh-hans"):
        assert Busy(name="GZ-1").message == "“GZ-1”正由另一进程处理。"
    with translation.override("en"):
        assert "another process" in Busy(name="GZ-1").message


def test_the_sentence_is_english_before_django_is_set_up() -> None:
    code = "from canton.kernel.database import TooOld; print(TooOld(place='db', version=14, oldest=15))"
    answer = subprocess.run([sys.executable, "-c", code], env={}, capture_output=True, text=True, check=True)
    assert answer.stdout == "E-DB-TOO-OLD: The database at db is PostgreSQL 14; Canton needs 15 or newer.\n"
