"""A person at a counter: card or code, filled in by staff, agreed to by the person, printed; and what staff do not see afterwards."""

import datetime as dt
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from onedoor.kernel.work import system
from tests.exchange.conftest import rows
from tests.mandates.people import account, entered

from .kit import ANSWERS, PERMIT, bearer, picture, residents
from .test_desk import CLERK, EAST, Staff, act

VISITOR = residents()[6]
FILLED = {k: v for k, v in ANSWERS.items() if k != "kind"} | {"kind": "renew"}


def opened(desk: httpx.Client, **said: str) -> httpx.Response:
    return desk.post("/desk/counter", data={"ticket": "A012", "item": PERMIT, "id_number": VISITOR["id_number"]} | said)


def test_from_the_ticket_to_the_printed_receipt(site: Any, staff: Staff) -> None:
    """By pages alone: the card, one screen, the code on the person's own phone, the receipt, and the person's record."""
    desk, visitor = staff(CLERK), site.sign_in(VISITOR["phone"])
    assert opened(desk, id_number="110101199003070000").status_code == 422
    assert opened(desk, id_number="").status_code == 422
    turn = opened(desk)
    assert re.fullmatch(r"/desk/counter/counter_[0-9a-f]{32}", turn.url.path), turn.text[:2000]
    here = turn.url.path
    assert turn.text.count('name="phone"') == 1
    assert VISITOR["id_number"] not in turn.text
    wrong = desk.post(here, data=FILLED | {"phone": "123", "housing": "own"})
    assert wrong.status_code == 422
    assert "春风路 12 号" in wrong.text
    saved = desk.post(here, data=FILLED)
    assert "请申请人确认" in saved.text
    assert desk.post(f"{here}/submit", data={}).status_code == 422
    assert staff(EAST).get(here).status_code == 404
    site.jobs()
    assert desk.post(f"{here}/code").status_code == 200
    site.jobs()
    code = site.outbox.code(VISITOR["phone"])
    no = "000000" if code != "000000" else "111111"
    assert desk.post(f"{here}/submit", data={"code": no}).status_code == 422
    receipt = desk.post(f"{here}/submit", data={"code": code})
    assert receipt.url.path == f"{here}/receipt"
    assert "<svg" in receipt.text
    number = re.search(r'<b class="num">([A-Z0-9]+)</b>', receipt.text)
    assert number, receipt.text
    assert f"/status?number={number[1]}" in receipt.text
    assert number[1] in visitor.get("/me/cases").text
    assert "在窗口帮您填写申请" in visitor.get("/me/access").text
    assert desk.get(here).status_code == 410
    case = next(c for c in visitor.get("/api/cases").json()["items"] if c["number"] == number[1])
    seen = visitor.get(f"/cases/{case['id']}").text
    assert "高志远" in seen


