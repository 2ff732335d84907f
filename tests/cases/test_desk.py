"""The clerk's desk over HTTP: the list, one case, every act, and everybody who must not."""

import datetime as dt
import inspect
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from onedoor.cases.duty import PAGE
from onedoor.cases.models import CaseId
from onedoor.cases.store import inbox as inbox_store
from onedoor.identity.events import LifeChanged
from onedoor.identity.models import Life
from onedoor.kernel.outbox import publish
from onedoor.kernel.work import system
from tests.mandates.people import account, entered

from .kit import ANSWERS, PERMIT, picture, submitted

CLERK, EAST, CHIEF, WEST, ELSEWHERE = "13800990101", "13800990102", "13800990103", "13800990104", "13800990201"
Staff = Callable[[str], httpx.Client]


def rev_of(page: httpx.Response) -> str:
    found = re.search(r'name="rev" value="(\d+)"', page.text)
    assert found, page.text[-2000:]
    return found[1]


def act(desk: httpx.Client, case: str, name: str, rev: str = "", **data: Any) -> httpx.Response:
    rev = rev or rev_of(desk.get(f"/desk/cases/{case}"))
    return desk.post(f"/desk/cases/{case}/{name}", data={"rev": rev, **data})


def test_the_whole_journey(site: Any, program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case, desk = submitted(program), staff(CLERK)
    listed = desk.get("/desk/inbox", params={"q": case["number"]})
    assert case["id"] in listed.text
    assert desk.post("/desk/claim", data={"case": case["id"]}).url.path == "/desk/inbox"
    page = desk.get(f"/desk/cases/{case['id']}")
    assert "林晓" in page.text
    assert "人口库" in page.text
    assert "由您办理" in page.text
    assert "已受理，已通知申请人" in act(desk, case["id"], "accept").text
    asked = act(
        desk, case["id"], "supplement", ask_documents=["lease"], ask_note_lease="少了签字页", ask_extra_1="搬家的日期", ask_kind_1="words"
    )
    assert "时限暂停" in asked.text
    assert "已停 0 个工作日" in asked.text
    answered = browser.post(
        f"/cases/{case['id']}/supplement", data={"given-1": "十月一日"}, files={"given-0": ("合同.png", picture())}
    )
    assert answered.url.path == f"/cases/{case['id']}"
    refused = act(desk, case["id"], "decide", outcome="granted", grant_words="请查收")
    assert refused.status_code == 409
    assert "没有通过安全扫描" in refused.text
    assert "请查收" in refused.text
    site.run(all_clean, site, case["id"])
    assert "已批准，已通知申请人" in act(desk, case["id"], "decide", outcome="granted", grant_words="请查收").text
    whole = program.get(f"/api/cases/{case['id']}").json()
    assert (whole["status"], whole["outcome"]) == ("decided", "granted")
    assert whole["certificate"].startswith("cert_")
    held = browser.get(f"/wallet/{whole['certificate']}")
    assert held.status_code == 200
    assert "春风路 12 号" in browser.get(f"/wallet/{whole['certificate']}?reveal=1").text
    seen = browser.get("/me/access").text
    assert "高志远" in seen
    assert case["number"] in seen
    inbox = browser.get("/inbox").text
    assert all(words in inbox for words in ("已受理", "请补正 2 项", "办好了"))


async def all_clean(site: Any, case: str, scan: str = "clean") -> None:
    async with site.house.begin(system("test")) as work:
        await work.db.run("update cases.attachment set scan = $scan where case_id = $case", case=CaseId.parse(case), scan=scan)


async def scatter(site: Any, sql: str, case: str) -> Any:
    async with site.house.begin(system("test")) as work:
        return await work.db.value(sql, case=CaseId.parse(case))


def test_who_may_not_see_a_case(site: Any, program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case = submitted(program)
    assert site.client().get(f"/desk/cases/{case['id']}", headers={"accept": "application/json"}).status_code == 401
    assert browser.get(f"/desk/cases/{case['id']}").status_code == 403
    assert staff(ELSEWHERE).get(f"/desk/cases/{case['id']}").status_code == 404
    assert staff(WEST).get(f"/desk/cases/{case['id']}").status_code == 403
    assert staff(EAST).get(f"/desk/cases/{case['id']}").status_code == 200
    assert staff(CHIEF).get("/desk/cases/nonsense").status_code == 404
    assert case["id"] not in staff(WEST).get("/desk/inbox", params={"q": case["number"]}).text
    assert case["id"] in staff(EAST).get("/desk/inbox", params={"q": case["number"]}).text
    assert act(staff(WEST), case["id"], "accept", "1").status_code == 403
    gone = act(staff(ELSEWHERE), case["id"], "note", "1", note_words="这是我写的话")
    assert gone.status_code == 404
    assert "这是我写的话" in gone.text


def test_two_clerks_take_the_same(program: httpx.Client, staff: Staff) -> None:
    case = submitted(program)
    assert "已领取，由您办理" in staff(CLERK).post(f"/desk/cases/{case['id']}/claim").text
    late = staff(EAST).post(f"/desk/cases/{case['id']}/claim")
    assert late.status_code == 409
    assert "高志远 已经领取了" in late.text
    bulk = staff(EAST).post("/desk/claim", data={"case": [case["id"]]})
    assert "1 件已被同事领走" in bulk.text
    assert act(staff(EAST), case["id"], "accept", "1").status_code == 409
    assert "由 高志远 办理" in staff(EAST).get(f"/desk/cases/{case['id']}").text
    assert staff(CLERK).post(f"/desk/cases/{case['id']}/release").status_code == 200
    assert "已领取，由您办理" in staff(EAST).post(f"/desk/cases/{case['id']}/claim").text


def test_a_clerk_sees_that_the_applicant_has_died(site: Any, staff: Staff) -> None:
    """Marked once however often it is told, for the clerk alone; an error put right takes it away; what has ended is left alone."""
    one = account(site, entered(site, "卜在世", dt.date(1940, 1, 2)))
    over, running = (one.program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}).json()["id"] for _ in range(2))
    one.program.post(f"/api/cases/{over}/withdrawals", json={})
    whose, browser, desk = one.id, site.sign_in(one.phone), staff(CLERK)

    async def told(life: Life) -> None:
        async with site.house.begin(system("test")) as work:
            await publish(work.db, LifeChanged(whose, life, dt.date(2026, 11, 20)))

    def tell(life: Life) -> str:
        site.run(told, life)
        site.jobs()
        return desk.get(f"/desk/cases/{running}").text

    tell(Life.DIED)
    page = tell(Life.DIED)
    assert ("申请人已故" in page, page.count("申请人已于 2026 年 11 月 20 日 去世")) == (True, 1)
    assert "申请人已故" not in desk.get(f"/desk/cases/{over}").text
    assert "去世" not in browser.get(f"/cases/{running}").text
    page = tell(Life.INCAPABLE)
    assert ("申请人不能独立办事" in page, "申请人已故" in page) == (True, False)
    more = [one.program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}).json()["id"] for _ in range(21)]
    tell(Life.INCAPABLE)
    assert all("申请人不能独立办事" in desk.get(f"/desk/cases/{case}").text for case in more), "each of them, however many"
    page = tell(Life.RESTORED)
    assert ("已经更正" in page, "申请人不能独立办事" in page.split("办理经过")[0]) == (True, False)


