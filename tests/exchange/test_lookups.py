"""A clerk has a register asked for a fact of a case: with a reason, on record first, only what was agreed, told with its source."""

import re
from typing import Any

import httpx
import pytest

from onedoor.exchange import policy
from onedoor.exchange.models import AskIn, State
from onedoor.kernel import memory
from tests.cases.kit import bearer
from tests.orgs.kit import proven

from .conftest import DRIVER, Registers, rows
from .test_prefill import MARRIAGE, STEWARD, begun, forget, settled
from .test_rungs import HTML, handed_in

CLERK, NEIGHBOUR = "13800990801", "13800990201"
WHY = "和驾驶证照片上的不一样"
QUIET = "delete from kernel.job where kind in ('cases.check', 'exchange.finish')"


@pytest.fixture(scope="module")
def clerks(site: Any) -> dict[str, httpx.Client]:
    """Of the department and of another one, by program."""
    return {phone: bearer(site, phone) for phone in (CLERK, NEIGHBOUR)}


def case_of(site: Any, registers: Registers, answered: Any = None) -> tuple[httpx.Client, str]:
    """A newcomer's case whose facts were typed while the register was away."""
    registers.says["driver"] = ConnectionError()
    _, browser = proven(site)
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    browser.post(f"{draft}/licence-class", data={"licence_class": "B1"}, headers=HTML)
    date = {"licensed_on-year": "2015", "licensed_on-month": "6", "licensed_on-day": "9"}
    browser.post(f"{draft}/licensed-on", data=date, headers=HTML)
    case = handed_in(browser, draft)
    rows(site, "update exchange.ask set at = at - interval '1 day'", "delete from exchange.circuit", QUIET)
    registers.says["driver"] = answered
    registers.asked.clear()
    return browser, case


def came(site: Any, case: str) -> None:
    settled(site, case.replace("case_", "draft_"))


def test_a_clerk_asks_and_sees_what_came(site: Any, registers: Registers, staff: Any, clerks: dict[str, httpx.Client]) -> None:
    """The button names the department, a reason is needed, the person reads it before anything left, and what differs is told masked."""
    forget(site)
    browser, case = case_of(site, registers, DRIVER)
    clerk, seen = staff(CLERK), []
    page = clerk.get(f"/desk{case}").text
    assert "向公安局核验" in page
    assert "人口库还没有核对" in page
    empty = clerk.post(f"/desk{case}/lookup", data={"lookup_element": "driver.class", "lookup_reason": " "})
    assert (empty.status_code, registers.asked) == (422, [])
    assert "请写明为什么要核验" in empty.text

    async def before(request: Any) -> None:
        async with site.house.database.tx(role="job") as db:
            seen.append(await db.value(f"select count(*)::int from identity.access where convert_from(body, 'utf8') like '%{WHY}%'"))

    registers.before = before
    done = clerk.post(f"/desk{case}/lookup", data={"lookup_element": "driver.class", "lookup_reason": WHY})
    assert done.status_code == 200, done.text
    came(site, case)
    assert (seen, len(registers.asked)) == ([1], 1), "on record before it left"
    page = clerk.get(f"/desk{case}").text
    assert "核验不一致：登记为 C1" in page
    assert "人口库" in page
    assert WHY in page
    told = browser.get("/me/data", headers=HTML).text
    assert [word in told for word in (WHY, "袁野", "交通运输局")] == [True, True, True], "who of which department, and why"
    assert [word in told for word in ("准驾车型", "driver.")] == [True, False], "facts by the words of the dictionary"
    clerk.post(f"/desk{case}/lookup", data={"lookup_element": "driver.licensed_on", "lookup_reason": WHY})
    came(site, case)
    page = clerk.get(f"/desk{case}").text
    assert "核验一致" in page
    rows(site, "update kernel.job set run_at = now()")
    site.jobs()
    listed = clerks[CLERK].get(f"/api{case}/asks").json()
    assert [(one["element"], one["state"]) for one in listed["items"]] == [("driver.licensed_on", "agreed"), ("driver.class", "differs")]
    assert [one["value"] for one in listed["items"]] == ["****", "C1"], "masked as the dictionary says"
    evidence = rows(site, "select evidence from cases.case_file order by submitted_at desc limit 1")[0]["evidence"]
    assert sorted(e["state"] for e in evidence if e["element"].startswith("driver")) == ["agreed", "differs"]
    rows(site, "delete from exchange.answer", "update exchange.ask set state = 'dropped'")
    page = clerk.get(f"/desk{case}").text
    assert "核验不一致" in page
    assert "登记为" not in page, "how it came out is kept, what it said is not"


