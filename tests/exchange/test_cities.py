"""Two cities: each believes the other, a certificate of one is checked and shown in the other, and a question travels to the home city."""

import asyncio
import hashlib
import html
import queue
import re
import shutil
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cases.kit import picture
from tests.conftest import LOADED, TEMPLATE, _admin, _named
from tests.passes.test_regions import Node, _moved

from .conftest import DRIVER

STEWARD, LIN, WANG = "13800991607", "13900990001", "13900990002"
ITEM = "jt-wangyueche"
NUMBER = "990105199203180222"
AWAY = """
insert into exchange.register (code, org_ref, title, transport, hours, contact, limits, settings, sha256)
select 'away', org_ref, '{"zh": "邻市", "en": "Next city"}', 'city', '00:00-24:00', '-', '{"timeout_ms": 2000}', '{"node": "@node"}', '-'
from exchange.register where code = 'police';
insert into exchange.resource select 'away.driver', version, 'away', title, way, 'driver', keys, elements, sharing, basis, cycle, fresh_s,
review_on from exchange.resource where code = 'police.driver';
insert into exchange.mapping (resource, version, rules, codes, live, origin) values ('away.driver', 1,
'[{"to": "driver.class", "from": "/driver.class", "via": ["trim"]},
  {"to": "driver.licensed_on", "from": "/driver.licensed_on", "via": ["trim"]}]', '{}', true, 'city');
update exchange.element set source = 'away' where code like 'driver.%';
update exchange.agreement set resource = 'away.driver' where id = 'jiaotong-driver'
"""
"""The second city holds no driving licences of its own: it asks the first."""


class City(Node):
    """One city, and people signed in there. What it logs is read as it comes, so that it never waits for us; errors are shown."""

    def __init__(self, dsn: str, home: Path) -> None:
        super().__init__(dsn, home, "tests.exchange.city_process")
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(("ready", "answer ")):
                self.lines.put(line)
            else:
                print(line, end="")
        self.lines.put("")

    def said(self, begins: str) -> str:
        line = self.lines.get(timeout=60)
        assert line.startswith(begins), line
        return line.removeprefix(begins).strip()

    def browser(self, phone: str) -> httpx.Client:
        made = httpx.Client(base_url=self.url, follow_redirects=True, timeout=20)
        assert made.post("/login", data={"phone": phone}, follow_redirects=False).status_code == 303
        answer = made.post("/login/code", data={"phone": phone, "code": self.do("code", phone)}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return made


def _home(folder: Path) -> Path:
    """People who came with the template are found by their numbers; every other secret is the city's own."""
    (folder / "keys").mkdir()
    shutil.copy(LOADED / "keys" / "id-number", folder / "keys")
    return folder


@pytest.fixture(scope="module")
def cities(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, City]]:
    names = [f"onedoor_city_{n}_{time.time_ns()}" for n in range(2)]
    asyncio.run(_admin(template, *(f"create database {name} template {TEMPLATE}" for name in names)))
    asyncio.run(_moved(_named(template, names[1])))
    made = [City(_named(template, name), _home(tmp_path_factory.mktemp(name))) for name in names]
    for one in made:
        one.said("ready")
        one.do("plug")
    made[1].do("rows", *AWAY.replace("@node", made[0].url).split(";"))
    yield made[0], made[1]
    for one in made:
        one.close()
    asyncio.run(_admin(template, *(f"drop database if exists {name} with (force)" for name in names)))


@pytest.fixture(scope="module")
def people(cities: tuple[City, City]) -> dict[str, httpx.Client]:
    """Stewards and 林晓 in both cities."""
    home, away = cities
    return {
        "home steward": home.browser(STEWARD), "away steward": away.browser(STEWARD), "home": home.browser(LIN), "away": away.browser(LIN),
    }  # fmt: skip


def added(steward: httpx.Client, other: City, **bent: str) -> httpx.Response:
    sent = {"address": other.url, "fingerprint": other.do("fingerprint")} | bent
    return steward.post("/exchange/cities", data=sent)


