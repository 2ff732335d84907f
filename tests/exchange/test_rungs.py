"""When a register does not answer: the own certificate with one press, a promise with another, and neither for whom it is not meant."""

import re
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from onedoor.exchange.models import AskIn, State
from onedoor.identity import service as identity
from onedoor.kernel.work import Actor, system
from onedoor.orgs import service as orgs
from onedoor.wallet import service as wallet
from onedoor.wallet.models import Cert
from tests.cases.kit import picture
from tests.orgs.kit import proven

from .conftest import DRIVER, Registers, rows
from .test_prefill import begun, forget, settled

CLERK = "13800990801"
LICENCE = {"class": "B2", "first_issued": "2012-03-04"}
HTML = {"accept": "text/html"}


class Driver:
    """A newcomer with a driving licence in the wallet, or without."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.phone, self.browser = proven(site)

    def holds(self, *, days: int | None = None, number: str = "", **claims: str) -> Cert:
        async def make() -> Cert:
            async with self.site.house.begin(actor=system("test")) as work:
                me = await identity.person_of_phone(work, self.phone)
                person = await identity.person(work, me)
                org = (await orgs.department(work, "gongan")).id
                said = {"name": person.name, "id_number": person.id_number, **LICENCE, **claims}
                return await wallet.issue(work, me, "004", said, "case_1", person.name, number or person.id_number, org, days)

        return self.site.run(make)

    def ends(self, cert: Cert) -> None:
        async def end() -> None:
            async with self.site.house.begin(actor=system("test")) as work:
                police = replace(work, actor=Actor(system="test", org=(await orgs.department(work, "gongan")).id))
                await wallet.revoke(police, cert.id, "吊销")

        self.site.run(end)


@pytest.fixture(scope="module")
def driver(site: Any) -> Driver:
    return Driver(site)


def pressed(browser: httpx.Client, draft: str, cert: Any, **more: str) -> httpx.Response:
    return browser.post(f"{draft}/my-certificate", data={"certificate": str(cert), **more}, headers=HTML)


def test_a_certificate_stands_in_for_a_register(site: Any, registers: Registers, driver: Driver, staff: Any) -> None:
    """Offered only when the register does not tell; one press fills both facts, read-only, with where they come from; the use is on record
    and the case keeps it. Somebody else's, one that has ended or run out, and one about somebody else fill nothing."""
    forget(site)
    registers.says["driver"] = ConnectionError()
    browser = driver.browser
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert "用我的证照" not in browser.get(f"{draft}/licence-class").text, "nothing in the wallet, nothing offered"
    cert = driver.holds()
    page = browser.get(f"{draft}/licence-class").text
    assert "用我的证照" in page
    assert "机动车驾驶证" in page
    other = Driver(site)
    theirs = other.holds()
    assert pressed(browser, draft, theirs.id).status_code == 404
    assert pressed(browser, draft, "cert_1").status_code == 404
    assert pressed(other.browser, draft, theirs.id).status_code == 404, "nor into somebody else's draft"
    assert "B2" not in browser.get(f"{draft}/check").text
    back = pressed(browser, draft, cert.id, back=f"{draft}/licence-class")
    assert (back.status_code, "licence-class" in str(back.url)) == (200, False), "nothing is left to ask there"
    page = browser.get(f"{draft}/check").text
    assert all(word in page for word in ("B2", "2012 年 3 月 4 日", "来自 我的机动车驾驶证 · 刚刚核验"))
    assert "/licence-class" not in page, "read-only"
    assert pressed(browser, draft, cert.id).status_code == 200, "pressed twice is pressed once"
    assert rows(site, "select count(*) as n from exchange.presented where cert is not null")[0]["n"] == 1
    assert "您用机动车驾驶证填写“网约车驾驶员证申请”" in browser.get("/me/data").text
    assert "部门按您的授权读取了" in browser.get("/wallet/log", headers=HTML).text
    body = rows(site, "select body from exchange.presented")[0]["body"]
    assert b"B2" not in body
    case = handed_in(browser, draft)
    filed = rows(site, "select evidence from cases.case_file order by submitted_at desc limit 1")[0]["evidence"]
    proof = {e["element"]: e for e in filed}["driver.class"]
    assert (proof["state"], proof["via"], len(proof["sha256"])) == ("held", "wallet", 64)
    assert "本人出示的证照" in staff(CLERK).get(f"/desk{case}").text


