"""Handing in: one transaction writes the case, its first step, its number, the department's inbox line and the message. Pressed twice,
sent again after a lost reply, or in two tabs, it is one case."""
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases import numbers, policy
from onedoor.cases.errors import KeyUsedForOtherAnswers, NoSuchAttachment, NoSuchDraft, NoSuchForm, NotReady
from onedoor.cases.events import Submitted
from onedoor.cases.forms.engine import Document, Fault, Form
from onedoor.cases.instant import Verdict
from onedoor.cases.models import (
    Attachment,
    AttachmentId,
    By,
    Case,
    CaseId,
    DraftId,
    Evidence,
    Filed,
    How,
    InboxRow,
    Later,
    Move,
    ProcessVersion,
    Status,
    Step,
    StepId,
    act_by,
    light,
)
from onedoor.cases.owing import OWED, Owing
from onedoor.cases.store import drafts as drafts_store
from onedoor.cases.store import files as store
from onedoor.cases.store import owing as owing_store
from onedoor.catalog import service as catalog
from onedoor.exchange.models import Field
from onedoor.identity.models import Fact, PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import to_json
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.outbox import publish
from onedoor.kernel.problems import Problem
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work
from onedoor.wallet import service as wallet

from . import acting, instant, prefill, promising, registering, telling, verifying
from . import owing as service
from .definitions import form_of, on_trial, process_of
from .drafts import laid, me, papers_missing, storable

CHECKED_AFTER = timedelta(minutes=1)

NOTHING = Owing([], [])


class Receipt(Struct, frozen=True):
    """回执: the case that was made; `fresh` is False when it had been made before under the same key, `at_once` is True when nobody has to
    decide on it."""

    case: Case
    fresh: bool
    at_once: bool = False

    @property
    def id(self) -> CaseId:
        return self.case.id


async def submit(work: Work, draft_id: DraftId, assisted: dict[str, str] | None = None) -> Receipt:
    """Hand in a draft. The draft's own id is the key, so that it becomes one case whatever happens to the reply. `assisted`: at a counter,
    who of the staff has filled it in, and how the person agreed."""
    citizen = me(work)
    draft = await drafts_store.locked(work.db, citizen, draft_id)
    if draft is None:
        known = await store.by_key(work.db, citizen, draft_id.uuid)
        if known is None:
            raise NoSuchDraft(draft=str(draft_id))
        return await _known(work, citizen, known)
    desk = await laid(work, draft)
    process = await process_of(work, desk.draft.item)
    policy.may_apply(work.actor, process, f"/drafts/{draft_id}")
    entry = Entry(
        desk.form, process, desk.draft.answers, desk.facts, desk.files, draft_id.uuid, draft_id, "web", desk.fields, later=desk.draft.later
    )
    if assisted:
        entry = replace(entry, channel="counter", detail=dict(assisted))
    return await _file(work, entry)


async def submit_answers(
    work: Work, item: str, given: Mapping[str, Any], attachments: list[AttachmentId], key: str, about: "About | None" = None,
    later: Mapping[str, How] | None = None,
) -> Receipt:
    """Hand in answers without a draft, as programs do. The same `key` is the same case; with other answers it is refused.

    A repetition may no longer fit by itself (its files are bound by now, the form has moved on), so before a refusal the key is looked up.
    """
    citizen = me(work)
    unique = unique_key(citizen, key) if key else CaseId.new().uuid
    digest = hashlib.sha256(to_json([item, given, sorted(map(str, attachments)), *sorted((later or {}).items())])).hexdigest()
    try:
        entry = await _entry(work, item, given, attachments, unique, about or About())
        return await _file(work, replace(entry, later={code: Later(how, work.now) for code, how in (later or {}).items()}), digest)
    except Problem:
        known = await store.by_key(work.db, citizen, unique) if key else None
        if known is None:
            raise
        if known.answers_sha256 != digest:
            raise KeyUsedForOtherAnswers(case=str(known.id), number=known.number) from None
        return await _known(work, citizen, known)


def unique_key(citizen: PersonId, key: str) -> UUID:
    """A program's key as this person's own."""
    return uuid5(NAMESPACE_URL, f"{citizen} {key}")


