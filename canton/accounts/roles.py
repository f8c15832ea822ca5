"""What each role may see and do (F04), as `room.verb_noun`; the room that owns a screen checks it.

Whatever a role may do, it may do it for its own centre and those below, never for others.
"""

from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .choices import Role

EVERYBODY: dict[str, str | Promise] = {
    "shell.view_home": _("home page"),
    "centres.view_centre": _("organisation"),
    "codes.view_code": _("classification codes"),
    "exchange.view_format": _("data formats"),
    "accounts.change_own_password": _("own password"),
    "accounts.change_own_factor": _("own second factor"),
    "accounts.view_own_account": _("own account and sessions"),
}
# What is left to a person who must first change a password or enrol a second factor.
OWN_DOOR = frozenset({"accounts.change_own_password", "accounts.change_own_factor"})
GRANTED: dict[str, str | Promise] = {
    "intake.view_batch": _("see batches"),
    "intake.add_batch": _("hand in files"),
    "intake.run_batch": _("run stopped batches again"),
    "intake.repair_batch": _("put refused rows right"),
    "intake.judge_text": _("decide the codes of texts"),
    "intake.change_limit": _("say how many refused rows a file may have"),
    "intake.change_layout": _("make and publish layouts"),
    "intake.view_original": _("open original lines"),
    "reports.view_report": _("see reports"),
    "reports.view_row": _("see the rows behind a figure"),
    "reports.export_report": _("export reports"),
    "reports.file_report": _("file reports"),
    "results.view_result": _("see result packages"),
    "results.export_result": _("export result packages"),
    "results.build_result": _("build result packages"),
    "results.send_result": _("send result packages up"),
    "queries.view_query": _("ask queries"),
    "queries.export_query": _("export results of queries"),
    "queries.view_number": _("see full numbers, with a reason"),
    "queries.fetch_original": _("fetch original lines from other centres"),
    "exchange.view_link": _("see links to centres"),
    "exchange.change_link": _("change links to centres"),
    "exchange.change_schedule": _("change what is due from centres"),
    "exchange.chase": _("remind centres that are late"),
    "exchange.acknowledge_notice": _("answer reminders"),
    "exchange.view_returned": _("see numbers of refused rows of the own centre in full"),
    "monitoring.view_selfcheck": _("see the self-check"),
    "centres.change_centre": _("change the organisation"),
    "centres.change_segment": _("change number segments"),
    "centres.change_calendar": _("change working calendars"),
    "codes.change_code": _("change classification codes"),
    "accounts.view_staff": _("see staff"),
    "accounts.change_staff": _("open, change and suspend accounts"),
    "accounts.change_rule": _("say which roles require a second factor"),
    "audit.view_entry": _("see the audit trail"),
}

_READS_DOWN_TO_THE_LINE = {"reports.view_report", "reports.view_row", "intake.view_original"}
_SEES_RESULTS = {"results.view_result", "results.export_result"}
_ASKS = {"queries.view_query", "queries.export_query"}
_ASKS_IN_FULL = _ASKS | {"queries.view_number", "queries.fetch_original"}

GRANTS: dict[Role, frozenset[str]] = {
    Role.DATA_PROCESSING: frozenset(
        {"intake.view_batch", "intake.add_batch", "intake.run_batch", "intake.change_layout"}
        | {"intake.repair_batch", "intake.change_limit", "intake.judge_text"}
        | _READS_DOWN_TO_THE_LINE
    ),
    Role.SUPERVISION: frozenset(
        {"audit.view_entry"} | _SEES_RESULTS | _ASKS_IN_FULL | _READS_DOWN_TO_THE_LINE
    ),
    Role.ACCEPTANCE: frozenset(),
    Role.COMPLAINTS: frozenset(),
    Role.QUERIES: frozenset({"intake.view_batch"} | _ASKS_IN_FULL | _READS_DOWN_TO_THE_LINE),
    Role.STATISTICS: frozenset(
        {"reports.export_report", "reports.file_report", "intake.view_batch"}
        | {"results.build_result", "results.send_result"}
        | _SEES_RESULTS
        | _ASKS
        | _READS_DOWN_TO_THE_LINE
    ),
    Role.MONITORING: frozenset(
        {"monitoring.view_selfcheck", "exchange.view_link", "intake.view_batch", "reports.view_report"}
        | {"results.view_result"}
    ),
    Role.TRANSMISSION: frozenset(
        {"intake.view_batch", "exchange.view_link", "exchange.change_link", "exchange.change_schedule"}
        | {"exchange.chase", "exchange.acknowledge_notice", "exchange.view_returned"}
        | {"results.view_result", "results.send_result"}
    ),
    Role.AGENT: frozenset(),
    Role.ENGLISH_AGENT: frozenset(),
    Role.DEPARTMENT: frozenset({"reports.view_report"}),
    Role.ADMINISTRATION: frozenset(
        {"centres.change_centre", "centres.change_segment", "centres.change_calendar", "codes.change_code"}
        | {"accounts.view_staff", "audit.view_entry", "monitoring.view_selfcheck", "exchange.view_link"}
        | {"accounts.change_staff", "accounts.change_rule"}
        | {"intake.view_batch", "intake.change_limit"}
    ),
}


# Roles a role is trusted to give though they hold what it lacks: opening accounts is not doing the work.
GIVES: dict[Role, frozenset[Role]] = {Role.ADMINISTRATION: frozenset(Role)}


@cache
def permissions_of(*roles: str) -> frozenset[str]:
    """All permission names of these roles together; an unknown role has none."""
    known = [GRANTS[Role(role)] for role in roles if role in Role.values]
    return frozenset().union(*known, EVERYBODY.keys()) if known else frozenset()