def test_a_certificate_that_ended_fills_nothing(site: Any, registers: Registers, driver: Driver) -> None:
    """With the same transaction that ends it: not offered, refused when pressed, and what it has filled in is asked for again."""
    forget(site)
    rows(site, "delete from exchange.presented")
    registers.says["driver"] = ConnectionError()
    mine = Driver(site)
    cert = mine.holds()
    draft = begun(mine.browser, "jt-wangyueche")
    settled(site, draft)
    assert pressed(mine.browser, draft, cert.id).status_code == 200
    assert "B2" in mine.browser.get(f"{draft}/check").text
    mine.ends(cert)
    assert "B2" not in mine.browser.get(f"{draft}/check").text
    assert "用我的证照" not in mine.browser.get(f"{draft}/licence-class").text
    assert pressed(mine.browser, draft, cert.id).status_code == 409
    late = mine.holds(days=1)
    days = "valid_from = current_date - 9, issued_on = current_date - 9, valid_to = current_date - 1"
    rows(site, f"update wallet.cert set {days} where id = '{late.id.uuid}'")
    assert "用我的证照" not in mine.browser.get(f"{draft}/licence-class").text
    assert pressed(mine.browser, draft, late.id).status_code == 409
    about_another = mine.holds(number="990102197811050423")
    assert "用我的证照" not in mine.browser.get(f"{draft}/licence-class").text
    assert pressed(mine.browser, draft, about_another.id).status_code == 404


def test_a_program_climbs_the_same_ladder(site: Any, registers: Registers, driver: Driver) -> None:
    """What is offered, taken once by key; a register that answers after all is believed before any certificate."""
    forget(site)
    rows(site, "delete from exchange.presented")
    registers.says["driver"] = AskIn(State.DOWN)
    mine = Driver(site)
    cert, program = mine.holds(), mine.browser
    program.headers["accept"] = "application/json"
    draft = program.post("/api/drafts", json={"item": "jt-wangyueche"}).json()
    url = f"/api/drafts/{draft['id']}/certificates"
    settled(site, f"/drafts/{draft['id']}")
    offered = program.get(url).json()
    facts = ["driver.class", "driver.licensed_on"]
    assert [(one["certificate"], one["elements"]) for one in offered["certificates"]] == [(str(cert.id), facts)]
    assert sorted(offered["promises"]) == ["licence_class", "licensed_on"]
    first = program.post(url, json={"certificate": str(cert.id)}, headers={"idempotency-key": "use-1"})
    assert (first.status_code, first.json()["registers"]["licence_class"]) == (201, "held")
    assert program.post(url, json={"certificate": str(cert.id)}, headers={"idempotency-key": "use-1"}).json() == first.json()
    assert program.get(url).json() == {"certificates": [], "promises": {}}
    registers.says["driver"] = DRIVER
    rows(site, "update exchange.ask set at = at - interval '1 day'")
    program.post(f"/drafts/{draft['id']}/again", data={}, headers=HTML)
    settled(site, f"/drafts/{draft['id']}")
    assert program.get(f"/api/drafts/{draft['id']}").json()["held"]["licence_class"] == "C1"


def handed_in(browser: httpx.Client, draft: str, **promised: str) -> str:
    """The rest is typed, a picture uploaded; the case's address."""
    for ask, data in {
        "kind": {"kind": "new"}, "exam": {"exam": "none"}, "platform": {"platform": "open"}, "phone": {"phone": "13900990001"},
        "promise": {"promise": ["crash", "drugs", "violence"]},
    }.items():  # fmt: skip
        assert browser.post(f"{draft}/{ask}", data=data, headers=HTML).status_code == 200
    program = {"accept": "application/json"}
    for fault in browser.get(f"/api{draft}", headers=program).json()["faults"]:
        if fault["page"].startswith("file-"):
            code = fault["page"].removeprefix("file-")
            sent = browser.post(f"{draft}/{fault['page']}/upload", files={fault["page"]: ("a.png", picture(), "image/png")}, headers=HTML)
            assert sent.status_code == 200, (code, sent.text)
    done = browser.post(f"{draft}/check", headers=HTML)
    found = re.search(r"/cases/case_[0-9a-f]{32}", str(done.url))
    assert found, done.text
    return found[0]