@pytest.fixture(scope="module")
def believed(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """Each city is on the other's list, whichever test is asked first."""
    home, away = cities
    assert added(people["away steward"], home).status_code == 200
    assert added(people["home steward"], away).status_code == 200


def the_city(steward: httpx.Client) -> str:
    """The address of the one city on the list."""
    found = re.search(r"/exchange/cities/org_[0-9a-f]{32}", steward.get("/exchange/cities").text)
    assert found
    return found[0]


def test_a_steward_adds_a_city(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """Only against the fingerprint that was read out; what was typed stays; the keys are shown; the other side by a pasted file."""
    home, away = cities
    steward = people["away steward"]
    wrong = added(steward, home, fingerprint="A" * 43)
    assert wrong.status_code == 422
    assert "与对方文件的指纹不同" in wrong.text
    assert home.url in wrong.text
    gone = added(steward, home, address="http://127.0.0.1:1")
    assert gone.status_code == 422
    assert "没有应答" in gone.text
    assert "本市的" in added(steward, away).text, "nobody adds the own city"
    page = added(steward, home)
    assert page.status_code == 200, page.text
    assert "相信" in page.text
    assert "证照和状态名单" in page.text
    document = away.do("signed", {}, True)
    assert "指纹不同" in added(people["home steward"], away, document=document, fingerprint=home.do("fingerprint")).text
    assert added(people["home steward"], away, document=document, address=away.url).status_code == 200
    assert httpx.post(f"{home.url}/exchange/cities", data={"address": "x"}).status_code in (401, 403)


@pytest.mark.usefixtures("believed")
def test_a_certificate_is_checked_in_the_other_city(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """Code, text, revocation with the list's age; still with the home city away; and no longer when the steward has switched it off."""
    home, away = cities
    code, text, cert = home.do("issue", LIN)
    away.do("clock")
    for given in (code, text):
        page = httpx.post(f"{away.url}/verify", data={"text": given}).text
        assert "证照真实有效" in page, (given[:40], re.sub("<[^>]+>", "", page[6000:]))
        assert "青禾市" in page
        assert "公安" in page
        assert "的名单" in page
    told = httpx.post(f"{away.url}/api/verifications", json={"text": text}).json()
    assert (told["result"], told["city"]["zh"]) == ("valid", "青禾市")
    assert told["list_at"]
    bent = text[:200] + ("A" if text[200] != "A" else "B") + text[201:]
    assert httpx.post(f"{away.url}/api/verifications", json={"text": bent}).json()["result"] in ("forged", "damaged")
    where = the_city(people["away steward"])
    people["away steward"].post(where, data={"act": "off"})
    assert httpx.post(f"{away.url}/api/verifications", json={"text": text}).json()["result"] == "forged"
    people["away steward"].post(where, data={"act": "on"})
    assert httpx.post(f"{away.url}/api/verifications", json={"text": text}).json()["result"] == "valid"

    home.do("revoke", cert)
    home.process.send_signal(signal.SIGSTOP)
    try:
        told = httpx.post(f"{away.url}/api/verifications", json={"text": text}, timeout=20).json()
        assert told["result"] == "valid", "by the list that is kept"
    finally:
        home.process.send_signal(signal.SIGCONT)
    away.do("rows", "update wallet.abroad_list set signed_at = signed_at - interval '6 minutes'")
    told = httpx.post(f"{away.url}/api/verifications", json={"text": text}).json()
    assert told["result"] == "revoked", told


def begun(browser: httpx.Client) -> str:
    answer = browser.post(f"/apply/{ITEM}", data={"new": "1"})
    found = re.search(r"/drafts/draft_[0-9a-f]{32}", str(answer.url))
    assert found, answer.text
    return found[0]


def again(browser: httpx.Client, draft: str) -> str:
    browser.post(f"{draft}/again", data={"back": f"{draft}/check"})
    for _ in range(20):
        page = browser.get(f"{draft}/licence-class").text
        if "马上就好" not in page:
            break
        time.sleep(0.1)
    return page + browser.get(f"{draft}/check").text


def agreed(steward: httpx.Client, ground: str) -> httpx.Response:
    facts = ["driver.class", "driver.licensed_on"]
    sent = {"resource": "police.driver", "ground": ground, "basis": "两市互认协议", "services": ITEM, "elements": facts}
    return steward.post(f"{the_city(steward)}/agreements", data=sent)


@pytest.mark.usefixtures("believed")
def test_a_question_travels_to_the_home_city(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """Not agreed: nothing. By consent: the resident sees the question there, agrees, and it is answered. Both sides are on record."""
    home, away = cities
    forgotten = ("delete from exchange.answer", "delete from exchange.ask")
    away.do("rows", *forgotten, "delete from exchange.presented", "update exchange.agreement set state = 'granted'")
    home.do("rows", *forgotten, "delete from exchange.agreement where origin = 'between'")
    home.do("says", "driver", DRIVER)
    draft = begun(people["away"])
    page = again(people["away"], draft)
    assert "来自 邻市" not in page
    assert "没有授权，已拒绝" in people["home"].get("/me/data").text
    empty = people["home steward"].post(f"{the_city(people['home steward'])}/agreements", data={"resource": "police.driver"})
    assert empty.status_code == 422
    assert "请填写依据" in empty.text
    assert "请填写对方的事项代码" in empty.text
    assert agreed(people["home steward"], "consent").status_code == 200

    away.do("rows", "update exchange.ask set at = at - interval '1 minute'")
    page = again(people["away"], draft)
    assert "要先由您在邻市同意" in page
    assert "来自 邻市" not in page
    waiting = people["home"].get("/me/asked-elsewhere").text
    assert "交通" in waiting
    assert "网约车" in waiting
    assert "等您同意" in people["home"].get("/me/data").text
    assert people["home"].get("/inbox").text.count("想查您的信息，等您同意") == 1, "told once, however often it is asked"
    assert home.do("says", "driver", DRIVER) == [], "nobody was asked before the person agreed"
    which = re.search(r"/me/asked-elsewhere/waiting_[0-9a-f]{32}", waiting)
    assert which
    people["home"].post(which[0], data={"act": "yes"})
    away.do("rows", "update exchange.ask set at = at - interval '1 minute'")
    page = again(people["away"], draft)
    assert "来自 邻市 · 今天" in page
    tracker = people["home"].get("/me/data").text
    assert re.search("青禾市.*交通运输局", tracker), tracker
    assert "为办理“网约车驾驶员证申请”查了您的信息，由人口库提供" in tracker
    assert "为办理“网约车驾驶员证申请”向邻市查询" in people["away"].get("/me/access").text
    assert len(home.do("says", "driver", DRIVER)) == 1


def shown(asker: httpx.Client, holder: httpx.Client, away: City, draft: str) -> httpx.Response:
    """A resident fills a form in one city with a certificate from the wallet in the other, page by page."""
    page = asker.get(f"{draft}/elsewhere").text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key, page
    page = asker.post(f"{draft}/elsewhere", data={"key": key[1]}).text
    there = html.unescape(re.search(r'class="btn main" href="([^"]+)"', page)[1])  # type: ignore[index]
    sheet = holder.get(there)
    assert sheet.status_code == 200, sheet.text
    assert "青禾市登记的核验方" in sheet.text
    assert "用外市驾驶证填写网约车驾驶员证申请" in sheet.text
    assert "C1" in sheet.text
    return holder.post(there, data={"type": "004"})


@pytest.mark.usefixtures("believed")
def test_a_certificate_fills_a_form_in_the_other_city(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """The home wallet says who asks and why; after a yes the form is filled, with its source; only with one's own certificate."""
    home, away = cities
    for phone in (LIN, WANG):
        home.do("issue", phone, "004")
    ended = "update exchange.agreement set state = 'ended' where id = 'jiaotong-driver'"
    away.do("rows", "delete from exchange.answer", "delete from exchange.ask", ended)
    draft = begun(people["away"])
    assert "用外市的证照填" in people["away"].get(f"{draft}/licence-class").text
    others = shown(people["away"], home.browser(WANG), away, draft)
    assert others.status_code == 400, others.text
    assert "邻市" not in people["away"].get(f"{draft}/check").text
    back = shown(people["away"], people["home"], away, draft)
    assert back.status_code == 200, back.text
    onward = html.unescape(re.search(r'class="btn main" href="([^"]+)"', back.text)[1])  # type: ignore[index]
    assert onward.startswith(away.url)
    done = people["away"].get(onward).text
    assert f"{draft}/check" in done
    assert people["away"].get(onward).status_code == 404, "the way back is gone once"
    page = people["away"].get(f"{draft}/check").text
    assert "来自 青禾市 · 机动车驾驶证 · 刚刚核验" in page
    assert "青禾市 · 青禾市交通运输局" in people["home"].get("/wallet/log").text
    photo = people["away"].post("/api/attachments", files={"file": ("a.png", picture())}, data={"document": "photo"}).json()["id"]
    answers = {"kind": "new", "exam": "none", "platform": "open", "promise": ["crash", "drugs", "violence"], "phone": LIN}
    sent = {"item": ITEM, "answers": answers, "attachments": [photo]}
    case = people["away"].post("/api/cases", json=sent, headers={"idempotency-key": str(uuid.uuid4())})
    assert case.status_code == 201, case.text
    evidence = away.do("rows", "select evidence from cases.case_file where item = 'jt-wangyueche'")[0]["evidence"]
    assert "机动车驾驶证" in evidence
    assert "presented" in evidence


def asking(home: City, away: City, **bent: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": away.url, "aud": home.url, "jti": str(uuid.uuid4()), "iat": now, "exp": now + 60,
        "elements": ["driver.class"], "keys": {"person.id_number": NUMBER}, "purpose": "apply", "item": ITEM,
        "title": {"zh": "网约车驾驶员证申请", "en": ""}, "asker": {"zh": "交通运输局", "en": ""}, "matter": str(uuid.uuid4()),
    } | bent  # fmt: skip


@pytest.mark.usefixtures("believed")
def test_what_is_not_signed_agreed_or_new_is_refused(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """Each bent question by HTTP; a replay gets the first reply; one name for two questions gets none."""
    home, away = cities

    def sent(given: dict[str, Any], by: City = away) -> httpx.Response:
        return httpx.post(f"{home.url}/api/exchange/evidence", content=by.do("signed", given), timeout=20)

    assert sent(asking(home, away)).status_code == 200
    held = asking(home, away, item="no-such-item")
    refused = sent(held)
    assert sent(held).text == refused.text, "the same question gets the same reply"
    assert sent(held | {"elements": ["driver.licensed_on"]}).status_code == 409
    for bent in (
        {"iss": "https://nobody.example"}, {"aud": away.url}, {"exp": int(time.time()) - 1}, {"exp": int(time.time()) + 3600},
        {"iat": int(time.time()) + 600}, {"jti": "x"}, {"matter": "x"}, {"elements": []}, {"title": 3},
    ):  # fmt: skip
        answer = sent(asking(home, away, **bent))
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/city-not-believed"), (bent, answer.text)
    assert sent(asking(home, away), by=home).status_code == 422, "another city's key"
    assert httpx.post(f"{home.url}/api/exchange/evidence", content=b"\xff\xff").status_code == 422
    assert httpx.post(f"{home.url}/api/exchange/evidence", content="x" * 70_000).status_code in (413, 422)
    nobody = sent(asking(home, away, keys={"person.id_number": "990102199001011234"}))
    assert nobody.status_code == 200, "whether somebody is known is told to the city that asked, sealed, and to nobody else"
    where = the_city(people["home steward"])
    people["home steward"].post(where, data={"act": "off"})
    assert sent(asking(home, away)).status_code == 422
    people["home steward"].post(where, data={"act": "on"})
    document = away.do("signed", {}, True)
    home.do("rows", "update exchange.city set seq = seq + 5")
    older = added(people["home steward"], away, document=document)
    assert older.status_code == 422
    assert "比已有的旧" in older.text
    home.do("rows", "update exchange.city set seq = seq - 5")


@pytest.mark.usefixtures("believed")
def test_a_city_that_is_away_or_slow_delays_nothing(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """The form goes on, and is filled when the city is back; by law no word of the resident is needed."""
    home, away = cities
    forgotten = ("delete from exchange.answer", "delete from exchange.ask")
    away.do("rows", *forgotten, "delete from exchange.presented", "update exchange.agreement set state = 'granted'")
    home.do("rows", *forgotten, "delete from exchange.agreement where origin = 'between'")
    assert agreed(people["home steward"], "duty").status_code == 200
    home.process.send_signal(signal.SIGSTOP)
    try:
        begin = time.monotonic()
        draft = begun(people["away"])
        assert people["away"].get(f"{draft}/licence-class").status_code == 200
        assert time.monotonic() - begin < 3
        time.sleep(2.5)
        assert "邻市暂时取不到" in people["away"].get(f"{draft}/licence-class").text
    finally:
        home.process.send_signal(signal.SIGCONT)
    home.do("says", "driver", DRIVER, 0.9)
    away.do("rows", "update exchange.ask set at = at - interval '1 minute'", "delete from exchange.circuit")
    assert "来自 邻市" not in again(people["away"], draft), "the home register was too slow"
    home.do("says", "driver", DRIVER, 0)
    for city in (home, away):
        city.do("rows", "update exchange.ask set at = at - interval '1 minute', deadline_at = deadline_at - interval '1 minute'")
    assert "来自 邻市 · 今天" in again(people["away"], draft)
    away.do("rows", *forgotten)
    home.do("rows", *forgotten, f"update identity.person set id_number = '990105198001010011' where id_number = '{NUMBER}'")
    assert "来自 邻市" not in again(people["away"], begun(people["away"]))
    told = away.do("rows", "select distinct kind from exchange.incident where register = 'away'")  # once for each time it was asked
    assert told == [{"kind": "not_me"}], "somebody else's answer"


@pytest.mark.usefixtures("believed")
def test_one_city_is_witness_of_the_others_seals(cities: tuple[City, City], people: dict[str, httpx.Client]) -> None:
    """Noted when first seen, in the open; written anew afterwards, the steward here hears of it once, and what was seen stays."""
    home, away = cities
    people["home"].get("/me/data")
    assert home.do("seal") == 1, "somebody has signed in"
    published = httpx.get(f"{home.url}/.well-known/onedoor/seals/1.json").json()["body"]

    def seen() -> list[dict[str, Any]]:
        return [one for one in httpx.get(f"{away.url}/.well-known/onedoor/witnessed").json()["items"] if one["node"] == home.url]

    for _ in range(2):
        away.do("behold")
    (noted,) = seen()
    assert (noted["n"], noted["sha256"], noted["broken_at"]) == (1, hashlib.sha256(published.encode()).hexdigest(), None)
    steward, where = people["away steward"], the_city(people["away steward"])
    assert "没有变过" in steward.get(where).text
    home.process.send_signal(signal.SIGSTOP)
    try:
        away.do("behold")
        assert seen() == [noted], "away is not rewritten"
    finally:
        home.process.send_signal(signal.SIGCONT)
    home.do("rows", "update tracker.seal set body = replace(convert_from(body, 'UTF8'), '\"v\":1', '\"v\":2')::bytea where n = 1")
    for _ in range(2):
        away.do("behold")
    (broken,) = seen()
    assert (broken["sha256"], broken["broken_at"] is not None) == (noted["sha256"], True), "what was seen first stays"
    assert steward.get("/inbox").text.count("的封签被改写过") == 1
    assert "被改写过" in steward.get(where).text
    away.do(
        "rows", f"insert into exchange.beheld (node, n, sha256, seen_at) values ('{home.url}', 2, sha256('x'), now() + interval '1 hour')"
    )
    assert "被改写过" in steward.get(where).text, "however many come after it"
    away.do("rows", "delete from exchange.beheld where n = 2")
