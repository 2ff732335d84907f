"""正在替谁办 A device turns to somebody, is looked at anew at each of its requests, and each thing it does is written down and told."""

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Actor, Begin, Behalf, Work
from onedoor.mandates import policy, store
from onedoor.mandates.errors import MandateEnded, NoSuchMandate
from onedoor.mandates.models import Act, Mandate, MandateId, Side, Standing, Use, UseId
from onedoor.wallet.events import CertUsed

from . import telling
from .agreeing import ROOM, me, one
from .cards import opened

COUNTED = frozenset({Act.SUBMIT, Act.SUPPLEMENT})
"""What uses up a mandate that is good for so many times."""


async def turn_to(work: Work, mandate: MandateId) -> Mandate:
    """From now on this device acts for the person who gave the mandate."""
    made = await one(work, mandate)
    if policy.side_of(me(work), made) is not Side.AGENT:
        raise NoSuchMandate()
    if not made.holds(work.today):
        raise MandateEnded()
    await identity.turn_to(work, made.citizen_id, made.id)
    return made


async def turn_back(work: Work) -> None:
    """This device acts for its owner again."""
    await identity.turn_back(work)


async def stands_in(begin: Begin, actor: Actor) -> Standing | None:
    """Who stands in for whom on this device, at this moment: read at every request, so that ended is ended everywhere."""
    if actor.turned_to is None:
        return None
    principal, power = PersonId(actor.turned_to[0].uuid), MandateId(actor.turned_to[1].uuid)
    async with begin(actor=ROOM) as work:
        made = await store.one(work.db, principal, power)
        whose = await identity.person(work, principal)
        agent = await identity.person(work, PersonId(actor.id.uuid)) if actor.id else None
        if made is None or whose is None or agent is None or made.agent_ref != agent.citizen_id:
            return Standing(None, "", principal, power)
        name = policy.called(replace(made, principal_name=whose.name or made.principal_name))
        if not made.holds(work.today):
            return Standing(None, name, principal, power)
        papers = frozenset(await opened(work, made))
    behalf = Behalf(
        power=power, name=name, matters=frozenset(made.items), acts=frozenset(map(str, made.acts)), hidden=frozenset(made.hide),
        whole=made.whole, papers=papers, body=made.firm,
    )  # fmt: skip
    # of a member of staff, nothing of the post goes along
    stands = replace(
        actor, on_behalf_of=principal, behalf=behalf, assurance=min(agent.assurance, whose.assurance), name=agent.name or made.agent_name,
        grants=frozenset(), org=None, districts=(), outside=False, serves=False,
    )  # fmt: skip
    return Standing(stands, name, principal, power)


class Done(Struct, frozen=True):
    """One thing that was done under a mandate: to what, and where the person finds it."""

    act: Act
    item: str
    title: Text
    ref: str
    href: str
    fields: tuple[str, ...]
    at: dt.datetime


async def used(work: Work, act: Act, item: str, title: Text, ref: str, href: str, fields: tuple[str, ...]) -> None:
    """Write down what whoever stands in has done, in the person's own access record too, and tell the person. Looking at one thing is
    written down once a day and told to nobody by itself. For somebody who acts for themselves nothing happens."""
    actor = work.actor
    if actor.behalf is None or not isinstance(actor.on_behalf_of, PersonId):
        return
    person, power = actor.on_behalf_of, MandateId(actor.behalf.power.uuid)
    made = await store.one(work.db, person, power)
    if made is None:
        raise Unauthorized()
    await _written(work, made, Done(act, item, title, ref, href, fields, work.now), actor)
    if act in COUNTED and made.uses_left is not None:
        left = await store.spend(work.db, person, power)
        if left is None:  # used up by another request of the same moment
            raise MandateEnded()
        if left == 0:
            await enqueue(work.db, "mandates.used_up", {"citizen": str(person), "mandate": str(made.id)})  # it holds no more from here on


async def _written(work: Work, made: Mandate, done: Done, actor: Actor) -> None:
    person, use = made.citizen_id, Use(UseId.new(), done.at, done.act, done.item, done.title, done.ref)
    if not await store.add_use(work.db, person, made.id, use, work.today):
        return
    purpose = text("代办：{deed}", deed=telling.deed(done.act, done.title, done.ref))
    case = done.ref if done.ref.startswith("case_") else None
    await identity.record_access(work, person, purpose, done.fields, case, by=actor)
    if done.act is not Act.SEE:
        await telling.used(work, made, done.act, done.title, done.href)


DEEDS = {"look": Act.SEE, "show": Act.SHOW, "copy": Act.COPY, "consent": Act.CONSENT}


async def card_used(work: Work, event: CertUsed) -> None:
    """A certificate was looked at, shown, copied or given to a department by somebody who stood in."""
    made = await store.one(work.db, event.citizen, MandateId.parse(event.power))
    if made is None:
        return
    fields = tuple(f"certificate.{name}" for name in event.fields) or ("certificate",)
    actor = Actor(id=event.agent, name=event.agent_name, on_behalf_of=event.citizen)
    done = Done(DEEDS[event.deed], event.type, event.name, str(event.cert), f"/wallet/{event.cert}", fields, event.at)
    await _written(work, made, done, actor)
