"""What each role may see and do: permission names are `room.verb_noun`; the room that owns a screen checks them."""

from functools import cache

from .choices import Role

EVERYBODY = frozenset({"shell.view_home", "centres.view_centre", "codes.view_code", "exchange.view_format"})

GRANTS: dict[Role, frozenset[str]] = {
    Role.DATA_PROCESSING: frozenset(
        {"intake.view_batch", "intake.add_batch", "intake.view_original", "reports.view_report"}
    ),
    Role.SUPERVISION: frozenset({"reports.view_report", "reports.view_row", "intake.view_original", "audit.view_entry"}),
    Role.ACCEPTANCE: frozenset(),
    Role.COMPLAINTS: frozenset(),
    Role.QUERIES: frozenset({"reports.view_report", "reports.view_row", "intake.view_batch", "intake.view_original"}),
    Role.STATISTICS: frozenset(
        {"reports.view_report", "reports.view_row", "reports.export_report", "intake.view_batch", "intake.view_original"}
    ),
    Role.MONITORING: frozenset({"monitoring.view_selfcheck", "intake.view_batch", "reports.view_report"}),
    Role.TRANSMISSION: frozenset({"intake.view_batch", "exchange.view_link", "exchange.change_link"}),
    Role.AGENT: frozenset(),
    Role.ENGLISH_AGENT: frozenset(),
    Role.DEPARTMENT: frozenset({"reports.view_report"}),
    Role.ADMINISTRATION: frozenset(
        {"accounts.view_staff", "audit.view_entry", "monitoring.view_selfcheck", "exchange.view_link", "intake.view_batch"}
    ),
}


@cache
def permissions_of(role: str) -> frozenset[str]:
    """All permission names of a role; an unknown role has none."""
    return GRANTS[Role(role)] | EVERYBODY if role in Role.values else frozenset()
