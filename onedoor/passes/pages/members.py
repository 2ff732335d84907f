"""Which school or firm may see my colour; and what such an organisation sees."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from onedoor.kernel.i18n import pick, translate
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin, Work
from onedoor.orgs.models import OrgId
from onedoor.passes.errors import NoSuchOrganisation, NotDeclared
from onedoor.passes.service import members, supervising
from onedoor.ui.edge import AnyRequest, form, local, may, page, see_other

from . import _view

MEMBER = "orgs:member"


class Agreed(msgspec.Struct, frozen=True):
    """For which organisation, by its code, and for which scheme."""

    uscc: Annotated[str, msgspec.Meta(max_length=30)]
    scheme: Annotated[str, msgspec.Meta(max_length=40)]


class Stopped(msgspec.Struct, frozen=True):
    """Which consent ends."""

    org: Annotated[str, msgspec.Meta(max_length=40)]
    scheme: Annotated[str, msgspec.Meta(max_length=40)]


@get("/passes/members", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Who may see my colour besides me."""
    return await _mine(request, work, {}, [])


async def _mine(request: AnyRequest, work: Work, values: dict[str, str], errors: list[dict[str, str]]) -> Response[str]:
    schemes = [one for one in await supervising.watchable(work) if one.holds(work.today)]
    names = {one.code: pick(work.locale, one.name) for one in await supervising.watchable(work)}
    rows = [
        {"org": str(one.org_ref), "scheme": one.scheme, "name": name, "about": names.get(one.scheme, one.scheme),
         "since": local(request, one.given_at), "ended": local(request, one.ended_at) if one.ended_at else None}
        for one, name in await members.consents(work)
    ]  # fmt: skip
    choices = [{"value": one.code, "label": pick(work.locale, one.name)} for one in schemes]
    return page(request, "passes/members.html", 422 if errors else 200, rows=rows, choices=choices, values=values, errors=errors)


@post("/passes/members", **may("signed-in"), include_in_schema=False)
async def agree(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """From now on this organisation sees my colour."""
    said = await form(request, Agreed)
    try:
        async with begin() as work:
            await members.agree(work, said.uscc, said.scheme)
    except (NoSuchOrganisation, NotDeclared) as bad:
        field = "/uscc" if isinstance(bad, NoSuchOrganisation) else "/scheme"
        async with begin() as work:
            return await _mine(request, work, {"uscc": said.uscc, "scheme": said.scheme}, [{"pointer": field, "detail": titled(work, bad)}])
    return see_other("/passes/members")


def titled(work: Work, bad: Problem) -> str:
    return translate(work.locale, bad.title)


@post("/passes/members/stop", **may("signed-in"), include_in_schema=False)
async def stop(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """No longer."""
    said = await form(request, Stopped)
    try:
        await members.stop(work, OrgId.parse(said.org), said.scheme)
    except ValueError:
        raise NoSuchOrganisation() from None
    return see_other("/passes/members")


@get("/supervise/members", **may(MEMBER), include_in_schema=False)
async def ours(request: AnyRequest, work: NamedDependency[Work], scheme: FromQuery[str] = "") -> Response[str]:
    """Our people who agreed, those who are not green first."""
    known = await supervising.watchable(work)
    which = scheme or (known[0].code if known else "none")
    rows = [
        {"name": one.name, "colour": _view.colour(work.locale, one.colour), "since": local(request, one.since)}
        for one in await members.members(work, which)
    ]
    choices = [
        {"label": pick(work.locale, one.name), "href": f"/supervise/members?scheme={one.code}", "current": one.code == which}
        for one in known
    ]
    return page(request, "passes/ours.html", rows=rows, choices=choices)


handlers = [mine, agree, stop, ours]
