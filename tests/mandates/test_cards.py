"""Certificates in others' hands: a child's in both parents' wallets until it is eighteen, an elder's in a carer's as far as was agreed."""

import asyncio
import datetime as dt
import html
from typing import Any, NamedTuple

import httpx
import pytest

from onedoor.identity.models import Life, LifeEvent, PersonId
from onedoor.identity.ports import LifeEvents, Secrets
from onedoor.identity.service import living
from onedoor.kernel.work import Actor, system
from onedoor.mandates.models import Mandate
from onedoor.mandates.service import family
from onedoor.mandates.service.agreeing import room
from onedoor.mandates.service.family import last_day
from onedoor.orgs import service as orgs
from onedoor.wallet import service as wallet
from onedoor.wallet.models import CertId
from tests.cases.kit import ANSWERS, PERMIT, bearer
from tests.mandates.conftest import Family
from tests.rules.test_routes import routes
from tests.transport import status
from tests.web.test_roles import credentials, filled

from .kit import agreed, turned
from .people import Account, Somebody, account, aged, entered, given, looks, principal

TEXT = {"accept": "text/html"}
COPY = {"purpose": "入学", "to_name": "学校"}
PHONE = {"hours": "168", "purpose": "入学报名", "to_name": "青禾三小"}


def card(kind: str, who: Somebody, **claims: str) -> dict[str, Any]:
    return {"type": kind, "claims": {"name": who.name, "id_number": who.id_number} | claims}


def of_age(site: Any, years: int, days: int = 0) -> dt.date:
    """Born so that somebody is so many years and days old today, by the city's calendar."""

    async def today() -> dt.date:
        async with site.house.begin() as work:
            return work.today

    day = site.run(today)
    return day.replace(year=day.year - years) - dt.timedelta(days=days)


class Home(NamedTuple):
    """A family: both parents with accounts, a small child without one, a big one that signs in itself, and somebody who is no family."""

    mother: Account
    father: Account
    other: Account
    big: Account
    small: Somebody


@pytest.fixture(scope="module")
def home(site: Any, kin: Family) -> Home:
    mother, father = entered(site, "安大禾", of_age(site, 40)), entered(site, "安国强", of_age(site, 41))
    small = entered(site, "安小禾", of_age(site, 6), mother=mother, father=father)
    big = entered(site, "安青青", of_age(site, 15), mother=mother, father=father)
    people = [account(site, one) for one in (mother, father, entered(site, "白路人", of_age(site, 30)), big)]
    cards = card("031", big, last_vaccine="流感疫苗"), card("014", big, card_number="QH09901"), card("001", big)
    given(site, people[3].id, big, *cards)
    return Home(*people, small)


def children(one: Account, who: Somebody) -> httpx.Response:
    return one.program.post("/api/me/mandates/children", json={"name": who.name, "id_number": who.id_number})


def page(one: httpx.Client, path: str) -> str:
    answer = one.get(path, headers=TEXT)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.text


def test_the_register_puts_a_childs_cards_into_both_wallets(site, home) -> None:
    """One press, nothing typed; what lies there is told by kind, and a look at it stands in the child's record once a day."""
    for parent in (home.mother, home.father):
        assert parent.program.post("/me/mandates/children", headers=TEXT).url.path == "/wallet"
        for _ in range(2):
            wallet = page(parent.program, "/wallet")
        assert "安*青 · 我监护的人" in wallet
        assert "预防接种证" in wallet
        assert "居民身份证" not in wallet, "the city's data do not mark it for guardians"
    assert home.other.program.post("/me/mandates/children", headers=TEXT).status_code == 422
    assert "安*青" not in page(home.other.program, "/wallet")
    held = home.mother.program.get("/api/me/mandates").json()["held"]
    assert len(held) == 2
    mine = next(one["id"] for one in held if one["acts"] == ["show", "copy"])
    seen = [one for one in looks(site, principal(site, mine)) if "卡包里有什么" in one]
    assert len(seen) == 2, "each parent once"
    assert '"actor_kind":"agent"' in seen[0]