def test_the_next_case_is_the_most_urgent_nobody_has(program: httpx.Client, staff: Staff) -> None:
    submitted(program)
    first, second = (staff(phone).post("/desk/next") for phone in (CLERK, EAST))
    assert first.url.path.startswith("/desk/cases/")
    assert second.url.path != first.url.path


def test_a_stale_page_does_nothing_and_loses_nothing(program: httpx.Client, staff: Staff) -> None:
    case = submitted(program)
    old = rev_of(staff(CLERK).get(f"/desk/cases/{case['id']}"))
    act(staff(CHIEF), case["id"], "accept")
    stale = act(staff(CHIEF), case["id"], "decline", old, decline_reason="other", decline_words="想了很久的一段话")
    assert stale.status_code == 409
    assert "下面是最新状态" in stale.text
    assert "想了很久的一段话" in stale.text
    assert "您刚才写的内容" in stale.text
    still = act(staff(CHIEF), case["id"], "transfer", old, transfer_department="minzheng", transfer_reason="另一段想了很久的话")
    assert still.status_code == 409
    assert 'id="act-transfer" open' in still.text
    assert "另一段想了很久的话" in still.text
    assert program.get(f"/api/cases/{case['id']}").json()["status"] == "accepted"


@pytest.mark.parametrize(("name", "data"), [
    ("decide", {"outcome": "granted"}), ("decide", {"outcome": "refused", "refuse_reason": "不符", "refuse_law": "第九条"}),
    ("revoke", {"revoke_reason": "错了"}), ("reissue", {"reissue_reason": "错了"}),
])  # fmt: skip
def test_moves_that_a_new_case_does_not_allow(program: httpx.Client, staff: Staff, name: str, data: dict[str, str]) -> None:
    case = submitted(program)
    assert act(staff(CHIEF), case["id"], name, **data).status_code == 409
    assert program.get(f"/api/cases/{case['id']}").json()["status"] == "submitted"


