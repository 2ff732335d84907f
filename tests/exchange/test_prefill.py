"""A form is filled by registers, shows where each value comes from, and never waits long for one that does not answer."""

import asyncio
import re
import time
from typing import Any

import httpx

from onedoor.exchange import service as exchange
from onedoor.exchange.models import AskId, AskIn, State
from onedoor.identity.models import PersonId
from onedoor.kernel import memory
from tests.cases.kit import bearer
from tests.mandates.kit import agreed, turned

from .conftest import DRIVER, PHONES, Registers, rows

Browsers = dict[str, httpx.Client]
LIN, WANG = PHONES[0], PHONES[1]
MARRIAGE = {
    "sfzh": "990102197811050423", "po_xm": "张建国 ", "po_sfz": "990102197602290076", "djrq": "2003-05-18", "djd": "B ", "zh": "J990102",
}  # fmt: skip
NUMBER, ACCOUNT = "990102194908230128", "6217009901000000017"
STEWARD, POLICE, CIVIL = "13800991607", "13800990107", "13800990504"


def begun(browser: httpx.Client, item: str) -> str:
    """A fresh draft's address, as a person gets there."""
    answer = browser.post(f"/apply/{item}", data={"new": "1"})
    assert answer.status_code == 200, answer.text
    return re.search(r"/drafts/draft_[0-9a-f]{32}", str(answer.url))[0]  # type: ignore[index]


def settled(site: Any, draft: str) -> None:
    """Whatever is out for this draft has come back."""
    from onedoor.cases.models import DraftId
    from onedoor.exchange.service import Line

    site.run(site.house.ports.get(Line).settled, DraftId.parse(draft.rsplit("/", 1)[1]).uuid, 5000)


def forget(site: Any) -> None:
    """Nothing has been asked yet, about anybody, and every register and agreement is as the city says."""
    rows(site, "delete from exchange.ask", "update exchange.register set state = 'on'",
         "update exchange.agreement set state = 'granted', per_day = 5000", "delete from exchange.spent", "delete from exchange.consent",
         "delete from exchange.incident", "delete from cases.draft")  # fmt: skip
    memory.forget_all()


def test_what_a_register_holds_is_not_asked(site: Any, registers: Registers, browsers: Browsers) -> None:
    """One question to one register, on the person's record before it left; the page says what came and of which day."""
    forget(site)
    registers.says["driver"] = DRIVER
    browser, seen = browsers[LIN], []
    told = "select count(*)::int as n from identity.access where convert_from(body, 'utf8') like '%网约车%人口库%'"
    had = rows(site, told)[0]["n"]

    async def before(request: Any) -> None:
        async with site.house.database.tx(role="job") as db:
            seen.append(await db.value("select count(*)::int from exchange.ask where state = 'logged' and resource = 'police.driver'"))
            seen.append(await db.value(told) - had)

    registers.before = before
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert registers.asked == [("police", "driver", {"person.id_number": "990105199203180222"})]
    assert seen == [1, 1], "what is not on record has not left"
    page = browser.get(f"{draft}/check").text
    assert "C1" in page
    assert "2015 年 6 月 9 日" in page
    assert "来自 人口库 · 今天" in page
    assert "/licence-class" not in page
    assert "不对？" in page
    begun(browser, "jt-wangyueche")
    assert len(registers.asked) == 1, "what is known is not asked again"
    body = rows(site, "select body from exchange.answer")[0]["body"]
    assert b"C1" not in body
    page = browser.get("/me/access").text
    assert "为办理“网约车驾驶员证申请”向人口库查询" in page


def test_a_register_that_hangs_delays_nothing(site: Any, registers: Registers, browsers: Browsers) -> None:
    """The page is there at once with what has come, says what is on its way, and has it a moment later."""
    forget(site)
    registers.says |= {"v_butie": {"rows": [{"sfzh": "990102194908230128", "lb": "01"}]}, "card": {"aae010": "6217009901000000017"}}
    registers.hang["v_butie"] = 0.45
    browser = browsers[PHONES[2]]
    begin = time.monotonic()
    draft = begun(browser, "mz-gaolingjintie")
    page = browser.get(f"{draft}/other")
    assert time.monotonic() - begin < 1.2
    assert "正在向民政业务系统查询" in page.text
    assert "data-fill" in page.text
    settled(site, draft)
    assert "低保" in browser.get(f"{draft}/check").text