def test_a_parent_shows_and_copies_a_childs_card(site, home) -> None:
    made = children(home.mother, home.big[0]).json()
    assert (made["kind"], made["items"], made["acts"]) == ("guardian", [], ["show", "copy"])
    program = turned(bearer(site, home.mother.phone), made["id"])
    cards = {one["type"]: one for one in program.get("/api/certificates").json()["items"]}
    assert set(cards) == {"031", "014"}
    assert cards["014"]["claims"]["card_number"] != "QH09901"
    one = cards["031"]["id"]
    shown = page(program, f"/wallet/{one}/present")
    assert "安*禾 代 安*青 出示" in shown
    code = html.unescape(shown.split('<code class="code-text">')[1].split("<")[0])
    with site.client() as anybody:
        told = anybody.post("/api/verifications", json={"text": code}).json()
        assert (told["result"], told["certificate"]["holder"], told["certificate"]["agent"]) == ("valid", "安*青", "安*禾")
        checked = anybody.post("/verify", data={"text": code}).text
        own_code = home.big.program.post(f"/api/certificates/{one}/codes").json()["text"]
        assert anybody.post("/api/verifications", json={"text": own_code}).json()["certificate"]["agent"] == ""
    assert "代办人" in checked
    assert checked.index("安*青") < checked.index("安*禾")
    assert "安青青" not in shown
    assert home.big[0].id_number not in shown + page(program, f"/wallet/{one}") + page(program, f"/wallet/{one}?reveal=1")
    copied = program.post(f"/wallet/{one}/copies", data=PHONE, headers=TEXT)
    assert copied.status_code == 200, copied.text
    assert "安*禾" in copied.text
    assert program.get(f"{copied.url.path}/copy.pdf").content[:5] == b"%PDF-"
    refused = [program.get(f"/wallet/{one}/{what}").status_code for what in ("credential", "certificate.pdf")]
    assert [*refused, program.post("/api/drafts", json={"item": PERMIT}).status_code] == [403] * 3
    site.jobs()
    own = home.big.program
    uses = own.get(f"/api/me/mandates/{made['id']}/uses").json()["items"]
    assert sorted(use["act"] for use in uses if use["ref"] == one) == ["copy", "see_status", "show"], "looking once a day"
    log, access = page(own, f"/wallet/{one}"), page(own, "/me/data")
    assert "安大禾 代您亮证" in log
    assert "代办：出示“预防接种证”" in access
    assert "安大禾 替您出示“预防接种证”" in [item["title"]["zh"] for item in own.get("/api/inbox").json()["items"]]


def test_who_may_not(site, home) -> None:
    """Not somebody else, not a sibling, not a parent who has ended it, and nobody from the day of the eighteenth birthday."""
    made = children(home.father, home.big[0]).json()["id"]
    assert children(home.other, home.big[0]).json()["type"] == "/problems/not-a-parent"
    assert children(home.big, home.small).json()["type"] == "/problems/not-a-parent"
    for stranger in (home.other, home.big, home.mother):
        assert stranger.program.put("/api/me/acting", json={"mandate": made}).status_code == 404
    grown, almost = (entered(site, "安成年", of_age(site, 18, days), mother=home.mother[0]) for days in (0, -1))
    assert children(home.mother, grown).json()["type"] == "/problems/not-a-parent"
    until = children(home.mother, almost).json()
    assert (until["holds"], until["until_on"]) == (True, of_age(site, 0).isoformat())
    assert [last_day(dt.date(2008, 2, 29), None), last_day(dt.date(2002, 2, 28), None)] == [dt.date(2026, 2, 28), dt.date(2020, 2, 27)]
    device = turned(bearer(site, home.father.phone), made)
    one = device.get("/api/certificates").json()["items"][0]["id"]
    aged(site, made)
    assert [device.get(path).status_code for path in ("/wallet", f"/wallet/{one}", f"/wallet/{one}/present")] == [403] * 3
    assert "安*青" not in page(home.father.program, "/wallet")


def test_a_guardianship_that_the_register_no_longer_knows_ends(site, home, kin) -> None:
    small = children(home.mother, home.small).json()
    device = turned(bearer(site, home.mother.phone), small["id"])
    assert device.get("/api/certificates").json() == {"items": []}
    row = site.register.made[home.small.id_number]
    row["guardians"] = {number: what for number, what in row["guardians"].items() if what == "father"}
    kin.away = True
    checked(site)
    assert device.get("/api/certificates").status_code == 200, "away says nothing"
    kin.away = False
    checked(site)
    assert device.get("/api/certificates").json()["type"] == "/problems/mandate-ended"
    assert home.mother.program.get(f"/api/me/mandates/{small['id']}").json()["state"] == "ended"
    assert [one["principal"] for one in home.father.program.get("/api/me/mandates").json()["held"] if one["holds"]] == ["安*禾"]


def checked(site: Any) -> None:
    from onedoor.mandates.service import family

    site.run(family.recheck, site.house.begin, site.house.ports)


@pytest.fixture(scope="module")
def elder(site: Any, home: Home) -> Account:
    made = account(site, entered(site, "白奶奶", of_age(site, 80)))
    given(site, made.id, made.who, card("001", made.who, address="青禾市东湖区安平路 1 号"), card("014", made.who, card_number="QH8888"))
    return made


