"""After handing in: the timeline, supplements, ratings, and what strangers see by the number."""

import datetime as dt
import re
from typing import Any

import httpx

from onedoor.cases.models import AttachmentId
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.work import system
from tests.exchange.conftest import rows
from tests.mandates.people import account, entered

from .kit import ANSWERS, PERMIT, picture, residents, submitted
from .test_desk import CLERK


async def asked(site: Any, case: str) -> None:
    """A department asks for a paper and for words (written straight into the machine: the clerk's pages have tests of their own)."""
    from msgspec.structs import replace

    from onedoor.cases.models import Asked, AskedKind, By, CaseId, Move, Status
    from onedoor.cases.service import definitions, moves

    async with site.house.begin(system("test")) as work:
        citizen = PersonId(await work.db.value("select citizen_ref from cases.inbox where case_id = $case", case=CaseId.parse(case)))
        before = await moves.locked(work, citizen, CaseId.parse(case))
        wanted = [Asked("lease", Text("租房合同", "Lease")), Asked("why", Text("说明", "Why"), AskedKind.WORDS)]
        by = work.calendar.after(work.today, 15)
        after = replace(before, status=Status.SUPPLEMENTING, paused_on=work.today, answer_by=by, supplements=1, asked=wanted)
        process = await definitions.process_of(work, before.item)
        detail = {"asked": [{"ref": a.ref, "label": {"zh": a.label.zh, "en": a.label.en}, "note": a.note} for a in wanted]}
        await moves.save(work, before, after, Move.ASK, process, by=By.STAFF, detail=detail)


async def granted(site: Any, case: str) -> None:
    """The case is accepted and decided."""
    from msgspec.structs import replace

    from onedoor.cases.models import By, CaseId, Move, Outcome, Status
    from onedoor.cases.service import definitions, moves

    async with site.house.begin(system("test")) as work:
        citizen = PersonId(await work.db.value("select citizen_ref from cases.inbox where case_id = $case", case=CaseId.parse(case)))
        before = await moves.locked(work, citizen, CaseId.parse(case))
        process = await definitions.process_of(work, before.item)
        taken = replace(before, status=Status.ACCEPTED, accepted_on=work.today)
        taken = await moves.save(work, before, taken, Move.ACCEPT, process, by=By.STAFF)
        done = replace(taken, status=Status.DECIDED, outcome=Outcome.GRANTED, decided_at=work.now, letter="同意。\n特此决定。")
        await moves.save(work, taken, done, Move.DECIDE, process, by=By.STAFF)


def test_the_page_of_a_case(browser: httpx.Client, program: httpx.Client) -> None:
    case = submitted(program)
    page = browser.get(f"/cases/{case['id']}")
    assert case["number"] in page.text
    assert "个工作日" in page.text
    assert "提交申请" in page.text
    assert "就算受理" in page.text


def test_answering_a_supplement_by_plain_form(site: Any, browser: httpx.Client, program: httpx.Client) -> None:
    case = submitted(program)
    site.run(asked, site, case["id"])
    page = browser.get(f"/cases/{case['id']}")
    assert "租房合同" in page.text
    address = f"/cases/{case['id']}/supplement"
    assert browser.get(address).status_code == 200
    half = browser.post(address, data={"given-1": "因为搬家"}, files={"given-0": ("lease.pdf", b"MZ program")})
    assert half.status_code == 422
    assert "其实是程序" in half.text
    assert "因为搬家" in half.text
    kept = browser.post(address, data={"given-1": ""}, files={"given-0": ("合同.png", picture())})
    assert kept.status_code == 422
    assert "合同.png" in kept.text
    done = browser.post(address, data={"given-1": "因为搬家"}, files={"given-0": ("", b"")})
    assert done.url.path == f"/cases/{case['id']}"
    whole = program.get(f"/api/cases/{case['id']}").json()
    assert whole["status"] == "submitted"
    assert [s["kind"] for s in whole["steps"]] == ["submit", "ask", "answer"]
    assert whole["due_on"] >= case["due_on"]
    assert browser.get(address).status_code == 409


def test_saying_that_it_cannot_be_given(site: Any, program: httpx.Client) -> None:
    case = submitted(program)
    site.run(asked, site, case["id"])
    address = f"/api/cases/{case['id']}/supplements"
    missing = program.post(address, json={"given": [{"ref": "lease", "cannot": "房东不给"}]})
    assert missing.status_code == 422
    assert [e["pointer"] for e in missing.json()["errors"]] == ["/given-1"]
    strange = program.post(address, json={"given": [{"ref": "lease", "cannot": "x"}, {"ref": "why", "words": "x"}, {"ref": "shoe"}]})
    assert strange.status_code == 422
    done = program.post(address, json={"given": [{"ref": "lease", "cannot": "房东不给"}, {"ref": "why", "words": "搬家"}]})
    assert (done.status_code, done.json()["status"]) == (201, "submitted")


