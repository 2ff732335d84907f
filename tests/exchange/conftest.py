"""Registers in the test's hand: behind the ports stands a connector that says what the test laid down, and knows what it was asked."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx
import pytest

from onedoor.exchange.models import AskIn, AskOut, Health, State, System
from onedoor.exchange.ports import File, Queue, Rest, Soap, Sql
from onedoor.exchange.service import Line, resting
from onedoor.kernel.db import prepare
from tests.cases.conftest import staff as staff
from tests.cases.kit import residents

PHONES = [one["phone"] for one in residents()]
HOUSEHOLD = {"totalCount": 3, "guardian": None, "children": [{"personName": "王小满", "idCard": "990102202005200152", "relation": "1"}]}
DRIVER = {"zjcx": "C1", "cclzrq": "20150609"}


class Registers:
    """What every register says, by operation; `hang` makes one slow, `asked` is what reached it."""

    def __init__(self) -> None:
        self.says: dict[str, Any] = {}
        self.hang: dict[str, float] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.before: Any = None
        self.well = True

    def reset(self) -> None:
        self.__init__()

    async def ask(self, system: System, request: AskOut) -> AskIn:
        self.asked.append((system.code, request.operation, dict(request.keys)))
        if self.before:
            await self.before(request)
        await asyncio.sleep(self.hang.get(request.operation, 0))
        said = self.says.get(request.operation)
        if isinstance(said, Exception):
            raise said
        if isinstance(said, AskIn):
            return said
        if said is None:
            return AskIn(State.NOT_HELD, echoed=request.keys)
        return AskIn(State.HELD, said, dict(request.keys))

    async def pull(self, system: System, since: str) -> Any:
        raise OSError

    async def put(self, system: System, message: Any) -> Any:
        raise OSError

    async def health(self, system: System) -> Health:
        return Health(self.well)


def rows(site: Any, *statements: str) -> list[dict[str, Any]]:
    """Run these as the database's owner; what the last one returned."""

    async def run() -> list[dict[str, Any]]:
        conn = await asyncpg.connect(site.house.settings.dsn)
        await prepare(conn)
        try:
            for statement in statements:
                found = await conn.fetch(statement)
            return [dict(one) for one in found]
        finally:
            await conn.close()

    return site.run(run)


@pytest.fixture(scope="module")
def plugged(site: Any) -> Iterator[Registers]:
    """The site with all five registers connected, as long as a module asks them."""
    made, house = Registers(), site.house
    had = house.ports.get(Line)
    for port in (Rest, Soap, Sql, File, Queue):
        house.ports.put(port, made)
    codes = ("police", "social", "civil", "disabled", "hospital")
    house.ports.put(Line, Line(house.ports, house.begin, house.local, dict.fromkeys(codes, "http://127.0.0.1:1"), lambda _: b"secret"))
    yield made
    site.run(house.ports.get(Line).close)
    house.ports.put(Line, had)
    had.connected()


def answering(site: Any) -> None:
    """No register is left alone for what it did before, and each is connected: a city that was loaded in this process has opened a house
    of its own, which reaches none."""
    line = site.house.ports.get(Line)
    line.connected()
    line._breakers.clear()
    rows(site, "delete from exchange.circuit")
    resting.memory.drop()
    site.run(resting.memory.get, site.house.database.reference)


@pytest.fixture
def registers(site: Any, plugged: Registers) -> Registers:
    """The same, saying nothing yet."""
    plugged.reset()
    answering(site)
    return plugged


@pytest.fixture(scope="session")
def browsers(site: Any) -> dict[str, httpx.Client]:
    """Signed in once: 林晓, 王敏 and the others whose names are proven, by phone."""
    return {phone: site.sign_in(phone) for phone in PHONES[:4]}
