"""Between departments and colleagues: sent back, judged by the bureau, asked for an opinion, told upwards, stood in for."""

import re
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from onedoor.cases.models import CaseId
from onedoor.cases.service import bouncing, clocks, handling
from onedoor.identity.events import LifeChanged
from onedoor.identity.models import Life
from onedoor.kernel.outbox import publish
from onedoor.kernel.work import system
from tests.mandates.people import account, entered

from .kit import ANSWERS, PERMIT, submitted
from .test_desk import CHIEF, CLERK, EAST, ELSEWHERE, WEST, Staff, act
from .test_handling import Days

BUREAU, CIVIL = "13800991602", "13800990501"


@pytest.fixture
def case(program: httpx.Client) -> str:
    return str(submitted(program)["id"])


def test_sent_back_once_and_judged_after_twice(site: Any, case: str, staff: Staff, browser: httpx.Client) -> None:
    """To civil affairs and back, to social security and back: now the bureau says, and what it says is final."""
    act(staff(CLERK), case, "transfer", transfer_department="minzheng", transfer_reason="像是救助")
    site.jobs()
    assert case in staff(CIVIL).get("/desk/inbox", params={"tab": "transferred"}).text
    assert act(staff(CIVIL), case, "bounce").status_code == 422
    act(staff(CIVIL), case, "bounce", bounce_reason="没有救助的内容")
    site.jobs()
    back = staff(CLERK).get(f"/desk/cases/{case}")
    assert "退回来的" in back.text
    assert act(staff(CLERK), case, "bounce", bounce_reason="不要").status_code == 409
    act(staff(CLERK), case, "transfer", transfer_department="renshe", transfer_reason="再试一次")
    site.jobs()
    key = {"idempotency-key": f"bounce {case}"}
    first, again = (staff(ELSEWHERE).post(f"/api/cases/{case}/bounces", json={"reason": "也不是我们"}, headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    site.jobs()
    assert "待裁定归属" in staff(BUREAU).get("/desk/inbox", params={"tab": "transferred"}).text
    act(staff(BUREAU), case, "transfer", transfer_department="gongan", transfer_reason="按职责归公安")
    site.jobs()
    final = staff(CLERK).post(f"/api/cases/{case}/bounces", json={"reason": "不要"})
    assert final.status_code == 409
    page = browser.get(f"/cases/{case}").text
    assert page.count("转其他部门办理") >= 3
    assert "退回" in page


def test_what_waits_for_somebody_goes_along(site: Any, case: str, staff: Staff) -> None:
    """Not registered by any machine, and resting on a promise to be looked at: that is so wherever the case lies."""

    async def mark() -> None:
        async with site.house.begin(system("test")) as work:
            given = '["unregistered", "promise", "returned"]'
            await work.db.run(
                "-- scatter\nupdate cases.inbox set flags = $given::text::jsonb where case_id = $case", given=given, case=CaseId.parse(case)
            )

    site.run(mark)
    act(staff(CLERK), case, "transfer", transfer_department="minzheng", transfer_reason="像是救助")
    site.jobs()
    for tab in ("stuck", "promises", "transferred"):
        lines = staff(CIVIL).get("/api/desk/inbox", params={"tab": tab}).json()["items"]
        found = next((one for one in lines if one["id"] == case), None)
        assert found, tab
        assert sorted(found["flags"]) == ["promise", "transferred", "unregistered"], "how it came before says nothing here"


def test_what_happens_while_it_is_on_its_way_is_seen_where_it_arrives(site: Any, staff: Staff) -> None:
    """Handed on, and on no list for a moment: just then the register tells that the applicant has died."""
    one = account(site, entered(site, "卜途中", date(1939, 8, 7)))
    case, whose = one.program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}).json()["id"], one.id
    site.jobs()
    act(staff(CLERK), case, "transfer", transfer_department="minzheng", transfer_reason="像是救助")

    async def told() -> None:
        async with site.house.begin(system("test")) as work:
            await publish(work.db, LifeChanged(whose, Life.DIED, date(2026, 11, 20)))

    async def soon() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("update kernel.job set run_at = now() where kind = 'event:identity.LifeChanged'")

    site.run(told)
    site.jobs()
    site.run(soon)
    site.jobs()
    page = staff(CIVIL).get(f"/desk/cases/{case}").text
    assert ("申请人已故" in page, page.count("申请人已于 2026 年 11 月 20 日 去世")) == (True, 1)


def test_it_goes_back_within_a_working_day_only(site: Any, case: str) -> None:
    days = Days(site, case)

    async def story() -> None:
        days.day = date.today() + timedelta(1)
        handed = await days.as_chief(handling.transfer, "minzheng", "像是救助")
        async with days.begin() as work:
            steps = await bouncing.store.steps(work.db, handed.citizen_id, handed.id)
            came = steps[-1].at.date()
            for on, may in ((came, True), (work.calendar.after(came, 1), True), (work.calendar.after(came, 2), False)):
                days.day = on
                assert bouncing.may_go_back(days.at(work), steps, handed) is may

    site.run(story)


