"""评定结果: what an outside office, such as a hospital, found out for a case. It arrives by itself, sometimes twice, sometimes mended; or
a clerk writes it in from paper. What the certificate says of it comes from here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from onedoor.cases import policy
from onedoor.cases.errors import NoSuchCase, NotAssessed
from onedoor.cases.lookup import GIVES_UP, wait
from onedoor.cases.models import By, Case, CaseId, Move, ProcessVersion, Step
from onedoor.cases.outside import AssessedBy, found_out
from onedoor.cases.store import files as store
from onedoor.exchange import service as exchange
from onedoor.exchange.models import TROUBLE, Field, FieldState, Question
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, pick, say, text
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work, system

from . import lookups, moves, pausing, telling
from .definitions import process_of
from .handling import at_desk

ACTOR, WAITED_MS = system("cases.assessment"), 2000
MARK = "#"
"""Begins a claim that an assessment answers: what may be said, with | between, or nothing for words."""


class Assessment(Struct, frozen=True):
    """One result: its number with whoever sent it, what it says by claim, who found it out, and when."""

    id: str
    values: dict[str, str]
    by: Text
    on: date


def wanted(process: ProcessVersion) -> dict[str, list[str]]:
    """What an assessment must say, and the answers it may give; none where it is told in words."""
    return {name: [w for w in source[1:].split("|") if w] for name, source in process.claims.items() if source.startswith(MARK)}


def latest(steps: Sequence[Step]) -> dict[str, str]:
    """What the newest result says."""
    return found_out([step.detail for step in steps])


async def assessment_arrived(work: Work, number: str, result: Assessment) -> bool:
    """A result for the case of this number. The same one twice changes nothing; False then. A corrected one counts from now on."""
    claim = await store.claimed(work.db, number)
    if claim is None:
        raise NoSuchCase(number=number[:40])
    case = await moves.locked(work, claim.citizen_id, claim.case_id)
    steps = await store.steps(work.db, case.citizen_id, case.id)
    if any(s.detail.get("assessed", {}).get("id") == result.id for s in steps):
        return False
    await _write(work, case, result, By.SYSTEM)
    return True


def told(process: ProcessVersion, values: dict[str, str]) -> dict[str, str]:
    """What an assessment says in the words of the dictionary, by claim: its own words are the certificate's."""
    said = process.assessment
    back = {claim: {word: value for value, word in words.items()} for claim, words in said.words.items()} if said else {}
    return {claim: back.get(claim, {}).get(value, value) for claim, value in values.items()}


async def waits_for(work: Work, case: Case, process: ProcessVersion) -> None:
    """A case is taken on: what has been found out already is there at once, and whoever is to find it out hears of the case."""
    if process.assessment:
        await enqueue(work.db, "cases.assessment", {"citizen": str(case.citizen_id), "case": str(case.id)}, key=str(case.id), queue="back")


async def reported(work: Work, citizen: PersonId, resource: str) -> None:
    """There is something new of this person: each open case that waits for it asks."""
    for case in await store.waiting(work.db, citizen):
        process = await process_of(work, case.item, case.process_version)
        if process.assessment and process.assessment.resource == resource:
            await waits_for(work, case, process)


async def look(begin: Begin, ports: Ports, citizen: PersonId, case_id: CaseId, since: datetime | None = None) -> None:
    """Ask for the result, as for everything that registers hold: by agreement, and on record for the person. `since` is when whoever is
    to find it out was asked first and did not answer."""
    async with begin(actor=ACTOR) as work:
        case = await store.shown(work.db, citizen, case_id)
        process = await process_of(work, case.item, case.process_version) if case else None
        if case is None or not case.open or process is None or process.assessment is None:
            return
        wanted = process.assessment.claims
        question = Question(
            tuple(dict.fromkeys(wanted.values())), case.item, case.title, process.org_ref, "apply", case_id.uuid, "system", again=True
        )
        await exchange.ask(work, ports, citizen, question)
    await exchange.line(ports).settled(case_id.uuid, WAITED_MS)
    async with begin(actor=ACTOR) as work:
        fields = await exchange.fields(work, citizen, question)
        if any(field.state in TROUBLE or field.state is FieldState.PENDING for field in fields.values()):
            await _later(work, case, wanted, since or work.now)
        elif all(field.state is FieldState.HELD for field in fields.values()):
            await _brought(work, citizen, case_id, process.assessment, fields)


