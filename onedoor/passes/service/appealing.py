"""申诉 Objecting to a colour: with words and papers, answered by a person within a day.

Nobody answers with a colour. Whoever finds an appeal right names the rules that do not count for this person until they would have ended,
and the rules are asked again without them.
"""

import asyncio
import datetime as dt
import os
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import outbox, papers, scanning
from onedoor.kernel.i18n import say, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports, Scan, Vault
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.passes import policy
from onedoor.passes.errors import AppealAnswered, AppealOpen, BadAppeal, NoSuchAppeal, NotDeclared
from onedoor.passes.events import AppealDecided, AppealLate
from onedoor.passes.models import AppealId, Cause, Decision, Declaration, EvidenceId, Standing
from onedoor.passes.records import Appeal, AppealCount, AppealState, Evidence, Waiting
from onedoor.passes.rules.deciding import ends_at
from onedoor.passes.store import appeals as store
from onedoor.passes.store import people

from .declaring import subject
from .known import in_force, ruleset, scheme
from .looking import Seen, seen
from .settling import settle

MOST_WORDS, MOST_PAPERS, PAGE = 2000, 3, 30
Upload = tuple[str, bytes]
Kept = tuple[papers.Paper, str]
SALT = 16
"""Random bytes before the content of each paper: it is a file of its own in the vault, and can be dropped when its scheme has ended."""


class Handling(msgspec.Struct, frozen=True):
    """What whoever answers an appeal has in front of them."""

    line: Waiting
    appeal: Appeal
    seen: Seen
    papers: list[Evidence]
    name: str


async def kept_papers(ports: Ports, locale: str, uploads: Sequence[Upload]) -> list[Kept]:
    """Look into each paper and keep its content; BadAppeal says what is the matter with which."""
    found: list[Kept] = []
    errors: list[dict[str, str]] = []
    vault = ports.get(Vault)
    if len(uploads) > MOST_PAPERS:
        errors.append({"pointer": "/papers", "detail": say(locale, "最多 {n} 个文件", n=MOST_PAPERS)})
    for name, content in uploads[:MOST_PAPERS]:
        try:
            paper = await asyncio.to_thread(papers.examined, name, content)
        except papers.Refused:
            detail = say(locale, "“{name}”不能用，请上传 20 MB 以内的 JPG、PNG 照片或 PDF", name=printable(name)[:80])
            errors.append({"pointer": "/papers", "detail": detail})
            continue
        found.append((paper, await asyncio.to_thread(vault.put, os.urandom(SALT) + paper.content)))
    if errors:
        raise BadAppeal(errors=errors)
    return found


async def appeal(work: Work, code: str, words: str, kept: Sequence[Kept] = ()) -> Appeal:
    """Object to the colour that holds now. It stays while the appeal is looked into, and the answer is due in a day."""
    about, _ = await in_force(work, code)
    citizen = subject(work)
    held = await people.standing(work.db, citizen, code)
    if held is None:
        raise NotDeclared()
    plain = words.strip()
    if not plain or len(plain) > MOST_WORDS:
        detail = say(work.locale, "请写明为什么不对，最多 {n} 个字", n=MOST_WORDS)
        raise BadAppeal(errors=[{"pointer": "/words", "detail": detail}])
    by = work.actor.id if isinstance(work.actor.id, PersonId) else citizen
    due = work.now + policy.APPEAL_WITHIN
    made = Appeal(
        citizen, AppealId.new(), code, held.decision_id, by, plain, work.now, due, AppealState.OPEN, None, None, None
    )  # fmt: skip
    if not await store.add(work.db, made):
        raise AppealOpen()
    if paused := await _pausing(work, made, held):
        await _without(work, made, paused, {"appeal": str(made.id), "paused": paused})
    for paper, sha256 in kept:
        one = Evidence(citizen, EvidenceId.new(), made.id, sha256, len(paper.content), paper.kind, paper.name, work.now, Scan.WAITING)
        await store.add_evidence(work.db, one)
        await enqueue(work.db, "passes.scan", {"citizen": str(citizen), "paper": str(one.id)})
    authority = await orgs.department(work, about.authority)
    path = orgs.path_or_root(held.division)
    line = Waiting(authority.id, made.id, citizen, code, path, held.colour, work.now, due, AppealState.OPEN, None, None)
    await store.queue(work.db, line)
    return made


