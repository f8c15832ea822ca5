"""Whose refused rows a viewer may see."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from canton.accounts.access import StaffRequest
from canton.exchange.formats import Format

from .. import terminal
from ..models import Batch
from .refused import path_of


def batch_of(request: StaffRequest, number: str) -> Batch:
    """A batch of the viewer's scope with refused rows; else 404."""
    found = get_object_or_404(terminal.visible(request.user).select_related("original"), number=number)
    if not path_of(found).exists():
        raise Http404
    return found


def format_of(batch: Batch) -> Format:
    """The format its rows are brought to."""
    return batch.how_written.format
