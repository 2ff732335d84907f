"""核验 A clerk has a register asked for one fact of the case."""
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.models import CaseId
from onedoor.cases.service import lookups
from onedoor.kernel.ports import Ports
from onedoor.kernel.text import fold
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, form, may

from .desk_acts import done


class LookingUp(msgspec.Struct, frozen=True):
    lookup_element: Annotated[str, msgspec.Meta(max_length=60)]
    lookup_reason: Annotated[str, msgspec.Meta(max_length=300)] = ""


@post("/desk/cases/{case:str}/lookup", **may("cases:handle"), include_in_schema=False)
async def look_up(
    request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports], begin: NamedDependency[Begin]
) -> Response[Any]:
    """向登记部门核验."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, LookingUp)
        async with lookups.noted(begin, case_id, given.lookup_element):
            await lookups.ask(work, ports, case_id, given.lookup_element, fold(given.lookup_reason))

    return await done(request, work, case, "lookup", do)


handlers = [look_up]
