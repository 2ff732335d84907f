"""A daughter applies for her mother: done as both, written down, told, hidden where agreed, and over at the next request."""

import re
import uuid
from typing import Any

import httpx
import pytest

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import text
from onedoor.kernel.work import Actor
from onedoor.mandates import service as mandates
from onedoor.mandates.errors import MandateEnded
from onedoor.mandates.models import Act, MandateId
from tests.cases.kit import ANSWERS, PERMIT, bearer, picture
from tests.rules.test_routes import routes
from tests.transport import status
from tests.web.test_roles import SIGNS_OUT, STREAMS, credentials, filled

from .conftest import DAUGHTER, MOTHER
from .kit import agreed, turned
from .people import principal

NUMBER, ADDRESS = "990102194908230128", "青禾市东湖区和顺街道和顺路 40 号 2 单元 101 室"
OTHER = "ga-wufanzui"
TEXT = {"accept": "text/html"}


@pytest.fixture(scope="module")
def mandate(daughter: httpx.Client, mother: httpx.Client) -> str:
    return agreed(daughter, mother, MOTHER, "李桂兰")


@pytest.fixture(scope="module")
def agent(site: Any, mandate: str) -> httpx.Client:
    """The daughter's program, turned to her mother."""
    return turned(bearer(site, DAUGHTER), mandate)


@pytest.fixture(scope="module")
def filed(agent: httpx.Client) -> dict[str, Any]:
    made = agent.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}, headers={"idempotency-key": "for mother"})
    assert made.status_code == 201, made.text
    again = agent.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}, headers={"idempotency-key": "for mother"})
    assert (again.status_code, again.json()["number"]) == (200, made.json()["number"])
    return made.json()


def test_the_case_is_the_mothers_and_names_both(site, daughter, mother, stranger, agent, mandate, filed) -> None:
    url = f"/api/cases/{filed['id']}"
    assert mother.get(url).json()["answers"]["id_number"] == NUMBER
    assert [one.get(url).status_code for one in (agent, daughter, stranger)] == [200, 404, 404]
    page = mother.get(f"/cases/{filed['id']}", headers=TEXT).text
    assert "王敏（代办人）" in page
    clerk = site.sign_in("13800990101")
    assert "王敏（代办人）" in clerk.get(f"/desk/cases/{filed['id']}", headers=TEXT).text
    access = mother.get("/me/access", headers=TEXT).text
    assert "王敏" in access
    assert "代办：提交“居住证办理”" in access
    told = [one["title"]["zh"] for one in mother.get("/api/inbox").json()["items"]]
    assert "王敏 替您提交“居住证办理”" in told
    uses = mother.get(f"/api/me/mandates/{mandate}/uses").json()["items"]
    assert uses[0]["ref"] == filed["id"]
    assert uses == daughter.get(f"/api/me/mandates/{mandate}/uses").json()["items"]
    assert [one.get(f"/api/me/mandates/{mandate}").status_code for one in (stranger, agent)] == [404, 200]


def test_looking_is_written_down_once_a_day(mother, agent, mandate, filed) -> None:
    for _ in range(3):
        agent.get(f"/api/cases/{filed['id']}")
    uses = mother.get(f"/api/me/mandates/{mandate}/uses").json()["items"]
    assert len([use for use in uses if use["act"] == "see_status" and use["ref"] == filed["id"]]) == 1


def test_pages_that_the_device_keeps_name_nobody(site, mandate) -> None:
    """The service worker keeps both for whoever holds the device next, with or without a session."""
    browser = site.sign_in(DAUGHTER)
    browser.headers["accept"] = "text/html"
    assert "李*兰" in browser.post(f"/me/acting/{mandate}").text
    assert "李*兰" in browser.get("/hall").text
    for kept in ("/passes/code", "/gate"):
        answer = browser.get(kept)
        assert (answer.status_code, answer.url.path) == (200, kept)
        assert "李*兰" not in answer.text


