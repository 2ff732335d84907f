"""The tracker over HTTP: my records in plain words, questions and answers, the officer, seals, the file that proves itself."""

import asyncio
import contextlib
import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from onedoor.kernel.work import system
from onedoor.tracker import file
from onedoor.tracker.models import ChallengeId
from onedoor.tracker.service import challenges, sealing, verifying, watching
from tests.cases.kit import residents

from .kit import CLERK, DESK, ELSEWHERE, HEAD, OFFICER, looked_at


def test_a_look_is_read_in_plain_words_and_narrowed(site: Any) -> None:
    browser, record = looked_at(site)
    assert (record["staff"], record["kind"], record["action"]) == ("高志远", "clerk", "read")
    assert record["department"]["zh"] == "青禾市公安局"
    page = browser.get("/me/data").text
    assert "青禾市公安局 · 高志远查看了" in page
    assert "办理您的申请：居住证办理" in page
    assert "为什么查我？" in page
    assert browser.get("/me/access", follow_redirects=False).headers["location"] == "/me/data"
    org = browser.get("/me/data").text.split('<option value="org_')[1][:32]
    mine = browser.get("/me/data", params={"org": f"org_{org}", "action": "read", "purpose": record["purpose"]["zh"]}).text
    assert "办理您的申请：居住证办理" in mine
    for nothing in ({"action": "print"}, {"org": "org_" + "1" * 32}, {"purpose": "别的"}):
        assert "没有这样的记录" in browser.get("/me/data", params=nothing).text
    assert browser.get(f"/me/data/{record['seq']}").status_code == 200
    assert [browser.get(f"/me/data/{n}").status_code for n in (0, 99_999, 9_999_999_999)] == [404, 404, 404]
    assert browser.get("/me/data?before=-5").status_code == 200
    browser.post("/settings/language", data={"value": "en"})
    assert "Why was I looked at?" in browser.get("/me/data").text


