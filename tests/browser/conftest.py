"""A province in the browser: the real web and events processes on the test database, and Chromium.

`site` is where they listen; `sign_in(role)` gives a page of someone who has signed in. Whatever a page logs
as an error, or refuses by its content security policy, fails the test that opened it.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from canton.exchange import formats

PASSWORD = "Lingnan-window-1999"  # as tests/conftest.py gives it
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
STARTS_WITHIN = 180  # seconds; other work may share the machine
expect.set_options(timeout=20_000)  # ms; whoever waits for a condition waits no longer than it takes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True, slots=True)
class Site:
    """Addresses of the two processes."""

    web: str
    events: str


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[Site]:
    """The web and the events process, as `canton up` starts them."""
    web, events = free_port(), free_port()
    environment = {**os.environ, "CANTON_WEB_PORT": str(web), "CANTON_EVENTS_PORT": str(events)}
    serve = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--workers", "1"]
    commands = (
        [
            *serve,
            "--port",
            str(web),
            "--interface",
            "wsgi",
            "--blocking-threads",
            "4",
            "canton.wsgi:application",
        ],
        [*serve, "--port", str(events), "--interface", "asgi", "canton.shell.stream:application"],
    )
    processes = [subprocess.Popen(command, env=environment) for command in commands]
    try:
        for port in (web, events):
            _wait_for(f"http://127.0.0.1:{port}/")
        yield Site(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{events}")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def _wait_for(address: str) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a file: its driver runs a loop in this thread, which tests of other rooms must not meet."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Faults:
    """What pages complained of. A test that provokes an answer of 4xx takes its line away with `allow`."""

    found: list[str]

    def allow(self, part: str) -> None:
        self.found[:] = [line for line in self.found if part not in line]


@pytest.fixture
def faults() -> Iterator[Faults]:
    kept = Faults([])
    yield kept
    assert not kept.found, "the page complained: " + "; ".join(kept.found)


@pytest.fixture
def browser_page(
    chromium: Browser, site: Site, centres: None, faults: Faults, transactional_db: None
) -> Iterator[Callable[..., Page]]:
    """Opens pages of visitors: browser_page(viewport=PHONE, language="en", theme="dark")."""
    opened: list[BrowserContext] = []

    def visit(viewport: dict[str, int] | None = None, language: str = "", theme: str = "") -> Page:
        context = chromium.new_context(viewport=viewport or DESK, base_url=site.web)  # type: ignore[arg-type]
        opened.append(context)
        for name, value in (("canton_language", language), ("canton_theme", theme)):
            if value:
                context.add_cookies([{"name": name, "value": value, "url": site.web}])
        page = context.new_page()

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                faults.found.append(f"{page.url}: {message.text}")

        page.on("console", note)
        page.on("pageerror", lambda error: faults.found.append(f"{page.url}: {error}"))
        return page

    yield visit
    for context in opened:
        context.close()


@pytest.fixture
def sign_in(browser_page: Callable[..., Page], clerk: Callable[..., object]) -> Callable[..., Page]:
    """Opens the page of someone who has signed in: sign_in("statistics", viewport=PHONE)."""

    def enter(role: str = "data_processing", **how: object) -> Page:
        staff = clerk(role)
        page = browser_page(**how)
        page.goto("/sign-in/")
        page.fill("#number", staff.number)  # type: ignore[attr-defined]
        page.fill("#password", PASSWORD)
        page.click("button.go")
        page.wait_for_url(lambda address: "/sign-in/" not in address)
        return page

    return enter


@pytest.fixture
def hand_in(centres: None, transactional_db: None, tmp_path: Path) -> Callable[..., object]:
    """Hands a small contacts file in and runs it: hand_in(40, spoilt={7: {"channel": "pigeon"}}) -> Batch."""
    from canton.intake import services
    from canton.intake.choices import Route
    from canton.intake.layout import load_layout

    def take(
        rows: int = 40, *, centre: str = "4401", spoilt: dict[int, dict[str, str]] | None = None,
        sequence: int = 1, header: str = "", run: bool = True,
    ) -> object:  # fmt: skip
        columns = formats.get("contacts", "1.0").columns
        lines = [header or ",".join(columns)]
        for number in range(rows):
            values = _call(number, centre) | (spoilt or {}).get(number, {})
            lines.append(",".join(values[column] for column in columns))
        path = tmp_path / f"{centre}-{sequence}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        upload = services.Upload(
            path=path, name=path.name, centre=centre, layout=load_layout("contacts-1.0"), route=Route.COMMAND,
            by="cli", period="1999-01", sequence=sequence,
        )  # fmt: skip
        batch = services.accept_file(upload, now=timezone.now()).batch
        return services.run(batch.number, clock=timezone.now).batch if run else batch

    return take


def _call(number: int, centre: str) -> dict[str, str]:
    started = datetime(1999, 1, 1, 8) + timedelta(hours=number)  # noqa: DTZ001 - local wall-clock, as files have it
    return {
        "contact_id": f"C{number:06}", "centre": centre, "channel": "voice", "number": f"1380013{number:04}",
        "roaming": "none", "category": "0101", "language": "zh",
        "started": f"{started}", "queued": f"{started}",
        "answered": f"{started + timedelta(seconds=10)}", "ended": f"{started + timedelta(seconds=70)}",
        "wait_seconds": "10", "talk_seconds": "60", "hold_seconds": "0", "wrap_seconds": "5", "agent": "A01",
        "outcome": "answered", "satisfaction": "5", "resolved": "true", "recording": "",
    }  # fmt: skip
