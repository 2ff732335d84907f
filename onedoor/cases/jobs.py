"""What the worker does for cases: scan files, clear away what nobody uses any more, keep the clocks, and carry cases to their new desks."""
from typing import Any

from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import Cron, Handler, enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from .models import AttachmentId, CaseId
from .service import arriving, attachments, clocks, looking, sweeping, trials, verifying


async def scan(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """One file goes to the scanner."""
    await attachments.scan(begin, ports, PersonId.parse(args["citizen"]), AttachmentId.parse(args["file"]))


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Trials that are over, expired drafts and files without an owner, every night."""
    await trials.end_old(begin)
    await sweeping.sweep(begin, ports)


async def daily(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """时限: ten past midnight, and again until nothing is left to do."""
    if await clocks.daily(begin):
        async with begin(actor=system("cases.daily")) as work:
            await enqueue(work.db, "cases.daily", {}, key="more")


async def arrive(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A case handed on by another department appears in the list of the one that has it now."""
    async with begin(actor=system("cases.arrive")) as work:
        await arriving.arrive(work, PersonId.parse(args["citizen"]), CaseId.parse(args["case"]))


async def looked(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Names that a search of the list has shown go into the access record of each person."""
    await looking.record(begin, args)


async def check(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What was typed because a register did not answer is compared with what it says now."""
    await verifying.check(begin, ports, PersonId.parse(args["citizen"]), CaseId.parse(args["case"]))


handlers: dict[str, Handler] = {
    "cases.scan": scan, "cases.sweep": sweep, "cases.daily": daily, "cases.arrive": arrive, "cases.looked": looked, "cases.check": check,
}  # fmt: skip
cron = [Cron("cases.sweep", daily="03:40"), Cron("cases.daily", daily="00:10")]
