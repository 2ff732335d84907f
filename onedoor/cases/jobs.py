"""What the worker does for cases: scan files, clear away what nobody uses any more, keep the clocks, and carry cases to their new desks."""
from datetime import datetime
from typing import Any

from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import Cron, Handler, enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system
from onedoor.orgs.models import OrgId

from .counters import CounterId
from .lookup import LookupId
from .models import AttachmentId, CaseId
from .objections import ObjectionId, ObjectionState
from .service import (
    arriving,
    assessing,
    attachments,
    clocks,
    counter,
    counter_consent,
    handing,
    instant,
    looking,
    lookups,
    moving,
    objecting,
    promising,
    recounts,
    registering,
    reminding,
    stages,
    sweeping,
    trials,
    verifying,
)


async def scan(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """One file goes to the scanner."""
    await attachments.scan(begin, ports, PersonId.parse(args["citizen"]), AttachmentId.parse(args["file"]))


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Trials that are over, expired drafts and files without an owner, every night; whose draft ends soon is told."""
    await trials.end_old(begin)
    await reminding.remind(begin)
    await sweeping.sweep(begin, ports)


async def daily(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """时限: ten past midnight, by the calendar as it is known then, and again until nothing is left to do."""
    if await clocks.daily(begin):
        async with begin(actor=system("cases.daily")) as work:
            await enqueue(work.db, "cases.daily", {}, key="more")


async def recount(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """重算时限: after a calendar was published, open cases are counted by it, so many at a time, and again until none is left."""
    after = recounts.Key(PersonId.parse(args["citizen"]), CaseId.parse(args["case"])) if "case" in args else recounts.FIRST
    if (last := await recounts.follow(begin, after)) is not None:
        async with begin(actor=system("cases.recount")) as work:
            await enqueue(work.db, "cases.recount", {"citizen": str(last.citizen_id), "case": str(last.id)}, key=str(last.id))


async def arrive(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A case handed on by another department appears in the list of the one that has it now."""
    async with begin(actor=system("cases.arrive")) as work:
        citizen, case, marks = PersonId.parse(args["citizen"]), CaseId.parse(args["case"]), tuple(args.get("marks", ()))
        await arriving.arrive(work, citizen, case, args.get("flag", "transferred"), marks)


async def register(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """归集: one case goes into the department's own system, or a step further."""
    await registering.advance(begin, ports, PersonId.parse(args["citizen"]), CaseId.parse(args["case"]))


async def stage(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """How one case stands in the department's own system."""
    await stages.ask(begin, ports, PersonId.parse(args["citizen"]), CaseId.parse(args["case"]))


async def all_stages(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The same for all that are open, every hour, and again until none is left."""
    if await stages.ask_all(begin, ports):
        async with begin(actor=system("cases.stages")) as work:
            await enqueue(work.db, "cases.stages", {}, key="more")


async def hand(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """报送: one thing of a case goes to another department's system."""
    citizen, case = PersonId.parse(args["citizen"]), CaseId.parse(args["case"])
    await handing.advance(begin, ports, citizen, case, args["register"], args["operation"])


async def assessment(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """评定: what an outside office has found out for a case."""
    since = datetime.fromisoformat(args["since"]) if "since" in args else None
    await assessing.look(begin, ports, PersonId.parse(args["citizen"]), CaseId.parse(args["case"]), since)


async def granted_at_once(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """秒批: a case whose rule said yes when it was handed in."""
    await instant.decide(begin, PersonId.parse(args["citizen"]), CaseId.parse(args["case"]))


async def counter_code(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A one-time code to a person at a counter."""
    await counter.deliver_code(begin, ports, OrgId.parse(args["org"]), CounterId.parse(args["counter"]))


async def consent_code(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A one-time code by which a person at a counter lets registers tell."""
    await counter_consent.deliver_code(begin, ports, OrgId.parse(args["org"]), CounterId.parse(args["counter"]))


async def has_account(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """有了账号: a case was made at a counter by card; it moves if its person has got an account meanwhile."""
    await moving.look(begin, ports, PersonId.parse(args["ward"]))


async def objection(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """公示异议: what somebody has written lies before the department."""
    async with begin(actor=system("cases.objection")) as work:
        await objecting.on_the_desk(work, PersonId.parse(args["citizen"]), ObjectionId.parse(args["objection"]))


async def objection_answered(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Its answer reaches whoever wrote it."""
    async with begin(actor=system("cases.objection")) as work:
        citizen, which = PersonId.parse(args["citizen"]), ObjectionId.parse(args["objection"])
        await objecting.answered(work, citizen, which, ObjectionState(args["state"]), args["words"])


async def promises(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """承诺核查: promises whose day has come, every morning, and again until none is left."""
    if await promising.check_due(begin, ports):
        async with begin(actor=system("cases.promises")) as work:
            await enqueue(work.db, "cases.promises", {}, key="more")


async def looked(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Names that a search of the list has shown go into the access record of each person."""
    await looking.record(begin, args)


async def check(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What was typed because a register did not answer is compared with what it says now."""
    await verifying.check(begin, ports, PersonId.parse(args["citizen"]), CaseId.parse(args["case"]))


async def lookup(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What a register said to a clerk's question; one that is away is asked again."""
    await lookups.settle(begin, ports, PersonId.parse(args["citizen"]), LookupId.parse(args["lookup"]))


handlers: dict[str, Handler] = {
    "cases.scan": scan, "cases.sweep": sweep, "cases.daily": daily, "cases.arrive": arrive, "cases.looked": looked, "cases.check": check,
    "cases.promises": promises, "cases.register": register, "cases.counter_code": counter_code,
    "cases.hand": hand, "cases.assessment": assessment, "cases.lookup": lookup, "cases.stage": stage, "cases.stages": all_stages,
    "cases.consent_code": consent_code, "cases.objection": objection, "cases.objection_answered": objection_answered,
    "cases.instant": granted_at_once, "cases.recount": recount, "cases.has_account": has_account,
}  # fmt: skip
cron = [
    Cron("cases.sweep", daily="03:40"), Cron("cases.daily", daily="00:10"), Cron("cases.promises", daily="06:30"),
    Cron("cases.recount", daily="00:05"), Cron("cases.stages", every=3600),
]  # fmt: skip
