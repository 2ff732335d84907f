"""核验 A clerk has a register asked for one fact of a case on the own desk: with a reason, which the person reads before anything is sent,
and only for what the department may ask for in this service. A register that is away is asked again by a job.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.errors import NotOpenForThat
from onedoor.cases.forms.engine import Form
from onedoor.cases.lookup import GIVES_UP, OPEN, UNANSWERED, Askable, Lookup, LookupId, Outcome, outcome, unsure, wait
from onedoor.cases.models import By, Case, CaseId, Filed, Move
from onedoor.cases.store import files, inbox
from onedoor.cases.store import lookups as store
from onedoor.exchange import service as exchange
from onedoor.exchange.errors import MayNotAsk
from onedoor.exchange.models import Field, Question
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs

from . import claiming, moves, promising, verifying
from .definitions import form_of, process_of
from .handling import at_desk

READ_AFTER, WAITED_MS, PURPOSE = timedelta(seconds=20), 12_000, "check"
ACTOR = system("cases.lookup")
MAY = ("", "register")
"""Why an element may be asked for nevertheless: no reason, or a register that is switched off just now."""


class Seen(Struct, frozen=True):
    """One look as it stands now; `field` while what the register said is still there to be read."""

    lookup: Lookup
    field: Field | None

    def state(self, handed: Any) -> Outcome:
        if self.lookup.state not in OPEN:
            return self.lookup.state
        now = outcome(self.field, handed)
        return self.lookup.state if now is Outcome.WAITING else now


def question(case: Case, elements: tuple[str, ...], reason: str = "") -> Question:
    """What the department that has the case asks."""
    return Question(
        elements, case.item, case.title, case.org_ref, PURPOSE, case.id.uuid, "clerk", again=True, reason=reason, case=case.number
    )


async def askable(work: Work, case: Case, form: Form, filed: Filed, looks: Mapping[str, Seen]) -> list[Askable]:
    """Facts of this case that nobody has vouched for lately, by a look either, and that the department may have looked up."""
    if not case.open:
        return []
    known, proofs = await exchange.dictionary(work), {e.element: e for e in filed.evidence}
    reached = {name for page in form.path(filed.answers, {}) for name in page.ask}
    bound = [q for n, q in form.questions.items() if n in reached and known.source_of(q.element)]
    agreed = {q.element for q in bound if q.element in looks and looks[q.element].state(filed.answers.get(q.name)) is Outcome.AGREED}
    asked = [q for q in bound if q.element not in agreed and unsure(proofs.get(q.element), work.today)]
    may = await exchange.standing(work, question(case, tuple(q.element for q in asked))) if asked else {}
    found: list[Askable] = []
    for q in asked:
        resource = known.source_of(q.element)
        if resource is not None and may[q.element] in MAY:
            register = known.register_of(resource.code)
            office = await orgs.department_of(work, register.org_ref)
            named = office.short if office else register.title
            found.append(Askable(q.element, known.elements[q.element].title, named))
    return found


async def of_case(work: Work, case: Case) -> dict[str, Seen]:
    """By element the newest look of this case, with what the register said as long as the department may read it."""
    newest: dict[str, Lookup] = {}
    for one in await store.of_case(work.db, case.citizen_id, case.id):
        newest.setdefault(one.element, one)
    if not newest:
        return {}
    fields = await exchange.fields(work, case.citizen_id, question(case, tuple(newest)))
    return {e: Seen(one, fields[e]) for e, one in newest.items()}


async def ask(work: Work, ports: Ports, case_id: CaseId, element: str, reason: str) -> Lookup:
    """On record, then sent when this transaction has committed. Asked a moment ago, it is the same look."""
    case = await at_desk(work, case_id, None)
    if not case.open:
        raise NotOpenForThat(case=str(case_id), status=str(case.status), move="lookup")
    filed = await files.filed(work.db, case.citizen_id, case_id)
    form = await form_of(work, case.item, case.form_version)
    if filed is None or not any(q.element == element for q in form.questions.values()):
        raise Invalid(errors=[{"pointer": "/element", "detail": say(work.locale, "这张表没有这一项")}])
    if not reason.strip():
        raise Invalid(errors=[{"pointer": "/reason", "detail": say(work.locale, "请写明为什么要核验，申请人会看到")}])
    if (why := (await exchange.standing(work, question(case, (element,))))[element]) not in MAY:
        raise MayNotAsk(element=element, why=why)
    assert isinstance(work.actor.id, PersonId), "the route needs a grant, and grants belong to persons"
    source, before = await exchange.source_title(work, element), await store.of_case(work.db, case.citizen_id, case_id)
    known = [one for one in before if one.element == element and one.state is Outcome.WAITING]
    if known and work.now - known[0].asked_at < READ_AFTER:
        return known[0]
    asked = question(case, _with(element, source, before), reason.strip()[:300])
    one = Lookup(
        case.citizen_id, LookupId.new(), case_id, element, source, asked.reason, work.actor.id, work.actor.name[:60], work.now,
        Outcome.WAITING, None, None,
    )  # fmt: skip
    await store.add(work.db, one)
    await unmark(work, case, element)
    if not await exchange.ask(work, ports, case.citizen_id, asked):  # what is kept is looked at too
        await exchange.noted(work, case.citizen_id, asked, source, [element], refused=False)
    args = {"citizen": str(case.citizen_id), "lookup": str(one.id)}
    await enqueue(work.db, "cases.lookup", args, run_at=work.now + READ_AFTER)
    return one


def _with(element: str, source: Text, before: list[Lookup]) -> tuple[str, ...]:
    """Together with what this register has been asked of this case before, so that its newest answer tells all of it."""
    return tuple(dict.fromkeys([element, *(one.element for one in before if one.source == source)]))


@asynccontextmanager
async def noted(begin: Begin, case_id: CaseId, element: str) -> AsyncGenerator[None]:
    """What a clerk wanted to know without an agreement is refused, and the person reads that it was tried."""
    try:
        yield
    except MayNotAsk:
        async with begin() as work:
            row = await claiming.line(work, case_id)
            case = await files.shown(work.db, row.citizen_ref, case_id)
            if case is not None:
                asked, source = question(case, (element,)), await exchange.source_title(work, element)
                await exchange.noted(work, case.citizen_id, asked, source, [element], refused=True)
        raise


async def settle(begin: Begin, ports: Ports, citizen: PersonId, which: LookupId) -> None:
    """What the register said is written down; one that is away is asked once more, and the queue comes back to it."""
    async with begin(actor=ACTOR) as work:
        if await _settled(work, citizen, which):
            return
        one = await store.locked(work.db, citizen, which)
        case = await files.shown(work.db, citizen, one.case_id) if one else None
        assert one is not None, "it was there a moment ago"
        assert case is not None, "a look has its case"
        elements = _with(one.element, one.source, await store.of_case(work.db, citizen, one.case_id))
        if (await exchange.standing(work, question(case, elements)))[one.element] not in MAY:
            return  # the agreement has ended meanwhile
        await exchange.ask(work, ports, citizen, question(case, elements, one.reason))
    await exchange.line(ports).settled(case.id.uuid, WAITED_MS)
    async with begin(actor=ACTOR) as work:
        if not await _settled(work, citizen, which):
            await _later(work, case, one)


async def _later(work: Work, case: Case, one: Lookup) -> None:
    """Still away: asked again after a while; after three days a clerk has it, and the applicant reads so."""
    if work.now - one.asked_at < GIVES_UP:
        args = {"citizen": str(one.citizen_id), "lookup": str(one.id)}
        await enqueue(work.db, "cases.lookup", args, run_at=work.now + wait(work.now - one.asked_at))
        return
    await store.came_out(work.db, one, Outcome.UNANSWERED, None, work.now)
    await never_came(work, case, one.source)


async def never_came(work: Work, case: Case, source: Text) -> None:
    """A register has not told something for three days: a line of the timeline, and a mark on the list."""
    case = await moves.locked(work, case.citizen_id, case.id)
    process = await process_of(work, case.item, case.process_version)
    await moves.save(work, case, case, Move.NOTE, process, by=By.SYSTEM, detail={"unanswered": to_builtins(source)})
    await inbox.mark(work.db, case.org_ref, case.id, UNANSWERED)


async def unmark(work: Work, case: Case, element: str = "") -> None:
    """Asked again, or told in another way: the mark goes, unless another fact has been left without an answer."""
    newest: dict[str, Lookup] = {}
    for one in await store.of_case(work.db, case.citizen_id, case.id):
        newest.setdefault(one.element, one)
    if not any(one.state is Outcome.UNANSWERED for e, one in newest.items() if e != element):
        await inbox.unmark(work.db, case.org_ref, case.id, UNANSWERED)


async def _settled(work: Work, citizen: PersonId, which: LookupId) -> bool:
    """Whether nothing is left to wait for: it came out, or the case is over."""
    one = await store.locked(work.db, citizen, which)
    case, filed = (await _case(work, one)) if one else (None, None)
    if one is None or case is None or filed is None or one.state not in OPEN or not case.open:
        return True
    form = await form_of(work, case.item, case.form_version)
    field = (await exchange.fields(work, citizen, question(case, (one.element,))))[one.element]
    state = outcome(field, _handed(form, filed.answers, one.element))
    if state in OPEN:
        await store.came_out(work.db, one, Outcome.AWAY, None, None)
        return False
    await store.came_out(work.db, one, state, field.as_of, work.now)
    after = [verifying.compared(e, field, filed.answers.get(e.pointer[1:])) if e.element == one.element else e for e in filed.evidence]
    await files.save_filed(work.db, citizen, case.id, replace(filed, evidence=after))
    await promising.looked_up(work, case, after)
    return True


async def _case(work: Work, one: Lookup) -> tuple[Case | None, Filed | None]:
    return await files.locked(work.db, one.citizen_id, one.case_id), await files.filed(work.db, one.citizen_id, one.case_id)


def _handed(form: Form, answers: Mapping[str, Any], element: str) -> Any:
    return next((answers[q.name] for q in form.questions.values() if q.element == element and q.name in answers), None)
