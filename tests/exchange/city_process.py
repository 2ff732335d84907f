"""A city: a house of its own over its own database, on a real port, with registers in the test's hand. Started by test_cities.py; acts come
in as in tests/passes/node_process.py. What cities say to each other, and what people do, goes over HTTP.
"""

import asyncio
import sys
from typing import Any

from tests.conftest import Outbox
from tests.passes import node_process

from .conftest import Registers

DRIVES = {"class": "C1", "first_issued": "2015-06-09", "valid_until": "2031-06-09", "file_number": "990100157788"}
REGISTERS, OUTBOX = Registers(), Outbox()


async def plug(house: Any) -> str:
    """Registers and text messages of the test; the address of every register is known."""
    from onedoor.exchange.ports import File, Queue, Rest, Soap, Sql
    from onedoor.exchange.service import Line
    from onedoor.identity.ports import SmsGateway

    for port in (Rest, Soap, Sql, File, Queue):
        house.ports.put(port, REGISTERS)
    codes = ("police", "social", "civil", "disabled", "hospital")
    house.ports.put(Line, Line(house.ports, house.begin, house.local, dict.fromkeys(codes, "http://127.0.0.1:1"), lambda _: b"secret"))
    house.ports.put(SmsGateway, OUTBOX)
    return "plugged"


async def says(house: Any, operation: str, document: Any, hang: float = 0) -> list[Any]:
    """What a register says from now on, and how long it takes; what it has been asked until now."""
    REGISTERS.says[operation], REGISTERS.hang[operation] = document, hang
    return [list(one) for one in REGISTERS.asked]


async def code(house: Any, phone: str) -> str:
    """The code that was sent to a phone."""
    from onedoor.kernel.jobs import Worker
    from onedoor.web import rooms

    worker = Worker(house.database, house.begin, house.ports, *rooms.jobs(), house.settings.zone)
    await worker.once("otp")
    return OUTBOX.code(phone)


async def clock(house: Any) -> str:
    """What the clock does every few minutes: documents and status lists of other cities."""
    from onedoor.exchange.service import trusting
    from onedoor.wallet import service as wallet

    await trusting.refresh(house.begin, house.ports)
    await wallet.refresh_lists(house.begin, house.ports)
    return "done"


async def seal(house: Any) -> int:
    """What has been looked at is sealed; the seal's number."""
    from onedoor.tracker.service import sealing

    made = await sealing.seal(house.begin)
    return made.n if made else 0


async def behold(house: Any) -> str:
    """What the clock does every hour: seals of other cities."""
    from onedoor.exchange.service import beholding

    await beholding.look(house.begin, house.ports)
    return "looked"


async def rows(house: Any, *statements: str) -> list[dict[str, Any]]:
    """Run these as the database's owner, and forget what was in memory; what the last one returned, as text."""
    import asyncpg

    from onedoor.kernel import memory

    conn = await asyncpg.connect(house.settings.dsn)
    try:
        for statement in statements:
            found = await conn.fetch(statement)
        return [{name: str(value) for name, value in one.items()} for one in found]
    finally:
        await conn.close()
        memory.forget_all()
        async with house.begin() as work:
            await asyncio.sleep(0)
            for one in list(memory._known.values()):
                await one.get(work.db)


async def issue(house: Any, phone: str, kind: str = "003") -> list[str]:
    """A certificate of the police: a fresh code of it, and its signed text."""
    from onedoor.identity import service as identity
    from onedoor.kernel.work import Actor, system
    from onedoor.orgs import service as orgs
    from onedoor.wallet import service as wallet
    from onedoor.wallet import ticket
    from tests.wallet.conftest import CLAIMS

    async with house.begin(actor=system("test")) as work:
        who = await identity.person_of_phone(work, phone)
        person = await identity.person(work, who) if who else None
        assert who is not None
        assert person is not None
        org = (await orgs.department(work, "gongan")).id
        claims = CLAIMS if kind == "003" else DRIVES | {"name": person.name or "", "id_number": person.id_number or ""}
        cert = await wallet.issue(work, who, kind, claims, None, person.name or "", person.id_number or "", org)
    async with house.begin(actor=Actor(id=who)) as work:
        return [wallet.code(work, cert, ticket.ON_DEVICE).text, await wallet.credential(work, cert.id), str(cert.id)]


async def revoke(house: Any, cert: str) -> str:
    from onedoor.kernel.work import Actor
    from onedoor.orgs import service as orgs
    from onedoor.wallet import service as wallet
    from onedoor.wallet.models import CertId

    async with house.begin() as work:
        org = (await orgs.department(work, "gongan")).id
    async with house.begin(actor=Actor(system="test", org=org)) as work:
        await wallet.revoke(work, CertId.parse(cert), "x")
    return "revoked"


async def signed(house: Any, given: dict[str, Any], document: bool = False) -> str:
    """A question signed with this city's key, bent as the test likes; or its trust document."""
    from onedoor.exchange import between
    from onedoor.exchange.node import node
    from onedoor.kernel import jose
    from onedoor.passes.service import peering

    if document:
        async with house.begin() as work:
            return await peering.own_document(work)
    ring = node().ring
    return jose.sign(ring.signer, {"alg": "ES256", "typ": between.ASK_TYP, "kid": ring.active.kid}, given)


node_process.ACTS |= {one.__name__: one for one in (plug, says, code, clock, rows, issue, revoke, signed, seal, behold)}

if __name__ == "__main__":
    asyncio.run(node_process.serve(*sys.argv[1:]))