def test_words_for_a_supplement_are_never_cut(site: Any, browser: httpx.Client, program: httpx.Client) -> None:
    """Longer than the page takes: nothing is handed in, and everything typed stays."""
    case = submitted(program)
    site.run(asked, site, case["id"])
    typed, last = "我" * 2000 + "这一句最要紧", "没有合同，" + "因为" * 1000 + "原件在房东那里"
    page = browser.post(f"/cases/{case['id']}/supplement", data={"cannot-0": last, "given-1": typed})
    assert (page.status_code, page.text.count("最多写 2000 个字")) == (422, 4), "above and at each box"
    assert (typed in page.text, last in page.text) == (True, True)
    assert program.get(f"/api/cases/{case['id']}").json()["status"] == "supplementing"


def test_files_for_a_supplement_through_the_api(site: Any, program: httpx.Client) -> None:
    case = submitted(program)
    site.run(asked, site, case["id"])
    file = program.post("/api/attachments", files={"file": ("a.png", picture())}, data={"document": "lease"}).json()
    given = [{"ref": "lease", "attachments": [file["id"]]}, {"ref": "why", "words": "搬家"}]
    assert program.post(f"/api/cases/{case['id']}/supplements", json={"given": given}).status_code == 201
    assert [f["document"] for f in program.get(f"/api/cases/{case['id']}").json()["attachments"]] == ["lease"]


def test_rating_once(site: Any, browser: httpx.Client, program: httpx.Client) -> None:
    case = submitted(program)
    site.run(granted, site, case["id"])
    page = browser.get(f"/cases/{case['id']}")
    assert "特此决定" in page.text
    assert "/rate" in page.text
    assert browser.get(f"/cases/{case['id']}/rate").status_code == 200
    wrong = browser.post(f"/cases/{case['id']}/rate", data={"stars": "9", "words": "很" * 501})
    assert wrong.status_code == 422
    done = browser.post(f"/cases/{case['id']}/rate", data={"stars": "5", "tags": ["fast", "kind"], "words": "谢谢"})
    assert "5 分" in done.text
    assert program.post(f"/api/cases/{case['id']}/ratings", json={"stars": 1}).status_code == 409


def test_strangers_see_the_stage_only(client: httpx.Client, program: httpx.Client) -> None:
    case = submitted(program)
    seen = client.get("/status", params={"number": f" {case['number'].lower()} "})
    assert "待受理" in seen.text
    assert residents()[0]["name"] not in seen.text
    assert "居住证" not in seen.text
    mistyped = case["number"][:-1] + ("A" if case["number"][-1] != "A" else "B")
    wrong = client.get("/status", params={"number": mistyped})
    assert wrong.status_code == 422
    assert "有一位输错了" in wrong.text
    assert mistyped in wrong.text
    assert client.get("/status").status_code == 200
    assert client.get("/status", params={"number": "\x00' or 1=1"}).status_code == 422


def test_the_department_gets_it(site: Any, program: httpx.Client) -> None:
    case = submitted(program)

    async def row() -> Any:
        async with site.house.begin(system("test")) as work:
            return await work.db.value(
                "select holder || district || status from cases.inbox where case_id = $case", case=Id.parse("id_" + case["id"][5:])
            )

    found = site.run(row)
    assert re.fullmatch(r".\*+.?\d{4,6}submitted", found)
    assert residents()[0]["name"] not in found


