"""A company as applicant: its legal representative by the register, its members by mandate; case and certificate are the company's."""

import re
from typing import Any, NamedTuple

import httpx
import pytest

from onedoor.cases.models import CaseId
from onedoor.kernel.work import system
from onedoor.mandates.models import Company, MandateId
from onedoor.mandates.ports import CompanyRegister
from onedoor.mandates.service import family
from tests.cases.kit import PERMIT, bearer, picture
from tests.orgs.kit import code, joined, organisation

from .kit import turned
from .people import Account, account, entered, looks, principal
from .test_cards import of_age, page

LICENCE = "sj-shipin-qiye"
ANSWERS = {"shop_name": "禾苗小馆", "place": "青禾市东湖区柳岸街道春风路 20 号一层", "kind": "restaurant", "area": 120, "staff_count": 8}
CLERK = "13800991201"
TEXT = {"accept": "text/html"}


class Companies:
    """The port of the register of companies."""

    def __init__(self) -> None:
        self.rows: dict[str, Company] = {}
        self.away = False

    async def company(self, uscc: str) -> Company | None:
        if self.away:
            raise OSError("the register does not answer")
        return self.rows.get(uscc)

    async def represented(self, id_number: str) -> list[Company]:
        if self.away:
            raise OSError("the register does not answer")
        return [one for one in self.rows.values() if one.legal_id_number == id_number]


class Business(NamedTuple):
    """A company, its head, a member with a mandate, one without, and the head of another company."""

    company: Company
    head: Account
    member: Account
    idle: Account
    rival: Account
    mandate: str
    given: str
    staff: str


@pytest.fixture(scope="module")
def companies(site: Any) -> Companies:
    made = Companies()
    site.house.ports.put(CompanyRegister, made)
    return made


@pytest.fixture(scope="module")
def business(site: Any, kin: Any, companies: Companies) -> Business:
    people = [account(site, entered(site, name, of_age(site, 40))) for name in ("禾老板", "苗经办", "闲同事", "对手方")]
    head, member, idle, rival = people
    for one, called in ((head, "青禾禾苗餐饮有限公司"), (rival, "青禾对手餐饮有限公司")):
        uscc = code()
        companies.rows[uscc] = Company(uscc, called, one.who.name, one.who.id_number, "青禾市东湖区柳岸街道春风路 20 号一层", "餐饮服务")
    company = next(iter(companies.rows.values()))
    for one in (head, rival):
        assert one.program.post("/me/mandates/firms", headers=TEXT).url.path == "/me/mandates/firms"
    organisation(site, head.program, uscc=company.uscc, name=company.name, legal_name=head.who.name)
    head = head._replace(program=bearer(site, head.phone))
    for one in (member, idle):
        joined(site, head.program, one.phone, one.program, "clerk")
    boss = site.sign_in(head.phone)
    staff = str(member.id)
    data = {"member": staff, "items": [LICENCE], "types": ["048"], "acts": ["see_status", "fill", "submit", "show"], "days": "30"}
    assert boss.post("/me/mandates/firm", data=data, headers=TEXT).status_code == 200
    given = member.program.get("/api/me/mandates").json()["held"][0]["id"]
    assert member.program.post(f"/api/me/mandates/{given}/answers", json={"agree": True}).json()["holds"]
    held = next(one for one in head.program.get("/api/me/mandates").json()["held"] if one["kind"] == "legal")
    return Business(company, head, member._replace(program=bearer(site, member.phone)), idle, rival, held["id"], given, staff)


@pytest.fixture(scope="module")
def case(site: Any, business: Business) -> dict[str, Any]:
    """A licence that the member has applied for; what the register holds arrives filled."""
    program = turned(business.member.program, business.given)
    draft = program.post("/api/drafts", json={"item": LICENCE}).json()
    assert (draft["held"]["uscc"], draft["held"]["firm_name"]) == (business.company.uscc, business.company.name)
    saved = program.put(f"/api/drafts/{draft['id']}/answers", json=ANSWERS, headers={"if-match": str(draft["rev"])})
    assert saved.status_code == 200, saved.text
    upload = {"file": ("布局图.png", picture(), "image/png")}
    program.post("/api/attachments", data={"draft": draft["id"], "document": "layout"}, files=upload).raise_for_status()
    handed = program.post(f"/drafts/{draft['id']}/check", headers=TEXT)
    assert handed.status_code == 200, handed.text
    site.jobs()
    return program.get("/api/cases").json()["items"][0]


def test_a_company_applies_through_its_member(site, business, case) -> None:
    """The case names company and member; the licence lies in the company's wallet."""
    program = turned(business.member.program, business.given)
    assert program.get("/api/me/acting").json()["name"] == business.company.name
    refused = program.post("/api/drafts", json={"item": PERMIT})
    assert refused.json()["type"] == "/problems/not-in-mandate"
    clerk = site.sign_in(CLERK)
    desk = page(clerk, f"/desk/cases/{case['id']}")
    assert business.company.name in desk
    assert business.company.uscc in desk
    assert "苗经办（代办人）" in desk
    assert business.company.name in page(clerk, "/desk/inbox")
    head = turned(bearer(site, business.head.phone), business.mandate)
    assert case["id"] in page(head, "/me/cases")
    assert business.company.uscc in page(head, f"/cases/{case['id']}")
    told = [one["title"]["zh"] for one in business.head.program.get("/api/inbox").json()["items"]]
    assert f"苗经办 替{business.company.name}提交“食品经营许可（企业）”" in told
    assert granted(site, clerk, case["id"]) == 200
    for one in (program, head):
        card = next(card for card in one.get("/api/certificates").json()["items"] if card["type"] == "048")
        assert card["holder_name"] == business.company.name
        assert card["claims"]["uscc"] == business.company.uscc
    assert "食品经营许可证" in page(business.head.program, "/wallet")
    assert head.get(f"/api/certificates/{card['id']}/standard").status_code == 403
    seen = page(head, "/me/data")
    assert "查看" in seen
    asked = re.search(r'href="(/me/data/\d+)">为什么查我？', seen)
    assert asked, seen
    assert "等部门答复" in head.post(f"{asked[1]}/challenges", data={"kind": "why"}).text, "what the page offers is taken"
    assert head.get("/me/data/download").json()["rows"]
    assert program.post(f"{asked[1]}/challenges", data={"kind": "why"}).status_code == 403
    assert program.get("/me/data").status_code == 403, "whoever represents it reads who looked, a member does not"


