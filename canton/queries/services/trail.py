"""What every service writes down: entries in the audit trail, and news for the open screens."""

from datetime import datetime
from typing import Any

from canton.audit.services import record
from canton.kernel import events
from canton.kernel.errors import CantonError
from canton.shell.figures import masked

from ..catalogue import Catalogue
from ..definition import Group, Query
from ..document import Document, write
from ..models import Run, Work

TOPIC = "queries"


def note(action: str, run: Run, now: datetime, address: str | None = None, **detail: Any) -> None:
    """Enter what its owner did with a run."""
    record(
        action,
        actor=run.owner.number,
        centre=run.centre_id,
        now=now,
        target=f"{run.query.dataset} {run.pk.hex[:8]}",
        address=address,
        **detail,
    )


def publish(run: Run) -> None:
    """Tell the open screens, when the transaction commits."""
    events.publish(TOPIC, centre=run.centre_id, id=run.pk.hex)


def without_numbers(query: Query) -> Document:
    """The document of a query with the customers' numbers in it masked."""
    personal = {each.name for each in Catalogue.of(query.dataset, query.joins) if each.personal}
    document = write(query)

    def hide(group: Document, known: Group) -> None:
        for parts in group.values():
            for part, same in zip(parts, known.parts, strict=True):
                if isinstance(same, Group):
                    hide(part, same)
                elif same.column in personal:
                    part["value"] = [masked(value) for value in same.values]

    hide(document["where"], query.where)
    return document


def blame(work: Work, error: CantonError) -> None:
    """Set why it ended; text and facts apart, so that each reader gets the message in his own language."""
    work.error_code, work.error_text = error.code, str(error.text)
    work.error_facts = {
        name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()
    }