def test_a_carer_opens_what_was_agreed(site, home, elder) -> None:
    """The kinds and the acts that the mandate names; masked on every page, told each time, and over at the next request."""
    wrong = home.other.program.post("/api/me/mandates", json=asked(elder, types=["048"]))
    none = home.other.program.post("/api/me/mandates", json=asked(elder, types=["014"], acts=["submit"]))
    assert [wrong.json()["errors"][0]["pointer"], none.json()["errors"][0]["pointer"]] == ["/types", "/acts"]
    wanted = {"items": [], "types": ["014"], "acts": ["show", "consent"], "kind": "carer"}
    made = agreed(home.other.program, elder.program, elder.phone, elder.who.name, **wanted)
    told = elder.program.get(f"/api/me/mandates/{made}").json()
    assert (told["types"], told["acts"]) == (["014"], ["show", "consent"])
    assert "社会保障卡" in page(elder.program, f"/me/mandates/{made}")
    assert "白*奶 · 我代为保管的证照" in page(home.other.program, "/wallet")
    browser = site.sign_in(home.other.phone)
    opened = browser.post(f"/me/acting/{made}", data={"next": "/wallet"}, headers=TEXT)
    assert opened.url.path == "/wallet"
    assert ("社会保障卡" in opened.text, "居民身份证" in opened.text) == (True, False)
    own = {one["type"]: one["id"] for one in elder.program.get("/api/certificates").json()["items"]}
    seen = [browser.get(f"/wallet/{own['014']}{path}", headers=TEXT) for path in ("", "/present")]
    assert [one.status_code for one in seen] == [200, 200]
    assert not [(hidden, one.text) for one in seen for hidden in (elder.who.id_number, "QH8888", "白奶奶") if hidden in one.text]
    beyond = [browser.get(f"/wallet/{own['001']}{path}").status_code for path in ("", "/present")]
    beyond += [browser.get(f"/wallet/{own['014']}{path}").status_code for path in ("/copies", "/credential", "/certificate.pdf")]
    beyond += [browser.get(path).status_code for path in ("/wallet/log", "/wallet/consents", "/wallet/offline.json")]
    assert beyond == [404, 404, 403, 403, 403, 403, 403, 403]
    site.jobs()
    assert "代办：出示“社会保障卡”" in page(elder.program, "/me/data")
    assert "白路人 替您出示“社会保障卡”" in [item["title"]["zh"] for item in elder.program.get("/api/inbox").json()["items"]]
    elder.program.post(f"/api/me/mandates/{made}/ends")
    assert [browser.get(path).status_code for path in ("/wallet", f"/wallet/{own['014']}/present")] == [403, 403]


def asked(elder: Account, **changed: Any) -> dict[str, Any]:
    wanted = {"side": "agent", "phone": elder.phone, "name": elder.who.name, "kind": "carer", "items": [], "acts": ["show"], "days": 30}
    return wanted | changed


def test_each_route_of_the_wallet_as_an_agent(site, home, elder) -> None:
    """By the acts of the mandate: whoever shows does not copy, whoever copies does not show; nothing else is there."""
    seen: dict[str, list[str]] = {}
    for act in ("show", "copy", "consent"):
        wanted = {"items": [], "types": ["014"], "acts": [act], "kind": "carer"}
        made = agreed(home.other.program, elder.program, elder.phone, elder.who.name, **wanted)
        signed = credentials(turned(bearer(site, home.other.phone), made))

        async def each(signed: dict[str, str] = signed) -> list[str]:
            found: list[str] = []
            for method, path, opt in routes(site.app):
                if "wallet" in path or "certificates" in path or path.startswith("/oid4vp"):
                    said = await status(site.app, method, filled(path), {"accept": "application/json", **signed})
                    assert said < 500, f"{method} {path}: {said}"
                    if not opt.get("public") and said != 403:
                        found.append(f"{method} {path}")
            return found

        seen[act] = site.run(each)
        elder.program.post(f"/api/me/mandates/{made}/ends")
    everybody = {"GET /wallet", "GET /wallet/{cert:str}", "GET /api/certificates", "GET /api/certificates/{cert:str}"}
    cases = {f"{method} /cases/{{case:str}}/certificates" for method in ("GET", "POST")}
    copies = {one for one in seen["copy"] if "/copies" in one}
    assert len(copies) == 8
    assert {act: set(found) - everybody for act, found in seen.items()} == {
        "show": {"GET /wallet/{cert:str}/present", "POST /api/certificates/{cert:str}/codes"}, "copy": copies, "consent": cases,
    }  # fmt: skip


