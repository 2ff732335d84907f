"""Both sides agree: signed in, by a code told on a call, by the register; and either ends it, also by text message."""

import uuid
from typing import Any

from onedoor.kernel.work import system
from onedoor.mandates.models import MandateId
from onedoor.mandates.service import hearing
from tests.cases.kit import ANSWERS, PERMIT, bearer
from tests.orgs.kit import joined, organisation, proven

from .conftest import DAUGHTER, MOTHER, Replies
from .kit import WHOLE, agreed, asked, turned
from .people import account, aged, entered
from .test_cards import of_age

TEXT = {"accept": "text/html"}
NEW = {"side": "agent", "name": "李桂兰", "kind": "family", "items": [PERMIT], "acts": WHOLE, "days": 30}
CHILD = {"name": "张小满", "id_number": "990102202005200152"}


def test_only_the_side_that_was_asked_agrees(daughter, mother, stranger) -> None:
    made = asked(daughter, MOTHER, "李桂兰")
    url = f"/api/me/mandates/{made['id']}"
    assert (made["side"], made["state"], made["holds"], made["principal"]) == ("agent", "asked", False, "李*兰")
    assert daughter.put("/api/me/acting", json={"mandate": made["id"]}).json()["type"] == "/problems/mandate-ended"
    assert daughter.post(f"{url}/answers", json={"agree": True}).json()["type"] == "/problems/you-asked"
    for path in (url, f"{url}/uses"):
        assert stranger.get(path).status_code == 404
    for path, body in ((f"{url}/answers", {"agree": True}), (f"{url}/codes", {"code": "000000"}), (f"{url}/ends", None)):
        assert stranger.post(path, json=body).status_code == 404
    assert mother.get(url).json()["waits_for_me"]
    key = {"idempotency-key": str(uuid.uuid4())}
    first, again = (mother.post(f"{url}/answers", json={"agree": False}, headers=key) for _ in range(2))
    assert first.json()["state"] == again.json()["state"] == "declined"
    assert again.headers["idempotent-replay"] == "true"
    assert mother.post(f"{url}/answers", json={"agree": True}).json()["type"] == "/problems/not-answerable"
    assert mother.post(f"{url}/ends").json()["state"] == "declined"


def test_the_principal_may_ask_as_well(daughter, mother) -> None:
    made = mother.post("/api/me/mandates", json=NEW | {"side": "principal", "phone": DAUGHTER, "name": "王敏"}).json()
    assert (made["side"], made["principal"]) == ("principal", "李桂兰")
    said = daughter.post(f"/api/me/mandates/{made['id']}/answers", json={"agree": True}).json()
    assert (said["holds"], said["principal"], said["agent"]) == (True, "李*兰", "王敏")
    assert mother.post(f"/api/me/mandates/{made['id']}/ends").json()["state"] == "ended"


def test_a_code_told_on_a_call(site, daughter) -> None:
    """Somebody who has never signed in reads it out; wrong tries stay counted, and five are enough."""
    phone = site.new_phone()
    made = asked(daughter, phone, "陈秀英")
    known = asked(daughter, MOTHER, "陈秀英")
    assert {k: v for k, v in made.items() if k != "id"} == {k: v for k, v in known.items() if k != "id"}, "an account is not told"
    site.jobs()
    code, url = told(site, phone), f"/api/me/mandates/{made['id']}/codes"
    wrong = f"{(int(code) + 1) % 100_000_000:08d}"
    assert "王敏" in site.outbox.last(phone)
    key = {"idempotency-key": str(uuid.uuid4())}
    assert [daughter.post(url, json={"code": wrong}, headers=key).status_code for _ in range(3)] == [422] * 3, "one try under one key"
    said = daughter.post(url, json={"code": f" {code[:4]}-{code[4:]} "})
    assert (said.status_code, said.json()["holds"]) == (201, True), said.text
    program = turned(bearer(site, DAUGHTER), made["id"])
    assert program.post("/api/drafts", json={"item": PERMIT}).json()["type"] == "/problems/person-not-proven"
    other = site.new_phone()
    locked = asked(daughter, other, "陈秀英")["id"]
    site.jobs()
    right = told(site, other)
    for _ in range(5):
        assert daughter.post(f"/api/me/mandates/{locked}/codes", json={"code": "x" * 30}).status_code == 422
    assert daughter.post(f"/api/me/mandates/{locked}/codes", json={"code": right}).status_code == 422
    for one in (made, known, {"id": locked}):
        daughter.post(f"/api/me/mandates/{one['id']}/ends")


def told(site: Any, phone: str) -> str:
    """The code that the newest text message to this phone asks to be read out."""
    return site.outbox.last(phone).split("把 ")[1][:9].replace(" ", "")


