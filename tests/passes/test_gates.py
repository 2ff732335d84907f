"""From a declaration to a row of a gate's log; each row once, whatever the network does; nothing from who is no gate."""

import json
import random
import uuid
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from onedoor.identity.models import PersonId
from onedoor.kernel.terminal import Refused
from onedoor.kernel.work import Actor, system
from onedoor.passes import service
from onedoor.passes.gates import GateId
from onedoor.passes.od1 import bundles, layout
from onedoor.passes.od1.checking import Checker
from onedoor.passes.vault import vault
from onedoor.web.cli.codes import verify
from tests.passes.kit import ILL, JSON, OTHER, WELL, Gate, Phone, declared, lists


@pytest.fixture(scope="module")
def now(site) -> int:
    return int(site.house.now().timestamp())


@pytest.fixture(scope="module")
def phone(site, now: int) -> Phone:
    made = Phone(declared(site), now).refill()
    lists(site)
    return made


@pytest.fixture(scope="module")
def gate(site, phone: Phone) -> Gate:
    return Gate(site)


def offline(gate: Gate) -> Checker:
    """What the gate knows after one look at the city."""
    told = gate.speak("GET", "bundle")
    assert told.status_code == 200, told.text
    texts = [gate.browser.get(f"/passes/lists/{one['shard']}/full").text for one in told.json()["lists"]]
    return Checker(bundles.known_of(told.json(), texts, gate.now()))


def test_declared_shown_judged_and_kept(site, phone: Phone, gate: Gate, now: int) -> None:
    found = offline(gate).check(phone.code(now), now)
    assert (found.result, found.colour) == ("ok", layout.Colour.GREEN)
    line = gate.write(phone.code(now), now, temp=366, companions=2)
    assert gate.send([line]) == {"acked_seq": 1, "rejected": [], "broken": False}
    site.jobs()
    assert [row.gate_seq for row in gate.rows()] == [1]
    seen = phone.browser.get("/passes/visits")
    assert seen.status_code == 200
    assert "测试小区" in seen.text


def test_a_person_turned_red_is_stopped_and_a_ticket_is_never_lifted(site, phone: Phone, gate: Gate, now: int) -> None:
    old = offline(gate)
    browser = declared(site)
    other = Phone(browser, now).refill()
    assert browser.post("/passes/epi-2026/declare", data=WELL | ILL).status_code == 200
    assert old.check(other.code(now), now).colour == layout.Colour.GREEN
    lists(site)
    turned = offline(gate).check(other.code(now), now)
    assert turned.result == "ok"
    assert turned.colour in (layout.Colour.YELLOW, layout.Colour.RED)
    fresh = Phone(browser, now).refill()
    assert offline(gate).check(fresh.code(now), now).colour == turned.colour
    assert offline(gate).check(phone.code(now), now).colour == layout.Colour.GREEN


def test_slots_that_are_not_signed(phone: Phone, now: int) -> None:
    good = phone.asked()["anchors"]
    zero, twice = [*good[:-1], "A" * 22], [*good[:-1], good[0]]
    wrong: list[dict[str, Any]] = [
        {"anchors": zero}, {"anchors": twice}, {"anchors": [*good, "B" * 22]}, {"anchors": []}, {"anchors": ["x"]},
        {"first_t0": phone.first + 1},
        {"first_t0": phone.first - 3600}, {"first_t0": phone.first + 10_800}, {"device": "phone"}, {"first_t0": -3600},
    ]  # fmt: skip
    assert [(n, answer.status_code) for n, changed in enumerate(wrong) if (answer := phone.ask(**changed)).status_code != 422] == []
    assert phone.ask(scheme="none").status_code == 404
    assert phone.ask(person="person_" + "0" * 32).status_code == 404
    assert phone.ask(anchors=list(reversed(good))).status_code == 409
    first, again = phone.ask().json()["tickets"], phone.ask().json()["tickets"]
    assert len(set(first) | set(again)) == 48, "eight random bytes are drawn anew"


def test_each_row_once_through_a_bad_network(site, phone: Phone, now: int) -> None:
    """Lost requests, lost replies, cut and shuffled batches, restored backups: every line once, and in the end nothing left to send."""
    gate, dice = Gate(site), random.Random(3)
    for n in range(120):
        gate.write(phone.code(now + 15 * n), now + 15 * n)
    acked = sends = 0
    while acked < 120:
        sends += 1
        batch = gate.lines[acked : acked + dice.randint(1, 40)]
        if dice.random() < 0.15:
            batch = gate.lines[acked + 5 : acked + 20] or batch
        dice.shuffle(batch)
        answer = gate.send(batch)
        assert not answer["broken"]
        if dice.random() < 0.3:
            continue
        acked = answer["acked_seq"]
        if dice.random() < 0.1:
            acked = max(0, acked - 20)
    assert gate.send([]) == {"acked_seq": 120, "rejected": [], "broken": False}
    assert [row.gate_seq for row in gate.rows()] == list(range(1, 121))
    assert sends > 5


