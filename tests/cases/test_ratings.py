"""差评回访: whoever was not content is called, and reads what the department does about it."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from onedoor.cases.models import CaseId
from onedoor.cases.store import ratings as store
from onedoor.kernel.work import system
from tests.exchange.conftest import rows
from tests.mandates.people import Account, account, entered, looks
from tests.tracker.kit import OFFICER

from .kit import ANSWERS, PERMIT
from .test_desk import CHIEF, CLERK, Staff, act
from .test_seconds import flagged, freed

BUREAU = "13800991602"


@pytest.fixture(scope="module")
def one(site: Any) -> Account:
    return account(site, entered(site, "曲不满", dt.date(1977, 7, 8)))


def ended(site: Any, who: Account, staff: Staff, stars: int, words: str = "等了很久", tags: tuple[str, ...] = ("slow",)) -> dict[str, Any]:
    """A case that was granted and rated."""
    made = who.program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}).json()
    act(staff(CLERK), made["id"], "accept")
    act(staff(CLERK), made["id"], "decide", outcome="granted")
    rated = who.program.post(f"/api/cases/{made['id']}/ratings", json={"stars": stars, "tags": tags, "words": words})
    assert rated.status_code == 201, rated.text
    return made


def test_called_and_answered(site: Any, one: Account, staff: Staff) -> None:
    """From two stars to the answer on the rater's page; three stars call nobody."""
    chief, browser = staff(CHIEF), site.sign_in(one.phone)
    fine, poor = ended(site, one, staff, 3), ended(site, one, staff, 2)
    assert "部门会打电话听您说" in browser.get(f"/cases/{poor['id']}").text
    old = ended(site, one, staff, 1)
    rows(site, f"delete from cases.call_back where number = '{old['number']}'", "select 1")
    assert "部门会打电话听您说" not in browser.get(f"/cases/{old['id']}").text, "rated before anybody was called"
    assert "部门会打电话听您说" not in browser.get(f"/cases/{fine['id']}").text
    listed = chief.get("/desk/ratings").text
    assert poor["number"] in listed
    assert fine["number"] not in listed
    assert "等了很久" not in listed, "the list shows no words"
    here = f"/desk/ratings/{poor['id']}"
    page = chief.get(here).text
    assert all(words in page for words in ("不满意", "办得慢", "等了很久", one.phone, "还剩 1 个工作日"))
    assert "回访您的评价" in looks(site, one.id)[0]
    early = chief.post(here, data={"answer": "已经改了流程"})
    assert early.status_code == 422
    assert "先打电话回访" in early.text
    short = chief.post(here, data={"heard": "嗯"})
    assert (short.status_code, "至少 4 个字" in short.text) == (422, True)
    assert "回访记录" in chief.post(here, data={"heard": "窗口等了两小时，没人叫号"}).text
    twice = chief.post(here, data={"heard": "又打了一次电话"})
    assert (twice.status_code, "同事已经做过这一步了" in twice.text) == (409, True)
    said = "窗口从下周起加开一个，叫号屏修好了。"
    long = chief.post(here, data={"answer": said * 80})
    assert (long.status_code, said * 40 in long.text) == (422, True), "what was typed is still there"
    assert said in chief.post(here, data={"answer": said}).text
    assert poor["number"] not in chief.get("/desk/ratings").text
    assert chief.post(here, data={"answer": "再答一次再答一次"}).status_code == 409
    mine = browser.get(f"/cases/{poor['id']}").text
    assert all(words in mine for words in ("部门对您评价的答复", said))
    assert "没人叫号" not in mine
    assert any(said in m["body"]["zh"] for m in one.program.get("/api/inbox").json()["items"])


def test_a_reason_that_nobody_knows_hides_no_complaint(site: Any, one: Account, staff: Staff) -> None:
    """A program may name reasons of its own; whoever calls reads what was written all the same."""
    poor = ended(site, one, staff, 1, "没有人接电话", ("slow", "queue"))
    page = staff(CHIEF).get(f"/desk/ratings/{poor['id']}")
    assert (page.status_code, "没有人接电话" in page.text, "办得慢" in page.text) == (200, True, True)


def test_who_may_not(site: Any, one: Account, staff: Staff) -> None:
    """Not the clerk, not another department, not a case that nobody complained of, and not alone where somebody is protected."""
    poor, fine = ended(site, one, staff, 1), ended(site, one, staff, 5)
    here = f"/desk/ratings/{poor['id']}"
    for browser, status in ((staff(CLERK), 403), (site.sign_in(one.phone), 403), (staff(BUREAU), 404)):
        assert browser.get(here).status_code == status
        assert browser.post(here, data={"heard": "说了很多很多"}).status_code == status
    assert poor["number"] not in staff(BUREAU).get("/desk/ratings").text
    assert staff(CHIEF).get(f"/desk/ratings/{fine['id']}").status_code == 404
    assert staff(CHIEF).get("/desk/ratings/nonsense").status_code == 404
    far = ended(site, one, staff, 1)
    rows(site, f"update cases.inbox set district = '8801', street = '8801.880101' where number = '{far['number']}'", "select 1")
    before = sum("打开不归自己办的办件" in look for look in looks(site, one.id))
    there = f"/desk/ratings/{far['id']}"
    assert (staff(CHIEF).get(there).status_code, staff(CHIEF).post(there, data={"heard": "说了很多很多"}).status_code) == (403, 403)
    assert sum("打开不归自己办的办件" in look for look in looks(site, one.id)) == before + 2
    officer = site.sign_in(OFFICER)
    flagged(officer, one.who.id_number)
    guarded = staff(CHIEF).get(here)
    written = staff(CHIEF).post(here, data={"heard": "说了很多很多"})
    freed(officer, one)
    assert guarded.url.path == f"/desk/cases/{poor['id']}"
    assert "等了很久" not in guarded.text
    assert (written.status_code, "说了很多很多" in written.text) == (403, True), "what was typed is still there"
    assert staff(CHIEF).get(here).url.path == here


def test_the_days_are_working_days_and_overdue_is_first(site: Any, one: Account, staff: Staff) -> None:
    first, second = ended(site, one, staff, 1), ended(site, one, staff, 1)
    rows(site, f"update cases.call_back set call_by = '2026-01-05' where number = '{second['number']}'", "select 1")
    listed = staff(CHIEF).get("/desk/ratings").text
    assert listed.index(second["number"]) < listed.index(first["number"])
    assert "超期" in listed

    async def days() -> Any:
        async with site.house.begin(system("test")) as work:
            org = await work.db.value("select org_id from cases.call_back where number = $number", number=first["number"])
            found = await store.locked(work.db, org, CaseId.parse(first["id"]))
            assert found is not None
            return found, replace(found, call_by=work.calendar.after(work.today, 1), mend_by=work.calendar.after(work.today, 15))

    found, wanted = site.run(days)
    assert found == wanted
