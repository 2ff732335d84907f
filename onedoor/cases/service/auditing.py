"""核对办件 A case counted anew by whoever audits: its clocks from its steps, its rule from the values kept with the verdict.

Of the person, the page holds the masked name that every list shows and what the rule looked at; answers and papers stay with the
department. Each look is recorded for the person, a refused one as well.
"""
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from msgspec import Struct

from onedoor.cases import numbers, policy
from onedoor.cases.errors import NoSuchCase, NotYourCase, WrongNumber
from onedoor.cases.instant import Verdict
from onedoor.cases.models import By, Case, CaseId, InboxRow, Move, ProcessVersion, Step
from onedoor.cases.recounting import Clock, Recount, recount
from onedoor.cases.store import files
from onedoor.cases.store import inbox as store
from onedoor.identity import service as identity
from onedoor.identity.models import Action
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs

from . import guarding, instant
from .definitions import process_of


class Ruled(Struct, frozen=True):
    """What the rule said then and says of the same values now; `now` is None where they were not kept. `by_rule`: the rule decided it."""

    version: int
    then: Verdict
    now: Verdict | None
    by_rule: bool

    @property
    def same(self) -> bool:
        """Whether it says the same, and has decided only what it allows."""
        return self.now is None or (self.now == self.then and (self.now.grants or not self.by_rule))


class Audited(Struct, frozen=True):
    """One case and how it counts."""

    row: InboxRow
    case: Case
    process: ProcessVersion
    count: Recount
    rule: Ruled | None

    @property
    def faults(self) -> int:
        """How much does not fit."""
        return self.count.faults + (self.rule is not None and not self.rule.same)


async def numbered(work: Work, typed: str) -> CaseId:
    """The case of a number. Whose it is, is not told by that."""
    policy.may_audit(work.actor)
    number = numbers.typed(typed)
    if not numbers.is_right(number):
        wrong = say(work.locale, "办件编号有一位输错了，请对照回执逐位核对")
        raise WrongNumber(errors=[{"pointer": "/number", "detail": wrong}])
    claim = await files.claimed(work.db, number)
    if claim is None:
        none = say(work.locale, "没有这个办件")
        raise WrongNumber(errors=[{"pointer": "/number", "detail": none}])
    return claim.case_id


async def look(work: Work, case_id: CaseId) -> Audited:
    """One case of the own districts, of any department; nobody audits their own, and what is specially protected is not opened alone."""
    policy.may_audit(work.actor)
    row = await _line(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    policy.reaches(work.actor, row)
    if await guarding.protected(work, row):
        raise NotYourCase(say(work.locale, "这个办件受重点保护，请办理部门按两人规则核对"), case=str(case_id))
    case, steps = await files.shown(work.db, row.citizen_ref, case_id), await files.steps(work.db, row.citizen_ref, case_id)
    assert case is not None, "a line of a list has its case"
    process = await process_of(work, case.item, case.process_version)
    ruled = ruled_of(process, steps)
    seen = [one.pointer[1:] if one.pointer.startswith("@") else "answers" for one in ruled.then.seen] if ruled else []
    purpose = text("核对您的办件办得对不对：{item}", item=case.title)
    await identity.record_access(work, case.citizen_id, purpose, ("case", *dict.fromkeys(seen)), case.number)
    return Audited(row, case, process, recount(case, steps, Clock(process, work.calendar)), ruled)


def ruled_of(process: ProcessVersion, steps: list[Step]) -> Ruled | None:
    """The rule of this version against what it said; None where it has said nothing."""
    verdict = instant.said(steps)
    if verdict is None or process.instant is None:
        return None
    by_rule = any(step.kind is Move.DECIDE and step.by is By.SYSTEM for step in steps)
    return Ruled(process.version, verdict, instant.again(process.instant, verdict), by_rule)


async def _line(work: Work, case_id: CaseId) -> InboxRow:
    row = await store.anywhere(work.db, [*(await orgs.snapshot(work.db)).by_id], case_id)
    if row is None:
        raise NoSuchCase(case=str(case_id))
    return row


@asynccontextmanager
async def noted(begin: Begin, case_id: CaseId) -> AsyncGenerator[None]:
    """Whoever is not let in leaves a line in the person's record all the same."""
    try:
        yield
    except NotYourCase:
        async with begin() as work:
            row = await _line(work, case_id)
            purpose: Text = text("核对不归自己管的办件")
            await identity.record_access(
                work, row.citizen_ref, purpose, ("case",), row.number, action=Action.REFUSED, outcome="refused"
            )  # fmt: skip
        raise