def test_a_register_that_is_down_lets_the_person_type(site: Any, registers: Registers, browsers: Browsers, staff: Any) -> None:
    """Typed, told as unverified, counted as asked again; compared later, and the clerk sees how it came out."""
    forget(site)
    registers.says["driver"] = ConnectionError("no route")
    browser = browsers[LIN]
    draft = begun(browser, "jt-wangyueche")
    page = browser.get(f"{draft}/licence-class").text
    assert "人口库暂时取不到" in page
    assert "再取一次" in page
    program = httpx.Client(transport=site.transport, base_url="http://testserver.local", cookies=browser.cookies)
    answers = {"kind": "new", "licence_class": "B1", "licensed_on": "2015-06-09", "exam": "no", "platform": "own", "phone": "13900990001"}
    shown = program.get(f"/api{draft}").json()
    sent = program.put(f"/api{draft}/answers", json=answers, headers={"if-match": str(shown["rev"])})
    assert sent.status_code in (200, 422), sent.text
    rows(site, "update exchange.ask set at = at - interval '1 minute'")
    registers.says["driver"] = DRIVER
    again = browser.post(f"{draft}/again", data={"back": f"{draft}/check"})
    assert again.status_code == 200
    settled(site, draft)
    assert "来自 人口库 · 今天" in browser.get(f"{draft}/check").text


def test_nobody_elses_record_is_believed(site: Any, registers: Registers, browsers: Browsers, staff: Any) -> None:
    """An answer that does not give the key back is thrown away; the register is not asked until a steward has looked."""
    forget(site)
    registers.says["driver"] = AskIn(State.HELD, DRIVER, {"person.id_number": "990102197811050423"})
    browser = browsers[LIN]
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert rows(site, "select count(*) as n from exchange.answer")[0]["n"] == 0
    assert "B1" in browser.get(f"{draft}/licence-class").text, "the person fills it in"
    registers.asked.clear()
    rows(site, "update exchange.ask set at = at - interval '1 day'")
    begun(browser, "jt-wangyueche")
    assert registers.asked == []
    steward = staff(STEWARD)
    assert "已拦下" in steward.get("/exchange").text
    assert "被拦下，等您核对" in steward.get("/inbox").text
    page = steward.get("/exchange/registers/police").text
    assert "答复的是另一个人" in page
    assert "C1" not in page
    assert steward.post("/exchange/registers/police", data={"act": "on"}).status_code == 200
    registers.says["driver"] = DRIVER
    begun(browser, "jt-wangyueche")
    assert len(registers.asked) == 1


def test_an_agreement_that_ended_is_used_by_nobody(site: Any, registers: Registers, browsers: Browsers, staff: Any) -> None:
    """With the next request: nothing is asked, nothing had before is shown, and the attempt is on the person's record."""
    forget(site)
    registers.says["driver"] = DRIVER
    browser, steward = browsers[LIN], staff(STEWARD)
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert "C1" in browser.get(f"{draft}/check").text
    assert steward.post("/exchange/agreements/jiaotong-driver/end", data={"reason": ""}).status_code == 422
    assert steward.post("/exchange/agreements/jiaotong-driver/end", data={"reason": "两局不再共享"}).status_code == 200
    assert "来自 人口库 · 今天" not in browser.get(f"{draft}/check").text
    registers.asked.clear()
    rows(site, "delete from exchange.answer", "update exchange.ask set at = at - interval '1 day'")
    begun(browser, "jt-wangyueche")
    assert registers.asked == []
    assert "没有授权，已拒绝" in browser.get("/me/access").text
    assert "已结束" in steward.get("/exchange/agreements?ended=1").text
    forget(site)
    rows(site, "update exchange.agreement set per_day = 1")
    memory.forget_all()
    for _ in range(3):
        begun(browser, "jt-wangyueche")
        rows(site, "delete from exchange.answer", "update exchange.ask set at = at - interval '1 day'")
    assert len(registers.asked) == 1, "what a day's number does not cover is not asked"