def test_stop_by_text_message(site, daughter, mother, replies: Replies) -> None:
    """One word from the phone ends all that its owner has given, and every device of the agent at once."""
    made = agreed(daughter, mother, MOTHER, "李桂兰")
    given = sum(one["holds"] for one in mother.get("/api/me/mandates").json()["given"])
    program = turned(bearer(site, DAUGHTER), made)
    replies.send(MOTHER, "你好")
    replies.send("not a phone", "停")
    heard(site)
    assert program.get("/api/cases").status_code == 200
    replies.away = True
    replies.send(MOTHER, " 停。")
    heard(site)
    assert program.get("/api/cases").status_code == 200
    replies.away = False
    heard(site)
    assert program.get("/api/cases").json()["type"] == "/problems/mandate-ended"
    assert f"已按您的要求停止 {given} 项代办" in site.outbox.last(MOTHER)
    sent = len(site.outbox.sent)
    heard(site)
    assert len(site.outbox.sent) == sent, "what was heard is not heard again"


def test_stop_reaches_what_lies_below_a_hundred_questions(site, kin, replies: Replies) -> None:
    """Whoever asks and asks does not bury the mandate that is in force."""
    agent, giver = (account(site, entered(site, name, of_age(site, 70))) for name in ("常来问", "田有福"))
    made = agreed(agent.program, giver.program, giver.phone, "田有福")

    async def many() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "-- scatter\ninsert into mandates.mandate (citizen_id, agent_ref, principal_name, agent_name, kind, items, acts, hide, "
                "from_on, until_on, ground, state, asked_by, asked_at, changed_at) select citizen_id, agent_ref, principal_name, "
                "agent_name, kind, items, acts, hide, from_on, until_on, ground, 'asked', 'agent', asked_at, changed_at "
                "from mandates.mandate cross join generate_series(1, 100) where id = $id", id=MandateId.parse(made),
            )  # fmt: skip

    site.run(many)
    replies.send(giver.phone, "停")
    heard(site)
    assert agent.program.get(f"/api/me/mandates/{made}").json()["state"] == "ended"
    assert "已按您的要求停止 101 项代办" in site.outbox.last(giver.phone)


def test_all_that_is_over_ends_in_its_hour(site, kin) -> None:
    agent, giver = (account(site, entered(site, name, of_age(site, 70))) for name in ("常来问", "田有福"))
    made = asked(agent.program, giver.phone, "田有福")["id"]

    async def many() -> int:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "-- scatter\ninsert into mandates.mandate (citizen_id, agent_ref, principal_name, agent_name, kind, items, acts, hide, "
                "from_on, until_on, ground, state, asked_by, asked_at, changed_at) select citizen_id, agent_ref, principal_name, "
                "agent_name, kind, items, acts, hide, from_on - 9, from_on - 1, ground, 'asked', 'agent', asked_at - interval '9 days', "
                "changed_at from mandates.mandate cross join generate_series(1, 201) where id = $id", id=MandateId.parse(made),
            )  # fmt: skip
        await hearing.expire(site.house.begin)
        async with site.house.begin(actor=system("test")) as work:
            over = "-- scatter\nselect count(*) from mandates.mandate where state = 'asked' and until_on < $today"
            return await work.db.value(over, today=work.today)

    assert site.run(many) == 0


def test_what_was_typed_stays_when_too_much_was_asked(site, kin) -> None:
    giver, tel = account(site, entered(site, "常请人", of_age(site, 70))), site.new_phone()
    asks = [giver.program.post("/api/me/mandates", json=NEW | {"side": "principal", "phone": tel, "name": "王敏"}) for _ in range(20)]
    assert {one.status_code for one in asks} == {201}
    typed = {"step": "3", "phone": tel, "name": "王敏", "kind": "family", "items": [PERMIT], "acts": WHOLE, "days": "30"}
    answer = site.sign_in(giver.phone).post("/me/mandates/new/by", data=typed, headers=TEXT)
    assert (answer.status_code, "今天发出的委托太多" in answer.text, f'value="{tel}"' in answer.text) == (429, True, True)


def test_whether_an_adult_has_an_account_is_told_to_their_parents_alone(site, kin) -> None:
    parent = account(site, entered(site, "常有子", of_age(site, 50)))
    grown = [entered(site, name, of_age(site, 20), father=parent.who) for name in ("常长大", "常在外")]
    account(site, grown[0])
    other = account(site, entered(site, "常好奇", of_age(site, 40))).program
    told = [
        [one.post("/api/me/mandates/children", json=who._asdict()).json()["type"].rpartition("/")[2] for who in grown]
        for one in (parent.program, other)
    ]  # fmt: skip
    assert told == [["has-own-account", "not-a-parent"], ["not-a-parent", "not-a-parent"]]


def heard(site: Any) -> None:
    """The tick at which text messages are fetched, and what it sends."""
    site.run(hearing.listen, site.house.begin, site.house.ports)
    site.jobs()


