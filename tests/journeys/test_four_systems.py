"""残疾人证 over four departments' own systems: the hospital tells what it found, the federation takes a file at night, social security is
asked in SOAP, the buses have a system of their own. Each is its real simulator behind its real connector; only their clocks are ours."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.back_office.plugin import BackOffice as Offices_
from connectors.back_office.simulator import MOST, Offices
from connectors.exchange_file.plugin import Files
from connectors.exchange_file.simulator import Federation
from connectors.exchange_queue.plugin import Queue as QueuePlugin
from connectors.exchange_queue.simulator import Hospital
from connectors.exchange_soap.plugin import Soap as SoapPlugin
from connectors.exchange_soap.simulator import Social
from connectors.simulating import Asked, serving
from onedoor.cases.models import CaseId
from onedoor.cases.ports import BackOffice
from onedoor.cases.service import assessing, handing
from onedoor.exchange.ports import File, Queue, Soap
from onedoor.exchange.service import Line, copying
from onedoor.identity.models import PersonId
from onedoor.kernel import memory
from onedoor.kernel.jobs import Worker
from onedoor.web import rooms
from tests.cases.kit import residents
from tests.connectors.registers import SECRET
from tests.exchange.conftest import answering, rows

from .kit import Desk, legs, pressed

MINE = residents()[1]["id_number"]
PORTS = (File, Queue, Soap, BackOffice, Line)


class Systems:
    """The four, and what their people do."""

    def __init__(self, site: Any, folder: Path) -> None:
        self.site, self.house = site, site.house
        self.hospital, self.federation = Hospital(folder, SECRET), Federation(folder)
        self.social, self.offices = Social(folder, ms=0), Offices()
        self.stack = AsyncExitStack()

    async def open(self) -> None:
        enter, put = self.stack.enter_async_context, self.house.ports.put
        addresses = {
            "hospital": await enter(serving(self.hospital.handle())), "social": await enter(serving(self.social.handle())),
            "disabled": str(self.federation.folder),
        }  # fmt: skip
        plugins = {File: Files(), Queue: QueuePlugin(), Soap: SoapPlugin()}
        for port, plugin in plugins.items():
            put(port, plugin)
        put(BackOffice, Offices_(await enter(serving(self.offices.handle, MOST))))
        put(Line, Line(self.house.ports, self.house.begin, self.house.local, addresses, lambda _: SECRET))

    async def close(self) -> None:
        for port in (Queue, Soap, Line):
            await self.house.ports.get(port).close()
        await self.stack.aclose()

    def doctor(self, path: str, **said: Any) -> dict[str, Any]:
        told = asyncio.run(self.hospital.handle()(Asked("POST", path, {}, json.dumps(said).encode())))
        assert told.status == 200, told.body
        return json.loads(list(self.hospital.events.rows.values())[-1]["body"])["data"]

    def takes(self) -> None:
        """Onedoor fetches what was told or laid down, and does what follows."""
        self.site.run(copying.take, self.house.begin, self.house.ports)
        self.settle()

    def settle(self) -> None:
        """Every job there is, also what was put off, and what comes of it."""
        by_kind, listeners, cron = rooms.jobs()
        worker = Worker(self.house.database, self.house.begin, self.house.ports, by_kind, listeners, cron, self.house.settings.zone)
        for _ in range(3):
            rows(self.site, "update kernel.job set run_at = now() where kind in ('cases.hand', 'cases.assessment')")
            self.site.jobs()
            while self.site.run(worker.once, "back"):
                pass
        self.site.jobs()

    def back(self) -> None:
        """Long enough has passed for a system that was away to be asked again."""
        answering(self.site)

    def twice(self, case: str, register: str, operation: str) -> None:
        """The same job in two workers at once, as when a lease runs out; both are under way before either has an answer."""
        citizen = rows(self.site, f"select citizen_id from cases.case_file where id = '{case.removeprefix('case_')}'")[0]["citizen_id"]

        async def once() -> None:
            await handing.advance(self.house.begin, self.house.ports, PersonId(citizen), CaseId.parse(case), register, operation)

        async def both() -> None:
            await asyncio.gather(once(), once())

        self.hospital.faults.told({"mode": "slow", "ms": 400})
        self.site.run(both)
        self.hospital.faults.told({"mode": "none"})

    def night(self) -> None:
        asyncio.run(self.federation.night())


@pytest.fixture
def systems(site: Any, tmp_path: Path) -> Iterator[Systems]:
    had = {port: site.house.ports.get(port) for port in PORTS if site.house.ports.has(port)}
    rows(site, "delete from exchange.drop", "delete from exchange.replica", "delete from exchange.taken",
         "delete from kernel.job where kind in ('cases.hand', 'cases.assessment')")  # fmt: skip
    made = Systems(site, tmp_path)
    site.run(made.open)
    made.back()
    made.takes()
    yield made
    site.run(made.close)
    for port, plugin in had.items():
        site.house.ports.put(port, plugin)
    had[Line].connected()


def words(browser: httpx.Client, case: str) -> str:
    return browser.get(f"/cases/{case}").text


def test_one_assessment_and_nothing_is_carried(
    site: Any, program: httpx.Client, browser: httpx.Client, desk: Desk, systems: Systems
) -> None:
    run = pressed(program, income="none", pension="none")
    site.jobs()
    card = legs(program, run)["card"]
    desk.act(card, "acceptances", {})
    site.jobs()
    systems.twice(card["case"], "hospital", "referral")
    systems.settle()
    number = program.get(f"/api/cases/{card['case']}").json()["number"]
    [referral] = systems.hospital.referrals.rows.values()
    assert (referral["data"]["case.number"], referral["data"]["person.id_number"]) == (number, MINE)
    assert words(browser, card["case"]).count("已告诉青禾一院") == 1
    early = desk.clerk("cl-").post(f"/api/cases/{card['case']}/decisions", json={"outcome": "granted"})
    assert early.status_code == 409

    silent(site, systems, desk, card)
    waits = {"kind": "assessment", "reason": "等医院评定", "until": f"{date.today() + timedelta(days=20)}"}
    desk.act(card, "specials", waits)
    assert program.get(f"/api/cases/{card['case']}").json()["status"] == "paused"
    report = systems.doctor("/_assess", id_number=MINE, category="VIS", grade=2)["reportNo"]
    systems.takes()
    assert program.get(f"/api/cases/{card['case']}").json()["status"] == "accepted", "what was waited for is here"
    systems.doctor("/_correct", report=report, grade=1)
    systems.takes()
    systems.takes()  # told again: nothing new
    page = words(browser, card["case"])
    assert page.count("评定结果已送到") == 2
    assert "登记没有答复" not in desk.clerk("cl-").get(f"/desk/cases/{card['case']}").text
    systems.social.faults.told({"mode": "down"})
    desk.act(card, "decisions", {"outcome": "granted"})
    systems.settle()
    cert = program.get("/api/certificates/" + program.get(f"/api/cases/{card['case']}").json()["certificate"]).text
    assert "视力残疾" in cert
    assert "一级" in cert

    assert "已登记到残疾人证登记册" not in words(browser, card["case"])
    unanswered(site, systems, desk, card)
    systems.night()
    systems.takes()
    [written] = systems.federation.cards.rows.values()
    assert (written["身份证号"], written["类别"], written["等级"]) == (MINE, "视力", "一级")
    page = words(browser, card["case"])
    assert "已登记到残疾人证登记册" in page
    assert written["证号"] in page
    assert handed(desk, card)["disabled"] == "done"

    now = legs(program, run)
    care = words(browser, now["care"]["case"])
    at_once = "系统当场批准" in care
    assert at_once or "已经有一件这样的申请" in care, "the card in the wallet says all that its rule looks at"
    for code in ("pension", "bus", *(() if at_once else ("care",))):  # other tests may have applied for the same person
        desk.end(now[code])
    systems.settle()
    assert systems.social.subsidies.rows == {}
    systems.social.faults.told({"mode": "none"})
    given_up(site, desk, now["care"])
    systems.back()
    systems.settle()
    systems.settle()
    assert sorted(row["kind"] for row in systems.social.subsidies.rows.values()) == ["care", "pension"]
    assert "已登记到社会保险系统" in words(browser, now["care"]["case"])
    bus = program.get(f"/api/cases/{now['bus']['case']}").json()["number"]
    registered = [m["item"] for m in systems.offices.of("transit") if m["case"] == bus]
    assert registered == ["jt-canji-gongjiao"], "once, whatever waited there of other cases"
    said = "\n".join(one["purpose"]["zh"] for one in program.get("/api/me/data").json()["items"])
    for register, way in (("青禾一院", "查询"), ("残疾人证登记册", "送到"), ("社会保险系统", "送到")):
        assert any(register in line and way in line for line in said.splitlines()), (register, said)


def silent(site: Any, systems: Systems, desk: Desk, leg: dict[str, Any]) -> None:
    """A hospital that cannot be asked is asked again, and after three days a clerk has it: no job is left, and none has died."""
    citizen = rows(site, f"select citizen_id from cases.case_file where id = '{leg['case'].removeprefix('case_')}'")[0]["citizen_id"]
    look = (assessing.look, systems.house.begin, systems.house.ports, PersonId(citizen), CaseId.parse(leg["case"]))
    waiting = "select count(*)::int as n from kernel.job where kind = 'cases.assessment' and run_at > now()"
    rows(site, "update exchange.register set state = 'off' where code = 'hospital'")
    memory.forget_all()
    site.run(*look)
    assert rows(site, waiting)[0]["n"] == 1
    rows(site, "delete from kernel.job where kind = 'cases.assessment'")
    site.run(*look, datetime.now(UTC) - timedelta(days=3))
    assert rows(site, waiting)[0]["n"] == 0
    assert "登记没有答复" in desk.clerk("cl-").get(f"/desk/cases/{leg['case']}").text
    rows(site, "update exchange.register set state = 'on' where code = 'hospital'")
    memory.forget_all()


def handed(desk: Desk, leg: dict[str, Any]) -> dict[str, str]:
    """How each hand-over of a case stands."""
    items = desk.clerk("cl-").get(f"/api/cases/{leg['case']}/hand-overs").json()["items"]
    return {one["register"]: one["state"] for one in items}


def unanswered(site: Any, systems: Systems, desk: Desk, leg: dict[str, Any]) -> None:
    """What was laid down and got no receipt for three days lies before a clerk, and not a day sooner; a late receipt still counts."""
    for days, state in ((2, "sent"), (4, "for_a_person")):
        rows(site, f"update cases.handing set next_at = now() - interval '{days} days' where state = 'sent'")
        systems.settle()
        assert handed(desk, leg)["disabled"] == state
    assert "三天还没有回执" in desk.clerk("cl-").get(f"/desk/cases/{leg['case']}").text


def given_up(site: Any, desk: Desk, leg: dict[str, Any]) -> None:
    """After three days it lies before a clerk, who has it sent again; nothing else can be, and no neighbour may."""
    rows(site, f"update cases.handing set state = 'for_a_person' where case_id = '{leg['case'].removeprefix('case_')}'")
    clerk = desk.clerk("cl-")
    address, which = f"/api/cases/{leg['case']}/hand-overs", {"register": "social", "operation": "subsidy"}
    assert [one["state"] for one in clerk.get(address).json()["items"]] == ["for_a_person"]
    assert "再送一次" in site.sign_in("13800991101").get(f"/desk/cases/{leg['case']}").text
    assert clerk.post(address, json=which | {"operation": "x"}).status_code == 409
    assert desk.clerk("ga-").post(address, json=which).status_code == 404
    assert clerk.post(address, json=which).json()["state"] == "waiting"
    assert clerk.post(address, json=which).status_code == 409, "it is on its way"