def test_a_log_that_was_changed_is_told_and_kept(site, phone: Phone, now: int) -> None:
    gate = Gate(site, place="改过的小区")
    lines = [gate.write(phone.code(now + 15 * n), now + 15 * n) for n in range(4)]
    assert gate.send(lines[:1])["acked_seq"] == 1
    bent = {**lines[1], "prev": "11" * 32}
    assert gate.send([bent]) == {"acked_seq": 2, "rejected": [], "broken": True}
    other = {**gate.write(phone.code(now + 600), now + 600), "seq": 1}
    assert gate.send([other])["broken"]
    assert gate.send([lines[3]])["acked_seq"] == 2
    kept = gate.keeper.get(f"/passes/gates/{gate.id}").text
    assert "和前一条接不上" in kept
    assert "同一个号用了两次" in kept
    site.jobs()
    told = gate.keeper.get("/inbox").text
    assert told.count("改过的小区的东门记录接不上") == 1, "once a day, however many lines do not fit"
    assert "改过的小区的东门记录接不上" in site.sign_in("13800990625").get("/supervise/9901").text


def test_two_high_readings_are_told_to_the_person(site, phone: Phone, now: int) -> None:
    """A camera or a guard measures; the first high reading asks for a second, which is told to the person, and no colour changes."""
    gate = Gate(site, place="测温小区")
    line = gate.write(phone.code(now), now, temp=376)
    gate.send([line])

    def read(temp: str, at: int, **more: str) -> Any:
        return gate.speak("POST", "reading", {"temp": temp, "at": at, "method": "ear", **more})

    assert read("３６．６", now).json() == {"temp": 366, "again": False, "fever": False}, "without a check it is the place's alone"
    assert read("37.4", now + 60, scan=line["id"]).json() == {"temp": 374, "again": True, "fever": False}
    assert read("37,5 ℃", now + 200, scan=line["id"]).json() == {"temp": 375, "again": False, "fever": True}
    assert read("37,5 ℃", now + 200, scan=line["id"]).json()["fever"], "sent again after a lost reply"
    assert [read(*bad).status_code for bad in (("98.6", now), ("热", now), ("36.6", now + 9999), ("36.6", 0))] == [422] * 4
    assert read("36.6", now, scan="x").status_code in (400, 422)
    site.jobs()
    inbox = phone.browser.get("/inbox").text
    assert inbox.count("您的体温两次偏高：37.5 ℃") == 1
    assert phone.browser.get("/api/passes/epi-2026/why", headers={"accept": "application/json"}).json()["colour"] == "green"
    stranger = Gate(site, place="别处")
    assert gate.speak("POST", "reading", {"temp": "36.6", "at": now}, key=stranger.key).status_code == 422


def test_a_gate_cannot_invent_anybody(site, phone: Phone, gate: Gate, now: int) -> None:
    own = Gate(site)
    real = phone.code(now)
    invented = bytes(byte ^ (n == 30) for n, byte in enumerate(real))
    own.write(invented, now)
    own.write(real, now, id="00" * 16)
    own.write(phone.code(now + 15), now + 15)
    own.write(b"\x01" * 10, now, id="22" * 16)
    answer = own.send(own.lines)
    assert answer["acked_seq"] == 4
    assert [(one["seq"], one["reason"]) for one in answer["rejected"]] == [(1, "forged"), (2, "id"), (4, "id")]

    async def persons() -> int:
        async with site.house.begin(actor=system("test")) as work:
            sql = "select count(*) from passes.scan where gate_id = $gate and row_no is not null"
            return await work.db.value(sql, gate=GateId.parse(own.id))

    assert site.run(persons) == 1


def test_a_place_of_no_kind_is_told(gate: Gate) -> None:
    asked = {"name": "西门", "place_name": "某处", "place_class": "castle", "direction": "both", "kind": "guard"}
    answer = gate.keeper.post("/passes/gates", data=asked)
    assert (answer.status_code, "西门" in answer.text, "请从列出的选项里选" in answer.text) == (422, True, True)


