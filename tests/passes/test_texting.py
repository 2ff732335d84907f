"""Why a colour is what it is, by text message: for whoever asked for it, at a page or at a counter, and for nobody else."""

import datetime as dt
from typing import Any

import httpx
import pytest

from onedoor.identity.models import PersonId
from onedoor.kernel.work import system
from onedoor.passes.service import texting
from tests.mandates.people import account, entered
from tests.passes.conftest import GRID
from tests.passes.kit import ILL, JSON, WELL


@pytest.fixture(scope="module")
def scheme(put) -> str:
    put("texted-2026")
    return "texted-2026"


def sent(site, phone: str) -> list[str]:
    """What has come to a phone of its colour."""
    site.jobs()
    return [words for words in site.outbox.all(phone) if "防疫健康码：" in words or "health code:" in words]


def declared(site, scheme: str, phone: str, answers: dict[str, object]) -> None:
    assert site.sign_in(phone).post(f"/passes/{scheme}/declare", data=answers).status_code == 200


def test_asked_for_on_the_page_and_told_when_it_changes(site, scheme: str) -> None:
    one = account(site, entered(site, "吴短信", dt.date(1966, 2, 3)))
    browser = site.sign_in(one.phone)
    early = browser.post(f"/passes/{scheme}/sms", data={"step": "ask"}, headers=JSON)
    assert early.json()["type"] == "/problems/not-declared"
    declared(site, scheme, one.phone, WELL | ILL)
    assert sent(site, one.phone) == []
    page = browser.post(f"/passes/{scheme}/sms", data={"step": "ask"})
    assert "不用再发短信" in page.text
    [words] = sent(site, one.phone)
    assert words.startswith("【青禾市】防疫健康码：红码。原因：发热并且呼吸困难；发热。到 ")
    assert "请现在打 120" in words
    assert words.endswith("24 小时内答复。")
    assert len(words) <= texting.LONGEST
    browser.post(f"/passes/{scheme}/sms", data={"step": "ask"})
    assert len(sent(site, one.phone)) == 1, "asked for twice, the same colour is told once"
    declared(site, scheme, one.phone, WELL | {"reason": "量错了"})
    words = sent(site, one.phone)[-1]
    assert words.startswith("【青禾市】防疫健康码：绿码。没有一条规则提示风险。")
    assert "申诉" not in words
    assert "不用再发短信" not in browser.post(f"/passes/{scheme}/sms", data={"step": "stop"}).text
    declared(site, scheme, one.phone, WELL | ILL)
    assert len(sent(site, one.phone)) == 2


def test_nobody_gets_what_they_did_not_ask_for(site, scheme: str) -> None:
    one = account(site, entered(site, "吴安静", dt.date(1966, 2, 4)))
    declared(site, scheme, one.phone, WELL)
    declared(site, scheme, one.phone, WELL | ILL)
    assert sent(site, one.phone) == []
    assert site.client().post(f"/passes/{scheme}/sms", data={"step": "ask"}, headers=JSON).status_code == 401


def test_in_the_language_it_was_asked_for_in(site, scheme: str) -> None:
    one = account(site, entered(site, "吴英文", dt.date(1966, 2, 5)))
    declared(site, scheme, one.phone, WELL | ILL)
    site.sign_in(one.phone).post(f"/passes/{scheme}/sms", data={"step": "ask"}, headers={"accept-language": "en"})
    [words] = sent(site, one.phone)
    assert words.startswith("[Qinghe] Epidemic health code: Red. Reason: Fever and short of breath; Fever. Until ")
    assert "Ring 120 now" in words
    assert words.endswith("answered within 24 hours.")


def test_somebody_without_a_phone_names_one_at_the_counter(site, scheme: str) -> None:
    """Their name is in it, masked, since the phone is somebody else's; a wrong number keeps what was typed."""
    elder, grid, phone = entered(site, "郑老太", dt.date(1938, 1, 9)), site.sign_in(GRID), site.new_phone()
    found = grid.post("/desk/passes/counter", data={"name": elder.name, "id_number": elder.id_number, "scheme": scheme})
    wrong = grid.post(str(found.url), data=WELL | {"phone": "12345", "symptoms": ["fever", "breath"]})
    assert wrong.status_code == 422
    assert 'value="12345"' in wrong.text
    assert "手机号不对" in wrong.text
    assert "红码" in grid.post(str(found.url), data=WELL | ILL | {"phone": phone}).text
    [words] = sent(site, phone)
    assert words.startswith("【青禾市】郑*太的防疫健康码：红码。")
    assert elder.id_number not in words
    assert "绿码" in grid.post(str(found.url), data=WELL | {"phone": ""}).text
    assert len(sent(site, phone)) == 2, "the wish stays while nobody ends it"


def asked_for(browser: httpx.Client, scheme: str, child: Any) -> str:
    """A parent stands in for a child that is ill, and wants the reasons on the own phone; the child."""
    page = browser.post("/passes/family", data={"name": child.name, "id_number": child.id_number, "relation": "child"})
    person = page.text.split("/passes?for=")[1].split('"')[0]
    assert browser.post(f"/passes/{scheme}/declare?for={person}", data=WELL | ILL).status_code == 200
    assert browser.post(f"/passes/{scheme}/sms?for={person}", data={"step": "ask"}).status_code == 200
    return person