def test_nobody_tries_people_one_after_the_other(
    site: Any, registers: Registers, clerks: dict[str, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clerk has registers asked so often a minute, over all cases; another fact of the same register is the next time."""
    forget(site)
    rows(site, "delete from kernel.bucket where key like 'exchange clerk %'")
    monkeypatch.setattr(policy, "MOST_BY_CLERK", 1)
    cases = [case_of(site, registers, DRIVER)[1] for _ in range(2)]
    said = {"element": "driver.class", "reason": WHY}
    first, second = (clerks[CLERK].post(f"/api{case}/asks", json=said) for case in cases)
    assert (first.status_code, second.status_code, second.json()["retry_after"] > 0) == (201, 429, True)
    came(site, cases[0])
    assert len(registers.asked) == 1
    rows(site, "delete from kernel.bucket where key like 'exchange clerk %'")


def test_who_may_not_ask_is_refused(site: Any, registers: Registers, staff: Any, clerks: dict[str, httpx.Client]) -> None:
    """Another department's clerk, a fact without an agreement, an agreement that has ended with this request, a case that is over; nothing
    leaves, and what was tried stands on the person's record."""
    forget(site)
    browser, case = case_of(site, registers, DRIVER)
    url, clerk, said = f"/api{case}/asks", clerks[CLERK], {"element": "driver.class", "reason": "核对"}
    assert clerks[NEIGHBOUR].post(url, json=said).status_code == 404
    assert clerks[NEIGHBOUR].get(url).status_code == 404
    assert browser.post(url, json=said).status_code == 403
    assert clerk.post(url, json=said | {"reason": ""}).status_code == 422
    assert clerk.post(url, json=said | {"element": "bank.account"}).status_code == 422
    page = staff(CLERK).post(f"/desk{case}/lookup", data={"lookup_element": "person.phone", "lookup_reason": "x"})
    assert page.status_code == 403, "known by signing in, and by no agreement"
    assert "没有授权，不能查询" in page.text
    assert "没有授权，已拒绝" in browser.get("/me/data", headers=HTML).text
    first = clerk.post(url, json=said, headers={"idempotency-key": "ask-1"})
    assert (first.status_code, first.json()["state"]) == (201, "waiting")
    assert clerk.post(url, json=said, headers={"idempotency-key": "ask-1"}).json() == first.json()
    came(site, case)
    assert len(registers.asked) == 1
    ended = staff(STEWARD).post("/exchange/agreements/jiaotong-driver/end", data={"reason": "不再共享"})
    assert ended.status_code == 200
    assert clerk.post(url, json=said).status_code == 403
    listed = clerk.get(url).json()
    assert (listed["askable"], listed["items"][0]["value"]) == ([], None)
    assert "向公安局核验" not in staff(CLERK).get(f"/desk{case}").text
    forget(site)
    assert browser.post(f"/api{case}/withdrawals", json={"reason": ""}).status_code in (200, 201)
    assert clerk.post(url, json=said).status_code == 409
    assert len(registers.asked) == 1


def test_a_register_that_is_away_is_asked_again(site: Any, registers: Registers, staff: Any, clerks: dict[str, httpx.Client]) -> None:
    """Down and late are said; the job asks again until it answers. An answer about somebody else is believed by nobody."""
    forget(site)
    browser, case = case_of(site, registers, DRIVER)
    clerk, page = staff(CLERK), f"/desk{case}"
    registers.hang["driver"] = 1.2
    clerk.post(f"{page}/lookup", data={"lookup_element": "driver.class", "lookup_reason": WHY})
    assert "已发出，等答复" in clerk.get(page).text, "nobody waits for it"
    came(site, case)
    registers.hang.clear()
    registers.says["driver"] = ConnectionError()
    assert "暂时问不到，会自动再问" in clerk.get(page).text
    again = "update kernel.job set run_at = now(), attempts = 0 where kind = 'cases.lookup'"
    rows(site, again, "delete from exchange.circuit")
    site.jobs()
    assert "暂时问不到" in clerk.get(page).text
    registers.says["driver"] = AskIn(State.HELD, DRIVER, {"person.id_number": "990102197811050423"})
    rows(site, again, "delete from exchange.circuit")
    site.jobs()
    shown = clerk.get(page).text
    assert "登记为" not in shown
    assert "暂时问不到" in shown
    registers.says["driver"] = DRIVER
    rows(site, again, "delete from exchange.circuit", "update exchange.register set state = 'on'")
    memory.forget_all()
    site.jobs()
    assert "核验不一致：登记为 C1" in clerk.get(page).text
    assert rows(site, "select state from cases.lookup order by asked_at desc limit 1")[0]["state"] == "differs"
    assert browser.get("/me/data", headers=HTML).text.count(WHY) >= 2, "each time it was asked"


def test_a_register_that_never_comes_back(site: Any, registers: Registers, staff: Any, clerks: dict[str, httpx.Client]) -> None:
    """After three days it is a clerk's: said on the list, on the case and to the applicant, and no job is left or dead; asked again, it
    waits again. It refuses, which no circuit counts: tests after this one find it as it was."""
    forget(site)
    browser, case = case_of(site, registers, AskIn(State.REFUSED))
    clerk, page = staff(CLERK), f"/desk{case}"
    clerk.post(f"{page}/lookup", data={"lookup_element": "driver.class", "lookup_reason": WHY})
    came(site, case)
    again = "update kernel.job set run_at = now() where kind = 'cases.lookup'"
    rows(site, again, "delete from exchange.circuit")
    site.jobs()
    jobs = "select count(*)::int as n from kernel.job where kind = 'cases.lookup' and run_at > now()"
    assert (rows(site, jobs)[0]["n"], "暂时问不到，会自动再问" in clerk.get(page).text) == (1, True)
    assert "三天没有答复" not in browser.get(case, headers=HTML).text
    rows(site, "update cases.lookup set asked_at = asked_at - interval '3 days'", again, "delete from exchange.circuit")
    site.jobs()
    shown = clerk.get(page).text
    assert [words in shown for words in ("三天没有答复。可以看纸质材料，或者再问一次", "登记没有答复")] == [True, True]
    assert "三天没有答复，工作人员会用别的办法核对" in browser.get(case, headers=HTML).text
    assert rows(site, "select (select count(*) from kernel.job where kind = 'cases.lookup') + "
                      "(select count(*) from kernel.job_dead where kind = 'cases.lookup') as n")[0]["n"] == 0  # fmt: skip
    registers.says["driver"] = DRIVER
    rows(site, "update exchange.ask set at = at - interval '1 day'", "delete from exchange.circuit")
    clerk.post(f"{page}/lookup", data={"lookup_element": "driver.class", "lookup_reason": WHY})
    came(site, case)
    shown = clerk.get(page).text
    assert ("核验不一致：登记为 C1" in shown, "登记没有答复" in shown) == (True, False)


def test_a_mask_is_lifted_by_a_grant_and_falls_with_it(site: Any, registers: Registers, staff: Any) -> None:
    """The same answer before two clerks of one department; taken away, the grant is gone with the next request."""
    forget(site)
    registers.says["v_hunyin"] = ConnectionError()
    _, browser = proven(site)
    draft = begun(browser, "mz-dianzi-jiehunzheng")
    settled(site, draft)
    for ask, data in {
        "spouse": {"spouse": "李四", "spouse_id": "990102197602290076"},
        "married-on": {"married_on-year": "2003", "married_on-month": "5", "married_on-day": "8"},
        "registered-at": {"registered_at": "here"}, "number": {"certificate_number": "J990102"}, "phone": {"phone": "13900990002"},
    }.items():  # fmt: skip
        assert browser.post(f"{draft}/{ask}", data=data, headers=HTML).status_code == 200
    case = re.search(r"/cases/case_[0-9a-f]{32}", str(browser.post(f"{draft}/check", headers=HTML).url))[0]  # type: ignore[index]
    rows(site, "update exchange.ask set at = at - interval '1 day'", "delete from exchange.circuit", QUIET)
    registers.says["v_hunyin"] = MARRIAGE
    boss, clerk = staff("13800990503"), staff("13800990501")
    asked = {"lookup_element": "marriage.spouse_name", "lookup_reason": WHY}
    assert boss.post(f"/desk{case}/lookup", data=asked).status_code == 200
    came(site, case)
    assert "登记为 张建国" in boss.get(f"/desk{case}").text
    assert "登记为 张**" in clerk.get(f"/desk{case}").text
    post = rows(site, "select person_ref, district from orgs.staff_grant where name = 'exchange:unmask'")
    try:
        rows(site, "delete from orgs.staff_grant where name = 'exchange:unmask'")
        memory.forget_all()
        assert "登记为 张**" in boss.get(f"/desk{case}").text
    finally:
        for one in post:
            who = f"'{one['person_ref']}', 'exchange:unmask', '{one['district']}'"
            rows(site, f"insert into orgs.staff_grant (person_ref, name, district) values ({who})")
        memory.forget_all()
