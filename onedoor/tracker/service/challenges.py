"""为什么查我: a person asks about one look; the department answers in five working days, with what it rests on."""

import datetime as dt

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.text import fault as text_fault
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.tracker import policy
from onedoor.tracker.errors import AskedAlready, BadQuestion, NoSuchChallenge
from onedoor.tracker.models import Challenge, ChallengeId, Figure, Grants, Kind, Question, State
from onedoor.tracker.store import challenges as store

from . import own

PAGE = 30
LONGEST, BRIEF = 1000, 300
WINDOW = dt.timedelta(days=365)
NOBODY = OrgId.parse("org_" + "0" * 32)
"""Whom a question goes to about a look that names no organisation: nobody has a desk there, the data-protection officer answers."""


def _words(work: Work, given: str, field: str, *, needed: bool, most: int = LONGEST) -> str:
    """What was typed, or a refusal that names the field."""
    said = given.strip()
    if len(said) > most or text_fault(said, lines=True):
        raise BadQuestion(errors=[{"pointer": f"/{field}", "detail": say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=most)}])
    if needed and not said:
        raise BadQuestion(errors=[{"pointer": f"/{field}", "detail": say(work.locale, "请填写这一项")}])
    return said


async def ask(work: Work, seq: int, kind: str, words: str) -> Challenge:
    """Ask about one of my records. A look without an organisation goes to the data-protection officer at once."""
    citizen = own.me(work)
    access = await identity.look(work, citizen, seq)
    policy.may_be_asked(access)
    if kind not in tuple(Kind):
        raise BadQuestion(errors=[{"pointer": "/kind", "detail": say(work.locale, "请选择一项")}])
    said = _words(work, words, "words", needed=kind != Kind.WHY)
    org = OrgId.parse(access.org) if await orgs.titles(work, [access.org]) else None
    due = work.calendar.after(work.today, policy.ANSWER_DAYS)
    made = Challenge(
        citizen, ChallengeId.new(), seq, org, Kind(kind), said, State.ASKED if org else State.CONTESTED, work.now, due, None, "", "",
        None, "", None if org else work.now, "", None,
    )  # fmt: skip
    if not await store.put(work.db, made):
        raise AskedAlready()
    await store.put_line(work.db, made, org or NOBODY, access)
    await _doubted(work, made.kind)
    return made


async def contest(work: Work, seq: int, words: str) -> Challenge:
    """Not content with the answer: the data-protection officer looks into it, once."""
    found = await store.of_look(work.db, own.me(work), seq)
    if found is None:
        raise NoSuchChallenge()
    found = await _locked(work, found)
    policy.may_contest(found)
    said = _words(work, words, "words", needed=True)
    await store.contest(work.db, found.citizen_id, found.org_ref or NOBODY, found.id, said, work.now)
    await _doubted(work, found.kind)
    return await _locked(work, found)


async def _load(db: Db) -> frozenset[PersonId]:
    return frozenset(one.citizen_ref for one in await store.in_doubt(db))


memory: Memory[frozenset[PersonId]] = Memory("tracker.not_me", _load)
"""A few people, so that asking about anybody else costs nothing."""


async def in_doubt(work: Work, citizen: PersonId) -> bool:
    """查错人了 Whether this person says that a look was about somebody else, and nobody has cleared that up."""
    return citizen in await memory.get(work.db)


async def _doubted(work: Work, kind: Kind) -> None:
    if kind is Kind.NOT_ME:
        await changed(work.db, memory.name)


async def _locked(work: Work, found: Challenge) -> Challenge:
    again = await store.one(work.db, found.citizen_id, found.id)
    if again is None:
        raise NoSuchChallenge()
    return again


# ── the department ───────────────────────────────────────────────────────────────────────────────────
def org_of(work: Work) -> OrgId:
    """The department at whose desk this actor sits."""
    if work.actor.org is None:
        raise NoSuchChallenge()
    return OrgId(work.actor.org.uuid)


async def questions(work: Work, done: bool, after: str) -> tuple[list[Question], str | None]:
    """One page of the own department's questions: what waits, the earliest due first; or what is answered, the latest first. And where the
    next page begins."""
    org, cursor = org_of(work), _cursor(after)
    on, which = cursor or (None, None)
    if done:
        found = await store.done(work.db, org, on, which, PAGE + 1)
    else:
        found = await store.waiting(work.db, org, on.date() if on else None, which, PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    at = None if last is None else last.asked_at.isoformat() if done else f"{last.due_on}T00:00:00+00:00"
    return found[:PAGE], None if last is None else f"{at}.{last.id}"


def _cursor(text: str) -> tuple[dt.datetime, ChallengeId] | None:
    """Where a page begins: `<moment>.<question>`; what cannot be read is nowhere."""
    if not text:
        return None
    at, _, which = text.rpartition(".")
    try:
        moment = dt.datetime.fromisoformat(at)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC), ChallengeId.parse(which)
    except ValueError:
        raise NoSuchChallenge() from None


