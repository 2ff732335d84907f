"""有了账号 Whoever was served at a counter by their card alone, and has an account now, finds those cases there.

What others began for them stays with those others, as their certificates and mandates say.
"""
from onedoor.cases.models import OPEN, CaseId, Scan
from onedoor.cases.store import drafts, handings
from onedoor.cases.store import lookups as lookups_store
from onedoor.cases.store import moving as store
from onedoor.identity import service as identity
from onedoor.identity.events import WardProven
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import service as notify


async def proven(work: Work, event: WardProven) -> None:
    """They move; a second time there is nothing left to move."""
    if not await store.any_of(work.db, event.ward):
        return
    moved = await store.move(work.db, event.ward, event.citizen)
    if not moved:  # another has moved them at this very moment
        return
    for one in moved:
        await _goes_on(work, event.citizen, one.id, open_still=one.status in OPEN)
    body = text("没有账号时在窗口办的 {n} 件事，现在都在“我的办件”里，有进展会在这里告诉您。", n=len(moved))
    await notify.send(work, event.citizen, text("您在窗口办过的事，现在能看到了"), body, "/me/cases", "cases.moved")


async def look(begin: Begin, ports: Ports, ward: PersonId) -> None:
    """The same after a turn at the counter that was open while its person got an account: then nobody says so once more."""
    async with begin(actor=system("cases.has_account")) as work:
        known = await identity.person(work, ward)
        number = known.id_number if known else None
        citizen = await identity.person_of_id_number(work, ports.get(Secrets), number) if number else None
        if citizen is not None and citizen != ward:
            await proven(work, WardProven(citizen, ward))


async def _goes_on(work: Work, citizen: PersonId, case: CaseId, *, open_still: bool) -> None:
    """Jobs that are on their way know the case by its former key and find nothing: each is begun again under this one."""
    whose = {"citizen": str(citizen), "case": str(case)}
    await enqueue(work.db, "cases.register", whose, key=f"{case} moved", queue="back")
    if open_still:
        await enqueue(work.db, "cases.arrive", whose, key=f"{case} moved")
        await enqueue(work.db, "cases.check", whose, key=f"{case} moved")
    for hand in await handings.of_case(work.db, citizen, case):
        args = {**whose, "register": hand.register, "operation": hand.operation}
        await enqueue(work.db, "cases.hand", args, key=f"{case} {hand.register} {hand.operation} moved", run_at=hand.next_at, queue="back")
    for look in await lookups_store.of_case(work.db, citizen, case):
        await enqueue(work.db, "cases.lookup", {"citizen": str(citizen), "lookup": str(look.id)})
    for file in await drafts.files_of_case(work.db, citizen, case):
        if file.scan is Scan.WAITING:
            await enqueue(work.db, "cases.scan", {"citizen": str(citizen), "file": str(file.id)})