async def my_appeal(work: Work, code: str) -> Appeal | None:
    """The latest one of whoever the pass is of."""
    return await store.latest(work.db, subject(work), code)


async def take_back(work: Work, which: AppealId) -> Appeal:
    """The colour stays what it is."""
    made = await _open(work, subject(work), which)
    about = await scheme(work, made.scheme)
    gone = replace(made, state=AppealState.WITHDRAWN, answered_at=work.now)
    await _with_again(work, gone)
    await store.answer(work.db, gone, (await orgs.department(work, about.authority)).id)
    return gone


async def _open(work: Work, citizen: PersonId, which: AppealId) -> Appeal:
    made = await store.locked(work.db, citizen, which)
    if made is None:
        raise NoSuchAppeal()
    if made.state is not AppealState.OPEN:
        raise AppealAnswered(state=str(made.state))
    return made


async def waiting(work: Work, after: str = "") -> tuple[list[Waiting], str]:
    """Appeals that the own department has to answer in the own districts, the nearest due first, and where the next page begins."""
    at, which = _cursor(after)
    org = policy.own(work.actor)
    found = await store.waiting(work.db, org, list(work.actor.districts), at, which, PAGE + 1)
    shown = found[:PAGE]
    return shown, f"{shown[-1].due_at.isoformat()}_{shown[-1].id.hex}" if len(found) > PAGE else ""


def _cursor(after: str) -> tuple[dt.datetime | None, AppealId | None]:
    at, _, which = after.rpartition("_")
    try:
        return dt.datetime.fromisoformat(at), AppealId.parse(f"appeal_{which}")
    except ValueError:
        return None, None


async def handle(work: Work, which: AppealId) -> Handling:
    """Everything about one appeal; the person reads that it was looked at."""
    line = await store.line(work.db, policy.own(work.actor), which)
    if line is None or not policy.reaches(work.actor, line.path):
        raise NoSuchAppeal()
    made = await store.locked(work.db, line.citizen_ref, which)
    if made is None:
        raise NoSuchAppeal()
    about = await seen(work, line.citizen_ref, line.scheme, made.decision_id)
    who = await people.subject(work.db, line.citizen_ref)
    known = None if who else await identity.person(work, line.citizen_ref)
    name = who.name if who else (known.name if known and known.name else "")
    fields = ("person.name", "passes.answers", "passes.colour", "passes.evidence")
    await identity.record_access(work, line.citizen_ref, text("处理您对通行码颜色的申诉"), fields, str(which))
    return Handling(line, made, about, await store.evidence(work.db, line.citizen_ref, which), name)


async def paper_of(work: Work, which: AppealId, paper: EvidenceId) -> Evidence:
    """One paper of an appeal that is answered here."""
    line = await store.line(work.db, policy.own(work.actor), which)
    found = await store.paper(work.db, line.citizen_ref, paper) if line and policy.reaches(work.actor, line.path) else None
    if found is None or found.appeal_id != which:
        raise NoSuchAppeal()
    await identity.record_access(work, found.citizen_id, text("处理您对通行码颜色的申诉"), ("passes.evidence",), str(which))
    return found


async def scan(begin: Begin, ports: Ports, citizen: PersonId, paper: EvidenceId) -> None:
    """Ask the scanner about one paper and write down what it says."""

    async def find(work: Work) -> str | None:
        found = await store.paper(work.db, citizen, paper)
        return found.sha256 if found and found.scan is Scan.WAITING else None

    async def write(work: Work, verdict: Scan) -> None:
        await store.scanned(work.db, citizen, paper, verdict)

    await scanning.scan(begin, ports, "passes.scan", find, write, salt=SALT)


async def content(ports: Ports, paper: Evidence) -> bytes:
    """What is in a paper; an infected one is shown to nobody."""
    if paper.scan is Scan.INFECTED:
        raise NoSuchAppeal()
    try:
        return (await asyncio.to_thread(ports.get(Vault).get, paper.sha256))[SALT:]
    except LookupError as gone:
        raise NoSuchAppeal() from gone