async def _entry(
    work: Work, item: str, given: Mapping[str, Any], attachments: list[AttachmentId], key: UUID, about: "About"
) -> "Entry":
    citizen = me(work)
    acting.must_reach(work, item)
    form, process = await form_of(work, item), await process_of(work, item)
    policy.may_apply(work.actor, process, f"/items/{item}")
    answers = storable(work, form, given)
    known = await prefill.known(work, citizen, form, process, None)
    files = await drafts_store.loose_files(work.db, citizen, attachments) if attachments else []
    if missing := set(attachments) - {f.id for f in files}:
        raise NoSuchAttachment(attachments=sorted(map(str, missing)))
    return Entry(form, process, answers, known.facts, files, key, None, about.channel, known.fields, about.detail)


class About(Struct, frozen=True):
    """By which way something is handed in, and what its first step remembers of it."""

    channel: str = "api"
    detail: dict[str, Any] = {}


class Entry(Struct, frozen=True):
    """What is about to be handed in."""

    form: Form
    process: ProcessVersion
    answers: dict[str, Any]
    facts: dict[str, Fact]
    files: list[Attachment]
    key: UUID
    draft: DraftId | None
    channel: str
    fields: dict[str, Field] = {}
    detail: dict[str, Any] = {}
    later: Mapping[str, Later] = {}


class Once(Struct, frozen=True):
    """跑动与重复: how many visits the guide asks for, and what was asked although it was known. Names only, no answer."""

    trips: int | None
    again: tuple[str, ...]


def trips_of(entry: Entry) -> int | None:
    """As the guide stands today; a case taken at a counter was at least one visit. None where no guide says it."""
    item = catalog.find_item(entry.form.item)
    trips = item.guide.trips if item is not None and item.guide is not None else None
    return max(1, trips or 0) if entry.channel == "counter" else trips


async def _held_papers(work: Work, entry: Entry) -> tuple[str, ...]:
    """Papers that had to be uploaded although the certificate of that name lies in the applicant's wallet."""
    uploaded = {f.document for f in entry.files}
    kinds = {kind.name.zh: kind.code for kind in (await wallet.all_types(work)).values()} if uploaded else {}
    wanted = [(d.page, kinds[d.name.zh]) for d in entry.form.documents if d.code in uploaded and d.name.zh in kinds]
    return tuple([page for page, kind in wanted if await wallet.holds(work, me(work), kind)])


async def _file(work: Work, entry: Entry, digest: str = "") -> Receipt:
    """`digest` tells a repetition of the same request from another one under its key; without one, it is made of what is handed in."""
    citizen, entry = me(work), _own(work, entry)
    if entry.form.home:
        raise NoSuchForm(item=entry.form.item)
    await catalog.must_be_open(work, entry.form.item)
    elements = {name: fact.value for name, fact in entry.facts.items()}
    handed = entry.form.submission(entry.answers, elements, work.locale, work.today)
    papers = entry.form.papers(entry.answers, elements)
    faults = handed.faults + papers_missing(work, papers, entry.files, entry.later)
    faults += _contradictions(work, entry, elements)
    if faults:
        raise NotReady(errors=[{"pointer": f.pointer, "detail": f.detail, "page": f.page} for f in faults])
    wanted = {d.code for d in papers}
    files = [f.id.uuid for f in entry.files if f.document in wanted or not entry.draft]
    filed = Filed(handed.answers, _evidence(entry, handed.answers))
    digest = digest or hashlib.sha256(to_json([entry.form.item, handed.answers, sorted(map(str, files))])).hexdigest()
    case, trial = _case(work, entry, citizen), await on_trial(work, entry.form.item)
    owing = await _owing(work, entry, case, papers, handed.answers)
    once = Once(trips_of(entry), _again(entry, handed.answers, elements) + await _held_papers(work, entry))
    verdict = await _judged(work, entry, handed.answers, filed, owing)
    step = _first(work, entry, case, once, owing, verdict)
    channel = "trial" if trial else entry.channel
    while True:
        await _rest(work, owing)
        if not trial:  # a try is handled by nobody, and no number is used up
            await _tell(work, case, entry, once, owing)
            await _check_later(work, case, filed)
            await instant.follows(work, case, verdict)
        if await store.file(
            work.db, case, filed, step, key=entry.key, digest=digest, channel=channel, draft=entry.draft, files=files, claims=not trial
        ):
            await acting.submitted(work, case)
            return Receipt(case, True, verdict is not None and verdict.grants and not trial)
        await work.db.anew()
        if known := await store.by_key(work.db, citizen, entry.key):
            if known.answers_sha256 != digest:
                raise KeyUsedForOtherAnswers(case=str(known.id), number=known.number)
            return await _known(work, citizen, known)
        case = replace(case, number=numbers.drawn(case.number[:2], work.today))  # somebody has that number: once in a billion


