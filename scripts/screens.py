"""Every screen there is, for scripts/shots.py: by role, in the order it goes through them.

A test holds that every address a browser can open is a screen here, or stands below with the reason why not.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Screen:
    """A picture: its name, the page it shows (name of an address), and where that is.

    at: an address; or a CSS selector of a link on the screen before, which is followed.
    status: what the page answers with, where that is not 200.
    """

    name: str
    page: str
    at: str
    status: int = 200

    @property
    def followed(self) -> bool:
        return not self.at.startswith("/")


@dataclass(frozen=True, slots=True)
class Deed:
    """A form sent before the pictures, for screens that show something only then.

    form: CSS selector on the page `at`. button: the one pressed, by selector; the form's own otherwise.
    """

    at: str
    form: str
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, str]] = field(default_factory=dict)  # selector -> name, content
    button: str = ""


DEEDS: dict[str, tuple[Deed, ...]] = {
    "data_processing": (
        Deed(
            "/data/layouts/new/",
            "form.panel",
            {"[name=name]": "calls_of_2019", "[name=dataset]": "contacts"},
            {"[name=file]": ("calls.csv", "id,number,begin\n1,13800138000,2019-01-01 08:00:00\n")},
        ),
    ),
    "transmission": (Deed("/exchange/schedule/new/", "form.panel"),),
    "statistics": (Deed("/reports/traffic/", "form[action$='/file/']", {"[name=note]": "月报"}),),
    "queries": (
        Deed(
            "/queries/build/?dataset=contacts", "#builder", {"[name=name]": "本月来话"}, button="[value=save]"
        ),
        Deed("/queries/build/?dataset=contacts", "#builder", {"[name=limit]": "500"}, button="[value=run]"),
    ),
    "administration": (
        Deed(
            "/manage/segments/",
            "form[action$='/import/']",
            files={
                "[name=file]": ("segments.csv", "segment,city,valid_from\n1300040,4403,2027-01-01\n1,4401,\n")
            },
        ),
    ),
}

SCREENS: dict[str, tuple[Screen, ...]] = {
    "": (
        Screen("sign-in", "accounts:sign-in", "/sign-in/"),
        Screen("link-void", "accounts:link", "/sign-in/link/worn-out/", status=410),
    ),
    "data_processing": (
        Screen("home", "shell:home", "/"),
        Screen("batches", "intake:batches", "/data/batches/"),
        Screen("batches-refused", "intake:batches", "/data/batches/?state=rows"),
        Screen("batch", "intake:batch", "td a[href^='/data/batches/']"),
        Screen("repair", "intake:repair", "a[href$='/repair/']"),
        Screen("repair-kinds", "intake:repair-kinds", "a[href$='/repair/kinds/']"),
        Screen("repair-again", "intake:repair", "a[href$='/repair/']"),
        Screen("repair-row", "intake:repair-row", "td a[href*='/repair/']"),
        Screen("batches-none", "intake:batches", "/data/batches/?q=nothing-of-this-name"),
        Screen("upload", "intake:upload", "/data/batches/upload/"),
        Screen("refusal-limits", "intake:refusal-limits", "/data/refusal-limits/"),
        Screen("layouts", "intake:layouts", "/data/layouts/"),
        Screen("layout", "intake:layout", "td a[href^='/data/layouts/'], th a[href^='/data/layouts/']"),
        Screen("layout-new", "intake:new-layout", "/data/layouts/new/"),
        Screen("layout-house", "intake:house-layout", "/data/layouts/house/cmcc_satisfaction_2022/"),
        Screen("texts", "intake:texts", "/data/texts/"),
        Screen("text", "intake:text", "td a[href^='/data/texts/']"),
        Screen("formats", "exchange:formats", "/data/formats/"),
        Screen("format", "exchange:format", "/data/formats/contacts/1.0/"),
        Screen("format-surveys", "exchange:format", "/data/formats/surveys/1.0/"),
    ),
    "transmission": (
        Screen("transmission-home", "shell:home", "/"),
        Screen("terminal", "exchange:terminal", "/exchange/"),
        Screen("terminal-agents", "exchange:terminal", "/exchange/?dataset=agents"),
        Screen("outgoing", "exchange:outgoing", "/exchange/outgoing/"),
        Screen("package", "exchange:package", "td a[href^='/exchange/outgoing/']"),
        Screen("incoming", "exchange:incoming", "/exchange/incoming/"),
        Screen("schedule", "exchange:schedule", "/exchange/schedule/"),
        Screen("duty", "exchange:duty", "td a[href^='/exchange/schedule/']"),
        Screen("duty-new", "exchange:new-duty", "/exchange/schedule/new/"),
        Screen("reminders", "exchange:notices", "/exchange/notices/"),
    ),
    "statistics": (
        Screen("reports", "reports:reports", "/reports/"),
        Screen("report", "reports:report", "/reports/traffic/"),
        Screen("rows", "reports:rows", "a[href^='/reports/traffic/rows/']"),
        Screen("original", "intake:original", "a[href^='/data/originals/']"),
        Screen("report-none", "reports:report", "/reports/traffic/?from=1999-01-01&to=1999-01-31"),
        Screen("report-matrix", "reports:report", "/reports/categories/?by=category_city"),
        Screen("report-quality", "reports:report", "/reports/quality/"),
        Screen("report-compared", "reports:report", "/reports/traffic/?compare=both"),
        Screen("report-agents", "reports:report", "/reports/agents/"),
        Screen("report-surveys", "reports:report", "/reports/surveys/"),
        Screen("filed", "reports:filed", "/reports/filed/"),
        Screen("filed-report", "reports:filed-report", "th a[href^='/reports/filed/']"),
        Screen("results", "results:results", "/results/"),
        Screen("result", "results:result", "th a[href^='/results/']"),
        Screen("results-regime", "results:regime", "/results/regime/"),
        Screen("results-due", "results:due", "/results/due/"),
        Screen("results-compared", "results:compare", "/results/compare/"),
        Screen("jump", "shell:jump", "/jump/?q=GZ"),
    ),
    "queries": (
        Screen("queries", "queries:queries", "/queries/"),
        Screen("query-saved", "queries:saved", "a[href^='/queries/saved/']"),
        Screen("query-build", "queries:build", "/queries/build/?dataset=contacts"),
        Screen("query-results", "queries:history", "/queries/history/"),
        Screen("query-run", "queries:run", "td a[href^='/queries/runs/'], th a[href^='/queries/runs/']"),
        Screen("query-line", "queries:line", "a[href^='/queries/line/']"),
    ),
    "administration": (
        Screen("administration-home", "shell:home", "/"),
        Screen("centres", "centres:centres", "/manage/centres/"),
        Screen("centre", "centres:centre", "/manage/centres/4401/"),
        Screen("centre-changes", "centres:changes", "/manage/centres/4401/changes/"),
        Screen("centre-edit", "centres:edit", "/manage/centres/edit/centre/4401/"),
        Screen("desk-add", "centres:add", "/manage/centres/4401/add/desk/"),
        Screen("segments", "centres:segments", "/manage/segments/"),
        Screen("segment-plan", "centres:segment-plan", "td a[href^='/manage/segments/plans/']"),
        Screen("segment", "centres:segment", "/manage/segments/1300040/"),
        Screen("segment-add", "centres:segment-add", "/manage/segments/add/"),
        Screen("calendar", "centres:calendar", "/manage/calendars/"),
        Screen(
            "calendar-provisional",
            "centres:calendar",
            "/manage/calendars/?year=2027&start=2026-12-31T17:00&hours=9",
        ),
        Screen("calendar-day", "centres:calendar-day", "/manage/calendars/44/2027-02-08/"),
        Screen("calendar-hours", "centres:calendar-hours", "/manage/calendars/44/hours/"),
        Screen("codes", "codes:codes", "/manage/codes/"),
        Screen("code-texts", "codes:texts", "/manage/codes/texts/"),
        Screen("code-text-rule", "codes:text_rule", "td a[href^='/manage/codes/texts/']"),
        Screen("code-text-try", "codes:try_texts", "/manage/codes/texts/try/"),
        Screen("code-text-add", "codes:add_text_rule", "/manage/codes/texts/add/"),
        Screen("code-reading", "codes:reading", "/manage/codes/texts/reading/"),
        Screen("code-versions", "codes:versions", "/manage/codes/versions/"),
        Screen("code-version", "codes:version", "/manage/codes/versions/1.0/"),
        Screen("staff", "accounts:staff", "/manage/staff/"),
        Screen("roles", "accounts:roles", "/manage/staff/roles/"),
        Screen("person-add", "accounts:person-add", "/manage/staff/add/"),
        Screen("person", "accounts:person", "/manage/staff/20416/"),
        Screen("person-edit", "accounts:person-edit", "/manage/staff/20416/edit/"),
        Screen("own-account", "accounts:own", "/account/"),
        Screen("second-factor", "accounts:factor", "/account/second-factor/"),
        Screen("audit", "audit:entries", "/manage/audit/"),
        Screen("selfcheck", "monitoring:selfcheck", "/manage/selfcheck/"),
        Screen("links", "exchange:links", "/manage/links/"),
        Screen("link", "exchange:link", "td a[href^='/manage/links/']"),
        Screen("password", "accounts:password-change", "/password/"),
        Screen("missing", "", "/nowhere/", status=404),
    ),
    "agent": (
        Screen("agent-home", "shell:home", "/"),
        Screen("forbidden", "", "/manage/audit/", status=403),
    ),
}

# Addresses a browser can open that are no picture of their own, and why.
LEFT_OUT: dict[str, str] = {
    "accounts:posts": "fields of the form of a person, drawn again for another centre",
    "accounts:code": "asked only between a password and a second factor; tests/browser/test_accounts_door.py",
    "accounts:new-password": "asked only after a link was opened; tests/browser/test_accounts_door.py",
    "audit:export": "a file",
    "centres:segment-export": "a file",
    "codes:add": "asked only in a version in preparation, which the demonstration has none of",
    "codes:kind": "asked only in a version in preparation, which the demonstration has none of",
    "codes:turn_text_rule": "a fragment of the rule that is turned on or off",
    "codes:labels": "a file",
    "exchange:receipt-rows": "a file",
    "exchange:returned-rows": "a file",
    "exchange:returned": "at a centre that was sent rows back; tests/integration/test_intake_returned.py",
    "exchange:schema": "a file for programs",
    "exchange:transfer-out": "between centres",
    "exchange:transfer-out-package": "between centres",
    "exchange:transfer-receipt": "between centres",
    "intake:begin-texts": "leads on to the next text that waits",
    "intake:layout-json": "a file",
    "intake:returned-line": "at a centre that was sent rows back; tests/integration/test_intake_returned.py",
    "intake:text-choices": "the codes offered for a text, a fragment",
    "intake:refused-csv": "a file",
    "intake:repair-standing": "what repair pages wait for, a fragment",
    "queries:file": "a file",
    "reports:file": "a file",
    "reports:filed-file": "a file",
    "reports:rows-csv": "a file",
    "results:compare-file": "a file",
    "results:file": "a file",
}
