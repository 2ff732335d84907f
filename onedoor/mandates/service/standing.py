"""正在替谁办 A device turns to somebody, is looked at anew at each of its requests, and each thing it does is written down and told."""

from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Actor, Begin, Behalf, Work
from onedoor.mandates import policy, store
from onedoor.mandates.errors import MandateEnded, NoSuchMandate
from onedoor.mandates.models import Act, Mandate, MandateId, Side, Standing, Use, UseId

from . import telling
from .agreeing import ROOM, me, one

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
        name = mask_name(whose.name or made.principal_name)
        if not made.holds(work.today):
            return Standing(None, name, principal, power)
    behalf = Behalf(
        power=power, name=name, matters=frozenset(made.items), acts=frozenset(map(str, made.acts)), hidden=frozenset(made.hide),
        whole=made.whole,
    )  # fmt: skip
    # of a member of staff, nothing of the post goes along
    stands = replace(
        actor, on_behalf_of=principal, behalf=behalf, assurance=min(agent.assurance, whose.assurance), name=agent.name or made.agent_name,
        grants=frozenset(), org=None, districts=(), outside=False, serves=False,
    )  # fmt: skip
    return Standing(stands, name, principal, power)


async def used(work: Work, act: Act, item: str, title: Text, ref: str, href: str, fields: tuple[str, ...]) -> None:
    """Write down what whoever stands in has done, in the person's own access record too, and tell the person. Looking at one thing is
    written down once a day and told to nobody by itself. For somebody who acts for themselves nothing happens."""
    actor = work.actor
    if actor.behalf is None or not isinstance(actor.on_behalf_of, PersonId):
        return
    person, power = actor.on_behalf_of, actor.behalf.power
    made = await store.one(work.db, person, power)
    if made is None:
        raise Unauthorized()
    if not await store.add_use(work.db, person, power, Use(UseId.new(), work.now, act, item, title, ref), work.today):
        return
    purpose = text("代办：{deed}", deed=telling.deed(act, title))
    await identity.record_access(work, person, purpose, fields, ref if ref.startswith("case_") else None)
    if act is Act.SEE:
        return
    await telling.used(work, made, act, title, href)
    if act in COUNTED and await store.spend(work.db, person, power) == 0:
        await enqueue(work.db, "mandates.used_up", {"citizen": str(person), "mandate": str(made.id)})  # it holds no more from here on
