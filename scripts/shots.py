"""Take a picture of every screen, in both languages, at two widths, light and dark, and look for faults.

    python scripts/shots.py [--into shots] [--readme] [--roles statistics ...]

Starts a province of its own in a temporary home, fills it with the demonstration, signs in as each role and
writes PNG files, and the two pictures of the README (--readme: only those). Ends with 1 when a page logs an
error, breaks the content security policy, fails to load something, is wider than the window, or has text in
the dark that is hard to tell from its ground. Which screens there are: scripts/screens.py.
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
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from screens import DEEDS, SCREENS, Deed, Screen

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
DESK, PHONE, PICTURE = (1440, 900), (390, 844), (1200, 690)
LANGUAGES = ("zh-hans", "en")
WARM_UP = 30  # seconds until the batch list has live batches to show
PATIENCE = 180  # seconds for the province to start, and for the demonstration to arrive

CONTRAST = (ROOT / "scripts/contrast.js").read_text(encoding="utf-8")
OK = 200
FINE = (301, 302, 304)
# Language, window and theme of each round; the dark ones are held to the contrast of texts as well.
LOOKS = (
    ("zh-hans", DESK, "light"), ("zh-hans", PHONE, "light"), ("en", DESK, "light"), ("en", PHONE, "light"),
    ("zh-hans", DESK, "dark"), ("en", PHONE, "dark"),
)  # fmt: skip
README = {
    ("data_processing", "/data/batches/"): ROOT / "docs/images/batches.png",
    ("statistics", "/reports/traffic/"): ROOT / "docs/images/report.png",
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

    def watch(self, page: Page, where: list[Screen]) -> None:
        """Note errors of the page's scripts, of its policy and of what it loads; where[0] is the screen."""

        def note(text: str) -> None:
            if where[0].status == OK or str(where[0].status) not in text:
                self.faults.append(f"{where[0].name}: {text}")

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


def do(page: Page, address: str, deed: Deed) -> None:
    """Fill in a form and send it, by its button if it has several."""
    page.goto(address + deed.at)
    form = page.locator(deed.form)
    for selector, value in deed.fields.items():
        form.locator(selector).evaluate("(field, value) => { field.value = value; }", value)
    for selector, (name, content) in deed.files.items():
        held = [{"name": name, "mimeType": "text/csv", "buffer": content.encode()}]
        form.locator(selector).set_input_files(held)  # type: ignore[arg-type]
    button = f"form.querySelector({json.dumps(deed.button)})" if deed.button else "undefined"
    here = page.url
    form.evaluate(f"form => form.requestSubmit({button})")
    with suppress(PlaywrightTimeout):  # what hangs on it is then missed, and said
        page.wait_for_url(lambda url: url != here, timeout=PATIENCE * 1000)


def walk(page: Page, address: str, screens: tuple[Screen, ...], album: Album, look: "Look") -> None:
    """Take every screen of a role; where a link is not there, what hangs on it is passed over."""
    where, lost = [screens[0]], False
    album.watch(page, where)
    for screen in screens:
        where[0] = screen
        if screen.followed:
            link = page.locator(screen.at).first
            if lost or not link.count():
                album.faults.append(f"{screen.name}: no link {screen.at} on {page.url}")
                lost = True
                continue
            page.goto(address + str(link.get_attribute("href")))
        else:
            page.goto(address + screen.at)
        lost = False
        settle(page)
        album.take(page, f"{screen.name}-{look.suffix}")
        if look.theme == "dark":
            album.faults += [f"{screen.name}: {fault}" for fault in page.evaluate(CONTRAST)]


@dataclass(frozen=True, slots=True)
class Look:
    """One round through the screens."""

    language: str
    size: tuple[int, int]
    theme: str

    @property
    def suffix(self) -> str:
        return f"{self.language}-{self.size[0]}" + ("-dark" if self.theme == "dark" else "")


def photograph(
    browser: Browser, address: str, accounts: dict[str, dict[str, str]], album: Album, roles: list[str]
) -> None:
    """All screens of these roles, in both languages and widths, light and dark."""
    for role in roles:
        session = signed_in(browser, address, accounts[role]) if role else []
        cookies = [cookie for cookie in session if "canton_" not in str(cookie["name"])]
        with new_context(browser, address, DESK) as context:
            context.add_cookies(cookies)  # type: ignore[arg-type]
            for deed in DEEDS.get(role, ()):
                do(context.new_page(), address, deed)
        for look in (Look(*each) for each in LOOKS):
            chosen = {"canton_language": look.language, "canton_theme": look.theme}
            with new_context(browser, address, look.size, **chosen) as context:
                context.add_cookies(cookies)  # type: ignore[arg-type]
                walk(context.new_page(), address, SCREENS[role], album, look)


def picture(browser: Browser, address: str, accounts: dict[str, dict[str, str]]) -> None:
    """The pictures of the README: small, in Chinese."""
    for (role, place), target in README.items():
        session = signed_in(browser, address, accounts[role])
        with new_context(browser, address, PICTURE, canton_language=LANGUAGES[0]) as context:
            context.add_cookies([c for c in session if "canton_" not in str(c["name"])])  # type: ignore[list-item]
            page = context.new_page()
            page.goto(address + place)
            settle(page)
            target.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target)


def main() -> int:
    """Take the pictures; 1 when a fault was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=ROOT / "shots")
    parser.add_argument("--readme", action="store_true", help="only the pictures of the README")
    parser.add_argument("--roles", nargs="*", choices=list(SCREENS), help="only the screens of these roles")
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
            photograph(browser, address, accounts, album, options.roles or list(SCREENS))
        if not options.roles:
            picture(browser, address, accounts)
    faults = sorted(set(album.faults))
    print(f"{album.taken} pictures in {options.into}, {len(faults)} faults", *faults, sep="\n  ")  # noqa: T201
    return bool(album.faults)


if __name__ == "__main__":
    sys.exit(main())
