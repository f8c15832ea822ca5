"""PostgreSQL refuses to run as root: the account it runs as instead, and what that account can reach."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

NAME = "canton"
STANDBY = ("postgres", "nobody")  # where no account can be made


class Surroundings(TypedDict):
    """Keywords of subprocess.Popen: where a program runs, with which environment, and as whom."""

    cwd: str
    env: dict[str, str]
    user: NotRequired[int]
    group: NotRequired[int]
    extra_groups: NotRequired[list[int]]


@dataclass(frozen=True, slots=True)
class Account:
    """Who the database runs as."""

    name: str
    uid: int
    gid: int

    def surroundings(self) -> Surroundings:
        """How to start a program as this account: in a folder it may be in, with a clean environment."""
        found: Surroundings = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}}
        if self.uid != os.geteuid():
            found["user"], found["group"], found["extra_groups"] = self.uid, self.gid, []
        return found

    def enters(self, folder: Path) -> bool:
        """Whether every folder down to `folder`, links followed, lets this account through."""
        real = folder.resolve()
        return all(self._passes(step) for step in [*real.parents, real])

    def _passes(self, folder: Path) -> bool:
        facts = folder.stat()
        if self.uid == facts.st_uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        return bool(facts.st_mode & (stat.S_IXGRP if self.gid == facts.st_gid else stat.S_IXOTH))


def unprivileged() -> Account:
    """Ourselves, or as root the system account `canton`, made the first time."""
    if os.geteuid() != 0:
        own = pwd.getpwuid(os.geteuid())
        return Account(own.pw_name, own.pw_uid, own.pw_gid)
    return _known(NAME) or _made() or next(found for name in STANDBY if (found := _known(name)))


def owner(folder: Path) -> Account:
    """The account an existing cluster belongs to."""
    facts = pwd.getpwuid(folder.stat().st_uid)
    return Account(facts.pw_name, facts.pw_uid, facts.pw_gid)


def _known(name: str) -> Account | None:
    try:
        facts = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(facts.pw_name, facts.pw_uid, facts.pw_gid)


def _made() -> Account | None:
    maker = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if maker is None:
        return None
    command = [
        maker,
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        NAME,
    ]
    subprocess.run(command, capture_output=True, check=False)
    return _known(NAME)  # also when another process made it in this moment
