"""秒批 Granting at once. The rule looks when a case is handed in; the grant itself is a step of its own right after, so that whatever goes
wrong there leaves a case like any other before a clerk."""
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.forms import conditions
from onedoor.cases.forms.engine import Form
from onedoor.cases.instant import Condition, Instant, Seen, Verdict
from onedoor.cases.models import By, Case, CaseId, Evidence, Move, Status, Step
from onedoor.cases.store import bundles
from onedoor.cases.store import files as store
from onedoor.cases.store.bundles import Alike
from onedoor.exchange import service as exchange
from onedoor.identity.models import Fact, PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.log import NAME
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin, Work, system
from onedoor.wallet import service as wallet

from . import deciding, handling, moves
from .definitions import process_of
from .prefill import CERTIFICATES

ACTOR = system("cases.instant")
KEY = "instant"
"""Where a step keeps what the rule said."""
HELD = "held"


class Known(Struct, frozen=True):
    """One fact, and what it is called."""

    label: Text
    fact: Fact


def meant_for(rule: Instant, handed: Mapping[str, Any]) -> bool:
    """Whether the rule has anything to say of a case with these answers."""
    return conditions.holds(rule.when, handed, {})


async def known_of(work: Work, citizen: PersonId, rule: Instant, facts: Mapping[str, Fact]) -> dict[str, Known]:
    """What registers have told of the person, and what their good certificates say, as far as the rule looks at it; each with its name."""
    elements, found = exchange.remembered().elements, dict[str, Known]()
    for name in sorted({p[1:] for one in rule.conditions for p in conditions.pointers(one.when) if p.startswith("@")}):
        if fact := facts.get(name):
            found[name] = Known(elements[name].title if name in elements else Text(name, name), fact)
        elif f"@{name}".startswith(CERTIFICATES):
            found |= await _certified(work, citizen, name)
    return found


async def _certified(work: Work, citizen: PersonId, name: str) -> dict[str, Known]:
    _, kind, *claim = name.split(".")
    cert, known = await wallet.holds(work, citizen, kind), await wallet.type_of(work, kind)
    value = None if cert is None else cert.claims.get(claim[0]) if claim else "yes"
    if cert is None or value in (None, ""):
        return {}
    label = next((one.label for one in known.claims if claim and one.name == claim[0]), known.name)
    return {name: Known(label, Fact(value, known.name, cert.issued_on, None if claim else text("有")))}


def judged(
    rule: Instant, form: Form, handed: Mapping[str, Any], facts: Mapping[str, Known], evidence: Sequence[Evidence], *, papers: bool
) -> Verdict:
    """What the rule says of what was handed in."""
    told = {one.pointer: one for one in evidence if one.state == HELD}
    elements = {name: known.fact.value for name, known in facts.items()}
    found: dict[str, list[Text]] = {"met": [], "unmet": [], "untold": []}
    for one in rule.conditions:
        known = all(p in told or p[1:] in facts for p in conditions.pointers(one.when))
        how = "untold" if not known else "met" if conditions.holds(one.when, handed, elements) else "unmet"
        found[how].append(one.words)
    return Verdict(found["met"], found["unmet"], found["untold"], _seen(rule.conditions, form, handed, facts, told), papers=papers)


def again(rule: Instant, verdict: Verdict) -> Verdict | None:
    """What the rule says of the values that were kept with its verdict; None where they were not kept. What was handed in besides, and what
    the person had already, is taken as it was written down."""
    if any(not one.pointer for one in verdict.seen):
        return None
    given = {one.pointer: one.given for one in verdict.seen}
    handed = {p[1:]: value for p, value in given.items() if p.startswith("/")}
    elements = {p[1:]: value for p, value in given.items() if p.startswith("@")}
    found: dict[str, list[Text]] = {"met": [], "unmet": [], "untold": []}
    for one in rule.conditions:
        known = all(p in given for p in conditions.pointers(one.when))
        found["untold" if not known else "met" if conditions.holds(one.when, handed, elements) else "unmet"].append(one.words)
    return replace(verdict, met=found["met"], unmet=found["unmet"], untold=found["untold"])


