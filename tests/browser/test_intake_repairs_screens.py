"""Refused rows put right in the browser: one, then all of a kind, then run."""

import os
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from canton.intake import services
from canton.intake.models import Batch, Repair
from canton.intake.repair.services import repairing, taking_back

Enter = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
SHOTS = os.environ.get("CANTON_SHOTS_OF_REPAIRS", "")


def picture(page: Page, name: str) -> None:
    """Nothing is wider than its screen; a picture of it where one is asked for."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0, name
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def base(hand_in: Callable[..., object]) -> str:
    """Where ten refused rows of a batch are put right."""
    spoilt = {number: {"channel": "Voice"} for number in range(3, 9)}
    spoilt |= {12: {"channel": "电话", "category": "9999", "wait_seconds": "-4"}, 20: {"number": "138-0013"}}
    spoilt |= {30: {"channel": "语音"}, 35: {"agent": "A,B,C"}}
    return f"/data/batches/{hand_in(spoilt=spoilt).number}/repair/"  # type: ignore[attr-defined]


def headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_row_is_put_right_and_a_second_person_is_told(sign_in: Enter, base: str, faults: object) -> None:
    page = sign_in()
    page.goto(base.removesuffix("repair/"))
    picture(page, "batch")
    page.get_by_role("link", name="更正", exact=True).click()
    headed(page, "更正拒收行")
    picture(page, "empty")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    headed(page, "第 5 行")
    picture(page, "row")
    expect(page.locator("[name=f2]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    headed(page, "第 6 行")
    page.goto(f"{base}14/")
    page.locator("[name=f2]").select_option("voice")
    page.locator("[name=f5]").select_option("0101")
    page.locator("[name=f11]").fill("4,000")
    expect(page.locator("#verdict .note.warn")).to_be_visible()
    beside = page.locator(".reasons-of:not(#verdict *) li")
    expect(beside).to_have_text("等待（秒）：不是整数")
    picture(page, "still-wrong")
    page.locator("[name=f11]").fill("10")
    expect(page.locator("#verdict .note.ok")).to_be_visible()
    expect(beside).to_have_count(0)
    other = sign_in()
    other.goto(f"{base}14/")
    page.locator("[name=f11]").press("Control+Enter")
    headed(page, "第 22 行")
    expect(page.locator("[name=f3]")).to_be_focused()  # the faulty one
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    headed(page, "第 14 行")
    other.locator("[name=f2]").select_option("web")
    other.get_by_role("button", name="保存", exact=True).click()
    expect(other.locator(".both")).to_have_text("行中现值 voice 441001")  # the one field he changed
    faults.allow("409")  # type: ignore[attr-defined]
    picture(other, "conflict")
    page.goto(f"{base}37/")
    picture(page, "whole")


def test_all_of_a_kind_are_put_right_taken_back_and_run(sign_in: Enter, base: str) -> None:
    page = sign_in()
    page.goto(f"{base}kinds/?reason=channel:code")
    page.get_by_role("button", name="先预览").click()
    expect(page.locator("#preview")).to_be_visible()
    picture(page, "kinds")
    page.get_by_role("button", name="更正 7 行").click()
    expect(page.locator("[data-toast]")).to_contain_text("已更正 7 行")
    assert Repair.objects.filter(live=True).count() == 7
    picture(page, "corrected")
    page.locator("[data-toast] button", has_text="撤销").click()
    expect(page.locator("[data-toast]")).to_contain_text("已撤销更正")
    assert not Repair.objects.filter(live=True).exists()
    page.goto(f"{base}5/")
    page.locator("[name=f2]").select_option("voice")
    page.get_by_role("button", name="保存，下一行").click()
    headed(page, "第 6 行")
    page.goto(base)
    page.get_by_role("button", name="按更正重新处理").first.click()
    picture(page, "asked")
    page.locator("dialog[open] button.btn-primary").click()
    expect(page.locator(".note")).to_contain_text("正在写出更正文件")
    number = base.split("/")[3]
    copy = repairing.write_and_take_in(number, by="20416", now=timezone.now()).batch
    services.run(copy.number, clock=timezone.now)
    expect(page.locator(".note", has_text="1 行现已入库")).to_be_visible()  # by itself
    expect(page.locator("[data-rows] tr").first).to_contain_text("已入库")
    taking_back.take_back(Batch.objects.get(pk=copy.pk), by="20416", now=timezone.now())
    phone = sign_in(viewport=PHONE, language="en", theme="dark")
    for address in ("", "14/", "37/", "kinds/"):
        phone.goto(base + address)
        picture(phone, f"phone-{address.strip('/')}")
    phone.goto("/data/refusal-limits/")
    picture(phone, "phone-limits")
