"""The door in a browser: a lock is seen, and a password due comes before everything else."""

import hmac
import re
import time
from base64 import b32decode
from collections.abc import Callable
from struct import pack

from django.utils import timezone
from playwright.sync_api import Page, expect

from canton.accounts import services
from canton.accounts.choices import Role
from canton.centres.models import Centre

Visit = Callable[..., Page]
FIRST, OWN = "Lingnan-window-1999", "Pearl-river-2026"


def test_five_wrong_passwords_lock_and_the_page_says_until_when(browser_page: Visit, faults: object) -> None:
    page = browser_page()
    page.goto("/sign-in/")
    for _ in range(5):
        page.fill("#number", "440001")
        page.fill("#password", "a guess")
        page.click("button.go")
    expect(page.get_by_role("alert")).to_contain_text("已锁定至")
    expect(page.locator("button.go")).to_be_disabled()
    faults.allow("422")  # type: ignore[attr-defined]
    faults.allow("429")  # type: ignore[attr-defined]


def test_a_first_password_is_changed_before_anything_else(browser_page: Visit, province: Centre) -> None:
    services.open_account(
        number="440009", name="陈敏", centre=province, role=Role.AGENT, password=FIRST,
        now=timezone.now(), by="440001",
    )  # fmt: skip
    page = browser_page()
    page.goto("/sign-in/?next=/manage/codes/")
    page.fill("#number", "440009")
    page.fill("#password", FIRST)
    page.click("button.go")
    expect(page).to_have_url(re.compile(r"/password/$"))
    for name, value in (("current", FIRST), ("new", OWN), ("again", OWN)):
        page.fill(f"input[name={name}]", value)
    page.locator("form.in button.btn-primary").click()
    expect(page.locator("[data-toast]")).to_contain_text("密码已修改")
    page.goto("/manage/codes/")
    expect(page.locator("h1")).to_have_text("业务分类")


def code_at(key: bytes, seconds: float) -> str:
    """RFC 6238 by hand."""
    mac = hmac.digest(key, pack(">Q", int(seconds) // 30), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"


def test_a_second_factor_is_set_up_from_the_page_and_asked_at_the_door(
    sign_in: Visit, browser_page: Visit
) -> None:
    page = sign_in("statistics", language="en")
    page.goto("/account/")
    page.get_by_role("link", name="Set up").click()
    expect(page.locator("svg.qr")).to_be_visible()
    key = b32decode(page.inner_text(".letters").replace(" ", ""))
    now = time.time()
    page.get_by_label("Code", exact=True).fill(code_at(key, now - 30))
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    number = page.locator("summary .fig").inner_text()

    door = browser_page(language="en", viewport={"width": 390, "height": 844})
    door.goto("/sign-in/?next=/manage/codes/")
    door.fill("#number", number)
    door.fill("#password", FIRST)
    door.click("button.go")
    expect(door.locator("h1")).to_have_text("One-time code")
    door.get_by_label("Code", exact=True).fill(code_at(key, time.time()))
    door.keyboard.press("Enter")
    expect(door).to_have_url(re.compile(r"/manage/codes/$"))
