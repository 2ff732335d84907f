"""At a counter: nothing is fetched before the person has said a code or signed; they read of it, and take it back there too."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from onedoor.cases.service import sweeping
from onedoor.exchange import policy
from onedoor.exchange.errors import OwnWitness
from onedoor.exchange.records import Witnessed
from onedoor.exchange.service import receipting
from onedoor.identity.models import PersonId
from onedoor.orgs.models import OrgId
from tests.cases.kit import bearer, picture
from tests.orgs.kit import proven

from .conftest import Registers, rows
from .test_prefill import forget, settled

CLERK, POLICE, STEWARD = "13800990201", "13800990101", "13800991607"
ITEM, ACCOUNT = "rs-shiyedengji", "6217009901000000017"
TICK = {"renshe-account": "bank.account", "mode": "case"}


@pytest.fixture(scope="module")
def person(site: Any) -> dict[str, Any]:
    """Somebody whose name is proven: phone, number, program and browser."""
    phone, program = proven(site)
    number = rows(site, f"select id_number from identity.person where phone = '{phone}'")[0]["id_number"]
    return {"phone": phone, "program": program, "number": number, "browser": site.sign_in(phone)}


def opened(site: Any, desk: httpx.Client, person: dict[str, Any]) -> tuple[str, str]:
    """A turn at the counter: its address, and the draft's."""
    rows(site, "update cases.counter set closed_at = now() where closed_at is null")  # one that another test left, without its draft
    turn = desk.post("/desk/counter", data={"ticket": "B007", "item": ITEM, "id_number": person["number"]})
    assert "/desk/counter/counter_" in turn.url.path, turn.text[:2000]
    draft = rows(site, "select draft_id from cases.counter order by opened_at desc limit 1")[0]["draft_id"].hex
    settled(site, f"/drafts/draft_{draft}")
    return turn.url.path, f"/drafts/draft_{draft}"


def calls(registers: Registers) -> list[str]:
    return [one[1] for one in registers.asked]


def test_by_a_code_of_their_own_phone(site: Any, registers: Registers, staff: Any, person: dict[str, Any]) -> None:
    """The sheet is read out; without a code nothing leaves; a code fits what was chosen and nothing else; the person has it in writing."""
    forget(site)
    registers.says |= {"insured": {"aab004": "青禾软件", "aae031": "20260930", "row": []}, "card": {"aae010": ACCOUNT}}
    desk = staff(CLERK)
    here, draft = opened(site, desk, person)
    assert "申请人同意的话，不用填" in desk.get(here).text
    sheet = desk.get(f"{here}/consent").text
    assert [word in sheet for word in ("社会保险系统", "社保卡银行账号", "《个人信息保护法》第二十九条")] == [True] * 3
    nothing = desk.post(f"{here}/consent", data={"mode": "case", "language": "zh-CN"})
    assert (nothing.status_code, "请至少勾选一项" in nothing.text) == (422, True)
    desk.post(f"{here}/consent", data={"renshe-account": "person.name", "mode": "case"})
    assert desk.get(f"{here}/consent/yes").url.path == here, "what was not asked for cannot be agreed to"
    yes = desk.post(f"{here}/consent", data=TICK | {"language": "en"})
    assert '<p lang="en">' in yes.text
    assert desk.post(f"{here}/consent/yes", data={"code": "000000"}).status_code == 422, "no code was sent yet"
    desk.post(f"{here}/consent/code")
    site.jobs()
    old = site.outbox.code(person["phone"])
    yes = desk.post(f"{here}/consent", data=TICK | {"language": "zh-CN"})
    words = "同意青禾市人力资源和社会保障局为办理“失业登记”，向社会保险系统取：社保卡银行账号"
    assert words in yes.text
    assert desk.post(f"{here}/consent/yes", data={"code": old}).status_code == 422, "it was for the sheet before"
    desk.post(f"{here}/consent/code")
    site.jobs()
    said = site.outbox.last(person["phone"])
    assert words in said
    assert "card" not in calls(registers)
    agreed = desk.post(f"{here}/consent/yes", data={"code": site.outbox.code(person["phone"])})
    assert agreed.url.path == here
    settled(site, draft)
    assert "card" in calls(registers)
    filled = [desk.post(here, data={"reason": "dismissed", "benefit": "yes"}).text for _ in range(2)][1]
    assert [word in filled for word in ("已从部门取得", ACCOUNT, "来自 社会保险系统")] == [True] * 3
    assert "申请人同意的话，不用填" not in filled
    assert desk.post(f"{here}/consent/yes", data={"code": "1"}).url.path == here, "a second press changes nothing"
    mine = person["browser"].get("/me/consents").text
    assert "在青禾市人力资源和社会保障局的窗口报验证码同意" in mine
    assert "您在青禾市人力资源和社会保障局窗口授权了取数" in person["browser"].get("/inbox").text
    assert "在窗口记下您的取数授权" in person["browser"].get("/me/access").text
    shown = person["program"].get("/api/exchange/consents").json()["items"][0]
    assert (shown["channel"], shown["office"]["zh"]) == ("counter", "青禾市人力资源和社会保障局")
    revoke = re.search(r"/me/consents/consent_[0-9a-f]{32}/revoke", mine)[0]  # type: ignore[index]
    assert person["browser"].post(revoke).status_code == 200
    assert rows(site, "select count(*) as n from exchange.answer where consent_id is not null")[0]["n"] == 0
    desk.post(f"{here}/close")
    assert desk.get(f"{here}/consent", headers={"accept": "application/json"}).status_code == 410


