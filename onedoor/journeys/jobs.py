"""What the worker does for journeys: begin legs, put journeys together anew, and look for who is entitled."""

from typing import Any

from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import Cron, Handler, enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import service
from .models import RunId


async def start(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """One leg that is ready."""
    await service.start(begin, PersonId.parse(args["citizen"]), RunId.parse(args["run"]), args["code"])


async def forgotten(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every ten minutes: legs whose job was lost."""
    await service.forgotten(begin)


async def refresh(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every five minutes: journeys whose items ask something else by now."""
    async with begin(actor=system("journeys.refresh"), seconds=50) as work:
        await service.refresh(work)


async def find(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every night: who is entitled; one stretch after the other, behind whatever is urgent."""
    after = args.get("after")
    batch = await service.find(begin, PersonId.parse(after) if after else None)
    if batch.after is not None:
        async with begin(actor=system("journeys.find")) as work:
            await enqueue(work.db, "journeys.find", {"after": str(batch.after)}, queue="bulk", key=f"after {batch.after}")


handlers: dict[str, Handler] = {
    service.JOB: start, "journeys.forgotten": forgotten, "journeys.refresh": refresh, "journeys.find": find,
}  # fmt: skip
cron = [Cron("journeys.find", daily="02:10"), Cron("journeys.refresh", every=300), Cron("journeys.forgotten", every=600)]
