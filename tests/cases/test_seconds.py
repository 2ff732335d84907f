"""重点保护: whoever is specially protected is read by two, and reads who asked, who allowed it, and who looked."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from onedoor.cases.seconds import SecondId
from onedoor.kernel.i18n import Text
from onedoor.kernel.memory import changed
from onedoor.kernel.work import system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import NewStaff
from tests.mandates.people import Account, account, entered
from tests.tracker.kit import OFFICER

from .kit import submitted
from .test_desk import CHIEF, CLERK, EAST, ELSEWHERE, WEST, Staff, act

AUDITOR = "13800991609"
ALONE = "13800990301"
"""The only one of yibao who handles cases."""
WHY = "本人来电催办，需要核对材料"


def until(days: int) -> dict[str, str]:
    on = dt.date.today() + dt.timedelta(days)
    return {"until-year": str(on.year), "until-month": str(on.month), "until-day": str(on.day)}


def somebody(site: Any, name: str) -> Account:
    """Nobody else's, and at home where 方晴 handles cases and 贺兰 does not."""
    one = account(site, entered(site, name, dt.date(1970, 5, 6)))
    site.sign_in(one.phone).post("/settings/district", data={"value": "990102"})
    return one


def flagged(officer: httpx.Client, number: str) -> httpx.Response:
    return officer.post("/audit/guarded", data={"id_number": number, "reason": "公众人物，怕被人好奇查看", **until(30)})


def freed(officer: httpx.Client, one: Account) -> httpx.Response:
    return officer.post(f"/audit/guarded/{one.id}/end")


@pytest.fixture(scope="module")
def famous(site: Any) -> Iterator[Account]:
    """Somebody on the officer's list while these tests run, and not afterwards."""
    officer, one = site.sign_in(OFFICER), somebody(site, "钟声远")
    assert flagged(officer, one.who.id_number).status_code == 200
    yield one
    freed(officer, one)
    assert str(one.id) not in officer.get("/audit/guarded").text


def looks(one: Account) -> list[dict[str, Any]]:
    return one.program.get("/api/me/data").json()["items"]


def asked(desk: httpx.Client, case: str, why: str = WHY) -> str:
    made = desk.post(f"/api/cases/{case}/seconds", json={"reason": why})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def answered(desk: httpx.Client, which: str, outcome: str = "allowed", words: str = "") -> httpx.Response:
    return desk.post(f"/api/desk/seconds/{which}/answers", json={"outcome": outcome, "words": words})


def test_the_officer_says_who_is_protected_and_takes_it_back(site: Any) -> None:
    officer, one = site.sign_in(OFFICER), somebody(site, "钟一鸣")
    number, stranger = one.who.id_number, entered(site, "没人见过", dt.date(1972, 5, 6)).id_number
    empty = officer.post("/audit/guarded", data={"id_number": "12", "reason": "短"})
    assert empty.status_code == 422
    assert all(f'id="error-{name}"' in empty.text for name in ("id_number", "reason", "until"))
    good = {"id_number": number, "reason": "公众人物，常被查看", **until(9)}
    for wrong, words in (
        ({"id_number": stranger}, "没有找到"),
        (until(400), "一年以内"),
        (until(-1), "一年以内"),
        ({"reason": "长" * 201}, "200"),
    ):
        bad = officer.post("/audit/guarded", data=good | wrong)
        assert (bad.status_code, words in bad.text) == (422, True), wrong
    listed = flagged(officer, number)
    assert (listed.status_code, str(one.id) in listed.text, "钟一鸣" in listed.text) == (200, True, False)
    assert flagged(officer, number).text.count(str(one.id)) == 1, "named twice is once"
    told = one.program.get("/api/inbox").json()["items"][0]
    assert (told["title"]["zh"], "先经一位同事同意" in told["body"]["zh"]) == ("您的办件受重点保护", True)
    assert {"数据保护官查看重点保护名单", "列入重点保护"} <= {look["purpose"]["zh"] for look in looks(one)}
    assert freed(officer, one).status_code == 200
    assert freed(officer, one).status_code == 404
    assert one.program.get("/api/inbox").json()["items"][0]["title"]["zh"] == "重点保护已取消"
    key, last = {"idempotency-key": f"guard {one.id}"}, dt.date.today() + dt.timedelta(20)
    body = {"id_number": number, "reason": "公众人物，常被查看", "until": last.isoformat()}
    first, again = (officer.post("/api/audit/guarded", json=body, headers=key) for _ in range(2))
    assert (first.status_code, first.json()["person"], again.json()) == (201, str(one.id), first.json())
    rows = {row["person"]: (row["name"], row["by"], row["until"]) for row in officer.get("/api/audit/guarded").json()["items"]}
    assert rows[str(one.id)] == ("钟*鸣", "明鉴", last.isoformat())
    ends = f"/api/audit/guarded/{one.id}/ends"
    assert [officer.post(path).status_code for path in (ends, ends, "/api/audit/guarded/x/ends")] == [201, 404, 404]
    assert site.sign_in(CLERK).get("/audit/guarded").status_code == 403


