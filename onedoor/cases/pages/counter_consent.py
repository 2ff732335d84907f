"""窗口授权 At a counter: which facts, the words that are read out, a code or a signed sheet; and taking a consent back there."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.errors import FileTooLarge, NoSuchApplicant, NothingToAgree
from onedoor.cases.service import counter, counter_consent
from onedoor.cases.service.counter_consent import Shown
from onedoor.exchange import service as exchange
from onedoor.exchange.errors import NoSuchConsent
from onedoor.exchange.service import ConsentId
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, page, see_other

from ._view import posted, sheets_shown, texts, uploads
from .counter import DESK, asked_turn
from .files import MOST_POSTED, told

BASE = "/desk/counter/{counter:str}/consent"
Errors = list[dict[str, str]]


def _at(request: AnyRequest, then: str = "") -> str:
    return f"/desk/counter/{asked_turn(request)}{then}"


async def _sheet(request: AnyRequest, work: Work, status: int = 200, errors: Errors | None = None) -> Response[Any]:
    seen = await counter.turn(work, asked_turn(request))
    found = await counter_consent.open_sheets(work, seen)
    if not found:
        return see_other(_at(request))
    return page(
        request, "cases/counter_consent.html", status, base=_at(request), service=pick(work.locale, seen.desk.draft.title),
        holder=seen.holder, ticket=seen.counter.ticket, sheets=sheets_shown(work.locale, found), errors=errors or [],
        wide=True,
    )  # fmt: skip


@get(BASE, **DESK, include_in_schema=False)
async def sheet(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Who would ask whom for what: to be read out, or shown."""
    return await _sheet(request, work)


@post(BASE, **DESK, include_in_schema=False)
async def choose(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """What the person would allow."""
    sent = texts(await request.form())
    mode, locale = ((sent.get(name) or [""])[0] for name in ("mode", "language"))
    try:
        await counter_consent.put(work, asked_turn(request), sent, mode, locale)
    except Invalid as bad:
        return await _sheet(request, work, 422, bad.errors)
    return see_other(_at(request, "/consent/yes"))


def _agreeing(request: AnyRequest, found: Shown, status: int = 200, errors: Errors | None = None, recording: str = "") -> Response[Any]:
    turn = found.turn
    return page(
        request, "cases/counter_agree.html", status, base=_at(request),
        service=pick(request.scope["state"]["locale"], turn.desk.draft.title), holder=turn.holder, phone=turn.phone,
        ticket=turn.counter.ticket, words=[pick(found.asked.locale, one) for one in found.words],
        language=found.asked.locale, sent=found.asked.code_until is not None, errors=errors or [], recording=recording,
        wide=True,
    )  # fmt: skip


@get(f"{BASE}/yes", **DESK, include_in_schema=False)
async def agreeing(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """The words, and the two ways of saying yes."""
    try:
        return _agreeing(request, await counter_consent.shown(work, asked_turn(request)))
    except NothingToAgree:
        return see_other(_at(request))


@post(f"{BASE}/code", **DESK, include_in_schema=False)
async def send_code(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """A code to the person's own phone."""
    await counter_consent.send_code(work, asked_turn(request))
    return see_other(_at(request, "/consent/yes"))


@post(f"{BASE}/yes", **DESK, include_in_schema=False)
async def agree(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """The code that the person says."""
    sent = texts(await request.form())
    code, recording = ((sent.get(name) or [""])[0][:60] for name in ("code", "recording"))
    try:
        await counter_consent.agree(begin, ports, asked_turn(request), code[:20], recording)
    except Invalid as bad:
        async with begin() as work:
            return _agreeing(request, await counter_consent.shown(work, asked_turn(request)), 422, bad.errors, printable(recording))
    except NothingToAgree:
        return see_other(_at(request))
    return see_other(_at(request))


@get(f"{BASE}/print", **DESK, include_in_schema=False)
async def printed(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """To be printed and signed: in the language of whoever signs, and in large type."""
    found = await counter_consent.shown(work, asked_turn(request))
    locale, turn = found.asked.locale, found.turn
    request.scope["state"] |= {"locale": locale, "care": True}
    return page(
        request, "cases/counter_sheet.html", base=_at(request), service=pick(locale, turn.desk.draft.title), holder=turn.holder,
        ticket=turn.counter.ticket, words=[pick(locale, one) for one in found.words], witness=work.actor.name,
        office=pick(locale, await exchange.office_of(work, turn.counter.org_id)),
    )  # fmt: skip


@post(f"{BASE}/paper", **DESK, include_in_schema=False, request_max_body_size=MOST_POSTED)
async def sign(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """The scan of what the person has signed."""
    sent, too_large = await posted(request)
    file = next(iter(uploads(sent, "file")), None)
    try:
        if too_large:
            detail = say(request.scope["state"]["locale"], "文件太大了，每个文件最多 20 MB")
            raise Invalid(errors=[{"pointer": "/file", "detail": detail}])
        await counter_consent.sign(begin, ports, asked_turn(request), file.filename if file else "", await file.read() if file else b"")
    except (Invalid, FileTooLarge) as bad:
        async with begin() as work:
            found = await counter_consent.shown(work, asked_turn(request))
            return _agreeing(request, found, 422, [{"pointer": "/file", "detail": told(bad)}])
    except NothingToAgree:
        return see_other(_at(request))
    return see_other(_at(request))


@get([f"{BASE}/{act}" for act in ("code", "paper")], **DESK, include_in_schema=False)
async def reloaded(request: AnyRequest) -> Response[Any]:
    """A reload after an act."""
    return see_other(_at(request, "/consent/yes"))


@get("/desk/consents", **DESK, include_in_schema=False)
async def standing(request: AnyRequest) -> Response[Any]:
    """Somebody stands there who wants to take something back."""
    return _standing(request, done="done" in request.query_params)


def _standing(request: AnyRequest, status: int = 200, **said: Any) -> Response[Any]:
    data: dict[str, Any] = {"errors": [], "typed": "", "found": None, "rows": [], "done": False, "wide": True, **said}
    return page(request, "cases/counter_consents.html", status, **data)


@post("/desk/consents", **DESK, include_in_schema=False, status_code=200)
async def find(request: AnyRequest, work: NamedDependency[Work], ports: NamedDependency[Ports]) -> Response[Any]:
    """By their identity card: what they have allowed here."""
    typed = printable((texts(await request.form()).get("id_number") or [""])[0])[:40]
    try:
        found = await counter_consent.find(work, ports, typed)
    except Invalid as bad:
        return _standing(request, 422, errors=bad.errors, typed=typed)
    except NoSuchApplicant as unknown:
        errors = [{"pointer": "/id_number", "detail": say(work.locale, "没有找到这个人的实名账号")}]
        return _standing(request, unknown.status, errors=errors, typed=typed)
    rows = [{"id": str(one.id), "words": pick(work.locale, one.shown), "given": one.given_at} for one in found.consents]
    return _standing(request, found=found, rows=rows)


@post("/desk/consents/{person:str}/{consent:str}/revoke", **DESK, include_in_schema=False)
async def take_back(person: FromPath[str], consent: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """收回: they are told."""
    try:
        which = PersonId.parse(person), ConsentId.parse(consent)
    except ValueError:
        raise NoSuchConsent() from None
    await counter_consent.take_back(work, *which)
    return see_other("/desk/consents?done=1")


handlers = [sheet, choose, agreeing, send_code, agree, printed, sign, reloaded, standing, find, take_back]
