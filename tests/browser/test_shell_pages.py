"""The shell in a browser: the door, the role's menu, language and theme, keys, failures."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

Visit = Callable[..., Page]
PHONE = {"width": 390, "height": 844}


def test_a_wrong_password_says_how_many_tries_are_left(
    browser_page: Visit, clerk: Visit, faults: object
) -> None:
    staff = clerk("agent")
    page = browser_page()
    page.goto("/manage/audit/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/manage/audit/"))
    page.fill("#number", staff.number)  # type: ignore[attr-defined]
    page.fill("#password", "not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"还可再试 \d 次"))
    expect(page.locator("#number")).to_have_value(staff.number)  # type: ignore[attr-defined]
    faults.allow("422")  # type: ignore[attr-defined]


def test_each_role_sees_only_its_own_menu(sign_in: Visit) -> None:
    clerk = sign_in("data_processing")
    batches = ".rail a[href='/data/batches/']"
    expect(clerk.locator(batches)).to_have_text("数据")
    agent = sign_in("agent")
    expect(agent.locator("h1")).to_be_visible()
    assert agent.locator("a[href='/data/batches/']").count() == 0


def test_language_and_theme_are_chosen_and_stay(sign_in: Visit) -> None:
    page = sign_in()
    page.goto("/data/batches/?received=week")
    page.get_by_role("button", name="Switch to English").click()
    expect(page).to_have_url(re.compile(r"/data/batches/\?received=week$"))
    expect(page.locator("h1")).to_have_text("Batches")
    expect(page.locator("html")).to_have_attribute("lang", "en")

    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")  # nothing chosen: as the browser is set
    dark = page.evaluate(ground)
    assert dark != light
    page.locator(".person summary").click()
    expect(page.get_by_role("button", name="As the browser")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    assert page.evaluate(ground) == light
    page.emulate_media(color_scheme="light")
    page.locator(".person summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate(ground) == dark
    expect(page.locator("h1")).to_have_text("Batches")


def test_the_browsers_own_language_is_not_asked(browser_page: Visit) -> None:
    page = browser_page()
    page.set_extra_http_headers({"Accept-Language": "en"})
    page.goto("/sign-in/")
    expect(page.locator("h1")).to_have_text("登录")


def test_keys_open_and_close_what_they_say(sign_in: Visit) -> None:
    page = sign_in()
    page.goto("/data/batches/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.locator(".tile summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".defn .pop").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".defn .pop").first).to_be_hidden()

    page.keyboard.press("/")
    expect(page.locator("[data-slash]")).to_be_focused()


def test_the_first_tab_skips_to_the_content(sign_in: Visit) -> None:
    page = sign_in()
    page.goto("/data/batches/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_pages_that_fail_say_what_to_do_in_both_languages(sign_in: Visit, faults: object) -> None:
    page = sign_in("agent")
    page.goto("/nowhere/")
    expect(page.locator("h3")).to_have_text("没有可供查看的内容")
    page.goto("/data/batches/")
    expect(page.locator("h3")).to_have_text("本岗位无权打开此页")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("h3")).to_have_text("Your role may not open this page")
    faults.allow("404")  # type: ignore[attr-defined]
    faults.allow("403")  # type: ignore[attr-defined]


def test_large_text_still_holds(sign_in: Visit) -> None:
    page = sign_in(viewport=PHONE)
    page.locator(".person summary").click()
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    page.goto("/data/batches/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")


def test_tables_are_read_on_a_phone_without_pushing(sign_in: Visit) -> None:
    """A row is a card with the heads of its columns; what is wider than the window says so at its edge."""
    page = sign_in("administration", viewport=PHONE)
    wide = "(frame => frame.scrollWidth - frame.clientWidth)"
    for address, head in (("/manage/staff/", "岗位"), ("/manage/codes/", "性质")):
        page.goto(address)
        cell = page.locator(f".cards tbody td[data-label='{head}']").first
        shown = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
        assert shown == f'"{head}"', address
        assert page.evaluate(f"{wide}(document.documentElement)") <= 0, address
        assert page.locator(".scroll:has(.cards)").first.evaluate(wide) <= 0, address
    page.goto("/manage/staff/")
    page.locator(".cards thead").get_by_role("link", name="姓名").click()
    expect(page.locator("[aria-sort='descending']")).to_have_text("姓名")

    page.goto("/manage/staff/roles/")
    frame = page.locator(".scroll:has(.pinned)")
    expect(frame).to_have_attribute("data-more", "")
    before = frame.locator("tbody th").first.bounding_box()
    frame.evaluate("frame => { frame.scrollLeft = frame.scrollWidth; }")
    expect(frame).not_to_have_attribute("data-more", "")
    assert frame.locator("tbody th").first.bounding_box() == before


def test_what_takes_long_says_so_until_it_is_there(sign_in: Visit) -> None:
    page = sign_in("statistics")
    held: list[Route] = []  # answers wait until the sign was seen

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"slow\.xlsx"), hold)
    page.evaluate(
        """() => { const link = document.createElement("a"); link.href = "/slow.xlsx"; link.dataset.slow = "";
        link.textContent = "slow"; document.querySelector("#content").append(link); }"""
    )
    sign = page.locator(".waiting")
    page.get_by_text("slow", exact=True).click()
    expect(sign).to_contain_text(re.compile("正在生成文件，[1-9] 秒"))
    told = {"Content-Disposition": "attachment; filename*=UTF-8''%E8%AF%9D%E5%8A%A1.xlsx"}
    with page.expect_download() as download:
        held.pop().fulfill(body=b"made", headers=told)
    assert download.value.suggested_filename == "话务.xlsx"
    expect(sign).to_be_hidden()
    page.evaluate("window.addEventListener('click', (event) => event.preventDefault())")  # nothing opens
    page.locator(".rail a[href='/reports/']").click()
    expect(sign).to_contain_text(re.compile("正在打开，[1-9] 秒"))
    page.keyboard.press("Escape")
    expect(sign).to_be_hidden()
