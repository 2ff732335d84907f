"""事后核对 What a person typed because a register did not answer is compared later, by a job; whoever decides sees how it came out."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from onedoor.cases.lookup import plain
from onedoor.cases.models import CaseId, Evidence, Filed
from onedoor.cases.store import files as store
from onedoor.exchange import service as exchange
from onedoor.exchange.models import TROUBLE, FieldState
from onedoor.identity.models import PersonId
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system

from . import prefill, promising
from .definitions import form_of, process_of

WAITED_MS = 12_000
LATER = frozenset(str(state) for state in TROUBLE | {FieldState.PENDING})


class NotYet(Exception):
    """A register still does not answer; the queue comes back to it."""


def to_check(evidence: list[Evidence]) -> list[Evidence]:
    return [e for e in evidence if e.state in LATER]


async def check(begin: Begin, ports: Ports, citizen: PersonId, case_id: CaseId, last: bool = False) -> None:
    """Ask, wait, compare, write down. Each typed answer ends as agreed, differs, or not_held."""
    async with begin(actor=system("cases.check")) as work:
        case, filed = await store.shown(work.db, citizen, case_id), await store.filed(work.db, citizen, case_id)
        if case is None or filed is None or not case.open or not to_check(filed.evidence):
            return
        form, process = await form_of(work, case.item, case.form_version), await process_of(work, case.item, case.process_version)
        asked = prefill.question(form, process, case_id.uuid, purpose="check", again=True)
        if asked is None:
            return
        asked = replace(asked, elements=tuple(e.element for e in to_check(filed.evidence)))
        await exchange.ask(work, ports, citizen, asked)
    await exchange.line(ports).settled(case_id.uuid, WAITED_MS)
    async with begin(actor=system("cases.check")) as work:
        await store.locked(work.db, citizen, case_id)  # or a consent taken back meanwhile is written over
        filed = await store.filed(work.db, citizen, case_id)
        assert filed is not None, "a case keeps its answers"
        found = await exchange.fields(work, citizen, asked)
        after = [compared(e, found.get(e.element), filed.answers.get(e.pointer[1:])) for e in filed.evidence]
        await store.save_filed(work.db, citizen, case_id, Filed(filed.answers, after))
        await promising.looked_up(work, case, after)
    if any(e.state in LATER for e in after) and not last:
        raise NotYet(str(case_id))


async def taken_back(work: Work, citizen: PersonId, matter: UUID, elements: list[str]) -> None:
    """A consent was taken back before the decision: what it brought is no longer part of the case."""
    known = await store.by_key(work.db, citizen, matter)
    case, filed = (await store.locked(work.db, citizen, known.id), await store.filed(work.db, citizen, known.id)) if known else (None, None)
    if case is None or filed is None or not case.open:
        return
    gone = {e.pointer for e in filed.evidence if e.element in elements and e.state == "held"}
    answers = {name: value for name, value in filed.answers.items() if f"/{name}" not in gone}
    evidence = [replace(e, state="revoked") if e.pointer in gone else e for e in filed.evidence]
    await store.save_filed(work.db, citizen, case.id, Filed(answers, evidence))


def compared(one: Evidence, field: Any, typed: Any) -> Evidence:
    """How a typed answer stands beside what the register says now; unchanged while it says nothing."""
    if one.state not in LATER or field is None or field.state not in (FieldState.HELD, FieldState.NOT_HELD):
        return one
    if field.state is FieldState.NOT_HELD:
        return replace(one, state=str(FieldState.NOT_HELD))
    return replace(one, state="agreed" if plain(field.value) == plain(typed) else "differs", as_of=field.as_of)

