"""车辆通行证: asking for one, showing and printing it; the desk of the scheme's authority."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import pick, say, translate
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.passes import policy
from onedoor.passes.errors import NoSuchVehicle, VehicleDecided
from onedoor.passes.models import Grants
from onedoor.passes.service import vehicles
from onedoor.passes.service.vehicles import Asked
from onedoor.passes.vehicles import Use, Vehicle, VehicleId, VehicleState
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from . import _view
from .showing import picture

KEEPS = str(Grants.SCHEME)
Short = Annotated[str, msgspec.Meta(max_length=40)]
Errors = list[dict[str, str]]
ACTS = ("issue", "refuse", "withdraw")


class Typed(msgspec.Struct, frozen=True):
    """What is asked for, as it was typed."""

    scheme: Short = ""
    plate: Short = ""
    use: Short = ""
    route: Annotated[list[Short], msgspec.Meta(max_length=60)] = []
    purpose: Annotated[str, msgspec.Meta(max_length=120)] = ""
    starts_on: Short = ""
    ends_on: Short = ""
    key: Short = ""


class Why(msgspec.Struct, frozen=True):
    """Why not, or why not any more."""

    words: Annotated[str, msgspec.Meta(max_length=200)] = ""


def uses(locale: str) -> dict[str, str]:
    return {Use.FREIGHT: say(locale, "货车"), Use.PASSENGERS: say(locale, "客车"), Use.SERVICE: say(locale, "救护、抢修等")}


def _state(locale: str, one: Vehicle) -> str:
    return {
        VehicleState.ASKED: say(locale, "等待审批"), VehicleState.ISSUED: say(locale, "可以使用"),
        VehicleState.REFUSED: say(locale, "没有批准"), VehicleState.WITHDRAWN: say(locale, "已收回"),
    }[one.state]  # fmt: skip


async def _shown(work: Work, one: Vehicle) -> dict[str, Any]:
    """A pass as pages put it."""
    route = vehicles.route_words(work.locale, one.route, await vehicles.divisions(work))
    over = one.ends_on < work.today
    return {
        "id": one.id, "citizen": one.citizen_id, "plate": one.plate, "use": uses(work.locale)[one.use],
        "route": say(work.locale, "、").join(route), "purpose": one.purpose, "first": one.starts_on, "last": one.ends_on,
        "words": one.words, "open": one.state is VehicleState.ASKED,
        "good": one.state is VehicleState.ISSUED and not over, "scheme": one.scheme,
        "state": say(work.locale, "已过期") if over and one.state is VehicleState.ISSUED else _state(work.locale, one),
    }  # fmt: skip


@get("/passes/vehicles", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """My vehicles' passes."""
    rows = [await _shown(work, one) for one in await vehicles.mine(work)]
    return page(request, "passes/vehicles.html", rows=rows, may_ask=bool(await vehicles.schemes(work)))


