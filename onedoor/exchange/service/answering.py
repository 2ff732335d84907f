"""互联 Answering another city: whose question it is, whether it was agreed, whether the person allows it; on the person's record first.

Once by its name: the same question sent again gets the same reply, another one under the same name gets none. Whatever the reason is for
which nothing is told, the city that asked is told it in one word, signed like an answer.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from msgspec import Struct

from onedoor.exchange import between, policy
from onedoor.exchange.between import Asked, Told
from onedoor.exchange.errors import AskedOtherwise, CityNotBelieved
from onedoor.exchange.models import City, FieldState, Question
from onedoor.exchange.node import node
from onedoor.exchange.records import Waiting, WaitingId
from onedoor.exchange.store import cities as store
from onedoor.exchange.store import people
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import jose
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.jose import Malformed
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Unavailable
from onedoor.kernel.trust import Document
from onedoor.kernel.work import Actor, Begin, Work, system
from onedoor.notify import service as notify

from . import asking
from .fields import fields
from .grouping import Group, grouped
from .known import dictionary
from .sending import line
from .trusting import trusted

ACTOR = system("exchange.answering")
WAITED_MS = 3000
WAITS = dt.timedelta(days=14)
FINAL = frozenset({"held", "not_held", "refused"})
"""What is answered for good; anything else may come out differently when it is asked once more. So may what waits for the person."""
KEY = "person.id_number"


class Taken(Struct, frozen=True):
    """A question that may be answered: about whom, in our words, or why not."""

    asked: Asked
    document: Document
    city: City
    citizen: PersonId | None = None
    question: Question | None = None
    problem: str = ""
    reply: str = ""


async def answer(begin: Begin, ports: Ports, given: str) -> str:
    """The sealed reply to a signed question. What it looks at is written down, and committed, before any of it leaves."""
    async with begin(actor=ACTOR) as work:
        taken = await _taken(work, ports, given)
    if taken.reply:
        return taken.reply
    if taken.question is not None and taken.question.matter:
        await line(ports).settled(taken.question.matter, WAITED_MS)
    async with begin(actor=ACTOR) as work:
        told = await _told(work, taken)
        sealed = between.answer(node().ring, told, taken.document)
        if told.state in FINAL and told.problem != "consent":
            await store.keep_reply(work.db, taken.city.node, UUID(taken.asked.jti), sealed)
    return sealed


async def _taken(work: Work, ports: Ports, given: str) -> Taken:
    """Who asks, whether it asked this before, and the asks that leave when this transaction has committed."""
    asked, document, city = await _believed(work, given)
    name, meaning = UUID(asked.jti), between.meaning(asked)
    if not await store.take_name(work.db, city.node, name, meaning, work.now):
        before = await store.reply(work.db, city.node, name)
        if before is None:  # swept a moment ago
            raise Unavailable(retry_after=1)
        if before.meaning != meaning:
            raise AskedOtherwise()
        if before.reply:
            return Taken(asked, document, city, reply=before.reply)
    title = (await trusted(work)).title(city.node)
    asker = Text(f"{title.zh}{asked.asker.zh}"[:80], f"{asked.asker.en or asked.asker.zh}, {title.en}"[:80])
    number = asked.keys.get(KEY, "")
    citizen = await identity.person_of_id_number(work, ports.get(Secrets), number) if number else None
    if citizen is None or asked.keys.keys() != {KEY}:
        return Taken(asked, document, city, problem="unknown")
    said = Text(asked.title.zh[:80], asked.title.en[:80])
    question = Question(asked.elements, asked.item, said, city.id, asked.purpose, _uuid(asked.matter), "system", abroad=asker)
    groups = grouped(await dictionary(work), question, work.today)
    problem = await _may(work, citizen, city, question, groups)
    if not problem and len(await asking.ask(work, ports, citizen, question)) < len(groups):  # what is kept is looked at too
        await asking.noted(work, citizen, question, await _sources(work, groups), list(question.elements), refused=False)
    return Taken(asked, document, city, citizen, question, problem)


async def _sources(work: Work, groups: list[Group]) -> Text:
    known = await dictionary(work)
    titles = list({g.agreement.resource: known.register_of(g.agreement.resource).title for g in groups}.values())
    return Text("、".join(t.zh for t in titles), ", ".join(t.en or t.zh for t in titles))


async def _believed(work: Work, given: str) -> tuple[Asked, Document, City]:
    """The question, proven to be of a city that is switched on; CityNotBelieved says which rule failed."""
    now, known = int(work.now.timestamp()), await trusted(work)
    try:
        sender = between.sender(given)
        document = known.standing(sender, now)
        if document is None:
            raise Malformed("no such city")
        asked = between.read(given, document, node().name, now)
        for name in (asked.jti, asked.matter):
            _uuid(name)
    except Malformed as bad:
        raise CityNotBelieved(why=str(bad)) from bad
    return asked, document, known.cities[sender]


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as bad:
        raise Malformed("shape") from bad


async def _may(work: Work, citizen: PersonId, city: City, question: Question, groups: list[Group]) -> str:
    """Why nothing may be told: not agreed, or the person has not allowed it. A refusal is on the person's record too."""
    known = await dictionary(work)
    covered = {element for group in groups for element in group.elements}
    miss = "element" if covered < set(question.elements) else ""
    miss = miss or next((why for g in groups if (why := policy.miss(known, g.agreement, question, g.elements, work.today))), "")
    if miss:
        await asking.noted(work, citizen, question, Text(""), list(question.elements), refused=True)
        return f"not agreed: {miss}"
    given = await people.consents(work.db, citizen, work.now) if any(policy.needs_consent(g.agreement) for g in groups) else []
    lacking = [
        g for g in groups
        if policy.needs_consent(g.agreement) and policy.consent_for(given, g.agreement, question, g.elements, work.now) is None
    ]  # fmt: skip
    for group in lacking:
        await _waits(work, citizen, city, question, group)
    return "consent" if lacking else ""


