"""Registers that cannot be asked: their files and events become a copy, and the copy answers. The departments' desks are worked by hand."""

import asyncio
import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest

from connectors.exchange_file.plugin import Files
from connectors.exchange_file.simulator import Federation
from connectors.exchange_queue.plugin import Queue as QueuePlugin
from connectors.exchange_queue.simulator import Hospital
from connectors.simulating import Asked, Told, serving
from onedoor.exchange.models import AskIn, Pulled, State
from onedoor.exchange.ports import File, Queue
from onedoor.exchange.pushed import signature
from onedoor.exchange.service import Line, copying, dictionary, looking_up
from onedoor.kernel.work import system
from tests.connectors.registers import LI_GUILAN, SECRET

from .conftest import rows

KEYS = {"person.id_number": LI_GUILAN}


@pytest.fixture
def laid(site: Any, tmp_path: Path) -> Any:
    """The federation's folder and the hospital, connected for one test; nothing taken yet."""
    house, federation, hospital = site.house, Federation(tmp_path), Hospital(tmp_path, SECRET)
    had = {port: house.ports.get(port) for port in (File, Queue, Line)}
    rows(site, "delete from exchange.drop", "delete from exchange.replica", "delete from exchange.taken", "delete from exchange.incident")
    house.ports.put(File, Files())
    house.ports.put(Queue, QueuePlugin())
    yield federation, hospital
    site.run(house.ports.get(Queue).close)
    for port, plugin in had.items():
        house.ports.put(port, plugin)
    had[Line].connected()


def reach(site: Any, **addresses: str) -> None:
    house = site.house
    house.ports.put(Line, Line(house.ports, house.begin, house.local, addresses, lambda _: SECRET))


async def said(site: Any, resource: str) -> AskIn:
    async with site.house.begin(actor=system("exchange.copy")) as work:
        known = await dictionary(work)
        return await looking_up.look_up(work, known.register_of(resource), known.resources[resource], KEYS)


def test_a_nightly_file_becomes_a_copy_that_answers(site: Any, laid: Any) -> None:
    federation, house = laid[0], site.house
    reach(site, disabled=str(federation.folder))

    async def night(**card: Any) -> AskIn:
        if card:
            federation.cards.put(card["证号"], card)
        await federation.night()
        await copying.take(house.begin, house.ports)
        return await said(site, "disabled.card")

    assert site.run(said, site, "disabled.card").state is State.DOWN, "nothing has been laid down yet: nobody is said to have no card"
    first = site.run(night)
    assert first.state is State.NOT_HELD
    card = {"姓名": "李桂兰", "身份证号": LI_GUILAN, "类别": "视力", "等级": "一级", "证号": f"{LI_GUILAN}11", "发证日期": "2026-11-20"}
    second = site.run(lambda: night(**card))
    assert (second.state, second.echoed, second.document["等级"], second.as_of) == (State.HELD, KEYS, "一级", dt.date.today())
    before = rows(site, "select key_hash, body from exchange.replica order by key_hash")
    assert not any(LI_GUILAN.encode() in row["body"] + row["key_hash"] for row in before), "no key stands in the table"

    federation.faults.mode = "half"
    assert site.run(night).state is State.HELD, "half a file does not stand; yesterday's does"
    federation.faults.mode = "stale"
    site.run(night)
    assert rows(site, "select key_hash, body from exchange.replica order by key_hash") == before
    states = rows(site, "select state, count(*)::int as n from exchange.drop group by state order by state")
    assert [(row["state"], row["n"]) for row in states] == [("checked", 1), ("live", 1), ("refused", 1)]
    notes = rows(site, "select note from exchange.incident where register = 'disabled'")
    assert ["too many or too few" in row["note"] for row in notes] == [True]
    told = rows(site, "select distinct title->>'zh' as title from notify.message where kind = 'exchange.refused'")
    assert [row["title"] for row in told] == ["残疾人证登记册放下的文件不能用"]

    rows(site, "delete from exchange.drop", "delete from exchange.replica", "delete from exchange.taken")
    site.run(copying.take, house.begin, house.ports)
    assert len(rows(site, "select 1 from exchange.replica")) == len(before), "everything again leaves the same"
    assert site.run(said, site, "disabled.card").document == second.document


def test_an_older_file_that_comes_late_changes_what_stands_only_as_its_day_says(site: Any, laid: Any) -> None:
    """Three files, whose middle one makes the last one plausible: in any order of arrival the last one stands in the end."""
    folder, house = laid[0].folder, site.house
    reach(site, disabled=str(folder))
    people = sorted({json.loads(line)["id_number"] for line in Path("cities/qinghe/demo/register.jsonl").read_text().splitlines()})
    sizes = {"CARD_20261101_001.csv": 40, "CARD_20261103_001.csv": 56, "CARD_20261102_001.csv": 47}
    for name, size in sizes.items():
        lines = [f"甲,{key},视力,一级,{key}11,2026-10-01" for key in people[:size]]
        (folder / "in" / name).write_text("\n".join(["姓名,身份证号,类别,等级,证号,发证日期", *lines]), "utf-8")
        (folder / "in" / f"{name}.ok").touch()
        site.run(copying.take, house.begin, house.ports)
    site.run(copying.take, house.begin, house.ports)
    told = [row["name"] for row in rows(site, "select name from exchange.drop where state = 'live'")]
    assert (told, len(rows(site, "select 1 from exchange.replica"))) == (["CARD_20261103_001.csv"], 56)


