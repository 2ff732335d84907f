"""换码: somebody from another region gets a code of ours, for as long as their own node vouches for them, a day at most."""

import random
from collections.abc import Iterable
from uuid import UUID

from onedoor.identity.models import PersonId
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes.errors import ListFull
from onedoor.passes.models import Colour, DecisionId, Scheme, Standing
from onedoor.passes.od1.pid import ROWS
from onedoor.passes.regions import Located, PeerState, Recognised
from onedoor.passes.store import people
from onedoor.passes.store import regions as store

from . import peering

TRIES = 64
NOBODY = DecisionId(UUID(int=0))
"""No rule of ours has decided: the home node has, and our map."""


async def place(work: Work, citizen: PersonId, scheme: Scheme) -> Located | None:
    """A place in the list of a scheme of ours; None for whoever has declared in it, because their own colour counts."""
    if await people.standing(work.db, citizen, scheme.code):
        return None
    if (held := await store.located(work.db, citizen, scheme.code)) is not None:
        return held
    authority = await orgs.department(work, scheme.authority)
    for _ in range(TRIES):
        row = random.SystemRandom().randrange(ROWS)
        if await people.claim_row(work.db, authority.id, scheme.shard, row, citizen, scheme.code):
            return Located(scheme.code, scheme.shard, row)
    raise ListFull()


async def asserted(work: Work, citizen: PersonId) -> list[Recognised]:
    """What nodes that are believed now assert of somebody; the word of one that was withdrawn ends with it."""
    found = await store.recognised(work.db, citizen, work.now)
    peers = (await peering.believed(work)).peers if found else {}
    return [one for one in found if one.node in peers and peers[one.node].state is PeerState.ACTIVE]


async def standings(work: Work, citizen: PersonId, schemes: Iterable[Scheme]) -> list[Standing]:
    """What holds for a visitor in each of these: the worst of what is asserted of them now."""
    found = [one for one in await asserted(work, citizen) if one.here]
    worst: dict[str, Recognised] = {}
    for one in sorted(found, key=lambda one: Colour(one.colour).rank):
        worst[one.here.scheme if one.here else ""] = one
    return [_standing(citizen, scheme, worst[scheme.code]) for scheme in schemes if scheme.code in worst]


def _standing(citizen: PersonId, scheme: Scheme, said: Recognised) -> Standing:
    assert said.here is not None
    return Standing(
        citizen, scheme.code, said.here.shard, said.here.row_no, 0, Colour(said.colour), "", [], None, NOBODY, 0, said.at, said.until
    )


def visiting(standing: Standing) -> bool:
    """Whether it is another region's word; no ticket reaches beyond its end then."""
    return standing.decision_id == NOBODY
