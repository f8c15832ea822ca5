"""How figures, times and numbers are written for people. Missing is —, never 0."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MISSING = "—"
WAN = 10_000
WAN_FROM = 10_000_000  # thousands to 9,999,999, then 万
SHORT_SECONDS = 10
MINUTE, HOUR = 60, 3600
KILO = 1000
MASK_SHORT, MASK_LONG = 5, 11


def number(value: Any, decimals: int = 0) -> str:
    """1234567 -> 1,234,567; from ten million on 4,182.6 万, or 41.8 M in English."""
    if value is None or value == "":
        return MISSING
    amount = Decimal(str(value))
    if abs(amount) < WAN_FROM:
        return f"{amount:,.{decimals}f}"
    if (get_language() or "zh").startswith("zh"):
        return f"{amount / WAN:,.1f} 万"
    return f"{amount / 1_000_000:,.1f} M"


def percent(value: Any, decimals: int = 1) -> str:
    """A rate as a fraction 0-1 -> 88.7; the sign stands in the head of the column."""
    return MISSING if value is None or value == "" else f"{Decimal(str(value)) * 100:.{decimals}f}"


def seconds(value: Any) -> str:
    """Seconds with their unit: 8.6 s, 312 s."""
    if value is None or value == "":
        return MISSING
    amount = float(value)
    shown = f"{amount:.1f}" if abs(amount) < SHORT_SECONDS else f"{amount:,.0f}"
    return _("%(seconds)s s") % {"seconds": shown}


def clock(value: Any) -> str:
    """Seconds or a timedelta as mm:ss, from an hour on h:mm:ss."""
    if value is None or value == "":
        return MISSING
    total = round(value.total_seconds() if isinstance(value, timedelta) else float(value))
    minutes, rest = divmod(abs(total), MINUTE)
    sign = "-" if total < 0 else ""
    if abs(total) >= HOUR:
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"
    return f"{sign}{minutes:02}:{rest:02}"


def moment(value: datetime | date | None, form: str = "") -> str:
    """A time where the centre is: MM-DD HH:mm, with the year when it is another one.

    form: "time" HH:mm:ss, "day" with no time, "full" YYYY-MM-DD HH:mm:ss. Naive times are local already.
    """
    if value is None:
        return MISSING
    if not isinstance(value, datetime):
        return value.isoformat()
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    if form:
        return local.strftime({"time": "%H:%M:%S", "day": "%Y-%m-%d", "full": "%Y-%m-%d %H:%M:%S"}[form])
    same_year = local.year == timezone.localtime().year
    return local.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d %H:%M")


def size(value: Any) -> str:
    """Bytes as B, kB, MB or GB (powers of 1000)."""
    if value is None or value == "":
        return MISSING
    amount = float(value)
    for unit in ("B", "kB", "MB"):
        if amount < KILO:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= KILO
    return f"{amount:.1f} GB"


def masked(value: Any) -> str:
    """A subscriber's number as 138****1234; shorter ones keep only their first and last characters."""
    text = "" if value is None else str(value)
    if not text:
        return MISSING
    if len(text) >= MASK_LONG:
        return f"{text[:-8]}****{text[-4:]}"
    if len(text) > MASK_SHORT:
        return f"{text[:2]}{'*' * (len(text) - 4)}{text[-2:]}"
    return "*" * len(text)