def test_what_is_laid_down_after_a_late_file_does_not_hide_what_has_to_be_read_again(site: Any, laid: Any) -> None:
    """The late file makes an earlier one plausible; a receipt lies behind it in the same folder."""
    folder, house = laid[0].folder, site.house
    reach(site, disabled=str(folder))
    people = sorted({json.loads(line)["id_number"] for line in Path("cities/qinghe/demo/register.jsonl").read_text().splitlines()})

    def lay(name: str, *lines: str) -> None:
        (folder / "in" / name).write_text("\n".join(lines), "utf-8")
        (folder / "in" / f"{name}.ok").touch()

    for name, size in {"CARD_20261101_001.csv": 40, "CARD_20261103_001.csv": 56, "CARD_20261102_001.csv": 47}.items():
        if size == 47:
            time.sleep(0.02)
        lay(name, "姓名,身份证号,类别,等级,证号,发证日期", *[f"甲,{key},视力,一级,{key}11,2026-10-01" for key in people[:size]])
        if size != 47:
            site.run(copying.take, house.begin, house.ports)
    time.sleep(0.02)
    lay("RECEIPT_20261126_r-1.csv", "request_id,number,state", "r-1,9901,done")
    for _ in range(2):
        site.run(copying.take, house.begin, house.ports)
    told = [row["name"] for row in rows(site, "select name from exchange.drop where state = 'live'")]
    assert (told, len(rows(site, "select 1 from exchange.replica"))) == (["CARD_20261103_001.csv"], 56)


def test_the_day_of_an_event_is_the_citys(site: Any, laid: Any) -> None:
    """Told in the time of Greenwich: late in its evening it is tomorrow here."""
    reach(site, hospital="http://127.0.0.1:9")
    hospital, browser = laid[1], site.client()
    assess = {"id_number": LI_GUILAN, "category": "VIS", "grade": 2}
    assert asyncio.run(hospital.handle()(Asked("POST", "/_assess", {}, json.dumps(assess).encode()))).status == 200
    row = list(hospital.events.rows.values())[-1]
    body = json.dumps(json.loads(row["body"]) | {"timestamp": "2026-11-20T18:30:00Z"}).encode()
    at = str(int(dt.datetime.now().timestamp()))
    headers = {"webhook-id": row["id"], "webhook-timestamp": at, "webhook-signature": signature(SECRET, row["id"], at, body)}
    assert browser.post("/api/exchange/push/hospital", content=body, headers=headers).json() == {"status": "taken"}
    assert site.run(said, site, "hospital.assessment").as_of == dt.date(2026, 11, 21)


def test_an_event_of_the_year_one_holds_up_none_behind_it(site: Any, laid: Any) -> None:
    hospital, house = laid[1], site.house
    for grade in (2, 3):
        assess = {"id_number": LI_GUILAN, "category": "VIS", "grade": grade}
        assert asyncio.run(hospital.handle()(Asked("POST", "/_assess", {}, json.dumps(assess).encode()))).status == 200
    bad, good = list(hospital.events.rows.values())[-2:]
    body = json.dumps(json.loads(bad["body"]) | {"timestamp": "0001-01-01T00:00:00+14:00"})
    marked = signature(SECRET, bad["id"], bad["timestamp"], body.encode())
    parcels = [Pulled("1", "", json.dumps(bad | {"body": body, "signature": marked}).encode()), Pulled("2", "", json.dumps(good).encode())]

    class Kept(QueuePlugin):
        async def pull(self, system: Any, since: str) -> Any:
            for one in parcels:
                yield one

    house.ports.put(Queue, Kept())
    reach(site, hospital="http://127.0.0.1:9")
    site.run(copying.take, house.begin, house.ports)
    assert site.run(said, site, "hospital.assessment").document["grade"] == 3
    assert rows(site, "select mark from exchange.taken where register = 'hospital'")[0]["mark"] == "2"
    assert [row["kind"] for row in rows(site, "select kind from exchange.incident")] == ["wrong"]


