"""The house's own gauges: database, migrations, disk, worker, sftp, clock."""

import os
import shutil
import socket
import time

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from canton.kernel import presence

from .gauges import Reading, State, gauge

GB = 10**9
LITTLE_DISK, NO_DISK = 5 * GB, 1 * GB  # bytes free: a large batch needs some 4 GB while it is sorted
LATE, GONE = 5, 15  # seconds since the worker's last heartbeat, which comes every second
SKEW, TOO_MUCH_SKEW = 1.0, 5.0  # seconds between the database's clock and ours
PATIENCE = 3.0  # seconds


@gauge("database", _("Database"))
def database() -> Reading:
    """Whether it answers a query, and which version it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    return Reading(
        State.OK, f"PostgreSQL {version.split()[0]}", gettext("%(size).1f MB of data") % {"size": size / 1e6}
    )


@gauge("migrations", _("Migrations"))
def migrations() -> Reading:
    """Whether the tables are those of this release."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return Reading(
            State.BAD, str(missing), gettext("Not all migrations are applied; start the centre again.")
        )
    return Reading(State.OK, "0", gettext("all applied"))


@gauge("disk", _("Disk"))
def disk() -> Reading:
    """Free space where the centre keeps its data."""
    free = shutil.disk_usage(settings.CANTON_HOME).free
    value = f"{free / GB:.1f} GB"
    if free < NO_DISK:
        return Reading(State.BAD, value, gettext("Nothing more can be loaded; make room."))
    if free < LITTLE_DISK:
        return Reading(State.WARN, value, gettext("Little space is left for large batches."))
    return Reading(State.OK, value, gettext("free space"))


@gauge("worker", _("Worker"))
def worker() -> Reading:
    """The youngest heartbeat of a worker, and how many jobs wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat))::float8 "
            "FROM procrastinate_workers"
        )
        silent = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs "
            "WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
        )
        waiting = gettext("%(count)s jobs waiting") % {"count": cursor.fetchone()[0]}
    if silent is None or silent > GONE:
        state = State.BAD if presence.read(settings.CANTON_HOME) else State.OFF
        return Reading(state, "—", gettext("No worker runs; %(waiting)s.") % {"waiting": waiting})
    return Reading(State.OK if silent < LATE else State.WARN, f"{silent:.1f} s", waiting)


@gauge("sftp", _("SFTP"))
def sftp() -> Reading:
    """Whether an SSH server greets on our port."""
    place = _sftp_place()
    if place is None:
        return Reading(State.OFF, "—", gettext("not meant to run now"))
    try:
        with socket.create_connection(place, timeout=PATIENCE) as line:
            greeting = line.recv(255)
    except OSError as error:
        return Reading(State.BAD, str(place[1]), gettext("No answer: %(reason)s") % {"reason": error})
    if not greeting.startswith(b"SSH-"):
        return Reading(State.BAD, str(place[1]), gettext("What answers there is no SSH server."))
    return Reading(State.OK, str(place[1]), greeting.split(b"\r\n")[0].decode("ascii", "replace"))


@gauge("clock", _("Clock"))
def clock() -> Reading:
    """How far the database's clock is from ours; deadlines and signatures trust both."""
    start = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        theirs = cursor.fetchone()[0]
    end = time.time()
    skew = max(start - theirs, theirs - end, 0.0)  # the answer was written somewhen between the two
    state = State.OK if skew <= SKEW else State.WARN if skew <= TOO_MUCH_SKEW else State.BAD
    note = (
        gettext("database and system agree") if state == State.OK else gettext("database and system disagree")
    )
    return Reading(state, f"{skew:.3f} s", note)


def _sftp_place() -> tuple[str, int] | None:
    here = presence.read(settings.CANTON_HOME)
    if here is not None and here.sftp is not None:
        return ("127.0.0.1" if here.host in ("0.0.0.0", "::") else here.host, here.sftp)
    named = os.environ.get("CANTON_SFTP_PORT")
    return (os.environ.get("CANTON_HOST", "127.0.0.1"), int(named)) if named else None
