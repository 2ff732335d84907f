"""分级查看: a part of the city, its list, one telephone number, and a list that leaves the house."""

import csv
import io
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import cell
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.passes.errors import NotOnThisList
from onedoor.passes.models import Colour, Grants
from onedoor.passes.service import reporting, supervising
from onedoor.passes.watching import Area, Dashboard, Export, Figure, Watched
from onedoor.ui.edge import AnyRequest, form, local, may, page, see_other

from . import _view
from .regions import told

WATCH, LIST = str(Grants.WATCH), str(Grants.LIST)


class Leaving(msgspec.Struct, frozen=True):
    """What an export is for."""

    purpose: Annotated[str, msgspec.Meta(max_length=200)] = ""
    scheme: Annotated[str, msgspec.Meta(max_length=40)] = ""
    colour: Annotated[str, msgspec.Meta(max_length=10)] = ""


async def scheme_of(work: Work, given: str) -> str:
    """The scheme that was asked for; the first one that holds when none was."""
    known = await supervising.watchable(work)
    return given or (known[0].code if known else "none")


def colour_of(given: str) -> Colour | None:
    return Colour(given) if given in list(Colour) and given != Colour.GREEN else None


def number(locale: str, figure: Figure) -> str:
    """A count, or that it is too small to be said."""
    return told(locale, figure.n)


def bars(locale: str, seen: Dashboard) -> list[dict[str, Any]]:
    """The parts of the scope, those with the most people who are not green first; a hidden count has no bar."""
    most = max((area.not_green.n or 0 for area in seen.areas), default=0) or 1
    ordered = sorted(seen.areas, key=lambda area: (-(area.not_green.n or 0), area.code))
    return [_bar(locale, seen.scheme, area, most) for area in ordered]


def _bar(locale: str, scheme: str, area: Area, most: int) -> dict[str, Any]:
    return {
        "label": pick(locale, area.name), "href": f"/supervise/{area.code}?scheme={scheme}", "value": number(locale, area.not_green),
        "people": number(locale, area.people), "width": min(20, round(20 * (area.not_green.n or 0) / most)),
    }  # fmt: skip


