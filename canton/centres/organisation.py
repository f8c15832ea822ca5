"""What holds of every organisation: who may stand below whom. No database."""

from .choices import Tier

ABOVE = {Tier.PROVINCE: Tier.NATION, Tier.CITY: Tier.PROVINCE}


def stands(tier: str, code: str, *, above: tuple[str, str] | None) -> bool:
    """Whether a centre of this tier and code may stand below `above`, its parent's tier and code.

    Whoever sees a centre sees all whose codes begin with its own, so the codes must nest as the centres do.
    """
    if above is None:
        return tier == Tier.NATION
    over, over_code = above
    nests = over == Tier.NATION or code.startswith(over_code)
    return tier != Tier.NATION and ABOVE[Tier(tier)] == over and nests and code != over_code
