"""Housekeeping of the kernel itself."""

from django.core.management import call_command
from django.db import connection

from .jobs import every

KEPT_DAYS = 14


@every("20 18 * * *", name="kernel.forget_old_jobs")
def forget_old_jobs() -> None:
    """Delete jobs that ended 14 days ago, and sessions that ran out (nightly, 02:20 in Guangdong)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS "
            "(SELECT FROM procrastinate_events WHERE job_id = j.id "
            "AND at > now() - make_interval(days => %s))",
            [KEPT_DAYS],
        )
    call_command("clearsessions")
