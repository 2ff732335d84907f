"""A region's node: a house of its own over its own database, on a real port. Started by test_regions.py with DSN, home and port.

Each line of the input is [act, …]: something that people of this node do, in its own process. Each answer is one line. What nodes say to
each other goes over HTTP.
"""

import asyncio
import json
import sys
import traceback
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

warnings.simplefilter("ignore")
SCHEME = "epi-2026"


def actor(grants: tuple[str, ...] = (), org: Any = None, who: Any = None) -> Any:
    from onedoor.identity.models import PersonId
    from onedoor.kernel.work import Actor

    return Actor(id=who or PersonId.new(), grants=frozenset(grants), org=org, name="测试", assurance=2)


async def fingerprint(house: Any) -> str:
    from onedoor.passes.service import peering

    return peering.region().fingerprint


async def believe(house: Any, node: str, print_: str, division: str, mode: str) -> str:
    """Two people agree to a node, and each colour of it is the same here, but yellow, which is red."""
    from onedoor.passes.errors import NeedsAnotherPerson
    from onedoor.passes.regions import Mapping, Mode
    from onedoor.passes.service import peering

    first = actor(("passes:regions",))
    async with house.begin(actor=first) as work:
        await peering.ask_peer(work, node, print_, [division], Mode(mode), "by telephone")
        try:
            await peering.approve_peer(work, node)
        except NeedsAnotherPerson:
            pass
        else:
            return "one person was enough"
    async with house.begin(actor=actor(("passes:regions",))) as work:
        await peering.approve_peer(work, node)
        maps = {"green": "green", "popup": "green", "yellow": "red", "red": "red"}
        await peering.put_maps(work, [Mapping(node, SCHEME, level, becomes) for level, becomes in maps.items()])
    return "agreed"


async def adopt(house: Any, hub: str, *signers: str) -> str:
    """Two people agree to a hub."""
    from onedoor.passes.service import hubs

    async with house.begin(actor=actor(("passes:regions",))) as work:
        await hubs.ask(work, hub, list(signers))
    async with house.begin(actor=actor(("passes:regions",))) as work:
        await hubs.approve(work, hub)
    return "agreed"


async def job(house: Any) -> dict[str, str | None]:
    """What the clock does: fetch documents, send records. Faults by node."""
    from onedoor.passes import watch_jobs
    from onedoor.passes.service import peering

    await watch_jobs.regions(house.begin, house.ports, {})
    async with house.begin() as work:
        return {node: one.fault for node, one in (await peering.believed(work)).peers.items()}


async def resident(house: Any, phone: str) -> Any:
    from onedoor.identity import service as identity

    async with house.begin(actor=actor()) as work:
        return await identity.person_of_phone(work, phone)


async def code(house: Any, phone: str, division: str, symptoms: str) -> str:
    """A resident declares and shows the code."""
    from onedoor.passes import service
    from onedoor.passes.models import Channel

    who = await resident(house, phone)
    async with house.begin(actor=actor(who=who)) as work:
        given = {"symptoms": [symptoms], "contact": ["no"], "temp": ["37.9"] if symptoms == "fever" else []}
        await service.declare(work, SCHEME, service.Said(given, division), Channel.API)
    async with house.begin(actor=actor(who=who)) as work:
        return (await service.draw(work, SCHEME)).text


async def turnstile(house: Any, text: str) -> list[Any]:
    """A gate of this node checks a code; how many sealed records wait now."""
    from onedoor.orgs import service as orgs
    from onedoor.passes import service
    from onedoor.passes.gates import Direction, GateKind
    from onedoor.passes.od1 import layout
    from onedoor.passes.service.gating import NewGate

    async with house.begin(actor=actor()) as work:
        org = (await orgs.department(work, "weijian")).id
        root = orgs.below(orgs.city().code)[0].code
    async with house.begin(actor=actor(("passes:gates",), org)) as work:
        asked = NewGate("东门", place_name="界河大桥", division=root, direction=Direction.BOTH, kind=GateKind.TURNSTILE)
        await service.invite_gate(work, asked)
        gate = next(one for row in await service.own_gates(work) for one in row if getattr(one, "name", "") == "东门")
        line = SimpleNamespace(direction=Direction.IN, companions=0, temp=None)
        found = await service.check(work, gate, [service.Asked(layout.read(text), line)])
    async with house.begin(actor=actor()) as work:
        waits = await work.db.value("select count(*) from passes.sealed_scan where sent_at is null")
        known = await work.db.value("select count(*) from passes.scan where row_no is not null")
    return [found[0].result, found[0].colour, waits, known]


