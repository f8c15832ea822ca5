"""Whether a file handed in would take the place of another one; people are asked before it does."""

from hashlib import file_digest

from ..choices import State
from ..errors import NameTaken
from ..models import Batch
from .acceptance import Upload


def require_free(upload: Upload) -> None:
    """See that no other content stands under the period and sequence of a file.

    Raises:
        NameTaken: another file does; handed in, this one would replace it.
    """
    if not upload.period:
        return
    there = (
        Batch.objects.filter(
            centre_id=upload.centre, dataset=upload.layout.format.name,
            period=upload.period, sequence=upload.sequence, replaced_by=None,
        )
        .exclude(state=State.REFUSED)
        .order_by("-pk")
        .first()
    )  # fmt: skip
    if there is None:
        return
    with upload.path.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != there.sha256:
            raise NameTaken(batch=there.number)
