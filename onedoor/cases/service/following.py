"""After handing in: where a case stands, and what its applicant may still do: supplement, withdraw, rate."""
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases import numbers, policy
from onedoor.cases.errors import AlreadyRated, NoSuchAttachment, NoSuchCase, NotRatedNow, NotReady, WrongNumber
from onedoor.cases.events import Rated, Supplemented, Withdrawn
from onedoor.cases.forms.engine import Form
from onedoor.cases.models import (
    AskedKind,
    Attachment,
    AttachmentId,
    By,
    Case,
    CaseId,
    Draft,
    Filed,
    Move,
    Outcome,
    ProcessVersion,
    Status,
    Step,
)
from onedoor.cases.owing import Owing
from onedoor.cases.rated import BAD, Rating
from onedoor.cases.store import drafts as drafts_store
from onedoor.cases.store import files as store
from onedoor.cases.store import ratings
from onedoor.cases.uploads import CLOSED
from onedoor.kernel import buckets
from onedoor.kernel.i18n import say
from onedoor.kernel.outbox import publish
from onedoor.kernel.work import Begin, Work, system

from . import acting, attachments, calling_back, moves, objecting, owing, pausing, telling
from .acting import OPEN, Veil
from .definitions import city_day, form_of, on_trial, process_of
from .drafts import me
from .rating import REASONS

PAGE = 20
UNTOLD = ("assessed", "sample", "instant")
RATED = frozenset({Status.DECIDED, Status.DECLINED, Status.LAPSED})


class View(Struct, frozen=True):
    """Everything the applicant sees of a case."""

    case: Case
    filed: Filed
    form: Form
    process: ProcessVersion
    steps: list[Step]
    files: list[Attachment]
    rating: Rating | None
    owing: Owing
    sealed: frozenset[AttachmentId] = frozenset()
    """Files an agent may know of and not open."""
    called: bool = False
    """Whoever rated it poorly is called by the department."""

    @property
    def can_rate(self) -> bool:
        return self.process.rating and self.case.status in RATED and self.rating is None

    @property
    def can_withdraw(self) -> bool:
        return self.case.open


class Given(Struct, frozen=True):
    """The answer to one thing asked for: files, words, or why it cannot be given."""

    files: list[AttachmentId]
    words: str = ""
    cannot: str = ""


class Stage(Struct, frozen=True):
    """What anybody with the number may know of a case."""

    number: str
    status: Status
    outcome: Outcome | None
    submitted_on: date
    changed_on: date


class ToDo(Struct, frozen=True):
    """What waits for me: cases that ask for something, and drafts."""

    cases: list[Case]
    drafts: list[Draft]


async def one(work: Work, case_id: CaseId) -> Case:
    """One of my cases."""
    case = await store.shown(work.db, me(work), case_id)
    if case is None or not acting.reaches(work, case.item):
        raise NoSuchCase(case=str(case_id))
    return (await _asks_veiled(work, [case]))[0]


async def _asks_veiled(work: Work, cases: list[Case]) -> list[Case]:
    """Cases with what they ask for as an agent may read it: a clerk's own words may name what the person keeps."""
    if work.actor.behalf is None:
        return cases
    return [replace(one, asked=(await _veil(work, one)).asked(one.asked)) if one.asked else one for one in cases]


async def _veil(work: Work, case: Case) -> Veil:
    """What this viewer must not see of a case; nothing is read for the person."""
    filed = await store.filed(work.db, case.citizen_id, case.id) if work.actor.behalf else None
    form = await form_of(work, case.item, case.form_version)
    return await acting.veil_of(work, case.citizen_id, form, filed.answers) if filed else OPEN


async def show(work: Work, case_id: CaseId) -> View:
    """One of my cases with its history."""
    case = await one(work, case_id)
    filed = await store.filed(work.db, case.citizen_id, case_id)
    assert filed is not None, "a case has its answers"
    form, process = await form_of(work, case.item, case.form_version), await process_of(work, case.item, case.process_version)
    steps = [s for s in await store.steps(work.db, case.citizen_id, case_id) if not s.inner_only]
    files = await drafts_store.files_of_case(work.db, case.citizen_id, case_id)
    sealed, rating = await acting.sealed(work, files), await ratings.of_case(work.db, case.citizen_id, case_id)
    await acting.looked(work, case)
    rests = await owing.of_case(work, case.citizen_id, case_id)
    called = rating is not None and rating.stars <= BAD and await ratings.called_back(work.db, case.org_ref, case_id)
    seen = View(case, filed, form, process, steps, acting.named(work, files, sealed), rating, rests, sealed, called)
    return veiled(seen, await acting.veil_of(work, case.citizen_id, form, filed.answers))


