"""After the press: what becomes of each leg, which ones begin because of it, and what its person may still do."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.models import Case, CaseId, DraftId
from onedoor.cases.service import bundling, definitions, drafts, following
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.journeys.errors import LegNotThere, NoSuchRun
from onedoor.journeys.models import Cause, Leg, LegState, Run, RunId, settled
from onedoor.journeys.store import runs as store
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.notify import service as notify

from .pressing import enqueue_start

PAGE = 20


class View(Struct, frozen=True):
    """A run as its person sees it. `due` has a day for each leg that is under way or still to come."""

    run: Run
    legs: list[Leg]
    cases: dict[CaseId, Case]
    due: dict[str, date]

    def case(self, leg: Leg) -> Case | None:
        return self.cases.get(leg.case_ref) if leg.case_ref else None

    @property
    def last_due(self) -> date | None:
        """The slowest of all."""
        return max(self.due.values(), default=None)

    @property
    def open(self) -> list[Leg]:
        return [leg for leg in self.legs if not leg.ended]

    @property
    def done(self) -> int:
        return sum(leg.state is LegState.DONE for leg in self.legs)

    @property
    def counted(self) -> int:
        return sum(leg.state is not LegState.NOT_NEEDED for leg in self.legs)


async def show(work: Work, run_id: RunId) -> View:
    """One of my runs: three statements."""
    citizen = drafts.me(work)
    run = await store.shown(work.db, citizen, run_id)
    if run is None:
        raise NoSuchRun(run=str(run_id))
    legs = await store.legs(work.db, citizen, run_id)
    cases = await bundling.some(work, [leg.case_ref for leg in legs if leg.case_ref])
    return View(run, legs, cases, await _due(work, legs, cases))


async def _due(work: Work, legs: Sequence[Leg], cases: Mapping[CaseId, Case]) -> dict[str, date]:
    """A case's own promise; of a leg that waits, its days after the slowest of those before it."""
    found: dict[str, date] = {}
    for _ in legs:  # those before a leg may stand behind it in the list
        for leg in legs:
            case = cases.get(leg.case_ref) if leg.case_ref else None
            if case is not None and case.open:
                found[leg.code] = case.due_on
            elif leg.state in (LegState.WAITING, LegState.READY):
                process = await definitions.process_of(work, leg.item)
                begins = max([found.get(code, work.today) for code in leg.after], default=work.today)
                found[leg.code] = work.calendar.after(begins, process.accept_days + process.promised_days)
    return found