def test_what_nobody_holds_is_remembered_for_an_hour(site: Any, registers: Registers, browsers: Browsers) -> None:
    forget(site)
    browser = browsers[PHONES[2]]
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert "人口库没有登记这一项" in browser.get(f"{draft}/licence-class").text
    begun(browser, "jt-wangyueche")
    assert len(registers.asked) == 1
    rows(site, "update exchange.ask set at = at - interval '61 minutes'")
    begun(browser, "jt-wangyueche")
    assert len(registers.asked) == 2


def test_consent_is_asked_kept_and_taken_back(site: Any, registers: Registers, browsers: Browsers) -> None:
    """Nothing is asked before; one sheet says who, whom, what for; taken back, what it brought is gone, under way too."""
    forget(site)
    registers.says |= {"insured": {"aab004": "青禾软件", "aae031": "20260930", "row": []}, "card": {"aae010": "6217009901000000017"}}
    browser = browsers[LIN]
    answer = browser.post("/apply/rs-shiyedengji", data={"new": "1"})
    draft = re.search(r"/drafts/draft_[0-9a-f]{32}", str(answer.url))[0]  # type: ignore[index]
    assert str(answer.url).endswith("/consent")
    assert "社会保险系统" in answer.text
    assert "社保卡银行账号" in answer.text
    settled(site, draft)
    assert "card" not in [one[1] for one in registers.asked]
    assert browser.post(f"{draft}/consent", data={"no": "1"}).status_code == 200
    assert "card" not in [one[1] for one in registers.asked]
    browser.post(f"{draft}/consent", data={"renshe-account": "bank.account", "mode": "case"})
    settled(site, draft)
    assert "card" in [one[1] for one in registers.asked]
    page = browser.get("/me/consents").text
    assert "同意青禾市人力资源和社会保障局为办理“失业登记”，向社会保险系统取：社保卡银行账号" in page
    assert rows(site, "select count(*) as n from exchange.answer where consent_id is not null")[0]["n"] == 1
    revoke = re.search(r"/me/consents/consent_[0-9a-f]{32}/revoke", page)[0]  # type: ignore[index]
    assert browser.post(revoke).status_code == 200
    assert rows(site, "select count(*) as n from exchange.answer where consent_id is not null")[0]["n"] == 0
    assert "已收回" in browser.get("/me/consents").text
    registers.hang["card"] = 0.3
    browser.post(f"{draft}/consent", data={"renshe-account": "bank.account", "mode": "case"})
    revoke = re.search(r"/me/consents/consent_[0-9a-f]{32}/revoke", browser.get("/me/consents").text)[0]  # type: ignore[index]
    browser.post(revoke)
    settled(site, draft)
    assert rows(site, "select count(*) as n from exchange.answer where consent_id is not null")[0]["n"] == 0, "dropped on arrival"
    assert browsers[WANG].post(revoke, headers={"accept": "application/json"}).status_code == 404


def test_said_to_be_wrong_twice_at_once_it_is_said_once(site: Any, registers: Registers, browsers: Browsers) -> None:
    from onedoor.exchange.service import contesting
    from onedoor.kernel.work import Actor

    forget(site)
    rows(site, "delete from exchange.challenge where element = 'driver.class'")
    registers.says["driver"] = DRIVER
    settled(site, begun(browsers[LIN], "jt-wangyueche"))
    who = PersonId.parse(browsers[LIN].get("/api/me").json()["id"])

    async def press() -> str:
        async with site.house.begin(Actor(id=who, assurance=2)) as work:
            made = await contesting.contest(work, "driver.class", "jt-wangyueche", "应该是 B2")
            await asyncio.sleep(0.1)
            return str(made.id)

    async def both() -> list[str]:
        return list(await asyncio.gather(press(), press()))

    one, two = site.run(both)
    assert one == two
    rows(site, "delete from exchange.challenge where element = 'driver.class'", "delete from kernel.job where kind = 'exchange.correct'")