def veiled(seen: View, veil: Veil) -> View:
    """The same case as an agent may read it: what an assessment has found, and a certificate to be, are for the person."""
    if veil is OPEN:
        return seen
    told = [{name: one for name, one in s.detail.items() if name not in UNTOLD} for s in seen.steps]
    steps = [replace(s, note=veil.over(s.note), detail=veil.over(detail)) for s, detail in zip(seen.steps, told, strict=True)]
    case = replace(seen.case, letter=veil.over(seen.case.letter))
    evidence = [e for e in seen.filed.evidence if e.pointer[1:] not in veil.questions]
    return replace(seen, case=case, filed=Filed(veil.answers(seen.filed.answers), evidence), steps=steps)


async def mine(work: Work, after: CaseId | None = None, limit: int = PAGE) -> tuple[list[Case], CaseId | None]:
    """My cases, newest first, and where the next page begins."""
    citizen = me(work)
    last = await store.shown(work.db, citizen, after) if after else None
    found = await store.mine(work.db, citizen, last.submitted_at if last else None, after if last else None, limit + 1)
    more = found[limit - 1].id if len(found) > limit else None
    seen = await _asks_veiled(work, [c for c in found[:limit] if acting.reaches(work, c.item)])
    return [replace(c, letter="") for c in seen] if work.actor.behalf else seen, more


async def to_do(work: Work) -> ToDo:
    """What waits for me, for the home page: two statements."""
    citizen = me(work)
    return ToDo(await store.waiting(work.db, citizen), await drafts_store.mine(work.db, citizen, work.now))


async def withdraw(work: Work, case_id: CaseId, reason: str) -> Case:
    """Take a case back while nothing is decided."""
    case = await _locked(work, case_id)
    policy.may_own(work.actor, case.citizen_id)
    policy.must_allow(case, Move.WITHDRAW)
    process = await process_of(work, case.item, case.process_version)
    after = replace(case, status=Status.WITHDRAWN, paused_on=None, pause_kind="", answer_by=None, asked=[], decided_at=work.now)
    after = await moves.save(work, case, after, Move.WITHDRAW, process, by=By.APPLICANT, note=reason, detail=acting.by(work))
    await pausing.left(work, case)
    await objecting.left(work, case)
    if not await on_trial(work, after.item):
        await publish(work.db, Withdrawn(after.citizen_id, after.id, after.item, after.org_ref, work.today))
    await telling.withdrawn(work, after)
    return after


async def supplement(work: Work, case_id: CaseId, given: dict[str, Given]) -> Case:
    """Answer everything that was asked for, or say what cannot be given; the clock runs again with the waiting days given back."""
    case = await _locked(work, case_id)
    policy.may_own(work.actor, case.citizen_id)
    policy.must_allow(case, Move.ANSWER)
    detail = await _answers(work, case, given) | acting.by(work)
    process = await process_of(work, case.item, case.process_version)
    waited = work.calendar.working_days_between(case.paused_on or work.today, work.today)
    after = replace(
        case, status=Status.ACCEPTED if case.accepted_on else Status.SUBMITTED, paused_on=None, answer_by=None, asked=[],
        received_on=case.received_on if case.accepted_on else work.calendar.after(case.received_on, waited),
        due_on=work.calendar.after(case.due_on, waited), legal_due_on=work.calendar.after(case.legal_due_on, waited),
    )  # fmt: skip
    after = await moves.save(work, case, after, Move.ANSWER, process, by=By.APPLICANT, detail=detail)
    await publish(work.db, Supplemented(after.citizen_id, after.id, after.item, after.org_ref))
    await telling.supplemented(work, after)
    await acting.supplemented(work, after)
    return after


async def _locked(work: Work, case_id: CaseId) -> Case:
    case = await moves.locked(work, me(work), case_id)
    if not acting.reaches(work, case.item):
        raise NoSuchCase(case=str(case_id))
    return case


async def _asked_at(work: Work, case: Case) -> datetime:
    """When the request that is open now was made."""
    steps = await store.steps(work.db, case.citizen_id, case.id)
    return max([s.at for s in steps if s.kind is Move.ASK], default=case.submitted_at)


