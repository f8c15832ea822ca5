"""Searching classification codes while one types, without the page being loaded again."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Visit = Callable[..., Page]


def test_typing_initials_finds_the_code_on_the_same_page(sign_in: Visit) -> None:
    page = sign_in("agent")
    page.goto("/manage/codes/")
    page.evaluate("window.notReloaded = true")
    page.keyboard.press("/")
    page.keyboard.type("rfg")
    rows = page.locator("#codes tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("弱覆盖")
    expect(page).to_have_url(re.compile(r"\?q=rfg$"))
    assert page.evaluate("window.notReloaded") is True


def test_a_search_nothing_answers_says_how_to_search(sign_in: Visit) -> None:
    page = sign_in("agent", language="en")
    page.goto("/manage/codes/?q=zzzz")
    expect(page.locator("#codes h3")).to_have_text("No code answers this")
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#codes tbody tr")).to_have_count(49)


def test_the_sources_of_deadlines_unfold(sign_in: Visit) -> None:
    page = sign_in("agent")
    page.goto("/manage/codes/?q=0206")
    page.locator("#codes summary").click()
    expect(page.locator("#codes .rules")).to_contain_text("《电信条例》第三十四条")