def test_nothing_hidden_is_in_any_byte(site, daughter, mother) -> None:
    """Every page and every answer on the way, searched for the values: the number, and an address that was hidden as well."""
    hidden = agreed(daughter, mother, MOTHER, "李桂兰", hide=["person.address", "person.household_address"])
    browser = site.sign_in(DAUGHTER)
    browser.headers["accept"] = "text/html"
    assert "李*兰" in browser.post(f"/me/acting/{hidden}").text
    begun = mother.post("/api/drafts", json={"item": PERMIT}).json()
    own = {"address": ADDRESS, "kind": "renew"}
    mother.put(f"/api/drafts/{begun['id']}/answers", json=own, headers={"if-match": str(begun["rev"])}).raise_for_status()
    upload = {"file": ("身份证.png", picture(), "image/png")}
    mother.post("/api/attachments", data={"draft": begun["id"], "document": "lease"}, files=upload).raise_for_status()
    seen: list[httpx.Response] = [browser.get(f"/drafts/{begun['id']}")]
    for page in (*begun["pages"], "check"):
        seen.append(browser.get(f"/drafts/{begun['id']}/{page}"))
        seen.append(browser.post(f"/drafts/{begun['id']}/{page}", data={"kind": "nonsense", "mark": "0" * 16}))
    program = turned(bearer(site, DAUGHTER), hidden)
    seen += [program.get(f"/api/drafts/{begun['id']}"), program.get("/api/drafts")]
    old = program.put(f"/api/drafts/{begun['id']}/answers", json={"kind": "new"}, headers={"if-match": "1"})
    closed = program.put(f"/api/drafts/{begun['id']}/answers", json={"address": "别处"}, headers={"if-match": "2"})
    assert (old.status_code, closed.status_code) == (409, 422)
    seen += [old, closed, *(browser.get(path) for path in ("/me/cases", "/me/drafts", "/me/acting", f"/apply/{PERMIT}"))]
    case = mother.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS | {"address": ADDRESS}}).json()["id"]
    seen += [browser.get(f"/cases/{case}"), program.get(f"/api/cases/{case}"), program.get("/api/cases")]
    assert all(one.status_code < 500 for one in seen)
    assert [one.url.path for one in seen if NUMBER in one.text or ADDRESS in one.text] == []
    shown = program.get(f"/api/cases/{case}").json()
    assert shown["answers"]["address"] == shown["answers"]["id_number"] == "仅本人可见"
    assert mother.get(f"/api/cases/{case}").json()["answers"]["address"] == ADDRESS
    end(mother, hidden)


def test_what_is_hidden_is_hidden_in_what_a_clerk_asks_for(site, daughter, mother) -> None:
    """The clerk's own words name it: the mother reads them, the daughter reads what to bring and answers it."""
    hidden = agreed(daughter, mother, MOTHER, "李桂兰", hide=["person.address"])
    case = mother.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS | {"address": ADDRESS}}).json()["id"]
    things = [{"label": f"{ADDRESS} 的房主是谁", "kind": "words", "note": f"登记的号码是 {NUMBER}"}]
    asked = site.sign_in("13800990101").post(f"/api/cases/{case}/supplement-requests", json={"things": things})
    assert asked.status_code == 201, asked.text
    site.jobs()
    browser, program = site.sign_in(DAUGHTER), turned(bearer(site, DAUGHTER), hidden)
    browser.headers["accept"] = "text/html"
    browser.post(f"/me/acting/{hidden}")
    pages = ("/", "/me/cases", f"/cases/{case}", f"/cases/{case}/supplement")
    seen = [program.get(f"/api/cases/{case}"), program.get("/api/cases"), *(browser.get(path) for path in pages)]
    seen += [daughter.get("/api/inbox"), browser.post(f"/cases/{case}/supplement", data={})]
    assert "的房主是谁" in seen[-1].text
    given = {"given": [{"ref": "extra-1", "words": "我女儿"}]}
    seen += [program.post(f"/api/cases/{case}/supplements", json=given), program.get(f"/api/cases/{case}"), browser.get(f"/cases/{case}")]
    assert [one.url.path for one in seen if NUMBER in one.text or ADDRESS in one.text] == []
    assert seen[-3].status_code == 201, seen[-3].text
    assert ADDRESS in mother.get(f"/cases/{case}", headers=TEXT).text
    end(mother, hidden)


