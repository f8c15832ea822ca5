"""The data-processing terminal in a browser: arrivals, a batch with its refused rows, an original line."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

PHONE = {"width": 390, "height": 844}
SPOILT = {
    3: {"channel": "pigeon"},
    5: {"number": "13800x38000"},
    8: {"wait_seconds": "-1"},
    9: {"wait_seconds": "-1"},
    11: {"category": "=1+1"},
}
Enter = Callable[..., Page]
HandIn = Callable[..., Any]


def test_a_batch_is_followed_from_the_list_to_the_line_in_its_file(sign_in: Enter, hand_in: HandIn) -> None:
    batch = hand_in(40, spoilt=SPOILT)
    page = sign_in()
    page.goto("/data/batches/")

    row = page.locator("tbody tr", has_text=batch.number)
    expect(row).to_contain_text("40")
    expect(row).to_contain_text("35")
    expect(row).to_contain_text("拒收 5")
    row.get_by_role("link", name=batch.number).click()

    expect(page.locator(".sum")).to_have_text(re.compile(r"读入\s*40\s*=\s*入库\s*35\s*\+\s*拒收\s*5"))
    expect(page.locator(".track li.done")).to_have_count(6)
    expect(page.locator(".why li")).to_have_count(4)

    page.locator(".why a", has_text="等待").click()
    expect(page.locator("tbody[data-rows] tr")).to_have_count(2)
    page.locator("tbody[data-rows] tr").first.get_by_role("link").click()

    expect(page.locator(".raw .here")).to_contain_text("C000008")
    expect(page.locator(".note.warn")).to_contain_text("-1")


def test_subscribers_numbers_are_masked_everywhere(sign_in: Enter, hand_in: HandIn) -> None:
    batch = hand_in(12, spoilt=SPOILT)
    page = sign_in()
    for address in (f"/data/batches/{batch.number}/", f"/data/originals/{batch.number}/7/"):
        page.goto(address)
        text = page.locator("#content").inner_text()
        assert not re.search(r"13800(13|x3)\d{4}", text), address
    expect(page.locator(".raw .here")).to_contain_text("138****8000")
    expect(page.locator(".raw")).to_contain_text("138****0004")


def test_the_export_holds_the_rows_of_the_screen_and_no_formula(sign_in: Enter, hand_in: HandIn) -> None:
    batch = hand_in(40, spoilt=SPOILT)
    page = sign_in()
    page.goto(f"/data/batches/{batch.number}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    content = Path(download.value.path()).read_bytes()

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert sorted(row[0] for row in rows[1:]) == sorted(["5", "7", "10", "11", "13"])
    assert "'=1+1" in {row[2] for row in rows}


def test_every_page_holds_on_a_phone(sign_in: Enter, hand_in: HandIn) -> None:
    batch = hand_in(40, spoilt=SPOILT)
    page = sign_in(viewport=PHONE)
    for address in (
        "batches/",
        f"batches/{batch.number}/",
        f"originals/{batch.number}/5/",
        "batches/upload/",
    ):
        page.goto(f"/data/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], address
        for link in page.locator(".rail a").all():
            box = link.bounding_box()
            assert box and box["height"] >= 44, address


def test_the_list_is_worked_by_keys_alone(sign_in: Enter, hand_in: HandIn) -> None:
    hand_in(3, sequence=1)
    second = hand_in(4, sequence=2)
    page = sign_in()
    page.goto("/data/batches/")
    page.keyboard.press("j")
    expect(page.locator("tr[aria-selected='true']")).to_contain_text(second.number)
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/data/batches/{second.number}/$"))

    page.keyboard.press("Control+k")
    page.keyboard.type(second.number[:-2])
    page.keyboard.press("Enter")
    expect(page.locator(".opens li")).to_have_count(2)


def test_a_file_refused_whole_says_why_and_what_to_do(sign_in: Enter, hand_in: HandIn) -> None:
    batch = hand_in(3, header=f"id;name;{'another_column;' * 30}")
    page = sign_in()
    page.goto(f"/data/batches/{batch.number}/")
    expect(page.locator(".blank h3")).to_have_text("整批退回，没有入库")
    expect(page.locator(".blank p")).to_contain_text("id;name")
    expect(page.locator(".next-steps")).to_contain_text("重新报送")
    assert page.locator(".sum").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "a long header is cut"


def test_a_file_is_handed_in_on_the_screen(sign_in: Enter, tmp_path: Path, faults: object) -> None:
    from canton.exchange import formats
    from canton.intake.models import Batch

    file = tmp_path / "january.csv"
    file.write_text(",".join(formats.get("contacts", "1.0").columns) + "\n", encoding="utf-8")
    page = sign_in()
    page.goto("/data/batches/upload/")
    page.set_input_files("#id_file", file)
    expect(page.locator(".drop-x output")).to_contain_text("january.csv · ")
    page.get_by_role("button", name="上传").click()  # nothing is chosen for anybody
    expect(page.locator("#id_layout")).to_have_attribute("aria-invalid", "true", timeout=20_000)
    expect(page.locator(".drop-x output")).to_contain_text("january.csv")  # the file is still there
    page.fill("#id_centre", "广州")
    page.keyboard.press("Enter")
    page.fill("#id_layout", "contacts-1.0")
    page.keyboard.press("Enter")
    page.fill("#id_month", "1999-01")
    page.get_by_role("button", name="上传").click()

    expect(page.locator("h1")).to_have_text("GZ-contacts-1999-01-1", timeout=20_000)
    expect(page.locator(".toast-x")).to_contain_text("文件已收妥")
    batch = Batch.objects.get()
    assert (batch.original.name, batch.route) == ("january.csv", "screen")
    faults.allow("422")  # type: ignore[attr-defined]  # the form without a layout


def test_the_list_refreshes_itself_when_a_batch_arrives(sign_in: Enter, hand_in: HandIn) -> None:
    page = sign_in()
    page.goto("/data/batches/")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "fresh", timeout=15_000)
    batch = hand_in(3, sequence=4)
    expect(page.get_by_role("link", name=batch.number)).to_be_visible()


def test_a_batch_says_at_once_that_it_is_loaded(sign_in: Enter, hand_in: HandIn) -> None:
    from canton.intake import services

    waiting = hand_in(3, run=False)
    page = sign_in()
    page.goto(f"/data/batches/{waiting.number}/")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "fresh")
    expect(page.locator(".sheet-head .pill")).to_have_text("已收妥")
    services.run(waiting.number, clock=timezone.now)
    expect(page.locator(".sheet-head .pill")).to_have_text("已入库")


def test_the_chinese_pages_speak_no_english(sign_in: Enter, hand_in: HandIn) -> None:
    batch = hand_in(40, spoilt=SPOILT)
    page = sign_in()
    own = {"SFTP", "CSV", "Enter", "Ctrl", "Esc", "EN", "Clerk", "sha", "cli", "contacts", "csv", "GZ", "kB"}
    for address in ("/", "/data/batches/", f"/data/batches/{batch.number}/", "/data/batches/upload/"):
        page.goto(address)
        texts = page.evaluate(
            "[...document.querySelectorAll('body *:not(script):not(.code):not(.sent):not(option)')]"
            ".flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3 && !e.closest('.code,.sent'))"
            ".map(n => n.textContent))"
        )
        english = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)} - own
        assert not english, (address, english)