def test_a_promise_stands_in_for_a_register(site: Any, registers: Registers, staff: Any) -> None:
    """Signed with one press beside the typed answer, marked for whoever decides, ended by the register that is back; what differs is a
    clerk's to look at. Whoever has broken one is offered none."""
    forget(site)
    registers.says["driver"] = ConnectionError()
    mine = Driver(site)
    browser, clerk = mine.browser, staff(CLERK)
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert "可以告知承诺" in browser.get(f"{draft}/licence-class", headers=HTML).text
    browser.post(f"{draft}/licence-class", data={"licence_class": "C1", ".promise": "licence_class"}, headers=HTML)
    assert "您已经承诺" in browser.get(f"{draft}/licence-class", headers=HTML).text
    date = {"licensed_on-year": "2015", "licensed_on-month": "6", "licensed_on-day": "1"}
    browser.post(f"{draft}/licensed-on", data=date | {".promise": "licensed_on"}, headers=HTML)
    case = handed_in(browser, draft)
    page = clerk.get(f"/desk{case}").text
    assert page.count("本人承诺属实，人口库还没有核对") == 2
    assert "准驾车型" in browser.get("/me/promises", headers=HTML).text
    registers.says["driver"] = DRIVER
    rows(site, "update kernel.job set run_at = now()", "update exchange.ask set at = at - interval '1 day'")
    site.jobs()
    page = clerk.get(f"/desk{case}").text
    assert "已和人口库核对一致" in page
    assert "和人口库登记的不一样" in page
    this = f"case_id = '{case.rpartition('_')[2]}'"
    found = rows(site, f"select document, result, checked_at is not null as looked from cases.promise where {this} order by document")
    assert [(one["document"], one["result"], one["looked"]) for one in found] == [
        ("/licence_class", "kept", True), ("/licensed_on", "", True),
    ]  # fmt: skip
    assert "待核查承诺" in page
    rows(site, f"update cases.promise set result = 'broken', barred_until = current_date + 100 where document = '/licensed_on' and {this}")
    registers.says["driver"] = ConnectionError()
    rows(site, "delete from exchange.answer", "delete from exchange.ask", "delete from exchange.circuit")
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert "可以告知承诺" not in browser.get(f"{draft}/licence-class", headers=HTML).text
    refused = browser.post(f"{draft}/licence-class", data={"licence_class": "C1", ".promise": "licence_class"}, headers=HTML)
    assert (refused.status_code, "您有一份承诺核查不属实" in refused.text) == (409, True)
    for page in (refused, browser.get(f"{draft}/licence-class", headers=HTML)):
        assert re.search(r'value="C1"[^>]* (checked|selected)', page.text), "what was answered is kept, without the promise"


def test_no_promise_where_the_form_allows_none(site: Any, registers: Registers, driver: Driver) -> None:
    """A question without that rung takes none, by page or by program; nor does one whose register has told."""
    forget(site)
    registers.says |= {"v_hunyin": ConnectionError(), "driver": DRIVER}
    program = driver.browser
    json = {"accept": "application/json"}
    married = program.post("/api/drafts", json={"item": "mz-dianzi-jiehunzheng"}, headers=json).json()["id"]
    drives = program.post("/api/drafts", json={"item": "jt-wangyueche"}, headers=json).json()["id"]
    for draft, code in ((married, "/married_on"), (drives, "/licence_class"), (drives, "/kind")):
        settled(site, f"/drafts/{draft}")
        said = program.post(f"/api/drafts/{draft}/papers", json={"document": code, "how": "promise"}, headers=json)
        assert said.status_code == 409, (code, said.text)


def test_whoever_does_not_consent_may_promise(site: Any, registers: Registers, driver: Driver) -> None:
    """Refusing leads to the next rung: a promise, taken back with another press."""
    forget(site)
    browser = driver.browser
    draft = begun(browser, "mz-linshijiuzhu")
    settled(site, draft)
    assert "可以告知承诺" in browser.get(f"{draft}/account", headers=HTML).text
    answer = browser.post(f"{draft}/account", data={"account": "6217009901000000012", ".promise": "account"}, headers=HTML)
    assert answer.status_code == 200
    assert "您已经承诺" in browser.get(f"{draft}/account", headers=HTML).text
    browser.post(f"{draft}/account", data={"account": "6217009901000000012", ".promise": ""}, headers=HTML)
    page = browser.get(f"{draft}/account", headers=HTML).text
    assert "您已经承诺" not in page
    assert "6217009901000000012" in page