def test_a_draft_from_home_is_signed_for_on_paper(site: Any, staff: Staff) -> None:
    """Begun at home, handed over once by its code, signed on the printed summary; closed, staff see nothing of it any more."""
    desk, program = staff(CLERK), bearer(site, VISITOR["phone"])
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()
    program.put(f"/api/drafts/{draft['id']}/answers", json=FILLED, headers={"if-match": "1"})
    shown = site.sign_in(VISITOR["phone"]).post(f"/drafts/{draft['id']}/hand-over").text
    assert "10 分钟内有效" in shown
    code = program.post(f"/api/drafts/{draft['id']}/handovers").json()["code"]
    assert opened(desk, id_number="", code="WRONG123").status_code == 404
    turn = opened(desk, id_number="", code=code.lower())
    assert "请申请人确认" in turn.text
    assert opened(desk, id_number="", code=code).url.path == turn.url.path, "pressed twice it is one turn"
    assert opened(staff(EAST), id_number="", code=code).status_code == 404, "nobody else's"
    here = turn.url.path
    ident = here.rpartition("/")[2]
    assert "春风路 12 号" in desk.get(f"{here}/summary").text
    assert desk.post(f"/api/desk/counter/{ident}/submissions", json={}).status_code == 409
    assert desk.post(f"{here}/close").status_code == 200
    assert opened(desk, id_number="", code=code).status_code == 404, "good once"
    assert desk.get(f"/api/desk/counter/{ident}").status_code == 410
    again = program.post(f"/api/drafts/{draft['id']}/handovers").json()["code"]
    key = {"idempotency-key": f"open {draft['id']}"}
    made = [desk.post("/api/desk/counter", json={"ticket": "A013", "code": again}, headers=key).json() for _ in range(2)]
    assert made[0] == made[1]
    here = f"/desk/counter/{made[0]['id']}"
    signed = desk.post(f"{here}/upload", data={"document": "signed-summary"}, files={"file-signed-summary": ("签字.png", picture())})
    assert "已上传签字页" in signed.text
    receipt = desk.post(f"{here}/submit", data={})
    assert receipt.url.path == f"{here}/receipt", receipt.text
    cases = program.get("/api/cases").json()["items"]
    assert any(json.dumps(c["number"])[1:-1] in receipt.text for c in cases)


def test_whoever_has_no_account_is_served_by_their_card(site: Any, staff: Staff) -> None:
    """An old woman without a phone: known to the register, signed on paper, her receipt in her hand; the next time she is known here."""
    desk, who = staff(CLERK), entered(site, "柴阿婆", dt.date(1941, 2, 3))
    card = {"id_number": who.id_number}
    stranger = opened(desk, **card)
    assert (stranger.status_code, "请照身份证填上姓名" in stranger.text) == (404, True)
    assert opened(desk, **card, name="柴婆婆").status_code == 422, "the card says another name"
    site.register.away = True
    away = opened(desk, **card, name=who.name)
    site.register.away = False
    assert (away.status_code, "人口登记暂时查不到" in away.text) == (503, True)
    turn = opened(desk, **card, name=who.name)
    here = turn.url.path
    assert here.startswith("/desk/counter/counter_"), turn.text[:2000]
    ready = desk.post(here, data=FILLED)
    assert "请申请人确认" in ready.text
    assert "发到申请人手机" not in ready.text, "there is no phone"
    assert desk.post(f"{here}/code", headers={"accept": "application/json"}).status_code == 409
    desk.post(f"{here}/upload", data={"document": "signed-summary"}, files={"file-signed-summary": ("签字.png", picture())})
    receipt = desk.post(f"{here}/submit", data={})
    number = re.search(r'<b class="num">([A-Z0-9]+)</b>', receipt.text)
    assert number, receipt.text
    assert number[1] in site.client().get(f"/status?number={number[1]}").text
    whose = f"select citizen_id from identity.person where id_number = '{who.id_number}'"
    looks = rows(site, f"select count(*)::int as n from identity.access where citizen_id = ({whose})")[0]["n"]
    assert looks >= 2, "the look at the register, and the turn"
    again = opened(desk, **card)
    assert again.url.path.startswith("/desk/counter/counter_"), "known here now"
    desk.post(f"{again.url.path}/close")


