"""跨地区流调: asking other regions about people of theirs who were there, and their names."""

from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin
from onedoor.passes.models import Grants
from onedoor.passes.service import tracing_away
from onedoor.ui.edge import AnyRequest, form, may

from .tracing import order_id, shown

TRACE = str(Grants.TRACE)


class Ticked(msgspec.Struct, frozen=True):
    """Whose names are wanted: node and pseudonym."""

    away: Annotated[list[Annotated[str, msgspec.Meta(max_length=300)]], msgspec.Meta(max_length=200)] = []


@post("/supervise/orders/{order:str}/away", **may(TRACE), include_in_schema=False, status_code=200)
async def away(
    request: AnyRequest, order: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[str]:  # fmt: skip
    """Who from elsewhere was there too: their own regions are asked, without names."""
    which = order_id(order)
    heard = await tracing_away.find(begin, ports, which)
    async with begin() as work:
        return await shown(request, work, which, [], None, heard)


@post("/supervise/orders/{order:str}/away/names", **may(TRACE), include_in_schema=False, status_code=200)
async def names(
    request: AnyRequest, order: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[str]:  # fmt: skip
    """Names of those ticked, told by their own regions; on this answer alone, because they are not kept here."""
    which, said = order_id(order), await form(request, Ticked)
    try:
        heard = await tracing_away.names(begin, ports, which, said.away)
    except Invalid as bad:
        async with begin() as work:
            return await shown(request, work, which, bad.errors, None)
    async with begin() as work:
        return await shown(request, work, which, [], None, heard)


handlers = [away, names]
