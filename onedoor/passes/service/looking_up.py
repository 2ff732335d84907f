"""输身份证号: the colour of somebody who has no phone and no paper, asked online by a guard."""

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import buckets, crypto
from onedoor.kernel.i18n import say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import citizen_id_fault, mask_name, mask_number
from onedoor.kernel.work import Actor, Work
from onedoor.passes.errors import NobodyFound
from onedoor.passes.gates import Gate
from onedoor.passes.models import Colour, worst
from onedoor.passes.store import people as store

from .dependants import KEY
from .known import known

A_MINUTE = 30


class Found(Struct, frozen=True):
    """What a guard may see: never why."""

    name: str
    id_number: str
    colour: int


async def look_up(work: Work, secrets: Secrets, gate: Gate, number: str) -> Found:
    """The worst colour of the person in the schemes that hold today; the look is written down for the person to read."""
    await buckets.need(work.db, f"gate lookup {gate.id}", capacity=A_MINUTE, per_second=A_MINUTE / 60)
    plain = "".join(number.split()).upper()
    if fault := citizen_id_fault(plain, work.today):
        old = say(work.locale, "十五位的旧号码不能用，请输入十八位号码")
        detail = old if fault == "old" else say(work.locale, "身份证号不对，请再核对一遍")
        raise Invalid(errors=[{"pointer": "/id_number", "detail": detail}])
    citizen = await holder(work, secrets, plain)
    if citizen is None:
        raise NobodyFound()
    holding = {one.code for one in (await known(work)).by_code.values() if one.holds(work.today)}
    colours = [one.colour for one in await store.standings(work.db, citizen) if one.scheme in holding]
    name = await _name(work, citizen)
    guard = Actor(system="passes.gate", name=gate.name, org=gate.org_id)
    await identity.record_access(
        work, citizen, text("卡口输身份证号查验通行码"), ("person.name", "person.id_number", "pass"), None, action=Action.SCAN, by=guard
    )
    return Found(mask_name(name), mask_number(plain), (worst(*colours) if colours else Colour.GREY).number)


async def holder(work: Work, secrets: Secrets, number: str) -> PersonId | None:
    """Whose number this is: of an account, or of somebody for whom others declare."""
    account = await identity.person_of_id_number(work, secrets, number)
    return account or await store.claimed(work.db, crypto.keyed(secrets.key(KEY), number))


async def _name(work: Work, citizen: PersonId) -> str:
    person = await identity.person(work, citizen)
    subject = None if person else await store.subject(work.db, citizen)
    return (person.name if person else subject.name if subject else "") or ""