def test_taken_back_in_the_moment_in_which_it_is_asked(site: Any, registers: Registers, browsers: Browsers) -> None:
    """Two transactions at once: whoever takes it back cannot see yet that it has just been asked by it. Nothing is kept all the same, and
    the job that looks after what was left behind asks nobody."""
    from onedoor.exchange.service import finishing

    forget(site)
    registers.says |= {"card": {"aae010": "6217009901000000017"}}

    async def taken_back(request: Any) -> None:
        async with site.house.database.tx(role="job") as db:
            await db.run("update exchange.consent set revoked_at = now()")

    draft = begun(browsers[LIN], "rs-shiyedengji")
    settled(site, draft)
    registers.before = taken_back
    browsers[LIN].post(f"{draft}/consent", data={"renshe-account": "bank.account", "mode": "case"})
    settled(site, draft)
    assert rows(site, "select count(*) as n from exchange.answer where consent_id is not null")[0]["n"] == 0
    assert rows(site, "select state from exchange.ask where consent_id is not null") == [{"state": "dropped"}]
    one = rows(site, "update exchange.ask set state = 'logged' where consent_id is not null returning citizen_id, id")[0]
    registers.asked.clear()
    site.run(finishing.finish, site.house.begin, site.house.ports, PersonId(one["citizen_id"]), [AskId(one["id"])])
    assert registers.asked == []


def test_what_is_wrong_is_answered_by_whoever_keeps_it(site: Any, registers: Registers, browsers: Browsers, staff: Any) -> None:
    """Said once, on the desk of the register's department with a day, answered, and the person told; then asked anew."""
    forget(site)
    rows(site, "delete from exchange.challenge", "delete from exchange.correction")
    registers.says["v_hunyin"] = MARRIAGE
    browser, police, civil = browsers[WANG], staff(POLICE), staff(CIVIL)
    draft = begun(browser, "mz-dianzi-jiehunzheng")
    settled(site, draft)
    page = browser.get(f"{draft}/check").text
    assert "张建国" in page
    link = re.search(r'/me/corrections/new\?element=marriage\.married_on[^"]*', page)[0].replace("&amp;", "&")  # type: ignore[index]
    assert "民政局" in browser.get(link).text
    sent = {"element": "marriage.married_on", "item": "mz-dianzi-jiehunzheng", "words": ""}
    assert browser.post("/me/corrections", data=sent).status_code == 422
    exchange.open_clocks({"correct": 4})
    assert "4 个工作日内" in browser.get(link).text
    for _ in range(2):
        assert "正在核对" in browser.post("/me/corrections", data=sent | {"words": "应该是 2003 年 5 月 8 日"}).text
    exchange.open_clocks(site.house.settings.city.exchange["clocks"])
    due, today = rows(site, "select due_on from exchange.challenge")[0]["due_on"], site.house.local().date()
    assert due == site.house.settings.calendar.after(today, 4), "the days that the city says"
    assert browser.post("/me/corrections", data=sent | {"element": "driver.class", "words": "不对"}).status_code == 404
    site.jobs()
    assert "结婚登记日期" not in police.get("/desk/corrections").text
    listed = civil.get("/desk/corrections").text
    assert listed.count("结婚登记日期") == 1
    line = re.search(r"/desk/corrections/challenge_[0-9a-f]{32}", listed)[0]  # type: ignore[index]
    assert police.get(line, headers={"accept": "application/json"}).status_code == 404
    assert "应该是 2003 年 5 月 8 日" in civil.get(line).text
    assert "处理您对“结婚登记日期”的异议" in browser.get("/me/access").text
    assert civil.post(line, data={"outcome": "corrected", "words": ""}).status_code == 422
    assert civil.post(line, data={"outcome": "corrected", "words": "已改成 2003-05-08"}).status_code == 200
    site.jobs()
    assert "已改成 2003-05-08" in browser.get("/me/corrections").text
    assert "已经改正" in browser.get("/inbox").text
    registers.asked.clear()
    begun(browser, "mz-dianzi-jiehunzheng")
    assert registers.asked, "what was corrected is asked anew"


