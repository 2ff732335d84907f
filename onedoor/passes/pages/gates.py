"""卡口: the gates of a department, for whoever answers for them."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import moment, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.passes import service
from onedoor.passes.errors import NoSuchGate
from onedoor.passes.gates import Direction, Gate, GateId, GateKind, GateState
from onedoor.passes.models import Grants
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

CLASSES = ("compound", "office", "school", "clinic", "transit", "shop", "road")


class New(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gate, as its form sends it."""

    name: Annotated[str, msgspec.Meta(max_length=60)]
    place: str = ""
    place_name: Annotated[str, msgspec.Meta(max_length=60)] = ""
    place_class: str = "compound"
    direction: Direction = Direction.BOTH
    kind: GateKind = GateKind.GUARD


def _class(locale: str, name: str) -> str:
    return {
        "compound": say(locale, "小区"), "office": say(locale, "单位"), "school": say(locale, "学校"), "clinic": say(locale, "医院诊所"),
        "transit": say(locale, "车站"), "shop": say(locale, "商店"), "road": say(locale, "路口"),
    }[name]  # fmt: skip


def _state(work: Work, gate: Gate, broken: bool) -> dict[str, str]:
    if gate.state is GateState.REVOKED:
        return {"text": "", "tag": say(work.locale, "已停用"), "tone": ""}
    if gate.state is GateState.WAITING:
        return {"text": "", "tag": say(work.locale, "等设备登记"), "tone": "orange"}
    if broken:
        return {"text": "", "tag": say(work.locale, "日志对不上"), "tone": "red"}
    if gate.silent(work.now):
        return {"text": "", "tag": say(work.locale, "失联"), "tone": "orange"}
    return {"text": "", "tag": say(work.locale, "在用"), "tone": "green"}


async def _shown(request: AnyRequest, work: Work, status: int = 200, **more: Any) -> Response[str]:
    gates, places, broken = await service.own_gates(work)
    locale = work.locale
    rows = [
        [one.name, pick(locale, places[one.place_id].name) if one.place_id in places else "", _state(work, one, one.id in broken),
         moment(locale, one.last_seen, work.zone), {"href": f"/passes/gates/{one.id}", "text": say(locale, "查看")}]
        for one in gates
    ]  # fmt: skip
    options = {
        "places": [{"value": str(one.id), "label": pick(locale, one.name)} for one in places.values()],
        "classes": [{"value": name, "label": _class(locale, name)} for name in CLASSES],
        "directions": [
            {"value": "both", "label": say(locale, "进出都验")}, {"value": "in", "label": say(locale, "只验进")},
            {"value": "out", "label": say(locale, "只验出")},
        ],
        "kinds": [{"value": "guard", "label": say(locale, "值守人员的手机或平板")}, {"value": "turnstile", "label": say(locale, "闸机")}],
    }  # fmt: skip
    said = {"errors": [], "values": {}, "invited": None, "link": ""} | more
    return page(request, "passes/gates.html", status=status, gates=rows, wide=True, **options, **said)


@get("/passes/gates", **may(Grants.GATES))
async def gates(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """The gates of my department: at work, silent, with a broken log, or ended."""
    return await _shown(request, work)


@post("/passes/gates", **may(Grants.GATES), status_code=200)
async def invite(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """A new gate, and the link for its device."""
    try:
        new = await form(request, New)
        asked = service.NewGate(new.name, new.place, new.place_name, new.place_class, "", new.direction, new.kind)
        made = await service.invite_gate(work, asked)
    except Invalid as bad:
        values = bad.extra.get("values") or dict(await request.form())
        return await _shown(request, work, status=422, errors=bad.errors, values=values)
    link = f"{request.scope['state']['house'].settings.public_url.rstrip('/')}/gate#enrol.{made.invite}"
    return await _shown(request, work, invited=made, link=link)


def gate_id(given: str) -> GateId:
    try:
        return GateId.parse(given)
    except ValueError:
        raise NoSuchGate() from None


@get("/passes/gates/{gate:str}", **may(Grants.GATES))
async def one(request: AnyRequest, gate: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One gate."""
    found, place, faults = await service.own_gate(work, gate_id(gate))
    return page(request, "passes/one_gate.html", gate=found, where=place, faults=faults, state=_state(work, found, bool(faults)))


@post("/passes/gates/{gate:str}/revoke", **may(Grants.GATES))
async def revoke(gate: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A lost device is no gate any more."""
    await service.revoke_gate(work, gate_id(gate))
    return see_other("/passes/gates")  # type: ignore[return-value]


handlers = [gates, invite, one, revoke]
