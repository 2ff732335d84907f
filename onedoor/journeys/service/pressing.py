"""One press: what the answers call for is worked out, a run with its legs is written, and the legs that are ready begin."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct

from onedoor.cases.errors import KeyUsedForOtherAnswers, NoSuchAttachment, NoSuchDraft, NotReady
from onedoor.cases.models import Attachment, AttachmentId, Draft, DraftId
from onedoor.cases.service import bundling, checking, definitions, drafts
from onedoor.cases.service.drafts import Desk
from onedoor.identity import service as identity
from onedoor.identity.models import Fact, PersonId
from onedoor.journeys import policy
from onedoor.journeys.errors import NothingNeeded
from onedoor.journeys.events import Begun
from onedoor.journeys.models import Cause, Journey, Leg, LegMade, LegState, Measure, Run, RunId, settled
from onedoor.journeys.store import runs as store
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import to_json
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.outbox import publish
from onedoor.kernel.work import Work

from .known import journey

JOB = "journeys.start"


class Handed(Struct, frozen=True):
    """What is about to become a run: a journey's form with answers, what is known already, and files."""

    form: Any
    answers: dict[str, Any]
    facts: dict[str, Fact]
    files: list[Attachment]

    @property
    def elements(self) -> dict[str, Any]:
        return {name: fact.value for name, fact in self.facts.items()}


class Planned(Struct, frozen=True):
    """One leg as the answers call for it."""

    made: LegMade
    needed: bool
    answers: dict[str, Any]
    files: dict[str, str]
    filled: int
    faults: list[dict[str, str]]


class Plan(Struct, frozen=True):
    """Everything that one press would do."""

    journey: Journey
    legs: list[Planned]
    measure: Measure

    @property
    def faults(self) -> list[dict[str, str]]:
        return [fault for leg in self.legs for fault in leg.faults]


async def begin(work: Work, code: str, *, anew: bool = False) -> Draft:
    """Resume the draft of a journey, or make one."""
    return await drafts.begin(work, (await journey(work, code)).form, anew=anew)


async def looked_at(work: Work, code: str, draft: DraftId) -> tuple[Desk, Plan]:
    """A draft of this journey before the press, and what the press would do."""
    found = await journey(work, code)
    desk = await drafts.opened(work, draft)
    if desk.draft.item != found.form:
        raise NoSuchDraft(draft=str(draft))
    return desk, await planned(work, found, Handed(desk.form, desk.draft.answers, desk.facts, desk.files))


async def planned(work: Work, journey: Journey, handed: Handed) -> Plan:
    """Which legs are needed, with which answers; and what was asked beside what the legs would ask one by one."""
    kept: dict[str, Any] = handed.form.kept(handed.answers, handed.elements)
    legs = [await _leg(work, one, kept, handed) for one in journey.legs]
    needed = [one for one in legs if one.needed]
    held = handed.form.held(handed.elements)
    wanted = {paper.code for paper in handed.form.papers(handed.answers, handed.elements)}
    measure = Measure(
        departments=len({one.made.department for one in needed} | set(journey.also)), trips=sum(one.made.trips for one in needed),
        filled=sum(name not in held for name in kept), papers=len({f.document for f in handed.files if f.document in wanted}),
        apart=sum(one.filled for one in needed),
    )  # fmt: skip
    return Plan(journey, legs, measure)


async def _leg(work: Work, made: LegMade, kept: Mapping[str, Any], handed: Handed) -> Planned:
    needed = made.when is None or checking.condition_holds(made.when, kept, handed.elements)
    if not needed:
        return Planned(made, False, {}, {}, 0, [])
    form = await definitions.open_form(work, made.item)
    if form is None:  # withdrawn meanwhile: it will be told of when it cannot be handed in, and stops no other
        return Planned(made, True, {}, {}, 0, [])
    answers = {**made.fixed, **{name: kept[place] for name, place in made.places.items() if place in kept}}
    said = form.submission(answers, handed.elements, work.locale, work.today)
    held = form.held(handed.elements)
    own = {paper: code for code, paper in made.papers.items()}
    pages = {n: page.id for page in handed.form.pages for n in page.ask}
    files = {str(f.id): own[f.document] for f in handed.files if f.document in own}
    faults = [
        {"pointer": f"/{made.places[name]}", "detail": fault.detail, "page": pages.get(made.places[name], "")}
        for fault in said.faults if (name := fault.pointer.strip("/").split("/")[0]) in made.places
    ]  # fmt: skip
    answers = {name: value for name, value in answers.items() if name in form.questions and name not in held}
    return Planned(made, True, answers, files, sum(name not in held for name in said.answers) + len(made.takes), faults)


