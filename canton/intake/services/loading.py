"""The load: manifest, agents and the state of the batch become true in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from canton.exchange import formats
from canton.records import services as records
from canton.records.engines import duckdb

from .. import journal
from ..choices import ReasonKind, State, Step
from ..journal import Finding
from ..models import Agent, Batch, Reason
from ..sql import name as quoted
from .judging import enlist


def load(batch: Batch, sorted_folder: Path, *, classified: Path, now: datetime) -> None:
    """Make the batch's rows visible. A kill before the commit changes nothing that anybody sees.

    Raises:
        NoSpace: the disk is full; nothing became visible.
        Moved: another batch was loaded since this one was checked; it must be checked again.
    """
    placed = records.place(
        sorted_folder, batch=batch.number, centre=batch.centre_id, dataset=batch.dataset, rows=batch.kept
    )
    agents = _agents(sorted_folder, formats.get(batch.dataset, batch.version).roles.get("agent"))
    with transaction.atomic():
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        loaded = records.load(
            placed,
            batch=batch.number,
            identity=batch.identity,
            version=batch.version,
            seen=batch.checked_against,
            now=now,
        )
        _register(agents, batch, now)
        _take_the_place(batch)
        batch.state, batch.finished_at = State.LOADED, now
        batch.save(update_fields=["state", "finished_at"])
        waiting = enlist(batch, classified)  # nobody decides in those replaced any more
        finding = Finding(
            {"rows": loaded.rows, "files": len({file.path for file in placed.files}), "waiting": waiting}
        )
        journal.finish(batch, Step.LOAD, finding, now=now)


def write_reasons(batch: Batch, refusals: Mapping[str, int], repairs: Mapping[str, int]) -> None:
    """Count the rows of each reason, in place of what was counted before; joins the caller's transaction."""
    batch.reasons.all().delete()
    Reason.objects.bulk_create(
        Reason(batch=batch, kind=kind, code=code, rows=rows)
        for kind, counted in ((ReasonKind.REFUSE, refusals), (ReasonKind.REPAIR, repairs))
        for code, rows in counted.items()
        if rows
    )


def _agents(sorted_folder: Path, column: str | None) -> list[str]:
    """Names of agents in the rows to load; none where the format has no column of them."""
    files = [str(file) for file in sorted_folder.glob("*.parquet")]
    if not files or column is None:
        return []
    agent = quoted(column)
    with duckdb.connect() as engine:
        found = engine.execute(
            f"SELECT DISTINCT {agent} FROM read_parquet(?) WHERE {agent} IS NOT NULL ORDER BY 1", [files]
        ).fetchall()
    return [name for (name,) in found]


def _register(agents: list[str], batch: Batch, now: datetime) -> None:
    """Agents nobody knew belong to the centre from now on."""
    Agent.objects.bulk_create(
        [
            Agent(centre_id=batch.centre_id, name=name, first_batch=batch, registered_at=now)
            for name in agents
        ],
        ignore_conflicts=True,
    )


def _take_the_place(batch: Batch) -> None:
    """Whatever else came under the same name before is replaced, loaded or not."""
    Batch.objects.filter(**batch.identity.columns(), pk__lt=batch.pk, replaced_by=None).update(
        replaced_by=batch
    )