async def _waits(work: Work, citizen: PersonId, city: City, question: Question, group: Group) -> None:
    """The person finds it among what waits for a word; on record, because somebody wanted to look."""
    assert question.abroad is not None
    assert question.matter is not None
    fresh = await store.add_waiting(work.db, Waiting(
        citizen, WaitingId.new(), city.node, group.agreement.id, group.elements, question.purpose, question.item, question.title,
        question.abroad, question.matter, work.now, work.now + WAITS, "open",
    ))  # fmt: skip
    if fresh:
        words = text("想为办理“{item}”查您的信息，等您同意", item=question.title)
        asker = Actor(org=question.asker, org_title=question.abroad.zh, system="exchange.answering")
        await identity.record_access(work, citizen, words, tuple(group.elements), None, by=asker)
        title = text("{who}想查您的信息，等您同意", who=question.abroad)
        body = text("为办理“{item}”。同意或不同意都可以；14 天内不答复，对方就查不到。", item=question.title)
        await notify.send(work, citizen, title, body, "/me/asked-elsewhere", "exchange.waits")


async def _told(work: Work, taken: Taken) -> Told:
    """What is known now, in the asker's words; a part that is missing is told as missing, never guessed."""
    asked, now = taken.asked, int(work.now.timestamp())
    base: dict[str, Any] = {
        "iss": node().name, "aud": asked.iss, "jti": asked.jti, "iat": now, "of": jose.b64(between.meaning(asked)), "keys": asked.keys,
    }  # fmt: skip
    if taken.problem or taken.citizen is None or taken.question is None:
        return Told(**base, state="not_held" if taken.problem == "unknown" else "refused", problem=taken.problem)
    person = await identity.person(work, taken.citizen)
    base["keys"] = {KEY: person.id_number or ""} if person else {}
    found = await fields(work, taken.citizen, taken.question)
    held = {name: one for name, one in found.items() if one.state is FieldState.HELD}
    if not held:
        state = next((one.state for one in found.values()), FieldState.NOT_HELD)
        return Told(**base, state=_plain(state), problem="register")
    if missing := [one for one in found.values() if one.state in (FieldState.PENDING, FieldState.LATE, FieldState.DOWN)]:
        return Told(**base, state=_plain(missing[0].state), problem="register")
    days = [one.as_of for one in held.values() if one.as_of]
    return Told(**base, state="held", values={name: one.value for name, one in held.items()}, as_of=min(days).isoformat() if days else "")


def _plain(state: FieldState) -> str:
    """In the words that every exchange knows."""
    return {FieldState.NOT_HELD: "not_held", FieldState.REFUSED: "refused"}.get(state, "down")

