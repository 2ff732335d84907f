"""JSON API of passes: what holds, declaring, why, appealing."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Begin, Work
from onedoor.passes import service
from onedoor.passes.errors import NoSuchPerson
from onedoor.passes.models import Channel, Colour, Decision, Declaration, Question, Scheme, Standing
from onedoor.passes.records import Appeal
from onedoor.ui.edge import AnyRequest, may, once

Code = Annotated[str, msgspec.Meta(max_length=31)]


class Mine(msgspec.Struct, frozen=True):
    """One scheme, and what holds in it for me; `standing` is null before the first declaration."""

    scheme: str
    name: Text
    standing: Standing | None


class Passes(msgspec.Struct, frozen=True):
    """Every scheme that concerns me."""

    items: list[Mine]


class Schemes(msgspec.Struct, frozen=True):
    """Every scheme but drafts."""

    items: list[Scheme]


class Asked(msgspec.Struct, frozen=True):
    """The questions, with the answers of the last time."""

    scheme: str
    version: int
    questions: list[Question]
    last: Declaration | None


class Declaring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by question; `division` is where the person lives; a correction says why. `person`: a dependant, instead of oneself."""

    scheme: Code
    answers: dict[str, str | int | list[str]]
    division: Annotated[str, msgspec.Meta(max_length=12)]
    reason: Annotated[str, msgspec.Meta(max_length=400)] = ""
    person: PersonId | None = None


class Declared(msgspec.Struct, frozen=True):
    """The declaration, and the colour that came of it."""

    declaration: Declaration
    decision: Decision


class Why(msgspec.Struct, frozen=True):
    """The decision that holds, and its rules in words."""

    colour: Colour
    decision: Decision
    rules: list[dict[str, Any]]


class Appealing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the colour is wrong. Papers are handed in on the page."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Texting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the reasons of a colour come as a text message: now and whenever it changes. `person`: a dependant, instead of oneself."""

    wanted: bool
    person: PersonId | None = None


class Texted(msgspec.Struct, frozen=True):
    """What holds from now on."""

    wanted: bool


@get("/api/passes/schemes", **may(public=True), tags=["passes"])
async def schemes(work: NamedDependency[Work]) -> Schemes:
    """Every scheme with its legal basis, purposes and end."""
    return Schemes(await service.schemes(work))


@get("/api/passes", **may("signed-in"), tags=["passes"])
async def mine(work: NamedDependency[Work]) -> Passes:
    """What holds for me."""
    return Passes([Mine(scheme.code, scheme.name, held) for scheme, held in await service.mine(work)])


@get("/api/passes/{scheme:str}/questions", **may("signed-in"), tags=["passes"])
async def questions(scheme: FromPath[str], work: NamedDependency[Work]) -> Asked:
    """What a declaration asks."""
    about = await service.asking(work, scheme)
    return Asked(scheme, about.rules.version, about.rules.questions, about.last)


@post("/api/passes/declarations", status_code=201, **may("signed-in"), tags=["passes"])
async def declare(request: AnyRequest, data: JSONBody[Declaring], begin: NamedDependency[Begin]) -> Response[Any]:
    """Declare, for oneself or for a dependant; with an Idempotency-Key, once."""
    said = service.Said({name: _given(value) for name, value in data.answers.items()}, data.division, data.reason.strip())
    async with begin() as work:
        actor = await service.dependants.standing_in(work, data.person) if data.person else work.actor

    async with begin(actor=actor) as work:

        async def make() -> Declared:
            made = await service.declare(work, data.scheme, said, Channel.API)
            return Declared(made.declaration, made.decision)

        return await once(request, work, make)


def _given(value: str | int | list[str]) -> str | list[str]:
    return value if isinstance(value, list) else str(value)


def _person(text: str) -> PersonId | None:
    try:
        return PersonId.parse(text) if text else None
    except ValueError as unknown:
        raise NoSuchPerson() from unknown


@get("/api/passes/{scheme:str}/why", **may("signed-in"), tags=["passes"])
async def why(
    scheme: FromPath[str], begin: NamedDependency[Begin], person: FromQuery[Annotated[str, msgspec.Meta(max_length=60)]] = ""
) -> Why:
    """Why my colour is what it is, or that of a dependant: the rules that gave it, and everything they were given."""
    async with begin() as work:
        whose = _person(person)
        actor = await service.dependants.standing_in(work, whose) if whose else work.actor
    async with begin(actor=actor) as work:
        seen = await service.why(work, scheme)
    rules = [{"id": rule.id, "title": rule.title, "tell": rule.tell, "appeal": rule.appeal} for rule in seen.fired]
    return Why(seen.standing.colour, seen.decision, rules)


@post("/api/passes/{scheme:str}/appeals", status_code=201, **may("signed-in"), tags=["passes"])
async def appeal(request: AnyRequest, scheme: FromPath[str], data: JSONBody[Appealing], work: NamedDependency[Work]) -> Response[Any]:
    """Object to my colour; answered within 24 hours."""

    async def make() -> Appeal:
        return await service.appeal(work, scheme, data.words)

    return await once(request, work, make)


@put("/api/passes/{scheme:str}/sms", **may("signed-in"), tags=["passes"])
async def sms(request: AnyRequest, scheme: FromPath[str], data: JSONBody[Texting], begin: NamedDependency[Begin]) -> Response[Any]:
    """短信说明: colour, reason, until when, what to do and where to object, as a text message; or no more of them."""
    async with begin() as work:
        actor = await service.dependants.standing_in(work, data.person) if data.person else work.actor
    async with begin(actor=actor) as work:

        async def wish() -> Texted:
            await service.texting.ask(work, scheme) if data.wanted else await service.texting.stop(work, scheme)
            return Texted(data.wanted)

        return await once(request, work, wish, 200)


handlers = [schemes, mine, questions, declare, why, appeal, sms]
