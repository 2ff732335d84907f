"""代办 What whoever stands in for the applicant reaches of drafts and cases, what stays hidden from them, and each use written down.

Nothing hidden leaves this room for an agent: what a register holds of it goes to the department and never to the page.
"""
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.forms.engine import Form
from onedoor.cases.models import Asked, Attachment, AttachmentId, Case, Draft
from onedoor.cases.store import agents as store
from onedoor.exchange import service as exchange
from onedoor.identity import service as identity
from onedoor.identity.models import Fact, PersonId
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.work import Actor, Work
from onedoor.mandates import service as mandates
from onedoor.mandates.errors import NotInMandate
from onedoor.mandates.models import Act

SECRET = 4
"""From this sensitivity on nothing is shown to an agent: registers hand it to the department directly."""
SHORTEST = 4
"""A hidden value shorter than this cannot be told from other words, and is hidden where it is asked alone."""


class Veil(Struct, frozen=True):
    """What the viewer must not see: answers to these questions, and these values wherever they stand."""

    questions: frozenset[str] = frozenset()
    values: tuple[str, ...] = ()
    words: str = ""

    def over(self, value: Any) -> Any:
        """The same thing with each hidden value taken out, however deep it lies."""
        if not self.values:
            return value
        if isinstance(value, str):
            for one in self.values:
                value = value.replace(one, self.words)
            return value
        if isinstance(value, Text):
            return Text(self.over(value.zh), self.over(value.en))
        if isinstance(value, dict):
            return {key: self.over(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.over(inner) for inner in value]
        return value

    def answers(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answers as this viewer may read them."""
        return {name: self.words if name in self.questions else self.over(value) for name, value in given.items()}

    def asked(self, things: list[Asked]) -> list[Asked]:
        """What is asked for, in words that this viewer may read."""
        return [replace(one, label=self.over(one.label), note=self.over(one.note)) for one in things]


OPEN = Veil()


def whose(actor: Actor) -> Any:
    """Whose drafts and cases these are: those of whoever is signed in, or of whom they stand in for."""
    return actor.on_behalf_of if actor.behalf is not None else actor.id


def reaches(work: Work, item: str) -> bool:
    """Whether an item's matters are there for this actor at all."""
    return work.actor.behalf is None or work.actor.behalf.reaches(item)


def must_reach(work: Work, item: str) -> None:
    """Refuse to begin what the mandate does not name."""
    if not reaches(work, item):
        raise NotInMandate(item=item)


def veil(work: Work, form: Form, facts: Mapping[str, Fact], answers: Mapping[str, Any]) -> Veil:
    """What stays hidden of this form from this actor; nothing from the person."""
    hidden = _hidden(work.actor)
    if not hidden:
        return OPEN
    asked = [q for q in form.questions.values() if q.element in hidden]
    questions = frozenset(q.name for q in asked)
    values = {str(fact.value) for name, fact in facts.items() if name in hidden}
    values |= {given for q in asked if not q.options and isinstance(given := answers.get(q.name), str)}
    return Veil(questions, tuple(sorted((v for v in values if len(v) >= SHORTEST), key=len, reverse=True)), say(work.locale, "仅本人可见"))


def _hidden(actor: Actor) -> frozenset[str]:
    """What the mandate hides, and what is too sensitive for whoever does not decide as the person does."""
    if actor.behalf is None:
        return frozenset()
    secret = () if actor.behalf.whole else (e.code for e in exchange.remembered().elements.values() if e.sensitivity >= SECRET)
    return actor.behalf.hidden.union(secret)


async def veil_of(work: Work, citizen: PersonId, form: Form, answers: Mapping[str, Any]) -> Veil:
    """The same for what has been handed in; the person's facts are read only for an agent."""
    return veil(work, form, await identity.facts(work, citizen), answers) if work.actor.behalf else OPEN


async def sealed(work: Work, found: list[Attachment]) -> frozenset[AttachmentId]:
    """Which papers this actor may know of and not open: an agent opens what the agent has uploaded."""
    if work.actor.behalf is None or not found:
        return frozenset()
    own = await store.own_files(work.db, found[0].citizen_id, work.actor.id, [f.id for f in found])
    return frozenset(f.id for f in found) - {one.id for one in own}


def named(work: Work, found: list[Attachment], closed: frozenset[AttachmentId]) -> list[Attachment]:
    """Papers as this actor may read of them: sealed ones are there, under no name of their own."""
    return [replace(f, name=say(work.locale, "本人上传的文件")) if f.id in closed else f for f in found]


async def files(work: Work, found: list[Attachment]) -> list[Attachment]:
    """The same in one step."""
    return named(work, found, await sealed(work, found))


async def may_open(work: Work, file: Attachment) -> bool:
    """Whether this file is not sealed from this actor."""
    return not await sealed(work, [file])


def decides(work: Work) -> bool:
    """Whether decisions about rights are this actor's: the person's own, or a guardian's."""
    return work.actor.behalf is None or work.actor.behalf.whole


def gives_cards(work: Work) -> bool:
    """Whether this actor may let a department read certificates for a case."""
    return decides(work) or (work.actor.behalf is not None and Act.CONSENT in work.actor.behalf.acts)


async def uploaded(work: Work, file: Attachment) -> None:
    """The agent has uploaded it."""
    if work.actor.behalf is not None:
        await store.set_uploader(work.db, file.citizen_id, file.id, work.actor.id)


def by(work: Work) -> dict[str, str]:
    """Both people of a step: whose case it is stands in the case, who did it here."""
    return {"agent": work.actor.name} if work.actor.behalf is not None else {}


async def looked(work: Work, what: Draft | Case) -> None:
    """The agent has it before them; written down once a day."""
    await _used(work, Act.SEE, what)


async def began(work: Work, draft: Draft) -> None:
    """The agent has begun a draft."""
    await _used(work, Act.FILL, draft)


async def submitted(work: Work, case: Case) -> None:
    """The agent has handed it in: the case names both."""
    if work.actor.behalf is not None:
        await store.name_agent(work.db, case.citizen_id, case.id, work.actor.id, work.actor.behalf.power)
        await _used(work, Act.SUBMIT, case)


async def supplemented(work: Work, case: Case) -> None:
    """The agent has given what was asked for."""
    await _used(work, Act.SUPPLEMENT, case)


async def _used(work: Work, act: Act, what: Draft | Case) -> None:
    if work.actor.behalf is None:
        return
    href = f"/cases/{what.id}" if isinstance(what, Case) else f"/drafts/{what.id}"
    await mandates.used(work, act, what.item, what.title, str(what.id), href, ("answers",))