def test_what_the_mother_keeps_stays_through_the_daughters_pages(site, daughter, mother) -> None:
    """A hidden answer is neither shown nor lost when the agent saves the page it is on, and its file is not opened."""
    hidden = agreed(daughter, mother, MOTHER, "李桂兰", hide=["person.address"])
    draft = mother.post("/api/drafts", json={"item": PERMIT}).json()
    own = ANSWERS | {"address": ADDRESS}
    mother.put(f"/api/drafts/{draft['id']}/answers", json=own, headers={"if-match": "1"}).raise_for_status()
    data = {"draft": draft["id"], "document": "lease"}
    hers = mother.post("/api/attachments", data=data, files={"file": ("我的.png", picture(), "image/png")}).json()["id"]
    program = turned(bearer(site, DAUGHTER), hidden)
    program.headers["accept"] = "text/html"
    page = program.get(f"/drafts/{draft['id']}/address")
    mark = re.search(r'name="mark" value="(\w+)"', page.text)
    assert mark
    saved = program.post(f"/drafts/{draft['id']}/address", data={"mark": mark[1]}, follow_redirects=False)
    assert saved.status_code == 303, saved.text
    assert mother.get(f"/api/drafts/{draft['id']}").json()["answers"]["address"] == ADDRESS
    assert program.get(f"/files/{hers}").status_code == 404
    mine = program.post("/api/attachments", data=data, files={"file": ("她的.png", picture(), "image/png")}).json()["id"]
    assert program.get(f"/files/{mine}").status_code == 200
    mother.delete(f"/api/drafts/{draft['id']}")
    end(mother, hidden)


def end(mother: httpx.Client, mandate: str) -> None:
    assert mother.post(f"/api/me/mandates/{mandate}/ends").status_code == 201


def test_a_mandate_reaches_as_far_as_it_says(site, daughter, mother, agent, filed) -> None:
    mothers = mother.post("/api/drafts", json={"item": OTHER}).json()["id"]
    assert agent.get(f"/api/drafts/{mothers}").status_code == 404
    assert mothers not in agent.get("/api/drafts").text
    refused = agent.post("/api/drafts", json={"item": OTHER})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-in-mandate")
    assert agent.post("/api/cases", json={"item": OTHER, "answers": {}}).json()["type"] == "/problems/not-in-mandate"
    for act in ("withdrawals", "ratings"):
        body = {"reason": ""} if act == "withdrawals" else {"stars": 5}
        said = agent.post(f"/api/cases/{filed['id']}/{act}", json=body)
        assert (said.status_code, said.json()["type"]) == (403, "/problems/only-the-person")
    only = agreed(daughter, mother, MOTHER, "李桂兰", acts=["see_status"])
    looks = turned(bearer(site, DAUGHTER), only)
    assert looks.get(f"/api/cases/{filed['id']}").status_code == 200
    assert looks.post("/api/drafts", json={"item": PERMIT}).json()["type"] == "/problems/not-in-mandate"
    end(mother, only)


def test_each_route_as_a_device_that_has_turned(site, agent) -> None:
    """A route that does not say what an agent must be allowed to do is refused, whatever it is; none breaks."""
    signed, json = credentials(agent), {"accept": "application/json"}

    async def each() -> list[str]:
        wrong: list[str] = []
        for method, path, opt in routes(site.app):
            if path in STREAMS or path.startswith("/me/acting") or path in ("/api/me/acting", *SIGNS_OUT):
                continue
            said = await status(site.app, method, filled(path), {**json, **signed})
            if said >= 500 and said != 503:
                wrong.append(f"{method} {path}: {said}")
            elif opt.get("needs") and not opt.get("acting") and said != 403:
                wrong.append(f"{method} {path}: {said}, but says nothing of agents")
        return wrong

    assert site.run(each) == []
    assert agent.get("/api/me/acting").json()["name"] == "李*兰"


def test_a_post_does_not_go_along(site, mother) -> None:
    """A clerk who acts for somebody is no clerk meanwhile, and one again afterwards."""
    clerk, phone = bearer(site, "13800990101"), "13800990101"
    assert clerk.post("/api/me/real-name", json={"name": "马晓东", "id_number": "990104199001010413"}).status_code == 200
    made = agreed(clerk, mother, MOTHER, "李桂兰", kind="grid_worker")
    clerk = bearer(site, phone)
    assert clerk.get("/api/desk/inbox").status_code == 200
    turned(clerk, made)
    assert clerk.get("/api/desk/inbox").json()["type"] == "/problems/acting-for-another"
    clerk.delete("/api/me/acting")
    assert clerk.get("/api/desk/inbox").status_code == 200
    end(mother, made)