@get("/supervise", **may(WATCH), include_in_schema=False)
async def begin_here(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Where I begin: my one part of the city, or a choice of several."""
    areas = supervising.own_areas(work)
    if len(areas) == 1:
        return see_other(f"/supervise/{areas[0].code}")
    return page(request, "passes/areas.html", areas=areas)


@get("/supervise/{area:str}", **may(WATCH), include_in_schema=False)
async def dashboard(request: AnyRequest, area: FromPath[str], work: NamedDependency[Work], scheme: FromQuery[str] = "") -> Response[str]:
    """One part of the city at one look."""
    which = await scheme_of(work, scheme)
    seen, locale = await supervising.dashboard(work, area, which), work.locale
    known = await supervising.watchable(work)
    parent = orgs.district(area).parent
    up = parent if parent and any(one.code == parent for one in _held(work)) else None
    colours = [{**_view.colour(locale, one), "n": number(locale, figure)} for one, figure in seen.colours.items()]
    choices = [
        {"label": pick(locale, one.name), "href": f"/supervise/{area}?scheme={one.code}", "current": one.code == which} for one in known
    ]
    return page(
        request, "passes/dashboard.html", seen=seen, up=up, colours=colours, choices=choices, bars=bars(locale, seen),
        day={name: told(locale, n) for name, n in msgspec.structs.asdict(seen.day).items()},
        people=number(locale, seen.people), missing=number(locale, seen.missing),
        alarms=[_alarm(request, locale, alarm) for alarm in seen.alarms],
        regions=up is None and reporting.above(work) and bool(await reporting.reported(work)),
    )  # fmt: skip


def _held(work: Work) -> list[Any]:
    """Every part of the city that this actor may open."""
    return [one for one in orgs.districts() if any(one.path == held or one.path.startswith(held + ".") for held in work.actor.districts)]


def _alarm(request: AnyRequest, locale: str, alarm: Any) -> dict[str, Any]:
    said = alarm.said
    where = (said.get("place_en") or said.get("place", "")) if locale == "en" else said.get("place", "")
    words = {
        "gate_silent": say(locale, "{place}的{gate}没有消息", place=where, gate=said.get("gate", "")),
        "gate_log": say(locale, "{place}的{gate}记录接不上", place=where, gate=said.get("gate", "")),
        "fever": say(locale, "{place}测到 {temp} ℃", place=where, temp=said.get("temp", "")),
    }[alarm.kind]
    return {"what": words, "at": local(request, alarm.at)}


@get("/supervise/{area:str}/list", **may(LIST), include_in_schema=False)
async def listed(
    request: AnyRequest, area: FromPath[str], work: NamedDependency[Work], scheme: FromQuery[str] = "", colour: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """Who is not green, the latest first. Each of them reads that they were looked at."""
    return await _list(request, work, area, await scheme_of(work, scheme), colour, after, [], "")


async def _list(
    request: AnyRequest, work: Work, scope: str, scheme: str, colour: str, after: str, errors: list[dict[str, str]], purpose: str
) -> Response[str]:  # fmt: skip
    found = await supervising.listed(work, scope, scheme, colour_of(colour), after)
    base = f"/supervise/{scope}/list?scheme={scheme}"
    parts = [{"label": say(work.locale, "全部"), "href": base, "current": not colour_of(colour)}]
    parts += [
        {"label": _view.colour(work.locale, one)["words"], "href": f"{base}&colour={one}", "current": one is colour_of(colour)}
        for one in (Colour.RED, Colour.YELLOW, Colour.GREY, Colour.POPUP)
    ]
    more = f"{base}&colour={colour}&after={found.next}".replace("+", "%2B") if found.next else None
    return page(
        request, "passes/list.html", 422 if errors else 200, scope=scope, scheme=scheme, name=supervising.area(work, scope).name,
        parts=parts, people=[_person(request, work, one) for one in found.items], more=more, errors=errors, purpose=purpose, colour=colour,
    )  # fmt: skip


def _person(request: AnyRequest, work: Work, one: Watched) -> dict[str, Any]:
    return {
        "id": str(one.citizen_ref), "name": one.name, "colour": _view.colour(work.locale, one.colour), "since": local(request, one.since),
        "place": _view.place(work.locale, one.path.rpartition(".")[2]),
    }  # fmt: skip


@post("/supervise/{area:str}/people/{person:str}", **may(LIST), include_in_schema=False)
async def contact(
    request: AnyRequest, area: FromPath[str], person: FromPath[str], work: NamedDependency[Work], scheme: FromQuery[str] = ""
) -> Response[str]:
    """One telephone number, for a call; the person reads that it was looked at."""
    try:
        citizen = PersonId.parse(person)
    except ValueError:
        raise NotOnThisList() from None
    found, phone = await supervising.contact(work, area, await scheme_of(work, scheme), citizen)
    return page(
        request, "passes/contact.html", scope=area, scheme=scheme, person=_person(request, work, found), phone=phone,
    )  # fmt: skip


@post("/supervise/{area:str}/export", **may(LIST), include_in_schema=False)
async def export(request: AnyRequest, area: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """The list as a sheet, marked with who took it and what for."""
    said = await form(request, Leaving)
    try:
        async with begin() as work:
            made, people = await supervising.export(work, area, await scheme_of(work, said.scheme), colour_of(said.colour), said.purpose)
            body = sheet(request, work, made, people)
    except Invalid as bad:
        async with begin() as work:
            return await _list(request, work, area, await scheme_of(work, said.scheme), said.colour, "", bad.errors, said.purpose)
    headers = {"content-disposition": f'attachment; filename="{made.id}.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8; header=present", headers=headers)


def sheet(request: AnyRequest, work: Work, made: Export, people: list[Watched]) -> str:
    """Each line carries the mark: a copy of one line still tells who took the list."""
    mark = f"{made.by_name} {local(request, made.at):%Y-%m-%d %H:%M} {made.id}"
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([say(work.locale, word) for word in ("姓名", "颜色", "开始", "所在区域", "用途", "导出标记")])
    for one in people:
        person = _person(request, work, one)
        lines.writerow([
            cell(person["name"]), person["colour"]["words"], f"{person['since']:%Y-%m-%d %H:%M}", person["place"], cell(made.purpose), mark,
        ])  # fmt: skip
    return out.getvalue()


handlers = [begin_here, dashboard, listed, contact, export]
