"""The screens of administration: answers while one types, and nothing sticks out on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
SCREENS = [
    "centres/",
    "centres/4401/",
    "centres/edit/centre/4401/",
    "centres/4401/changes/",
    "segments/",
    "segments/1300040/",
    "calendars/?year=2027",
    "calendars/44/2027-02-08/",
    "codes/",
    "codes/versions/1.0/",
    "staff/",
    "staff/roles/",
    "audit/",
]


def test_a_number_typed_shows_its_home_city(sign_in: Visit) -> None:
    page = sign_in("agent")
    page.goto("/manage/centres/")
    page.fill("input[name=number]", "130 0040 1234")
    expect(page.locator("#home")).to_contain_text("广州市客户服务中心")
    assert "number" not in page.url


def test_segments_are_narrowed_while_one_goes_on_typing(sign_in: Visit) -> None:
    page = sign_in("agent")
    page.goto("/manage/centres/4401/")
    page.locator("#beginning").click()
    page.keyboard.type("13000")
    expect(page.locator(".segments li").first).to_have_text("1300040")
    page.keyboard.type("41")
    expect(page.locator(".segments li")).to_have_text(["1300041"])
    expect(page.locator("#beginning")).to_be_focused()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_sticks_out_on_a_phone(sign_in: Visit, language: str) -> None:
    page = sign_in("administration", viewport=PHONE, language=language)
    wide = []
    for screen in SCREENS:
        page.goto(f"/manage/{screen}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(screen)
    assert wide == []