async def bundle(house: Any) -> dict[str, Any]:
    """What a guard's gate of this node takes along."""
    from onedoor.orgs import service as orgs
    from onedoor.passes import service
    from onedoor.passes.service.gating import NewGate

    async with house.begin(actor=actor()) as work:
        await service.build_lists(work)
        org = (await orgs.department(work, "weijian")).id
    await service.look(house.begin)
    async with house.begin(actor=actor(("passes:gates",), org)) as work:
        made = await service.invite_gate(work, NewGate("西门", place_name="界河大桥西"))
        return await service.bundle(work, made.gate)


async def away(house: Any, phone: str) -> list[str]:
    """What a resident reads of visits elsewhere."""
    who = await resident(house, phone)
    async with house.begin(actor=actor(who=who)) as work:
        rows = await work.db._on.fetch("select node, place, direction from passes.away_visit where citizen_id = $1", who.uuid)
        return [" ".join(row) for row in rows]


async def report(house: Any) -> list[Any]:
    """The clock's hour: numbers of this node go to those above."""
    from onedoor.passes import watch_jobs

    await watch_jobs.people(house.begin, house.ports, {})
    await watch_jobs.report(house.begin, house.ports, {})
    return []


async def reported(house: Any, path: str) -> list[Any]:
    """What somebody with this part of the city reads of the nodes below."""
    from msgspec import to_builtins
    from msgspec.structs import replace

    from onedoor.kernel.problems import Problem
    from onedoor.passes.service import reporting

    async with house.begin(actor=replace(actor(("passes:watch",)), districts=(path,))) as work:
        try:
            return to_builtins(await reporting.reported(work))
        except Problem as no:
            return [no.slug()]


async def assertion(house: Any, phone: str, node: str) -> str:
    from onedoor.passes.service import recognising

    async with house.begin(actor=actor(who=await resident(house, phone))) as work:
        return await recognising.assert_to(work, node, SCHEME)


async def exchange(house: Any, phone: str, token: str) -> list[Any]:
    """Somebody from elsewhere brings what the own node asserts."""
    from onedoor.kernel.problems import Problem
    from onedoor.passes.service import recognising

    async with house.begin(actor=actor(who=await resident(house, phone))) as work:
        try:
            found = await recognising.exchange(work, token, SCHEME)
        except Problem as no:
            return [no.slug(), no.extra.get("why")]
        return [found.colour, found.ask]


async def visitor(house: Any, phone: str) -> list[Any]:
    """A day of tickets for somebody from elsewhere: how many would be signed, what the first one's code is worth, and the place it has."""
    import secrets
    import uuid

    from onedoor.kernel import jose
    from onedoor.kernel.problems import Problem
    from onedoor.passes import service
    from onedoor.passes.gates import NewSlots
    from onedoor.passes.od1.chain import chain
    from onedoor.passes.od1.minting import shown

    async with house.begin(actor=actor(who=await resident(house, phone))) as work:
        now = int(work.now.timestamp())
        first = now - now % 3600
        links = {first + n * 3600: chain(secrets.token_bytes(16), (first + n * 3600).to_bytes(4, "big")) for n in range(24)}
        anchors = [jose.b64(one[0]) for one in links.values()]
        try:
            await service.mint(work, NewSlots(SCHEME, str(uuid.uuid4()), first + 7200, anchors))
        except Problem as no:
            beyond = no.slug()
        else:
            beyond = "signed"
        tickets = await service.mint(work, NewSlots(SCHEME, str(uuid.uuid4()), first, anchors[:23]))
        step = (now - first) // 15 + 1
        found = (await service.checker(work)).check(shown(tickets[0], step, links[first][step]), now)
        held = await service.bearer(work, await service.scheme(work, SCHEME))
        return [beyond, len(tickets), found.colour, found.pid is not None and found.pid.row == held.standing.row_no]


SAID = (fingerprint, believe, adopt, job, code, turnstile, bundle, report, reported, away, assertion, exchange, visitor)
ACTS = {one.__name__: one for one in SAID}


async def listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def serve(dsn: str, home: str, port: str) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server
    from msgspec.structs import replace

    from onedoor.web.app import build
    from tests.conftest import settings_for

    app = build(replace(settings_for(dsn, Path(home)), public_url=f"http://127.0.0.1:{port}"))
    server = Server(app, address="127.0.0.1", port=int(port), interface=Interfaces.ASGI, log_enabled=False)
    task = asyncio.create_task(server.serve())
    loop = asyncio.get_running_loop()
    while not await listening(int(port)):
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, *args = json.loads(line)
        try:
            said = await ACTS[name](app.state.house, *args)
        except Exception:  # the node lives on for whoever asks next
            traceback.print_exc()
            said = "fault"
        print("answer " + json.dumps(said), flush=True)
    server.stop()
    await task


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
