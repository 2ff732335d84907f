"""What verifiers fetch to check by themselves: where the status lists are, and a day's bundle, which answer with the database stopped;
and what checks without a connection come back with."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from onedoor.kernel.work import Begin
from onedoor.ui.edge import AnyRequest, may
from onedoor.wallet import service
from onedoor.wallet.checking import Late, arrived, paced

PUBLIC = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}


@get("/status/aggregation", **may(public=True))
async def aggregation(begin: NamedDependency[Begin]) -> Response[dict[str, list[str]]]:
    """The address of every status list (Token Status List): whoever fetches all of them tells nobody which certificate is checked."""
    return Response({"status_lists": await service.aggregation(begin)}, headers=PUBLIC)


@get("/verify/bundle", **may(public=True), media_type="application/jose+json")
async def bundle(request: AnyRequest, begin: NamedDependency[Begin], since: FromQuery[int] = 0) -> Response[Any]:
    """Everything for a day of checking without a network, signed: believed keys, types, status lists and their ages. `since` is the
    `iat` of the last bundle: lists that have not changed come without their body."""
    paced(request)
    house = request.scope["state"]["house"]
    have = request.headers.get("if-none-match", "")
    found = await service.bundled(begin, house.now(), house.settings.zone.key, since, have)
    headers = PUBLIC | {"etag": found.etag}
    if have == found.etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(found.body, media_type="application/jose+json", headers=headers)


class Arrivals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Checks that were made without a connection."""

    items: Annotated[list[Late], msgspec.Meta(max_length=50)]


class Arrived(msgspec.Struct, frozen=True):
    """How many of them were of certificates of this house."""

    taken: int


@post("/api/verifications/late", **may(public=True), status_code=200)
async def late(request: AnyRequest, data: JSONBody[Arrivals], begin: NamedDependency[Begin]) -> Response[Arrived]:
    """Checks that were made without a connection, for their holders' records; each is written down once, however often it arrives."""
    count = await arrived(request.scope["state"], begin, data.items)
    return Response(Arrived(count), background=BackgroundTask(service.write_down, begin))


handlers: list[Any] = [aggregation, bundle, late]