@get("/passes/vehicles/new", **may("signed-in"), include_in_schema=False)
async def new(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """The form."""
    policy.proven(work.actor, "/passes/vehicles/new")
    return await _form(request, work, Typed(starts_on=work.today.isoformat(), ends_on=work.today.isoformat()), [])


async def _form(request: AnyRequest, work: Work, typed: Typed, errors: Errors) -> Response[str]:
    schemes = [{"value": one.code, "label": pick(work.locale, one.name)} for one in await vehicles.schemes(work)]
    places = [{"value": one.code, "label": pick(work.locale, one.name)} for one in await vehicles.divisions(work)]
    kinds = [{"value": str(use), "label": words} for use, words in uses(work.locale).items()]
    return page(
        request, "passes/vehicle_new.html", 422 if errors else 200, typed=typed, errors=errors, schemes=schemes, places=places, uses=kinds,
        key=str(VehicleId.new()),
    )  # fmt: skip


@post("/passes/vehicles", **may("signed-in"), include_in_schema=False)
async def ask(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """Ask for a pass; the authority decides."""
    typed = await form(request, Typed)
    try:
        key = VehicleId.parse(typed.key)
    except ValueError:
        key = None
    said = Asked(typed.scheme, typed.plate, typed.use, typed.route, typed.purpose, typed.starts_on, typed.ends_on, key)
    try:
        async with begin() as work:
            made = await vehicles.ask(work, said)
    except Invalid as bad:
        async with begin() as work:
            return await _form(request, work, typed, bad.errors)
    return see_other(f"/passes/vehicles/{made.id}")


@get("/passes/vehicles/{vehicle:str}", **may("signed-in"), include_in_schema=False)
async def one(request: AnyRequest, vehicle: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One pass: to be shown, printed and laid behind the windscreen."""
    found = await vehicles.one_of_mine(work, _view.id_of(VehicleId, vehicle, NoSuchVehicle))
    shown = await _shown(work, found)
    svg = picture(found.code, paper=True) if shown["good"] and found.code else ""
    return page(request, "passes/vehicle.html", one=shown, code=found.code, svg=svg)


@post("/passes/vehicles/{vehicle:str}/end", **may("signed-in"), include_in_schema=False)
async def end(vehicle: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """I do not need it any more."""
    await vehicles.give_back(work, _view.id_of(VehicleId, vehicle, NoSuchVehicle))
    return see_other("/passes/vehicles")


@get("/desk/passes/vehicles", **may(KEEPS), include_in_schema=False)
async def desk(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """What waits for a decision of my department, and what is out; or one vehicle, by its number plate."""
    plate, errors = printable(request.query_params.get("plate", "")).strip()[:40], list[dict[str, str]]()
    try:
        found, more = await vehicles.open_ones(work, plate)
    except Invalid as bad:
        found, more, errors = [], False, bad.errors
    return page(
        request, "passes/desk_vehicles.html", 422 if errors else 200, rows=[await _shown(work, one) for one in found], plate=plate,
        errors=errors, most=len(found) if more else 0,
    )  # fmt: skip


@get("/desk/passes/vehicles/{person:str}/{vehicle:str}", **may(KEEPS), include_in_schema=False)
async def look(request: AnyRequest, person: FromPath[str], vehicle: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One of them, with who asks."""
    return await _desk(request, work, *_ids(person, vehicle), [], "")


def _ids(person: str, vehicle: str) -> tuple[PersonId, VehicleId]:
    return _view.id_of(PersonId, person, NoSuchVehicle), _view.id_of(VehicleId, vehicle, NoSuchVehicle)


async def _desk(request: AnyRequest, work: Work, whose: PersonId, which: VehicleId, errors: Errors, words: str) -> Response[str]:
    found, name = await vehicles.handle(work, whose, which)
    return page(
        request, "passes/desk_vehicle.html", 422 if errors else 200, one=await _shown(work, found), name=name, errors=errors, words=words
    )  # fmt: skip


@post("/desk/passes/vehicles/{person:str}/{vehicle:str}/{act:str}", **may(KEEPS), include_in_schema=False)
async def decide(
    request: AnyRequest, person: FromPath[str], vehicle: FromPath[str], act: FromPath[str], begin: NamedDependency[Begin]
) -> Response[Any]:  # fmt: skip
    """Issue, refuse or take back; a reason that is missing is asked for on the same page."""
    whose, which = _ids(person, vehicle)
    if act not in ACTS:
        raise NoSuchVehicle()
    words = (await form(request, Why)).words
    try:
        async with begin() as work:
            await vehicles.decide(work, whose, which, act, words)
        return see_other("/desk/passes/vehicles")
    except Invalid as bad:
        errors = bad.errors
    except VehicleDecided as no:
        errors = [{"pointer": "", "detail": translate(request.scope["state"]["locale"], no.title)}]
    async with begin() as work:
        return await _desk(request, work, whose, which, errors, words)


handlers = [mine, new, ask, one, end, desk, look, decide]
