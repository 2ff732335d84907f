"""Recognition between regions: what this house says of itself, whom it believes, and messages between nodes."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work, system
from onedoor.passes.models import Grants
from onedoor.passes.recognition.levels import TARGETS
from onedoor.passes.regions import Mapping, Mode, Peer, Read, Recognised, Reported
from onedoor.passes.service import hubs, peering, recognising, reporting, tracing_between
from onedoor.ui.edge import AnyRequest, may, once

TAGS = ["regions"]
NEEDS = str(Grants.REGIONS)
Node = Annotated[str, msgspec.Meta(max_length=200, pattern="^https?://[^/?#@ ]+$")]
Code = Annotated[str, msgspec.Meta(max_length=40)]


class NewPeer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node as it was read out: its address, its root key's fingerprint, and for which divisions it may speak."""

    node: Node
    fingerprint: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{43}$")]
    divisions: Annotated[list[Annotated[str, msgspec.Meta(pattern="^[0-9]{2,12}$")]], msgspec.Meta(min_length=1, max_length=100)]
    mode: Mode
    vouched_by: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


class NewHub(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hub as it was read out: its address, and the fingerprints of those who sign for it, of whom two must."""

    node: Node
    signers: Annotated[
        list[Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{43}$")]], msgspec.Meta(min_length=2, max_length=20)
    ]


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which node is meant."""

    node: Node


class NewMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one level of a node's scheme is here."""

    node: Annotated[str, msgspec.Meta(max_length=200)]
    scheme: Code
    level: Code
    becomes: Code


class NewMaps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines of the map."""

    maps: Annotated[list[NewMap], msgspec.Meta(min_length=1, max_length=200)]


class Scanned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scanner read."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed message."""

    token: Annotated[str, msgspec.Meta(max_length=400_000)]


class Exchanged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the own node asserts, and for which scheme of this house codes are wanted."""

    token: Annotated[str, msgspec.Meta(max_length=400_000)]
    scheme: Code = ""


class To(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which node, and from which scheme."""

    node: Node
    scheme: Code


class PeerView(msgspec.Struct, frozen=True):
    """A peer and what it last said."""

    node: str
    fingerprint: str
    divisions: list[str]
    mode: Mode
    state: str
    vouched_by: str
    seq: int
    fault: str | None


class Peers(msgspec.Struct, frozen=True):
    """Every peer, and our own fingerprint to be read out."""

    own: str
    peers: list[PeerView]


class Regions(msgspec.Struct, frozen=True):
    """What each node said last of each scheme."""

    items: list[Reported]


class Taken(msgspec.Struct, frozen=True):
    """How many records were new."""

    taken: int


@get("/.well-known/onedoor-trust", **may(public=True), include_in_schema=False)
async def trust(work: NamedDependency[Work]) -> Response[str]:
    """What this house says of itself, signed with its root key, for a week."""
    headers = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
    return Response(await peering.own_document(work), media_type="application/onedoor-trust+jwt", headers=headers)


@get("/api/passes/peers", **may(NEEDS), tags=TAGS)
async def peers(work: NamedDependency[Work]) -> Peers:
    """Other regions' nodes, and the fingerprint of our own root key."""
    found = (await peering.believed(work)).peers.values()
    return Peers(peering.region().fingerprint, [_view(one) for one in found])


def _view(one: Peer) -> PeerView:
    return PeerView(one.node, one.fingerprint, one.divisions, one.mode, one.state, one.vouched_by, one.seq, one.fault)


@post("/api/passes/peers", **may(NEEDS), tags=TAGS)
async def ask(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[NewPeer]) -> Response[Any]:
    """Name a node; another person has to agree before anything of it counts."""

    async def make() -> Named:
        await peering.ask_peer(work, data.node, data.fingerprint, data.divisions, data.mode, data.vouched_by)
        return Named(data.node)

    return await once(request, work, make)


@post("/api/passes/peers/approval", **may(NEEDS), tags=TAGS)
async def approve(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[Named]) -> Response[Any]:
    """Agree to a node that somebody else has named."""

    async def make() -> Named:
        await peering.approve_peer(work, data.node)
        return data

    return await once(request, work, make)


@post("/api/passes/peers/withdrawal", **may(NEEDS), tags=TAGS)
async def withdraw(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[Named]) -> Response[Any]:
    """Nothing of this node is believed any more."""

    async def make() -> Named:
        await peering.withdraw_peer(work, data.node)
        return data

    return await once(request, work, make)


@post("/api/passes/hubs", **may(NEEDS), tags=TAGS)
async def ask_hub(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[NewHub]) -> Response[Any]:
    """Name a hub whose list and maps are to be adopted; another person has to agree."""

    async def make() -> Named:
        await hubs.ask(work, data.node, data.signers)
        return Named(data.node)

    return await once(request, work, make)


@post("/api/passes/hubs/approval", **may(NEEDS), tags=TAGS)
async def approve_hub(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[Named]) -> Response[Any]:
    """Agree to a hub that somebody else has named."""

    async def make() -> Named:
        await hubs.approve(work, data.node)
        return data

    return await once(request, work, make)


@post("/api/passes/hubs/withdrawal", **may(NEEDS), tags=TAGS)
async def withdraw_hub(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[Named]) -> Response[Any]:
    """Nothing is read by the rules of this hub any more."""

    async def make() -> Named:
        await hubs.withdraw(work, data.node)
        return data

    return await once(request, work, make)


@post("/api/passes/level-maps", **may(NEEDS), tags=TAGS)
async def maps(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[NewMaps]) -> Response[Any]:
    """What another region's levels are here; a map can only keep or worsen what its code shows."""
    wrong = [
        {"pointer": f"/maps/{n}/becomes", "detail": say(work.locale, "只能是 {these}", these=" ".join(TARGETS))}
        for n, one in enumerate(data.maps) if one.becomes not in TARGETS
    ]  # fmt: skip
    if wrong:
        raise Invalid(errors=wrong)

    async def make() -> NewMaps:
        await peering.put_maps(work, [Mapping(one.node, one.scheme, one.level, one.becomes) for one in data.maps])
        return data

    return await once(request, work, make)


@post("/api/passes/readings", **may(public=True), tags=TAGS, status_code=200)
async def read(work: NamedDependency[Work], data: JSONBody[Scanned]) -> Read:
    """A code or certificate of wherever: genuine or not, and its colour by our map. Nothing is stored."""
    return await recognising.read(work, data.text)


@post("/api/passes/federation/scans", **may(public=True), include_in_schema=False, status_code=200)
async def scans(begin: NamedDependency[Begin], data: JSONBody[Token]) -> Taken:
    """Sealed records about our people, signed by a node that we believe. They are put down in the name of the house."""
    async with begin(actor=system("passes.federation")) as work:
        return Taken(await recognising.take(work, data.token))


@post("/api/passes/federation/figures", **may(public=True), include_in_schema=False, status_code=200)
async def figures(begin: NamedDependency[Begin], data: JSONBody[Token]) -> Taken:
    """The numbers of a node below, signed by it."""
    async with begin(actor=system("passes.federation")) as work:
        return Taken(await reporting.take(work, data.token))


@post("/api/passes/federation/traces", **may(public=True), include_in_schema=False, status_code=200)
async def traces(begin: NamedDependency[Begin], data: JSONBody[Token]) -> Response[str]:
    """An order of another region, signed by a node that we believe: which of its records are of one of our people, sealed to that node."""
    async with begin(actor=system("passes.federation")) as work:
        found = await tracing_between.answer(work, data.token)
    return Response(found, media_type="text/plain", headers={"cache-control": "no-store"})


@get("/api/passes/regions", **may(str(Grants.WATCH)), tags=TAGS)
async def regions(work: NamedDependency[Work]) -> Regions:
    """The nodes below this house in numbers, for whoever looks after the whole of its division."""
    return Regions(await reporting.reported(work))


@post("/api/passes/assertions", **may("signed-in"), tags=TAGS)
async def assertions(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[To]) -> Response[Any]:
    """What this house says of me to one other node, for a day."""

    async def make() -> Token:
        return Token(await recognising.assert_to(work, data.node, data.scheme))

    return await once(request, work, make)


@post("/api/passes/recognitions", **may("signed-in"), tags=TAGS)
async def exchange(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[Exchanged]) -> Response[Any]:
    """I come from elsewhere: what my node asserts of me is worth this here, for a day at most."""

    async def make() -> Recognised:
        return await recognising.exchange(work, data.token, data.scheme)

    return await once(request, work, make)


handlers = [
    trust, peers, ask, approve, withdraw, ask_hub, approve_hub, withdraw_hub, maps, read, scans, figures, traces, regions, assertions,
    exchange,
]  # fmt: skip
