"""代办 My mandates, given and held: answer, give back the code told on the call, end; and the card to print."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.identity.ports import Secrets
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.mandates import policy
from onedoor.mandates.models import LIVING, MandateId, Side, State
from onedoor.mandates.service import agreeing, card
from onedoor.ui.edge import AnyRequest, kept, may, page, see_other

from . import _view


@get("/me/mandates", **may("signed-in", acting="self"), include_in_schema=False)
async def mine(request: AnyRequest) -> Response[Any]:
    """Whom I let act for me, and for whom I act."""
    async with _view.inside(request) as work:
        given = [_view.row(work, one, Side.PRINCIPAL) for one in await agreeing.given(work)]
        held = [_view.row(work, one, Side.AGENT) for one in await agreeing.held(work)]
    return page(request, "mandates/mine.html", given=given, held=held)


@get("/me/mandates/{mandate:str}", **may("signed-in", acting="self"), include_in_schema=False)
async def show(request: AnyRequest, mandate: FromPath[str], before: FromQuery[str] = "") -> Response[Any]:
    """One mandate: what was agreed, each use, and what I can do about it."""
    async with _view.inside(request) as work:
        return await _show(request, work, _view.mandate_of(mandate), before, "", [])


async def _show(request: AnyRequest, work: Work, mandate: MandateId, before: str, code: str, errors: list[dict[str, str]]) -> Response[Any]:
    made = await agreeing.one(work, mandate)
    uses, more = await agreeing.uses(work, made, _view.use_of(before))
    side = await agreeing.side(work, made)
    state, tone = policy.state_words(work.locale, made, work.today)
    return page(
        request, "mandates/show.html", 422 if errors else 200, made=made, row=_view.row(work, made, side), state=state, tone=tone,
        facts=await _view.facts(work, made, side), uses=[_view.use_row(work, one, side) for one in uses], more=more, errors=errors,
        code=code, asks=made.state is State.ASKED and made.asked_by != side, mine=side is Side.PRINCIPAL, holds=made.holds(work.today),
        waits_for_code=made.state is State.ASKED and side is Side.AGENT and made.asked_by is Side.AGENT,
        living=made.state in LIVING,
    )  # fmt: skip


@post("/me/mandates/{mandate:str}/answer", **may("signed-in", acting="self"), include_in_schema=False)
async def answer(request: AnyRequest, mandate: FromPath[str]) -> Response[Any]:
    """Yes or no, from the side that was asked."""
    said = str((await request.form()).get("say", ""))
    if said not in ("yes", "no"):
        raise Invalid(errors=[{"pointer": "/say", "detail": say(request.scope["state"]["locale"], "请选择同意或不同意")}])
    async with _view.inside(request) as work:
        await agreeing.answer(work, _view.mandate_of(mandate), agree=said == "yes")
    return see_other(f"/me/mandates/{mandate}")


@post("/me/mandates/{mandate:str}/code", **may("signed-in", acting="self"), include_in_schema=False)
async def code(request: AnyRequest, mandate: FromPath[str], ports: NamedDependency[Ports]) -> Response[Any]:
    """What the principal read out on the call."""
    typed = kept(await request.form()).get("code", "")
    async with _view.inside(request) as work:
        made = await agreeing.told(work, ports.get(Secrets), _view.mandate_of(mandate), typed)
        if made is None:
            return await _show(request, work, _view.mandate_of(mandate), "", typed[:20], agreeing.wrong_code(work.locale).errors)
    return see_other(f"/me/mandates/{mandate}")


@get("/me/mandates/{mandate:str}/end", **may("signed-in", acting="self"), include_in_schema=False)
async def ask_end(request: AnyRequest, mandate: FromPath[str]) -> Response[Any]:
    """What ending it means."""
    async with _view.inside(request) as work:
        made = await agreeing.one(work, _view.mandate_of(mandate))
        side = await agreeing.side(work, made)
        return page(request, "mandates/end.html", row=_view.row(work, made, side), made=made, mine=side is Side.PRINCIPAL)


@post("/me/mandates/{mandate:str}/end", **may("signed-in", acting="self"), include_in_schema=False)
async def end(request: AnyRequest, mandate: FromPath[str]) -> Response[Any]:
    """Over, at once and on every device."""
    async with _view.inside(request) as work:
        await agreeing.end(work, _view.mandate_of(mandate))
    return see_other(f"/me/mandates/{mandate}")


@get("/me/mandates/{mandate:str}/card", **may("signed-in", acting="self"), include_in_schema=False)
async def show_card(request: AnyRequest, mandate: FromPath[str], ports: NamedDependency[Ports]) -> Response[Any]:
    """委托卡: to print and take to a counter."""
    async with _view.inside(request) as work:
        made = await agreeing.one(work, _view.mandate_of(mandate))
        side = await agreeing.side(work, made)
        if not made.holds(work.today):
            return see_other(f"/me/mandates/{made.id}")
        words = card.words(ports.get(Secrets), made)
        facts = await _view.facts(work, made, side)
    return page(request, "mandates/card.html", made=made, facts=facts, svg=card.drawn(words), words=words)


handlers = [mine, show, answer, code, ask_end, end, show_card]