def test_a_parent_by_the_register(site, daughter, kin, stranger) -> None:
    """At once and until the child is eighteen; the same again is the same; nobody else's child; a register that is away loses nothing."""
    made = daughter.post("/api/me/mandates/children", json=CHILD)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["holds"], told["until_on"], told["items"], told["kind"]) == (True, "2038-05-19", [], "guardian")
    assert daughter.post("/api/me/mandates/children", json=CHILD).json()["id"] == told["id"]
    assert stranger.post("/api/me/mandates/children", json=CHILD).json()["type"] == "/problems/not-a-parent"
    kin.away = True
    assert daughter.post("/api/me/mandates/children", json=CHILD).status_code == 503
    kin.away = False
    adult = {"name": "王敏", "id_number": "990102197811050423"}
    assert stranger.post("/api/me/mandates/children", json=adult).json()["type"] == "/problems/not-a-parent"
    program = turned(bearer(site, DAUGHTER), told["id"])
    case = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS})
    assert case.status_code == 201, case.text
    assert program.get(f"/api/cases/{case.json()['id']}").json()["answers"]["name"] == "张小满"
    taken = program.post(f"/api/cases/{case.json()['id']}/withdrawals", json={"reason": ""})
    assert taken.json()["status"] == "withdrawn", "a guardian decides"
    assert daughter.post("/passes/family", data=CHILD | {"relation": "child"}).status_code < 400, "family passes go on"


BAD = [
    ({"items": []}, "/items"), ({"items": ["none"]}, "/items"), ({"items": ["wl-dushuzheng-none"]}, "/items"), ({"acts": []}, "/acts"),
    ({"kind": "guardian"}, "/kind"), ({"kind": "company_staff", "items": []}, "/items"), ({"phone": "123"}, "/phone"),
    ({"name": "\x00"}, "/name"), ({"name": "1" * 61}, "/name"), ({"hide": ["answers"]}, "/hide"), ({"phone": DAUGHTER}, "/phone"),
    ({"kind": "grid_worker"}, "/kind"), ({"days": 366}, "/days"), ({"days": 0}, "/days"), ({"acts": ["pay"]}, "/acts"),
]  # fmt: skip


def test_each_wrong_field_is_told(daughter) -> None:
    for changed, pointer in BAD:
        said = daughter.post("/api/me/mandates", json=NEW | {"phone": MOTHER} | changed)
        assert said.status_code == 422, f"{changed}: {said.status_code} {said.text}"
        assert any(e["pointer"].startswith(pointer) for e in said.json()["errors"]), f"{changed}: {said.text}"


def test_nothing_begins_after_its_last_day(site, kin) -> None:
    """Answered in the hour before the clock has ended it: nobody is told that it is in force."""
    agent, giver = (account(site, entered(site, name, of_age(site, 50))) for name in ("晚一步", "田有福"))
    made = asked(agent.program, giver.phone, "田有福", days=1)["id"]
    site.jobs()
    aged(site, made)
    late = giver.program.post(f"/api/me/mandates/{made}/answers", json={"agree": True})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-answerable")
    late = agent.program.post(f"/api/me/mandates/{made}/codes", json={"code": told(site, giver.phone)})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-answerable")


def test_a_name_must_be_proven_and_ten_people_are_enough(site, kin) -> None:
    unproven = bearer(site, site.new_phone())
    assert unproven.post("/api/me/mandates", json=NEW | {"phone": MOTHER}).json()["type"] == "/problems/needs-real-name"
    _, agent = proven(site)
    for _ in range(10):
        asked(agent, site.new_phone(), "陈秀英")
    full = agent.post("/api/me/mandates", json=NEW | {"phone": site.new_phone()})
    assert (full.status_code, full.json()["type"]) == (409, "/problems/too-many-principals")


def test_what_others_ask_does_not_fill_an_agents_hands(site, kin) -> None:
    agent, giver = (account(site, entered(site, name, of_age(site, 50))) for name in ("被人请", "田有福"))
    wanted = NEW | {"side": "principal", "phone": agent.phone, "name": "被人请"}
    made = giver.program.post("/api/me/mandates", json=wanted).json()["id"]

    async def many() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "-- scatter\ninsert into mandates.mandate (citizen_id, agent_ref, principal_name, agent_name, kind, items, acts, hide, "
                "from_on, until_on, ground, state, asked_by, asked_at, changed_at) select uuidv7(), agent_ref, principal_name, agent_name, "
                "kind, items, acts, hide, from_on, until_on, ground, state, asked_by, asked_at, changed_at from mandates.mandate "
                "cross join generate_series(1, 10) where id = $id", id=MandateId.parse(made),
            )  # fmt: skip

    site.run(many)
    said = agent.program.post(f"/api/me/mandates/{made}/answers", json={"agree": True})
    assert (said.status_code, said.json().get("holds")) == (201, True), said.text


