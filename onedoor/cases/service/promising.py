"""告知承诺 A promise instead of a proof: signed with one press, checked on its day, and what follows when it was not so.

Whether it was so is asked of a fact source; where none answers, a clerk ticks it. A broken promise takes back what it has brought and
bars others for a year; the person may appeal, and the supervisor decides.
"""
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.errors import NoSuchPromise, PromiseChecked, PromisesBarred
from onedoor.cases.forms.building import PROMISE
from onedoor.cases.forms.engine import Document, Question
from onedoor.cases.models import Attachment, By, Case, CaseId, Evidence, How, Later, Move, ProcessVersion
from onedoor.cases.owing import BARRED, CHECK_AFTER, Appeal, Promise, PromiseId, Result
from onedoor.cases.ports import FactSource
from onedoor.cases.store import files, inbox
from onedoor.cases.store import owing as store
from onedoor.cases.uploads import CLOSED
from onedoor.exchange import service as exchange
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, day, say, text
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work, system
from onedoor.wallet import service as wallet
from onedoor.wallet.errors import CertificateNotEffective
from onedoor.wallet.models import CertId

from . import moves, telling
from .definitions import process_of
from .drafts import me
from .handling import at_desk

CHECK, APPEAL = "promise", "appeal"
"""Marks of a line: a promise waits for a clerk's check, an appeal for the supervisor's answer."""
ACTOR = system("cases.promises")
BATCH = 200


def words_of(name: Text) -> Text:
    """What is signed."""
    return text(
        "我承诺：我有“{name}”，和我填的一致。我知道 30 天后会核查，不属实的撤销结果，一年内不能再用承诺代替材料；我可以申诉。",
        name=name,
    )  # fmt: skip


def fact_words(name: Text) -> Text:
    """What is signed for a fact that no register has told."""
    return text(
        "我承诺：“{name}”我填的是真的。我知道部门以后会核对，不属实的撤销结果，一年内不能再用承诺；我可以申诉。", name=name
    )


def title_of(asked: Question) -> Text:
    """What the dictionary calls the fact, which is shorter than the question for it."""
    known = exchange.remembered().elements.get(asked.element)
    return known.title if known else asked.label


async def free(work: Work, citizen: PersonId) -> bool:
    """Whether this person may promise today."""
    return not await store.barred(work.db, citizen, work.today)


async def must_be_free(work: Work, citizen: PersonId) -> None:
    """Whoever has broken a promise gives none for a year."""
    if until := await store.barred(work.db, citizen, work.today):
        said = say(work.locale, "您有一份承诺核查不属实，{day} 以前请上传材料。", day=day(work.locale, until))
        raise PromisesBarred(said, until=until.isoformat())


def promises_of(work: Work, case: Case, papers: list[Document], files: list[Attachment], later: dict[str, Later]) -> list[Promise]:
    """The papers among these for which a promise stands."""
    have = {f.document for f in files if f.scan not in CLOSED}
    check_on = work.calendar.next_working(work.today + timedelta(CHECK_AFTER))
    return [
        Promise(
            case.citizen_id, PromiseId.new(), case.id, case.org_ref, d.code, d.name, words_of(d.name), later[d.code].at, check_on,
            Result.UNKNOWN, None, "", "", None, "", None, Appeal.NONE, "",
        )
        for d in papers
        if d.promisable and d.code not in have and d.code in later and later[d.code].how is How.PROMISE
    ]  # fmt: skip


def of_facts(work: Work, case: Case, asked: list[Question], handed: Mapping[str, Any], later: Mapping[str, Later]) -> list[Promise]:
    """The answers among these for which a promise stands: typed, because their register has not told them."""
    check_on = work.calendar.next_working(work.today + timedelta(CHECK_AFTER))
    return [
        Promise(
            case.citizen_id, PromiseId.new(), case.id, case.org_ref, f"/{q.name}", title_of(q), fact_words(title_of(q)),
            later[f"/{q.name}"].at, check_on, Result.UNKNOWN, None, "", "", None, "", None, Appeal.NONE, "",
        )
        for q in asked
        if q.name in handed and f"/{q.name}" in later and later[f"/{q.name}"].how is How.PROMISE
    ]  # fmt: skip


async def mine(work: Work) -> list[Promise]:
    """Everything I have promised."""
    return await store.promises(work.db, me(work), None)


async def check_due(begin: Begin, ports: Ports) -> bool:
    """核查 every promise whose day has come; whether there may be more. Nothing waits for a source inside a transaction."""
    async with begin(actor=ACTOR) as work:
        due = await store.to_check(work.db, work.today, BATCH)
    for one in due:
        async with begin(actor=ACTOR) as work:
            promise = await _found(work, one.citizen_id, one.id)
            case = await files.shown(work.db, one.citizen_id, promise.case_id)
        assert case is not None, "a promise has its case"
        held = await _asked(ports, promise, case)
        async with begin(actor=ACTOR) as work:
            await _write(work, promise, held)
    return len(due) == BATCH


async def _asked(ports: Ports, promise: Promise, case: Case) -> bool | None:
    """What the fact source says; None when there is none, it does not know, or it does not answer."""
    if not ports.has(FactSource):
        return None
    try:
        return await ports.get(FactSource).holds(str(promise.citizen_id), case.item, promise.document)
    except OSError:
        return None


async def _write(work: Work, promise: Promise, held: bool | None) -> None:
    case = await moves.locked(work, promise.citizen_id, promise.case_id)
    again = await _found(work, promise.citizen_id, promise.id)
    if again.result is not Result.UNKNOWN or again.checked_at is not None:
        return
    if held is None:
        await store.put_promise(work.db, replace(again, checked_at=work.now))
        await inbox.mark(work.db, case.org_ref, case.id, CHECK)
        return
    await _settle(work, case, again, kept=held, why="", by=By.SYSTEM)


