"""Take a picture of every screen, in both languages and at two widths, and look for faults while doing so.

    python scripts/shots.py [--into shots] [--readme]

Starts a province of its own in a temporary home, fills it with the demonstration, signs in as each role and
writes PNG files, and the two pictures of the README (--readme: only those). Ends with 1 when a page logs an
error, breaks the content security policy, fails to load something or is wider than the window.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
DESK, PHONE, PICTURE = (1440, 900), (390, 844), (1200, 690)
LANGUAGES = ("zh-hans", "en")
WARM_UP = 30  # seconds until the batch list has live batches to show
PATIENCE = 180  # seconds for the province to start, and for the demonstration to arrive

# Role -> its screens: name -> address, or a link to follow from the screen before it.
SCREENS: dict[str, dict[str, str]] = {
    "data_processing": {
        "home": "/",
        "batches": "/data/batches/",
        "batches-refused": "/data/batches/?state=rows",
        "batch": "td a[href^='/data/batches/']",
        "repair": "a[href$='/repair/']",
        "repair-row": "td a[href*='/repair/']",
        "batches-none": "/data/batches/?q=nothing-of-this-name",
        "upload": "/data/batches/upload/",
        "refusal-limits": "/data/refusal-limits/",
        "texts": "/data/texts/",
        "text": "td a[href^='/data/texts/']",
        "layouts": "/data/layouts/",
        "layout-new": "/data/layouts/new/",
        "formats": "/data/formats/",
        "format": "/data/formats/contacts/1.0/",
    },
    "transmission": {
        "terminal": "/exchange/",
        "terminal-agents": "/exchange/?dataset=agents",
        "outgoing": "/exchange/outgoing/",
        "package": "td a[href^='/exchange/outgoing/']",
        "incoming": "/exchange/incoming/",
        "schedule": "/exchange/schedule/",
        "duty": "/exchange/schedule/new/",
        "reminders": "/exchange/notices/",
        "link": "/manage/links/4401/",
    },
    "statistics": {
        "reports": "/reports/",
        "report": "/reports/traffic/",
        "rows": "a[href^='/reports/traffic/rows/']",
        "original": "a[href^='/data/originals/']",
        "report-none": "/reports/traffic/?from=1999-01-01&to=1999-01-31",
        "report-matrix": "/reports/categories/?by=category_city",
        "report-quality": "/reports/quality/",
        "report-compared": "/reports/traffic/?compare=both",
        "report-agents": "/reports/agents/",
        "report-surveys": "/reports/surveys/",
        "filed": "/reports/filed/",
        "results": "/results/",
        "result": "th a[href^='/results/']",
        "results-regime": "/results/regime/",
        "jump": "/jump/?q=GZ",
    },
    "queries": {
        "queries": "/queries/",
        "query-build": "/queries/build/?dataset=contacts",
        "query-results": "/queries/history/",
    },
    "administration": {
        "centres": "/manage/centres/",
        "centre": "/manage/centres/4401/",
        "centre-edit": "/manage/centres/edit/centre/4401/",
        "desk-add": "/manage/centres/4401/add/desk/",
        "segments": "/manage/segments/",
        "segment": "/manage/segments/1300040/",
        "calendar": "/manage/calendars/",
        "calendar-provisional": "/manage/calendars/?year=2027&start=2026-12-31T17:00&hours=9",
        "calendar-day": "/manage/calendars/44/2027-02-08/",
        "calendar-hours": "/manage/calendars/44/hours/",
        "codes": "/manage/codes/",
        "code-texts": "/manage/codes/texts/",
        "code-reading": "/manage/codes/texts/reading/",
        "code-versions": "/manage/codes/versions/",
        "code-version": "/manage/codes/versions/1.0/",
        "staff": "/manage/staff/",
        "roles": "/manage/staff/roles/",
        "person-add": "/manage/staff/add/",
        "person": "/manage/staff/20416/",
        "person-edit": "/manage/staff/20416/edit/",
        "own-account": "/account/",
        "second-factor": "/account/second-factor/",
        "audit": "/manage/audit/",
        "selfcheck": "/manage/selfcheck/",
        "links": "/manage/links/",
        "password": "/password/",
        "missing": "/nowhere/",
    },
    "agent": {"agent-home": "/", "forbidden": "/manage/audit/"},
}
FINE = (301, 302, 304)
DARK = ("batches", "report", "result")
MAY_FAIL = {"missing": 404, "forbidden": 403}
README = {
    ("data_processing", "batches"): ROOT / "docs/images/batches.png",
    ("statistics", "report"): ROOT / "docs/images/report.png",
}


@dataclass
class Album:
    """Where pictures go, and the faults seen on the way."""

    into: Path
    faults: list[str] = field(default_factory=list)
    taken: int = 0

    def take(self, page: Page, name: str) -> None:
        """Take a picture of the page; note it when the page is wider than the window."""
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.faults.append(f"{name}: {wide} px wider than the window")
        page.screenshot(path=self.into / f"{name}.png")
        self.taken += 1

    def watch(self, page: Page, where: list[str]) -> None:
        """Note errors of the page's scripts, of its policy and of what it loads; where[0] is the screen."""

        def note(text: str) -> None:
            if where[0] not in MAY_FAIL or str(MAY_FAIL[where[0]]) not in text:
                self.faults.append(f"{where[0]}: {text}")

        page.on("console", lambda message: note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.on("response", lambda answer: note(f"{answer.status} {answer.url}") if bad(answer) else None)


def bad(answer: Response) -> bool:
    """Whether something was not delivered."""
    return not answer.ok and answer.status not in FINE


@contextmanager
def province(home: Path) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """A running province with the demonstration in it: its address, and the accounts by role."""
    port = free_port()
    environment = os.environ | {"CANTON_HOME": str(home), "CANTON_CENTRE": "44"}
    canton = [sys.executable, "-m", "canton.cli"]
    up = subprocess.Popen([*canton, "up", "--port", str(port)], env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/sign-in/", up)
        demo = [*canton, "demo", "--json"]
        told = subprocess.run(demo, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        accounts = {entry["role"]: entry for entry in reversed(json.loads(told)["accounts"])}
        more = [*demo, "--live", "--pace", "2"]
        live = subprocess.Popen(more, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            yield address, accounts
        finally:
            live.terminate()
            live.wait(timeout=60)
    finally:
        up.terminate()
        up.wait(timeout=60)


def free_port() -> int:
    """A port with two more behind it that nobody uses: web, events, and 22 on for SFTP."""
    for port in range(8300, 9300, 50):
        with socket.socket() as web, socket.socket() as events, socket.socket() as sftp:
            try:
                for each, number in ((web, port), (events, port + 1), (sftp, port + 22)):
                    each.bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise SystemExit("no free ports between 8300 and 9300")


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until the address answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the province ended with {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"{address} does not answer")


def signed_in(browser: Browser, address: str, account: dict[str, str]) -> list[dict[str, object]]:
    """The cookies of a person who has signed in."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/sign-in/")
        page.fill("input[name=number]", account["number"])
        page.fill("input[name=password]", account["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return [dict(cookie) for cookie in context.cookies()]


def new_context(browser: Browser, address: str, size: tuple[int, int], **cookies: str) -> BrowserContext:
    """A window of this size with these choices made."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def settle(page: Page) -> None:
    """Until fonts and charts are drawn; an open event stream never lets the network be idle."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(500)


def walk(
    page: Page, address: str, screens: dict[str, str], suffix: str, album: Album, where: list[str]
) -> None:
    """Take every screen of a role; a link that is not there is a fault."""
    for name, place in screens.items():
        where[0] = name
        if place.startswith("/"):
            page.goto(address + place)
        else:
            link = page.locator(place).first
            if not link.count():
                album.faults.append(f"{name}: no link {place} on {page.url}")
                return
            page.goto(address + str(link.get_attribute("href")))
        settle(page)
        album.take(page, f"{name}-{suffix}")


def photograph(browser: Browser, address: str, accounts: dict[str, dict[str, str]], album: Album) -> None:
    """All screens of all roles, in both languages and widths; two of them dark as well."""
    looks = [(language, size, "light") for language in LANGUAGES for size in (DESK, PHONE)]
    for role, screens in SCREENS.items():
        session = signed_in(browser, address, accounts[role])
        for language, size, theme in [*looks, (LANGUAGES[0], DESK, "dark")]:
            suffix = f"{language}-{size[0]}" + ("-dark" if theme == "dark" else "")
            if theme == "dark" and not set(DARK) & set(screens):
                continue
            with new_context(browser, address, size, canton_language=language, canton_theme=theme) as context:
                context.add_cookies([c for c in session if "canton_" not in str(c["name"])])  # type: ignore[list-item]
                page, where = context.new_page(), [""]
                album.watch(page, where)
                walk(page, address, screens, suffix, album, where)
    doors(browser, address, album)


def picture(browser: Browser, address: str, accounts: dict[str, dict[str, str]]) -> None:
    """The pictures of the README: small, in Chinese."""
    for (role, name), target in README.items():
        session = signed_in(browser, address, accounts[role])
        with new_context(browser, address, PICTURE, canton_language=LANGUAGES[0]) as context:
            context.add_cookies([c for c in session if "canton_" not in str(c["name"])])  # type: ignore[list-item]
            page = context.new_page()
            page.goto(address + SCREENS[role][name])
            settle(page)
            target.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target)


def doors(browser: Browser, address: str, album: Album) -> None:
    """The sign-in page, which needs no account."""
    for language in LANGUAGES:
        for size in (DESK, PHONE):
            with new_context(browser, address, size, canton_language=language) as context:
                page = context.new_page()
                album.watch(page, ["sign-in"])
                page.goto(f"{address}/sign-in/")
                settle(page)
                album.take(page, f"sign-in-{language}-{size[0]}")


def main() -> int:
    """Take the pictures; 1 when a fault was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=ROOT / "shots")
    parser.add_argument("--readme", action="store_true", help="only the pictures of the README")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CANTON_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise SystemExit("no chromium found; name one with CANTON_CHROMIUM")
    album = Album(options.into)
    with (
        tempfile.TemporaryDirectory(prefix="canton-shots-") as home,
        province(Path(home)) as (address, accounts),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=FLAGS) as browser,
    ):
        if options.readme:
            time.sleep(WARM_UP)
        else:
            photograph(browser, address, accounts, album)
        picture(browser, address, accounts)
    faults = sorted(set(album.faults))
    print(f"{album.taken} pictures in {options.into}, {len(faults)} faults", *faults, sep="\n  ")  # noqa: T201
    return bool(album.faults)


if __name__ == "__main__":
    sys.exit(main())