def test_three_questions_keep_what_was_typed(site, mother) -> None:
    browser = site.sign_in(DAUGHTER)
    browser.headers["accept"] = "text/html"
    path = "/me/mandates/new/for"
    wrong = browser.post(path, data={"step": "1", "phone": "12", "name": "李桂兰"})
    assert wrong.status_code == 422
    assert 'value="李桂兰"' in wrong.text
    two = browser.post(path, data={"step": "1", "phone": MOTHER, "name": "李桂兰", "acts": WHOLE})
    assert "办哪些事？" in two.text
    assert f'name="phone" value="{MOTHER}"' in two.text
    known = {"phone": MOTHER, "name": "李桂兰", "items": [PERMIT]}
    three = browser.post(path, data={"step": "2", **known, "acts": WHOLE})
    assert three.text.count("checked") == len(WHOLE)
    assert f'name="items" value="{PERMIT}"' in three.text
    assert "办哪些事？" in browser.post(path, data={"step": "3", "back": "1", **known}).text
    none = browser.post(path, data={"step": "3", **known, "kind": "family", "days": "30"})
    assert (none.status_code, 'value="family" checked' in none.text) == (422, True)
    made = browser.post(path, data={"step": "3", **known, "acts": WHOLE, "kind": "family", "days": "30"})
    assert made.status_code == 200
    assert "等待确认" in made.text
    assert browser.get("/me/mandates/new/none").status_code == 404
    hers = site.sign_in(MOTHER)
    hers.headers["accept"] = "text/html"
    assert "等您答复" in hers.get("/me/mandates").text
    yes = hers.post(f"{made.url.path}/answer", data={"say": "yes"})
    assert "有效" in yes.text
    over = hers.post(f"{made.url.path}/end")
    assert "已结束" in over.text


def test_nobody_answers_for_a_week(site, daughter) -> None:
    made = asked(daughter, site.new_phone(), "陈秀英")["id"]

    async def long_ago() -> None:
        async with site.house.database.tx(role="job") as db:
            await db.run("update mandates.mandate set asked_at = asked_at - interval '8 days' where id = $id", id=uuid.UUID(made[8:]))

    site.run(hearing.expire, site.house.begin)  # what is over of other tests
    site.run(long_ago)
    assert site.run(hearing.expire, site.house.begin) == 1
    assert daughter.get(f"/api/me/mandates/{made}").json()["state"] == "expired"


def test_an_organisations_staff(site, kin) -> None:
    """The legal representative gives, the member agrees, and leaving ends it; nobody else of the organisation may give."""
    phone, head = proven(site)
    name = site.run(_name, site, phone)
    organisation(site, head, legal_name=name)
    head = bearer(site, phone)
    tel, member = proven(site)
    joined(site, head, tel, member, "clerk")
    boss, staff = site.sign_in(phone), site.sign_in(tel)
    boss.headers["accept"] = staff.headers["accept"] = "text/html"
    page = boss.get("/me/mandates/firm").text
    who = page.split('name="member" value="')[1].split('"')[0]
    data = {"member": who, "items": ["sj-shipin-qiye"], "acts": ["fill", "submit"], "days": "30"}
    assert boss.post("/me/mandates/firm", data=data | {"member": "x"}).status_code == 422
    given = boss.post("/me/mandates/firm", data=data)
    assert given.status_code == 200, given.text
    assert staff.get("/me/mandates/firm").status_code == 403
    made = member.get("/api/me/mandates").json()["held"][0]["id"]
    assert member.post(f"/api/me/mandates/{made}/answers", json={"agree": True}).json()["kind"] == "company_staff"
    program = turned(bearer(site, tel), made)
    assert program.post("/api/drafts", json={"item": "sj-shipin-qiye"}).status_code == 201
    assert boss.post(f"/orgs/mine/members/{who}/remove").status_code == 200
    site.jobs()
    assert program.post("/api/drafts", json={"item": "sj-shipin-qiye"}).json()["type"] == "/problems/mandate-ended"


async def _name(site: Any, phone: str) -> str:
    async with site.house.database.tx(role="job") as db:
        return await db.value("select name from identity.person where phone = $phone", phone=phone)


def test_only_an_organisation_has_members_who_act_for_it(daughter, mother) -> None:
    """Of a person nobody is staff: a mandate so called would show the whole name, and tell its giver of nothing."""
    for program, side, phone, name in ((daughter, "agent", MOTHER, "李桂兰"), (mother, "principal", DAUGHTER, "王敏")):
        refused = program.post("/api/me/mandates", json=NEW | {"side": side, "phone": phone, "name": name, "kind": "company_staff"})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/kind")