def test_moves_that_an_ended_case_does_not_allow(program: httpx.Client, staff: Staff) -> None:
    case = submitted(program)
    said = {"decline_reason": "not_ours", "decline_words": "户口在青禾的不用办", "decline_department": "minzheng"}
    ended = act(staff(CHIEF), case["id"], "decline", **said)
    assert ended.status_code == 200, ended.text
    for name, data in (
        ("accept", {}), ("decline", {"decline_reason": "other", "decline_words": "再来"}), ("supplement", {"ask_extra_1": "照片"}),
        ("decide", {"outcome": "granted"}), ("transfer", {"transfer_department": "minzheng", "transfer_reason": "不归我们"}),
    ):  # fmt: skip
        assert act(staff(CHIEF), case["id"], name, **data).status_code == 409, name
    assert act(staff(CHIEF), case["id"], "note", note_words="归档").status_code == 200
    whole = program.get(f"/api/cases/{case['id']}").json()
    assert (whole["status"], whole["letter"]) == ("declined", "户口在青禾的不用办")
    assert "note" not in [s["kind"] for s in whole["steps"]]


def test_faults_are_named_all_at_once_and_nothing_typed_is_lost(program: httpx.Client, staff: Staff) -> None:
    case, desk = submitted(program), staff(CLERK)
    bad = act(desk, case["id"], "decline", decline_reason="not_ours", decline_words="不归我们管")
    assert bad.status_code == 422
    assert "请选择应当办理这件事的部门" in bad.text
    assert "不归我们管" in bad.text
    empty = act(desk, case["id"], "supplement", ask_kind_1="words")
    assert empty.status_code == 422
    assert "请勾选或写明要补的每一项" in empty.text
    long = act(desk, case["id"], "supplement", ask_extra_1="字" * 300, ask_note_lease="看不清", ask_documents="lease")
    assert long.status_code == 422
    assert "看不清" in long.text
    assert act(desk, case["id"], "note", note_words="a\x00b").status_code == 422
    assert act(desk, case["id"], "accept", "x").status_code == 422
    assert desk.post("/desk/claim", data={}).status_code == 422
    assert desk.get(f"/desk/cases/{case['id']}/supplement").url.path == f"/desk/cases/{case['id']}"


