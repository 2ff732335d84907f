"""What the clock and the queue make passes do: work people out again, raise late appeals, end schemes, build lists of colours."""

import datetime as dt
from typing import Any
from uuid import UUID

from onedoor.identity.models import PersonId
from onedoor.identity.ports import SmsGateway
from onedoor.kernel.jobs import Cron, enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system
from onedoor.orgs.models import OrgId

from . import service, watch_jobs
from .models import EvidenceId

FIRST = str(UUID(int=0))
AHEAD = 7
"""Days for whose scans there is room beforehand."""


async def age(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every five minutes: colours that end by time alone."""
    async with begin(actor=system("passes.age")) as work:
        codes = [one.code for one in (await service.known(work)).by_code.values() if one.holds(work.today)]
    for code in codes:
        await service.grown_old(begin, code)


async def region(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A level has changed: those who named the place are worked out again."""
    after = await service.level_changed(begin, args["scheme"], args["division"], UUID(args.get("after", FIRST)))
    if after is not None:
        async with begin(actor=system("passes.region")) as work:
            again = {**args, "after": str(after)}
            await enqueue(work.db, "passes.region", again, queue="bulk", key=f"{args['scheme']} {args['division']} {after}")


async def replay(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A later version of the rules is in force; goes on where it was stopped."""
    run = await service.replay(begin, args["scheme"], args["before"], args["after"], apply=True, batches=service.BATCHES)
    if run.ended_at is None:
        async with begin(actor=system("passes.replay")) as work:
            await enqueue(work.db, "passes.replay", args, queue="bulk", key=f"{args['scheme']} {args['after']}")


async def late(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every ten minutes: appeals that nobody answered in time."""
    await service.raise_late(begin)


async def sunset(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Nightly: what has passed its last day ends, what has passed its retention goes."""
    await service.sunset(begin, ports)


async def ended(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Tell everybody who had a pass that it is over; goes on where it was stopped."""
    if await service.tell_ended(begin, args["scheme"]):
        async with begin(actor=system("passes.ended")) as work:
            await enqueue(work.db, "passes.ended", args, queue="bulk", key=args["scheme"])


async def lists(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The next lists of colours, or that of one scheme."""
    async with begin(actor=system("passes.lists"), seconds=60) as work:
        await service.build_lists(work, str(args.get("scheme", "")))


async def numbers(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every hour: lists of marks for gates that may go by identity numbers without a network."""
    async with begin(actor=system("passes.numbers"), seconds=60) as work:
        await service.build_numbers(work)


async def visits(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Scans of one organisation into the lists of the persons."""
    org = OrgId.parse(args["org"])
    while True:
        async with begin(actor=system("passes.visits")) as work:
            if not await service.tell_visits(work, org):
                return


async def days(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A place of its own for the scans of each of the coming days; what nobody may trace any more is forgotten."""
    async with begin(actor=system("passes.days"), seconds=60) as work:
        await service.forget_old(work)
        await service.forget_readings(work)
        for ahead in range(AHEAD):
            await service.make_day(work, work.today + dt.timedelta(days=ahead))


async def scan(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """One paper of an appeal goes to the scanner."""
    await service.scan_paper(begin, ports, PersonId.parse(args["citizen"]), EvidenceId.parse(args["paper"]))


async def sms(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Queue "sms": the reasons of a colour to whoever asked for them so."""
    await service.texting.deliver(begin, ports.get(SmsGateway), PersonId.parse(args["citizen"]), args["scheme"])


handlers = {
    "passes.age": age, "passes.region": region, "passes.replay": replay, "passes.late": late, "passes.sunset": sunset,
    "passes.ended": ended, "passes.lists": lists, "passes.visits": visits, "passes.days": days,
    "passes.scan": scan, "passes.numbers": numbers, "passes.sms": sms,
}  # fmt: skip
cron = [
    Cron("passes.age", every=300), Cron("passes.late", every=600), Cron("passes.sunset", daily="00:20"), Cron("passes.lists", every=300),
    Cron("passes.days", daily="02:10"), Cron("passes.numbers", every=3600),
]  # fmt: skip

handlers |= watch_jobs.handlers
cron += watch_jobs.cron
