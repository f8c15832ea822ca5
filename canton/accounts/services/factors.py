"""The second factor: enrolled by its person, asked at the door, reset by who administers the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from canton.accounts import authority, codes, sealing
from canton.accounts.errors import FactorRequired, FactorThere, NoFactor, WrongCode
from canton.accounts.models import RecoveryCode, SecondFactor, Staff

from .sessions import end_all
from .trail import kept, kept_of

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a code. left: tries before a lock; locked_until: when the next code is looked at."""

    ok: bool
    left: int = 0
    locked_until: datetime | None = None
    recovery_left: int | None = None  # recovery codes left after one was used


@transaction.atomic
def enrol(staff: Staff, *, key: bytes, code: str, now: datetime, address: str | None) -> list[str]:
    """Take an authenticator that has proved itself by a code; answers recovery codes, which are shown once.

    Raises:
        FactorThere: there is one already; it is not replaced without being reset or removed.
        WrongCode: the code is not of this key and time; nothing is kept.
    """
    if SecondFactor.objects.filter(staff=staff).exists():
        raise FactorThere()
    step = codes.step_of(code, key, now=now, after=0)
    if step is None:
        raise WrongCode()
    factor = SecondFactor.objects.create(
        staff=staff, sealed_key=sealing.seal(key), enrolled_at=now, last_step=step
    )
    kept("enrol_factor", staff, now=now, address=address)
    return _renew(factor)


@transaction.atomic
def check_code(staff: Staff, code: str, *, now: datetime, address: str | None) -> Checked:
    """Hold a code, of the authenticator or for recovery, against the person's second factor.

    A code is good once. TRIES wrong ones lock the factor for LOCKED_FOR; then none is looked at.
    """
    factor = SecondFactor.objects.select_for_update().filter(staff=staff).first()
    if factor is None:
        return Checked(ok=False)
    if factor.locked_until and now < factor.locked_until:
        return Checked(ok=False, locked_until=factor.locked_until)
    step = codes.step_of(code, sealing.unseal(factor.sealed_key), now=now, after=factor.last_step)
    used = step is None and _use_recovery(factor, code, now)
    if step is None and not used:
        return _refused(factor, staff, now, address)
    factor.last_step = factor.last_step if step is None else step
    factor.failures, factor.locked_until = 0, None
    factor.save(update_fields=["last_step", "failures", "locked_until"])
    if not used:
        return Checked(ok=True)
    kept("use_recovery", staff, now=now, address=address)
    return Checked(ok=True, recovery_left=factor.recovery_codes.filter(used_at=None).count())


@transaction.atomic
def renew_recovery(staff: Staff, *, now: datetime, address: str | None) -> list[str]:
    """Make new recovery codes; the old ones are void.

    Raises:
        NoFactor: there is no second factor to recover.
    """
    factor = SecondFactor.objects.filter(staff=staff).first()
    if factor is None:
        raise NoFactor()
    kept("renew_recovery", staff, now=now, address=address)
    return _renew(factor)


@transaction.atomic
def drop_factor(staff: Staff, *, required: bool, now: datetime, address: str | None) -> None:
    """Give up one's own second factor.

    Raises:
        FactorRequired: a role of the person wants one.
    """
    if required:
        raise FactorRequired()
    SecondFactor.objects.filter(staff=staff).delete()
    kept("drop_factor", staff, now=now, address=address)


@transaction.atomic
def reset_factor(staff: Staff, *, by: Staff | None, now: datetime, address: str | None) -> None:
    """Take away the second factor of a person who lost it; all his sessions end.

    by: None for whoever works at the machine.

    Raises:
        OutOfReach, OwnAccount, RoleNotYours: the account is not his to touch.
        NoFactor: there is none.
    """
    authority.require_over(by, staff)
    if not SecondFactor.objects.filter(staff=staff).delete()[0]:
        raise NoFactor()
    end_all(staff)
    kept_of("reset_factor", staff, by=by, now=now, address=address)


def _renew(factor: SecondFactor) -> list[str]:
    made = codes.new_recovery_codes()
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=codes.recovery_digest(code)) for code in made
    )
    return made


def _use_recovery(factor: SecondFactor, code: str, now: datetime) -> bool:
    unused = factor.recovery_codes.filter(digest=codes.recovery_digest(code), used_at=None)
    return bool(unused.update(used_at=now))


def _refused(factor: SecondFactor, staff: Staff, now: datetime, address: str | None) -> Checked:
    factor.failures += 1
    locks = factor.failures >= TRIES
    if locks:
        factor.failures, factor.locked_until = 0, now + LOCKED_FOR
    factor.save(update_fields=["failures", "locked_until"])
    kept("fail_code", staff, now=now, address=address)
    if locks:
        kept("lock_code", staff, now=now, address=address)
    return Checked(
        ok=False, left=TRIES - factor.failures, locked_until=factor.locked_until if locks else None
    )
