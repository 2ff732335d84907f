"""Each route as each role: who may not is refused, who may is not, and nobody ever sees a 500.

First by what each route declares, with ids that belong to nobody; then by the real things of one resident, tried by everybody else.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from onedoor.mandates.ports import FamilyRegister
from tests.mandates.conftest import Family
from tests.mandates.people import Account, account, entered, given, principal
from tests.orgs.kit import joined, proven
from tests.orgs.test_registration import answered, registered
from tests.rules.test_routes import routes
from tests.transport import status

STAFF = {
    "clerk": "13800990101",  # gongan, the whole city
    "neighbour clerk": "13800990201",  # renshe
    "far clerk": "13800990104",  # gongan, another district
    "supervisor": "13800990103",
    "operator": "13800991603",
    "warner": "13800991501",  # yingji, the whole city
    "district warner": "13800992002",  # shuili, one district
    "hospital": "13800992201",
    "buses": "13800992301",
    "registrar": "13800991602",  # zhengwu: registrations of organisations, names of services
    "editor": "13800991902",  # wenlv
    "reviewer": "13800991903",
    "publisher": "13800991604",
    "police editor": "13800990105",
    "keeper of gates": "13800990609",  # weijian
    "community worker": "13800990621",  # weijian, one grid
    "tracer": "13800990623",  # weijian, one district
    "head of tracing": "13800990624",
    "city duty": "13800990625",
    "keeper of passes": "13800990611",  # weijian, the whole city
    "appeals": "13800990612",  # weijian, one district
    "grid worker": "13800990613",  # weijian, one street
    "second signatory": "13800991606",  # zhengwu
    "data steward": "13800991607",  # zhengwu
    "police data": "13800990107",  # gongan
    "data desk": "13800990108",  # gongan
    "data-protection officer": "13800991608",  # zhengwu
    "casework auditor": "13800991609",  # zhengwu
    "museum": "13800991905",  # wenlv, asks wallets
    "district data": "13800990505",  # minzheng, one district
    "neighbour district data": "13800990506",  # minzheng, another district
    "street data": "13800990627",  # weijian, a street of the first district
}
EVERYWHERE = {"anonymous", "resident", "clerk", "neighbour clerk", "operator", "clerk of an organisation"}
ROLES = ["anonymous", "resident", *STAFF, "admin of an organisation", "clerk of an organisation"]
GRANTS = {
    "clerk": {"cases:handle"}, "neighbour clerk": {"cases:handle"}, "far clerk": {"cases:handle"},
    "supervisor": {"cases:handle", "cases:supervise", "wallet:revoke", "tracker:answer", "tracker:supervise"}, "operator": {"web:operate"},
    "warner": {"cases:handle", "notify:publish", "tracker:answer", "tracker:supervise"}, "district warner": {"notify:publish"},
    "hospital": {"providers:manage", "tracker:answer", "tracker:supervise"},
    "buses": {"providers:manage", "tracker:answer", "tracker:supervise"},
    "registrar": {"cases:handle", "cases:supervise", "orgs:staff", "orgs:review", "catalog:publish"}
    | {"providers:manage", "providers:approve", "tracker:answer", "tracker:supervise", "cases:arbitrate", "mandates:confirm"},
    "admin of an organisation": {"orgs:member", "orgs:members", "studio:see", "studio:edit", "studio:review"},
    "clerk of an organisation": {"orgs:member", "cases:handle"},
    "editor": {"studio:see", "studio:edit"}, "reviewer": {"studio:see", "studio:review"}, "publisher": {"studio:see", "studio:publish"},
    "police editor": {"studio:see", "studio:edit"}, "keeper of gates": {"passes:gates"},
    "keeper of passes": {"passes:scheme", "passes:sign", "passes:appeal"}, "appeals": {"passes:appeal"},
    "community worker": {"passes:watch", "passes:list"}, "tracer": {"passes:watch", "passes:list", "passes:trace"},
    "head of tracing": {"passes:watch", "passes:approve"}, "city duty": {"passes:watch", "passes:regions"},
    "grid worker": {"passes:counter", "mandates:confirm"}, "second signatory": {"passes:sign"},
    "data steward": {"exchange:steward", "exchange:supply"}, "police data": {"exchange:supply"},
    "data desk": {"tracker:answer"}, "data-protection officer": {"tracker:audit"},
    "casework auditor": {"cases:audit"},
    "museum": {"wallet:ask"}, "district data": {"exchange:backflow"}, "neighbour district data": {"exchange:backflow"},
    "street data": {"exchange:backflow"},
}  # fmt: skip
NOBODYS = {
    "registration": "reg", "proof": "proof", "invitation": "invite", "person": "person",
    "case": "case", "draft": "draft", "cert": "cert", "message": "message", "session": "session", "file": "file", "attachment": "file",
    "appeal": "appeal", "paper": "evidence", "guardian": "person",
    "run": "run", "proposal": "proposal",
    "promise": "promise", "opinion": "opinion", "counter": "counter",
    "ask": "ask", "app": "app", "endpoint": "endpoint", "gate": "gate", "delivery": "delivery", "matter": "matter", "order": "order",
    "consent": "consent", "challenge": "challenge", "demand": "demand", "org": "org", "backflow": "backflow",
    "copy": "copy", "asking": "asking", "offer": "offer",
    "vehicle": "vehicle",
    "mandate": "mandate", "waiting": "waiting", "objection": "objection", "second": "second",
}
STREAMS = ("/inbox/events", "/notices/events")


@pytest.fixture(scope="module")
def people(site) -> dict[str, httpx.Client]:
    """One browser for each role."""
    found = {"anonymous": site.client(), "resident": site.sign_in("13900990002")}
    found |= {role: site.sign_in(phone) for role, phone in STAFF.items()}
    admin = administrator(site, found["registrar"])
    phone, clerk = proven(site)
    joined(site, admin, phone, clerk, "clerk")
    return found | {"admin of an organisation": admin, "clerk of an organisation": clerk}


def administrator(site, registrar: httpx.Client) -> httpx.Client:
    """Somebody whose organisation has registered itself and was accepted."""
    browser = site.sign_in("13900990003")
    assert answered(registrar, registered(browser, name="青禾测试丁有限公司"), "accept").status_code == 200
    return browser


def filled(path: str) -> str:
    """The route's address with ids that belong to nobody."""

    def one(match: re.Match[str]) -> str:
        name, kind = match[1], match[2]
        if kind == "uuid":
            return str(uuid.uuid4())
        if kind == "int":
            return "1"
        return f"{NOBODYS[name]}_{uuid.uuid4().hex}" if name in NOBODYS else "none"

    return re.sub(r"\{(\w+):(\w+)\}", one, path)


