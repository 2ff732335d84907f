"""报送 Handing something over to a department's own system: on record for the person first, then once in effect under its name."""

from onedoor.exchange.models import Push, Receipt, Transport
from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Actor, Begin, Work, system
from onedoor.orgs.models import OrgId

from .known import connected, dictionary
from .sending import line


async def title_of(work: Work, register: str) -> Text | None:
    """What the register is called; None where this city has not connected it, and nothing is handed over."""
    known = (await dictionary(work)).registers.get(register)
    ours = known is not None and known.transport is not Transport.CITY and register in connected()
    return known.title if known is not None and ours else None


async def will_hand_over(work: Work, citizen: PersonId, register: Text, elements: tuple[str, ...], item: Text, asker: OrgId) -> None:
    """The line that the person reads, in the transaction that decides on it: nothing leaves that is not on record."""
    words = text("为办理“{item}”把资料送到{register}", item=item, register=register)
    by = Actor(org=asker, system="exchange.hand")
    await identity.record_access(work, citizen, words, elements, None, action=Action.SEND, by=by)


async def hand_over(begin: Begin, ports: Ports, register: str, message: Push) -> Receipt:
    """Their number. OSError when it cannot be had now: the same message may go again, it counts once."""
    async with begin(actor=system("exchange.hand")) as work:
        known = (await dictionary(work)).registers.get(register)
    wire = line(ports)
    if known is None or known.state != "on" or not wire.reaches(known):
        raise ConnectionRefusedError(f"{register} is not connected")
    return await wire.put(known, message)
