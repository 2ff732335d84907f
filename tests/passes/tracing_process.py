"""A region's node, as in node_process.py, whose people also trace. Started by test_tracing_between.py."""

import asyncio
import datetime as dt
import json
import sys
import uuid
from typing import Any

from onedoor.kernel.work import system
from tests.passes import node_process
from tests.passes.node_process import SCHEME, actor

STAFF: dict[str, Any] = {}


async def proven(house: Any, phone: str, name: str, id_number: str) -> str:
    """Somebody of this node whose name has been proven."""
    from onedoor.identity import service as identity
    from onedoor.identity.models import KnownPerson
    from onedoor.identity.ports import Secrets

    known = KnownPerson(phone=phone, name=name, id_number=id_number, real_name=True)
    async with house.begin(actor=system("test")) as work:
        await identity.put_people(work, [known], house.ports.get(Secrets))
    return "proven"


async def staff(house: Any) -> tuple[Any, Any]:
    """Who asks and who agrees: the same two for as long as the node runs."""
    from msgspec.structs import replace

    from onedoor.orgs import service as orgs

    if not STAFF:
        async with house.begin(actor=actor()) as work:
            org = (await orgs.department(work, "weijian")).id
        whole = (orgs.city().path,)
        STAFF["asks"] = replace(actor(("passes:trace",), org), districts=whole, name="秦川")
        STAFF["agrees"] = replace(actor(("passes:approve",), org), districts=whole, name="安澜")
    return STAFF["asks"], STAFF["agrees"]


async def order(house: Any, number: str, case: str, delay: str = "") -> str:
    """An order of two people about whoever has this identity number, from yesterday until tomorrow."""
    from onedoor.identity.ports import Secrets
    from onedoor.passes.service import tracing
    from onedoor.passes.tracing import Asked

    asks, agrees = await staff(house)
    async with house.begin(actor=asks) as work:
        span = work.now - dt.timedelta(days=1), work.now + dt.timedelta(hours=1)
        asked = Asked(SCHEME, case, "流感", "《传染病防治法》第四十条", "找出一起待过的人", number, *span, delay)
        made = await tracing.ask(work, house.ports.get(Secrets), asked)
    async with house.begin(actor=agrees) as work:
        await tracing.approve(work, made.id)
    return str(made.id)


def begin_as(house: Any, who: Any) -> Any:
    return lambda: house.begin(actor=who)


async def find(house: Any, which: str) -> list[Any]:
    """Ask the other regions: what each said, and who is known under the order then."""
    from onedoor.passes.service import tracing_away
    from onedoor.passes.tracing import OrderId

    asks, _ = await staff(house)
    heard = await tracing_away.find(begin_as(house, asks), house.ports, OrderId.parse(which))
    async with house.begin(actor=asks) as work:
        people = await tracing_away.people(work, OrderId.parse(which))
    found = [[one.name, round(one.seconds / 60), one.class_] for one in people]
    return [[[one.node, len(one.people), one.problem] for one in heard], found]


async def few(house: Any, which: str, most: str) -> list[Any]:
    """Ask when no more than so many records are read: how many were, and whether the log says that there were more."""
    from onedoor.passes.service import tracing_away

    before, tracing_away.MOST_SEEN = tracing_away.MOST_SEEN, int(most)
    try:
        await find(house, which)
    finally:
        tracing_away.MOST_SEEN = before
    async with house.begin(actor=system("test")) as work:
        rows = await work.db._on.fetch("select body from passes.trace_log order by seq")
    said = [one for one in (json.loads(row["body"]) for row in rows) if one["action"] == "away"][-1]
    return [said["scans"], said["cut"]]


async def names(house: Any, which: str, ticked: str) -> list[Any]:
    """Names of those ticked as they were told, faults, and what is kept of it here."""
    from onedoor.kernel.problems import Invalid
    from onedoor.passes.service import tracing_away
    from onedoor.passes.tracing import OrderId

    asks, _ = await staff(house)
    try:
        heard = await tracing_away.names(begin_as(house, asks), house.ports, OrderId.parse(which), [ticked])
    except Invalid as no:
        return [no.slug()]
    async with house.begin(actor=asks) as work:
        kept = await work.db._on.fetch("select to_jsonb(t) as row from passes.trace_away t")
    return [[[person.name, person.phone] for one in heard for person in one.people], [one.problem for one in heard], str(kept)]


async def itinerary(house: Any, which: str) -> list[str]:
    from onedoor.passes.service import tracing
    from onedoor.passes.tracing import OrderId, Stay

    asks, _ = await staff(house)
    async with house.begin(actor=asks) as work:
        _, found, places = await tracing.itinerary(work, OrderId.parse(which))
    return [places[one.place_id].name["zh"] for one in found if isinstance(one, Stay)]


async def letter(house: Any, node: str, which: str, bent: str) -> str:
    """A question that this node signs: like its own about an order, but with what is `bent` in it."""
    import msgspec

    from onedoor.passes.recognition import tracing as letters
    from onedoor.passes.service import peering

    here, now = peering.region(), int(dt.datetime.now(dt.UTC).timestamp())
    said = {
        "iss": here.node, "aud": node, "jti": str(uuid.uuid4()), "iat": now, "exp": now + 60, "use": "tracing", "wants": "people",
        "order": which, "scheme": SCHEME, "case_no": "QH-2026-9", "disease": "流感", "basis": "《传染病防治法》第四十条",
        "purpose": "找出一起待过的人", "asked": {"mark": "a", "name": "秦川"}, "approved": {"mark": "b", "name": "安澜"},
        "begins": now - 86_400, "ends": now, "until": now + 3600, "delay": "", "scans": ["0" * 32],
    } | json.loads(bent)  # fmt: skip
    return letters.sign(here.ring, msgspec.convert(said, letters.Asked))