def test_two_officers_at_once_say_one_word(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first has said is what the person reads; the second is told that it is settled."""
    browser, record = looked_at(site, 2)
    path = f"/me/data/{record['seq']}"
    browser.post(f"{path}/challenges", data={"kind": "why"})
    which, desk, officer = browser.get(f"/api{path}/challenge").json()["id"], site.sign_in(DESK), site.sign_in(OFFICER)
    desk.post(f"/desk/questions/{which}", data={"basis": "第九条", "words": "办居住证"})
    browser.post(f"{path}/contests", data={"words": "我没有申请"})
    write, both = challenges.store.rule, asyncio.Event()
    there: list[str] = []

    async def slow(db: Any, citizen: Any, org: Any, one: Any, words: str, at: Any) -> bool:
        there.append(words)
        if len(there) == 2:
            both.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both.wait(), 0.3)
        return await write(db, citizen, org, one, words, at)

    monkeypatch.setattr(challenges.store, "rule", slow)
    with ThreadPoolExecutor(2) as presses:
        said = list(presses.map(lambda words: officer.post(f"/audit/questions/{which}", data={"words": words}).status_code, ("甲", "乙")))
    assert sorted(said) == [200, 409]
    assert len([m for m in browser.get("/api/inbox").json()["items"] if m["title"]["zh"] == "数据保护官处理了您的异议"]) == 1


def test_a_question_is_answered_contested_and_settled(site: Any) -> None:
    browser, record = looked_at(site, 1)
    path = f"/me/data/{record['seq']}"
    bad = browser.post(f"{path}/challenges", data={"kind": "wrong", "words": " "})
    assert (bad.status_code, "请填写这一项" in bad.text) == (422, True)
    assert browser.post(f"{path}/challenges", data={"kind": "else"}).status_code == 422
    asked = browser.post(f"{path}/challenges", data={"kind": "wrong", "words": "地址不是我的"})
    assert "等部门答复" in asked.text
    assert browser.post(f"{path}/challenges", data={"kind": "why"}).status_code == 409
    assert browser.post(f"{path}/contests", data={"words": "早了"}).status_code == 409
    desk = site.sign_in(DESK)
    which = browser.get(f"/api{path}/challenge").json()["id"]
    assert f"/desk/questions/{which}" in desk.get("/desk/questions").text
    assert "地址不是我的" in desk.get(f"/desk/questions/{which}").text
    assert site.sign_in(ELSEWHERE).get(f"/desk/questions/{which}").status_code == 404, "another department's"
    assert site.sign_in(CLERK).get("/desk/questions").status_code == 403
    half = desk.post(f"/desk/questions/{which}", data={"words": "写了一半"})
    assert (half.status_code, "写了一半" in half.text) == (422, True)
    assert desk.post(f"/desk/questions/{which}", data={"basis": "居住证暂行条例 第九条", "words": "办居住证要核对住址"}).status_code == 200
    assert desk.post(f"/desk/questions/{which}", data={"basis": "x", "words": "再答"}).status_code == 409
    assert "答复了您的提问" in browser.get("/inbox").text
    answered = browser.get(path).text
    assert "办居住证要核对住址" in answered
    assert "居住证暂行条例 第九条" in answered
    assert "等数据保护官处理" in browser.post(f"{path}/contests", data={"words": "我没有申请"}).text
    assert browser.post(f"{path}/contests", data={"words": "再说一次"}).status_code == 409
    officer = site.sign_in(OFFICER)
    assert which in officer.get("/audit").text
    assert "我没有申请" in officer.get(f"/audit/questions/{which}").text
    assert officer.post(f"/audit/questions/{which}", data={"words": ""}).status_code == 422
    assert officer.post(f"/audit/questions/{which}", data={"words": "已请公安局更正"}).status_code == 200
    assert officer.post(f"/audit/questions/{which}", data={"words": "又"}).status_code == 409
    assert "已请公安局更正" in browser.get(path).text
    own = browser.get("/me/data").text
    assert "答复您对访问记录的提问" in own
    assert "数据保护官处理您的异议" in own, "what staff read of a question is read by the person too"


def test_by_program_a_question_is_asked_once(site: Any) -> None:
    browser, record = looked_at(site, 2)
    path = f"/api/me/data/{record['seq']}"
    first = [browser.post(f"{path}/challenges", json={"kind": "why"}, headers={"idempotency-key": "once"}) for _ in range(2)]
    assert [answer.status_code for answer in first] == [201, 201]
    assert first[0].json() == first[1].json()
    assert browser.post(f"{path}/challenges", json={"kind": "why"}).status_code == 409
    desk = site.sign_in(DESK)
    lines = desk.get("/api/desk/questions").json()["items"]
    which = next(line["id"] for line in lines if line["id"] == first[0].json()["id"])
    seen = [one["case"] for one in browser.get("/api/me/data").json()["items"] if one["purpose"]["zh"] == "答复您对访问记录的提问"]
    assert seen == [which], "a program has the words of the question, and the person reads that it was opened"
    assert desk.post(f"/api/desk/questions/{which}/answers", json={"basis": "", "words": "x"}).status_code == 422
    assert desk.post(f"/api/desk/questions/{which}/answers", json={"basis": "法", "words": "办件"}).status_code == 201
    assert browser.get(f"{path}/challenge").json()["answer"] == "办件"
    assert desk.get("/api/desk/questions?after=x").status_code == 404
    assert which in str(desk.get("/api/desk/questions?done=true").json())


def test_an_overdue_question_goes_to_the_supervisor_and_counts(site: Any) -> None:
    browser, record = looked_at(site, 3)
    assert browser.post(f"/api/me/data/{record['seq']}/challenges", json={"kind": "why"}).status_code == 201
    which = browser.get(f"/api/me/data/{record['seq']}/challenge").json()["id"]

    async def later() -> None:
        async with site.house.begin(actor=system("test")) as work:
            day = work.today - dt.timedelta(days=365)
            await work.db.run("update tracker.question set due_on = $day where id = $id", day=day, id=ChallengeId.parse(which))
        await challenges.escalate(site.house.begin)
        await challenges.escalate(site.house.begin)

    site.run(later)
    assert browser.get(f"/api/me/data/{record['seq']}/challenge").json()["overdue"] is True
    assert browser.get("/inbox").text.count("您的提问超时没有答复") == 1
    desk, head = site.sign_in(DESK), site.sign_in(HEAD)
    assert desk.post(f"/desk/questions/{which}", data={"basis": "法", "words": "晚了"}).status_code == 409
    assert "要由负责人答复" in desk.get(f"/desk/questions/{which}").text
    assert "提问超时没有答复" in head.get("/inbox").text
    assert head.post(f"/desk/questions/{which}", data={"basis": "法", "words": "抱歉晚了"}).status_code == 200
    public = site.client().get("/about/data").text
    assert "青禾市公安局" in public


def test_however_many_are_late_none_waits_for_another_night(site: Any) -> None:
    people = [looked_at(site, n) for n in (4, 5, 6)]
    for browser, record in people:
        assert browser.post(f"/api/me/data/{record['seq']}/challenges", json={"kind": "why"}).status_code == 201

    async def later() -> int:
        async with site.house.begin(actor=system("test")) as work:
            day = work.today - dt.timedelta(days=1)
            await work.db.run("update tracker.question set due_on = $day where state = 'asked' and not escalated", day=day)
        return await challenges.escalate(site.house.begin, 2)

    assert site.run(later) >= 3
    assert all(browser.get(f"/api/me/data/{record['seq']}/challenge").json()["overdue"] for browser, record in people)


def test_who_looks_without_a_case_stands_out(site: Any) -> None:
    clerk, officer, without = site.sign_in(ELSEWHERE), site.sign_in(OFFICER), residents()[-5:]
    for one in without:
        assert clerk.post("/desk/find", data={"id_number": one["id_number"]}).status_code == 200
    site.jobs()
    site.run(watching.count, site.house.begin)
    page = officer.get("/audit").text
    assert "罗建平" in page
    assert "没有办件的查看 5 次" in page
    site.run(watching.count, site.house.begin)
    assert officer.get("/inbox").text.count("罗建平 看得异常") == 1, "told once a day, counted every ten minutes"
    path = next(part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/audit/readers/") and "罗建平" in part)
    assert "在办件列表里按身份证号查找" in officer.get(path).text
    assert officer.get(path.rsplit("/", 1)[0] + "/nobody").status_code == 404
    assert officer.get("/audit/readers/2026-13-40/x").status_code == 404
    assert "数据保护官检查访问记录" in site.sign_in(without[0]["phone"]).get("/me/data").text
    assert [officer.get(f"/audit/{where}").status_code for where in ("refused", "seals", "findings")] == [200, 200, 200]
    assert [officer.get(f"/audit?after={x}").status_code for x in ("x", "2026-01-01.1.a.b", "2026-01-01.z.a.b")] == [404, 200, 404]


def test_seals_prove_a_persons_file_and_find_what_was_rewritten(site: Any) -> None:
    browser, record = looked_at(site, 5)
    made = site.run(sealing.seal, site.house.begin)
    assert made is not None
    assert site.run(sealing.seal, site.house.begin) is None, "nothing grew since"
    published = site.client().get(f"/.well-known/onedoor/seals/{made.n}.json").json()
    assert json.loads(published["body"])["heads"] == made.heads
    strange = [site.client().get(f"/.well-known/onedoor/seals/{x}").status_code for x in ("999999.json", "x.json", "1", "-1.json")]
    assert strange == [404] * 4
    assert site.client().get("/.well-known/onedoor/seals").json()["items"][0]["n"] == made.n
    raw = browser.get("/me/data/download").content
    whole = file.check(file.read(raw))
    assert (whole.faults, whole.sealed) == ([], record["seq"])
    assert file.check(file.read(raw), {"0" * 16}).sealed == 0, "a key that is not believed proves nothing"
    for change in (lambda r: r.replace("高志远", "高志近"), lambda r: r.replace('"n":1,', '"n":2,', 1) if '"n":1,' in r else r[:-9]):
        try:
            told = file.check(file.read(change(raw.decode()).encode())).faults
        except ValueError:
            told = ["unreadable"]
        assert told
    verdict = site.run(verifying.everything, site.house.begin)
    assert verdict.findings == []
    assert verdict.people > 0
    assert site.run(verifying.sample, site.house.begin) == []
    assert site.run(verifying.yesterday, site.house.begin) == ([], None)


def test_the_protocol_of_other_portals(site: Any) -> None:
    browser, record = looked_at(site, 6)
    used = browser.get("/api/exchange/findUsage").json()
    assert used["totalUsages"] >= 1
    first = used["usages"][0]
    assert first["receiverName"] == "青禾市公安局"
    assert "办理您的申请" in first["action"]
    assert len(browser.get("/api/exchange/findUsage?limit=1").json()["usages"]) == 1
    assert browser.get("/api/exchange/findUsage?periodEnd=2020-01-01").json() == {"totalUsages": 0, "usages": []}
    period = browser.get("/api/exchange/usagePeriod").json()
    assert period["periodStart"] <= record["at"] <= period["periodEnd"]
    for bad in ("periodStart=gestern", "limit=1001", "limit=0", "offset=-1", "userCode=person_1"):
        assert browser.get(f"/api/exchange/findUsage?{bad}").status_code in (400, 422), bad
    assert site.client().get("/api/exchange/findUsage").status_code == 401
    assert site.client().get("/api/exchange/heartbeat").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/me/data", "/me/data/1", "/me/data/download", "/desk/questions", "/audit"])
def test_nobody_reads_without_signing_in(site: Any, path: str) -> None:
    assert site.client().get(path, headers={"accept": "application/json"}).status_code == 401