def test_evidence_stays_with_the_case(
    site: Any, registers: Registers, browsers: Browsers, staff: Any, queries: list[str]
) -> None:
    """Element, source, day and a salted hash; what was typed in a register's place is compared by a job and shown to the clerk. Handing in
    is four statements: who asks, the draft, all that is known, and one write of everything."""
    forget(site)
    registers.says["v_hunyin"] = MARRIAGE
    browser, clerk = browsers[WANG], staff("13800990501")
    draft = begun(browser, "mz-dianzi-jiehunzheng")
    settled(site, draft)
    browser.post(f"{draft}/phone", data={"phone": "13900990002"})
    queries.clear()
    done = browser.post(f"{draft}/check", follow_redirects=False)
    assert len(queries) == 4, queries
    done = browser.get(done.headers["location"])
    case = re.search(r"/cases/case_[0-9a-f]{32}", str(done.url))
    assert case, done.text
    page = clerk.get(f"/desk{case[0]}").text
    assert "已核验" in page
    filed = rows(site, "select evidence, answers from cases.case_file order by submitted_at desc limit 1")[0]
    proof = {e["element"]: e for e in filed["evidence"]}["marriage.married_on"]
    assert proof["state"] == "held"
    assert len(proof["sha256"]) == 64

    rows(site, "delete from exchange.ask")
    registers.says["v_hunyin"] = ConnectionError()
    draft = begun(browser, "mz-dianzi-jiehunzheng")
    settled(site, draft)
    for ask, data in {
        "spouse": {"spouse": "张建国", "spouse_id": "990102197602290076"},
        "married-on": {"married_on-year": "2003", "married_on-month": "5", "married_on-day": "8"},
        "registered-at": {"registered_at": "here"}, "number": {"certificate_number": "J990102"}, "phone": {"phone": "13900990002"},
    }.items():  # fmt: skip
        answer = browser.post(f"{draft}/{ask}", data=data)
        assert answer.status_code == 200, answer.text
    done = browser.post(f"{draft}/check")
    case = re.search(r"/cases/case_[0-9a-f]{32}", str(done.url))
    assert case, done.text
    again = rows(site, "select detail from cases.step where kind = 'submit' order by at desc limit 1")[0]["detail"]["again"]
    assert "married_on" in again
    assert "还没有核对" in clerk.get(f"/desk{case[0]}").text
    registers.says["v_hunyin"] = MARRIAGE
    rows(site, "update kernel.job set run_at = now()")
    site.jobs()
    page = clerk.get(f"/desk{case[0]}").text
    assert "和民政业务系统登记的不一样" in page
    assert "已和民政业务系统核对一致" in page


def test_what_a_dead_process_left_is_finished_by_a_job(site: Any, registers: Registers, browsers: Browsers) -> None:
    forget(site)
    registers.says["driver"] = TimeoutError()
    browser = browsers[LIN]
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    rows(site, "update exchange.ask set state = 'logged'", "update kernel.job set run_at = now() where kind = 'exchange.finish'")
    registers.says["driver"] = DRIVER
    site.jobs()
    assert "C1" in browser.get(f"{draft}/check").text


def test_a_program_has_the_same(site: Any, registers: Registers, browsers: Browsers) -> None:
    """A draft says how each question stands; a case without a draft is filled too; consents and corrections by JSON, once by key."""
    forget(site)
    rows(site, "delete from exchange.challenge", "delete from exchange.correction")
    registers.says |= {"v_hunyin": MARRIAGE, "insured": {"aab004": "青禾软件", "aae031": "20260930", "row": []}}
    program = browsers[WANG]
    draft = program.post("/api/drafts", json={"item": "mz-dianzi-jiehunzheng"}).json()
    assert draft["registers"]["married_on"] in ("pending", "held")
    settled(site, f"/drafts/{draft['id']}")
    shown = program.get(f"/api/drafts/{draft['id']}").json()
    assert shown["registers"]["married_on"] == "held"
    assert shown["held"]["married_on"] == "2003-05-18"
    wrong = {"item": "mz-dianzi-jiehunzheng", "answers": {"phone": "13900990002", "married_on": "2003-05-19"}, "attachments": []}
    assert program.post("/api/cases", json=wrong).status_code == 422, "what a register holds is not said otherwise"
    rows(site, "delete from exchange.ask")
    made = program.post("/api/cases", json=wrong | {"answers": {"phone": "13900990002"}})
    assert made.status_code == 201, made.text
    key = {"idempotency-key": "corr-1"}
    sent = {"element": "marriage.married_on", "words": "应该是 8 日"}
    first = program.post("/api/exchange/corrections", json=sent, headers=key)
    assert (first.status_code, first.json()["state"]) == (201, "open")
    assert program.post("/api/exchange/corrections", json=sent, headers=key).json() == first.json()
    assert program.post("/api/exchange/corrections", json=sent | {"words": "x"}).status_code in (400, 422)
    assert [one["id"] for one in program.get("/api/exchange/corrections").json()["items"]] == [first.json()["id"]]
    begun(browsers[LIN], "rs-shiyedengji")
    mine = re.search(r"/drafts/draft_[0-9a-f]{32}", browsers[LIN].get("/me/drafts").text)[0]  # type: ignore[index]
    browsers[LIN].post(f"{mine}/consent", data={"renshe-account": "bank.account", "mode": "until"})
    consent = browsers[LIN].get("/api/exchange/consents").json()["items"][0]
    assert consent["elements"] == ["bank.account"]
    url = f"/api/exchange/consents/{consent['id']}/revocations"
    assert program.post(url).status_code == 404
    for _ in range(2):
        assert browsers[LIN].post(url, headers={"idempotency-key": "revoke-1"}).status_code == 200
    assert browsers[LIN].get("/api/exchange/consents").json()["items"][0]["revoked_at"]


