"""A resident declares, gets a colour, reads why, objects, and is answered: over HTTP, in pages and in JSON."""

import asyncio
import datetime as dt
import uuid

import pytest

from onedoor.identity.models import PersonId
from onedoor.kernel.ports import Ports, Scan, Scanner, Vault, Verdict
from onedoor.kernel.work import Actor, system
from onedoor.passes import service
from onedoor.passes.models import Channel, DeclarationId, EvidenceId
from onedoor.passes.service import Made, Said
from tests.cases.kit import picture
from tests.mandates.people import account, entered

from .conftest import APPEALS, GRID, HOME, WELL

JSON = {"accept": "application/json"}
FEVER = WELL | {"symptoms": "fever", "temp": "３７．５℃"}


def test_from_a_declaration_to_a_colour_and_its_reason(site, login) -> None:
    browser = login()
    assert "还没有申报" in browser.get("/passes").text
    assert "我的通行码" in browser.get("/").text
    assert browser.get("/passes/epi-2026/why").status_code == 404
    form = browser.get("/passes/epi-2026/declare").text
    assert "石门镇" in form
    assert form.count('class="field') <= 6
    wrong = browser.post("/passes/epi-2026/declare", data={"contact": "yes", "temp": "热", "contact_on-year": "2999", "reason": "x" * 500})
    assert wrong.status_code == 422
    for told in ("请填写体温", "请回答", "请选择现在住的地方", "太长了"):
        assert told in wrong.text, told
    assert 'value="热"' in wrong.text
    assert "绿码" in browser.post("/passes/epi-2026/declare", data=WELL).text
    assert "绿码" in browser.get("/").text
    assert "和上次一样" in browser.get("/passes/epi-2026").text
    assert "绿码" in browser.post("/passes/epi-2026/same").text
    assert "黄码" in browser.post("/passes/epi-2026/declare", data=FEVER | {"reason": "上次没量体温"}).text
    why = browser.get("/passes/epi-2026/why").text
    for told in ("37.3", "37.5 °C", "第 1 版", "发热门诊写明", "网页"):
        assert told in why, told
    history = browser.get("/passes/epi-2026/history.json").json()
    assert [one["colour"] for one in history] == ["yellow", "green", "green"]
    assert "Why" in browser.get("/passes/epi-2026/why", headers={"accept-language": "en"}).text
    public = site.client().get("/passes/schemes/epi-2026")
    assert "青卫防〔2026〕8 号" in public.text
    assert "30 天" in public.text


def test_the_same_form_twice_declares_once(site, login) -> None:
    browser = login()
    form = browser.get("/passes/epi-2026/declare").text
    key = form.split('name="key" value="')[1].split('"')[0]
    for _ in range(2):
        assert browser.post("/passes/epi-2026/declare", data=WELL | {"key": key}).status_code == 200
    assert len(browser.get("/passes/epi-2026/history.json").json()) == 1


def test_the_same_first_form_twice_at_one_moment_declares_once(site, login) -> None:
    """There is nothing of this person yet that the second one could wait for."""
    browser = login()
    me = PersonId.parse(browser.get("/api/me").json()["id"])
    said = Said({name: value for name, value in WELL.items() if name != "division"}, HOME, key=DeclarationId.new())

    async def pressed() -> Made:
        async with site.house.begin(actor=Actor(id=me)) as work:
            return await service.declare(work, "epi-2026", said, Channel.PAGE)

    async def twice() -> tuple[Made, Made]:
        async with site.house.begin(actor=Actor(id=me)) as work:
            first = await service.declare(work, "epi-2026", said, Channel.PAGE)
            other = asyncio.create_task(pressed())
            await asyncio.sleep(0.2)
        return first, await other

    first, other = site.run(twice)
    assert first.decision.id == other.decision.id
    assert len(browser.get("/passes/epi-2026/history.json").json()) == 1


def body(**instead: object) -> dict[str, object]:
    return {"scheme": "epi-2026", "answers": {"symptoms": ["none"], "contact": "no"}, "division": HOME} | instead