def test_whoever_has_an_account_later_finds_what_was_made_at_the_counter(site: Any, staff: Staff) -> None:
    """Her daughter gives her a phone: the case is among hers, goes on where it stood, and its number, papers and receipt are the same."""
    desk, who = staff(CLERK), entered(site, "柴后来", dt.date(1949, 8, 9))
    here = opened(desk, id_number=who.id_number, name=who.name).url.path
    desk.post(here, data=FILLED)
    desk.post(f"{here}/upload", data={"document": "signed-summary"}, files={"file-signed-summary": ("签字.png", picture())})
    printed = re.search(r'<b class="num">([A-Z0-9]+)</b>', desk.post(f"{here}/submit", data={}).text)
    assert printed
    made = f"select c.id::text, c.citizen_id::text as whose from cases.case_file c where number = '{printed[1]}'"
    before = rows(site, made)[0]
    case = "case_" + before["id"].replace("-", "")
    act(desk, case, "accept")
    one = account(site, who)
    site.jobs()
    assert rows(site, made)[0] == {"id": before["id"], "whose": str(one.id.uuid)}
    listed = one.program.get("/api/cases").json()["items"]
    assert [(c["number"], c["status"]) for c in listed] == [(printed[1], "accepted")]
    browser = site.sign_in(one.phone)
    page = browser.get(f"/cases/{case}").text
    assert all(words in page for words in ("受理", "高志远"))
    assert any("没有账号时在窗口办的 1 件事" in m["body"]["zh"] for m in one.program.get("/api/inbox").json()["items"])
    act(desk, case, "supplement", ask_extra_1="搬家的日期", ask_kind_1="words")
    assert browser.post(f"/cases/{case}/supplement", data={"given-0": "十月一日"}).url.path == f"/cases/{case}"
    act(desk, case, "note", note_words="已收到", note_inner="")
    assert one.program.get(f"/api/cases/{case}").json()["status"] == "accepted"
    assert printed[1] in desk.get(f"{here}/receipt").text
    assert rows(site, f"select count(*)::int as n from cases.step where citizen_id = '{before['whose']}'")[0]["n"] == 0


def test_a_turn_that_is_open_while_its_person_gets_an_account_ends_among_theirs(site: Any, staff: Staff) -> None:
    desk, who = staff(CLERK), entered(site, "柴同时", dt.date(1951, 3, 4))
    here = opened(desk, id_number=who.id_number, name=who.name).url.path
    desk.post(here, data=FILLED)
    one = account(site, who)
    site.jobs()
    desk.post(f"{here}/upload", data={"document": "signed-summary"}, files={"file-signed-summary": ("签字.png", picture())})
    printed = re.search(r'<b class="num">([A-Z0-9]+)</b>', desk.post(f"{here}/submit", data={}).text)
    assert printed
    site.jobs()
    assert [c["number"] for c in one.program.get("/api/cases").json()["items"]] == [printed[1]]
    told = [m["body"]["zh"] for m in one.program.get("/api/inbox").json()["items"]]
    assert sum("没有账号时在窗口办的 1 件事" in body for body in told) == 1


def test_a_double_press_opens_one_turn(site: Any, staff: Staff) -> None:
    """At once, or one after the other; another ticket, another matter or another clerk is another turn, and so is one after the end."""
    desk, who = staff(CLERK), account(site, entered(site, "阮双喜", dt.date(1958, 4, 1))).who
    said = {"ticket": "B201", "item": PERMIT, "id_number": who.id_number}
    with ThreadPoolExecutor(4) as presses:
        turns = list(presses.map(lambda _: opened(desk, **said).url.path, range(4)))
    assert len(set(turns)) == 1, turns
    assert turns[0].startswith("/desk/counter/counter_")
    assert opened(desk, **said).url.path == turns[0]
    front = desk.get("/desk/counter").text
    assert front.count("B201") == 1
    others = [opened(desk, **said | {"ticket": "B202"}), opened(desk, **said | {"item": "ga-wufanzui"}), opened(staff(EAST), **said)]
    assert len({turns[0], *(one.url.path for one in others)}) == 4
    keyed = desk.post("/api/desk/counter", json=said, headers={"idempotency-key": f"turn {who.id_number}"})
    assert f"/desk/counter/{keyed.json()['id']}" == turns[0]
    desk.post(f"{turns[0]}/close")
    again = opened(desk, **said).url.path
    assert again not in turns
    for path in (again, *(one.url.path for one in others[:2])):
        desk.post(f"{path}/close")
    staff(EAST).post(f"{others[2].url.path}/close")