def needed(opt: dict[str, object]) -> str | None:
    return None if opt.get("public") else str(opt["needs"])


def has(role: str, needs: str) -> bool:
    return role != "anonymous" and (needs == "signed-in" or needs in GRANTS.get(role, set()))


def credentials(client: httpx.Client) -> dict[str, str]:
    """The headers by which the house knows whose browser, or whose program, this is."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {name: value for name, value in (("cookie", cookies), ("authorization", client.headers.get("authorization", ""))) if value}


SIGNS_OUT = ("/logout", "/oauth/logout", "/api/sessions/current", "/api/sessions", "/me/devices/end")


def test_each_route_as_each_role(site, people) -> None:
    signed = {role: credentials(people[role]) for role in ROLES}

    async def each() -> list[str]:
        wrong: list[str] = []
        asked: set[tuple[str, str | None]] = set()
        for method, path, opt in routes(site.app):
            needs = needed(opt)
            roles = tried(path, needs, new=(method, needs) not in asked)
            for role in roles:
                said = await status(site.app, method, filled(path), {"accept": "application/json", **signed[role]})
                if fault := misjudged(needs, role, said):
                    wrong.append(f"{method} {path} as {role}: {said}{fault}")
            if roles:
                asked.add((method, needs))
        return wrong

    assert site.run(each) == []


def tried(path: str, needs: str | None, *, new: bool) -> list[str]:
    """Who tries an address: whoever is there on any, and who holds what it needs; everybody where this need is met for the first time.

    Nobody tries what ends or never ends.
    """
    if path in (*STREAMS, *SIGNS_OUT):
        return []
    return [role for role in ROLES if new or role in EVERYWHERE or needs in GRANTS.get(role, ())]


def misjudged(needs: str | None, role: str, said: int) -> str | None:
    """Why this answer is not what the route's declaration promises; None when it is."""
    if said >= 500 and said != 503:
        return ""
    if needs is None:
        return ", but it is public" if said in (401, 403) else None
    if role == "anonymous":
        return ", but nobody is signed in" if said != 401 else None
    if not has(role, needs):
        return f", without {needs}" if said != 403 else None
    return ", although signed in" if said == 401 else None