def test_who_is_no_gate_gets_nothing(site, phone: Phone, gate: Gate, now: int) -> None:
    stranger = Gate(site)
    assert gate.speak("GET", "bundle", key=stranger.key).status_code == 422
    for off in (-28_800, 28_800, 400):
        refused = gate.speak("GET", "bundle", off=off)
        assert refused.status_code == 422
        assert abs(refused.json()["server_time"] - gate.now()) < 5
    assert gate.browser.get(f"/api/gates/{gate.id}/bundle", headers=JSON).status_code == 422
    assert gate.browser.get("/api/gates/none/bundle", headers=JSON).status_code == 404
    assert gate.enrol().status_code == 410, "a link works once"
    assert stranger.keeper.post(f"/passes/gates/{stranger.id}/revoke").status_code == 200
    for path, body in (("bundle", None), ("scans", {"scans": []})):
        assert stranger.speak("POST" if body else "GET", path, body).status_code == 410
    assert "已停用" in stranger.keeper.get("/passes/gates").text
    neighbour = site.sign_in(OTHER)
    assert neighbour.get(f"/passes/gates/{gate.id}").status_code == 403
    assert gate.speak("POST", "scans", {"scans": [{"seq": 0}]}).status_code in (400, 422)
    busy = Gate(site)
    line = busy.write(phone.code(now), now)
    assert busy.speak("POST", "scans", {"scans": [line] * 501}).status_code in (400, 422)
    assert busy.send([line])["acked_seq"] == 1, "one of them is taken"


def test_the_time_of_a_request_is_a_number(site, gate: Gate) -> None:
    """What Python calls a digit, and a number longer than any time."""
    path = f"/api/gates/{gate.id}/bundle"
    for at in ("²", "1" * 12, "1" * 5000):
        header = f"Gate at={at},sig=AAAA".encode("latin-1")
        assert gate.browser.get(path, headers=[(b"authorization", header), (b"accept", b"application/json")]).status_code == 422, at


def test_a_turnstile_asks_online(site, phone: Phone, now: int) -> None:
    gate = Gate(site, kind="turnstile", place="测试车站")
    code = layout.text_of(phone.code(gate.now()))
    others = [{"code": "weixin://x"}, {"code": code[:-3]}, {"code": "OD1:" + "A" * 1500}]
    asked = {"checks": [{"code": code, "direction": "in", "temp": 365}, *others]}
    first, again = gate.speak("POST", "checks", asked).json(), gate.speak("POST", "checks", asked).json()
    assert [one["result"] for one in first["checks"]] == ["ok", "format", "format", "format"]
    assert (first["checks"][0]["colour"], first["checks"][0]["again"], again["checks"][0]["again"]) == (0, False, True)
    assert len(gate.rows()) == 1
    assert gate.speak("POST", "checks", {"checks": []}).status_code in (400, 422)
    gate.secret = "wrong"
    assert gate.speak("POST", "checks", asked).status_code == 422


def test_somebody_goes_one_way(site, phone: Phone) -> None:
    """Both ways are a gate's, not a person's: a line or a check that says so is refused in words, and the rest can come."""
    gate, lane = Gate(site, place="测试渡口"), Gate(site, kind="turnstile", place="测试码头")
    line = gate.write(phone.code(gate.now()), gate.now(), direction="both")
    asked = {"checks": [{"code": layout.text_of(phone.code(gate.now())), "direction": "both"}]}
    assert [gate.speak("POST", "scans", {"scans": [line]}).status_code, lane.speak("POST", "checks", asked).status_code] == [422, 422]


def test_paper_dies_by_its_successor(site, phone: Phone, gate: Gate, now: int) -> None:
    """Printed twice by its page: the picture of the second is the one that counts."""

    assert "九十天" in phone.browser.get("/passes/paper").text
    assert "请打印" in phone.browser.post("/passes/paper", data={"which": "epi-2026"}).text
    me = PersonId.parse(phone.browser.get("/passes/bearers.json", headers=JSON).json()["bearers"][0]["person"])

    async def made() -> bytes:
        async with site.house.begin(actor=Actor(id=me)) as work:
            return layout.read((await service.print_paper(work, "epi-2026")).text)

    first = site.run(made)
    assert offline(gate).check(first, now).result == "paper"
    second = site.run(made)
    judge = offline(gate)
    assert [judge.check(one, now).result for one in (first, second)] == ["stale", "paper"]


def test_paper_is_good_for_the_whole_of_the_day_that_stands_on_it(site, phone: Phone, gate: Gate) -> None:
    me = PersonId.parse(phone.browser.get("/passes/bearers.json", headers=JSON).json()["bearers"][0]["person"])

    async def made() -> tuple[bytes, datetime]:
        async with site.house.begin(actor=Actor(id=me)) as work:
            paper = await service.print_paper(work, "epi-2026")
            return layout.read(paper.text), datetime.combine(paper.last_on, time(23, 59), work.zone)

    code, last = site.run(made)
    judge = offline(gate)
    held = [judge.check(code, int((last + timedelta(hours=hours)).timestamp())).result for hours in (0, 24)]
    assert held == ["list_old", "stale"]


