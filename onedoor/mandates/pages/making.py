"""新的委托 Three questions: who, which services, what and until when. Answers go along in the form, so nothing is kept before the end."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity.errors import RegisterAway
from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import say, translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Conflict, Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.mandates import policy
from onedoor.mandates.errors import NoSuchMandate, TooManyAsked, TooManyPrincipals
from onedoor.mandates.models import Act, Side
from onedoor.mandates.policy import Wanted
from onedoor.mandates.service import agreeing, family
from onedoor.mandates.service.agreeing import Other
from onedoor.ui.edge import AnyRequest, begin_of, may, page, see_other

from . import _view

SIDES = {"for": Side.AGENT, "by": Side.PRINCIPAL}
"""I act for somebody, or somebody for me."""
ALL = [str(act) for act in Act if act is not Act.CONSENT]
"""What is ticked at first; reading by departments is decided on purpose."""
MANY = ("items", "acts", "types")
Values = dict[str, Any]


def typed(sent: Any) -> Values:
    """What was typed so far; lists stay lists."""
    many = {name: [printable(v)[:60] for v in sent.getall(name, []) if isinstance(v, str)][:60] for name in MANY}
    one = {name: printable(str(sent.get(name, "")))[:200] for name in ("phone", "name", "kind", "days", "id_number")}
    return many | one


def wanted(values: Values, hide: tuple[str, ...] = policy.HIDDEN) -> Wanted:
    """As the service takes it."""
    return Wanted(values["kind"], tuple(values["items"]), tuple(values["acts"]), values["days"], hide, tuple(values["types"]))


async def faults(work: Work, step: int, values: Values) -> list[dict[str, str]]:
    """What is wrong with the answers of one question."""
    if step == 1:
        return agreeing.other_faults(work, Other(values["phone"], values["name"]))
    if step == 2:
        return policy.service_faults(work.locale, wanted(values), await agreeing.choice(work))
    return policy.acts_faults(work.locale, wanted(values), policy.CHOSEN)


async def _page(
    request: AnyRequest, way: str, step: int, values: Values, errors: list[dict[str, str]], status: int = 200
) -> Response[Any]:
    async with begin_of(request)() as work:
        choices = await _view.choices(work)
    return page(
        request, "mandates/new.html", 422 if errors and status == 200 else status, way=way, step=step, values=values, errors=errors,
        **choices,
    )  # fmt: skip


@get("/me/mandates/new/{way:str}", **may("signed-in"), include_in_schema=False)
async def first(request: AnyRequest, way: FromPath[str]) -> Response[Any]:
    """Who is it about?"""
    policy.must_be_proven(request.scope["state"]["actor"])
    if way == "child":
        return page(request, "mandates/child.html", values={"name": "", "id_number": ""}, errors=[])
    if way not in SIDES:
        raise NoSuchMandate()
    return await _page(request, way, 1, {"phone": "", "name": "", "items": [], "types": [], "acts": ALL, "kind": "", "days": ""}, [])


@post("/me/mandates/new/{way:str}", **may("signed-in"), include_in_schema=False)
async def onward(request: AnyRequest, way: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """Keep the answer and ask the next one; after the last, ask the other side."""
    sent = await request.form()
    values = typed(sent)
    if way == "child":
        return await _child(request, values, begin, ports)
    if way not in SIDES:
        raise NoSuchMandate()
    asked = str(sent.get("step", "1"))
    step = int(asked) if asked in ("1", "2", "3") else 1
    if "back" in sent:
        return await _page(request, way, max(1, step - 1), values, [])
    async with begin() as work:
        wrong = [(earlier, errors) for earlier in range(1, step + 1) if (errors := await faults(work, earlier, values))]
    if wrong:
        return await _page(request, way, wrong[0][0], values, wrong[0][1])
    if step < 3:
        return await _page(request, way, step + 1, values, [])
    try:
        async with _view.inside(request) as work:
            made = await agreeing.ask(work, SIDES[way], Other(values["phone"], values["name"]), wanted(values))
    except Invalid as bad:
        where = 1 if any(e["pointer"] in ("/phone", "/name") for e in bad.errors) else 3
        return await _page(request, way, where, values, bad.errors)
    except TooManyPrincipals as full:
        return await _page(request, way, 1, values, [{"pointer": "/phone", "detail": full.detail}], 409)
    except TooManyAsked as often:
        words = translate(request.scope["state"]["locale"], often.title)
        return await _page(request, way, 3, values, [{"pointer": "", "detail": words}], often.status)
    return see_other(f"/me/mandates/{made.id}")


async def _child(request: AnyRequest, values: Values, begin: Begin, ports: Ports) -> Response[Any]:
    """The register says whose child it is; there is nobody else to ask."""
    try:
        child = await family.looked_up(begin, ports, values["name"], values["id_number"])
        async with _view.inside(request) as work:
            made = await family.guard(work, ports.get(Secrets), child)
    except Invalid as bad:
        return page(request, "mandates/child.html", bad.status, values=values, errors=bad.errors)
    except Conflict as taken:
        errors = [{"pointer": "/id_number", "detail": taken.detail}]
        return page(request, "mandates/child.html", taken.status, values=values, errors=errors)
    except RegisterAway as away:
        errors = [{"pointer": "", "detail": translate(request.scope["state"]["locale"], away.title)}]
        return page(request, "mandates/child.html", away.status, values=values, errors=errors)
    return see_other(f"/me/mandates/{made.id}")


@post("/me/mandates/children", **may("signed-in"), include_in_schema=False)
async def found(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """The register names my children; there is nothing to type."""
    made = await family.found(begin, ports)
    if made:
        return see_other("/wallet")
    words = say(request.scope["state"]["locale"], "人口库里没有登记您是哪个孩子的监护人。可以在下面填写，或带户口簿到窗口办理。")
    errors = [{"pointer": "/name", "detail": words}]
    return page(request, "mandates/child.html", 422, values={"name": "", "id_number": ""}, errors=errors)


handlers = [first, onward, found]
