"""我的授权 What I allowed and can take back; what I say is wrong at a register, and what became of it."""

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.exchange.clocks import clocks
from onedoor.exchange.errors import NoSuchConsent
from onedoor.exchange.records import Channel, Consent, ConsentId
from onedoor.exchange.service import consenting, contesting, dictionary, office_of, receipting, witnessing
from onedoor.kernel.i18n import day, moment, pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, form, may, page, safe_path, see_other


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong, in the person's words."""

    element: Annotated[str, msgspec.Meta(max_length=60)]
    words: Annotated[str, msgspec.Meta(min_length=2, max_length=1000)]
    item: Annotated[str, msgspec.Meta(max_length=40)] = ""
    back: Annotated[str, msgspec.Meta(max_length=300)] = ""


def _id(kind: Any, text: str, refusal: Any) -> Any:
    try:
        return kind.parse(text)
    except ValueError:
        raise refusal() from None


@get("/me/consents", **may("signed-in"), include_in_schema=False)
async def consents(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[Any]:
    """What I allowed, the latest first; each can be taken back with one press."""
    start = _id(ConsentId, before, NoSuchConsent) if before else None
    rows, following = await consenting.mine(work, start)
    shown = [
        {
            "id": str(one.id), "words": pick(work.locale, one.shown), "live": one.live(work.now), "state": _state(work, one),
            "how": await _how(work, one), "paper": one.paper_id is not None,
        }
        for one in rows
    ]  # fmt: skip
    return page(request, "exchange/consents.html", rows=shown, next=f"/me/consents?before={following}" if following else None, tab="me")


async def _how(work: Work, one: Consent) -> str:
    """When it was given; at a counter or by telephone, at whose and by what."""
    at, office = moment(work.locale, one.given_at, zone=work.zone), await office_of(work, one.office_ref)
    match one.channel:
        case Channel.COUNTER:
            return say(work.locale, "{at} 在{office}的窗口报验证码同意", at=at, office=office)
        case Channel.VOICE:
            return say(work.locale, "{at} 在电话里报验证码同意，{office}的录音编号 {n}", at=at, office=office, n=one.recording)
        case Channel.PAPER:
            return say(work.locale, "{at} 在{office}的窗口签字同意", at=at, office=office)
        case _:
            return say(work.locale, "{at} 同意", at=at)


def _state(work: Work, one: Consent) -> str:
    if one.revoked_at:
        return say(work.locale, "已在窗口收回") if one.revoked_by else say(work.locale, "已收回")
    return say(work.locale, "有效") if one.live(work.now) else say(work.locale, "已到期")


@post("/me/consents/{consent:str}/revoke", **may("signed-in"), include_in_schema=False)
async def revoke(consent: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take one back; a second press changes nothing."""
    await consenting.revoke(work, _id(ConsentId, consent, NoSuchConsent))
    return see_other("/me/consents")


@get("/me/consents/{consent:str}/paper", **may("signed-in"), include_in_schema=False)
async def paper(consent: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[bytes]:
    """What I have signed at a counter. To be saved, not to be opened in this site's name."""
    async with begin() as work:
        citizen = consenting.me(work)
    found, content = await witnessing.signed(begin, ports, citizen, _id(ConsentId, consent, NoSuchConsent))
    return Response(
        content, media_type=found.kind,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox", "cache-control": "private, no-store",
        },
    )  # fmt: skip


@get("/me/consents/{consent:str}/receipt", **may("signed-in"), include_in_schema=False)
async def receipt(consent: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """What I allowed, signed by the city; `onedoor exchange verify` checks it anywhere."""
    made = await receipting.receipt(work, _id(ConsentId, consent, NoSuchConsent))
    name = quote(say(work.locale, "授权凭证"), safe="")
    named = f"attachment; filename=consent.json; filename*=UTF-8''{name}.json"
    headers = {"content-disposition": named, "cache-control": "private, no-store"}
    return Response(made, media_type="application/json", headers=headers)


@get("/me/corrections", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """What I said is wrong, by when it is answered, and the answer."""
    known, locale = await dictionary(work), work.locale
    states = {"open": say(locale, "正在核对"), "corrected": say(locale, "已改正"), "kept": say(locale, "核对后没有变")}
    rows: list[dict[str, Any]] = []
    for one in await contesting.my_challenges(work):
        office, element = await orgs.department_of(work, one.org_ref), known.elements.get(one.element)
        rows.append({
            "title": pick(locale, element.title) if element else one.element, "office": pick(locale, office.name) if office else "",
            "words": one.words, "answer": one.answer, "state": states[one.state], "open": one.state == "open",
            "due": day(locale, one.due_on),
        })  # fmt: skip
    return page(request, "exchange/corrections.html", rows=rows, tab="me")


@get("/me/corrections/new", **may("signed-in"), include_in_schema=False)
async def ask(
    request: AnyRequest, work: NamedDependency[Work], element: FromQuery[str] = "", item: FromQuery[str] = "", back: FromQuery[str] = ""
) -> Response[Any]:
    """Say what is wrong."""
    return await _asking(request, work, {"element": element, "item": item, "back": back}, [])


async def _asking(request: AnyRequest, work: Work, values: dict[str, Any], errors: list[dict[str, str]]) -> Response[Any]:
    known = await dictionary(work)
    element, resource = known.elements.get(values.get("element", "")), known.source_of(values.get("element", ""))
    if element is None or resource is None:
        raise contesting.NothingToContest()
    register = known.register_of(resource.code)
    office = await orgs.department_of(work, register.org_ref)
    return page(
        request, "exchange/correction_new.html", 422 if errors else 200, title=pick(work.locale, element.title), values=values,
        office=pick(work.locale, office.name) if office else "", errors=errors, back=safe_path(values.get("back"), "/me/corrections"),
        days=clocks().correct,
    )  # fmt: skip


@post("/me/corrections", **may("signed-in"), include_in_schema=False)
async def say_wrong(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """It goes to the department that keeps the register; said twice it is one."""
    try:
        sent = await form(request, Wrong)
    except Invalid as bad:
        return await _asking(request, work, dict(bad.extra.get("values") or {}), bad.errors)  # type: ignore[call-overload]
    await contesting.contest(work, sent.element, sent.item, sent.words)
    return see_other("/me/corrections")


handlers = [consents, revoke, paper, receipt, mine, ask, say_wrong]
