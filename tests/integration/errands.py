"""Runs the commands of a centre one after the other: a JSON list of words a line, [exit code, output] back.

["january", FOLDER] loads the contacts of reports_data; ["late", FOLDER] one more of another city, come late.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import django

django.setup()

import reports_data  # noqa: E402
from click.testing import CliRunner  # noqa: E402

from canton.cli import main  # noqa: E402


def run(words: list[str]) -> tuple[int, str]:
    if words[0] == "january":
        reports_data.january(Path(words[1]))
        return 0, ""
    if words[0] == "late":
        rows = [reports_data.contact(datetime(1999, 1, 2, 9), wait_seconds=3)]  # noqa: DTZ001
        reports_data.load(Path(words[1]), rows, centre="4405", batch="ST-contacts-late")
        return 0, ""
    done = CliRunner().invoke(main, words)
    return done.exit_code, done.stdout


for line in sys.stdin:
    sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
    sys.stdout.flush()