async def mine(work: Work, after: RunId | None = None, limit: int = PAGE) -> tuple[list[Run], RunId | None]:
    """My runs, newest first, and where the next page begins."""
    citizen = drafts.me(work)
    last = await store.shown(work.db, citizen, after) if after else None
    found = await store.mine(work.db, citizen, last.pressed_at if last else None, after if last else None, limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


async def changed(work: Work, before: Leg, after: Leg) -> None:
    """Write a leg of a run that is held, and everything that follows for the others."""
    identity.touch(work, after.citizen_id)
    await store.save_leg(work.db, after)
    legs = [after if leg.code == after.code else leg for leg in await store.legs(work.db, after.citizen_id, after.run_id)]
    fresh = {leg.code: leg for leg in settled(legs)}
    now = [fresh.get(leg.code, leg) for leg in legs]
    follows = [replace(leg, why=_because(leg, now), changed_at=work.now) for leg in fresh.values()]
    for leg in follows:
        await store.save_leg(work.db, leg)
        if leg.state is LegState.READY:
            await enqueue_start(work, leg)
    run = await store.shown(work.db, after.citizen_id, after.run_id)
    assert run is not None, "it is held"
    await _tell(work, run, after, follows)
    await _end(work, run, now)


def _because(leg: Leg, legs: Sequence[Leg]) -> Text | None:
    """Which earlier leg did not come to be."""
    if leg.cause is not Cause.BEFORE:
        return None
    lost = next(one for one in legs if one.code in leg.after and one.lost)
    return text("要先办成“{item}”，这次没有办成，所以这项不用办了", item=lost.title)


async def _tell(work: Work, run: Run, leg: Leg, follows: Sequence[Leg]) -> None:
    """What nobody else tells: that a leg could not be handed in, and that others are not needed for it."""
    if leg.state is LegState.FAILED and leg.why is not None:
        title = text("{item}：没有提交成功", item=leg.title)
        body = text("{why}。别的事项照常办。可以再试一次，或者单独申请。", why=leg.why)
        await notify.send(work, run.citizen_id, title, body, run.href, "journeys.failed")
    lost = [one for one in follows if one.state is LegState.NOT_NEEDED]
    if lost:
        names = Text("、".join(one.title.zh for one in lost), ", ".join(one.title.en or one.title.zh for one in lost))
        body = text("“{before}”这次没有办成，排在后面的这些也就不办了：{names}。", before=leg.title, names=names)
        await notify.send(work, run.citizen_id, text("{name}：有变化", name=run.title), body, run.href, "journeys.changed")


async def _end(work: Work, run: Run, legs: Sequence[Leg]) -> None:
    """A run is over when nothing of it is left to do, for its person neither; its files go then, since each case has its own."""
    over = all(leg.ended and leg.state is not LegState.FAILED for leg in legs)
    if over == (run.ended_at is not None):
        return
    await store.end(work.db, run, work.now if over else None)
    if over:
        await bundling.forget(work, run.citizen_id, DraftId(run.id.uuid))
        granted = sum(leg.outcome == "granted" for leg in legs)
        m = run.measure
        body = text(
            "办成 {n} 项。涉及部门 {d} 个，要跑 {t} 次，您填了 {f} 项；一件一件办要填 {a} 项。", n=granted, d=m.departments, t=m.trips,
            f=m.filled, a=m.apart,
        )  # fmt: skip
        await notify.send(work, run.citizen_id, text("{name}：全部办完", name=run.title), body, run.href, "journeys.ended", sms=True)


async def case_ended(work: Work, citizen: PersonId, case: CaseId, outcome: str) -> None:
    """A case of a run has ended; what waits for it begins, or is not needed any more."""
    where = await store.of_case(work.db, citizen, case)
    if where is None:
        return
    await store.locked(work.db, citizen, where.run_id)
    leg = next(one for one in await store.legs(work.db, citizen, where.run_id) if one.code == where.code)
    await changed(work, leg, replace(leg, state=LegState.DONE, outcome=outcome, why=None, changed_at=work.now))


async def _leg(work: Work, run_id: RunId, code: str) -> Leg:
    """One leg of my run, which is held from here on."""
    citizen = drafts.me(work)
    if await store.locked(work.db, citizen, run_id) is None:
        raise NoSuchRun(run=str(run_id))
    leg = next((one for one in await store.legs(work.db, citizen, run_id) if one.code == code), None)
    if leg is None:
        raise NoSuchRun(run=str(run_id), leg=code[:40])
    return leg


async def take_back(work: Work, run_id: RunId, codes: Sequence[str], reason: str) -> None:
    """撤回: leg by leg. One that is a case is withdrawn as any case is; one that has not begun is simply not needed any more. Whoever waits
    comes before what it waits for, or it would be gone with it."""
    after = {leg.code: leg.after for leg in await store.legs(work.db, drafts.me(work), run_id)}

    def depth(code: str) -> int:
        return 1 + max((depth(one) for one in after.get(code, [])), default=0)

    for code in sorted(dict.fromkeys(codes), key=depth, reverse=True):
        leg = await _leg(work, run_id, code)
        if leg.ended and leg.state is not LegState.FAILED:
            raise LegNotThere(leg=code[:40], state=str(leg.state))
        if leg.case_ref is not None:
            await following.withdraw(work, leg.case_ref, reason)
        else:
            why = text("您选择不办了")
            await changed(work, leg, replace(leg, state=LegState.NOT_NEEDED, cause=Cause.TAKEN_BACK, why=why, changed_at=work.now))


async def again(work: Work, run_id: RunId, code: str) -> None:
    """再试一次: a leg that could not be handed in is ready once more, and those that wait for it wait again."""
    leg = await _leg(work, run_id, code)
    if leg.state is not LegState.FAILED:
        raise LegNotThere(leg=code[:40], state=str(leg.state))
    ready = replace(leg, state=LegState.READY, why=None, changed_at=work.now)
    await enqueue_start(work, ready)
    await changed(work, leg, ready)
