"""Seven calls aligned with GB/T 38963 for systems that speak it. A refusal is a problem as everywhere, with its return code beside."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin, Work, system
from onedoor.passes import partners, service
from onedoor.passes.partners import Answer, Applying, Asking, Correcting, Declaring, Travelling, Verifying
from onedoor.ui.edge import AnyRequest, may, once

BASE = "/api/provider/health-code"
ANSWERS, PASS = "passes.answers", "pass"
Does = Callable[[Work], Awaitable[dict[str, Any]]]


@contextmanager
def _coded() -> Generator[None]:
    """A refusal carries the return code of its kind and the code's words."""
    try:
        yield
    except Problem as no:
        found = partners.said(no.slug(), {})
        no.extra |= {"code": found.code, "message": found.message}
        raise


async def _for(request: AnyRequest, begin: Begin, field: str, does: Does, *, write: bool = True) -> Response[Any]:
    """As the person whose token this is; a write is kept by its Idempotency-Key."""
    with _coded():
        async with begin() as work:
            person, app = await service.partnering.person_of(work, field), work.actor.id
        async with begin(actor=person) as work:

            async def make() -> Answer:
                return partners.said("done", await does(work))

            return await once(request, work, make, 200, who=f"{app} {person.id}") if write else Response(await make())


@post(f"{BASE}/declarations", status_code=200, **may("providers:passes"))
async def declare(request: AnyRequest, data: JSONBody[Declaring], begin: NamedDependency[Begin]) -> Response[Any]:
    """健康申报: what the person says of their health."""
    return await _for(request, begin, ANSWERS, lambda work: service.partnering.declared(work, data))


@post(f"{BASE}/journeys", status_code=200, **may("providers:passes"))
async def travel(request: AnyRequest, data: JSONBody[Travelling], begin: NamedDependency[Begin]) -> Response[Any]:
    """行程申报: where the person was, everything else as declared last."""
    return await _for(request, begin, ANSWERS, lambda work: service.partnering.travelled(work, data))


@post(f"{BASE}/corrections", status_code=200, **may("providers:passes"))
async def correct(request: AnyRequest, data: JSONBody[Correcting], begin: NamedDependency[Begin]) -> Response[Any]:
    """纠错: another declaration in the place of the last one, with its reason; nothing is overwritten."""
    return await _for(request, begin, ANSWERS, lambda work: service.partnering.declared(work, data))


@post(f"{BASE}/queries", status_code=200, **may("providers:passes"))
async def query(request: AnyRequest, data: JSONBody[Asking], begin: NamedDependency[Begin]) -> Response[Any]:
    """查询: colour, since when, until when, and why."""
    return await _for(request, begin, PASS, lambda work: service.partnering.queried(work, data), write=False)


@post(f"{BASE}/applications", status_code=200, **may("providers:passes"))
async def apply(request: AnyRequest, data: JSONBody[Applying], begin: NamedDependency[Begin]) -> Response[Any]:
    """申领: a day of signed tickets for chains that the person's device has made."""
    return await _for(request, begin, PASS, lambda work: service.partnering.applied(work, data))


@post(f"{BASE}/codes", status_code=200, **may("providers:passes"))
async def make_code(request: AnyRequest, data: JSONBody[Asking], begin: NamedDependency[Begin]) -> Response[Any]:
    """制码: the text of a code for this minute."""
    return await _for(request, begin, PASS, lambda work: service.partnering.drawn(work, data), write=False)


@post(f"{BASE}/verifications", status_code=200, **may("providers:passes"))
async def verify(request: AnyRequest, data: JSONBody[Verifying], begin: NamedDependency[Begin]) -> Response[Any]:
    """验码: codes read at a turnstile, judged and kept as if it had asked by itself; one answer for each, in their order."""
    asked = service.Spoken(data.gate, "POST", request.url.path, f"Gate {data.secret}", b"")
    with _coded():
        async with begin(actor=system("passes.gate")) as work:
            found = await service.partnering.verified_codes(work, asked, data)
    items = [
        partners.said(one.result, {"result": one.result, "colour": one.colour, "minor": one.minor, "list_at": one.issued}) for one in found
    ]
    return Response(partners.said("done", {"items": items}))


handlers = [declare, travel, correct, query, apply, make_code, verify]
