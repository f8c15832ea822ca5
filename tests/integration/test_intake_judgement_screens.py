"""Texts decided on screen: scope, masking, two people, a search that is overtaken, the confidence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from case_files import case, write
from django.test import Client
from test_intake_batches import NOW
from test_intake_judgements import taken_in

from canton.accounts.models import Staff
from canton.audit.models import Entry
from canton.centres.models import Centre
from canton.codes.models import TextThreshold
from canton.intake.judgements import Judgement
from canton.intake.services import judging

pytestmark = pytest.mark.usefixtures("centres", "home")
Make = Callable[..., Staff]


@pytest.fixture
def enter(clerk: Make) -> Callable[..., Client]:
    def sign_in(role: str = "data_processing", **who: object) -> Client:
        client = Client()
        client.force_login(clerk(role, **who), "canton.accounts.backends.RoleBackend")
        client.cookies["canton_language"] = "en"
        return client

    return sign_in


@pytest.fixture
def rows(tmp_path: Path) -> list[Judgement]:
    """Three texts of Guangzhou, one of Shenzhen."""
    texts = ["我的号码13800138000没信号", "话费不对", "<b>短信</b>"]
    taken_in(write(tmp_path / "gz.csv", [case(n, text) for n, text in enumerate(texts)]))
    taken_in(write(tmp_path / "sz.csv", [case(9, "深圳的投诉", centre="4403")]), centre="4403")
    return list(Judgement.objects.order_by("pk"))


def test_one_after_the_other_is_decided_and_a_second_person_is_told(
    rows: list[Judgement], enter: Callable[..., Client]
) -> None:
    first, second = enter(number="4409001"), enter(number="4409002")
    page = first.get("/data/texts/").content.decode()
    assert "To decide 4" in page
    assert "138****8000没信号" in page
    assert "13800138000" not in page
    assert "&lt;b&gt;短信" in page
    assert first.get("/data/texts/begin/")["Location"] == f"/data/texts/{rows[0].pk}/"
    shown = first.get(f"/data/texts/{rows[0].pk}/").content.decode()
    assert "13800138000" not in shown
    assert (
        second.get("/data/texts/begin/")["Location"] == f"/data/texts/{rows[1].pk}/"
    )  # the first one is open
    assert "4409001 has this text open too" in second.get(f"/data/texts/{rows[0].pk}/").content.decode()

    said = {"code": "0101", "seen": "0"}
    done = first.post(f"/data/texts/{rows[0].pk}/?city=4401", said)
    assert (done.status_code, done["Location"]) == (302, f"/data/texts/{rows[1].pk}/?city=4401")
    assert "being written" in first.get("/data/texts/?state=decided&code=0101").content.decode()
    late = second.post(f"/data/texts/{rows[0].pk}/", said | {"code": "0203"})
    assert (late.status_code, "E-JUDGE-MEANWHILE" in late.content.decode()) == (409, True)
    rows[0].refresh_from_db()
    assert (rows[0].code, rows[0].decided_by) == ("0101", "4409001")
    wrong = first.post(f"/data/texts/{rows[1].pk}/", {"code": "7777", "seen": "0"})
    assert (wrong.status_code, "E-JUDGE-CODE" in wrong.content.decode()) == (422, True)

    overtaken = first.post(
        f"/data/texts/{rows[1].pk}/", {"code": "0101", "seen": "0", "q": "hf", "found": ""}
    )
    assert (overtaken.status_code, Judgement.objects.get(pk=rows[1].pk).code) == (422, "")
    found = first.get(f"/data/texts/{rows[1].pk}/choices/?q=liuliang").content.decode()
    assert found.count('name="code"') == 1
    assert 'value="0202"' in found
    again = second.post(f"/data/texts/{rows[0].pk}/take-back/")
    assert (again.status_code, second.post(f"/data/texts/{rows[0].pk}/take-back/").status_code) == (302, 409)
    assert "To decide 4" in first.get("/data/texts/?q=信号&code=none").content.decode()
    assert "138****8000" in first.get("/data/texts/?q=号码").content.decode()
    assert "138****8000" not in first.get("/data/texts/?q=1380").content.decode()  # nobody finds it out
    looks = Entry.objects.filter(action="intake.view_judgement", actor="4409001")
    assert looks.get().target == f"{rows[0].batch.number}:{rows[0].line}"


def test_a_city_sees_its_own_and_other_roles_see_none(
    rows: list[Judgement], enter: Callable[..., Client]
) -> None:
    city = enter(centre=Centre.objects.get(pk="4403"))
    assert "To decide 1" in city.get("/data/texts/").content.decode()
    for address in ("", "choices/"):
        assert city.get(f"/data/texts/{rows[0].pk}/{address}").status_code == 404
    assert city.post(f"/data/texts/{rows[0].pk}/", {"code": "0101", "seen": "0"}).status_code == 404
    assert city.post(f"/data/texts/{rows[0].pk}/take-back/").status_code == 404
    assert city.get(f"/data/texts/{rows[3].pk}/").status_code == 200
    assert enter("agent").get("/data/texts/").status_code == 403


def test_the_confidence_is_changed_by_who_administers_codes_and_kept(
    rows: list[Judgement], enter: Callable[..., Client], clerk: Make
) -> None:
    chief = enter("administration", number="4409003")
    address = "/manage/codes/texts/reading/"
    assert "comes with the program" in chief.get(address).content.decode()
    for percent, status in (("101", 422), ("", 422), ("70", 422), ("55", 302)):
        assert chief.post(f"{address}threshold/", {"percent": percent}).status_code == status
    assert list(TextThreshold.objects.values_list("percent", "made_by")) == [(55, "4409003")]
    entry = Entry.objects.get(action="codes.change_threshold")
    assert (entry.detail["before"], entry.detail["percent"]) == (70, 55)
    person = enter("data_processing")
    assert person.post(f"{address}threshold/", {"percent": "60"}).status_code == 403
    assert person.get(f"{address}labels.csv").status_code == 403

    editor = clerk("data_processing", number="4409004")
    by = judging.Editor(editor.number, editor.centre)
    judging.decide(rows[0], "0101", seen=0, by=by, now=NOW)
    assert "Decided by people" in person.get(address).content.decode()
    content = b"".join(chief.get(f"{address}labels.csv").streaming_content).decode("utf-8-sig")
    assert content.splitlines()[1].startswith("我的号码#没信号,0101,gz.csv ")
