"""One contract a port: the connector over the wire against its simulator, with every fault the simulator can have."""

import asyncio
import datetime as dt
import os
import signal
import socket
import sys
import time
import uuid
from pathlib import Path

import httpx
import pytest

from connectors.back_office.plugin import BackOffice
from connectors.back_office.simulator import MOST, Offices
from connectors.clamd import plugin as clamd
from connectors.clamd import simulator as clamd_simulator
from connectors.company_register.plugin import CompanyRegister
from connectors.company_register.simulator import Companies
from connectors.company_register.simulator import rows_of as company_rows
from connectors.population_register.plugin import PopulationRegister
from connectors.population_register.simulator import Register, rows_of
from connectors.simulating import Asked, serving
from connectors.sms_gateway.plugin import SmsGateway
from connectors.sms_gateway.simulator import Network
from onedoor.cases.models import Scan
from onedoor.cases.ports import NotTaken
from onedoor.cases.registration import Entry, Traits
from onedoor.identity.models import Sex
from onedoor.kernel.config import city_of
from onedoor.kernel.ports import Ports
from onedoor.mandates.models import Kinship, Reply, Warded
from onedoor.web.connectors import Away, Broken, connect, manifests, port_named
from tests import nursery

ROOT = Path(__file__).parent.parent.parent
ROWS = ROOT / "cities" / "qinghe" / "demo" / "register.jsonl"


def test_the_register_tells_who_belongs_together() -> None:
    async def ask() -> None:
        async with serving(Register(rows_of(ROWS)).handle) as url:
            register = PopulationRegister(url)
            found = await register.match("林晓", "990105199203180222")
            assert found is not None
            assert (found.name, found.sex, found.birth_on) == ("林晓", Sex.FEMALE, dt.date(1992, 3, 18))
            assert found.nation.en == "Han"
            assert await register.match("林小", "990105199203180222") is None
            assert await register.match("林晓", "990102197811050423") is None

    asyncio.run(ask())


def test_the_register_tells_whose_child_it_is() -> None:
    async def ask() -> None:
        mother, child = "990102197811050423", "990102202005200152"
        sick = Register(rows_of(ROWS), slow_seconds=1)
        async with serving(sick.handle) as url:
            register = PopulationRegister(url, seconds=0.2)
            assert await register.kinship(mother, child) == Kinship("mother")
            assert await register.kinship(child, mother) is None
            assert await register.kinship(mother, "nobody") is None
            assert await register.wards(mother) == [Warded("张小满", child)]
            assert await register.wards(child) == []
            for sick.fault in ("slow", "down"):
                with pytest.raises(OSError):
                    await register.kinship(mother, child)
                with pytest.raises(OSError):
                    await register.wards(mother)

    asyncio.run(ask())


def test_the_register_of_companies_tells_who_represents_whom() -> None:
    async def ask() -> None:
        sick = Companies(company_rows(ROWS.with_name("companies.jsonl")), slow_seconds=1)
        async with serving(sick.handle) as url:
            register = CompanyRegister(url, seconds=0.2)
            [mine] = await register.represented("990105199203180222")
            assert (mine.name, mine.legal_name, mine.founded_on) == ("青禾东湖晓林餐饮有限公司", "林晓", dt.date(2024, 3, 18))
            assert await register.company(mine.uscc) == mine
            assert await register.company("none") is None
            assert await register.represented("990104199001010413") == [], "struck off"
            for sick.fault in ("slow", "down"):
                with pytest.raises(OSError):
                    await register.company(mine.uscc)

    asyncio.run(ask())


