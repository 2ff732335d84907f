"""What systems outside do now and then, and what a connector makes of it: an OSError, or what was meant; never a library's exception."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from connectors.back_office.plugin import BackOffice
from connectors.company_register.plugin import CompanyRegister
from connectors.exchange_file.plugin import Files
from connectors.exchange_queue.plugin import Queue
from connectors.exchange_rest.plugin import Rest
from connectors.population_register.plugin import PopulationRegister
from connectors.region_nodes.plugin import RegionNodes
from connectors.simulating import Asked, Told, serving
from connectors.sms_gateway.plugin import SmsGateway
from onedoor.exchange.models import Push, System, Transport

from .registers import SECRET

REQUEST = UUID(int=1)
CALLS: dict[str, Callable[[str], Awaitable[Any]]] = {
    "match": lambda url: PopulationRegister(url).match("林晓", "990105199203180222"),
    "events": lambda url: PopulationRegister(url).events(0),
    "company": lambda url: CompanyRegister(url).company("1"),
    "send": lambda url: SmsGateway(url).send("13800990001", "x", "r"),
    "replies": lambda url: SmsGateway(url).replies(0),
    "status": lambda url: BackOffice(url).status("o", "1"),
    "node": lambda url: RegionNodes().get(f"{url}/x"),
}
ODD = {
    "encoding": Told(200, raw=b'{"name": "\xff\xfe"}'), "encoding of a list": Told(200, raw=b'{"items": [{"phone": "\xff\xfe"}]}'),
    "packed": Told(200, raw=b"not packed", kind="application/json\r\ncontent-encoding: gzip"),
    "deep": Told(200, raw=b"[" * 100_000),
}


READ = [(call, odd) for call in CALLS for odd in ODD if odd == "packed" or call not in ("send", "node")]
"""What was sent is taken by its status alone; what another city says is read by whoever asked for it."""


@pytest.mark.parametrize(("call", "odd"), [*READ, ("node", "encoding")])
def test_what_cannot_be_read_is_no_answer(call: str, odd: str) -> None:
    asyncio.run(_asked(CALLS[call], ODD[odd]))


@pytest.mark.parametrize("items", [["x"], [None], [{"request_id": str(REQUEST), "number": "1", "documents": ["x"]}],
                                   [{"request_id": str(REQUEST), "number": "1", "documents": [{"id": "1"}]}]])  # fmt: skip
def test_a_list_of_something_else_is_no_list_of_cases(items: list[Any]) -> None:
    asyncio.run(_asked(lambda url: BackOffice(url).look("o", REQUEST), Told(200, {"items": items})))


async def _asked(call: Callable[[str], Awaitable[Any]], said: Told) -> None:
    async def handle(asked: Asked) -> Told:
        return said

    async with serving(handle) as url:
        with pytest.raises(OSError):
            await call(url)


def test_a_city_that_drips_is_not_waited_for() -> None:
    """A byte now and then is no answer in time, however long it goes on."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        for _ in range(30):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.1)
        writer.close()

    async def run() -> float:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        begun = time.monotonic()
        with pytest.raises(OSError):
            await RegionNodes(seconds=0.3).get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x")
        took = time.monotonic() - begun
        server.close()
        return took

    assert asyncio.run(run()) < 1


def test_a_register_that_says_created_has_taken_it() -> None:
    """201, as REST has it for what is new, and 202."""
    settings = {"operations": {"file": {"path": "/file", "echo": {}, "number": "/number"}}}

    async def run(status: int) -> str:
        async def handle(asked: Asked) -> Told:
            return Told(status, {"number": "N1"})

        connector = Rest()
        async with serving(handle) as url:
            receipt = await connector.put(System("some", Transport.REST, url, settings, SECRET), Push("r-1", "file", {"a": 1}))
        await connector.close()
        return receipt.number

    assert [asyncio.run(run(status)) for status in (200, 201, 202)] == ["N1", "N1", "N1"]


def test_a_queue_is_followed_by_whatever_marks_it_has() -> None:
    """Marks as they come: with hyphens, as a time, with what an address has to have escaped."""
    marks = [f"2026-11-27T10:00:00+08:00/{n:03d}&x=y" for n in range(130)]
    items = [{"mark": mark, "id": mark, "timestamp": "1", "signature": "", "body": "{}"} for mark in marks]

    async def handle(asked: Asked) -> Told:
        after = asked.query.get("after", "0")
        return Told(200, {"items": [one for one in items if after == "0" or one["mark"] > after][: int(asked.query.get("limit", "100"))]})

    async def run() -> list[str]:
        connector = Queue()
        async with serving(handle) as url:
            there = System("some", Transport.QUEUE, url, {"operations": {}}, SECRET)
            found = [one.mark async for one in connector.pull(there, "")]
            found += [one.mark async for one in connector.pull(there, found[-1])]
        await connector.close()
        return found

    assert asyncio.run(run()) == marks


def test_a_file_that_was_whole_after_a_later_one_is_taken_too(tmp_path: Path) -> None:
    """Its `.sha256` came first and its content slowly, while another file was finished."""
    there, folder = System("some", Transport.FILE, str(tmp_path), {"operations": {}}), tmp_path / "in"
    folder.mkdir()
    content = b"a,b\r\n1,2\r\n"

    async def pulled(since: str) -> tuple[str, list[str]]:
        found = [one async for one in Files().pull(there, since)]
        return (found[-1].mark if found else since), [one.name for one in found]

    slow, quick = folder / "CARD_20261126_001.csv", folder / "PLACE_20261126_001.csv"
    slow.with_name(f"{slow.name}.sha256").write_text(hashlib.sha256(content).hexdigest())
    slow.write_bytes(content[:4])
    time.sleep(0.02)
    quick.write_bytes(content)
    quick.with_name(f"{quick.name}.ok").touch()
    mark, names = asyncio.run(pulled(""))
    assert names == [quick.name]
    time.sleep(0.02)
    slow.write_bytes(content)
    mark, names = asyncio.run(pulled(mark))
    assert names == [slow.name]
    assert asyncio.run(pulled(mark))[1] == []