def test_programs_declare_with_a_key_and_few_messages(site, login, queries: list[str]) -> None:
    browser = login()
    headers = JSON | {"idempotency-key": uuid.uuid4().hex}
    queries.clear()
    first = browser.post("/api/passes/declarations", json=body(), headers=headers)
    sent = [one for one in queries if "passes." in one]
    assert first.status_code == 201, first.text
    assert len(sent) <= 6, sent  # standing, claim, and three writes that travel as one statement
    again = browser.post("/api/passes/declarations", json=body(), headers=headers)
    assert (again.json(), again.headers["idempotent-replay"]) == (first.json(), "true")
    assert first.json()["decision"]["colour"] == "green"
    bad = {"symptoms": ["dancing"], "contact": "yes", "contact_on": "2999-01-01", "temp": "98.6", "mood": "x", "visited": ["1"]}
    wrong = browser.post("/api/passes/declarations", json=body(answers=bad), headers=JSON)
    assert wrong.status_code == 422
    told = [one["pointer"] for one in wrong.json()["errors"]]
    assert sorted(told) == ["/contact_on", "/mood", "/symptoms", "/temp", "/visited"]
    assert browser.post("/api/passes/declarations", json=body(scheme="none"), headers=JSON).status_code == 404
    stranger = body(person=f"person_{uuid.uuid4().hex}")
    assert browser.post("/api/passes/declarations", json=stranger, headers=JSON).status_code == 404
    assert browser.get("/api/passes/epi-2026/why", headers=JSON).json()["colour"] == "green"
    mine = {one["scheme"]: one["standing"] for one in browser.get("/api/passes", headers=JSON).json()["items"]}
    assert (mine["epi-2026"]["colour"], mine["campus-2026"]) == ("green", None)
    assert browser.get("/api/passes/epi-2026/questions", headers=JSON).json()["questions"][0]["id"] == "symptoms"
    assert site.client().get("/api/passes/schemes", headers=JSON).status_code == 200


TYPED = {
    "36.6": 366, "36,6": 366, "36.6°C": 366, "３６．６": 366, "366": 366, "36": 360, "36.65": 366, "36度6": 366, " 37.3 ℃ ": 373, "43": 430,
    "98.6": None, "1000": None, "33.9": None, "43.1": None, "热": None, "": None, "36.6.6": None, "-36.6": None, "3.66": None,
}  # fmt: skip


def test_temperatures_as_people_type_them() -> None:
    from onedoor.passes.service import answers

    for typed, tenths in TYPED.items():
        if tenths is None:
            with pytest.raises(answers.Wrong):
                answers.temperature("zh-CN", typed)
        else:
            assert answers.temperature("zh-CN", typed) == tenths, typed


class Finds:
    """A scanner that finds something in whatever begins as a picture does."""

    async def scan(self, content: bytes) -> Verdict:
        return Verdict(Scan.INFECTED if content.startswith(b"\x89PNG") else Scan.CLEAN)


async def found_infected(site, paper: str) -> None:
    """The scanner is asked about the paper alone, without the bytes that the house puts before it."""
    async with site.house.begin(actor=system("test")) as work:
        owner = await work.db.value("select citizen_id from passes.evidence where id = $id", id=EvidenceId.parse(paper))
    ports = Ports()
    ports.put(Scanner, Finds())
    ports.put(Vault, site.house.ports.get(Vault))
    await service.scan_paper(site.house.begin, ports, PersonId(owner), EvidenceId.parse(paper))


def test_an_appeal_with_papers_is_answered_by_the_rules(site, login) -> None:
    browser, clerk = login(), site.sign_in(APPEALS)
    browser.post("/passes/epi-2026/declare", data=WELL | {"symptoms": ["fever", "cough"]})
    assert browser.post("/passes/epi-2026/appeal", data={"words": " "}).status_code == 422
    bad = browser.post("/passes/epi-2026/appeal", data={"words": "没有发热"}, files=[("papers", ("a.exe", b"MZ...", "image/png"))])
    assert bad.status_code == 422
    assert "a.exe" in bad.text
    assert "没有发热" in bad.text
    made = browser.post("/passes/epi-2026/appeal", data={"words": "没有发热"}, files=[("papers", ("门诊.png", picture(), "image/png"))])
    assert "申诉中" in made.text
    assert browser.post("/passes/epi-2026/appeal", data={"words": "再来"}, headers=JSON).status_code == 409
    listed = clerk.get("/desk/passes/appeals").text
    which = [part.split('"')[0] for part in listed.split('href="/desk/passes/appeals/')[1:]][-1]
    page = clerk.get(f"/desk/passes/appeals/{which}").text
    assert "没有发热" in page
    paper = page.split(f"/desk/passes/appeals/{which}/papers/")[1].split('"')[0]
    assert clerk.get(f"/desk/passes/appeals/{which}/papers/{paper}").headers["content-disposition"].startswith("attachment")
    site.run(found_infected, site, paper)
    assert "扫描发现病毒" in clerk.get(f"/desk/passes/appeals/{which}").text
    assert clerk.get(f"/desk/passes/appeals/{which}/papers/{paper}").status_code == 404
    assert clerk.post(f"/desk/passes/appeals/{which}", data={"answer": ""}).status_code == 422
    assert clerk.post(f"/desk/passes/appeals/{which}", data={"answer": "x", "waived": "contact"}).status_code == 422
    clerk.post(f"/desk/passes/appeals/{which}", data={"answer": "门诊证明属实", "waived": "fever"})
    assert clerk.post(f"/desk/passes/appeals/{which}", data={"answer": "再答"}, headers=JSON).status_code == 409
    why = browser.get("/passes/epi-2026/why").text
    assert "门诊证明属实" in why
    assert "有一件事要办" in why  # the cough is still there: nobody sets a colour
    assert "绿码，有一件事要办" in browser.post("/passes/epi-2026/declare", data=WELL | {"symptoms": ["fever", "cough"]}).text
    site.jobs()
    inbox = browser.get("/inbox").text
    assert "您的申诉有结果了" in inbox
    assert "绿码" in inbox
    assert "申诉" in browser.get("/me/access").text


