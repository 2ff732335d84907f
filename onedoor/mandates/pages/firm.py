"""单位经办人 The legal representative gives services of the organisation to its members."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Conflict, Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.mandates.models import Kind, Side
from onedoor.mandates.service import agreeing, firm
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import _view
from .making import ALL, Values, typed, wanted


async def _page(request: AnyRequest, work: Work, secrets: Secrets, values: Values, errors: list[dict[str, str]]) -> Response[Any]:
    known = await firm.house(work, secrets)
    members = [{"value": str(one.person), "label": one.name} for one in known.members]
    given = [_view.row(work, one, Side.PRINCIPAL) for one in known.given]
    return page(
        request, "mandates/firm.html", 422 if errors else 200, org=known.org, members=members, given=given, values=values, errors=errors,
        **await _view.choices(work, await firm.choice(work)),
    )  # fmt: skip


@get("/me/mandates/firm", **may("signed-in"), include_in_schema=False)
async def show(request: AnyRequest, ports: NamedDependency[Ports]) -> Response[Any]:
    """What members hold, and the form for one more."""
    async with _view.inside(request) as work:
        return await _page(request, work, ports.get(Secrets), {"member": "", "items": [], "types": [], "acts": ALL, "days": ""}, [])


@post("/me/mandates/firm", **may("signed-in"), include_in_schema=False)
async def give(request: AnyRequest, ports: NamedDependency[Ports]) -> Response[Any]:
    """Ask a member."""
    sent = await request.form()
    values = typed(sent) | {"member": str(sent.get("member", ""))[:60], "kind": str(Kind.COMPANY_STAFF)}
    try:
        member = PersonId.parse(values["member"])
    except ValueError:
        member = None
    try:
        async with _view.inside(request) as work:
            await firm.give(work, ports.get(Secrets), member, wanted(values))
    except Invalid as bad:
        errors = bad.errors
    except Conflict as full:
        errors = [{"pointer": "/member", "detail": full.detail}]
    else:
        return see_other("/me/mandates/firm")
    async with _view.inside(request) as work:
        return await _page(request, work, ports.get(Secrets), values, errors)


@get("/me/mandates/firms", **may("signed-in"), include_in_schema=False)
async def firms(request: AnyRequest) -> Response[Any]:
    """For which organisations I act, and where the register is asked."""
    return await _firms(request, [])


async def _firms(request: AnyRequest, errors: list[dict[str, str]], status: int = 200) -> Response[Any]:
    async with _view.inside(request) as work:
        rows = [_view.row(work, one, Side.AGENT) for one in await agreeing.held(work) if one.firm and one.holds(work.today)]
    return page(request, "mandates/firms.html", status, rows=rows, errors=errors)


@post("/me/mandates/firms", **may("signed-in"), include_in_schema=False)
async def represented(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """The register names the organisations that I represent by law."""
    if await firm.represented(begin, ports):
        return see_other("/me/mandates/firms")
    words = say(request.scope["state"]["locale"], "市场主体登记里没有您是法定代表人的单位。经办人请由法定代表人委托。")
    return await _firms(request, [{"pointer": "", "detail": words}], 422)


handlers = [show, give, firms, represented]