async def _later(work: Work, case: Case, wanted: Mapping[str, str], since: datetime) -> None:
    """Asked again after a while; after three days a clerk has it, who may write in what is on paper."""
    waited = work.now - since
    if waited >= GIVES_UP:
        await lookups.never_came(work, case, await exchange.source_title(work, next(iter(wanted.values()))))
        return
    args = {"citizen": str(case.citizen_id), "case": str(case.id), "since": since.isoformat()}
    await enqueue(work.db, "cases.assessment", args, key=str(case.id), queue="back", run_at=work.now + wait(waited))


async def _brought(work: Work, citizen: PersonId, case_id: CaseId, by: AssessedBy, fields: dict[str, Field]) -> None:
    found = {claim: fields[element] for claim, element in by.claims.items()}
    values = {claim: by.words.get(claim, {}).get(str(field.value), str(field.value)) for claim, field in found.items()}
    first = next(iter(found.values()))
    case = await moves.locked(work, citizen, case_id)
    if case.open and latest(await store.steps(work.db, citizen, case_id)) != values:
        on = first.as_of or work.today
        await _write(work, case, Assessment(str(first.ask), values, first.source or text("评定机构"), on), By.SYSTEM)


async def assess(work: Work, case_id: CaseId, result: Assessment, *, rev: int | None = None) -> Case:
    """A clerk writes in what came on paper."""
    case = await at_desk(work, case_id, rev)
    return await _write(work, case, result, By.STAFF)


async def _write(work: Work, case: Case, result: Assessment, by: By) -> Case:
    policy.must_allow(case, Move.NOTE)
    process = await process_of(work, case.item, case.process_version)
    _must_say(work, process, result)
    detail = {"assessed": {"id": result.id, "values": result.values, "by": to_builtins(result.by), "on": result.on.isoformat()}}
    after = await moves.save(work, case, case, Move.NOTE, process, by=by, detail=detail)
    await lookups.unmark(work, case)
    if case.open:
        body = text("{by}的评定结果已经直接送到，不用您转交。", by=result.by)
        await telling.tell(work, after, "assessed", text("{item}：评定结果已送到", item=case.title), body, sms=False)
    return await pausing.assessed(work, after)


def _must_say(work: Work, process: ProcessVersion, result: Assessment) -> None:
    errors: list[dict[str, str]] = []
    for name, allowed in wanted(process).items():
        said = result.values.get(name, "")
        if not said or (allowed and said not in allowed):
            detail = say(work.locale, "请从列出的选项里选") if allowed else say(work.locale, "请填写这一项")
            errors.append({"pointer": f"/{name}", "detail": detail})
    strange = [name for name in result.values if name not in wanted(process)]
    errors += [{"pointer": f"/{name}"[:80], "detail": say(work.locale, "这张证照没有这一项")} for name in strange]
    if errors:
        raise Invalid(errors=errors)


async def for_certificate(work: Work, case: Case, process: ProcessVersion) -> dict[str, str]:
    """What the certificate of a case says of its assessment; NotAssessed while there is none."""
    if not wanted(process):
        return {}
    found = latest(await store.steps(work.db, case.citizen_id, case.id))
    if not found:
        raise NotAssessed(case=str(case.id))
    return found


def result_words(locale: str, step: Step) -> str:
    """One result in a line."""
    found = step.detail["assessed"]
    comma = ", " if locale == "en" else "，"
    return comma.join([pick(locale, found["by"]), *found["values"].values()])