def test_event_streams_are_for_the_signed_in(people) -> None:
    assert people["anonymous"].get("/inbox/events", headers={"accept": "application/json"}).status_code == 401


# ── the real things of one resident ──────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def things(site) -> dict[str, str]:
    """A draft, a case, a certificate and a message of 林晓; the case lies with gongan in 990102."""
    owner = site.sign_in("13900990001")
    case = owner.post("/api/cases", json=application(owner), headers={"accept": "application/json"})
    assert case.status_code == 201, case.text
    made = case.json()
    draft = owner.post("/api/drafts", json={"item": "ga-wufanzui"}, headers={"accept": "application/json"})
    assert draft.status_code in (200, 201), draft.text
    certs = owner.get("/api/certificates").json()
    messages = owner.get("/api/inbox").json()
    session = owner.get("/api/sessions").json()
    copy = owner.post(f"/api/certificates/{certs['items'][0]['id']}/copies", json={"purpose": "入学", "to_name": "学校"}).json()
    return {
        "copy": copy["id"],
        "case": made["id"], "draft": draft.json()["id"], "cert": certs["items"][0]["id"], "message": messages["items"][0]["id"],
        "session": session["items"][0]["id"], "owner": owner,
    }  # type: ignore[dict-item]  # fmt: skip


def application(owner: httpx.Client) -> dict[str, object]:
    """A complete application of an item of gongan that needs no documents."""
    answers = {"purpose": "job", "recipient": "本人留存", "period": "always", "phone": "13900990001"}
    return {"item": "ga-wufanzui", "answers": answers, "attachments": []}


OWNERS: dict[str, Callable[[dict[str, str]], str]] = {
    "case page": lambda t: f"/cases/{t['case']}",
    "case": lambda t: f"/api/cases/{t['case']}",
    "supplement page": lambda t: f"/cases/{t['case']}/withdraw",
    "draft page": lambda t: f"/drafts/{t['draft']}",
    "draft": lambda t: f"/api/drafts/{t['draft']}",
    "certificates for a draft": lambda t: f"/api/drafts/{t['draft']}/certificates",
    "certificate page": lambda t: f"/wallet/{t['cert']}",
    "certificate": lambda t: f"/api/certificates/{t['cert']}",
    "credential": lambda t: f"/wallet/{t['cert']}/credential",
    "presented": lambda t: f"/wallet/{t['cert']}/present",
    "copies": lambda t: f"/wallet/{t['cert']}/copies",
    "a copy": lambda t: f"/wallet/{t['cert']}/copies/{t['copy']}",
    "a copy's file": lambda t: f"/wallet/{t['cert']}/copies/{t['copy']}/copy.pdf",
    "a copy's other file": lambda t: f"/wallet/{t['cert']}/copies/{t['copy']}/copy.ofd",
    "printed": lambda t: f"/wallet/{t['cert']}/certificate.pdf",
    "by the standard": lambda t: f"/api/certificates/{t['cert']}/standard",
    "consent sheet": lambda t: f"/cases/{t['case']}/certificates",
    "message": lambda t: f"/inbox/{t['message']}",
}


@pytest.mark.parametrize("thing", OWNERS)
def test_what_is_mine_is_nobody_elses(people, things, thing: str) -> None:
    url = OWNERS[thing](things)
    assert things["owner"].get(url, follow_redirects=True).status_code == 200  # type: ignore[attr-defined]
    for role in ROLES:
        said = people[role].get(url, headers={"accept": "application/json"}, follow_redirects=False).status_code
        assert said == (401 if role == "anonymous" else 404), f"{role}: {said}"


