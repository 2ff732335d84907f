"""分级上报: a city's numbers to the node above it, every hour, and those of the nodes below. No person is in them, and no small count."""

import datetime as dt

import msgspec

from onedoor.kernel import jose
from onedoor.kernel import trust as document
from onedoor.kernel.jose import Malformed
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import covers
from onedoor.passes import watching
from onedoor.passes.errors import NoSuchArea, PeerNotBelieved
from onedoor.passes.models import Colour, Scheme
from onedoor.passes.regions import AreaFigures, Figures, Mode, PeerState, Reported
from onedoor.passes.store import regions as store
from onedoor.passes.store import watching as counts

from . import peering
from .known import schemes

TYP = "onedoor-figures+jwt"
LIFE = 600
LATE = dt.timedelta(hours=3)
"""A node from which nothing has come for so long is said to be silent."""
DAY = dt.timedelta(hours=24)


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of one node, signed by it for another."""

    iss: str
    aud: str
    iat: int
    exp: int
    schemes: list[Figures]


def hubs(found: peering.Believed, now: int) -> list[str]:
    """Nodes to which this house reports."""
    active = [node for node, one in found.peers.items() if one.mode is Mode.REPORT and one.state is PeerState.ACTIVE]
    return [node for node in active if (held := found.documents.get(node)) is not None and held.exp > now]


async def message(work: Work, node: str) -> tuple[str, str] | None:
    """Where this house's numbers go, and the signed numbers; None when the node takes none."""
    now = int(work.now.timestamp())
    url = (await peering.standing_document(work, node)).endpoints.get("figures")
    said = [figures for scheme in await schemes(work) if scheme.holds(work.today) and (figures := await _own(work, scheme))]
    if not url or not said:
        return None
    here = peering.region()
    header = {"alg": "ES256", "typ": TYP, "kid": here.ring.active.kid}
    body = Message(here.node, node, now, now + LIFE, said)
    return url, jose.sign(here.ring.signer, header, msgspec.to_builtins(body))


async def _own(work: Work, scheme: Scheme) -> Figures | None:
    """The whole city as somebody sees it who holds counts alone: what is below ten, and what would give it away, is left out."""
    root, which = orgs.city(), scheme.code
    if root is None:
        return None
    parts = orgs.below(root.code)
    seen = watching.summed(await counts.people_now(work.db, [root.code, *(one.code for one in parts)], which))
    own = seen.get(root.code, dict.fromkeys(Colour, 0))
    nobody = dict.fromkeys(Colour, 0)
    people = watching.of_areas({one.code: sum(seen.get(one.code, nobody).values()) for one in parts}, exact=False)
    uneasy = watching.of_areas({one.code: watching.not_green(seen.get(one.code, nobody)) for one in parts}, exact=False)
    day = await counts.hours(work.db, root.code, which, work.now - DAY)
    silent = await counts.alarms_of(work.db, root.code, watching.AlarmKind.GATE_SILENT.value)
    return Figures(
        which, scheme.name, root.code, root.name, {colour.value: figure.n for colour, figure in watching.figures(own, exact=False).items()},
        watching.single(sum(own.values()), exact=False).n,
        [AreaFigures(one.code, one.name, people[one.code].n, uneasy[one.code].n) for one in parts], day.scans, day.fever, silent,
    )  # fmt: skip


async def take(work: Work, token: str) -> int:
    """The numbers of a node that we believe, about its own divisions; older ones than those in hand are left. How many schemes."""
    now = int(work.now.timestamp())
    try:
        node = str(jose.Jws(token).payload.get("iss"))
        held = await peering.standing_document(work, node)
        said = msgspec.convert(document.signed(token, held, TYP, now), Message)
    except (Malformed, msgspec.ValidationError) as bad:
        raise PeerNotBelieved(why=str(bad) if isinstance(bad, Malformed) else "shape") from bad
    if said.aud != peering.region().node or said.exp <= now or said.iat > now + document.CLOCK or said.exp - said.iat > LIFE:
        raise PeerNotBelieved(why="expired")
    if not all(document.covered([one.division, *(part.code for part in one.areas)], held.divisions) for one in said.schemes):
        raise PeerNotBelieved(why="divisions")
    at = dt.datetime.fromtimestamp(said.iat, dt.UTC)
    return sum([await store.put_figures(work.db, node, one, at) for one in said.schemes])


def above(work: Work) -> bool:
    """Whether this actor looks after the whole of this house's division, and so may see the nodes below it."""
    root = orgs.city()
    return root is not None and not work.actor.outside and covers(work.actor.districts, root.path)


async def reported(work: Work) -> list[Reported]:
    """What the nodes below have told of themselves, the most recent of each."""
    if not above(work):
        raise NoSuchArea()
    active = {node for node, one in (await peering.believed(work)).peers.items() if one.state is PeerState.ACTIVE}
    return [one for one in await store.figures(work.db) if one.node in active]
