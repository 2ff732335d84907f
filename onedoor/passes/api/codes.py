"""Tickets for phones, and lists of colours for whoever verifies."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel import jose
from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Begin
from onedoor.passes import service
from onedoor.passes.errors import NoSuchList
from onedoor.passes.gates import NewSlots, Tickets
from onedoor.ui.edge import AnyRequest, may, once


class BearerView(msgspec.Struct, frozen=True):
    """One pass that this device may show."""

    scheme: str
    scheme_name: str
    person: str
    name: str
    colour: int
    minor: bool
    step_seconds: int
    why: str
    until: int | None
    list_at: int | None
    last: int | None


class Bearers(msgspec.Struct, frozen=True):
    """Every pass, and our clock."""

    bearers: list[BearerView]
    server_time: int


@post("/passes/slots", **may("signed-in"))
async def slots(request: AnyRequest, data: JSONBody[NewSlots], begin: NamedDependency[Begin]) -> Response[Any]:
    """Sign a day of tickets for chains that the phone has made. The same anchors again are the same hours, in the colour of now."""
    async with service.standing_for(begin, data.person) as work:

        async def make() -> Tickets:
            signed = await service.mint(work, data)
            return Tickets([jose.b64(one) for one in signed], int(work.now.timestamp()))

        return await once(request, work, make)


@get("/passes/bearers.json", **may("signed-in"))
async def bearers(request: AnyRequest, begin: NamedDependency[Begin]) -> Bearers:
    """Whose passes this device may show now: the own ones, and the family's."""
    state = request.scope["state"]
    found = [
        BearerView(
            one.scheme.code, pick(state["locale"], one.scheme.name), str(one.standing.citizen_id), one.name, one.standing.colour.number,
            one.minor, one.scheme.gate.step_seconds, f"/passes/{one.scheme.code}/why",
            int(one.standing.until.timestamp()) if one.standing.until else None, _list_at(one.standing.shard),
            service.last_of(one.standing),
        )
        for one in await service.bearers(begin)
    ]  # fmt: skip
    return Bearers(found, int(state["house"].now().timestamp()))


def _list_at(shard: int) -> int | None:
    """When the list that gates hold was made; None before there is one."""
    found = service.published(shard)
    return found.list.issued if found else None


def _public(body: Any, media: str, etag: str, request: AnyRequest) -> Response[Any]:
    headers = {"cache-control": "public, max-age=60", "access-control-allow-origin": "*", "etag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=media, headers=headers)


@get("/passes/lists/{shard:int}/full", **may(public=True), media_type="application/statuslist+jwt")
async def full(request: AnyRequest, shard: FromPath[int], begin: NamedDependency[Begin]) -> Response[Any]:
    """A list of colours (Token Status List), signed, from memory: it comes while the database is away."""
    await service.look(begin)
    found = service.list_token(request.scope["state"]["house"].now(), shard)
    if found is None:
        raise NoSuchList()
    token, etag = found
    return _public(token, "application/statuslist+jwt", etag, request)


@get("/passes/lists/{shard:int}/delta/{from_seq:int}", **may(public=True), media_type="application/octet-stream")
async def delta(
    request: AnyRequest, shard: FromPath[int], from_seq: FromPath[int], begin: NamedDependency[Begin]
) -> Response[Any]:
    """What has changed since this list, signed; when it is gone, the whole list is fetched."""
    await service.look(begin)
    found = service.published(shard)
    body = found.deltas.get(from_seq) if found else None
    if body is None:
        raise NoSuchList()
    return _public(body, "application/octet-stream", f'"{shard}.{from_seq}"', request)


handlers = [slots, bearers, full, delta]