WRITES = {
    "withdraw": lambda t: (f"/api/cases/{t['case']}/withdrawals", {"reason": "不办了"}),
    "rate": lambda t: (f"/api/cases/{t['case']}/ratings", {"stars": 1}),
    "supplement": lambda t: (f"/api/cases/{t['case']}/supplements", {"answers": {}, "attachments": []}),
    "offer to a wallet": lambda t: (f"/api/certificates/{t['cert']}/offers", None),
    "make a copy": lambda t: (f"/api/certificates/{t['cert']}/copies", {"purpose": "入学", "to_name": "学校"}),
    "show a code": lambda t: (f"/api/certificates/{t['cert']}/codes", None),
    "fill my form with my certificate": lambda t: (f"/api/drafts/{t['draft']}/certificates", {"certificate": t["cert"]}),
    "read a message": lambda t: (f"/api/inbox/{t['message']}/reads", None),
}


@pytest.mark.parametrize("act", WRITES)
def test_nobody_else_acts_for_me(people, things, act: str) -> None:
    url, body = WRITES[act](things)
    for role in ROLES:
        said = people[role].post(url, json=body, headers={"accept": "application/json"})
        assert said.status_code in ((401,) if role == "anonymous" else (403, 404, 422)), f"{role}: {said.status_code} {said.text}"
    state = things["owner"].get(f"/api/cases/{things['case']}").json()  # type: ignore[attr-defined]
    assert state["status"] == "submitted"


DESK_WRITES: dict[str, tuple[str, dict[str, object]]] = {
    "specials": ("cases:handle", {"kind": "inspection", "reason": "看看", "until": "2099-01-01"}),
    "special-ends": ("cases:handle", {"result": "好"}), "extensions": ("cases:supervise", {"days": 3, "reason": "等回函"}),
}  # fmt: skip


@pytest.mark.parametrize("act", DESK_WRITES)
def test_a_clock_is_stopped_by_its_own_department_alone(people, things, act: str) -> None:
    """Whoever may is told that the case is not accepted yet; nobody else hears that there is one, or is refused at the door."""
    needs, body = DESK_WRITES[act]
    own = {"clerk": 409, "supervisor": 409, "far clerk": 403}
    for role in ROLES:
        said = people[role].post(f"/api/cases/{things['case']}/{act}", json=body, headers={"accept": "application/json"}).status_code
        assert said == (401 if role == "anonymous" else own.get(role, 404) if has(role, needs) else 403), f"{role}: {said}"


STUDIO_WRITES: dict[str, dict[str, object]] = {
    "changes": {"part": "guide", "values": {}}, "moves": {"part": "questions", "place": 0, "act": "remove"}, "undos": {}, "discards": {},
    "revisions": {"rev": 1, "service": {}}, "reviews": {}, "recalls": {}, "endorsements": {}, "returns": {}, "remarks": {"words": "x"},
    "publications": {}, "trials": {"phones": []}, "trial-ends": {}, "trial-deletions": {"number": "x"},
}  # fmt: skip
STUDIO = {"editor": 200, "reviewer": 200, "publisher": 200, "police editor": 404, "admin of an organisation": 404}


@pytest.mark.parametrize("role", ROLES)
def test_a_draft_of_a_service_is_its_own_departments(people, role: str) -> None:
    made = people["editor"].post("/studio/new", data={"name_zh": f"给{role}看", "category": "shenghuo"}, follow_redirects=False)
    draft = made.headers["location"]
    wanted = STUDIO.get(role, 401 if role == "anonymous" else 403)
    pages = ("", "/parts/guide", "/parts/questions/0", "/preview", "/preview/guide", "/trial", "/file")
    api = ("", "/parts/guide", "/trial", "/file")
    for path in (*(draft + page for page in pages), *(f"/api{draft}{one}" for one in api)):
        said = people[role].get(path, headers={"accept": "application/json"}, follow_redirects=False)
        assert said.status_code == wanted, f"{path}: {said.status_code}"
    if role != "editor":
        for act in ("/parts/guide", "/arrange/questions", "/undo", "/discard", "/send", "/trial", "/trial/end", "/trial/delete"):
            said = people[role].post(draft + act, data={"act": "remove-0"}, headers={"accept": "application/json"}, follow_redirects=False)
            assert said.status_code in (401, 403, 404), f"{act}: {said.status_code}"
        for act, body in STUDIO_WRITES.items():
            said = people[role].post(f"/api{draft}/{act}", json=body)
            assert said.status_code in (401, 403, 404, 409), f"{act}: {said.status_code}"
    assert people["editor"].get(draft).status_code == 200
    assert people["editor"].get(f"/api{draft}").json()["state"] == "editing"


