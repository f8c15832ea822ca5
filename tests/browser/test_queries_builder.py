"""The builder in Chromium: a query made by keyboard, on a phone, and faster than the server answers."""

import time

import pytest
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_query_is_built_tried_and_run(sign_in, hand_in, faults, phone):
    from canton.queries import tasks
    from canton.queries.models import ResultFile, Run

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
    page.locator("[id='c1.0-value']").fill("7s")
    page.locator("[id='c1.0-value']").press("Enter")
    expect(page.locator(".cond.wrong")).to_contain_text("a number of seconds")
    faults.allow("422")
    page.locator("[id='c1.0-value']").fill("7")
    expect(page.locator(".cond.wrong, [data-wrong]")).to_have_count(0)
    page.locator("[id='c1.0-value']").press("Enter")
    expect(page.locator("#preview")).to_contain_text("10 rows in all")
    expect(page.locator("#c0-value")).to_have_value("answered")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.locator(".go button[value=run]").press("Enter")
    page.wait_for_url("**/queries/runs/**")
    tasks.run(str(Run.objects.get().pk))
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(10)
    page.locator("#files button[value=csv]").click()
    expect(page.locator("#files .making")).to_be_visible()
    tasks.export(str(ResultFile.objects.get().pk))
    ready = page.locator("#files a[download]")  # comes by itself, and takes the focus
    expect(ready).to_be_focused()
    with page.expect_download() as taken:
        ready.press("Enter")
    assert taken.value.suggested_filename.endswith(".csv")
    page.locator("tbody tr a").first.click()
    page.wait_for_url("**/data/originals/**")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


AT_ONCE = """name => new MutationObserver((_, seeing) => {
    const field = document.getElementById(name);
    if (!field) return;
    seeing.disconnect();
    field.value = "talk_seconds";
    field.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.body, { childList: true, subtree: true })"""


def test_nothing_is_lost_by_who_is_faster_than_the_server(sign_in):
    page = sign_in("queries", language="en")
    page.goto("/queries/build/?dataset=contacts")
    held = []
    page.route("**/queries/build/", lambda route: held.append(route))  # noqa: PLW0108 - it marks what it calls

    def asked() -> None:
        end = time.monotonic() + 20
        while not held and time.monotonic() < end:
            page.wait_for_timeout(5)

    def answer() -> None:
        asked()
        held.pop().continue_()

    page.locator("#c0-column").select_option("outcome")
    page.locator("#g-kind").select_option("any")
    page.locator("button[value='group:']").click()
    page.locator("button[value='add:']").click()
    page.locator("#name").fill("Slow line")
    answer()  # to what the form no longer says
    page.locator("button[value='drop:0']").click()  # of the form as it was drawn
    page.locator("#name").press("End")
    page.keyboard.type(" at night")
    answer()
    asked()  # the next time, once that answer is drawn
    page.evaluate(AT_ONCE, "c0.0-column")
    answer()
    answer()
    expect(page.locator("[id='c0.0-column']")).to_have_value("talk_seconds")
    expect(page.locator("[id='c0.0-is']")).to_be_visible()
    expect(page.locator("#c1-column")).to_have_value("")
    expect(page.locator("#c2-column")).to_have_count(0)
    expect(page.locator("#g-kind")).to_have_value("any")
    expect(page.locator("#name")).to_have_value("Slow line at night")
    assert held == []