def _own(work: Work, entry: Entry) -> Entry:
    """Nobody promises that another person's facts are true."""
    mine = {code: said for code, said in entry.later.items() if not (work.actor.behalf and code.startswith("/"))}
    return replace(entry, later=mine)


async def _judged(work: Work, entry: Entry, handed: Mapping[str, Any], filed: Filed, owing: Owing) -> Verdict | None:
    """What the service's rule for granting at once says of it, where it has one."""
    rule = entry.process.instant
    if rule is None or not instant.meant_for(rule, handed):
        return None
    papers = bool(entry.files or owing.owed or owing.promises)
    facts = await instant.known_of(work, me(work), rule, entry.facts)
    verdict = instant.judged(rule, entry.form, handed, facts, filed.evidence, papers=papers)
    return replace(verdict, again=bool(await instant.alike(work, me(work), entry.form.item, rule)))


def _first(work: Work, entry: Entry, case: Case, once: Once, owing: Owing, verdict: Verdict | None) -> Step:
    """The step that a case begins with."""
    return Step(
        case.citizen_id, StepId.new(), case.id, Move.SUBMIT, work.now, By.APPLICANT, work.actor.id, None, None, Status.SUBMITTED, None,
        case.due_on,
        detail={
            "trips": once.trips, "again": list(once.again), **_named(owing), **instant.kept(verdict), **entry.detail, **acting.by(work),
        },
    )  # fmt: skip


async def _check_later(work: Work, case: Case, filed: Filed) -> None:
    """What was typed because a register did not answer is compared when it answers again."""
    if verifying.to_check(filed.evidence):
        asked = {"citizen": str(case.citizen_id), "case": str(case.id)}
        await enqueue(work.db, "cases.check", asked, run_at=work.now + CHECKED_AFTER)


async def _owing(work: Work, entry: Entry, case: Case, papers: list[Document], handed: Mapping[str, Any]) -> Owing:
    """What this case rests on that is not there: papers that come later, and promises, which only those give who have kept theirs."""
    if not entry.later:
        return NOTHING
    later = dict(entry.later)
    owed = service.owed_of(case, papers, entry.files, later, service.due_on(work, case, entry.process))
    promises = promising.promises_of(work, case, papers, entry.files, later)
    promises += promising.of_facts(work, case, prefill.promisable(entry.form, entry.fields), handed, later)
    if promises:
        await promising.must_be_free(work, case.citizen_id)
    return Owing(owed, promises)


def _named(owing: Owing) -> dict[str, list[str]]:
    """The same for the step, as far as there is anything."""
    told = {"owed": [o.document for o in owing.owed], "promised": [p.document for p in owing.promises]}
    return {name: codes for name, codes in told.items() if codes}


async def _rest(work: Work, owing: Owing) -> None:
    if owing.owed:
        await owing_store.owe(work.db, owing.owed)
    for promise in owing.promises:
        await owing_store.sign(work.db, promise)


async def _tell(work: Work, case: Case, entry: Entry, once: Once, owing: Owing) -> None:
    """The department's list, whoever listens, and the applicant; all of it waits for the case itself."""
    await _enlist(work, case, entry, [OWED] if owing.owed else [])
    await publish(work.db, Submitted(
        case.citizen_id, case.id, case.number, case.item, case.org_ref, case.due_on, work.today, entry.channel, once.trips, once.again
    ))  # fmt: skip
    await registering.begin_with(work, case, entry.process)
    owed = owing.owed
    await telling.submitted(work, case, service.joined(owed) if owed else None, owed[0].due_on if owed else None)


async def _known(work: Work, citizen: PersonId, known: store.Known) -> Receipt:
    case = await store.shown(work.db, citizen, known.id)
    assert case is not None, "the key's case is the person's own"
    acting.must_reach(work, case.item)
    return Receipt(case, False)


