"""The builder in Chromium: a query of nested conditions made by keyboard, tried and run, and on a phone."""

import pytest
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_query_is_built_tried_and_run(sign_in, hand_in, phone):
    from canton.queries import tasks
    from canton.queries.models import Run

    hand_in(40, spoilt={n: {"talk_seconds": "7"} for n in range(0, 40, 4)})
    page = sign_in("queries", language="en", **({"viewport": PHONE} if phone else {}))
    page.goto("/queries/build/?dataset=contacts")
    page.locator("#c0-column").focus()
    page.locator("#c0-column").select_option("outcome")
    expect(page.locator("#c0-is")).to_be_visible()
    page.locator("#c0-value").select_option("answered")
    page.locator("button[value='group:']").press("Enter")
    page.locator("[id='c1.0-column']").select_option("talk_seconds")
    expect(page.locator("[id='c1.0-is']")).to_be_visible()
    page.locator("[id='c1.0-value']").fill("7")
    page.locator("[id='c1.0-value']").press("Enter")
    expect(page.locator("#preview")).to_contain_text("10 rows in all")
    expect(page.locator("#c0-value")).to_have_value("answered")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.locator(".go button[value=run]").press("Enter")
    page.wait_for_url("**/queries/runs/**")
    tasks.run(str(Run.objects.get().pk))
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(10)
    page.locator("tbody tr a").first.click()
    page.wait_for_url("**/data/originals/**")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
