"""Benefits as pages: what the city looks for and why, for everybody to read; and what it has found for me."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases.errors import NeedsRealName, NotReady, WrongAnswers
from onedoor.cases.service import checklist
from onedoor.journeys import service
from onedoor.journeys.errors import NoLongerOffered
from onedoor.journeys.models import ProposalState
from onedoor.journeys.service import Offer
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, page, see_other
from onedoor.wallet import service as wallet

from ._elements import element_words
from ._view import departments, proposal_of, texts


@get("/benefits", **may(public=True), include_in_schema=False)
async def published(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Every benefit people are looked for: by which duty, and what is read of everybody."""
    names, types, locale = await departments(work), await wallet.all_types(work), work.locale
    rows = [
        {
            "name": one.name, "gives": one.gives, "reasons": one.reasons, "ground": one.ground, "by": names.get(one.department, ""),
            "href": f"/items/{one.item}", "reads": [element_words(locale, name, types) for name in one.elements],
        }
        for one in await service.benefits(work)
    ]  # fmt: skip
    return page(request, "journeys/benefits.html", benefits=rows)


@get("/me/benefits", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """What was found for me, newest first."""
    found, more = await service.offers(work, proposal_of(after) if after else None)
    rows = [
        {"title": pick(work.locale, one.title), "href": one.href, "on": day(work.locale, one.found_on), **_standing(work, one.state)}
        for one in found
    ]
    return page(request, "journeys/offers.html", offers=rows, more=more, after=after, tab="me")


def _standing(work: Work, state: ProposalState) -> dict[str, str]:
    words = {
        ProposalState.OPEN: (say(work.locale, "等您决定"), "orange"), ProposalState.TAKEN: (say(work.locale, "已领取"), "green"),
        ProposalState.DECLINED: (say(work.locale, "您选择不要"), "grey"), ProposalState.OVER: (say(work.locale, "已结束"), "grey"),
    }  # fmt: skip
    tag, tone = words[state]
    return {"tag": tag, "tone": tone}


async def _view(work: Work, offer: Offer, typed: dict[str, Any]) -> dict[str, Any]:
    one, rule, locale = offer.proposal, offer.benefit, work.locale
    ask = rule.ask if rule and offer.open else []
    held = offer.form.held({n: f.value for n, f in offer.facts.items()}) if offer.form else {}
    shown, types = {**offer.answers, **held}, await wallet.all_types(work)
    return {
        "proposal": one, "title": pick(locale, one.title), "rule": rule, "open": offer.open, **_standing(work, one.state),
        "seen": [{"label": element_words(locale, name, types), "value": value} for name, value in one.seen.items()],
        "fields_shown": checklist.fields(work, offer.form, ask, {**offer.answers, **typed}) if ask else [],
        "found": day(locale, one.found_on),
        "rows": checklist.rows(work, offer.form, {n: v for n, v in shown.items() if n not in ask}) if offer.form and offer.open else [],
    }  # fmt: skip


@get("/me/benefits/{proposal:str}", **may("signed-in"), include_in_schema=False)
async def show(request: AnyRequest, proposal: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One offer."""
    offer = await service.offer(work, proposal_of(proposal))
    return page(request, "journeys/offer.html", **await _view(work, offer, {}), errors=[], gone=False, tab="me")


@post("/me/benefits/{proposal:str}", **may("signed-in"), include_in_schema=False)
async def answer(request: AnyRequest, proposal: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """领取 or 不要; nothing else counts as either."""
    sent, ident = texts(await request.form()), proposal_of(proposal)
    said = (sent.get("say") or [""])[0]
    if said == "decline":
        await service.decline(work, ident)
        return see_other("/me/benefits")
    offer = await service.offer(work, ident)
    if said != "take":
        errors = [{"pointer": "/", "detail": say(work.locale, "请选择领取，或者不要")}]
        return page(request, "journeys/offer.html", 422, **await _view(work, offer, {}), errors=errors, gone=False, tab="me")
    raw = checklist.typed(offer.form, offer.benefit.ask, sent) if offer.form and offer.benefit else {}
    try:
        case = await service.take(work, ident, raw)
    except NeedsRealName:
        return see_other(f"/identity/real-name?next={quote(offer.proposal.href, safe='')}")
    except WrongAnswers as bad:
        data = await _view(work, offer, dict(bad.extra["values"]))  # type: ignore[call-overload]
        return page(request, "journeys/offer.html", 422, **data, errors=bad.errors, gone=False, tab="me")
    except (NotReady, NoLongerOffered) as bad:
        return page(request, "journeys/offer.html", bad.status, **await _view(work, offer, {}), errors=[], gone=True, tab="me")
    return see_other(f"/cases/{case.id}?new=1")


handlers = [published, mine, show, answer]
