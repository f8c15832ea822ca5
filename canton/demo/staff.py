"""Accounts of the demonstration: one for each role, and one at a city to see what a city sees."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from canton.accounts import services
from canton.accounts.choices import Role
from canton.accounts.models import Staff
from canton.centres.models import Centre
from canton.kernel.files import write_beside

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
CITY = "4401"
PEOPLE = (
    ("20416", "陈敏", Role.DATA_PROCESSING, ""),
    ("30127", "黄志强", Role.STATISTICS, ""),
    ("10001", "林建华", Role.ADMINISTRATION, ""),
    ("20418", "李嘉欣", Role.TRANSMISSION, ""),
    ("30118", "何文杰", Role.QUERIES, ""),
    ("40233", "吴丽珍", Role.SUPERVISION, ""),
    ("50102", "郑海涛", Role.MONITORING, ""),
    ("60315", "梁晓彤", Role.ACCEPTANCE, ""),
    ("60342", "谢国伟", Role.COMPLAINTS, ""),
    ("70507", "冯雪芬", Role.AGENT, ""),
    ("70611", "苏雅文", Role.ENGLISH_AGENT, ""),
    ("80129", "邓永康", Role.DEPARTMENT, ""),
    ("01204", "罗秀英", Role.STATISTICS, CITY),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A staff number and its password, as shown to whoever starts the demonstration."""

    number: str
    name: str
    role: str
    centre: str
    password: str


def open_accounts(kept: Path, *, province: Centre, now: datetime) -> list[Account]:
    """Have all accounts open with the passwords answered, which are made once and kept in a file.

    kept: JSON that only its owner can read. A password that was changed or has expired is set again.
    """
    known = _known(kept)
    accounts = []
    for number, name, role, city in PEOPLE:
        centre = Centre.objects.get(code=city) if city else province
        password = known.get(number) or _password()
        accounts.append(Account(number, name, role.value, centre.code, password))
    _keep(kept, accounts)
    for account in accounts:
        _open(account, now=now)
    return accounts


def _open(account: Account, *, now: datetime) -> None:
    staff = Staff.objects.filter(number=account.number).first()
    if staff is None:
        services.open_account(
            number=account.number,
            name=account.name,
            centre=Centre.objects.get(code=account.centre),
            role=Role(account.role),
            password=account.password,
            now=now,
            by="demo",
        )
    elif staff.password_due(now) or not staff.check_password(account.password):
        services.restore_password(staff, password=account.password, now=now)


def _password() -> str:
    return "-".join("".join(_letters()) for _ in range(3))


def _letters() -> Iterator[str]:
    yield from (secrets.choice(LETTERS) for _ in range(4))


def _known(kept: Path) -> dict[str, str]:
    if not kept.exists():
        return {}
    return {entry["number"]: entry["password"] for entry in json.loads(kept.read_text())}


def _keep(kept: Path, accounts: list[Account]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with write_beside(kept) as path:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump([asdict(account) for account in accounts], file, ensure_ascii=False, indent=1)