def test_nothing_of_the_person_before_a_colleague_has_allowed_it(famous: Account, staff: Staff) -> None:
    made, desk = submitted(famous.program), staff(CLERK)
    case, number = made["id"], made["number"]
    nobodys = f"file_{'0' * 32}"
    closed = desk.get(f"/desk/cases/{case}")
    assert (closed.status_code, "这个办件受重点保护" in closed.text) == (403, True)
    assert not [word for word in ("钟声远", "春风路", famous.who.id_number) if word in closed.text]
    for path in (f"/files/{nobodys}", "/certificates", "/objections"):
        refused = desk.get(f"/desk/cases/{case}{path}")
        assert (refused.status_code, "请同事同意" in refused.text, "钟声远" in refused.text) == (403, True, False), path
    whole = desk.get(f"/api/desk/cases/{case}").json()
    assert (whole["type"].rsplit("/", 1)[1], whole["state"], whole["status"]) == ("needs-second", "", 403)
    acts = {"acceptances": {}, "decisions": {"outcome": "granted"}, "transfers": {"department": "yibao", "reason": "x"}}
    assert {desk.post(f"/api/cases/{case}/{what}", json=body).status_code for what, body in acts.items()} == {403}
    assert desk.get(f"/api/cases/{case}/hand-overs").status_code == 403
    typed = act(desk, case, "note", "1", note_words="写了一半的备注")
    assert (typed.status_code, "写了一半的备注" in typed.text, "为什么要打开" in typed.text) == (403, True, True)
    line = next(row for row in desk.get("/api/desk/inbox", params={"q": number}).json()["items"] if row["id"] == case)
    assert line["holder"] == "钟*远", "the list is as it was"
    desk.post("/desk/claim", data={"case": case})
    assert "退回待领" in desk.get(f"/desk/cases/{case}").text, "taken with others, it can be put back unread"
    assert desk.post(f"/desk/cases/{case}/release", data={}).status_code == 403
    assert famous.program.get(f"/api/cases/{case}").status_code == 200, "one's own is one's own"


def test_two_read_and_the_person_reads_both_names(site: Any, famous: Account, staff: Staff, other: httpx.Client) -> None:
    case, desk, second, chief = str(submitted(famous.program)["id"]), staff(CLERK), staff(EAST), staff(CHIEF)
    assert desk.post(f"/desk/cases/{case}/seconds", data={"reason": "想看"}).status_code == 422
    assert "等同事答复" in desk.post(f"/desk/cases/{case}/seconds", data={"reason": WHY}).text
    which = asked(desk, case, "又问一遍，应该是同一个")
    listed = second.get("/desk/seconds").text
    assert all(word in listed for word in (WHY, "高志远", which))
    assert not [word for word in ("钟声远", "春风路", "又问一遍") if word in listed]
    assert [one["id"] for one in second.get("/api/desk/seconds").json()["items"] if one["case"] == case] == [which], "asked twice is one"
    assert "高志远 请您同意打开" in second.get("/inbox").text
    for nobody in (CLERK, WEST, ELSEWHERE):
        assert which not in staff(nobody).get("/desk/seconds").text
    said = {who: answered(client, which).status_code for who, client in (
        ("asker", desk), ("other district", staff(WEST)), ("neighbour", staff(ELSEWHERE)), ("person", famous.program), ("resident", other),
    )}  # fmt: skip
    assert said == {"asker": 403, "other district": 403, "neighbour": 404, "person": 403, "resident": 403}
    form = {f"outcome-{which}": "refused"}
    assert [second.post(f"/desk/seconds/{which}", data=data).status_code for data in ({}, form)] == [422, 422], "which, and why not"
    assert second.post(f"/desk/seconds/{which}", data=form | {f"words-{which}": "催办不用打开材料"}).status_code == 200
    assert [answered(chief, which, *said).status_code for said in (("refused", "催办不用打开材料"), ("allowed",))] == [201, 409]
    assert "方晴 没有同意" in chief.post(f"/desk/seconds/{which}", data={f"outcome-{which}": "allowed"}).text
    refused = desk.get(f"/desk/cases/{case}").text
    assert all(word in refused for word in ("没有同意", "方晴", "催办不用打开材料", "请同事同意"))
    again = asked(desk, case, "要核对补交的材料")
    assert again != which
    opened = second.post(f"/desk/seconds/{again}", data={f"outcome-{again}": "allowed"})
    assert opened.status_code == 200
    assert answered(chief, again, "refused", "我不同意这样").status_code == 409
    assert asked(desk, case) == again, "allowed already"
    assert "方晴 同意您打开办件" in desk.get("/inbox").text
    assert "钟声远" in desk.get(f"/desk/cases/{case}").text
    assert second.get(f"/desk/cases/{case}").status_code == 403, "who allows it does not read it"
    assert act(desk, case, "accept").status_code == 200
    found = [(look["staff"], look["outcome"], look["purpose"]["zh"], look["basis"]) for look in looks(famous)]
    assert ("高志远", "asked", "重点保护：请同事同意打开您的办件", WHY) in found
    assert ("方晴", "refused", "重点保护：高志远 请求打开您的办件", "催办不用打开材料") in found
    assert ("方晴", "allowed", "重点保护：高志远 请求打开您的办件", "要核对补交的材料") in found
    assert any(who == "高志远" and "经 方晴 同意" in purpose for who, _, purpose, _ in found)
    browser = site.sign_in(famous.phone)
    assert "没有同意同事打开办件" in browser.get("/me/data").text
    ran_out(site, again)
    assert "上次的同意已经过期" in desk.get(f"/desk/cases/{case}").text
    assert desk.get(f"/api/desk/cases/{case}").status_code == 403, "with the next request"


