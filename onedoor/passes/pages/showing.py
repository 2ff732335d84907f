"""The pass on the screen and on paper; the gate that reads it. The moving code and the gate are shells without a person in them."""

import datetime as dt
from urllib.parse import quote

import segno
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from markupsafe import Markup
from msgspec import Struct

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Begin, Work
from onedoor.passes import service
from onedoor.passes.errors import NotDeclared
from onedoor.passes.service import tracing_between
from onedoor.ui.edge import AnyRequest, form, may, page

from . import _away, _view, _words

PAGE = 50


def picture(text: str, paper: bool = False) -> Markup:
    """Always the same version and level: a size that jumps makes cameras hunt."""
    code = segno.make(text, version=None if paper else 8, error="q" if paper else "m", mode="alphanumeric", boost_error=False, micro=False)
    svg = code.svg_inline(scale=5, border=4, omitsize=True, light="#fff", dark="#000")
    return Markup(svg)  # noqa: S704 - drawn by segno from base45 alone


@get("/passes/code", **may(public=True))
async def code(request: AnyRequest) -> Response[str]:
    """The shell of the moving code; what it shows lies on the device, so it opens with every server off."""
    # The device keeps this page and the gate's for whoever comes next: not even those are named in them for whom somebody acts.
    return page(request, "passes/code.html", tab="code", behalf="", words=_words.code(request.scope["state"]["locale"]))


class Which(Struct, frozen=True):
    which: str = ""


async def _mine(begin: Begin, which: str) -> tuple[list[service.Bearer], service.Bearer | None]:
    """All that I may show, and the one that was asked for, or the first."""
    found = await service.bearers(begin)
    return found, next((one for one in found if one.key == which), found[0] if found else None)


@get("/passes/code/plain", **may("signed-in"))
async def plain(request: AnyRequest, begin: NamedDependency[Begin], which: FromQuery[str] = "") -> Response[str]:
    """For devices without scripts: a picture of this minute, drawn by the server."""
    found, chosen = await _mine(begin, which)
    links = [{"href": f"/passes/code/plain?which={quote(one.key)}", "label": one.name, "current": one is chosen} for one in found]
    if chosen is None:
        return page(request, "passes/plain.html", tab="code", bearers=links, drawn=None)
    async with service.standing_for(begin, str(chosen.standing.citizen_id)) as work:
        drawn = await service.draw(work, chosen.scheme.code)
        colour = _view.colour(work.locale, chosen.standing.colour)
        return page(
            request, "passes/plain.html", tab="code", bearers=links, now=work.now, drawn=drawn, svg=picture(drawn.text), colour=colour
        )


@get("/passes/paper", **may("signed-in"))
async def ask_paper(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[str]:
    """For whom a code is to be printed."""
    found, _ = await _mine(begin, "")
    locale = request.scope["state"]["locale"]
    options = [{"value": one.key, "label": f"{one.name} · {pick(locale, one.scheme.name)}"} for one in found]
    return page(request, "passes/paper.html", tab="code", bearers=options, paper=None)


@post("/passes/paper", **may("signed-in"), status_code=200)
async def paper(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[str]:
    """A code to print; the one before it is dead."""
    _, chosen = await _mine(begin, (await form(request, Which)).which)
    if chosen is None:
        raise NotDeclared()
    async with service.standing_for(begin, str(chosen.standing.citizen_id)) as work:
        printed = await service.print_paper(work, chosen.scheme.code)
    return page(request, "passes/paper.html", tab="code", bearers=[], paper=printed, svg=picture(printed.text, paper=True))


@get("/passes/visits", **may("signed-in"))
async def visits(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[str]:
    """Where my code was read; the fifty before a place in the list."""
    found = await service.visits(work, _place(before))
    older = f"{found[-1][0].at.isoformat()}_{found[-1][0].scan_id.hex()}" if len(found) == PAGE else None
    away = [] if before else [(f"{one.place} · {_away.host(one.node)}", one) for one in await tracing_between.my_visits(work)]
    return page(request, "passes/visits.html", tab="code", visits=found, away=away, older=quote(older) if older else None)


def _place(given: str) -> tuple[dt.datetime, bytes] | None:
    """A place in the list in an address, `<moment>_<scan>`; whatever is none is its beginning."""
    moment, _, scan = given.partition("_")
    try:
        found = dt.datetime.fromisoformat(moment)
        return (found.astimezone(dt.UTC), bytes.fromhex(scan)) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


@get("/gate", **may(public=True))
async def gate(request: AnyRequest) -> Response[str]:
    """验码端: nothing of anybody is in this page; whoever has enrolled this device works with it, with or without a network."""
    return page(request, "passes/gate.html", behalf="", words=_words.gate(request.scope["state"]["locale"]))


handlers = [code, plain, ask_paper, paper, visits, gate]