DESK = {
    "anonymous": 401, "resident": 403, "clerk": 200, "neighbour clerk": 404, "far clerk": 403, "supervisor": 200, "operator": 403,
    "warner": 404, "district warner": 403, "registrar": 404, "admin of an organisation": 403, "clerk of an organisation": 404,
    "editor": 403, "reviewer": 403, "publisher": 403, "police editor": 403,
}  # fmt: skip


@pytest.mark.parametrize("role", DESK)
def test_a_case_on_the_desk_is_its_own_departments(people, things, role: str) -> None:
    said = people[role].get(f"/desk/cases/{things['case']}", headers={"accept": "application/json"}, follow_redirects=False).status_code
    refused = DESK[role] in (403, 404)
    assert said in ((403, 404) if refused else (DESK[role],)), said
    if DESK[role] != 200:
        asked = {"element": "driver.class", "reason": "x"}
        said = people[role].post(f"/api/cases/{things['case']}/asks", json=asked).status_code
        assert said in (401, 403, 404), said


def test_a_case_is_counted_anew_by_the_auditor_alone(people, things) -> None:
    for role in ROLES:
        said = people[role].get(f"/audit/cases/{things['case']}", headers={"accept": "application/json"}, follow_redirects=False)
        wanted = 401 if role == "anonymous" else 200 if role == "casework auditor" else 403
        assert said.status_code == wanted, f"{role}: {said.status_code}"


@pytest.fixture(scope="module")
def protected(site: Any, people: dict[str, httpx.Client]) -> Iterator[tuple[Account, str, str]]:
    """Somebody on the officer's list, their case, which lies with gongan in 990102, and what the clerk has asked about it."""
    officer, one = people["data-protection officer"], account(site, entered(site, "钟角色", dt.date(1988, 3, 4)))
    site.sign_in(one.phone).post("/settings/district", data={"value": "990102"})
    last = dt.date.today() + dt.timedelta(30)
    until = {"until-year": str(last.year), "until-month": str(last.month), "until-day": str(last.day)}
    assert officer.post("/audit/guarded", data={"id_number": one.who.id_number, "reason": "公众人物，常被查看", **until}).status_code == 200
    case = one.program.post("/api/cases", json=application(one.program)).json()["id"]
    asked = people["clerk"].post(f"/api/cases/{case}/seconds", json={"reason": "来电催办，核对材料"})
    assert asked.status_code == 201, asked.text
    yield one, case, asked.json()["id"]
    officer.post(f"/audit/guarded/{one.id}/end")


@pytest.mark.parametrize("role", [*ROLES, "the person"])
def test_who_answers_for_a_protected_case(people, protected: tuple[Account, str, str], role: str) -> None:
    """A colleague who serves the place, and is then told what is missing; not whoever asked, nor other places, departments, the person."""
    one, case, second = protected
    client = one.program if role == "the person" else people[role]
    outside = 401 if role == "anonymous" else 404 if "cases:handle" in GRANTS.get(role, ()) else 403
    tries = (
        ("GET", f"/api/desk/cases/{case}", None, {"clerk": 403, "supervisor": 403, "far clerk": 403}),
        ("POST", f"/api/cases/{case}/seconds", {"reason": ""}, {"clerk": 201, "supervisor": 422, "far clerk": 403}),
        ("POST", f"/api/desk/seconds/{second}/answers", {"outcome": "refused"}, {"clerk": 403, "supervisor": 422, "far clerk": 403}),
    )
    for method, path, body, own in tries:
        said = client.request(method, path, json=body, headers={"accept": "application/json"}).status_code
        assert said == own.get(role, outside), f"{path}: {said}"


