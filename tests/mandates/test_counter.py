"""For people without a phone: written down at a counter from a signed paper, read again from its card, ended there."""

import datetime as dt
from typing import Any

import httpx
import pytest

from tests.cases.kit import ANSWERS, PERMIT, bearer, picture

from .conftest import DAUGHTER
from .kit import WHOLE, turned
from .people import account, entered, given, principal

CLERK, FAR = "13800991602", "13800990613"
ELDER = {"name": "何佩珍", "id_number": "990102192110010020"}
SAID = {**ELDER, "agent_phone": DAUGHTER, "kind": "carer", "items": [PERMIT], "acts": WHOLE, "days": "365"}
PAPER = {"paper": ("委托书.png", picture(), "image/png")}


@pytest.fixture(scope="module")
def clerk(site: Any, daughter: httpx.Client) -> httpx.Client:
    browser = site.sign_in(CLERK)
    browser.headers["accept"] = "text/html"
    return browser


@pytest.fixture(scope="module")
def written(clerk: httpx.Client) -> httpx.Response:
    made = clerk.post("/desk/mandates", data=SAID, files=PAPER)
    assert made.status_code == 200, made.text
    return made


def test_everything_wrong_is_told_and_kept(clerk) -> None:
    wrong = clerk.post("/desk/mandates", data={"name": "何佩珍", "id_number": "123", "agent_phone": "13700000000"})
    assert wrong.status_code == 422
    for field in ("id_number", "agent_phone", "kind", "items", "acts", "days", "paper"):
        assert f'href="#field-{field}"' in wrong.text, field
    assert 'value="何佩珍"' in wrong.text
    program = {"paper": ("a.png", b"MZ" + b"\0" * 100, "image/png")}
    assert 'href="#field-paper"' in clerk.post("/desk/mandates", data=SAID, files=program).text
    other = clerk.post("/desk/mandates", data=SAID | {"name": "何佩玲"}, files=PAPER)
    assert (other.status_code, "核对不一致" in other.text) == (422, True)
    own = clerk.post("/desk/mandates", data=SAID | {"name": "王敏", "id_number": "990102197811050423"}, files=PAPER)
    assert (own.status_code, "要是三个人" in own.text) == (422, True)


def test_a_form_sent_twice_is_one_mandate(clerk, written) -> None:
    again = clerk.post("/desk/mandates", data=SAID, files=PAPER)
    assert (again.status_code, again.url.path) == (200, written.url.path)
    other = clerk.post("/desk/mandates", data=SAID | {"days": "9"}, files=PAPER)
    assert other.url.path != written.url.path, "for other days it is another one"
    assert clerk.post(f"{other.url.path}/end").status_code == 200


def test_what_was_typed_stays_while_the_register_is_away(site, clerk, kin) -> None:
    """At the counter, and where a parent names a child."""
    site.register.away = kin.away = True
    try:
        written = clerk.post("/desk/mandates", data=SAID | {"name": "何佩珍", "id_number": "990102192110010020"}, files=PAPER)
        found = clerk.post("/desk/mandates/find", data={"who_name": "何佩珍", "who_id_number": "990102192110010020"})
        parent = site.sign_in(DAUGHTER)
        child = {"name": "张小满", "id_number": "990102202005200152"}
        named = parent.post("/me/mandates/new/child", data=child, headers={"accept": "text/html"})
    finally:
        site.register.away = kin.away = False
    for answer, name in ((written, "何佩珍"), (found, "何佩珍"), (named, "张小满")):
        assert (answer.status_code, f'value="{name}"' in answer.text) == (503, True)
        assert "人口库暂时没有回应" in answer.text


def test_an_elder_without_a_phone(site, clerk, daughter, written) -> None:
    assert "有效" in written.text
    assert "何*珍" in written.text
    assert ELDER["id_number"] not in written.text
    held = next(one for one in daughter.get("/api/me/mandates").json()["held"] if one["principal"] == "何*珍")
    program = turned(bearer(site, DAUGHTER), held["id"])
    case = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS})
    assert case.status_code == 201, case.text
    seen = program.get(f"/api/cases/{case.json()['id']}")
    assert ELDER["id_number"] not in seen.text
    card = daughter.get(f"/me/mandates/{held['id']}/card", headers={"accept": "text/html"}).text
    words = "ODM1" + card.split(">ODM1")[1].split("<")[0]
    assert clerk.post("/desk/mandates/card", data={"card": f" {words.lower()} "}).url.path == written.url.path
    for broken in ("", "ODM1", words[:-3] + "AAA", words[:30], "https://x"):
        assert clerk.post("/desk/mandates/card", data={"card": broken}).status_code == 422, broken
    found = clerk.post("/desk/mandates/find", data={"who_name": ELDER["name"], "who_id_number": ELDER["id_number"]})
    assert held["id"] in found.text
    nobody = clerk.post("/desk/mandates/find", data={"who_name": "何", "who_id_number": "1"})
    assert (nobody.status_code, 'href="#field-who_id_number"' in nobody.text) == (422, True)
    ended = clerk.post(f"{written.url.path}/end")
    assert "已结束" in ended.text
    assert program.get("/api/cases").json()["type"] == "/problems/mandate-ended"
    assert daughter.get(f"/me/mandates/{held['id']}/card", headers={"accept": "text/html"}).url.path == f"/me/mandates/{held['id']}"


