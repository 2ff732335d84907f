"""差评回访 Whoever was not content is called within a working day and reads within fifteen what the department does about it.

A supervisor does both, so that nobody answers for what they did themselves unless they lead. The list shows what every list shows; the
words that were written are read through the case, with all that goes with opening one.
"""
from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.duty import reach_of
from onedoor.cases.errors import NoSuchCase, NotOpenForThat
from onedoor.cases.models import Case, CaseId, InboxRow
from onedoor.cases.rated import BAD, CALL_DAYS, LONGEST, MEND_DAYS, CallBack, Rating
from onedoor.cases.store import ratings as store
from onedoor.identity import service as identity
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.notify import service as notify

from . import claiming, guarding
from .fitting import fit

MOST, SHORTEST = 100, 4
LENGTHS = (SHORTEST, LONGEST)


class Called(Struct, frozen=True):
    """One of them, with what was written."""

    task: CallBack
    rating: Rating
    phone: str
    """Where they are reached; empty for whoever has no account."""


async def begin(work: Work, case: Case, rating: Rating) -> None:
    """One or two stars lie before the department."""
    if rating.stars <= BAD:
        after = work.calendar.after
        await store.call(work.db, CallBack(
            case.org_ref, case.id, case.citizen_id, case.number, case.title, case.district, case.street, rating.stars, work.now,
            after(work.today, CALL_DAYS), after(work.today, MEND_DAYS),
        ))  # fmt: skip


async def waiting(work: Work) -> list[CallBack]:
    """Those of the own department and districts, what is due first at the head."""
    policy.may_supervise(work.actor)
    return await store.waiting(work.db, claiming.org_of(work), reach_of(work.actor.districts), MOST)


async def show(work: Work, case_id: CaseId) -> Called:
    """What somebody was not content with, and how to reach them. They read that it was looked at."""
    task, row = await _locked(work, case_id)
    rating = await store.of_case(work.db, task.citizen_ref, case_id)
    assert rating is not None, "a call-back has its rating"
    purpose = await guarding.with_second(work, row, text("回访您的评价：{item}", item=task.title))
    await identity.record_access(work, task.citizen_ref, purpose, ("case", "person.phone"), task.number)
    return Called(task, rating, await identity.phone_of(work, task.citizen_ref) or "")


async def called(work: Work, case_id: CaseId, words: str) -> CallBack:
    """已回访: what was said on the telephone, for the department alone."""
    task, _ = await _locked(work, case_id)
    if task.called_at is not None or task.answered_at is not None:
        raise NotOpenForThat(case=str(case_id))
    heard = fit(work, "heard", words, say(work.locale, "请写明对方说了什么，至少 {n} 个字", n=SHORTEST), LENGTHS)
    after = replace(task, called_at=work.now, called_by=work.actor.name[:60], heard=heard)
    await store.put(work.db, after)
    return after


async def answer(work: Work, case_id: CaseId, words: str) -> CallBack:
    """答复: what the department has changed, or why it stays; whoever rated reads it."""
    task, _ = await _locked(work, case_id)
    if task.answered_at is not None:
        raise NotOpenForThat(case=str(case_id))
    said = fit(work, "answer", words, say(work.locale, "请写明怎么改的，或者为什么没有改，至少 {n} 个字", n=SHORTEST), LENGTHS)
    if task.called_at is None:
        raise Invalid(errors=[{"pointer": "/heard", "detail": say(work.locale, "先打电话回访，写下对方说了什么，再答复")}])
    after = replace(task, answered_at=work.now, answered_by=work.actor.name[:60])
    await store.put(work.db, after)
    await store.answer(work.db, task.citizen_ref, case_id, said, work.now)
    title, body = text("{item}：部门答复了您的评价", item=task.title), Text(said, said)
    await notify.send(work, task.citizen_ref, title, body, f"/cases/{case_id}", "cases.rated", case=str(case_id), number=task.number)
    return after


async def _locked(work: Work, case_id: CaseId) -> tuple[CallBack, InboxRow]:
    policy.may_supervise(work.actor)
    row = await claiming.line(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    task = await store.locked(work.db, row.org_id, case_id)
    if task is None:
        raise NoSuchCase(case=str(case_id))
    return task, row