def test_an_agent_reads_nothing_that_is_too_sensitive(site: Any, registers: Registers, browsers: Browsers) -> None:
    """Registers are asked about the person and hand it to the department; whoever acts for them gets neither the value nor its source."""
    forget(site)
    registers.says |= {"v_butie": {"rows": [{"sfzh": NUMBER, "lb": "01"}]}, "card": {"aae010": ACCOUNT}}
    mother, item, html = bearer(site, PHONES[2]), "mz-gaolingjintie", {"accept": "text/html"}
    mandate = agreed(bearer(site, LIN), mother, PHONES[2], "李桂兰", items=[item])
    agent = turned(bearer(site, LIN), mandate)
    draft = agent.post("/api/drafts", json={"item": item}).json()
    base = f"/drafts/{draft['id']}"
    agent.put(f"/api{base}/answers", json={"payee": "bank"}, headers={"if-match": "1"}).raise_for_status()
    assert [agent.get(path, headers=html).status_code for path in (f"{base}/consent", "/me/corrections")] == [403, 403]
    browsers[PHONES[2]].post(f"{base}/consent", data={"minzheng-account": "bank.account", "mode": "case"})
    settled(site, base)
    refused = agent.post("/api/cases", json={"item": item, "answers": {}})
    assert 400 <= refused.status_code < 500, refused.text
    assert {number for _, _, keys in registers.asked for number in keys.values()} == {NUMBER}
    own, shown = (one.get(f"/api{base}").json() for one in (mother, agent))
    assert (own["held"]["other"], own["registers"]["other"]) == (["dibao"], "held")
    assert (shown["held"]["other"], "other" in shown["registers"]) == ("仅本人可见", False)
    assert ACCOUNT in mother.get(f"{base}/account", headers=html).text
    theirs = mother.get(f"{base}/check", headers=html).text
    assert [word in theirs for word in ("低保", "/me/corrections")] == [True, True]
    pages = [agent.get(f"{base}/{page}", headers=html) for page in (*shown["pages"], "check")]
    assert {one.status_code for one in pages} == {200}
    told = (ACCOUNT, NUMBER, "/me/corrections", "来自民政", "来自 民政", "来自 人社", "来自人社")
    assert [one.url.path for one in pages if any(word in one.text for word in told)] == []
    assert "仅本人可见" in next(one.text for one in pages if one.url.path.endswith("/account"))
    assert mother.post(f"/api/me/mandates/{mandate}/ends").status_code == 201


def test_what_waited_too_long_for_a_word_is_agreed_to_no_more(site: Any, registers: Registers, browsers: Browsers) -> None:
    """A page that was left open: the other city has been told that nobody answered."""
    forget(site)
    who = PersonId.parse(browsers[LIN].get("/api/me").json()["id"]).uuid
    which = rows(
        site,
        "insert into exchange.waiting (citizen_id, id, node, agreement, elements, purpose, item, title, asker, matter, at, until) values "
        f"('{who}', gen_random_uuid(), 'https://b.example', 'renshe-account', '{{bank.account}}', 'apply', 'x', '{{\"zh\": \"x\"}}', "
        "'{\"zh\": \"y\"}', gen_random_uuid(), now() - interval '15 days', now() - interval '1 day') returning id",
    )[0]["id"]
    html = {"accept": "application/json"}
    answer = browsers[LIN].post(f"/me/asked-elsewhere/waiting_{which.hex}", data={"act": "yes"}, headers=html)
    assert answer.status_code == 404
    assert rows(site, "select * from exchange.consent") == []
    rows(site, "delete from exchange.waiting")