def test_another_file_is_asked_for_when_one_is_infected(site: Any, staff: Any) -> None:
    """By the system at once, the clock stands, and the clerk's own request is still the first; a file found bad then joins it."""
    from onedoor.cases.models import Scan
    from onedoor.cases.ports import Scanner, Verdict

    class Finds:
        async def scan(self, content: bytes) -> Verdict:
            return Verdict(Scan.INFECTED, "Eicar") if len(content) < small else Verdict(Scan.CLEAN, "")

    one = account(site, entered(site, "祝染毒", dt.date(1981, 5, 6)))
    bad, good, small = picture(), picture(size=(800, 600)), 400
    site.house.ports.put(Scanner, Finds())
    try:
        rented = ANSWERS | {"kind": "new", "reason": "home", "housing": "rent", "moved_in": "2025-10-01"}
        sent = one.program.post("/api/attachments", files={"file": ("合同.png", bad)}, data={"document": "lease"}).json()["id"]
        case = one.program.post("/api/cases", json={"item": PERMIT, "answers": rented, "attachments": [sent]}).json()["id"]
        site.jobs()

        def stands() -> tuple[str, list[str]]:
            seen = one.program.get(f"/api/cases/{case}").json()
            return seen["status"], [a["ref"] for a in seen["asked"]]

        assert stands() == ("supplementing", ["lease"])
        browser, desk = site.sign_in(one.phone), staff("13800990101")
        page = browser.get(f"/cases/{case}").text
        assert "文件里有病毒，请申请人换一个" in page
        assert any("合同.png”里发现病毒" in m["body"]["zh"] for m in one.program.get("/api/inbox").json()["items"])
        path = f"/cases/{case}/supplement"
        assert browser.post(path, data={}).status_code == 422
        assert browser.post(path, files={"given-0": ("又一个.png", bad)}).url.path == f"/cases/{case}"
        assert stands() == ("submitted", [])
        site.jobs()
        assert stands() == ("supplementing", ["lease"])
        assert browser.post(path, data={}).status_code == 422, "what is infected was not given"
        browser.post(path, files={"given-0": ("第三个.png", bad)})
        rev = re.search(r'name="rev" value="(\d+)"', desk.get(f"/desk/cases/{case}").text)
        assert rev
        asked = desk.post(f"/desk/cases/{case}/supplement", data={"rev": rev[1], "ask_extra_1": "搬家的日期", "ask_kind_1": "words"})
        assert "已发出补正要求" in asked.text, "the department's first request"
        site.jobs()
        assert stands() == ("supplementing", ["extra-1", "lease"])
        done = browser.post(path, files={"given-1": ("好的.png", good)}, data={"given-0": "十月一日"})
        assert done.url.path == f"/cases/{case}"
        site.jobs()
        assert stands() == ("submitted", [])
        late = one.program.post("/api/attachments", files={"file": ("迟到.png", bad)}, data={"document": "lease"}).json()["id"]
        bound = f"set case_id = '{case.removeprefix('case_')}', at = at - interval '1 day' where id = '{late.removeprefix('file_')}'"
        rows(site, f"update cases.attachment {bound}", "select 1")
        site.jobs()
        assert stands() == ("submitted", []), "a clean one of the same kind is there already"
    finally:
        site.house.ports._behind.pop(Scanner)


def test_what_the_scan_has_refused_stands_for_no_paper(site: Any, program: httpx.Client, staff: Any) -> None:
    """Found before it was handed in: with an application, and as an answer of a program to what was asked for."""

    def bad(ident: str) -> str:
        async def found() -> None:
            async with site.house.begin(system("test")) as work:
                one = AttachmentId.parse(ident)
                await work.db.run("-- scatter\nupdate cases.attachment set scan = 'infected' where id = $one", one=one)

        site.run(found)
        return ident

    def sent(**said: str) -> str:
        return program.post("/api/attachments", data={"document": "lease"} | said, files={"file": ("合同.png", picture())}).json()["id"]

    answers = ANSWERS | {"kind": "new", "reason": "home", "housing": "rent", "moved_in": "2025-10-01"}
    made = {"item": PERMIT, "answers": answers, "attachments": [bad(sent())]}
    refused = program.post("/api/cases", json=made)
    assert (refused.status_code, [e["pointer"] for e in refused.json()["errors"]]) == (422, ["/file-lease"])
    filed = program.post("/api/cases", json=made | {"attachments": [*made["attachments"], sent()]})
    assert filed.status_code == 201, filed.text
    case = filed.json()["id"]
    desk = staff(CLERK)
    asked = desk.post(f"/api/cases/{case}/supplement-requests", json={"things": [{"document": "lease"}]})
    assert asked.status_code == 201, asked.text

    def given(*files: str) -> httpx.Response:
        said = {"given": [{"ref": "lease", "attachments": list(files)}]}
        return program.post(f"/api/cases/{case}/supplements", json=said)

    for ident in (bad(sent(case=case)), bad(sent())):
        assert (given(ident).status_code, given(ident).json()["errors"][0]["pointer"]) == (422, "/given-0")
    assert given(ident, sent()).status_code == 201


def test_an_infected_file_is_shown_to_nobody(site: Any, program: httpx.Client) -> None:
    from onedoor.cases.models import Scan
    from onedoor.cases.ports import Scanner, Verdict

    class Finds:
        async def scan(self, content: bytes) -> Verdict:
            return Verdict(Scan.INFECTED, "Eicar")

    site.house.ports.put(Scanner, Finds())
    try:
        file = program.post("/api/attachments", files={"file": ("a.png", picture())}, data={"document": "lease"}).json()
        assert file["scan"] == "waiting"
        site.jobs()
        assert program.get(f"/files/{file['id']}").status_code == 404
    finally:
        site.house.ports._behind.pop(Scanner)
