"""Traffic in Chromium: charts under the strict policy, meanings by keyboard, a figure down to its line."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
REPORT = "/reports/traffic/?centre=44&from=1999-01-01&to=1999-01-31"


def test_charts_are_drawn_and_have_their_tables(sign_in: Visit, hand_in: Callable[..., object]) -> None:
    hand_in(60)
    page = sign_in("statistics")
    page.goto(REPORT)
    expect(page.locator("[data-chart] svg")).to_have_count(2)
    page.locator(".under > summary").click()
    expect(page.locator(".hours tbody tr")).to_have_count(7)


def test_a_figure_leads_to_its_rows_and_a_row_to_its_line(
    sign_in: Visit, hand_in: Callable[..., object]
) -> None:
    hand_in(60)
    page = sign_in("statistics")
    page.goto(REPORT)
    page.locator(".tile .value a").first.click()
    expect(page.locator("footer")).to_contain_text("60")
    expect(page.locator("tbody tr").first).to_contain_text("138****0000")
    page.locator("tbody tr td:last-child a").first.click()
    expect(page).to_have_url(re.compile(r"/data/originals/GZ-contacts-1999-01-1/2/"))
    expect(page.locator("#content")).to_contain_text("C000000")


def test_what_a_figure_means_opens_by_keyboard(sign_in: Visit, hand_in: Callable[..., object]) -> None:
    hand_in(24)
    page = sign_in("statistics")
    page.goto(REPORT)
    asked = page.locator(".tile:nth-child(3)")
    asked.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(asked.locator(".pop")).to_be_visible()
    expect(asked.locator(".ratio-x")).to_contain_text("15 秒内人工接通的接触")
    expect(asked.locator(".pop")).to_contain_text("24 ÷ 24")
    page.keyboard.press("Escape")
    expect(asked.locator(".pop")).to_be_hidden()


def test_the_address_keeps_what_was_chosen(sign_in: Visit, hand_in: Callable[..., object]) -> None:
    hand_in(24)
    page = sign_in("statistics")
    page.goto(REPORT)
    page.locator(".seg a", has_text="话务员").click()
    page.locator("th a", has_text="平均处理").click()
    expect(page).to_have_url(re.compile(r"by=agent.*sort=-aht_s"))
    expect(page.locator("#breakdown tbody tr").first).to_contain_text("A01")
    page.locator("a[rel=prev]").first.click()
    expect(page).to_have_url(re.compile(r"from=1998-12-01&to=1998-12-31"))
    expect(page.locator(".blank")).to_contain_text("1999-01-01")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_sticks_out_on_a_phone(sign_in: Visit, hand_in: Callable[..., object], language: str) -> None:
    hand_in(24)
    page = sign_in("statistics", viewport=PHONE, language=language)
    rows = REPORT.replace("traffic/", "traffic/rows/") + "&figure=offered"
    for address in (REPORT, rows, "/reports/traffic/?from=1998-01-01&to=1998-01-31"):
        page.goto(address)
        for summary in page.locator("#content .under > summary, #content .meanings > summary").all():
            summary.click()
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), address
