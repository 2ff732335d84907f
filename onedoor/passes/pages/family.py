"""家人 Whom somebody stands in for; and the counter, where a clerk confirms that, and writes down what people without a phone say."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity.models import PersonId
from onedoor.identity.ports import PopulationRegister, Secrets
from onedoor.kernel.i18n import pick
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Conflict, Invalid
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.passes import policy, service
from onedoor.passes.errors import NoSuchPerson, NotYours
from onedoor.passes.models import Channel, State
from onedoor.ui.edge import AnyRequest, kept, may, page, see_other

from . import _view
from .declaring import asked, sent, typed

Errors = list[dict[str, str]]


async def _family(request: AnyRequest, work: Work, values: dict[str, str], errors: Errors) -> Response[str]:
    found = await service.dependants.mine(work)
    return page(request, "passes/family.html", 422 if errors else 200, family=found, values=values, errors=errors)


@get("/passes/family", **may("signed-in"), include_in_schema=False)
async def family(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Whom I stand in for, and the form for one more."""
    policy.proven(work.actor)
    return await _family(request, work, {}, [])


@post("/passes/family", **may("signed-in"), include_in_schema=False)
async def add(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """Ask to stand in for one more."""
    values = kept(await request.form())
    given = (values.get("name", ""), values.get("id_number", ""), values.get("relation", ""))
    try:
        await service.dependants.add(begin, ports.get(PopulationRegister), ports.get(Secrets), *given)
        return see_other("/passes/family")
    except Invalid as wrong:
        errors = wrong.errors
    except Conflict as no:
        errors = [{"pointer": "/id_number", "detail": no.detail}]
    async with begin() as work:
        return await _family(request, work, values, errors)


@post("/passes/family/{person:str}/end", **may("signed-in"), include_in_schema=False)
async def end(person: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """No longer stand in for somebody."""
    await service.dependants.end(begin, _view.id_of(PersonId, person, NoSuchPerson))
    return see_other("/passes/family")


@get("/desk/passes/counter", **may("passes:counter"), include_in_schema=False)
async def counter(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Who stands at the counter, and mandates that wait for a look at the papers."""
    return await _counter(request, work, {}, [])


async def _counter(request: AnyRequest, work: Work, values: dict[str, str], errors: Errors) -> Response[str]:
    found = await service.dependants.waiting(work)
    rows = [(one, mask_name(asks.name) if asks and asks.name else "") for one, asks in found]
    schemes = [one for one in await service.schemes(work) if one.holds(work.today) and one.state is State.IN_FORCE]
    return page(
        request, "passes/desk_counter.html", 422 if errors else 200, mandates=rows, schemes=schemes, values=values,
        errors=errors, choices=[{"value": one.code, "label": pick(work.locale, one.name)} for one in schemes],
    )  # fmt: skip


@post("/desk/passes/counter", **may("passes:counter"), include_in_schema=False)
async def find(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """By name and number of the identity card."""
    values = kept(await request.form())
    try:
        async with begin() as work:
            await service.in_force(work, values.get("scheme", ""))
        found = await service.dependants.at_counter(
            begin, ports.get(PopulationRegister), ports.get(Secrets), values.get("name", ""), values.get("id_number", "")
        )
        return see_other(f"/desk/passes/counter/{values['scheme']}/{found.person}")
    except Invalid as wrong:
        async with begin() as work:
            return await _counter(request, work, values, wrong.errors)


@get("/desk/passes/counter/{scheme:str}/{person:str}", **may("passes:counter"), include_in_schema=False)
async def questions(request: AnyRequest, scheme: FromPath[str], person: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """The questions for whoever stands there."""
    return await _questions(request, work, scheme, _view.id_of(PersonId, person, NoSuchPerson), None, [])


async def _questions(
    request: AnyRequest, work: Work, scheme: str, person: PersonId, said: service.Said | None, errors: Errors, phone: str = ""
) -> Response[str]:  # fmt: skip
    who = await service.dependants.again_at_counter(work, person)
    known, rules = await service.in_force(work, scheme)
    about = service.Asking(known, rules, None, None, "")
    values = typed(said) if said else {}
    for question in rules.questions:
        if question.kind in ("checks", "districts") and isinstance(values.get(question.id), str):
            values[question.id] = [values[question.id]]
    return page(
        request, "passes/desk_declare.html", 422 if errors else 200, who=who, scheme=known, errors=errors,
        questions=asked(work, about, values), homes=_view.homes(work, work.actor.districts), division=said.division if said else "",
        phone=phone,
    )  # fmt: skip


@post("/desk/passes/counter/{scheme:str}/{person:str}", **may("passes:counter"), include_in_schema=False)
async def write_down(request: AnyRequest, scheme: FromPath[str], person: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """What they said, or what stands on their paper; only for places of the own districts."""
    which = _view.id_of(PersonId, person, NoSuchPerson)
    async with begin() as work:
        _, rules = await service.in_force(work, scheme)
    said = await sent(request, rules.questions)
    form = kept(await request.form())
    channel = Channel.PAPER if form.get("channel") == "paper" else Channel.COUNTER
    try:
        async with begin() as work:
            await service.dependants.again_at_counter(work, which)
            if said.division and not policy.may_key_in(work.actor, orgs.path_or_root(said.division)):
                raise NotYours()
            tel = service.texting.number(work, form.get("phone", ""))
            made = await service.declare(work, scheme, said, channel, which)
            if tel:
                await service.texting.ask_at_counter(work, which, scheme, tel)
            colour = _view.colour(work.locale, made.decision.colour)
            who = await service.dependants.again_at_counter(work, which)
            return page(request, "passes/desk_done.html", who=who, colour=colour, scheme=scheme)
    except Invalid as wrong:
        async with begin() as work:
            return await _questions(request, work, scheme, which, said, wrong.errors, form.get("phone", ""))


@post("/desk/passes/mandates/{guardian:str}/{person:str}", **may("passes:counter"), include_in_schema=False)
async def confirm(request: AnyRequest, guardian: FromPath[str], person: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The papers show that they may, or do not."""
    yes = str((await request.form()).get("step")) == "confirm"
    one, other = _view.id_of(PersonId, guardian, NoSuchPerson), _view.id_of(PersonId, person, NoSuchPerson)
    await service.dependants.confirm(work, one, other, yes=yes)
    return see_other("/desk/passes/counter")


handlers = [family, add, end, counter, find, questions, write_down, confirm]