def _seen(
    rule: Sequence[Condition], form: Form, handed: Mapping[str, Any], facts: Mapping[str, Known], told: Mapping[str, Evidence]
) -> list[Seen]:
    found: list[Seen] = []
    for pointer in dict.fromkeys(p for one in rule for p in conditions.pointers(one.when)):
        if pointer in told:
            question, one = form.questions[pointer[1:]], told[pointer]
            value = str(deciding.worded(question, handed.get(question.name), None))
            found.append(Seen(question.label, Text(value, value), one.source, one.as_of, pointer, handed.get(question.name)))
        elif known := facts.get(pointer[1:]):
            plain = Text(str(known.fact.value), str(known.fact.value))
            found.append(Seen(known.label, known.fact.shown or plain, known.fact.source, known.fact.as_of, pointer, known.fact.value))
    return found


async def follows(work: Work, case: Case, verdict: Verdict | None) -> None:
    """The grant comes right after the case itself, also when nobody waits for it."""
    if verdict is not None and verdict.grants:
        await enqueue(work.db, "cases.instant", {"citizen": str(case.citizen_id), "case": str(case.id)}, key=str(case.id))


async def alike(work: Work, citizen: PersonId, item: str, rule: Instant) -> list[Alike]:
    """What this person has of the same already: the rule gives nothing twice."""
    return [one for one in await bundles.alike(work.db, citizen, item) if meant_for(rule, one.answers)]


def said(steps: Sequence[Step]) -> Verdict | None:
    """What the rule has said last; None where the service has none."""
    told = next((step.detail[KEY] for step in reversed(steps) if KEY in step.detail), None)
    return convert(told, Verdict) if told is not None else None


def kept(verdict: Verdict | None) -> dict[str, Any]:
    """The same for the step that keeps it."""
    return {KEY: to_builtins(verdict)} if verdict is not None else {}


async def at_once(begin: Begin, citizen: PersonId, case_id: CaseId) -> None:
    """For whoever waits before the page: what goes wrong is not theirs, the job comes back to it."""
    try:
        await decide(begin, citizen, case_id)
    except (Problem, OSError) as bad:
        structlog.get_logger(NAME).warning("not_granted_at_once", case=str(case_id), why=str(bad))


async def decide(begin: Begin, citizen: PersonId, case_id: CaseId) -> None:
    """Accept and grant, unless somebody has been at the case since, or took back what it rests on. Done twice, it is done once."""
    async with begin(actor=ACTOR) as work:
        shown = await store.shown(work.db, citizen, case_id)
        process = await process_of(work, shown.item, shown.process_version) if shown else None
        if shown is None or process is None or process.instant is None:
            return
        others = [one for one in await alike(work, citizen, shown.item, process.instant) if one.id != case_id]
        case = await moves.locked(work, citizen, case_id)
        verdict = said(await store.steps(work.db, citizen, case_id))
        filed = await store.filed(work.db, citizen, case_id)
        untouched = case.status is Status.SUBMITTED and case.rev == 1
        if not untouched or verdict is None or not verdict.grants or filed is None or any(e.state == "revoked" for e in filed.evidence):
            return
        if any(one.granted or one.id.uuid < case_id.uuid for one in others):
            detail = kept(replace(verdict, again=True))
            await moves.save(work, case, case, Move.NOTE, process, by=By.SYSTEM, detail=detail)
            return
        accepted = await handling.take_on(work, case, process, by=By.SYSTEM)
        await deciding.give(work, accepted, by=By.SYSTEM, how=_how(), detail=kept(verdict))


def _how() -> Text:
    return text("这件事符合条件，系统当场批准。依据的条件和信息，在办件页面里能看到。")
