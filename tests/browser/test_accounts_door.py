"""The door in a browser: a lock is seen, and a password due comes before everything else."""

import re
from collections.abc import Callable

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
