"""A full disk is a failure of its own: it passes, and it must lose nothing."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import NoSpace

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def space_needed() -> Iterator[None]:
    """Say NoSpace when the system says that the disk or the quota is full."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoSpace from error
        raise
