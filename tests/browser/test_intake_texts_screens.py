"""Texts in doubt decided by the keyboard alone: a code looked for, kept as a label, the next one follows."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from canton.codes.models import Label
from canton.exchange import formats
from canton.intake import services
from canton.intake.choices import Route
from canton.intake.judgements import Judgement
from canton.intake.layout import load_layout

TEXTS = ("这里打不出去", "请给我一个说法")


@pytest.mark.usefixtures("centres", "transactional_db")
def test_texts_are_decided_by_keyboard_one_after_the_other(
    sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    header = formats.get("cases", "1.1").columns
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        for number, text in enumerate(TEXTS):
            told = {"case_id": f"T{number}", "centre": "4401", "nature": "complaint", "channel": "voice"}
            writer.writerow(told | {"description": text, "opened": f"1999-01-0{number + 1} 08:00:00"})
    upload = services.Upload(
        path=path, name=path.name, centre="4401", layout=load_layout("cases-1.1"), route=Route.COMMAND,
        by="cli", period="1999-01", sequence=1,
    )  # fmt: skip
    services.run(services.accept_file(upload, now=timezone.now()).batch.number, clock=timezone.now)

    page = sign_in()
    page.goto("/data/texts/")
    expect(page.locator("[data-rows] tr")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".words")).to_have_text(TEXTS[0])
    page.keyboard.press("/")
    page.keyboard.type("0101")
    expect(page.locator("#choices button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".words")).to_have_text(TEXTS[1])
    expect(page.locator("[data-toast]")).to_contain_text("0101")
    assert list(Label.objects.values_list("text", "code")) == [(TEXTS[0], "0101")]
    assert list(Judgement.objects.order_by("pk").values_list("code", flat=True)) == ["0101", ""]
    page.goto("/data/texts/?state=decided")
    expect(page.locator("[data-rows] tr")).to_contain_text(TEXTS[0])
