"""Names for the staff numbers and centre codes in the trail; the rooms above that know them register here."""

from collections.abc import Callable, Mapping

Resolver = Callable[[set[str]], Mapping[str, str]]

_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """kind: "actor" or "centre". resolver: from codes to the names it knows, all in one query."""
    _resolvers[kind] = resolver


def of(kind: str, codes: set[str]) -> Mapping[str, str]:
    """Names by code, of those that have one."""
    resolver = _resolvers.get(kind)
    return resolver(codes) if resolver and codes else {}