def test_a_child_that_gets_an_account_keeps_its_cards(site, home) -> None:
    """Who showed what before stands in its own log; both parents go on holding the cards, and nothing but these."""
    small = entered(site, "安十四", of_age(site, 14), mother=home.mother[0], father=home.father[0])
    before = [children(parent, small).json()["id"] for parent in (home.mother, home.father)]
    given(site, principal(site, before[0]), small, card("031", small, last_vaccine="流感疫苗"))
    device = turned(bearer(site, home.mother.phone), before[0])
    one = device.get("/api/certificates").json()["items"][0]
    assert one["claims"]["id_number"] == small.id_number, "a guardian of a child without an account reads everything"
    page(device, f"/wallet/{one['id']}/present")
    site.jobs()
    assert any("代办：出示“预防接种证”" in look for look in looks(site, principal(site, before[0])))
    own = account(site, small).program
    site.jobs()
    assert "安大禾 代您亮证" in page(own, f"/wallet/{one['id']}")
    assert [given["acts"] for given in own.get("/api/me/mandates").json()["given"]] == [["show", "copy"]] * 2
    wallet = page(home.father.program, "/wallet")
    assert wallet.count("安*四 · 我监护的人") == 1
    assert device.get("/api/certificates").json() == {"items": []}


def test_a_carer_lets_a_department_read(site, home, elder) -> None:
    """On the sheet of a case values are masked for the carer; what goes is what was ticked, and only of the kinds that are named."""
    wanted = {"items": [PERMIT], "types": ["001"], "acts": ["see_status", "submit", "consent"], "kind": "carer"}
    made = agreed(home.other.program, elder.program, elder.phone, elder.who.name, **wanted)
    device = turned(bearer(site, home.other.phone), made)
    case = device.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}).json()["id"]
    assert f"/cases/{case}/certificates" in page(device, f"/cases/{case}")
    sheet = page(device, f"/cases/{case}/certificates")
    assert "居民身份证" in sheet
    assert not [one for one in (elder.who.name, elder.who.id_number, "安平路 1 号") if one in sheet]
    form = {"type": "001", "mode": "case", "claims": ["holder_name", "certificate_number"]}
    assert device.post(f"/cases/{case}/certificates", data=form, follow_redirects=False).status_code == 303
    site.jobs()
    assert "代办：同意部门读取“居民身份证”" in page(elder.program, "/me/data")
    elder.program.post(f"/api/me/mandates/{made}/ends")


async def issued(site, whose, who) -> CertId:
    """A decision that was on its way."""
    async with site.house.begin(actor=system("test")) as work:
        org = (await orgs.department(work, "minzheng")).id
        made = await wallet.issue(work, whose, "025", {}, None, who.name, who.id_number, org)
    return made.id


class News:
    """The port of what the population register tells by itself."""

    def __init__(self) -> None:
        self.said: list[LifeEvent] = []
        self.away = False

    async def events(self, after: int) -> list[LifeEvent]:
        if self.away:
            raise OSError("the register does not answer")
        return [one for one in self.said if one.number > after]


def test_a_wallet_stands_still_when_its_holder_has_died(site, home) -> None:
    """Nothing is shown, copied or verified as good; the page says what to do; an error is undone, and nothing was revoked."""
    gone = account(site, entered(site, "方故人", of_age(site, 70)))
    given(site, gone.id, gone.who, card("001", gone.who), card("014", gone.who, card_number="QH1"))
    wanted = {"items": [], "types": ["014"], "acts": ["show"], "kind": "carer"}
    made = agreed(home.other.program, gone.program, gone.phone, gone.who.name, **wanted)
    device, one = turned(bearer(site, home.other.phone), made), gone.program.get("/api/certificates").json()["items"][0]["id"]
    code = gone.program.post(f"/api/certificates/{one}/codes").json()["text"]
    news = News()
    site.house.ports.put(LifeEvents, news)
    news.said = [LifeEvent(at, number, Life.DIED, dt.date(2026, 11, 1)) for at, number in enumerate(("nobody", gone.who.id_number), 1)]
    news.away = True
    assert site.run(living.listen, site.house.begin, site.house.ports) == 0
    news.away = False
    assert [site.run(living.listen, site.house.begin, site.house.ports) for _ in range(2)] == [1, 0], "heard once"
    site.jobs()
    wallet = page(gone.program, "/wallet")
    assert ("卡包已停用" in wallet, "身后事" in wallet, wallet.count("已冻结")) == (True, True, 2)
    assert "已经去世" in page(gone.program, f"/wallet/{one}")
    refused = gone.program.post(f"/api/certificates/{one}/codes"), gone.program.post(f"/api/certificates/{one}/copies", json=COPY)
    assert [said.json()["type"] for said in refused] == ["/problems/certificate-not-effective"] * 2
    assert site.client().post("/api/verifications", json={"text": code}).json()["result"] == "suspended"
    assert device.get("/api/certificates").json()["type"] == "/problems/mandate-ended"
    late = site.run(issued, site, gone.id, gone.who)
    assert gone.program.get(f"/api/certificates/{late}").json()["state"] == "other", "what is issued meanwhile stands still with the rest"
    news.said.append(LifeEvent(3, gone.who.id_number, Life.RESTORED, dt.date(2026, 11, 2)))
    site.run(living.listen, site.house.begin, site.house.ports)
    site.jobs()
    assert "卡包已停用" not in page(gone.program, "/wallet")
    assert gone.program.get(f"/api/certificates/{late}").json()["state"] == "effective"
    assert site.client().post("/api/verifications", json={"text": code}).json()["result"] == "valid"