def _case(work: Work, entry: Entry, citizen: PersonId) -> Case:
    process = entry.process
    received = received_on(work, process)
    district, street = _place(work, entry)
    return Case(
        citizen_id=citizen, id=CaseId.new(), number=numbers.drawn(process.prefix, work.today), item=entry.form.item, title=process.title,
        form_version=entry.form.version, process_version=process.version, org_ref=process.org_ref, district=district, street=street,
        status=Status.SUBMITTED, submitted_at=work.now, received_on=received, accepted_on=None,
        due_on=work.calendar.after(received, process.accept_days + process.promised_days),
        legal_due_on=work.calendar.after(received, process.accept_days + process.statutory_days), paused_on=None, pause_kind="",
        answer_by=None, supplements=0, asked=[], decided_at=None, outcome=None, letter="", certificate_ref="", rev=1,
    )  # fmt: skip


def received_on(work: Work, process: ProcessVersion) -> date:
    """Today if it is a working day and offices are open, else the next working day."""
    local = work.now.astimezone(ZoneInfo(process.zone))
    late = f"{local:%H:%M}" >= process.day_ends
    return work.calendar.after(work.today, 1) if late else work.calendar.next_working(work.today)


def _place(work: Work, entry: Entry) -> tuple[str, str]:
    """District and street that the case belongs to: answered, else where the person lives, else the whole city."""
    fact = entry.facts.get("person.district")
    for code in (entry.answers.get("district"), entry.answers.get("street"), fact.value if fact else None):
        if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) in (6, 9, 12) and code.startswith(work.city):
            return code[:6], code[:9] if len(code) > 6 else ""
    return work.city, ""


def _again(entry: Entry, handed: dict[str, Any], elements: dict[str, Any]) -> tuple[str, ...]:
    """What was put to the person although it was known, or although a register holds it and did not give it."""
    return tuple(dict.fromkeys(entry.form.again(handed, elements) + prefill.asked_again(entry.form, entry.fields, handed)))


def _evidence(entry: Entry, handed: dict[str, Any]) -> list[Evidence]:
    """Which answers a register gave, and a mark of what it gave; then those that were typed in its place."""
    elements = {name: fact.value for name, fact in entry.facts.items()}
    found: list[Evidence] = []
    for name, value in entry.form.held(elements).items():
        element = entry.form.questions[name].element
        fact = entry.facts[element]
        via = prefill.via_of(entry.fields, element)
        found.append(Evidence(f"/{name}", element, fact.source, fact.as_of, _mark(entry, value), "held", via))
    return found + prefill.typed_evidence(entry.form, entry.fields, handed, entry.later, lambda value: _mark(entry, value))


def _mark(entry: Entry, value: Any) -> str:
    return hashlib.sha256(f"{entry.key} {value}".encode()).hexdigest()


def _contradictions(work: Work, entry: Entry, elements: dict[str, Any]) -> list[Fault]:
    """A program may send what a register holds, but not something else."""
    tidy, found = entry.form.tidy(entry.answers), list[Fault]()
    for name, value in entry.form.held(elements).items():
        if name in tidy and tidy[name] != value:
            source = entry.facts[entry.form.questions[name].element].source
            found.append(Fault(f"/{name}", say(work.locale, "这一项来自{source}，和登记的不一样", source=source), ""))
    return found


async def _enlist(work: Work, case: Case, entry: Entry, flags: list[str]) -> None:
    firm, person = entry.facts.get("firm.name"), entry.facts.get("person.name")
    name = firm or person
    by_day = act_by(case, entry.process, work.calendar)
    holder = str(firm.value) if firm else mask_name(str(person.value)) if person else ""
    row = InboxRow(
        org_id=case.org_ref, case_id=case.id, citizen_ref=case.citizen_id, number=case.number, item=case.item, title=case.title,
        holder=holder, district=case.district, street=case.street, status=case.status, due_on=by_day, legal_due_on=case.legal_due_on,
        light=light(work.today, by_day, entry.process.promised_days, work.calendar), assignee_ref=None, since=work.now, flags=flags,
    )  # fmt: skip
    words = " ".join([case.number, str(name.value) if name else "", case.title.zh, case.title.en]).lower()
    await store.enlist(work.db, row, words)