# ── a child's certificate in the hands of those who act for it ───────────────────────────────────────
class Hands(NamedTuple):
    """A mandate by which somebody acts, a certificate, and those besides the staff who try: all but the first are refused."""

    mandate: str
    cert: str
    tries: dict[str, httpx.Client]


@pytest.fixture(scope="module")
def child(site: Any) -> Hands:
    """Both parents hold the cards of their child. A neighbour has a child too, the child has a brother, and the father has given up."""
    site.house.ports.put(FamilyRegister, Family(site.register))
    grown = {name: entered(site, name, dt.date(1988, 3, 4)) for name in ("文妈妈", "文爸爸", "邻居")}
    small = entered(site, "文小满", dt.date(2019, 1, 2), mother=grown["文妈妈"], father=grown["文爸爸"])
    brother = entered(site, "文大哥", dt.date(2010, 1, 2), mother=grown["文妈妈"])
    entered(site, "邻家小孩", dt.date(2019, 1, 2), mother=grown["邻居"])
    people = {name: account(site, who).program for name, who in (grown | {"哥哥": brother}).items()}
    for name in ("文妈妈", "文爸爸", "邻居"):
        people[name].post("/me/mandates/children")
    mandate = held(people["文妈妈"], "文*满")
    given(site, principal(site, mandate), small, {"type": "031", "claims": {"name": small.name, "id_number": small.id_number}})
    people["文爸爸"].post(f"/api/me/mandates/{held(people['文爸爸'], '文*满')}/ends").raise_for_status()
    return Hands(mandate, card_of(people["文妈妈"], mandate), people)


def held(program: httpx.Client, name: str) -> str:
    found = program.get("/api/me/mandates").json()["held"]
    return next(one["id"] for one in found if one["principal"] == name and one["holds"])


def card_of(program: httpx.Client, mandate: str) -> str:
    """Seen by the one who holds the mandate, who then is oneself again."""
    program.put("/api/me/acting", json={"mandate": mandate}).raise_for_status()
    one = program.get("/api/certificates").json()["items"][0]["id"]
    assert program.get(f"/wallet/{one}/present").status_code == 200
    program.delete("/api/me/acting")
    return one


CARDS = ("/wallet/{cert}", "/wallet/{cert}/present", "/wallet/{cert}/copies", "/wallet/{cert}/credential", "/wallet/{cert}/certificate.pdf",
         "/api/certificates/{cert}", "/me/mandates/{mandate}", "/api/me/mandates/{mandate}", "/api/me/mandates/{mandate}/uses")  # fmt: skip


def test_a_childs_card_is_in_its_guardians_hands_alone(people, child: Hands) -> None:
    """Whoever turns to the child by the mandate sees it; nobody else, and no guardian whose right has ended, by no route."""
    strangers = people | dict(list(child.tries.items())[1:])
    for role, browser in strangers.items():
        for path in CARDS:
            said = browser.get(path.format(cert=child.cert, mandate=child.mandate), headers={"accept": "application/json"}).status_code
            assert said == (401 if role == "anonymous" else 404), f"{path} as {role}: {said}"
        turned = browser.put("/api/me/acting", json={"mandate": child.mandate}).status_code
        assert turned == (401 if role == "anonymous" else 404), f"{role}: {turned}"
        codes = browser.post(f"/api/certificates/{child.cert}/codes").status_code
        assert codes == (401 if role == "anonymous" else 404), f"{role}: {codes}"
    gone = child.tries["文爸爸"].get("/api/me/mandates").json()["held"]
    assert child.tries["文爸爸"].put("/api/me/acting", json={"mandate": gone[0]["id"]}).json()["type"] == "/problems/mandate-ended"
    assert child.tries["文妈妈"].put("/api/me/acting", json={"mandate": child.mandate}).status_code == 200


# ── a colour and an appeal of one resident ───────────────────────────────────────────────────────────
APPEALS = {"anonymous": 401, "keeper of passes": 200, "appeals": 200}