def test_the_bar_is_on_every_page_and_one_tap_leads_back(site, daughter, mother) -> None:
    made = agreed(daughter, mother, MOTHER, "李桂兰")
    browser, other = site.sign_in(DAUGHTER), site.sign_in(MOTHER)
    browser.headers["accept"] = other.headers["accept"] = "text/html"
    browser.post(f"/me/acting/{made}")
    for path in ("/", "/hall", "/search?q=居住证", f"/items/{PERMIT}", "/me/cases", "/me/mandates", "/me", "/wallet", "/nowhere"):
        page = browser.get(path)
        assert "正在为 李*兰 办理" in page.text, path
        assert 'action="/me/acting"' in page.text, path
        assert "正在为" not in other.get(path).text, path
    own = browser.get("/me")
    assert own.status_code == 403
    assert "您正在替别人办理" in own.text
    back = browser.post("/me/acting", data={"next": "/me"})
    assert back.url.path == "/me"
    assert back.status_code == 200
    assert "正在为" not in back.text
    end(mother, made)


def test_ended_in_the_middle_of_a_form(site, daughter, mother) -> None:
    """What was filled in stays with the mother; the daughter is told in words, on every device, and loses nothing of her own."""
    made = agreed(daughter, mother, MOTHER, "李桂兰")
    devices = [turned(bearer(site, DAUGHTER), made) for _ in range(2)]
    draft = devices[0].post("/api/drafts", json={"item": PERMIT}).json()
    devices[0].put(f"/api/drafts/{draft['id']}/answers", json={"kind": "renew"}, headers={"if-match": str(draft["rev"])})
    end(mother, made)
    for device in devices:
        said = device.get(f"/api/drafts/{draft['id']}")
        assert (said.status_code, said.json()["type"]) == (403, "/problems/mandate-ended")
        page = device.post(f"/drafts/{draft['id']}/kind", data={"kind": "new"}, headers=TEXT)
        assert page.status_code == 403
        assert "都留给了本人" in page.text
        assert device.get("/hall", headers=TEXT).status_code == 200
        assert "委托已经结束" in device.get("/", headers=TEXT).text
        assert device.put("/api/me/acting", json={"mandate": made}).json()["type"] == "/problems/mandate-ended"
        assert device.delete("/api/me/acting").status_code == 204
        assert device.get("/api/me").status_code == 200
        assert device.get(f"/api/drafts/{draft['id']}").status_code == 404
    assert mother.get(f"/api/drafts/{draft['id']}").json()["answers"] == {"kind": "renew"}
    mother.delete(f"/api/drafts/{draft['id']}")


def test_once_is_once(site, daughter, mother) -> None:
    made = agreed(daughter, mother, MOTHER, "李桂兰", kind="once")
    program = turned(bearer(site, DAUGHTER), made)
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()
    program.put(f"/api/drafts/{draft['id']}/answers", json=ANSWERS, headers={"if-match": str(draft["rev"])}).raise_for_status()
    receipt = program.post(f"/drafts/{draft['id']}/check", headers=TEXT)
    number = mother.get("/api/cases").json()["items"][0]["number"]
    assert (receipt.status_code, receipt.url.path) == (200, "/me/acting")
    assert number in receipt.text
    assert program.get("/api/cases").json()["type"] == "/problems/mandate-ended"
    site.jobs()
    assert daughter.get(f"/api/me/mandates/{made}").json()["state"] == "used_up"


def test_a_key_used_as_oneself_is_another_one_for_somebody_else(agent, mother) -> None:
    body, key = {"item": PERMIT}, {"idempotency-key": str(uuid.uuid4())}
    hers = agent.post("/api/drafts", json=body, headers=key).json()["id"]
    agent.delete("/api/me/acting")
    mine = agent.post("/api/drafts", json=body, headers=key).json()["id"]
    assert mine != hers
    assert [mother.get(f"/api/drafts/{one}").status_code for one in (hers, mine)] == [200, 404]


def test_once_is_once_for_two_requests_of_one_moment(site, daughter, mother) -> None:
    """Both were let in before either had been written down: the second one undoes all it has done."""
    made = agreed(daughter, mother, MOTHER, "李桂兰", kind="once")
    me = PersonId.parse(daughter.get("/api/me").json()["id"])
    words, turned_to = text("居住证办理"), (principal(site, made), MandateId.parse(made))

    async def pressed() -> None:
        standing = await mandates.stands_in(site.house.begin, Actor(id=me, turned_to=turned_to))
        assert standing is not None
        for case in ("case_one", "case_two"):
            async with site.house.begin(actor=standing.actor) as work:
                await mandates.used(work, Act.SUBMIT, PERMIT, words, case, "/", ("answers",))

    with pytest.raises(MandateEnded):
        site.run(pressed)
    assert [one["ref"] for one in mother.get(f"/api/me/mandates/{made}/uses").json()["items"]] == ["case_one"]
