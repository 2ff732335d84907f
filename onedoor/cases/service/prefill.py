"""不用再填 What is known before anybody is asked: what the real-name check has told, and what registers tell for this service."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct

from onedoor.cases.forms import conditions
from onedoor.cases.forms.building import OWN, PROMISE
from onedoor.cases.forms.engine import Form
from onedoor.cases.forms.engine import Question as FormQuestion
from onedoor.cases.models import Evidence, How, Later, ProcessVersion
from onedoor.exchange import service as exchange
from onedoor.exchange.models import MISSED, TROUBLE, Field, FieldState, Question, Via
from onedoor.identity import service as identity
from onedoor.identity.models import Fact, PersonId
from onedoor.kernel.ports import Ports
from onedoor.kernel.together import together
from onedoor.kernel.work import Begin, Work

from . import acting, definitions

WAITED_MS, PROGRAM_MS = 80, 1000
"""How long a page waits for registers; what comes later fills itself."""
CERTIFICATES = "@cert."
"""Begins what a rule reads in the person's own wallet."""
NOBODY_ASKED = frozenset({FieldState.NONE, FieldState.CONSENT})


class Known(Struct, frozen=True):
    """Everything that need not be asked, and how each fact that registers hold stands."""

    facts: dict[str, Fact]
    fields: dict[str, Field]


def elements_of(form: Form) -> tuple[str, ...]:
    """What this form needs of registers, for its answers and for its conditions."""
    bound = [q.element for q in form.questions.values() if q.element]
    rules = [p.when for p in form.pages if p.when] + [d.when for d in form.documents if d.when]
    looked = [pointer[1:] for rule in rules for pointer in conditions.pointers(rule) if pointer.startswith("@")]
    return tuple(dict.fromkeys(e for e in (*bound, *looked) if e not in OWN))


def question(form: Form, process: ProcessVersion, matter: UUID | None, *, purpose: str = "apply", again: bool = False) -> Question | None:
    """What is asked of registers for a form; None when it needs nothing of them."""
    rule = [pointer for one in (process.instant.conditions if process.instant else ()) for pointer in conditions.pointers(one.when)]
    facts = [p[1:] for p in rule if p.startswith("@") and not p.startswith(CERTIFICATES) and p[1:] not in OWN]
    elements = tuple(dict.fromkeys((*elements_of(form), *facts)))
    if not elements:
        return None
    kind = "self" if purpose == "apply" else "system"
    return Question(elements, form.item, process.title, process.org_ref, purpose, matter, kind, again)


async def known(work: Work, citizen: PersonId, form: Form, process: ProcessVersion, matter: UUID | None) -> Known:
    """What is known now, without asking anybody."""
    asked = question(form, process, matter)
    return known_of(*await together(work, lambda w: identity.facts(w, citizen), lambda w: fields(w, citizen, asked)))


async def fields(work: Work, citizen: PersonId, asked: Question | None) -> dict[str, Field]:
    """How each fact stands that this asks for."""
    return await exchange.fields(work, citizen, asked) if asked else {}


def known_of(facts: dict[str, Fact], fields: dict[str, Field]) -> Known:
    """The real-name check's facts and the registers'."""
    return Known(facts | exchange.told(fields), fields)


async def ask(
    work: Work, ports: Ports, citizen: PersonId, form: Form, process: ProcessVersion, matter: UUID, *, again: bool = False
) -> None:
    """Every register that holds something of this form is asked at once, when this transaction has committed."""
    if asked := question(form, process, matter, again=again):
        await exchange.ask(work, ports, citizen, asked)


async def settle(ports: Ports, matter: UUID) -> None:
    """Give registers a moment; called with no transaction open."""
    await exchange.line(ports).settled(matter, WAITED_MS)


async def ahead(begin: Begin, ports: Ports, item: str) -> None:
    """A program hands in without a draft: what registers hold is asked first, and given a moment."""
    known = definitions.memory.now if definitions.memory.loaded else None
    form = known.forms.get((item, known.newest.get(item, 0))) if known else None
    if form is None or not elements_of(form):
        return
    matter = uuid4()
    async with begin() as work:
        citizen = acting.whose(work.actor)
        if isinstance(citizen, PersonId) and acting.reaches(work, item):
            await ask(work, ports, citizen, form, await definitions.process_of(work, item), matter)
    await exchange.line(ports).settled(matter, PROGRAM_MS)


def typed_evidence(
    form: Form, fields: Mapping[str, Field], handed: Mapping[str, Any], later: Mapping[str, Later], mark: Any
) -> list[Evidence]:
    """Answers that a register should have given and the person typed: with why, and whether promised, for whoever decides and for the
    later check."""
    promised = {q.name for q in promisable(form, fields) if (said := later.get(f"/{q.name}")) and said.how is How.PROMISE}
    return [
        Evidence(f"/{q.name}", q.element, field.source, None, mark(handed[q.name]), str(field.state), PROMISE if q.name in promised else "")
        for q in form.questions.values()
        if q.name in handed and (field := fields.get(q.element)) and field.state is not FieldState.HELD
        and (field.state not in NOBODY_ASKED or q.name in promised)
    ]  # fmt: skip


def promisable(form: Form, fields: Mapping[str, Field]) -> list[FormQuestion]:
    """Questions for which a promise may stand, because their register has not told them."""
    asked = [q for q in form.questions.values() if PROMISE in q.ladder]
    return [q for q in asked if (field := fields.get(q.element)) is not None and field.state in MISSED]


def asked_again(form: Form, fields: Mapping[str, Field], handed: Mapping[str, Any]) -> tuple[str, ...]:
    """Questions put to the person because the register that holds the answer did not give it."""
    return tuple(
        q.name for q in form.questions.values() if q.name in handed and (field := fields.get(q.element)) and field.state in TROUBLE
    )


def states(form: Form, fields: Mapping[str, Field]) -> dict[str, str]:
    """By question how its fact stands, where registers hold it."""
    return {q.name: str(fields[q.element].state) for q in form.questions.values() if q.element in fields}


def via_of(fields: Mapping[str, Field], element: str) -> str:
    """How a held value was had: empty when the real-name check told it."""
    field = fields.get(element)
    return str(field.via or Via.LIVE) if field else ""
