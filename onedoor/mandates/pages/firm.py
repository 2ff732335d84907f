"""单位经办人 The legal representative gives services of the organisation to its members."""

from typing import Any

from litestar import Response, get, post

from onedoor.identity.models import PersonId
from onedoor.kernel.problems import Conflict, Invalid
from onedoor.kernel.work import Work
from onedoor.mandates.models import Kind, Side
from onedoor.mandates.service import firm
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import _view
from .making import ALL, Values, typed, wanted


async def _page(request: AnyRequest, work: Work, values: Values, errors: list[dict[str, str]]) -> Response[Any]:
    known = await firm.firm(work)
    members = [{"value": str(one.person), "label": one.name} for one in known.members]
    given = [_view.row(work, one, Side.PRINCIPAL) for one in known.given]
    return page(
        request, "mandates/firm.html", 422 if errors else 200, org=known.org, members=members, given=given, values=values, errors=errors,
        **await _view.choices(work),
    )  # fmt: skip


@get("/me/mandates/firm", **may("signed-in"), include_in_schema=False)
async def show(request: AnyRequest) -> Response[Any]:
    """What members hold, and the form for one more."""
    async with _view.inside(request) as work:
        return await _page(request, work, {"member": "", "items": [], "types": [], "acts": ALL, "days": ""}, [])


@post("/me/mandates/firm", **may("signed-in"), include_in_schema=False)
async def give(request: AnyRequest) -> Response[Any]:
    """Ask a member."""
    sent = await request.form()
    values = typed(sent) | {"member": str(sent.get("member", ""))[:60], "kind": str(Kind.COMPANY_STAFF)}
    try:
        member = PersonId.parse(values["member"])
    except ValueError:
        member = None
    try:
        async with _view.inside(request) as work:
            await firm.give(work, member, wanted(values))
    except Invalid as bad:
        errors = bad.errors
    except Conflict as full:
        errors = [{"pointer": "/member", "detail": full.detail}]
    else:
        return see_other("/me/mandates/firm")
    async with _view.inside(request) as work:
        return await _page(request, work, values, errors)


handlers = [show, give]