def test_what_people_send_is_read_in_order_and_kept(tmp_path: Path) -> None:
    async def ask() -> None:
        file = tmp_path / "sms_outbox.jsonl"
        async with serving(Network(file).handle) as url, httpx.AsyncClient(base_url=url, trust_env=False) as phone:
            for text in ("停", "你好"):
                assert (await phone.post("/replies", json={"phone": "13900990003", "text": text})).status_code == 202
            assert (await phone.post("/replies", json={"phone": "1", "text": "停"})).status_code == 422
            gateway = SmsGateway(url)
            assert [one.text for one in await gateway.replies(0)] == ["停", "你好"]
            assert await gateway.replies(1) == [Reply(2, "13900990003", "你好")]
        async with serving(Network(file).handle) as url:
            assert len(await SmsGateway(url).replies(0)) == 2
        with pytest.raises(OSError):
            await SmsGateway("http://127.0.0.1:9").replies(0)

    asyncio.run(ask())


def test_who_is_struck_off_is_not_found() -> None:
    gone = [{**row, "status": "cancelled"} for row in rows_of(ROWS)[:1]]

    async def ask() -> None:
        async with serving(Register(gone).handle) as url:
            assert await PopulationRegister(url).match(gone[0]["name"], gone[0]["id_number"]) is None

    asyncio.run(ask())


@pytest.mark.parametrize("fault", ["slow", "down"])
def test_a_register_that_does_not_answer_is_an_os_error(fault: str) -> None:
    async def ask() -> None:
        async with serving(Register(rows_of(ROWS), slow_seconds=1).handle) as url:
            async with httpx.AsyncClient(base_url=url) as teller:
                assert (await teller.post("/faults", json={"fault": fault})).json() == {"fault": fault}
                assert (await teller.post("/faults", json={"fault": "odd"})).status_code == 422
            with pytest.raises(OSError):
                await PopulationRegister(url, seconds=0.2).match("林晓", "990105199203180222")

    asyncio.run(ask())


def test_an_unreachable_register_is_an_os_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    for ask in (PopulationRegister(url).match("甲", "1"), SmsGateway(url).send("13900000000", "x", "1"), clamd.connect(url).scan(b"x")):
        with pytest.raises(OSError):
            asyncio.run(ask)


def test_an_answer_of_the_wrong_shape_is_an_os_error() -> None:
    from connectors.simulating import Told

    async def odd(asked: Asked) -> Told:
        return Told(200, {"name": 1})

    async def ask() -> None:
        async with serving(odd) as url:
            with pytest.raises(OSError):
                await PopulationRegister(url).match("林晓", "990105199203180222")

    asyncio.run(ask())


def test_one_request_is_one_message_and_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sms_outbox.jsonl"

    async def send(network: Network) -> list[dict[str, str]]:
        async with serving(network.handle) as url:
            gateway = SmsGateway(url)
            for request in ("a", "b", "a"):
                await gateway.send("13900990001", f"您的登录验证码是 123456 {request}", request)
            with pytest.raises(OSError):
                await gateway.send("110", "x", "c")
            async with httpx.AsyncClient(base_url=url) as reader:
                return (await reader.get("/messages", params={"phone": "13900990001"})).json()["items"]

    first = asyncio.run(send(Network(file)))
    assert [(m["code"], m["text"][-1]) for m in first] == [("123456", "b"), ("123456", "a")]
    file.write_text(file.read_text("utf-8") + '{"phone": "139', "utf-8")
    assert asyncio.run(send(Network(file))) == first


def test_the_scanner_knows_a_virus_from_a_letter() -> None:
    async def scan() -> None:
        async with clamd_simulator.serving() as url:
            scanner = clamd.connect(url)
            assert (await scanner.scan(b"a letter " * 20_000)).scan is Scan.CLEAN
            found = await scanner.scan(b"%PDF-1.7 " + clamd_simulator.EICAR)
            assert (found.scan, found.name) == (Scan.INFECTED, "Eicar-Signature")
            assert (await scanner.scan(b"")).scan is Scan.CLEAN
            assert (await scanner.scan(bytes(clamd_simulator.LIMIT + 1))).scan is Scan.UNREADABLE

    asyncio.run(scan())


