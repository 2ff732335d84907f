"""归集 What a clerk can do when no machine gets a case any further into the department's own system."""
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.models import CaseId
from onedoor.cases.service import handing, registering
from onedoor.kernel.text import fold
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, form

from .desk_acts import DESK, done


class Registering(msgspec.Struct, frozen=True):
    register_act: Annotated[str, msgspec.Meta(pattern="^(again|anew|done)$")]
    register_number: Annotated[str, msgspec.Meta(max_length=100)] = ""


@post("/desk/cases/{case:str}/register", **DESK)
async def register(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """登记."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Registering)
        await registering.by_hand(work, case_id, given.register_act, fold(given.register_number))

    return await done(request, work, case, "register", do)


class HandingOver(msgspec.Struct, frozen=True):
    register: Annotated[str, msgspec.Meta(max_length=60)]
    operation: Annotated[str, msgspec.Meta(max_length=60)]


@post("/desk/cases/{case:str}/hand-again", **DESK)
async def hand_again(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """再送一次."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, HandingOver)
        await handing.again(work, case_id, given.register, given.operation)

    return await done(request, work, case, "hand-again", do)


handlers = [register, hand_again]
