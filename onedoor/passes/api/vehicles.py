"""车辆通行证 for residents' programs: asking for a pass, and what has become of it."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel.work import Work
from onedoor.passes.errors import NoSuchVehicle
from onedoor.passes.service import vehicles
from onedoor.passes.vehicles import Vehicle, VehicleId
from onedoor.ui.edge import AnyRequest, may, once

TAGS = ["passes"]
Short = Annotated[str, msgspec.Meta(max_length=40)]


class NewVehicle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which vehicle, on which route (codes of divisions), on which days (first and last, as dates), for what."""

    scheme: Short
    plate: Short
    use: Short
    route: Annotated[list[Short], msgspec.Meta(max_length=60)]
    purpose: Annotated[str, msgspec.Meta(max_length=120)]
    starts_on: Short
    ends_on: Short


class VehicleShown(msgspec.Struct, frozen=True):
    """One pass; `code` is its text once it is issued, `words` why it was refused or taken back."""

    id: VehicleId
    scheme: str
    plate: str
    use: str
    route: list[str]
    purpose: str
    starts_on: str
    ends_on: str
    state: str
    words: str | None
    code: str | None


class Vehicles(msgspec.Struct, frozen=True):
    """My passes, the latest first."""

    items: list[VehicleShown]


def _shown(one: Vehicle) -> VehicleShown:
    return VehicleShown(
        one.id, one.scheme, one.plate, one.use, one.route, one.purpose, one.starts_on.isoformat(), one.ends_on.isoformat(), one.state,
        one.words, one.code if one.worth else None,
    )  # fmt: skip


@get("/api/passes/vehicles", **may("signed-in"), tags=TAGS)
async def mine(work: NamedDependency[Work]) -> Vehicles:
    """Passes of vehicles that I have asked for."""
    return Vehicles([_shown(one) for one in await vehicles.mine(work)])


@post("/api/passes/vehicles", **may("signed-in"), tags=TAGS)
async def ask(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[NewVehicle]) -> Response[Any]:
    """Ask for a pass of a vehicle; the scheme's authority decides."""
    asked = vehicles.Asked(data.scheme, data.plate, data.use, data.route, data.purpose, data.starts_on, data.ends_on)

    async def make() -> VehicleShown:
        return _shown(await vehicles.ask(work, asked))

    return await once(request, work, make)


@post("/api/passes/vehicles/{vehicle:str}/ends", **may("signed-in"), tags=TAGS)
async def end(request: AnyRequest, vehicle: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Give a pass back: gates refuse it from now on."""
    try:
        which = VehicleId.parse(vehicle)
    except ValueError as unknown:
        raise NoSuchVehicle() from unknown

    async def make() -> VehicleShown:
        await vehicles.give_back(work, which)
        return _shown(await vehicles.one_of_mine(work, which))

    return await once(request, work, make)


handlers = [mine, ask, end]