async def appeal_outcome(work: Work, which: AppealId, words: str, waived: Sequence[str]) -> Appeal:
    """Answer: with no rules named the colour is kept; with some, the rules are asked again without them."""
    line = await store.line(work.db, policy.own(work.actor), which)
    if line is None or not policy.reaches(work.actor, line.path):
        raise NoSuchAppeal()
    made = await _open(work, line.citizen_ref, which)
    policy.may_answer(work.actor, made)
    plain = words.strip()
    if not plain or len(plain) > MOST_WORDS:
        detail = say(work.locale, "请写明理由，最多 {n} 个字；申诉人会看到", n=MOST_WORDS)
        raise BadAppeal(errors=[{"pointer": "/answer", "detail": detail}])
    state = AppealState.CHANGED if waived else AppealState.KEPT
    done = replace(made, state=state, answer=plain, answered_at=work.now, answered_by=work.actor.name[:60])
    said = {"appeal": str(made.id), "answer": done.answer, "by": done.answered_by, "waived": list(waived)}
    if waived:
        await _without(work, done, waived, said)
    else:
        await _with_again(work, done)
    await store.answer(work.db, done, line.org_id)
    await outbox.publish(work.db, AppealDecided(made.citizen_id, made.by_ref, made.id, made.scheme, state))
    return done


async def _pausing(work: Work, made: Appeal, held: Standing) -> list[str]:
    """Rules behind the colour appealed against that do not count while somebody looks: the ruleset itself says which."""
    decision = await people.decision(work.db, made.citizen_id, made.decision_id)
    rules = await ruleset(work, made.scheme, decision.ruleset_version if decision else held.version)
    return [one.id for one in rules.rules if one.suspend_on_appeal and decision is not None and one.id in decision.fired]


async def _held(work: Work, made: Appeal) -> tuple[Standing, Declaration, Decision]:
    """What holds now, what it was declared by, and the decision that stands, under a lock."""
    held = await people.locked(work.db, made.citizen_id, made.scheme)
    said = await people.declaration(work.db, made.citizen_id, held.declaration_id) if held and held.declaration_id else None
    decision = await people.decision(work.db, made.citizen_id, held.decision_id) if held else None
    if held is None or said is None or decision is None:
        raise NoSuchAppeal()
    return held, said, decision


async def _without(work: Work, made: Appeal, waived: Sequence[str], words: dict[str, Any]) -> None:
    """The rules are asked again without some of those that gave the colour then or give it now."""
    about, _ = await in_force(work, made.scheme)
    held, said, decision = await _held(work, made)
    then = await people.decision(work.db, made.citizen_id, made.decision_id)
    fired = {*decision.fired, *(then.fired if then else ())}
    rules = await ruleset(work, made.scheme, held.version)
    by_id = {rule.id: rule for rule in rules.rules}
    if unknown := [one for one in waived if one not in fired or one not in by_id]:
        detail = say(work.locale, "现在的颜色不是由规则“{rule}”来的", rule=unknown[0][:40])
        raise BadAppeal(errors=[{"pointer": "/waived", "detail": detail}])
    ends = {one: ends_at(by_id[one], said.declared_at, decision.inputs) or work.now for one in waived}
    before = replace(held, waived={**held.waived, **ends})
    await settle(work, made.citizen_id, about, rules, said, before, Cause.APPEAL, words)


async def _with_again(work: Work, made: Appeal) -> None:
    """An appeal that was not right: what it had paused counts from now on."""
    held, said, _ = await _held(work, made)
    paused = [one for one in await _pausing(work, made, held) if one in held.waived]
    if not paused:
        return
    about, rules = await in_force(work, made.scheme)
    before = replace(held, waived={rule: until for rule, until in held.waived.items() if rule not in paused})
    words = {"appeal": str(made.id), "answer": made.answer, "by": made.answered_by, "counted_again": paused}
    await settle(work, made.citizen_id, about, rules, said, before, Cause.APPEAL, words)


async def counted(work: Work, code: str) -> AppealCount:
    """How appeals of a scheme are answered; everybody may read it."""
    about = await scheme(work, code)
    return await store.counted(work.db, (await orgs.department(work, about.authority)).id, code, work.now)


async def raise_late(begin: Begin) -> int:
    """What nobody answered in time goes to the level above: to whoever answers appeals for the whole city."""
    async with begin(actor=system("passes.late")) as work:
        late = await store.raise_late(work.db, work.now, 500)
        for line in late:
            await outbox.publish(work.db, AppealLate(line.org_id, line.id, line.scheme))
    return len(late)