def test_on_paper_and_taken_back_at_the_counter(site: Any, registers: Registers, staff: Any, person: dict[str, Any]) -> None:
    """Printed large in the person's language, signed, kept; another department's counter does not see it; taken back, it is gone."""
    forget(site)
    registers.says |= {"card": {"aae010": ACCOUNT}}
    desk, other = staff(CLERK), staff(POLICE)
    here, draft = opened(site, desk, person)
    desk.post(f"{here}/consent", data=TICK | {"language": "en"})
    page = desk.get(f"{here}/consent/print").text
    assert 'lang="en" class="care"' in page
    assert [word in page for word in ("Consent to fetch data", "Social insurance", "Witness:")] == [True] * 3
    missing = desk.post(f"{here}/consent/paper", files={"nothing": ("a.txt", b"x")})
    assert (missing.status_code, "请上传签了字的授权单" in missing.text) == (422, True)
    program = desk.post(f"{here}/consent/paper", files={"file": ("a.png", b"MZ" + b"0" * 100)})
    assert (program.status_code, calls(registers).count("card")) == (422, 0)
    signed = desk.post(f"{here}/consent/paper", files={"file": ("signed.png", picture())})
    assert signed.url.path == here
    settled(site, draft)
    assert "card" in calls(registers)
    mine = person["browser"].get("/me/consents").text
    paper = re.search(r"/me/consents/(consent_[0-9a-f]{32})/paper", mine)
    assert paper, mine
    assert "窗口签字同意" in mine
    sheet = person["browser"].get(paper[0])
    assert (sheet.status_code, sheet.content[:4]) == (200, b"\x89PNG")
    loose = person["program"].post("/api/attachments", data={"document": "x"}, files={"file": ("signed.png", picture())})
    assert loose.status_code == 201
    rows(site, "update cases.attachment set at = now() - interval '9 days' where draft_id is null and case_id is null")
    site.run(sweeping.sweep, site.house.begin, site.house.ports)
    assert person["browser"].get(paper[0]).status_code == 200, "the night keeps what was signed"
    row = rows(site, "select channel, witness_ref = citizen_id as own, paper_id is not null as kept, locale from exchange.consent")
    assert row == [{"channel": "paper", "own": False, "kept": True, "locale": "en"}]
    json_of = {"accept": "application/json"}
    stranger = site.sign_in("13900990002")
    assert stranger.get(paper[0], headers=json_of).status_code == 404
    assert desk.post("/desk/consents", data={"id_number": "123"}).status_code == 422
    assert desk.post("/desk/consents", data={"id_number": "110101199003070038"}).status_code in (404, 422)
    elsewhere = other.post("/desk/consents", data={"id_number": person["number"]}).text
    assert ("另有 1 份是别的部门的" in elsewhere, "社保卡银行账号" in elsewhere) == (True, False)
    found = desk.post("/desk/consents", data={"id_number": person["number"]}).text
    revoke = re.search(r"/desk/consents/person_[0-9a-f]{32}/consent_[0-9a-f]{32}/revoke", found)[0]  # type: ignore[index]
    assert other.post(revoke, headers=json_of).status_code == 404
    assert person["browser"].post(revoke, headers=json_of).status_code == 403
    assert "已收回" in desk.post(revoke).text
    assert rows(site, "select count(*) as n from exchange.answer where consent_id is not null")[0]["n"] == 0
    assert "已在窗口收回" in person["browser"].get("/me/consents").text
    assert "您的一份取数授权已在窗口收回" in person["browser"].get("/inbox").text
    assert "在窗口查看您的取数授权" in person["browser"].get("/me/access").text