def granted(site: Any, clerk: httpx.Client, case: str) -> int:
    async def scanned() -> None:
        async with site.house.database.tx(role="job") as db:
            await db.run("update cases.attachment set scan = 'clean' where case_id = $case", case=CaseId.parse(case))

    site.run(scanned)
    for path in ("claim", "accept", "decide"):
        rev = page(clerk, f"/desk/cases/{case}").split('name="rev" value="')[1].split('"')[0]
        answer = clerk.post(f"/desk/cases/{case}/{path}", data={"rev": rev, "outcome": "granted", "grant_words": "请查收"}, headers=TEXT)
        site.jobs()
    return answer.status_code


def test_who_may_not(site, business) -> None:
    """A person as such, a member without a mandate, the head of another company; and the company in what people do for themselves."""
    alone = business.idle.program.post("/api/drafts", json={"item": LICENCE})
    assert (alone.status_code, alone.json()["type"]) == (403, "/problems/for-organisations")
    assert "替单位办" in business.idle.program.get(f"/apply/{LICENCE}", headers=TEXT).text
    for stranger in (business.idle, business.rival):
        for mandate in (business.mandate, business.given):
            assert stranger.program.put("/api/me/acting", json={"mandate": mandate}).status_code == 404
    assert business.rival.program.get(f"/api/me/mandates/{business.given}").status_code == 404
    head = turned(bearer(site, business.head.phone), business.mandate)
    assert head.post("/api/drafts", json={"item": PERMIT}).json()["type"] == "/problems/for-people"
    other = turned(bearer(site, business.rival.phone), business.rival.program.get("/api/me/mandates").json()["held"][0]["id"])
    assert other.get("/api/cases").json()["items"] == []
    assert other.get("/api/certificates").json()["items"] == []


def test_a_head_of_eleven_firms_acts_for_all_of_them(site, companies) -> None:
    head = account(site, entered(site, "多家主", of_age(site, 50)))
    for n in range(11):
        uscc = code()
        companies.rows[uscc] = Company(uscc, f"青禾分号{n}有限公司", head.who.name, head.who.id_number, "青禾市东湖区柳岸街道", "零售")
    answer = head.program.post("/me/mandates/firms", headers=TEXT)
    assert answer.status_code == 200, answer.text
    assert sum(one["holds"] for one in head.program.get("/api/me/mandates").json()["held"]) == 11


def test_its_head_is_known_however_many_have_been_given(site, business) -> None:
    """A hundred younger mandates of its staff stand before the one of whoever represents it by law."""

    async def many(delete: bool) -> None:
        async with site.house.begin(actor=system("test")) as work:
            if delete:
                await work.db.run("-- scatter\ndelete from mandates.mandate where agent_name = '另一位'")
                return
            await work.db.run(
                "-- scatter\ninsert into mandates.mandate (citizen_id, agent_ref, principal_name, agent_name, kind, items, acts, hide, "
                "from_on, until_on, ground, state, asked_by, confirmed_via, asked_at, changed_at) select citizen_id, uuidv7(), "
                "principal_name, '另一位', kind, items, acts, hide, from_on, until_on, ground, state, asked_by, confirmed_via, asked_at, "
                "changed_at from mandates.mandate cross join generate_series(1, 100) where id = $id", id=MandateId.parse(business.given),
            )  # fmt: skip

    site.run(many, False)
    seen = business.head.program.get(f"/api/me/mandates/{business.given}")
    site.run(many, True)
    assert (seen.status_code, seen.json().get("side")) == (200, "principal")


@pytest.mark.usefixtures("case")
def test_it_ends_with_the_mandate_with_leaving_and_with_the_register(site, business, companies) -> None:
    device = turned(bearer(site, business.member.phone), business.given)
    assert device.get("/api/certificates").status_code == 200
    seen = looks(site, principal(site, business.given))
    assert any("提交" in one for one in seen)
    assert business.head.program.get(f"/api/me/mandates/{business.given}").json()["side"] == "principal"
    boss = site.sign_in(business.head.phone)
    assert boss.post(f"/orgs/mine/members/{business.staff}/remove").status_code == 200
    site.jobs()
    assert device.get("/api/certificates").json()["type"] == "/problems/mandate-ended"
    head = turned(bearer(site, business.head.phone), business.mandate)
    companies.away = True
    site.run(family.recheck, site.house.begin, site.house.ports)
    assert head.get("/api/cases").status_code == 200
    companies.away, was = False, companies.rows[business.company.uscc]
    companies.rows[was.uscc] = Company(was.uscc, was.name, "新老板", "990102198001010011", was.address, was.scope)
    site.run(family.recheck, site.house.begin, site.house.ports)
    assert head.get("/api/cases").json()["type"] == "/problems/mandate-ended"
    given = {"member": str(business.idle.id), "items": [LICENCE], "acts": ["fill"], "days": "30"}
    assert boss.post("/me/mandates/firm", data=given, headers=TEXT).status_code == 403, "who represents it no longer gives nothing"
