"""A file handed in on the screen: nothing is chosen beforehand, and none takes another's place unasked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from canton.centres.models import Centre
from canton.intake.models import Batch

pytestmark = pytest.mark.usefixtures("centres", "home")


@pytest.fixture
def seen_by(clerk: Callable[..., Any]) -> Callable[..., Client]:
    def sign_in(**where: Any) -> Client:
        browser = Client()
        if "centre" in where:
            where["centre"] = Centre.objects.get(pk=where["centre"])
        browser.force_login(clerk("data_processing", **where), backend="canton.accounts.backends.RoleBackend")
        return browser

    return sign_in


def test_nothing_is_chosen_for_whoever_hands_in_a_file_and_none_is_replaced_unasked(
    seen_by: Callable[..., Client],
) -> None:
    browser, upload = seen_by(), reverse("intake:upload")
    blank = browser.get(upload).content.decode()
    assert blank.count('<option value="" selected>') == 2
    assert '<optgroup label="问卷答复">' in blank
    city = seen_by(centre="4401").get(upload).content.decode()
    assert '<option value="4401"' in city
    assert city.count('<option value="" selected>') == 1

    def hand_in(content: bytes, **said: str) -> Any:
        file = SimpleUploadedFile("a.csv", content)
        given = {"file": file, "centre": "4401", "layout": "agents-1.0", "span": "month", "month": "2026-10"}
        return browser.post(upload, {**given, "sequence": "1", **said}, headers={"HX-Request": "true"})

    first = hand_in(b"one")
    assert first["HX-Redirect"] == reverse("intake:batch", args=["GZ-agents-2026-10-1"])
    assert hand_in(b"one")["HX-Redirect"] == first["HX-Redirect"]
    asked = hand_in(b"two")
    assert asked.status_code == 422
    assert 'name="replace"' in asked.content.decode()
    assert 'name="sequence" value="1"' in asked.content.decode()
    assert Batch.objects.count() == 1
    assert hand_in(b"two", replace="on").status_code == 200
    assert Batch.objects.count() == 2
    missing = hand_in(b"three", month="")
    assert 'id="id_month-about"' in missing.content.decode()
    assert hand_in(b"three", month="2026-13").status_code == 422
    unnamed = hand_in(b"three", span="none")
    assert unnamed.status_code == 200
    assert Batch.objects.latest("pk").period == ""