def test_in_a_call_that_is_recorded(site: Any, registers: Registers, staff: Any, person: dict[str, Any]) -> None:
    """The same code, read back on the telephone: kept with the number of the recording, told to the person, taken back by them."""
    forget(site)
    registers.says |= {"card": {"aae010": ACCOUNT}}
    desk = staff(CLERK)
    here, draft = opened(site, desk, person)
    desk.post(f"{here}/consent", data=TICK | {"language": "zh-CN"})
    desk.post(f"{here}/consent/code")
    site.jobs()
    code = site.outbox.code(person["phone"])
    bad = desk.post(f"{here}/consent/yes", data={"code": code, "recording": "录音 <7>"})
    assert (bad.status_code, 'id="error-recording"' in bad.text, "录音 &lt;7&gt;" in bad.text) == (422, True, True)
    wrong = desk.post(f"{here}/consent/yes", data={"code": "000000" if code != "000000" else "1", "recording": "HL-20261127-0042"})
    assert (wrong.status_code, 'id="error-code"' in wrong.text, "HL-20261127-0042" in wrong.text) == (422, True, True)
    assert "card" not in calls(registers)
    assert desk.post(f"{here}/consent/yes", data={"code": code, "recording": " HL-20261127-0042 "}).url.path == here
    settled(site, draft)
    assert "card" in calls(registers)
    mine = person["browser"].get("/me/consents").text
    assert "在电话里报验证码同意，青禾市人力资源和社会保障局的录音编号 HL-20261127-0042" in mine
    told = person["browser"].get("/inbox").text
    assert "您在电话里授权青禾市人力资源和社会保障局取数" in told
    assert "在电话里记下您的取数授权" in person["browser"].get("/me/data").text
    shown = person["program"].get("/api/exchange/consents").json()["items"][0]
    assert (shown["channel"], shown["recording"]) == ("voice", "HL-20261127-0042")
    which = re.search(r"/me/consents/(consent_[0-9a-f]{32})/receipt", mine)[0]  # type: ignore[index]
    proof = receipting.check(receipting.read(person["browser"].get(which).content))
    assert (proof.consent, proof.revoked, proof.faults) == (shown["id"], False, [])
    assert proof.fingerprint in staff(STEWARD).get("/exchange/cities").text, "the city's own key, as it is read out"
    whole = person["program"].get(f"/api/exchange/consents/{shown['id']}/receipt").text
    for was, forged in (("社保卡银行账号", "病历"), ('"city":"', '"city":"x'), ('"signed":"', '"signed":"e')):
        assert was in whole.replace('": "', '":"'), was
        assert receipting.check(receipting.read(whole.replace('": "', '":"').replace(was, forged).encode())).faults, forged
    assert site.sign_in("13900990002").get(f"/api/exchange/consents/{shown['id']}/receipt").status_code == 404
    person["browser"].post(f"/me/consents/{shown['id']}/revoke")
    assert receipting.check(receipting.read(person["browser"].get(which).content)).revoked
    row = rows(site, "select channel, recording, witness_ref is not null as witnessed, paper_id from exchange.consent")
    assert row == [{"channel": "voice", "recording": "HL-20261127-0042", "witnessed": True, "paper_id": None}]
    desk.post(f"{here}/close")


def test_a_program_of_a_counter_has_the_same(site: Any, registers: Registers, person: dict[str, Any]) -> None:
    """Sheets, a code, a yes, and taking back by JSON; and nobody is their own witness, however it is asked."""
    forget(site)
    registers.says |= {"card": {"aae010": ACCOUNT}}
    desk = bearer(site, CLERK)
    turn = desk.post("/api/desk/counter", json={"ticket": "B8", "item": ITEM, "id_number": person["number"]}).json()
    base = f"/api/desk/counter/{turn['id']}"
    sheet = desk.get(f"{base}/sheets").json()["items"][0]
    assert (sheet["agreement"], list(sheet["elements"])) == ("renshe-account", ["bank.account"])
    assert desk.post(f"{base}/consents", json={"code": "123456"}).status_code == 409
    assert desk.post(f"{base}/sheets", json={"chosen": {"renshe-account": ["person.name"]}}).status_code == 422
    made = desk.post(f"{base}/sheets", json={"chosen": {"renshe-account": ["bank.account"]}})
    assert (made.status_code, made.json()["language"]) == (201, "zh-CN")
    assert desk.post(f"{base}/sheets/codes").status_code == 202
    site.jobs()
    code = site.outbox.code(person["phone"])
    wrong = [desk.post(f"{base}/consents", json={"code": "999999" if code != "999999" else "1"}).status_code for _ in range(5)]
    assert (wrong, desk.post(f"{base}/consents", json={"code": code}).status_code) == ([422] * 5, 422), "five tries, then another code"
    desk.post(f"{base}/sheets/codes")
    site.jobs()
    said = {"code": site.outbox.code(person["phone"])}
    assert desk.post(f"{base}/consents", json=said | {"recording": "?"}).json()["errors"][0]["pointer"] == "/recording"
    assert desk.post(f"{base}/consents", json=said).status_code == 201
    found = desk.post("/api/desk/consents/lookups", json={"id_number": person["number"]}).json()
    url = f"/api/desk/consents/{found['person']}/{found['items'][0]['id']}/revocations"
    key = {"idempotency-key": f"back {turn['id']}"}
    assert [desk.post(url, headers=key).status_code for _ in range(2)] == [200, 200]
    assert desk.post("/api/desk/consents/lookups", json={"id_number": person["number"]}).json()["items"] == []
    one = PersonId.new()
    with pytest.raises(OwnWitness):
        policy.may_witness(one, Witnessed(one, OrgId.new(), datetime.now(UTC), "zh-CN"))