@pytest.fixture(scope="module")
def appealed(things) -> str:
    """林晓 objects to a colour; she lives in the street of the grid worker."""
    owner, said = things["owner"], {"symptoms": "fever", "contact": "no", "division": "990102001001"}
    assert owner.post("/passes/epi-2026/declare", data=said).status_code == 200  # type: ignore[attr-defined]
    page = owner.post("/passes/epi-2026/appeal", data={"words": "没有发热"})  # type: ignore[attr-defined]
    return page.text.split("/passes/epi-2026/appeal/")[1].split("/")[0]


@pytest.mark.parametrize("role", ROLES)
def test_an_appeal_is_answered_where_it_belongs(people, things, appealed: str, role: str) -> None:
    json = {"accept": "application/json"}
    wanted = APPEALS.get(role, 403)
    assert people[role].get(f"/desk/passes/appeals/{appealed}", headers=json).status_code == wanted
    if wanted != 200:
        said = people[role].post(f"/desk/passes/appeals/{appealed}", data={"answer": "x", "waived": "fever"}, headers=json).status_code
        assert said == wanted
        said = people[role].post(f"/passes/epi-2026/appeal/{appealed}/withdraw", headers=json).status_code
        assert said == (401 if role == "anonymous" else 404)
    assert "申诉中" in things["owner"].get("/passes/epi-2026/why").text  # type: ignore[attr-defined]


# ── rows that one district office asked for ───────────────────────────────────────────────────────────
BACK = {"anonymous": 401, "district data": 200, "neighbour district data": 404, "street data": 404}


@pytest.fixture(scope="module")
def asked_back(people) -> str:
    """The page of what the office of one district wants back."""
    wish = {
        "resource": "disabled.card", "elements": ["disability.issued_on"], "scope": "990102", "every": "once", "purpose": "grassroots",
        "basis": "《政务数据共享条例》",
    }  # fmt: skip
    return people["district data"].post("/exchange/backflow", data=wish, follow_redirects=False).headers["location"]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_given_back_is_its_own_offices(people, asked_back: str, role: str) -> None:
    json, wanted = {"accept": "application/json"}, BACK.get(role, 403)
    assert people[role].get(asked_back, headers=json).status_code == wanted
    said = people[role].post(f"{asked_back}/backflow_{uuid.uuid4().hex}", headers=json).status_code
    assert said == (404 if wanted == 200 else wanted)
    if wanted != 200:
        assert people[role].post(asked_back, data={"note": "x"}, headers=json).status_code == wanted


# ── an app of one organisation ───────────────────────────────────────────────────────────────────────
APP = {"anonymous": 401, "hospital": 200, "registrar": 200, "buses": 404}


@pytest.fixture(scope="module")
def app(people) -> str:
    """The page of an app of the hospital."""
    form = {
        "name": "预约", "about": "预约", "redirects": "https://hospital.example/back", "scopes": ["phone"], "purpose_phone": "联系",
    }  # fmt: skip
    return people["hospital"].post("/desk/apps/new", data=form, follow_redirects=False).headers["location"]


@pytest.mark.parametrize("role", ROLES)
def test_an_app_is_its_own_organisations(people, app: str, role: str) -> None:
    said = people[role].get(app, headers={"accept": "application/json"}).status_code
    assert said == APP.get(role, 403)
    if role != "hospital":
        for act in ("secrets", "pause", "resume", "addresses", "secrets/1/end", "endpoints"):
            form = {"redirects": "https://evil.example/", "url": "https://evil.example/", "kinds": ["consent.given"]}
            said = people[role].post(f"{app}/{act}", data=form, headers={"accept": "application/json"}).status_code
            assert said == (401 if role == "anonymous" else 404 if role in APP else 403), act
    if role not in ("registrar", "anonymous"):
        assert people[role].post(f"{app}/approve", headers={"accept": "application/json"}).status_code == 403
    assert "evil.example" not in people["hospital"].get(app).text


ACTS = ["claim", "accept", "decline", "supplement", "decide", "transfer", "note", "revoke", "reissue", "release"]