def test_nobody_serves_themselves_or_without_the_grant(site: Any, staff: Staff, browser: httpx.Client) -> None:
    assert browser.get("/desk/counter").status_code == 403
    assert browser.post("/api/desk/counter", json={"ticket": "A1", "code": "x"}).status_code == 403
    assert staff(CLERK).post("/api/desk/counter", json={"ticket": "A1", "item": PERMIT, "id_number": "x"}).status_code == 422
    assert staff(CLERK).get("/desk/counter/nonsense").status_code == 404


def test_a_yes_is_to_what_stood_there(site: Any, staff: Staff) -> None:
    """What is changed after the code was said, or after the summary was signed, is agreed to once more; the same once more is not."""
    desk, one = staff(CLERK), account(site, entered(site, "邵改口", dt.date(1962, 5, 6)))
    here = opened(desk, id_number=one.who.id_number).url.path
    turn = f"/api{here}"

    def put(**said: str) -> httpx.Response:
        return desk.post(f"{turn}/answers", json={"answers": said})

    put(**{k: v for k, v in FILLED.items() if k != "phone"})
    desk.post(f"{turn}/codes")
    site.jobs()
    code = site.outbox.code(one.phone)
    assert desk.post(f"{turn}/submissions", json={"code": code}).status_code == 422, "the yes is said, an answer is missing"
    assert put(housing=FILLED["housing"]).json()["confirmed"] == "code"
    assert put(phone="13900005678", address="别人的地址 1 号").json()["confirmed"] == ""
    assert desk.post(f"{turn}/submissions", json={}).status_code == 409
    desk.post(f"{here}/upload", data={"document": "signed-summary"}, files={"file-signed-summary": ("签字.png", picture())})
    put(address=FILLED["address"])
    assert "已上传签字页" not in desk.get(here).text
    assert desk.post(f"{turn}/submissions", json={}).status_code == 409
    desk.post(f"{here}/upload", data={"document": "signed-summary"}, files={"file-signed-summary": ("签字.png", picture())})
    desk.post(f"{here}/close")
    here = opened(desk, id_number=one.who.id_number).url.path
    assert desk.post(f"/api{here}/submissions", json={}).status_code == 409, "signed in another turn"
    desk.post(f"{here}/upload", data={"document": "signed-summary"}, files={"file-signed-summary": ("签字.png", picture())})
    assert desk.post(f"/api{here}/submissions", json={}).status_code == 201


def test_nobody_tries_codes_or_cards_one_after_the_other(site: Any, staff: Staff) -> None:
    """What is not found counts as much as what is: by pages and by programs."""
    desk, who = staff(CLERK), entered(site, "柴没来", dt.date(1944, 4, 5))

    async def tried(key: str) -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("-- scatter\nupdate kernel.bucket set tokens = 2, at = now() where key like $key", key=key)

    opened(desk, id_number="", code="WRONG123")  # or there is no row yet
    site.run(tried, "desk code %")
    said = [opened(desk, id_number="", code=f"WRONG12{n}").status_code for n in range(3)]
    assert said == [404, 404, 429]
    api = {"ticket": "A1", "code": "WRONG999"}
    site.run(tried, "desk code %")
    assert [desk.post("/api/desk/counter", json=api).status_code for _ in range(3)] == [404, 404, 429]
    card = {"ticket": "A1", "item": PERMIT, "id_number": who.id_number}
    opened(desk, **card)
    site.run(tried, "desk number %")
    assert [desk.post("/api/desk/counter", json=card).status_code for _ in range(3)] == [404, 404, 429]
    site.run(tried, "desk number %")
    lookup = {"id_number": who.id_number}
    assert [desk.post("/api/desk/consents/lookups", json=lookup).status_code for _ in range(3)] == [404, 404, 429]

    async def forget() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("-- scatter\ndelete from kernel.bucket where key like 'desk %'")

    site.run(forget)