def test_a_guardian_asks_for_who_has_no_account(site, scheme: str) -> None:
    parent = account(site, entered(site, "冯家长", dt.date(1985, 7, 7)))
    child = entered(site, "冯小宝", dt.date(2016, 6, 1))
    browser = site.sign_in(parent.phone)
    person = asked_for(browser, scheme, child)
    [words] = sent(site, parent.phone)
    assert words.startswith("【青禾市】冯*宝的防疫健康码：红码。")
    stranger = account(site, entered(site, "外人", dt.date(1985, 7, 8)))
    assert site.sign_in(stranger.phone).post(f"/passes/{scheme}/sms?for={person}", data={"step": "ask"}, headers=JSON).status_code == 404

    grid = site.sign_in(GRID)
    found = grid.post("/desk/passes/counter", data={"name": child.name, "id_number": child.id_number, "scheme": scheme})
    other = grid.post(str(found.url), data=WELL | {"phone": site.new_phone()})
    assert other.status_code == 422, "what was asked for on the own phone is not changed by a clerk"
    assert "这里不能改" in other.text
    assert "绿码" in grid.post(str(found.url), data=WELL).text
    assert len(sent(site, parent.phone)) == 2
    assert browser.post(f"/passes/family/{person}/end").status_code == 200
    assert "红码" in grid.post(str(found.url), data=WELL | ILL).text
    assert len(sent(site, parent.phone)) == 2, "whoever no longer stands in is told nothing more"
    phone = site.new_phone()
    assert "绿码" in grid.post(str(found.url), data=WELL | {"phone": phone}).text
    assert len(sent(site, phone)) == 1


def test_a_clerk_does_not_turn_somebodys_own_texts_to_another_phone(site, scheme: str) -> None:
    who = entered(site, "吴本人", dt.date(1960, 7, 9))
    one, grid, phone = account(site, who), site.sign_in(GRID), site.new_phone()
    declared(site, scheme, one.phone, WELL | ILL)
    site.sign_in(one.phone).post(f"/passes/{scheme}/sms", data={"step": "ask"})
    found = grid.post("/desk/passes/counter", data={"name": who.name, "id_number": who.id_number, "scheme": scheme})
    kept = grid.post(str(found.url), data=WELL | {"phone": phone})
    assert kept.status_code == 422
    assert f'value="{phone}"' in kept.text
    assert "红码" in site.sign_in(one.phone).get(f"/passes/{scheme}/why").text, "nothing was written down"
    assert "绿码" in grid.post(str(found.url), data=WELL | {"phone": ""}).text
    assert (len(sent(site, one.phone)), sent(site, phone)) == (2, [])


def test_a_mandate_that_ends_ends_the_texts_by_itself(site, scheme: str) -> None:
    """Whatever ended it: who stands in is looked up when the text is made."""
    parent = account(site, entered(site, "蒋家长", dt.date(1984, 7, 7)))
    child = entered(site, "蒋小宝", dt.date(2015, 6, 1))
    browser = site.sign_in(parent.phone)
    person = asked_for(browser, scheme, child)

    async def ended() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "-- scatter\nupdate passes.dependant set state = 'ended' where person_ref = $one", one=PersonId.parse(person)
            )

    site.run(ended)
    assert sent(site, parent.phone) == [], "ended before the text was made"


def test_by_the_api(site, scheme: str) -> None:
    one = account(site, entered(site, "吴接口", dt.date(1966, 2, 8)))
    path = f"/api/passes/{scheme}/sms"
    assert one.program.put(path, json={"wanted": True}).status_code == 404
    declared(site, scheme, one.phone, WELL | ILL)
    for _ in range(2):
        assert one.program.put(path, json={"wanted": True}, headers={"idempotency-key": "s-1"}).json() == {"wanted": True}
    assert len(sent(site, one.phone)) == 1
    assert one.program.put(path, json={"wanted": False}).json() == {"wanted": False}
    declared(site, scheme, one.phone, WELL)
    assert len(sent(site, one.phone)) == 1
    assert one.program.put(path, json={"wanted": "yes"}).status_code in (400, 422)
    assert one.program.put(path, json={"wanted": True, "person": "person_" + "0" * 32}).status_code == 404


def test_what_to_do_is_shortened_before_where_to_object() -> None:
    assert texting._fitting(["a" * 10, "b" * 100, "c" * 10], 50) == "a" * 10 + "b" * 29 + "…" + "c" * 10
    assert texting._fitting(["a", "b", "c"], 50) == "abc"


def test_the_words_stand_in_no_queue(site, scheme: str) -> None:
    """Between the decision and the gateway there is a name of the scheme and an id, nothing else."""
    one = account(site, entered(site, "吴排队", dt.date(1966, 2, 6)))
    declared(site, scheme, one.phone, WELL | ILL)
    site.jobs()
    site.sign_in(one.phone).post(f"/passes/{scheme}/sms", data={"step": "ask"})

    async def queued() -> str:
        async with site.house.begin(actor=system("test")) as work:
            return str(await work.db.value("-- scatter\nselect string_agg(args::text, ' ') from kernel.job where kind = 'passes.sms'"))

    words = site.run(queued)
    assert "texted-2026" in words
    assert "发热" not in words
    assert one.phone not in words
    assert len(sent(site, one.phone)) == 1