@pytest.mark.parametrize("act", ACTS)
def test_only_its_own_clerks_act_on_a_case(people, things, act: str) -> None:
    outsiders = ("admin of an organisation", "clerk of an organisation")
    for role in ("anonymous", "resident", "neighbour clerk", "far clerk", "operator", "registrar", *outsiders):
        said = people[role].post(
            f"/desk/cases/{things['case']}/{act}", data={"rev": "1", "reason": "x", "words": "x"}, headers={"accept": "application/json"}
        ).status_code
        assert said in ((401,) if role == "anonymous" else (403, 404, 422)), f"{role}: {said}"
    state = things["owner"].get(f"/api/cases/{things['case']}").json()  # type: ignore[attr-defined]
    assert state["status"] == "submitted"


NOTICES = {"warner": 200, "district warner": 404}


@pytest.mark.parametrize("role", ROLES)
def test_a_notice_is_its_own_departments(people, role: str) -> None:
    """baoyu-donghu is of yingji. Nobody else looks at it on the desk, corrects or ends it; everybody reads it."""
    asked = {"accept": "application/json"}
    wanted = 401 if role == "anonymous" else NOTICES.get(role, 403)
    assert people[role].get("/desk/notices/baoyu-donghu", headers=asked, follow_redirects=False).status_code == wanted
    assert people[role].get("/notices/baoyu-donghu").status_code == 200
    if role != "warner":
        for path in ("/desk/notices/baoyu-donghu/end", "/api/notices/baoyu-donghu/ends"):
            said = people[role].post(path, headers=asked, follow_redirects=False).status_code
            assert said in ((401,) if role == "anonymous" else (403, 404)), f"{role}: {said}"
    assert people["resident"].get("/api/notices/baoyu-donghu").json()["notice"]["ended_at"] is None


def test_a_device_of_mine_is_not_ended_by_others(people, things) -> None:
    for role in ("resident", "clerk", "operator"):
        url = f"/me/devices/{things['session']}/end"
        said = people[role].post(url, headers={"accept": "application/json"}, follow_redirects=False)
        assert said.status_code in (303, 404), said.text
    assert things["owner"].get("/api/me").status_code == 200  # type: ignore[attr-defined]


def test_another_sites_form_is_refused(people) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        said = people["resident"].post("/logout", headers={**headers, "accept": "application/json"}, follow_redirects=False)
        assert said.status_code == 403
        assert people["resident"].get("/api/me").status_code == 200


WATCHED = ("", "/list", "/list?colour=red", "/people/{person}", "/export")
"""Everything a part of the city has: {person} is somebody of it, who is not green."""


def test_a_community_worker_sees_no_neighbour(site, people, things) -> None:
    """By no route, by no guessed name of an area or a person, by no export and by no API."""
    said = {"symptoms": "fever", "contact": "no", "temp": "37.5", "division": "990102001002"}
    assert things["owner"].post("/passes/epi-2026/declare", data=said).status_code == 200  # type: ignore[attr-defined]
    there = people["tracer"].get("/api/passes/areas/990102001002/people?scheme=epi-2026").json()["items"]
    person = there[0]["citizen_ref"]
    wrong: list[str] = []
    for area in ("990102001002", "990102001", "990102", "9901", "990105", "990102001001.990102001002", "*", "%"):
        for path in WATCHED:
            url, method = f"/supervise/{area}{path.format(person=person)}", "POST" if path in WATCHED[3:] else "GET"
            data = {"purpose": "看看隔壁网格", "scheme": "epi-2026"} if path == "/export" else None
            answer = people["community worker"].request(method, url, data=data, headers={"accept": "application/json"})
            wrong += [] if answer.status_code == 404 else [f"{method} {url}: {answer.status_code}"]
        for path in ("", "/people"):
            answer = people["community worker"].get(f"/api/passes/areas/{area}{path}?scheme=epi-2026")
            wrong += [] if answer.status_code == 404 else [f"{area}{path}: {answer.status_code}"]
    json = {"accept": "application/json"}
    own = people["community worker"].post(f"/supervise/990102001001/people/{person}?scheme=epi-2026", headers=json)
    assert (wrong, own.status_code) == ([], 404), "the neighbour's person under the own area's name"
    seen = people["community worker"].get("/api/passes/areas/990102001001/people?scheme=epi-2026").json()["items"]
    assert person not in {one["citizen_ref"] for one in seen}