def test_a_clerk_elsewhere_sees_no_appeal(site, login) -> None:
    browser, clerk = login(), site.sign_in(APPEALS)
    far = WELL | {"division": "990103", "symptoms": "fever"}
    browser.post("/passes/epi-2026/declare", data=far)
    browser.post("/passes/epi-2026/appeal", data={"words": "远处"})
    which = browser.get("/passes/epi-2026/why").text.split("/appeal/appeal_")[1].split("/")[0]
    assert clerk.get(f"/desk/passes/appeals/appeal_{which}").status_code == 404
    assert clerk.post(f"/desk/passes/appeals/appeal_{which}", data={"answer": "x"}).status_code == 404
    assert which not in clerk.get("/desk/passes/appeals").text
    assert "已撤回" in browser.post(f"/passes/epi-2026/appeal/appeal_{which}/withdraw").text


def test_family_and_the_counter(site, login) -> None:
    """A child of the same household is confirmed by the register, an elder of another by a clerk; an account is not stood in for."""
    rows = list(site.register.rows.values())
    parent = site.sign_in("13900990002")
    home = next(one["household_address"] for one in rows if one["id_number"] == "990102197811050423")
    child = next((one for one in rows if one["household_address"] == home and one["birth_on"] > "2010-01-01"), None)
    assert login().get("/passes/family", headers=JSON).status_code == 403
    assert parent.post("/passes/family", data={"name": "x", "id_number": "1"}).status_code == 422
    guessed = parent.post("/passes/family", data={"name": "李桂花", "id_number": "990102194908230128", "relation": "elder"})
    assert "姓名与身份证号核对不一致" in guessed.text, "whether somebody has an account is not told of a number alone"
    account = parent.post("/passes/family", data={"name": "李桂兰", "id_number": "990102194908230128", "relation": "elder"})
    assert account.status_code == 422
    assert "本人申报" in account.text
    elder = next(one for one in rows if one["birth_on"] < "1962-01-01" and one["household_address"] != home and not one.get("phone"))
    asked = parent.post("/passes/family", data={"name": elder["name"], "id_number": elder["id_number"], "relation": "elder"})
    assert "等待核对" in asked.text, asked.text[-2000:]
    if child:
        made = parent.post("/passes/family", data={"name": child["name"], "id_number": child["id_number"], "relation": "child"})
        assert "已确认" in made.text
        person = made.text.split("/passes?for=")[1].split('"')[0]
        assert child["name"] in parent.get(f"/passes?for={person}").text
        assert "绿码" in parent.post(f"/passes/epi-2026/declare?for={person}", data=WELL).text
        assert login().get(f"/passes/epi-2026?for={person}").status_code == 404
    grid = site.sign_in(GRID)
    assert grid.post("/desk/passes/counter", data={"name": elder["name"], "id_number": "1", "scheme": "epi-2026"}).status_code == 422
    found = grid.post("/desk/passes/counter", data={"name": elder["name"], "id_number": elder["id_number"], "scheme": "epi-2026"})
    assert elder["id_number"] not in found.text
    assert found.url.path.startswith("/desk/passes/counter/epi-2026/person_")
    assert grid.post(str(found.url), data=WELL | {"division": "990105"}, headers=JSON).status_code == 403
    assert "绿码" in grid.post(str(found.url), data=WELL | {"channel": "paper"}).text


def test_whoever_has_an_account_now_is_stood_in_for_by_nobody(site) -> None:
    """A father whose daughter has shown his green code declares a fever himself: hers is not shown any more."""
    daughter = account(site, entered(site, "常小雨", dt.date(1985, 3, 4)))
    father = entered(site, "常大雨", dt.date(1950, 3, 4))
    browser = site.sign_in(daughter.phone)
    made = browser.post("/passes/family", data={"name": father.name, "id_number": father.id_number, "relation": "elder"})
    assert "已确认" in made.text
    person = made.text.split("/passes?for=")[1].split('"')[0]
    assert "绿码" in browser.post(f"/passes/epi-2026/declare?for={person}", data=WELL).text
    own = account(site, father)
    assert browser.get(f"/passes/epi-2026?for={person}").status_code == 200
    assert site.sign_in(own.phone).post("/passes/epi-2026/declare", data=FEVER).status_code == 200
    site.jobs()
    assert browser.get(f"/passes/epi-2026?for={person}").status_code == 404
    assert browser.post(f"/passes/epi-2026/declare?for={person}", data=WELL).status_code == 404
    assert [one["person"] for one in browser.get("/passes/bearers.json", headers=JSON).json()["bearers"]] == []
