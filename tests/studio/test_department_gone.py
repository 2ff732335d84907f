"""A department is taken away while people are in the middle of its services: nothing is lost, and everybody is told."""

from typing import Any

from onedoor.kernel import memory
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import NewDepartment, NewStaff
from tests.cases.kit import bearer

from .kit import PUBLISHER, Maker, code_of

CODE, RESIDENT = "linshiban", "13900990001"
WORDS = Text("临时办公室", "Temporary office")
EDITOR, REVIEWER = "13700990001", "13700990002"


async def founded(site: Any) -> None:
    house = NewDepartment(CODE, WORDS, WORDS, "11990100000099991A", "0990-1", WORDS, WORDS, 30.0, 120.0, "house", "b", WORDS)
    people = [
        NewStaff(EDITOR, "编写人", CODE, WORDS, ["studio:see", "studio:edit", "cases:handle"], ["9901"]),
        NewStaff(REVIEWER, "审核人", CODE, WORDS, ["studio:see", "studio:review"], ["9901"]),
    ]
    async with site.house.begin(actor=system("test")) as work:
        await orgs.put_departments(work, [house])
        await orgs.put_staff(work, people)


async def dissolved(site: Any) -> None:
    async with site.house.begin(actor=system("test")) as work:
        await work.db.run("delete from orgs.staff where org_id = (select id from orgs.department where code = $code)", code=CODE)
        await work.db.run("delete from orgs.department where code = $code", code=CODE)
        await memory.changed(work.db, "orgs")


def test_nothing_is_lost_when_a_department_goes(people: Any, site: Any, login: Any) -> None:
    from onedoor.web.city import load
    from tests.conftest import CITY

    site.run(founded, site)
    editor = Maker(site.sign_in(EDITOR))
    draft = editor.written("临时服务")
    code = code_of(editor, draft)
    editor.post(f"{draft}/send")
    Maker(site.sign_in(REVIEWER)).post(f"{draft}/endorse")
    people(PUBLISHER).post(f"{draft}/publish", when="now")
    program = bearer(site, RESIDENT)
    answers = {"area": "o1", "children": "yes", "child_age": 7, "phone": RESIDENT}
    case = program.post("/api/cases", json={"item": code, "answers": answers, "attachments": []}).json()
    begun = program.post("/api/drafts", json={"item": code}).json()
    following = editor.post(f"/studio/services/{code}/draft").headers["location"]

    site.run(dissolved, site)
    page = people(PUBLISHER).page(following)
    assert "办理部门已经不在了" in page
    assert "（部门已不在）" in page
    loaded = site.run(load, site.house.settings, CITY)
    assert loaded.parts["items"] == 1
    assert program.get(f"/api/cases/{case['id']}").json()["status"] == "submitted"
    assert login(RESIDENT).get(f"/cases/{case['id']}").status_code == 200
    kept = program.get(f"/api/drafts/{begun['id']}")
    assert kept.status_code in (200, 410)
    assert program.post("/api/drafts", json={"item": code}).status_code in (404, 410)
    service, json = f"/studio/services/{code}/1/publish", {"accept": "application/json"}
    again = people(PUBLISHER).browser.post(service, headers=json, follow_redirects=False)
    assert again.status_code == 404
    assert again.json()["type"].endswith("no-such-department")
