"""Papers given later and promises instead of papers: from the draft to what follows when they do not come or were not so."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from onedoor.cases.models import CaseId, Status
from onedoor.cases.ports import FactSource
from onedoor.cases.service import clocks, handling, owing, promising
from onedoor.kernel.work import system
from tests.exchange.conftest import rows

from .kit import ANSWERS, PERMIT, bearer, picture, residents
from .test_desk import CHIEF, CLERK, Staff, act, all_clean
from .test_handling import Days

RENTED = {"kind": "new", "reason": "home", "housing": "rent", "moved_in": "2025-10-01"}


def owed(program: httpx.Client, how: str = "owe", **changed: Any) -> dict[str, Any]:
    """A permit for a rented home, without its lease."""
    answers = ANSWERS | RENTED | changed
    document = "lease" if answers["housing"] == "rent" else "dormitory"
    made = program.post("/api/cases", json={"item": PERMIT, "answers": answers, "later": {document: how}})
    assert made.status_code == 201, made.text
    return made.json()


def test_an_owed_paper_from_the_draft_to_the_decision(site: Any, browser: httpx.Client, staff: Staff, clean_drafts: None) -> None:
    """On paper and by pages: owed, accepted without it, no decision without it, given, decided."""
    made = browser.post("/api/drafts", json={"item": PERMIT}).json()
    answers = ANSWERS | RENTED
    assert browser.put(f"/api/drafts/{made['id']}/answers", json=answers, headers={"if-match": "1"}).status_code == 200
    paper = browser.get(f"/drafts/{made['id']}/file-lease")
    assert "可以以后补交" in paper.text
    assert "可以用承诺代替" in paper.text
    checked = browser.post(f"/drafts/{made['id']}/file-lease/later", data={"how": "owe"})
    assert checked.url.path.endswith("/check")
    assert "以后补交" in checked.text
    filed = browser.post(f"/drafts/{made['id']}/check")
    assert "还要补交的材料" in filed.text
    case = filed.url.path.rpartition("/")[2]
    desk = staff(CLERK)
    number = browser.get(f"/api/cases/{case}").json()["number"]
    assert "欠材料" in desk.get("/desk/inbox", params={"q": number}).text
    assert "已受理" in act(desk, case, "accept").text
    refused = act(desk, case, "decide", outcome="granted")
    assert refused.status_code == 409
    assert "还没有补交：租房合同" in refused.text
    page = browser.get(f"/cases/{case}/papers")
    assert "租房合同" in page.text
    assert browser.post(f"/cases/{case}/papers", data={}).status_code == 422
    given = browser.post(f"/cases/{case}/papers", files={"file-lease": ("合同.png", picture())})
    assert given.url.path == f"/cases/{case}"
    assert "还要补交的材料" not in given.text
    site.run(all_clean, site, case)
    assert "已批准" in act(desk, case, "decide", outcome="granted").text
    assert browser.get(f"/api/cases/{case}").json()["certificate"].startswith("cert_")


def test_what_may_not_come_later(program: httpx.Client, other: httpx.Client) -> None:
    answers = ANSWERS | {"kind": "new", "reason": "job", "housing": "own", "moved_in": "2025-10-01"}
    refused = program.post("/api/cases", json={"item": PERMIT, "answers": answers, "later": {"title": "owe", "work": "promise"}})
    assert refused.status_code == 422
    assert {e["pointer"] for e in refused.json()["errors"]} == {"/file-title", "/file-work"}
    case = owed(program)
    assert [o["state"] for o in program.get(f"/api/cases/{case['id']}/papers").json()] == ["owed"]
    assert other.get(f"/api/cases/{case['id']}/papers").status_code == 404
    assert other.post(f"/api/cases/{case['id']}/papers", json={}).status_code == 404
    strange = program.post(f"/api/cases/{case['id']}/papers", json={"given": [{"document": "title"}]})
    assert strange.status_code == 422
    key = {"idempotency-key": "give-once"}
    file = program.post("/api/attachments", files={"file": ("a.png", picture())}, data={"document": "lease"}).json()["id"]
    given = {"given": [{"document": "lease", "attachments": [file]}]}
    first, again = (program.post(f"/api/cases/{case['id']}/papers", json=given, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert first.json()[0]["state"] == "given"
    assert program.post(f"/api/cases/{case['id']}/papers", json=given).status_code == 409


def test_a_file_that_nobody_can_open_gives_no_paper(site: Any, program: httpx.Client) -> None:
    """The scan has found something in it before it was handed in: it is still owed."""
    case = owed(program)["id"]
    said = {"case": case, "document": "lease"}
    program.post("/api/attachments", data=said, files={"file": ("合同.png", picture())}).raise_for_status()

    async def bad() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("-- scatter\nupdate cases.attachment set scan = 'infected' where case_id = $case", case=CaseId.parse(case))

    site.run(bad)
    refused = program.post(f"/api/cases/{case}/papers", json={})
    assert (refused.status_code, [e["pointer"] for e in refused.json()["errors"]]) == (422, ["/file-lease"])
    assert [o["state"] for o in program.get(f"/api/cases/{case}/papers").json()] == ["owed"]
    program.post("/api/attachments", data=said, files={"file": ("合同.png", picture(size=(50, 50)))}).raise_for_status()
    assert program.post(f"/api/cases/{case}/papers", json={}).json()[0]["state"] == "given"


def test_a_late_paper_stops_the_clock_and_ends_nothing(site: Any, program: httpx.Client) -> None:
    days = Days(site, owed(program)["id"])

    async def story() -> None:
        case = await days.stands()
        days.day = case.received_on
        accepted = await days.as_chief(handling.accept)
        async with days.begin() as work:
            due = (await owing.of_case(work, case.citizen_id, case.id)).owed[0].due_on
        assert due <= accepted.due_on
        days.day = due
        await clocks.daily(days.begin)
        assert (await days.stands()).status is Status.ACCEPTED
        days.day = due + timedelta(1)
        await clocks.daily(days.begin)
        stood = await days.stands()
        assert (stood.status, stood.pause_kind, stood.paused_on) == (Status.PAUSED, "owed", days.day)
        days.day += timedelta(60)
        await clocks.daily(days.begin)
        assert await days.stands() == stood
        async with days.begin() as work:
            await work.db.run(
                "insert into cases.attachment (citizen_id, case_id, document, sha256, size, kind, name, scan, at) "
                "values ($citizen, $case, 'lease', 'x', 1, 'image/png', 'x.png', 'clean', $at)",
                citizen=case.citizen_id, case=case.id, at=work.now,
            )  # fmt: skip
        again = await days.as_applicant(owing.give)
        async with days.begin() as work:
            waited = work.calendar.working_days_between(stood.paused_on, days.day)
            assert again.due_on == work.calendar.after(accepted.due_on, waited)
            assert again.legal_due_on == work.calendar.after(accepted.legal_due_on, waited)
        assert (again.status, again.pause_kind) == (Status.ACCEPTED, "")

    site.run(story)


def test_granted_before_the_paper_and_handed_over_after_it(site: Any, program: httpx.Client, staff: Staff) -> None:
    case = owed(program, housing="dormitory")["id"]
    desk = staff(CLERK)
    act(desk, case, "accept")
    assert "已批准" in act(desk, case, "decide", outcome="granted").text
    assert program.get(f"/api/cases/{case}").json()["certificate"] is None
    assert desk.post(f"/api/cases/{case}/deliveries", json={}).status_code == 409
    file = program.post("/api/attachments", files={"file": ("a.png", picture())}, data={"document": "dormitory", "case": case})
    assert file.status_code == 201, file.text
    assert program.post(f"/api/cases/{case}/papers", json={}).status_code == 201
    site.run(all_clean, site, case)
    assert "发放证照" in desk.get(f"/desk/cases/{case}").text
    assert "证照已发放" in act(desk, case, "deliver").text
    assert program.get(f"/api/cases/{case}").json()["certificate"].startswith("cert_")


@pytest.fixture(scope="module")
def promiser(site: Any) -> httpx.Client:
    """Somebody who promises: what follows from a broken promise is felt by nobody else."""
    return bearer(site, residents()[3]["phone"])


def test_a_broken_promise(site: Any, promiser: httpx.Client, staff: Staff) -> None:
    """Signed, granted, found untrue by a clerk: the certificate ends, promises are barred, the appeal is heard."""
    case = owed(promiser, "promise")["id"]
    desk = staff(CLERK)
    act(desk, case, "accept")
    assert "已批准" in act(desk, case, "decide", outcome="granted").text
    certificate = promiser.get(f"/api/cases/{case}").json()["certificate"]
    days = Days(site, case)

    async def a_month_later() -> None:
        days.day = date.today() + timedelta(40)
        await promising.check_due(days.begin, site.house.ports)

    site.run(a_month_later)
    promise = promiser.get("/api/promises").json()[0]
    assert "待核查承诺" in desk.get("/desk/inbox", params={"tab": "promises"}).text
    body = {"promise": promise["id"], "kept": False}
    assert desk.post(f"/api/cases/{case}/promise-checks", json=body | {"why": "x"}).status_code == 403
    assert staff(CHIEF).post(f"/api/cases/{case}/promise-checks", json=body).status_code == 422
    seen = act(staff(CHIEF), case, "promise", promise_id=promise["id"], promise_result="broken", promise_why="房东说没有租给您")
    assert "核查结果已保存" in seen.text
    assert promiser.get(f"/api/certificates/{certificate}").json()["state"] == "revoked"
    barred = promiser.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS | RENTED, "later": {"lease": "promise"}})
    assert barred.status_code == 409
    assert barred.json()["type"].endswith("promises-barred")
    assert staff(CHIEF).post(f"/api/cases/{case}/promise-checks", json=body | {"why": "x"}).status_code == 409
    appealed = promiser.post(f"/api/promises/{promise['id']}/appeals", json={"words": "合同在我爱人手里"})
    assert appealed.json()["appeal"] == "open"
    assert promiser.post(f"/api/promises/{promise['id']}/appeals", json={"words": "再说一次"}).status_code == 409
    answer = {"promise": promise["id"], "appeal": "lifted", "words": "合同已核对"}
    assert desk.post(f"/api/cases/{case}/appeal-answers", json=answer).status_code == 403
    assert staff(CHIEF).post(f"/api/cases/{case}/appeal-answers", json=answer).json()["appeal"] == "lifted"
    assert owed(promiser, "promise")["status"] == "submitted"


def test_a_second_appeal_stays_on_the_list_when_the_first_is_answered(site: Any, promiser: httpx.Client, staff: Staff) -> None:
    """Of one case two promises were found untrue, and both findings are objected to."""
    case = owed(promiser, "promise")["id"]
    this = f"case_id = '{case.removeprefix('case_')}'"
    columns = "citizen_id, id, case_id, org_ref, document, label, words, signed_at, check_on, result, checked_at, why, barred_until"
    copied = columns.replace(" id,", " gen_random_uuid(),").replace("document", "'other'")
    rows(site, f"update cases.promise set result = 'broken', checked_at = now(), why = 'x', barred_until = current_date + 9 where {this}",
         f"insert into cases.promise ({columns}) select {copied} from cases.promise where {this}", "select 1")  # fmt: skip
    mine = [p["id"] for p in promiser.get("/api/promises").json() if p["case"] == case]
    for one in mine:
        assert promiser.post(f"/api/promises/{one}/appeals", json={"words": "合同在我爱人手里"}).status_code == 201
    for one, left in zip(mine, (True, False), strict=True):
        answer = {"promise": one, "appeal": "lifted", "words": "合同已核对"}
        assert staff(CHIEF).post(f"/api/cases/{case}/appeal-answers", json=answer).status_code == 201
        assert (case in staff(CHIEF).get("/desk/inbox", params={"tab": "promises"}).text) is left


class Register:
    """A fact source that says what it is told to say."""

    def __init__(self, said: bool | None) -> None:
        self.said = said

    async def holds(self, citizen: str, item: str, document: str) -> bool | None:
        if self.said is None:
            raise ConnectionError
        return self.said


@pytest.mark.parametrize(("said", "result"), [(True, "kept"), (False, "broken"), (None, "")])
def test_a_fact_source_checks_before_a_clerk_does(site: Any, said: bool | None, result: str) -> None:
    program = bearer(site, residents()[4 + (said is None) + 2 * (said is False)]["phone"])
    case = owed(program, "promise")["id"]
    days = Days(site, case)
    ports = site.house.ports
    ports.put(FactSource, Register(said))

    async def check() -> None:
        days.day = date.today() + timedelta(40)
        await promising.check_due(days.begin, ports)
        await promising.check_due(days.begin, ports)

    try:
        site.run(check)
    finally:
        del ports._behind[FactSource]
    assert program.get("/api/promises").json()[0]["result"] == result