async def looked_up(work: Work, case: Case, evidence: list[Evidence]) -> None:
    """What a register says meanwhile of facts that were promised: one that agrees ends it. One that does not is put before a clerk, because
    registers are wrong too, and nobody is barred by a machine alone."""
    told = {e.pointer: e.state for e in evidence if e.via == PROMISE}
    waiting = [p for p in await store.promises(work.db, case.citizen_id, case.id) if p.result is Result.UNKNOWN] if told else []
    for promise in waiting:
        if (state := told.get(promise.document)) == "agreed":
            case = await _settle(work, await moves.locked(work, case.citizen_id, case.id), promise, kept=True, why="", by=By.SYSTEM)
        elif state in ("differs", "not_held") and promise.checked_at is None:
            await _write(work, promise, None)


async def settle(work: Work, case_id: CaseId, promise_id: PromiseId, *, kept: bool, why: str) -> Case:
    """A clerk has looked: it was so. That it was not is found by the supervisor, with the reason that the person reads."""
    if not kept:
        policy.may_supervise(work.actor)
    case = await at_desk(work, case_id, None, hold=False)
    promise = await _found(work, case.citizen_id, promise_id)
    if promise.case_id != case.id:
        raise NoSuchPromise()
    if promise.result is not Result.UNKNOWN:
        raise PromiseChecked(promise=str(promise_id))
    if not kept and not why:
        raise Invalid(errors=[{"pointer": "/why", "detail": say(work.locale, "请写明哪里不属实，承诺人会看到")}])
    return await _settle(work, case, promise, kept=kept, why=why, by=By.STAFF)


async def _settle(work: Work, case: Case, promise: Promise, *, kept: bool, why: str, by: By) -> Case:
    process = await process_of(work, case.item, case.process_version)
    found = replace(
        promise, result=Result.KEPT if kept else Result.BROKEN, checked_at=work.now, checked_by=work.actor.name[:60], why=why,
        barred_until=None if kept else work.today + timedelta(BARRED),
    )  # fmt: skip
    await store.put_promise(work.db, found)
    label = {"zh": promise.label.zh, "en": promise.label.en}
    detail = {"promise": promise.document, "label": label, "kept": kept}
    after = await moves.save(work, case, case, Move.CHECK, process, by=by, note=why, inner_only=kept, detail=detail)
    if not any(p.result is Result.UNKNOWN for p in await store.promises(work.db, case.citizen_id, case.id)):
        await inbox.unmark(work.db, case.org_ref, case.id, CHECK)
    if kept:
        return after
    if after.certificate_ref:
        after = await _take_back(work, after, process, by)
    await telling.broken(work, after, found)
    return after


async def _take_back(work: Work, case: Case, process: ProcessVersion, by: By) -> Case:
    """By rule, not by somebody's grant: what rested on a broken promise ends. A certificate that has ended before stays ended."""
    reason = say("zh-CN", "承诺核查不属实")
    try:
        await wallet.revoke(replace(work, actor=replace(ACTOR, org=case.org_ref)), CertId.parse(case.certificate_ref), reason)
    except CertificateNotEffective:
        return case
    detail = {"certificate": case.certificate_ref}
    return await moves.save(work, case, case, Move.REVOKE, process, by=by, note=reason, detail=detail)


async def appeal(work: Work, promise_id: PromiseId, words: str) -> Promise:
    """申诉: once, with what the person has to say; the supervisor answers."""
    promise = await _found(work, me(work), promise_id)
    policy.may_own(work.actor, promise.citizen_id)
    if promise.result is not Result.BROKEN or promise.appeal_state is not Appeal.NONE:
        raise PromiseChecked(promise=str(promise_id))
    if not words:
        raise Invalid(errors=[{"pointer": "/words", "detail": say(work.locale, "请写明为什么不同意")}])
    case = await files.shown(work.db, promise.citizen_id, promise.case_id)
    assert case is not None, "a promise has its case"
    after = replace(promise, appeal=words, appealed_at=work.now, appeal_state=Appeal.OPEN)
    await store.put_promise(work.db, after)
    await inbox.mark(work.db, case.org_ref, case.id, APPEAL)
    return after


async def answer(work: Work, case_id: CaseId, promise_id: PromiseId, *, lifted: bool, words: str) -> Promise:
    """The supervisor answers an appeal: the finding stays, or it is taken back and promises may be given again."""
    policy.may_supervise(work.actor)
    case = await at_desk(work, case_id, None, hold=False)
    promise = await _found(work, case.citizen_id, promise_id)
    if promise.case_id != case.id or promise.appeal_state is not Appeal.OPEN:
        raise NoSuchPromise()
    if not words:
        raise Invalid(errors=[{"pointer": "/words", "detail": say(work.locale, "请写明理由，申诉人会看到")}])
    after = replace(promise, appeal_state=Appeal.LIFTED if lifted else Appeal.UPHELD, appeal_answer=words)
    await store.put_promise(work.db, after)
    process = await process_of(work, case.item, case.process_version)
    detail = {"promise": promise.document, "lifted": lifted}
    await moves.save(work, case, case, Move.NOTE, process, by=By.STAFF, note=words, detail=detail)
    if not any(p.appeal_state is Appeal.OPEN for p in await store.promises(work.db, case.citizen_id, case.id)):
        await inbox.unmark(work.db, case.org_ref, case.id, APPEAL)
    await telling.appealed(work, case, after)
    return after


async def _found(work: Work, citizen: PersonId, promise_id: PromiseId) -> Promise:
    promise = await store.promise(work.db, citizen, promise_id)
    if promise is None:
        raise NoSuchPromise(promise=str(promise_id))
    return promise
