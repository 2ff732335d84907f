"""What a clerk does about papers given later and about promises: hand over what was held back, tick a promise, answer an appeal."""
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.models import CaseId
from onedoor.cases.service import deciding, promising
from onedoor.kernel.text import fold
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, form, may

from ._acts import Rev
from .desk_acts import DESK, done
from .owing import promise_of

Id = Annotated[str, msgspec.Meta(max_length=60)]


class Delivering(msgspec.Struct, frozen=True):
    rev: Rev


class Checking(msgspec.Struct, frozen=True):
    promise_id: Id
    promise_result: Annotated[str, msgspec.Meta(pattern="^(kept|broken)$")]
    promise_why: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Answering(msgspec.Struct, frozen=True):
    appeal_id: Id
    appeal_result: Annotated[str, msgspec.Meta(pattern="^(upheld|lifted)$")]
    appeal_words: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@post("/desk/cases/{case:str}/deliver", **DESK)
async def deliver(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """发证."""

    async def do(case_id: CaseId) -> None:
        await deciding.deliver(work, case_id, rev=(await form(request, Delivering)).rev)

    return await done(request, work, case, "deliver", do)


@post("/desk/cases/{case:str}/promise", **DESK)
async def check(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """核查承诺."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Checking)
        kept = given.promise_result == "kept"
        await promising.settle(work, case_id, promise_of(given.promise_id), kept=kept, why=fold(given.promise_why))

    return await done(request, work, case, "promise", do)


@post("/desk/cases/{case:str}/appeal", **may("cases:supervise"), include_in_schema=False)
async def answer(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """答复申诉."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Answering)
        lifted = given.appeal_result == "lifted"
        await promising.answer(work, case_id, promise_of(given.appeal_id), lifted=lifted, words=fold(given.appeal_words))

    return await done(request, work, case, "appeal", do)


handlers = [deliver, check, answer]
