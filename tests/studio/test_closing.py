"""What is out: at a time, again, resting, ended; and people who are in the middle of it."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from onedoor.studio.service import publishing
from tests.cases.kit import bearer

from .kit import EDITOR, POLICE_EDITOR, PUBLISHER, REVIEWER, code_of, published, soon

RESIDENT = "13900990001"
ANSWERS = {"area": "o1", "children": "yes", "child_age": 7, "phone": RESIDENT}


def out(people: Any) -> str:
    """The code of a service just published."""
    draft = people(EDITOR).written()
    published(people, draft)
    return code_of(people(EDITOR), draft)


def renewed(people: Any, code: str, **changed: str) -> str:
    """The draft of the next version, with another first question."""
    draft = people(EDITOR).post(f"/studio/services/{code}/draft").headers["location"]
    people(EDITOR).save(f"{draft}/parts/questions/2", **changed)
    return draft


def test_a_new_version_beside_people_in_the_middle_of_it(people: Any, login: Any, site: Any) -> None:
    code = out(people)
    program, resident = bearer(site, RESIDENT), login(RESIDENT)
    case = program.post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []}).json()
    draft = program.post("/api/drafts", json={"item": code}).json()
    program.put(f"/api/drafts/{draft['id']}/answers", json={"area": "o1"}, headers={"if-match": f'"{draft["rev"]}"'})
    published(people, renewed(people, code, options="东湖区 | Donghu\n西山区 | Xishan\n北岭区 | Beiling", label_zh="去哪个区？"))
    page = resident.get(f"/drafts/{draft['id']}/area").text
    assert "表单有了新版本" in page
    assert "去哪个区？" in page
    assert 'value="o1" checked' in page
    assert "您想在哪个区借书？" in resident.get(f"/cases/{case['id']}").text


def test_at_a_time(people: Any, site: Any) -> None:
    draft = people(EDITOR).written()
    people(EDITOR).post(f"{draft}/send")
    people(REVIEWER).post(f"{draft}/endorse")
    publisher, code = people(PUBLISHER), code_of(people(EDITOR), draft)
    wrong = ({"when": "later"}, {"when": ""}, {"when": "later", "day-year": "2020", "day-month": "1", "day-day": "1", "time": "08:00"},
             {"when": "later", "day-year": "2027", "day-month": "2", "day-day": "30", "time": "08:00"})  # fmt: skip
    for typed in wrong:
        publisher.post(f"{draft}/publish", 422, **typed)
    at = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)).replace(hour=8, minute=0)
    typed = {"day-year": str(at.year), "day-month": str(at.month), "day-day": str(at.day), "time": "08:00", "when": "later"}
    publisher.post(f"{draft}/publish", **typed)
    site.jobs()
    assert site.client().get(f"/items/{code}").status_code == 404
    assert "自动发布" in publisher.page(draft)

    async def come() -> None:
        await site.house.database.reference.run("update kernel.job set run_at = now() where kind = 'studio.publish'")

    site.run(come)
    site.jobs()
    soon(lambda: site.client().get(f"/items/{code}"), 200)


def test_an_older_version_once_more(people: Any, site: Any) -> None:
    code = out(people)
    published(people, renewed(people, code, label_zh="第二版这样问"))
    people(PUBLISHER).post(f"/studio/services/{code}/1/publish")
    page = people(EDITOR).page(f"/studio/services/{code}")
    assert "第 3 版" in page
    files = [people(EDITOR).browser.get(f"/studio/services/{code}/{n}/file").content for n in (1, 2, 3)]
    assert files[0] == files[2] != files[1]


def test_pressed_at_once_it_is_out_all_the_same(people: Any, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two presses have both seen the same newest version."""
    code = out(people)
    newest, both, there = publishing.store.newest, asyncio.Event(), list[str]()

    async def slow(db: Any, items: list[str]) -> Any:
        found = await newest(db, items)
        there.append(code)
        if len(there) == 2:
            both.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both.wait(), 0.5)
        return found

    monkeypatch.setattr(publishing.store, "newest", slow)
    browser = people(PUBLISHER).browser
    with ThreadPoolExecutor(2) as presses:
        said = list(presses.map(lambda _: browser.post(f"/studio/services/{code}/1/publish", follow_redirects=False).status_code, range(2)))
    assert said == [303, 303]
    assert "第 3 版" in people(EDITOR).page(f"/studio/services/{code}")