def test_only_a_counter_that_serves_the_place(site, clerk, mother, daughter) -> None:
    """The mother lives in Donghu; the grid worker of one street there is not her counter, and a clerk without the grant is none at all."""
    made = clerk.post("/desk/mandates", data=SAID | {"name": "李桂兰", "id_number": "990102194908230128"}, files=PAPER)
    assert made.status_code == 200, made.text
    far, none = site.sign_in(FAR), site.sign_in("13800990101")
    for path in (made.url.path, "/desk/mandates"):
        said = far.get(path, headers={"accept": "application/json"})
        assert said.status_code == (403 if path == made.url.path else 200)
        assert none.get(path, headers={"accept": "application/json"}).status_code == 403
    assert far.post(f"{made.url.path}/end", headers={"accept": "application/json"}).json()["type"] == "/problems/not-your-place"
    assert "在窗口核对代办委托" in mother.get("/me/access", headers={"accept": "text/html"}).text
    given = next(one for one in mother.get("/api/me/mandates").json()["given"] if one["holds"])
    assert "看过委托书：夏至" in mother.get(f"/me/mandates/{given['id']}", headers={"accept": "text/html"}).text
    mother.post(f"/api/me/mandates/{given['id']}/ends")


def test_a_guardian_by_paper(site, clerk, kin) -> None:
    """A court or a village committee has named somebody: the same reach as a parent's until the child is eighteen; of an adult never."""
    child, guardian = entered(site, "石小豆", dt.date(2018, 5, 6)), account(site, entered(site, "石大爷", dt.date(1958, 5, 6)))
    said = {"name": child.name, "id_number": child.id_number, "agent_phone": guardian.phone, "kind": "guardian"}
    made = clerk.post("/desk/mandates", data=said, files=PAPER)
    assert (made.status_code, "2036 年 5 月 5 日" in made.text) == (200, True), made.text
    held = guardian.program.get("/api/me/mandates").json()["held"]
    assert [(one["kind"], one["holds"], one["items"]) for one in held] == [("guardian", True, [])]
    given(site, principal(site, held[0]["id"]), child, {"type": "031", "claims": {"name": child.name, "id_number": child.id_number}})
    assert "石*豆 · 我监护的人" in guardian.program.get("/wallet", headers={"accept": "text/html"}).text
    adult = clerk.post("/desk/mandates", data=said | ELDER, files=PAPER)
    assert (adult.status_code, 'href="#field-kind"' in adult.text) == (422, True)


def test_a_guardian_until_the_papers_last_day(site, clerk, kin) -> None:
    """The paper's own end when it is the earlier one; the day before the eighteenth birthday otherwise."""
    guardian = account(site, entered(site, "石大妈", dt.date(1960, 5, 6)))

    async def today() -> dt.date:
        async with site.house.begin() as work:
            return work.today

    day = site.run(today)
    almost = day.replace(year=day.year - 18) + dt.timedelta(days=10)
    small, big = entered(site, "石小米", dt.date(2019, 5, 6)), entered(site, "石大米", almost)
    said = {"agent_phone": guardian.phone, "kind": "guardian", "days": "30"}
    for child in (small, big):
        made = clerk.post("/desk/mandates", data=said | {"name": child.name, "id_number": child.id_number}, files=PAPER)
        assert made.status_code == 200, made.text
    held = guardian.program.get("/api/me/mandates").json()["held"]
    assert sorted(one["until_on"] for one in held) == sorted([str(day + dt.timedelta(days=30)), str(day + dt.timedelta(days=9))])
    for days in ("0", "367", "x", "99999"):
        bad = clerk.post("/desk/mandates", data=said | {"name": small.name, "id_number": small.id_number, "days": days}, files=PAPER)
        assert (bad.status_code, 'href="#field-days"' in bad.text) == (422, True), days