def test_an_opinion_is_given_before_anything_is_decided(case: str, staff: Staff, browser: httpx.Client) -> None:
    desk, other = staff(CLERK), staff(CIVIL)
    act(desk, case, "accept")
    asked = act(
        desk, case, "consult", consult_department="minzheng", consult_question="他是不是低保户", consult_days="3", consult_share=["housing"]
    )
    assert "已发出征求" in asked.text
    refused = act(desk, case, "decide", outcome="granted")
    assert refused.status_code == 409
    assert "还有部门没有答复会办意见" in refused.text
    listed = other.get("/desk/opinions").text
    assert "他是不是低保户" in listed
    opinion = next(o for o in other.get("/api/desk/opinions").json() if o["question"] == "他是不是低保户")
    seen = other.get(f"/desk/opinions/{opinion['id']}")
    assert "自己或家人的房子" in seen.text
    assert "春风路" not in seen.text
    assert staff(ELSEWHERE).get(f"/desk/opinions/{opinion['id']}").status_code == 404
    assert "会办" in browser.get("/me/access").text
    assert other.post(f"/desk/opinions/{opinion['id']}", data={"verdict": "object"}).status_code == 422
    answered = other.post(f"/api/desk/opinions/{opinion['id']}/answers", json={"verdict": "agree", "words": "没有低保"})
    assert answered.json()["state"] == "given"
    assert other.post(f"/api/desk/opinions/{opinion['id']}/answers", json={"verdict": "agree"}).status_code == 404
    assert "没有低保" in desk.get(f"/desk/cases/{case}").text
    assert "没有低保" not in browser.get(f"/cases/{case}").text
    asked_again = desk.post(f"/api/cases/{case}/opinions", json={"department": "minzheng", "question": "再问一句"}).json()
    assert "已撤回征求" in act(desk, case, "recall", recall_opinion=asked_again["id"]).text
    assert "已批准" in act(desk, case, "decide", outcome="granted").text


def test_words_of_an_opinion_are_never_lost(case: str, staff: Staff) -> None:
    """Too long, they are told so and stay; and when a colleague was faster, they can be copied."""
    other = staff(CIVIL)
    asked = {"consult_department": "minzheng", "consult_question": "写多长都可以吗", "consult_days": "3"}
    assert "已发出征求" in act(staff(CLERK), case, "consult", **asked).text
    here = "/desk/opinions/" + next(o["id"] for o in other.get("/api/desk/opinions").json() if o["question"] == "写多长都可以吗")
    typed = "理由" * 500 + "最要紧的一句"
    long = other.post(here, data={"verdict": "object", "words": typed})
    assert (long.status_code, "最多 1000 个字" in long.text, typed in long.text) == (422, True, True)
    assert other.post(here, data={"verdict": "object", "words": "不能办"}).url.path == "/desk/opinions"
    late = other.post(here, data={"verdict": "agree", "words": "晚了一步的话"})
    assert (late.status_code, "晚了一步的话" in late.text) == (404, True)


def test_a_clock_that_runs_out_is_told_upwards_once(site: Any, case: str, staff: Staff) -> None:
    """Yellow to whoever has it, red to the supervisor, three days red to the head; nobody hears the same twice."""
    act(staff(CLERK), case, "accept")
    days = Days(site, case)
    number = staff(CLERK).get(f"/api/desk/cases/{case}").json()["case"]["number"]

    async def on(day: date) -> None:
        days.day = day
        await clocks.daily(days.begin)
        await clocks.daily(days.begin)

    async def told() -> list[str]:
        async with site.house.begin(system("test")) as work:
            return await work.db.value(
                "select coalesce(json_agg(kind || ' ' || (title ->> 'zh'))::text, '[]') from notify.message where body ->> 'zh' like $like",
                like=f"%{number}%",
            )  # fmt: skip

    async def story() -> list[str]:
        due = (await days.stands()).due_on
        async with days.begin() as work:
            calendar = work.calendar
            await work.db.run(  # of all cases of the run, this one alone is near its day
                "update cases.inbox set level = 3 where case_id <> $case", case=CaseId.parse(case)
            )
        found = []
        for day in (due - timedelta(1), calendar.after(due, 1), calendar.after(due, 4)):
            await on(day)
            found.append(await told())
        return found

    soon, over, long_over = site.run(story)
    assert (soon.count("快到期"), soon.count("超期")) == (1, 0)
    assert (over.count("快到期"), over.count("超期")) == (1, 1)
    assert long_over.count("超期") == 2


def test_a_colleague_stands_in(case: str, staff: Staff) -> None:
    """Away: the substitute sees and handles what the other holds; who serves elsewhere cannot stand in; back again, it is over."""
    east, west, clerk = staff(EAST), staff(WEST), staff(CLERK)
    assert east.post(f"/desk/cases/{case}/claim").status_code == 200
    assert act(clerk, case, "accept", "1").status_code == 409
    page = east.get("/desk/cover").text
    who = {name: ident for ident, name in re.findall(r'value="(person_[0-9a-f]+)"[^>]*>\s*([^<\s]+)', page)}
    today, until = date.today(), date.today() + timedelta(3)
    days = {f"from-{p}": str(getattr(today, p)) for p in ("year", "month", "day")}
    days |= {f"until-{p}": str(getattr(until, p)) for p in ("year", "month", "day")}
    assert east.post("/desk/cover", data=days | {"by": who["贺兰"]}).status_code == 422
    assert east.post("/desk/cover", data=days | {"by": who["高志远"], "until-year": "2020"}).status_code == 422
    assert "高志远 代理" in east.post("/desk/cover", data=days | {"by": who["高志远"]}).text
    assert west.post("/desk/cover", data=days | {"staff": who["方晴"], "by": who["高志远"]}).status_code == 403
    assert case in clerk.get("/desk/inbox", params={"tab": "mine"}).text
    assert "已受理" in act(clerk, case, "accept").text
    assert staff(CHIEF).post("/desk/cover", data={"end": who["方晴"]}).status_code == 200
    assert case not in clerk.get("/desk/inbox", params={"tab": "mine"}).text