async def press(work: Work, code: str, draft: DraftId) -> tuple[Run, bool]:
    """Hand in a draft of a journey. Pressed twice it is one run: the draft's own digits are the run's. True when it is new."""
    citizen = drafts.me(work)
    found = await journey(work, code)
    try:
        desk = await drafts.opened(work, draft, lock=True)
    except NoSuchDraft:
        known = await store.shown(work.db, citizen, RunId(draft.uuid))
        if known is None:
            raise
        return known, False
    if desk.draft.item != found.form:
        raise NoSuchDraft(draft=str(draft))
    faults = [{"pointer": f.pointer, "detail": f.detail, "page": f.page} for f in desk.faults(work)]
    plan = await planned(work, found, Handed(desk.form, desk.draft.answers, desk.facts, desk.files))
    run, _ = await _write(work, plan, faults, RunId(draft.uuid), draft.uuid, "")
    await bundling.end_draft(work, draft)
    return run, True


async def press_answers(
    work: Work, code: str, given: Mapping[str, Any], attachments: list[AttachmentId], key: str
) -> tuple[Run, bool]:
    """Hand in answers without a draft, as programs do. The same `key` is the same run; with other answers it is refused."""
    citizen, found = drafts.me(work), await journey(work, code)
    run_id = RunId(bundling.key_of(work, f"{code} {key}")) if key else RunId.new()
    digest = hashlib.sha256(to_json([code, given, sorted(map(str, attachments))])).hexdigest()
    if known := await store.by_key(work.db, citizen, run_id.uuid):
        return await _known(work, citizen, known, digest)
    form = await definitions.form_of(work, found.form)
    answers = drafts.storable(work, form, given)
    facts = await identity.facts(work, citizen)
    try:
        files = await bundling.gather(work, DraftId(run_id.uuid), attachments)
    except NoSuchAttachment:
        if known := await store.by_key(work.db, citizen, run_id.uuid):  # the same request, a moment earlier, has them
            return await _known(work, citizen, known, digest)
        raise
    if len(files) != len(set(attachments)):
        raise NoSuchAttachment()
    handed = Handed(form, answers, facts, files)
    said = form.submission(answers, handed.elements, work.locale, work.today)
    faults = [{"pointer": f.pointer, "detail": f.detail, "page": f.page} for f in said.faults]
    faults += [{"pointer": f.pointer, "detail": f.detail, "page": f.page} for f in
               drafts.papers_missing(work, form.papers(answers, handed.elements), files, {})]  # fmt: skip
    run, fresh = await _write(work, await planned(work, found, handed), faults, run_id, run_id.uuid, digest)
    if not fresh and (known := await store.by_key(work.db, citizen, run_id.uuid)):
        return await _known(work, citizen, known, digest)
    return run, True


async def _known(work: Work, citizen: PersonId, known: store.Known, digest: str) -> tuple[Run, bool]:
    if known.digest != digest:
        raise KeyUsedForOtherAnswers(run=str(known.id))
    run = await store.shown(work.db, citizen, known.id)
    assert run is not None, "the key's run is the person's own"
    return run, False


async def _write(work: Work, plan: Plan, faults: list[dict[str, str]], run_id: RunId, key: UUID, digest: str) -> tuple[Run, bool]:
    """The run, its legs and the jobs that begin them, or nothing: all in the transaction of the press."""
    policy.may_press(work.actor, f"{plan.journey.href}")
    told = {fault["pointer"] for fault in faults}
    faults = faults + [fault for fault in plan.faults if fault["pointer"] not in told]
    if faults:
        raise NotReady(errors=faults)
    if not any(one.needed for one in plan.legs):
        raise NothingNeeded(errors=[{"pointer": "", "detail": NothingNeeded.title}])
    citizen = drafts.me(work)
    run = Run(citizen, run_id, plan.journey.code, plan.journey.version, plan.journey.name, plan.measure, work.now, None)
    if not await store.add(work.db, run, key, digest):
        return run, False
    legs = _begun([_row(work, run, place, one) for place, one in enumerate(plan.legs)])
    await store.add_legs(work.db, legs)
    for leg in legs:
        if leg.state is LegState.READY:
            await enqueue_start(work, leg)
    measure = plan.measure
    await publish(work.db, Begun(citizen, run.id, run.journey, measure.departments, measure.filled, measure.apart))
    return run, True


def _begun(legs: list[Leg]) -> list[Leg]:
    """Everything waits first, and what waits for nothing is ready."""
    fresh = {leg.code: leg for leg in settled(legs)}
    return [fresh.get(leg.code, leg) for leg in legs]


def _row(work: Work, run: Run, place: int, one: Planned) -> Leg:
    made = one.made
    why: Text | None = None if one.needed else made.why_not
    return Leg(
        run.citizen_id, run.id, made.code, place, made.item, made.title, LegState.WAITING if one.needed else LegState.NOT_NEEDED,
        Cause.NONE if one.needed else Cause.SITUATION, why, made.after, one.answers, made.takes, one.files, None, "", work.now,
    )  # fmt: skip


async def enqueue_start(work: Work, leg: Leg) -> None:
    """The worker begins this leg, if nobody has by then."""
    args = {"citizen": str(leg.citizen_id), "run": str(leg.run_id), "code": leg.code}
    await enqueue(work.db, JOB, args, key=f"{leg.run_id} {leg.code}")