@pytest.fixture(scope="module")
def ward(site: Any, kin: Family) -> tuple[httpx.Client, PersonId]:
    """A parent's program that has turned to a small child, and the child, with a card for guardians and one that is none of theirs."""
    parent = entered(site, "禾爸爸", of_age(site, 41))
    child = entered(site, "禾小小", of_age(site, 7), father=parent)
    one = account(site, parent)
    made = children(one, child).json()["id"]
    person = principal(site, made)
    given(site, person, child, card("031", child, last_vaccine="流感疫苗"), card("001", child))
    return turned(one.program, made), person


def test_a_list_with_every_field_is_a_look(site, ward) -> None:
    program, child = ward
    (one,) = program.get("/api/certificates").json()["items"]
    assert one["claims"]["last_vaccine"] == "流感疫苗"
    site.jobs()
    assert sum("代办：看“预防接种证”" in look for look in looks(site, child)) == 1


def test_a_guardian_reads_no_record_of_other_cards(site, ward) -> None:
    program, child = ward

    async def shown() -> None:
        async with site.house.begin(actor=Actor(id=child)) as work:
            for kind in ("001", "031"):
                held = await wallet.holds(work, child, kind)
                assert held is not None
                await wallet.present(work, held.id)

    site.run(shown)
    log = page(program, "/wallet/log")
    assert "预防接种证" in log
    assert "居民身份证" not in log


def test_two_carers_of_one_masked_name_see_their_own_copies(site, elder) -> None:
    """Both are 李*; each made one for the elder, who sees both."""
    carers = [account(site, entered(site, name, of_age(site, 40))) for name in ("李娜", "李华")]
    wanted = {"items": [], "types": ["014"], "acts": ["copy"], "kind": "carer"}
    browsers, made = list[httpx.Client](), list[str]()
    for one in carers:
        turned(one.program, agreed(one.program, elder.program, elder.phone, elder.who.name, **wanted))
        (held,) = one.program.get("/api/certificates").json()["items"]
        browsers.append(one.program)
        made.append(one.program.post(f"/wallet/{held['id']}/copies", data=PHONE, headers=TEXT).url.path)
    for browser, own, other in ((browsers[0], *made), (browsers[1], *reversed(made))):
        assert [browser.get(path, headers=TEXT).status_code for path in (own, other, f"{other}/copy.pdf")] == [200, 404, 404]
        listed = page(browser, own.rpartition("/")[0])
        assert (own in listed, other in listed) == (True, False)
    listed = page(elder.program, made[0].rpartition("/")[0])
    assert all(one in listed for one in made)


def test_a_child_asked_for_twice_at_one_moment_is_guarded_once(site, kin) -> None:
    parent = account(site, entered(site, "急爸爸", of_age(site, 44)))
    child = account(site, entered(site, "急小禾", of_age(site, 15), father=parent.who))
    entry = site.run(site.register.match, child.who.name, child.who.id_number)
    secrets, found = site.house.ports.get(Secrets), family.Child(entry, last_day(entry.birth_on, None), child.id)
    actor = room(Actor(id=parent.id, assurance=2))

    async def pressed() -> Mandate:
        async with site.house.begin(actor=actor) as work:
            return await family.guard(work, secrets, found)

    async def twice() -> list[Mandate]:
        async with site.house.begin(actor=actor) as work:
            first = await family.guard(work, secrets, found)
            other = asyncio.create_task(pressed())
            await asyncio.sleep(0.2)
        return [first, await other]

    first, other = site.run(twice)
    assert first.id == other.id