def test_a_number_typed_by_a_guard(site, gate: Gate) -> None:
    browser = site.sign_in("13900990001")
    assert browser.post("/passes/epi-2026/declare", data=WELL).status_code == 200
    found = gate.speak("POST", "lookup", {"id_number": "990105199203180222"})
    assert found.json() == {"name": "林*", "id_number": "990*************22", "colour": 0}
    assert "卡口输身份证号" in browser.get("/me/access").text
    assert gate.speak("POST", "lookup", {"id_number": "110101199001011234"}).status_code in (404, 422)
    old = gate.speak("POST", "lookup", {"id_number": "110101900101123"})
    assert (old.status_code, "十五位" in old.text) == (422, True)


def test_lists_are_public_files(site, phone: Phone, gate: Gate) -> None:
    one = gate.speak("GET", "bundle").json()["lists"][0]
    full = gate.browser.get(f"/passes/lists/{one['shard']}/full")
    assert full.headers["content-type"].startswith("application/statuslist+jwt")
    assert gate.browser.get(f"/passes/lists/{one['shard']}/full", headers={"if-none-match": full.headers["etag"]}).status_code == 304
    lists(site)
    delta = gate.browser.get(f"/passes/lists/{one['shard']}/delta/{one['seq']}")
    assert delta.status_code == 200
    assert delta.content[:4] == b"OD1D"
    assert gate.browser.get("/passes/lists/999/full").status_code == 404
    assert gate.browser.get(f"/passes/lists/{one['shard']}/delta/999999").status_code == 404


def test_pages_without_scripts(site, phone: Phone) -> None:
    plain = phone.browser.get("/passes/code/plain").text
    assert '<meta http-equiv="refresh" content="60">' in plain
    assert "<svg" in plain
    assert "绿码" in plain
    assert site.client().get("/passes/code").status_code == 200
    assert site.client().get("/gate").status_code == 200


def test_codes_verified_by_files_alone(phone: Phone, gate: Gate, now: int, tmp_path: Path) -> None:
    told = gate.speak("GET", "bundle").json()
    (tmp_path / "bundle.json").write_text(json.dumps(told), "utf-8")
    words = ["--bundle", str(tmp_path / "bundle.json"), "--at", str(now)]
    for one in told["lists"]:
        kept = tmp_path / f"{one['shard']}.jwt"
        kept.write_text(gate.browser.get(f"/passes/lists/{one['shard']}/full").text, "utf-8")
        words += ["--list", str(kept)]
    good = layout.text_of(phone.code(now))
    well = CliRunner().invoke(verify, [good, *words])
    found = json.loads(well.output)
    assert (well.exit_code, found["result"], found["colour"], found["scheme"]) == (0, "ok", "green", "epi-2026")
    both = CliRunner().invoke(verify, [good, "https://example.com/", *words])
    assert (both.exit_code, [json.loads(line)["result"] for line in both.output.splitlines()]) == (1, ["ok", "format"])
    kept.write_text("x.y.z", "utf-8")
    with pytest.raises(Refused):
        CliRunner().invoke(verify, [good, *words], catch_exceptions=False)


def test_what_may_not_be_traced_any_more_is_forgotten(site, phone: Phone, gate: Gate, now: int) -> None:
    """The clock of the house goes on by a month: the slots of today are gone, and the keys that open today's codes."""

    async def later() -> int:
        async with site.house.begin(actor=system("test")) as work:
            return await service.forget_old(replace(work, now=work.now + timedelta(days=30)))

    assert (vault().home / "keys/passes/epi-2026/keys.msgpack").exists()
    assert site.run(later) >= 24
    assert offline(gate).check(phone.code(now), now).result == "no_list"


def test_a_gate_has_its_page_however_many_its_department_has(site, gate: Gate, dsn: str) -> None:
    """A message about a broken log leads there."""

    async def run(statement: str) -> None:
        conn = await asyncpg.connect(dsn)
        try:
            await conn.execute(statement, uuid.UUID(gate.id.partition("_")[2]))
        finally:
            await conn.close()

    site.run(
        run,
        "insert into passes.gate (org_id, id, place_id, name, kind, direction, state, enrolled_by, made_at) select org_id, uuidv7(), "
        "place_id, '第千零一门', kind, direction, 'active', enrolled_by, made_at from passes.gate, generate_series(1, 1000) where id = $1",
    )
    assert gate.keeper.get(f"/passes/gates/{gate.id}").status_code == 200
    site.run(run, "delete from passes.gate where name = '第千零一门' and $1::uuid is not null")