async def fresh_files(work: Work, case: Case) -> list[Attachment]:
    """What has been uploaded since the request that is open now, as far as it can be opened."""
    since = await _asked_at(work, case)
    found = await acting.files(work, await drafts_store.files_of_case(work.db, case.citizen_id, case.id))
    return [f for f in found if f.at >= since and f.scan not in CLOSED]


async def take_back(work: Work, case: Case, attachment: AttachmentId) -> None:
    """Take a file away that was uploaded for the open request and not handed in yet."""
    policy.may_own(work.actor, case.citizen_id)
    policy.must_allow(case, Move.ANSWER)
    if work.actor.behalf:
        await attachments.mine(work, attachment)
    await drafts_store.drop_fresh(work.db, case.citizen_id, case.id, attachment, await _asked_at(work, case))


async def _answers(work: Work, case: Case, given: dict[str, Given]) -> dict[str, Any]:
    """What was answered to each thing asked; NotReady names what is still missing."""
    there = await drafts_store.files_of_case(work.db, case.citizen_id, case.id)
    fresh = [f for one in given.values() for f in one.files]
    loose_ones = await drafts_store.loose_files(work.db, case.citizen_id, fresh) if fresh else []
    known, good = {f.id for f in there}, {f.id for f in [*there, *loose_ones] if f.scan not in CLOSED}  # an infected file answers nothing
    errors: list[dict[str, str]] = []
    told: list[dict[str, Any]] = []
    veil = await _veil(work, case)
    for i, asked in enumerate(case.asked):
        answer = given.get(asked.ref, Given([]))
        loose = [f for f in answer.files if f not in known]
        if loose and await drafts_store.bind_files(work.db, case.citizen_id, case.id, asked.ref, loose) != len(set(loose)):
            raise NoSuchAttachment()
        enough = bool(good.intersection(answer.files)) if asked.kind is AskedKind.FILE else bool(answer.words)
        if not enough and not answer.cannot:
            open_still = say(work.locale, "“{name}”还没有提供；提供不了请写明原因", name=veil.over(asked.label))
            errors.append({"pointer": f"/given-{i}", "detail": open_still})
        told.append({
            "ref": asked.ref, "label": {"zh": asked.label.zh, "en": asked.label.en}, "words": answer.words, "cannot": answer.cannot,
            "files": [str(f) for f in answer.files],
        })  # fmt: skip
    if strange := set(given) - {a.ref for a in case.asked}:
        errors += [{"pointer": f"/{ref}"[:200], "detail": say(work.locale, "没有要求补正这一项")} for ref in sorted(strange)]
    if errors:
        raise NotReady(errors=errors)
    return {"given": told}


async def rate(work: Work, case_id: CaseId, stars: int, tags: list[str], words: str) -> Rating:
    """好差评: judge once how a case that has ended was handled."""
    case = await one(work, case_id)
    process = await process_of(work, case.item, case.process_version)
    if not process.rating or case.status not in RATED:
        raise NotRatedNow(case=str(case_id), status=str(case.status))
    rating = Rating(case.citizen_id, case.id, "end", stars, tags, words, work.now)
    if not await ratings.add(work.db, rating):
        raise AlreadyRated(case=str(case_id))
    if not await on_trial(work, case.item):
        await calling_back.begin(work, case, rating)
    known = tuple(tag for tag in dict.fromkeys(tags) if tag in REASONS)
    await publish(work.db, Rated(case.citizen_id, case.id, case.item, case.org_ref, stars, work.today, known))
    return rating


async def stage_of(begin: Begin, typed: str) -> Stage:
    """Where a case stands, for anybody who has its number: stage and date, nothing else."""
    number = numbers.typed(typed)
    async with begin() as work:
        await buckets.need(work.db, f"status {work.ip}", capacity=30, per_second=0.2)
        if not numbers.is_right(number):
            mistyped = say(work.locale, "办件编号有一位输错了，请对照回执逐位核对")
            raise WrongNumber(errors=[{"pointer": "/number", "detail": mistyped}])
        claim = await store.claimed(work.db, number)
    if claim is None:
        raise NoSuchCase()
    async with begin(actor=system("cases.status")) as work:
        case = await store.shown(work.db, claim.citizen_id, claim.case_id)
        steps = await store.steps(work.db, claim.citizen_id, claim.case_id)
    if case is None:
        raise NoSuchCase()
    changed = max([s.at for s in steps if not s.inner_only], default=case.submitted_at)
    return Stage(case.number, case.status, case.outcome, city_day(case.submitted_at), city_day(changed))

