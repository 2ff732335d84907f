"""窗口代办 The counter: ticket, card or code, one screen with every question, the person's yes, a printed receipt. Works without script."""
from typing import Any

import segno
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from onedoor.cases.counters import CounterId
from onedoor.cases.errors import CounterClosed, NoSuchApplicant, NoSuchCounter, NotReady, WrongAnswers, WrongCounterCode
from onedoor.cases.forms import showing
from onedoor.cases.models import How
from onedoor.cases.ports import Vault
from onedoor.cases.service import attachments, counter, counter_consent, drafts
from onedoor.cases.service.attachments import Upload
from onedoor.cases.service.counter import Turn
from onedoor.cases.service.definitions import open_items
from onedoor.cases.service.origins import absent, origin
from onedoor.exchange.models import TROUBLE
from onedoor.identity.errors import RegisterAway
from onedoor.kernel.i18n import day, pick, say, translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Conflict, Invalid, Problem
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, begin_of, may, page, see_other

from ._drafting import check_view
from ._view import draft_of, posted, size, texts, uploads
from .files import MOST_POSTED, told

DESK = may("cases:handle")


def counter_of(given: str) -> CounterId:
    """The turn an address names."""
    try:
        return CounterId.parse(given)
    except ValueError:
        raise NoSuchCounter() from None


def qr(words: str) -> Markup:
    """The words as a square of dots."""
    return Markup(segno.make(words, error="m", micro=False).svg_inline(border=4, omitsize=True))  # noqa: S704 - drawn here, from our own words


async def _front(request: AnyRequest, work: Work, status: int = 200, **said: Any) -> Response[Any]:
    items = [{"value": code, "label": name} for code, name in sorted((await open_items(work)).items(), key=lambda pair: pair[1])]
    turns = [{"href": f"/desk/counter/{t.id}", "ticket": t.ticket} for t in await counter.open_turns(work)]
    data: dict[str, Any] = {"items": items, "turns": turns, "errors": [], "typed": {}, "wide": True}
    return page(request, "cases/counter.html", status, **{**data, **said})