async def open(work: Work, which: ChallengeId) -> tuple[Question, Challenge]:  # noqa: A001
    """One question of the own department. The person reads that it was opened."""
    line = await store.line(work.db, org_of(work), which)
    if line is None:
        raise NoSuchChallenge()
    await _seen(work, line)
    return line, await _of(work, line)


async def opened(work: Work, done: bool, after: str) -> tuple[list[Question], str | None]:
    """One page of questions with everything in them, as a program has them. Each person reads that theirs was opened."""
    found, following = await questions(work, done, after)
    for line in found:
        await _seen(work, line)
    return found, following


async def _seen(work: Work, line: Question) -> None:
    await identity.record_access(work, line.citizen_ref, text("答复您对访问记录的提问"), ("question",), str(line.id))


async def _of(work: Work, line: Question) -> Challenge:
    found = await store.one(work.db, line.citizen_ref, line.id)
    if found is None:
        raise NoSuchChallenge()
    return found


async def answer(work: Work, which: ChallengeId, basis: str, words: str) -> None:
    """The department's answer: what the look rests on, and why it was made. The person is told."""
    line = await store.line(work.db, org_of(work), which)
    if line is None:
        raise NoSuchChallenge()
    policy.may_answer(work.actor, line)
    faults: list[dict[str, str]] = []
    said: list[str] = []
    for field, given, most in (("basis", basis, BRIEF), ("words", words, LONGEST)):
        try:
            said.append(_words(work, given, field, needed=True, most=most))
        except BadQuestion as bad:
            faults += bad.errors
    if faults:
        raise BadQuestion(errors=faults)
    await store.answer(work.db, line.citizen_ref, line.org_id, which, said[0], said[1], work.now, work.today)
    await _doubted(work, line.kind)
    who = (await orgs.titles(work, [str(line.org_id)])).get(str(line.org_id)) or Text("")
    title = text("{org}答复了您的提问", org=who)
    await notify.send(work, line.citizen_ref, title, Text(said[1][:200]), f"/me/data/{line.access_seq}", "tracker.answered")


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────
async def escalate(begin: Begin, most: int = 200) -> int:
    """What was not answered in time goes to whoever supervises; the person and the supervisors are told. Each in its own transaction, so
    many at a time, until none is left. How many there were."""
    done = 0
    while True:
        async with begin(actor=system("tracker.daily")) as work:
            late = await store.overdue(work.db, work.today, most)
        for line in late:
            await _escalate(begin, line)
        done += len(late)
        if len(late) < most:
            return done


async def _escalate(begin: Begin, line: Question) -> None:
    async with begin(actor=system("tracker.daily")) as work:
        if not await store.escalate(work.db, line.citizen_ref, line.org_id, line.id, work.now):
            return
        title, body = text("您的提问超时没有答复"), text("已经转给这个部门的负责人，并计入部门公开的数字。")
        await notify.send(work, line.citizen_ref, title, body, f"/me/data/{line.access_seq}", "tracker.overdue")
    for member in orgs.clerks_of(line.org_id, str(Grants.SUPERVISE)):
        async with begin(actor=system("tracker.daily")) as work:
            said = text("有一个关于访问记录的提问超时没有答复"), text("请尽快答复。超时的提问计入部门公开的数字。")
            await notify.send(work, member.person, *said, f"/desk/questions/{line.id}", "tracker.overdue")


# ── the data-protection officer, and everybody ───────────────────────────────────────────────────────
async def contested(work: Work) -> list[Question]:
    """What the officer has to look into."""
    return await store.contested(work.db, PAGE)


async def contested_one(work: Work, which: ChallengeId) -> tuple[Question, Challenge]:
    """One of these. The person reads that it was opened."""
    line = await store.contested_line(work.db, which)
    if line is None:
        raise NoSuchChallenge()
    await identity.record_access(work, line.citizen_ref, text("数据保护官处理您的异议"), ("question",), str(which))
    return line, await _of(work, line)


async def rule(work: Work, which: ChallengeId, words: str) -> None:
    """The officer's word. The person is told."""
    line = await store.contested_line(work.db, which)
    if line is None:
        raise NoSuchChallenge()
    if line.state is not State.CONTESTED:
        raise AskedAlready()
    said = _words(work, words, "words", needed=True)
    if not await store.rule(work.db, line.citizen_ref, line.org_id, which, said, work.now):
        raise AskedAlready()
    await _doubted(work, line.kind)
    await notify.send(
        work, line.citizen_ref, text("数据保护官处理了您的异议"), Text(said[:200]), f"/me/data/{line.access_seq}", "tracker.ruled"
    )


async def figures(work: Work) -> list[tuple[Text, Figure]]:
    """How each department answers, by name: public."""
    found = await store.figures(work.db, work.now - WINDOW, work.today)
    titles = await orgs.titles(work, [str(one.org_id) for one in found])
    named = [(titles[str(one.org_id)], one) for one in found if str(one.org_id) in titles]
    return sorted(named, key=lambda pair: (-pair[1].asked, pair[0].zh))
