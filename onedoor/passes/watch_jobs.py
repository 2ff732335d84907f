"""What the clock makes supervision and tracing do."""

import contextlib
from typing import Any

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.trust import WHERE
from onedoor.kernel.work import Begin, system
from onedoor.orgs.models import OrgId

from .ports import Regions
from .regions import PeerState
from .service import hubs, members, peering, recognising, reporting, tracing, watching


async def people(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """How many have which colour, in each part of the city."""
    async with begin(actor=system("passes.people"), seconds=60) as work:
        await watching.count_people(work)


async def hours(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What has arrived since the last time, into the hours in which it happened."""
    async with begin(actor=system("passes.hours"), seconds=60) as work:
        await watching.count_hours(work)


async def gates(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Which gates are silent."""
    async with begin(actor=system("passes.alarms"), seconds=60) as work:
        await watching.look_after_gates(work)


async def recount(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Each night: the views of supervision against what holds for everybody."""
    async with begin(actor=system("passes.recount"), seconds=60) as work:
        await watching.recount(work)


async def orders(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Orders end by themselves; those concerned are told."""
    async with begin(actor=system("passes.orders"), seconds=60) as work:
        await tracing.end_expired(work)
    async with begin(actor=system("passes.orders"), seconds=60) as work:
        await tracing.tell(work)


async def looked(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """An organisation looked at the colours of its members."""
    whom = [PersonId.parse(one) for one in args["people"]]
    async with begin(actor=system("passes.looked")) as work:
        await members.looked(work, OrgId.parse(args["org"]), PersonId.parse(args["by"]), str(args["name"]), whom)


async def regions(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What other regions' nodes say of themselves now, and records that wait for them. The network is asked between transactions."""
    nodes, actor = ports.get(Regions), system("passes.regions")
    await _hubs(begin, nodes)
    async with begin(actor=actor) as work:
        active = [one.node for one in (await peering.believed(work)).peers.values() if one.state is PeerState.ACTIVE]
    for node in active:
        try:
            text = await nodes.get(node + WHERE)
        except OSError:
            continue
        async with begin(actor=actor) as work:
            await peering.take(work, node, text)
        await _send(begin, nodes, node)
    async with begin(actor=actor) as work:
        await recognising.forget(work)


async def _hubs(begin: Begin, nodes: Regions) -> None:
    """What hubs whose rules are adopted say now."""
    actor = system("passes.regions")
    async with begin(actor=actor) as work:
        active = await hubs.active(work)
    for one in active:
        with contextlib.suppress(OSError):
            text = await nodes.get(one.hub + hubs.WHERE)
            async with begin(actor=actor) as work:
                await hubs.take(work, one, text)


async def _send(begin: Begin, nodes: Regions, node: str) -> None:
    """Until nothing waits, or the node does not answer; what was sent twice is there once."""
    actor = system("passes.regions")
    while True:
        async with begin(actor=actor) as work:
            found = await recognising.waiting(work, node)
        if found is None:
            return
        url, token, rows = found
        try:
            await nodes.post(url, msgspec.json.encode({"token": token}).decode())
        except OSError:
            return
        async with begin(actor=actor) as work:
            await recognising.sent(work, rows)


async def report(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every hour: our numbers to the nodes above. One that does not answer gets the next ones."""
    nodes, actor = ports.get(Regions), system("passes.report")
    async with begin(actor=actor) as work:
        above = reporting.hubs(await peering.believed(work), int(work.now.timestamp()))
    for node in above:
        async with begin(actor=actor) as work:
            said = await reporting.message(work, node)
        if said is not None:
            with contextlib.suppress(OSError):
                await nodes.post(said[0], msgspec.json.encode({"token": said[1]}).decode())


handlers = {
    "passes.people": people, "passes.hours": hours, "passes.alarms": gates, "passes.orders": orders, "passes.regions": regions,
    "passes.looked": looked, "passes.recount": recount, "passes.report": report,
}  # fmt: skip
cron = [
    Cron("passes.people", every=300), Cron("passes.hours", every=120), Cron("passes.alarms", every=300), Cron("passes.orders", every=600),
    Cron("passes.regions", every=600), Cron("passes.recount", daily="03:40"), Cron("passes.report", every=3600),
]  # fmt: skip