async def looks(house: Any, phone: str) -> list[str]:
    """What a resident reads of who looked: the region, the two names, and the words."""
    from onedoor.identity import service as identity

    who = await node_process.resident(house, phone)
    async with house.begin(actor=actor(who=who)) as work:
        hidden = await work.db.value("select count(*) from identity.access where shown_after > now()")
        assert hidden == 0, "row security keeps what is not to be read yet"
        return [f"{one.org_title} {one.staff_name} {one.purpose.zh}" for one in await identity.access_records(work, None, 100)]


async def guard(house: Any, phone: str, days: str) -> str:
    """Somebody is specially protected for so many days from today."""
    from onedoor.identity import service as identity
    from onedoor.identity.models import Guarded

    who = await node_process.resident(house, phone)
    async with house.begin(actor=system("test")) as work:
        if int(days) < 0:
            await identity.unguard(work, who)
        else:
            until = work.today + dt.timedelta(days=int(days))
            await identity.guard(work, Guarded(who, "在市里很出名", who, "测试", work.now, until))
    return "done"


async def later(house: Any) -> int:
    """The day comes on which what was put off may be read; how many looks that is."""
    async with house.begin(actor=system("test")) as work:
        return int(await work.db.value("select count(*) from identity.access where shown_after > now() + interval '30 days'"))


async def log(house: Any) -> list[Any]:
    """Whether the log holds, and what it says was done between nodes."""
    from onedoor.passes.service import auditing

    async with house.begin(actor=system("test")) as work:
        found = await auditing.verify(work)
        rows = await work.db._on.fetch("select body from passes.trace_log order by seq")
    said = [json.loads(row["body"]) for row in rows]
    return [found.broken, [one["action"] for one in said if one["action"].startswith(("away", "answer"))], said[-1].get("people")]


async def withdraw(house: Any, node: str) -> str:
    from onedoor.passes.service import peering

    async with house.begin(actor=actor(("passes:regions",))) as work:
        await peering.withdraw_peer(work, node)
    return "done"


async def asked(house: Any) -> list[Any]:
    """What whoever traces at this node reads of others' questions."""
    from onedoor.passes.service import tracing_between

    async with house.begin(actor=(await staff(house))[0]) as work:
        return [[one.node, one.case_no, one.wants, one.people] for one in await tracing_between.requests(work)]


async def door(house: Any, text: str) -> list[Any]:
    """The turnstile of one place of this node, made at first use, reads a code: the result, and how many sealed records wait now."""
    from types import SimpleNamespace

    from onedoor.passes import service
    from onedoor.passes.gates import Direction
    from onedoor.passes.od1 import layout

    await listed(house)
    await placed(house)
    async with house.begin(actor=actor()) as work:
        line = SimpleNamespace(direction=Direction.IN, companions=0, temp=None)
        found = await service.check(work, STAFF["door"], [service.Asked(layout.read(text), line)])
    async with house.begin(actor=actor()) as work:
        return [found[0].result, await work.db.value("select count(*) from passes.sealed_scan where sent_at is null")]


async def listed(house: Any) -> None:
    """The clock's five minutes have passed."""
    from onedoor.passes import service

    async with house.begin(actor=actor()) as work:
        await service.build_lists(work)
    await service.look(house.begin)


async def placed(house: Any) -> None:
    """The door, in the first district of the node, made at first use."""
    from onedoor.orgs import service as orgs
    from onedoor.passes import service
    from onedoor.passes.gates import Direction, GateKind
    from onedoor.passes.service.gating import NewGate

    if "door" not in STAFF:
        root = orgs.below(orgs.city().code)[0].code
        asked = NewGate("东门", place_name="界河大桥", division=root, direction=Direction.BOTH, kind=GateKind.TURNSTILE)
        async with house.begin(actor=actor(("passes:gates",), (await staff(house))[0].org)) as work:
            STAFF["door"] = (await service.invite_gate(work, asked)).gate


async def vehicle(house: Any, phone: str, route: str, plate: str, days: str = "0") -> list[str]:
    """Somebody asks for a pass of a vehicle, the authority issues it: its code, and what its id is."""
    from onedoor.orgs import service as orgs
    from onedoor.passes.service import vehicles

    who = await node_process.resident(house, phone)
    async with house.begin(actor=actor(who=who)) as work:
        first = work.today + dt.timedelta(days=int(days))
        asked = vehicles.Asked(SCHEME, plate, "freight", route.split(), "给医院送药", first.isoformat(), first.isoformat())
        made = await vehicles.ask(work, asked)
        org = (await orgs.department(work, "weijian")).id
    async with house.begin(actor=actor(("passes:scheme",), org)) as work:
        issued = await vehicles.decide(work, made.citizen_id, made.id, "issue", "")
    return [issued.code or "", str(issued.id)]


async def road(house: Any) -> dict[str, Any]:
    """What the gate of the door takes along."""
    from onedoor.passes import service

    await listed(house)
    await placed(house)
    async with house.begin(actor=actor()) as work:
        return await service.bundle(work, STAFF["door"])


async def mapped(house: Any, node: str, becomes: str) -> str:
    """What green of another node's scheme is here from now on."""
    from onedoor.passes.regions import Mapping
    from onedoor.passes.service import peering

    async with house.begin(actor=actor(("passes:regions",))) as work:
        await peering.put_maps(work, [Mapping(node, SCHEME, "green", becomes)])
    return "agreed"


for one in (proven, order, find, few, names, itinerary, letter, looks, guard, later, log, withdraw, asked, door, vehicle, road, mapped):
    node_process.ACTS[one.__name__] = one

if __name__ == "__main__":
    asyncio.run(node_process.serve(*sys.argv[1:]))
