"""卡包 Which certificates a mandate opens, and what of others lies in a wallet: a child's in both parents', an elder's in a carer's."""

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId, ReaderKind
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Actor, Begin, Work
from onedoor.mandates import policy, store
from onedoor.mandates.models import BY_LAW, Mandate, UseId
from onedoor.wallet import service as wallet
from onedoor.wallet.models import HeldBy, State
from onedoor.wallet.ports import Beside

from .agreeing import MOST, me, room

FIELDS = ("certificate.type",)


async def opened(work: Work, made: Mandate) -> list[str]:
    """The kinds of certificates that a mandate opens: those it names, of a child those that the city's data mark for guardians, of an
    organisation for whoever represents it all that organisations have."""
    if made.kind not in BY_LAW:
        return made.types
    kinds = (await wallet.all_types(work)).values()
    return [kind.code for kind in kinds if (kind.held_by is not HeldBy.PERSON if made.firm else kind.guarded)]


class InHand:
    """Behind the wallet's port `Entrusting`."""

    async def beside(self, begin: Begin, actor: Actor) -> list[Beside]:
        """Who it is, in which relation, and which kinds lie there; no content. Once a day it stands in each one's record."""
        async with begin(actor=room(actor)) as work:
            held = await store.held(work.db, me(work), policy.MOST_OF_A_GRID_WORKER + MOST)
            held = [one for one in held if one.holds(work.today) and one.papers]
            if not held:
                return []
            types, there = await wallet.all_types(work), dict[PersonId, dict[str, Text]]()
            for kept in await wallet.kept(work, [one.citizen_id for one in held]):
                if kept.state is State.EFFECTIVE and (kept.valid_to is None or kept.valid_to >= work.today):
                    there.setdefault(kept.citizen_id, {})[kept.type] = types[kept.type].name
            await _looked(work, held)
            return [found for one in held if (found := await _beside(work, one, there.get(one.citizen_id, {}))).kinds]


async def _beside(work: Work, made: Mandate, there: dict[str, Text]) -> Beside:
    kinds = [there[code] for code in await opened(work, made) if code in there]
    return Beside(str(made.id), policy.called(made), policy.joins(work.locale, made), kinds)


async def _looked(work: Work, held: list[Mandate]) -> None:
    title = text("卡包里有什么")
    seen = await store.add_looks(work.db, held, [UseId.new() for _ in held], title, work.now, work.today)
    await identity.record_accesses(
        work, [one.citizen_id for one in seen], text("代办：看“{matter}”", matter=title), FIELDS, kind=ReaderKind.AGENT
    )  # fmt: skip