def ran_out(site: Any, which: str) -> None:
    async def write() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "-- scatter\nupdate cases.second_reading set until = $now where id = $id", now=work.now, id=SecondId.parse(which)
            )

    site.run(write)


def test_a_case_that_went_elsewhere_and_a_department_of_one(site: Any, famous: Account, staff: Staff) -> None:
    case, desk, second, chief = str(submitted(famous.program)["id"]), staff(CLERK), staff(EAST), staff(CHIEF)
    waits, goes = asked(desk, case), asked(chief, case)
    assert answered(second, goes).status_code == 201
    act(chief, case, "transfer", transfer_department="yibao", transfer_reason="是医保的事")
    site.jobs()
    assert waits not in second.get("/desk/seconds").text
    late = second.post(f"/desk/seconds/{waits}", data={f"outcome-{waits}": "allowed"})
    assert (late.status_code, "不用请同事同意" in late.text) == (409, True)
    alone = staff(ALONE)
    page = alone.get(f"/desk/cases/{case}")
    assert (page.status_code, "没有别的同事可以同意" in page.text, 'href="tel:' in page.text) == (403, True, True)
    assert alone.post(f"/api/cases/{case}/seconds", json={"reason": WHY}).status_code == 409
    assert alone.post(f"/desk/cases/{case}/seconds", data={"reason": WHY}).status_code == 409


def test_the_flag_ends(site: Any, staff: Staff) -> None:
    officer, one = site.sign_in(OFFICER), somebody(site, "钟三省")
    case, desk = str(submitted(one.program)["id"]), staff(CLERK)
    assert desk.get(f"/desk/cases/{case}").status_code == 200, "nobody's"
    assert desk.post(f"/api/cases/{case}/seconds", json={"reason": WHY}).status_code == 409
    flagged(officer, one.who.id_number)
    try:
        waits = asked(desk, case)
    finally:
        freed(officer, one)
    assert desk.get(f"/desk/cases/{case}").status_code == 200
    assert answered(staff(EAST), waits).status_code == 409, "nobody has to"
    assert desk.post(f"/desk/cases/{case}/seconds", data={"reason": WHY}).status_code == 200, "it opens"


def test_colleagues_are_protected_by_themselves(site: Any, staff: Staff) -> None:
    one = somebody(site, "钟同事")
    case, whose = str(submitted(one.program)["id"]), one.id

    async def employed() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await orgs.put_staff(work, [NewStaff(one.phone, one.who.name, "gongan", Text("文员", "Clerk"), ["cases:handle"], ["990102"])])

    async def left() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("delete from orgs.staff where person_ref = $person", person=whose)
            await changed(work.db, "orgs")

    site.run(employed)
    try:
        assert staff(CLERK).get(f"/desk/cases/{case}").status_code == 403
        assert "受重点保护" in site.sign_in(AUDITOR).get(f"/audit/cases/{case}").text, "nor by whoever audits"
        which, browser = asked(staff(CLERK), case), site.sign_in(one.phone)
        assert which not in browser.get("/desk/seconds").text
        assert answered(browser, which).status_code == 403, "never the person themself"
        assert "请您同意打开" not in browser.get("/inbox").text
        assert answered(staff(EAST), which).status_code == 201
        assert staff(CLERK).get(f"/desk/cases/{case}").status_code == 200
    finally:
        site.run(left)
    assert staff(CHIEF).get(f"/desk/cases/{case}").status_code == 200, "nobody's colleague any more"