def test_the_first_version_once_more_after_a_hundred_others(people: Any, site: Any) -> None:
    code = out(people)

    async def hundred() -> None:
        await site.house.database.reference.run(
            "insert into studio.version (item, version, bundle, sha256, origin, published_at, published_by) "
            "select item, n, bundle, sha256, origin, published_at, published_by from studio.version, generate_series(2, 102) n "
            "where item = $code", code=code,
        )  # fmt: skip

    site.run(hundred)
    assert people(EDITOR).browser.get(f"/studio/services/{code}/1/file").status_code == 200
    for wrong in ("01", "0", "103", "²", "9" * 30):
        people(EDITOR).page(f"/studio/services/{code}/{wrong}/file", 404)
    again = people(PUBLISHER).browser.post(f"/api/studio/services/{code}/publications", json={"version": 1})
    assert (again.status_code, again.json()["version"]) == (201, 103)


def test_resting_with_a_notice(people: Any, login: Any, site: Any) -> None:
    code = out(people)
    program = bearer(site, RESIDENT)
    draft = program.post("/api/drafts", json={"item": code}).json()["id"]
    service = f"/studio/services/{code}"
    assert "请写明为什么暂停" in people(PUBLISHER).post(f"{service}/suspend", 422, notice_zh="", notice_en="x").text
    people(PUBLISHER).post(f"{service}/suspend", notice_zh="系统升级，12 月 1 日恢复。", notice_en="Back on 1 December.")
    guide = soon(lambda: site.client().get(f"/items/{code}"), 200, "系统升级，12 月 1 日恢复。").text
    assert f'href="/apply/{code}"' not in guide
    refused = program.post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []})
    assert refused.status_code == 409
    assert "12 月 1 日恢复" in refused.json()["detail"]
    assert program.get(f"/api/drafts/{draft}").status_code == 200
    people(PUBLISHER).post(f"{service}/resume")
    assert program.post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []}).status_code == 201


def test_ended_with_a_successor(people: Any, login: Any, site: Any) -> None:
    code, following = out(people), out(people)
    program = bearer(site, RESIDENT)
    case = program.post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []}).json()
    draft = program.post("/api/drafts", json={"item": code}).json()["id"]
    service = f"/studio/services/{code}"
    assert "没有这个编码的事项" in people(PUBLISHER).post(f"{service}/retire", 422, successor="nowhere").text
    people(PUBLISHER).post(f"{service}/retire", retire_zh="改由新事项办理。", successor=following)
    soon(lambda: site.client().get(f"/items/{code}"), 410, f"/items/{following}")
    assert program.post("/api/drafts", json={"item": code}).status_code in (404, 410)
    kept = login(RESIDENT).get(f"/drafts/{draft}/area")
    assert kept.status_code == 410
    assert program.get(f"/api/cases/{case['id']}").json()["status"] == "submitted"
    assert code in people(EDITOR).page("/studio/services")
    people(PUBLISHER).post(f"{service}/1/publish")
    soon(lambda: site.client().get(f"/items/{code}"), 200)
    assert login(RESIDENT).get(f"/drafts/{draft}/area").status_code == 200


def test_what_has_ended_does_not_rest(people: Any, site: Any) -> None:
    """A page from before the end is still open somewhere: its button does not undo half of the end."""
    code, following = out(people), out(people)
    service = f"/studio/services/{code}"
    people(PUBLISHER).post(f"{service}/retire", retire_zh="改由新事项办理。", successor=following)
    soon(lambda: site.client().get(f"/items/{code}"), 410, f"/items/{following}")
    people(PUBLISHER).post(f"{service}/suspend", 410, notice_zh="系统升级，12 月 1 日恢复。", notice_en="")
    assert "已停办" in people(PUBLISHER).page(service)
    assert code in people(EDITOR).page("/studio/services"), "it can be brought back"
    assert following in site.client().get(f"/items/{code}").text


def test_who_may(people: Any) -> None:
    code = out(people)
    service = f"/studio/services/{code}"
    assert people(POLICE_EDITOR).browser.get(service).status_code == 404
    assert people(POLICE_EDITOR).browser.post(f"{service}/draft").status_code == 404
    for act in ("suspend", "resume", "retire", "1/publish"):
        assert people(EDITOR).browser.post(f"{service}/{act}").status_code == 403


def test_a_folder_does_not_take_back_what_a_department_has_published(people: Any, site: Any) -> None:
    """Loading the city again leaves studio services as they are: not a row of them is written."""
    from onedoor.web.city import load
    from tests.conftest import CITY

    async def row() -> str:
        return await site.house.database.reference.value("select concat(xmin, status) from catalog.item where code = $code", code=code)

    code = out(people)
    before = site.run(row)
    site.run(load, site.house.settings, CITY)
    assert site.run(row) == before
    assert site.client().get(f"/items/{code}").status_code == 200