def test_asking_a_second_time_is_the_supervisors(program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case = submitted(program)
    act(staff(CLERK), case["id"], "supplement", ask_extra_1="说明", ask_kind_1="words")
    browser.post(f"/cases/{case['id']}/supplement", data={"given-0": "好的"})
    again = act(staff(CLERK), case["id"], "supplement", ask_extra_1="还有", ask_kind_1="words", ask_reason="漏了")
    assert again.status_code == 409
    assert act(staff(CHIEF), case["id"], "supplement", ask_extra_1="还有", ask_kind_1="words").status_code == 409
    assert act(staff(CHIEF), case["id"], "supplement", ask_extra_1="还有", ask_kind_1="words", ask_reason="漏了一项").status_code == 200


def test_a_transfer_moves_the_case_to_another_desk(site: Any, program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case, desk = submitted(program), staff(CLERK)
    due = program.get(f"/api/cases/{case['id']}").json()["due_on"]
    moved = act(desk, case["id"], "transfer", transfer_department="renshe", transfer_reason="这是社保的事")
    assert moved.url.path == "/desk/inbox"
    assert desk.get(f"/desk/cases/{case['id']}").status_code == 404
    site.jobs()
    there = staff(ELSEWHERE).get(f"/desk/cases/{case['id']}")
    assert there.status_code == 200
    assert "这是社保的事" in there.text
    assert "转来" in there.text
    assert site.run(scatter, site, "select count(*) from cases.inbox where case_id = $case", case["id"]) == 1
    assert program.get(f"/api/cases/{case['id']}").json()["due_on"] == due
    assert "这是社保的事" in browser.get(f"/cases/{case['id']}").text
    assert act(staff(ELSEWHERE), case["id"], "accept").status_code == 200


def test_notes_and_what_the_applicant_sees_of_them(program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case = submitted(program)
    act(staff(CLERK), case["id"], "note", note_words="电话没人接", note_for="inner")
    act(staff(EAST), case["id"], "note", note_words="请您接一下电话", note_for="applicant")
    page = staff(CLERK).get(f"/desk/cases/{case['id']}").text
    assert "电话没人接" in page
    assert "申请人看不到" in page
    assert "方晴" in page
    own = browser.get(f"/cases/{case['id']}").text
    assert "请您接一下电话" in own
    assert "电话没人接" not in own


def test_a_refusal_says_why_by_which_law_and_where_to_object(program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case, desk = submitted(program), staff(CLERK)
    act(desk, case["id"], "accept")
    half = act(desk, case["id"], "decide", outcome="refused", refuse_reason="住得不够久")
    assert half.status_code == 422
    assert "请写明" in half.text or "请填写这一项" in half.text
    act(desk, case["id"], "decide", outcome="refused", refuse_reason="住得不够久", refuse_law="《居住证暂行条例》第二条")
    page = browser.get(f"/cases/{case['id']}").text
    assert all(words in page for words in ("住得不够久", "第二条", "行政复议", "法院"))
    assert program.get(f"/api/cases/{case['id']}").json()["certificate"] is None


def test_revoking_and_reissuing(program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case, chief = submitted(program), staff(CHIEF)
    act(chief, case["id"], "accept")
    act(chief, case["id"], "decide", outcome="granted")
    first = program.get(f"/api/cases/{case['id']}").json()["certificate"]
    assert staff(CLERK).post(f"/desk/cases/{case['id']}/revoke", data={"revoke_reason": "错了"}).status_code == 403
    assert act(chief, case["id"], "reissue", reissue_reason="地址写错").status_code == 200
    second = program.get(f"/api/cases/{case['id']}").json()["certificate"]
    assert second != first
    assert act(chief, case["id"], "revoke").status_code == 422
    assert "证照已撤销" in act(chief, case["id"], "revoke", revoke_reason="材料是假的").text
    assert act(chief, case["id"], "revoke", revoke_reason="再来一次").status_code == 409
    assert "材料是假的" in browser.get(f"/cases/{case['id']}").text


def test_the_supervisor_gives_cases_to_colleagues(program: httpx.Client, staff: Staff) -> None:
    case, chief = submitted(program), staff(CHIEF)
    page = chief.get(f"/desk/cases/{case['id']}").text
    options = dict(re.findall(r'<option value="(person_\w+)">([^<]+)</option>', page))
    assert "贺兰" not in options.values()  # another district
    to = next(ident for ident, name in options.items() if name == "方晴")
    assert "已交给同事" in act(chief, case["id"], "assign", assign_to=to).text
    assert "由您办理" in staff(EAST).get(f"/desk/cases/{case['id']}").text
    assert act(chief, case["id"], "assign", assign_to="person_" + "0" * 32).status_code == 422
    assert staff(CLERK).post(f"/desk/cases/{case['id']}/assign", data={"assign_to": to}).status_code == 403
    assert chief.get("/desk/overdue").status_code == 200
    assert staff(CLERK).get("/desk/overdue").status_code == 403
    assert case["id"] in chief.get("/desk/inbox", params={"tab": "all", "q": case["number"]}).text


def test_looking_somebody_up_by_name_is_recorded(site: Any, program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    submitted(program)
    before = browser.get("/me/access").text.count("按姓名查找")
    assert "林*" in staff(CLERK).get("/desk/inbox", params={"q": "林晓"}).text
    site.jobs()
    assert browser.get("/me/access").text.count("按姓名查找") > before


def test_files_open_only_when_scanned_and_only_from_the_desk(site: Any, program: httpx.Client, browser: httpx.Client, staff: Staff) -> None:
    case, desk = submitted(program), staff(CLERK)
    act(desk, case["id"], "supplement", ask_documents="lease")
    browser.post(f"/cases/{case['id']}/supplement", files={"given-0": ("合同.png", picture())})
    file = program.get(f"/api/cases/{case['id']}").json()["attachments"][0]["id"]
    address = f"/desk/cases/{case['id']}/files/{file}"
    assert desk.get(address).status_code == 404
    assert "等待安全扫描" in desk.get(f"/desk/cases/{case['id']}").text
    site.run(all_clean, site, case["id"])
    shown = desk.get(address)
    assert shown.headers["content-type"] == "image/png"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert staff(WEST).get(address).status_code == 403
    assert staff(ELSEWHERE).get(address).status_code == 404
    another = submitted(program)
    assert desk.get(f"/desk/cases/{another['id']}/files/{file}").status_code == 404
    site.run(all_clean, site, case["id"], "infected")
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("query", [
    "tab=nonsense", "after=nonsense", "after=1_2_3", "place=9901%2701", "q=%25%5C_", "q=%00", "item=%00", "said=9-x", "tab=all",
    "after=9999-12-31_999999999999999999_" + "f" * 32,
])  # fmt: skip
@pytest.mark.parametrize("tab", ["unclaimed", "mine", "soon", "overdue", "supplementing", "done"])
def test_every_part_of_the_list_answers_any_address(staff: Staff, tab: str, query: str) -> None:
    for phone in (CLERK, EAST):
        assert staff(phone).get(f"/desk/inbox?tab={tab}&{query}").status_code == 200


def test_the_first_list_reads_one_line_more_than_it_shows() -> None:
    """Its limit stands literally in the statement."""
    assert f"limit {PAGE + 1}" in inspect.getsource(inbox_store.free)


def test_a_page_of_the_list_is_one_statement(staff: Staff, queries: list[str]) -> None:
    for phone in (CLERK, EAST):
        for tab in ("unclaimed", "mine", "soon", "overdue", "supplementing", "done"):
            staff(phone).get("/desk/inbox")
            queries.clear()
            staff(phone).get("/desk/inbox", params={"tab": tab})
            assert len([q for q in queries if "cases." in q]) == 1, queries
            assert len(queries) <= 3, queries
            assert all(re.search(r"status (in \('(submitted|decided)'|= 'supplementing')", q) for q in queries if "cases." in q)