@get("/desk/counter", **DESK, include_in_schema=False)
async def front(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Whose turn it is."""
    return await _front(request, work, typed={"code": printable(request.query_params.get("code", ""))[:20]})


@post("/desk/counter", **DESK, include_in_schema=False)
async def begin_turn(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """By the number of a card, or by the code of a draft that was begun at home. Whoever has no account is met by name and number."""
    typed = {name: printable(values[0])[:60] for name, values in texts(await request.form()).items() if values}
    ticket, code = typed.get("ticket", "").strip(), typed.get("code", "").strip()
    try:
        if not code and typed.get("name", "").strip():
            await counter.meet(begin, ports, typed.get("id_number", ""), typed["name"])
        async with counter.counted(begin), begin() as work:
            if code:
                made = await counter.take_over(work, ticket, code)
            else:
                made = await counter.begin(work, ports, ticket, typed.get("item", ""), typed.get("id_number", ""))
    except Problem as refused:  # whatever it is, ticket and number stay where they were typed
        async with begin() as work:
            return await _front(request, work, refused.status, errors=_refused(work, refused, code), typed=typed)
    return see_other(f"/desk/counter/{made.id}")


def _refused(work: Work, why: Problem, code: str) -> list[dict[str, str]]:
    """At which field, in words for whoever stands at the desk."""
    if isinstance(why, Invalid):
        return why.errors
    if isinstance(why, RegisterAway):
        return [{"pointer": "/name", "detail": say(work.locale, "人口登记暂时查不到，请稍后再试")}]
    if isinstance(why, NoSuchCounter):
        return [{"pointer": "/code", "detail": say(work.locale, "交接码不对或已失效，请申请人重新生成")}]
    if isinstance(why, NoSuchApplicant):
        return [{"pointer": "/name", "detail": say(work.locale, "没有找到这个人的账号，请照身份证填上姓名，核对以后就能办")}]
    return [{"pointer": "/code" if code else "/item", "detail": why.detail or translate(work.locale, why.title)}]


async def _turn_page(request: AnyRequest, work: Work, seen: Turn, status: int = 200, **said: Any) -> Response[Any]:
    locale, desk, base = work.locale, seen.desk, f"/desk/counter/{seen.counter.id}"
    values = desk.form.suggested(desk.elements) | desk.draft.answers | said.pop("values", {})
    screens = []
    for asked in desk.asked:
        questions = [desk.form.questions[n] for n in asked.ask if n not in desk.held]
        shown = [_question(work, desk, q, values.get(q.name)) for q in questions]
        screens.append({"title": pick(locale, asked.title) if len(asked.ask) > 1 else "", "fields": shown})
    papers = [_paper(locale, d, desk) for d in desk.papers]
    faults = desk.faults(work)
    signed = [f.name for f in seen.signed]
    sheets = [pick(locale, one.source) for one in await counter_consent.open_sheets(work, seen)]
    data: dict[str, Any] = {
        "sheets": (", " if locale == "en" else "、").join(sheets), "told": _told(work, desk),
        "base": base, "title": pick(locale, desk.draft.title), "holder": seen.holder, "phone": seen.phone, "screens": screens,
        "papers": papers, "ready": not faults, "left": len(faults), "signed": signed, "ticket": seen.counter.ticket,
        "sent": seen.counter.code_no > 0, "confirmed": str(seen.counter.confirmed), "errors": [], "news": "", "wide": True,
    }  # fmt: skip
    return page(request, "cases/counter_turn.html", status, **{**data, **said})


def _told(work: Work, desk: drafts.Desk) -> list[dict[str, str]]:
    """What registers have filled in: the person before the desk looks at it too."""
    asked = [desk.form.questions[n] for n in desk.held if desk.form.questions[n].element in desk.fields]
    return [
        {
            "question": pick(work.locale, q.label), "answer": showing.answer(work.locale, q, desk.held[q.name]),
            "source": origin(work, desk.facts[q.element], desk.fields[q.element]),
        }
        for q in asked
    ]  # fmt: skip


def _question(work: Work, desk: drafts.Desk, question: Any, value: Any) -> dict[str, Any]:
    """One box, with where its suggestion comes from, or why a register has not filled it."""
    fact, field = desk.facts.get(question.element), desk.fields.get(question.element)
    source = origin(work, fact, field) if fact and field and value == fact.value else ""
    shown = showing.field(work.locale, question, value, source, heading=False)
    return shown | {"hint": absent(work, field) or shown["hint"]} if field and field.state in TROUBLE else shown


def _paper(locale: str, paper: Any, desk: drafts.Desk) -> dict[str, Any]:
    said = desk.draft.later.get(paper.code) if drafts.made_good(paper, desk.draft.later) else None
    return {
        "code": paper.code, "page": paper.page, "label": pick(locale, paper.name), "owable": paper.owable, "required": paper.required,
        "have": [{"name": f.name, "size": size(locale, f.size)} for f in desk.files if f.document == paper.code],
        "owed": said is not None and said.how is How.OWE,
    }  # fmt: skip


@get("/desk/counter/{counter:str}", **DESK, include_in_schema=False)
async def show(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Every question on one screen, papers, and what is missing before the person is asked."""
    return await _turn_page(request, work, await counter.turn(work, asked_turn(request)))


def asked_turn(request: AnyRequest) -> CounterId:
    """The turn this address names."""
    return counter_of(str(request.path_params["counter"]))


@post("/desk/counter/{counter:str}", **DESK, include_in_schema=False)
async def save(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Keep what is right, show what is not; an answer may open more questions, which are there at once."""
    sent = texts(await request.form())
    try:
        seen = await counter.save(work, asked_turn(request), sent)
    except WrongAnswers as bad:
        values = dict(bad.extra["values"])  # type: ignore[call-overload]
        return await _turn_page(request, work, await counter.turn(work, asked_turn(request)), 422, errors=bad.errors, values=values)
    return await _turn_page(request, work, seen, news=say(work.locale, "已保存"))


@post("/desk/counter/{counter:str}/upload", **DESK, include_in_schema=False, request_max_body_size=MOST_POSTED)
async def upload(request: AnyRequest, ports: NamedDependency[Ports]) -> Response[Any]:
    """A paper of the form, or the scan of what the person has signed; kept as the person's own."""
    begin, ident = begin_of(request), asked_turn(request)
    sent, too_large = await posted(request)
    code, how = ((texts(sent).get(name) or [""])[0][:60] for name in ("document", "how"))
    async with begin() as work:
        turn, person = await counter.acting(work, ident)
        if how:
            await counter.put_later(work, ident, code, How(how) if how in list(How) else None)
            return see_other(f"/desk/counter/{ident}")
    locale, bad = request.scope["state"]["locale"], list[dict[str, str]]()
    if too_large:
        bad = [{"pointer": f"/file-{code}", "detail": say(locale, "文件太大了，每个文件最多 20 MB")}]
    for one in uploads(sent, f"file-{code}")[:10]:
        try:
            await attachments.keep(_as(begin, person), ports.get(Vault), Upload(one.filename, await one.read(), code, turn.draft_id))
        except Problem as refused:
            bad.append({"pointer": f"/file-{code}", "detail": told(refused)})
    async with begin() as work:
        if bad:
            return await _turn_page(request, work, await counter.turn(work, ident), 422, errors=bad)
    return see_other(f"/desk/counter/{ident}")


def _as(begin: Begin, person: Any) -> Begin:
    """Transactions in the person's name."""

    def opened(**said: Any) -> Any:
        return begin(**{"actor": person, **said})

    return opened


@post("/desk/counter/{counter:str}/code", **DESK, include_in_schema=False)
async def send_code(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """A code to the person's own phone."""
    await counter.send_code(work, asked_turn(request))
    return see_other(f"/desk/counter/{asked_turn(request)}")


@post("/desk/counter/{counter:str}/submit", **DESK, include_in_schema=False)
async def submit(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """提交, with the code the person says or the scan of what they signed. Pressed twice, it is the receipt."""
    ident, code = asked_turn(request), (texts(await request.form()).get("code") or [""])[0][:20]
    try:
        return await _handed_in(request, begin, ports, ident, code)
    except CounterClosed as over:
        if over.extra["case"] is None:
            raise
        return see_other(f"/desk/counter/{ident}/receipt")


async def _handed_in(request: AnyRequest, begin: Begin, ports: Ports, ident: CounterId, code: str) -> Response[Any]:
    errors: list[dict[str, str]] = []
    if code:
        try:
            await counter.confirm(begin, ports, ident, code)
        except WrongCounterCode as bad:
            errors = bad.errors
    async with begin() as work:
        if not errors:
            try:
                await counter.submit(work, ident)
                return see_other(f"/desk/counter/{ident}/receipt")
            except NotReady as bad:
                errors = [{"pointer": e["pointer"], "detail": e["detail"]} for e in bad.errors]
            except Conflict as bad:
                errors = [{"pointer": "/code", "detail": bad.detail or say(work.locale, "申请人还没有确认")}]
        return await _turn_page(request, work, await counter.turn(work, ident), 422, errors=errors)


@post("/desk/counter/{counter:str}/close", **DESK, include_in_schema=False)
async def close(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """结束: the draft is the person's alone again."""
    await counter.close(work, asked_turn(request))
    return see_other("/desk/counter")


@get("/desk/counter/{counter:str}/summary", **DESK, include_in_schema=False)
async def summary(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """What the person reads and signs."""
    seen = await counter.turn(work, asked_turn(request))
    data = check_view(work, seen.desk)
    href = f"/desk/counter/{seen.counter.id}"
    return page(request, "cases/counter_summary.html", **data, holder=seen.holder, ticket=seen.counter.ticket, href=href)


@get("/desk/counter/{counter:str}/receipt", **DESK, include_in_schema=False)
async def receipt(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """回执: number, day, where to look, whom to ring. For printing."""
    case = (await counter.receipt(work, asked_turn(request))).case
    office = (await orgs.snapshot(work.db)).by_id.get(case.org_ref)
    address = f"{request.scope['state']['house'].settings.public_url}/status?number={case.number}"
    return page(
        request, "cases/counter_receipt.html", title=pick(work.locale, case.title), number=case.number, due=day(work.locale, case.due_on),
        office=pick(work.locale, office.name) if office else "", phone=office.phone if office else "", code=qr(address), address=address,
    )  # fmt: skip


@get([f"/desk/counter/{{counter:str}}/{act}" for act in ("upload", "code", "submit", "close")], **DESK, include_in_schema=False)
async def reloaded(request: AnyRequest) -> Response[Any]:
    """A reload after an act."""
    return see_other(f"/desk/counter/{asked_turn(request)}")


@get("/drafts/{draft:str}/hand-over", **may("signed-in"), include_in_schema=False)
async def ask_hand_over(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Go on at a counter: what staff will see, and for how long."""
    desk = await drafts.opened(work, draft_of(draft))
    return page(request, "cases/hand_over.html", draft=desk.draft, title=pick(work.locale, desk.draft.title), shown="", code=None)


@post("/drafts/{draft:str}/hand-over", **may("signed-in"), include_in_schema=False)
async def hand_over(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The code, once, for ten minutes."""
    desk = await drafts.opened(work, draft_of(draft))
    shown = await counter.hand_over(work, desk.draft.id)
    address = f"{request.scope['state']['house'].settings.public_url}/desk/counter?code={shown}"
    title, words = pick(work.locale, desk.draft.title), f"{shown[:4]} {shown[4:]}"
    return page(request, "cases/hand_over.html", draft=desk.draft, title=title, shown=words, code=qr(address))


handlers = [
    front, begin_turn, show, save, upload, send_code, submit, close, summary, receipt, reloaded, ask_hand_over, hand_over,
]  # fmt: skip