def test_events_are_believed_when_signed_and_once(site: Any, laid: Any) -> None:
    """Pushed and fetched are the same; a correction stays, whatever comes after it; a stranger's is refused."""
    hospital, house, browser = laid[1], site.house, site.client()

    def assess(path: str, **given: Any) -> dict[str, Any]:
        assert asyncio.run(hospital.handle()(Asked("POST", path, {}, json.dumps(given).encode()))).status == 200
        return list(hospital.events.rows.values())[-1]

    def push(row: dict[str, Any], secret: bytes = SECRET, stamp: float = 0, spoilt: bytes = b"") -> Any:
        at, body = str(int(dt.datetime.now().timestamp() - stamp)), row["body"].encode()
        headers = {"webhook-id": row["id"], "webhook-timestamp": at, "webhook-signature": signature(secret, row["id"], at, body)}
        return browser.post("/api/exchange/push/hospital", content=body + spoilt, headers={**headers, "content-type": "application/json"})

    reach(site, hospital="http://127.0.0.1:9")
    first = assess("/_assess", id_number=LI_GUILAN, category="VIS", grade=2)
    report = json.loads(first["body"])["data"]["reportNo"]
    second = assess("/_correct", report=report, grade=1)
    assert [push(row).json() for row in (second, first, second)] == [{"status": "taken"}, {"status": "known"}, {"status": "known"}]
    assert site.run(said, site, "hospital.assessment").document["grade"] == 1
    for answer, status in [
        (push(first, secret=b"x" * 32), 401), (push(first, stamp=400), 401), (push(first, spoilt=b" "), 401),
        (browser.post("/api/exchange/push/hospital", content=b"{}"), 401), (browser.post("/api/exchange/push/police", content=b"{}"), 404),
        (browser.post("/api/exchange/push/hospital", content=b"x" * 300_000), 413),
    ]:  # fmt: skip
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")

    async def fetched() -> None:
        async with serving(hospital.handle()) as url:
            reach(site, hospital=url)
            await copying.take(house.begin, house.ports)
            await house.ports.get(Queue).close()

    rows(site, "delete from exchange.replica")
    site.run(fetched)
    held = site.run(said, site, "hospital.assessment")
    assert (held.document["grade"], held.document["revision"], held.echoed) == (1, 2, KEYS)
    assert rows(site, "select mark from exchange.taken where register = 'hospital'")[0]["mark"] == second["mark"]


def event(event_id: str, at: str, **data: Any) -> tuple[dict[str, str], bytes]:
    """One event of the hospital, signed now."""
    said = {"patient": {"idNo": LI_GUILAN}, "reportNo": "R1", "grade": 1} | data
    body = json.dumps({"type": "assessment.reported", "timestamp": at, "data": said}).encode()
    stamp = str(int(dt.datetime.now().timestamp()))
    return {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": signature(SECRET, event_id, stamp, body)}, body


def test_one_connector_that_breaks_holds_up_no_other_register(site: Any, laid: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    house, (headers, body) = site.house, event("next", "2026-11-20T09:00:00+08:00", grade=2)
    kept = {"mark": "1", "id": "next", "timestamp": headers["webhook-timestamp"], "signature": headers["webhook-signature"]}

    async def broken(self: Files, system: Any, since: str) -> Any:
        raise ValueError("not as it was thought")
        yield

    async def queue(asked: Asked) -> Told:
        return Told(200, {"items": [kept | {"body": body.decode()}]})

    async def fetched() -> None:
        async with serving(queue) as url:
            reach(site, disabled=str(laid[0].folder), hospital=url)
            await copying.take(house.begin, house.ports)
            await house.ports.get(Queue).close()

    monkeypatch.setattr(Files, "pull", broken)
    site.run(fetched)
    assert site.run(said, site, "hospital.assessment").document["grade"] == 2
    notes = {row["register"]: row["note"] for row in rows(site, "select register, note from exchange.taken")}
    assert notes == {"disabled": "ValueError: not as it was thought", "hospital": ""}


def test_a_file_of_a_day_to_come_does_not_stand_before_all_that_follow(site: Any, laid: Any) -> None:
    """A slip in its name: it is told and left, the next nights' files stand, and so does it under its right name."""
    folder, house = laid[0].folder, site.house
    reach(site, disabled=str(folder))
    people = sorted({json.loads(line)["id_number"] for line in Path("cities/qinghe/demo/register.jsonl").read_text().splitlines()})

    def stands(name: str, size: int) -> list[str]:
        lines = ["姓名,身份证号,类别,等级,证号,发证日期", *(f"甲,{key},视力,一级,{key}11,2026-10-01" for key in people[:size])]
        (folder / "in" / name).write_text("\n".join(lines), "utf-8")
        (folder / "in" / f"{name}.ok").touch()
        site.run(copying.take, house.begin, house.ports)
        return [row["name"] for row in rows(site, "select name from exchange.drop where state = 'live'")]

    today = site.house.local().date()
    far, right = f"CARD_{today.year + 1}1101_001.csv", f"CARD_{today - dt.timedelta(1):%Y%m%d}_001.csv"
    assert stands(far, 40) == []
    notes = rows(site, "select kind, note from exchange.incident where register = 'disabled'")
    assert [(row["kind"], far in row["note"]) for row in notes] == [("future", True)]
    assert stands(right, 40) == [right]
    assert stands(f"CARD_{today:%Y%m%d}_001.csv", 42) == [f"CARD_{today:%Y%m%d}_001.csv"]
