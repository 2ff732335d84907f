"""窗口代办 The counter writes a mandate down from its paper, reads a card, and ends what a person no longer wants."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity.errors import RegisterAway
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Conflict, Forbidden, Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.mandates import policy
from onedoor.mandates.errors import NoSuchMandate, WrongCard
from onedoor.mandates.models import LIVING, Grants, Kind
from onedoor.mandates.service import counter
from onedoor.ui.edge import AnyRequest, begin_of, may, page, see_other

from . import _view
from .making import ALL, Values, typed, wanted

CONFIRM = str(Grants.CONFIRM)
MOST_POSTED = 21_500_000
EMPTY: Values = {"name": "", "id_number": "", "agent_phone": "", "items": [], "types": [], "acts": ALL, "kind": "", "days": ""}
Errors = list[dict[str, str]]


async def _page(request: AnyRequest, values: Values, errors: Errors, status: int = 422, **more: Any) -> Response[Any]:
    async with begin_of(request)() as work:
        choices = await _view.choices(work)
        guardian = {"value": str(Kind.GUARDIAN), "label": policy.kind_words(work.locale, Kind.GUARDIAN)}
    data = {"card": "", "card_errors": [], "found": None, "who": {}} | more
    choices["kinds"] = [*choices["kinds"], guardian]
    return page(request, "mandates/desk.html", status, values=EMPTY | values, errors=errors, **data, **choices)


@get("/desk/mandates", **may(CONFIRM), include_in_schema=False)
async def desk(request: AnyRequest) -> Response[Any]:
    """Read a card, find what somebody has given, or write a new one down."""
    return await _page(request, {}, [], 200)


@post("/desk/mandates/card", **may(CONFIRM), include_in_schema=False)
async def read(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """What the scanner typed."""
    card = printable(str((await request.form()).get("card", "")))[:200]
    try:
        person, mandate = counter.read(ports, card)
        async with begin() as work:
            await counter.at_counter(work, person, mandate)
    except (WrongCard, NoSuchMandate) as wrong:
        return await _page(request, {}, [], 422, card=card, card_errors=[{"pointer": "/card", "detail": _told(request, wrong.title)}])
    return see_other(f"/desk/mandates/{person}/{mandate}")


def _told(request: AnyRequest, title: str) -> str:
    return translate(request.scope["state"]["locale"], title)


@post("/desk/mandates/find", **may(CONFIRM), include_in_schema=False)
async def find(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """All that somebody who stands there has given."""
    sent = await request.form()
    who = {name: printable(str(sent.get(f"who_{name}", "")))[:200] for name in ("name", "id_number")}
    try:
        found = await counter.given(begin, ports, who["name"], who["id_number"])
    except Invalid as bad:
        errors = [{"pointer": e["pointer"].replace("/", "/who_", 1) if len(e["pointer"]) > 1 else "/who_name", "detail": e["detail"]}
                  for e in bad.errors]  # fmt: skip
        return await _page(request, {}, [], 422, who=who, card_errors=errors)
    except RegisterAway as away:
        errors = [{"pointer": "/who_name", "detail": _told(request, away.title)}]
        return await _page(request, {}, [], away.status, who=who, card_errors=errors)
    async with begin() as work:
        rows = [_view.desk_row(work, one) for one in found]
    return await _page(request, {}, [], 200, who=who, found=rows)


@post("/desk/mandates", **may(CONFIRM), include_in_schema=False, request_max_body_size=MOST_POSTED)
async def write_down(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """What the signed paper says; everything typed stays when something is wrong."""
    sent = await request.form()
    values = typed(sent) | {"agent_phone": printable(str(sent.get("agent_phone", "")))[:40]}
    file = next((v for v in sent.getall("paper", []) if not isinstance(v, str) and v.filename), None)
    name, content = (file.filename, await file.read()) if file else ("", b"")
    said = counter.Said(values["name"], values["id_number"], values["agent_phone"], wanted(values), name, content)
    try:
        made = await counter.write_down(begin, ports, said)
    except Invalid as bad:
        return await _page(request, values, bad.errors)
    except (Conflict, Forbidden, RegisterAway) as no:
        return await _page(request, values, [{"pointer": "/name", "detail": no.detail or _told(request, no.title)}], no.status)
    return see_other(f"/desk/mandates/{made.citizen_id}/{made.id}")


@get("/desk/mandates/{person:str}/{mandate:str}", **may(CONFIRM), include_in_schema=False)
async def show(request: AnyRequest, person: FromPath[str], mandate: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One mandate as it stands now: who may do what, and collect what."""
    made = await counter.at_counter(work, _person(person), _view.mandate_of(mandate))
    state, tone = policy.state_words(work.locale, made, work.today)
    return page(
        request, "mandates/desk_one.html", made=made, state=state, tone=tone, facts=await _view.facts(work, made, None),
        holds=made.holds(work.today), living=made.state in LIVING,
    )  # fmt: skip


@post("/desk/mandates/{person:str}/{mandate:str}/end", **may(CONFIRM), include_in_schema=False)
async def end(request: AnyRequest, person: FromPath[str], mandate: FromPath[str]) -> Response[Any]:
    """The person wants it to end."""
    async with _view.inside(request) as work:
        made = await counter.end(work, _person(person), _view.mandate_of(mandate))
    return see_other(f"/desk/mandates/{made.citizen_id}/{made.id}")


def _person(text: str) -> PersonId:
    try:
        return PersonId.parse(text)
    except ValueError:
        raise NoSuchMandate() from None


handlers = [desk, read, find, write_down, show, end]