@pytest.mark.parametrize("name", ["population_register", "sms_gateway", "clamd"])
def test_a_simulator_is_a_process_that_stops_when_told(name: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = nursery.Popen(
        [sys.executable, "-m", manifests()[name].simulator, "--port", str(port), "--home", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            pytest.fail("it does not listen")
    finally:
        began.send_signal(signal.SIGTERM)
        assert began.wait(10) == 0


def test_every_manifest_names_ports_that_exist() -> None:
    found = manifests()
    assert {"population_register", "sms_gateway", "clamd"} <= set(found)
    for manifest in found.values():
        assert all(isinstance(port_named(name), type) for name in manifest.implements)


def test_a_manifest_with_a_mistake_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "fax"
    folder.mkdir()
    (folder / "manifest.toml").write_text('name = "fax"\nnumber = 1\n', "utf-8")
    with pytest.raises(Broken, match=r"fax/manifest\.toml"):
        manifests(tmp_path)
    with pytest.raises(Broken, match=r"identity\.Fax"):
        port_named("identity.Fax")


def test_a_plugin_that_lacks_a_method_stops_the_start() -> None:
    with pytest.raises(TypeError, match="send"):
        Ports().put(port_named("identity.SmsGateway"), object())


def test_without_an_address_a_port_is_away(tmp_path: Path) -> None:
    from onedoor.kernel.calendar import Calendar
    from onedoor.kernel.config import Settings

    city = ROOT / "cities" / "qinghe"
    ports = Ports()
    connect(ports, Settings(home=tmp_path, dsn="", city_dir=city, city=city_of(city), calendar=Calendar()))
    gateway = ports.get(port_named("identity.SmsGateway"))
    assert isinstance(gateway, Away)
    with pytest.raises(OSError, match="ONEDOOR_SMS_GATEWAY_URL"):
        asyncio.run(gateway.send("1", "2", "3"))
    assert not ports.has(port_named("cases.Scanner"))



def test_a_back_office_takes_a_case_once(tmp_path: Path) -> None:
    """Its traits, a matter that is asked for twice, its papers, and every fault: what is certain is told apart from what is not."""
    entry = Entry("QH1", "item", "老年证", "990102", dt.datetime(2026, 10, 8, tzinfo=dt.UTC), {"kind": "new"})

    async def ask() -> None:
        offices = Offices(tmp_path / "back_office.jsonl", hangs=0.8)
        async with serving(offices.handle, MOST) as url:
            office, request, teller = BackOffice(url, 0.5), uuid.uuid4(), httpx.AsyncClient(base_url=url)
            assert await office.traits("elders") == Traits(searches=True, idempotent=True)
            assert await office.look("elders", request) is None
            assert (await office.write("elders", request, entry), await office.write("elders", request, entry)) == ("ELDERS-000001",) * 2
            paper = await office.attach("elders", request, "ELDERS-000001", "证.png", b"content" * 200_000)
            found = await office.look("elders", request)
            assert found is not None
            assert (found.number, list(found.documents.values())) == ("ELDERS-000001", [paper])
            assert await office.status("elders", "ELDERS-000001") == "received"
            await teller.post("/elders/registrations/ELDERS-000001", json={"stage": "reviewing"})
            assert await office.status("elders", "ELDERS-000001") == "reviewing"
            with pytest.raises(NotTaken):
                await office.attach("elders", uuid.uuid4(), "ELDERS-000001", "x", b"x")
            for fault, refusal in [("error", NotTaken), ("down", OSError), ("hangs", OSError), ("foreign", OSError), ("lost", OSError)]:
                await teller.post("/faults", json={"next": [fault]})
                with pytest.raises(refusal):
                    await office.write("elders", uuid.uuid4(), entry)
            await teller.post("/faults", json={"next": ["twice"]})
            assert await office.write("elders", request, entry) == "ELDERS-000001"
            again = Offices(tmp_path / "back_office.jsonl")
            assert again.matters == offices.matters
            await teller.aclose()
            await office.close()
        with pytest.raises(ConnectionRefusedError):
            await BackOffice("http://127.0.0.1:9", 0.2).traits("elders")

    asyncio.run(ask())
