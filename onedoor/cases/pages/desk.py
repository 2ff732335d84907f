"""办件台 The clerk's list and the page of one case; taking, giving back, handing to a colleague."""
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases import policy
from onedoor.cases.duty import After, Filters, Tab
from onedoor.cases.errors import NeedsSecond, NoSuchAttachment
from onedoor.cases.models import CaseId, Scan
from onedoor.cases.service import attachments, claiming, finding, looking, prefill
from onedoor.kernel import text
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, begin_of, may, page, see_other

from ._desk import case_view, found_form, list_view
from ._seconds import second_page
from ._view import case_of, file_of
from .files import as_download


def filters_of(work: Work, tab: str, item: str, place: str, q: str) -> Filters:
    """What an address narrows the list to; anything strange in it narrows nothing."""
    part = Tab(tab) if tab in list(Tab) else Tab.UNCLAIMED
    if part is Tab.ALL and not policy.supervises(work.actor):
        part = Tab.UNCLAIMED
    code = item if len(item) <= 64 and not text.fault(item) else ""
    where = place if place.isascii() and place.isdigit() and len(place) in (6, 9) else ""
    return Filters(part, code, where, text.printable(q).replace("\n", " ").strip()[:60])


def after_of(given: str) -> After | None:
    """Where the page before ended; a broken address begins at the beginning."""
    try:
        return After.parse(given) if given else None
    except (ValueError, OverflowError):
        return None


@get("/desk", **may("cases:handle"), include_in_schema=False)
async def front() -> Response[Any]:
    """The desk begins with the list."""
    return see_other("/desk/inbox")


@get("/desk/inbox", **may("cases:handle"), include_in_schema=False)
async def inbox(
    request: AnyRequest, reading: NamedDependency[Work], tab: FromQuery[str] = "", item: FromQuery[str] = "",
    place: FromQuery[str] = "", q: FromQuery[str] = "", after: FromQuery[str] = "", said: FromQuery[str] = "",
) -> Response[Any]:  # fmt: skip
    """One part of the list, the most urgent first."""
    filters = filters_of(reading, tab, item, place, q)
    if filters.q:  # names found are written down
        async with begin_of(request)() as work:
            listed = await looking.inbox(work, filters, after_of(after))
    else:
        listed = await looking.inbox(reading, filters, after_of(after))
    view = await list_view(reading, listed)
    return page(request, "cases/desk_inbox.html", **view, news=news(reading, said), first=not after, errors=[])


def news(work: Work, said: str) -> str:
    """What just happened, from a word in the address; unknown words say nothing."""
    locale = work.locale
    if said == "none":
        return say(locale, "没有待领的办件了")
    if said == "transferred":
        return say(locale, "已转办，已通知申请人")
    taken, _, missed = said.partition("-")
    if not (taken + missed).isascii() or not taken.isdigit() or not missed.isdigit() or len(said) > 9:
        return ""
    words = say(locale, "已领取 {n} 件", n=taken)
    return words + (say(locale, "；{n} 件已被同事领走", n=missed) if int(missed) else "")


@get("/desk/overdue", **may("cases:supervise"), include_in_schema=False)
async def overdue(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """Everything of the department whose day has passed, whoever has it."""
    listed = await looking.inbox(work, Filters(Tab.OVERDUE), after_of(after))
    return page(request, "cases/desk_inbox.html", **await list_view(work, listed), news="", first=not after, errors=[])


@post("/desk/find", **may("cases:handle"), include_in_schema=False)
async def find(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """按身份证号查找: sent as a form, so that no address, history or log ever holds the number."""
    typed = (await request.form()).get("id_number", "")
    number = typed[:40] if isinstance(typed, str) else ""
    async with begin() as work:
        try:
            listed, errors = await finding.by_id_number(work, ports, number), []
        except Invalid as bad:
            listed, errors = await looking.inbox(work, Filters()), bad.errors
        view = await list_view(work, listed)
    wrong = next((error["detail"] for error in errors), "")
    form = found_form(request.scope["state"]["locale"], number if errors else "", wrong, opened=True)
    data = {"news": "", "first": True, "errors": errors, "find_form": form, "by_number": not errors}
    return page(request, "cases/desk_inbox.html", 422 if errors else 200, **{**view, **data})


@get("/desk/find", **may("cases:handle"), include_in_schema=False)
async def found_before() -> Response[Any]:
    """A reload, or a language changed on what was found: the number is asked for again."""
    return see_other("/desk/inbox")


@post("/desk/claim", **may("cases:handle"), include_in_schema=False)
async def claim_many(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """领取 the ticked cases."""
    sent = await request.form()
    ticked: list[CaseId] = [case_of(v) for v in dict.fromkeys(sent.getall("case", [])) if isinstance(v, str)]
    try:
        taken = await claiming.claim_many(work, ticked)
    except Invalid as bad:
        listed = await looking.inbox(work, Filters())
        data = await list_view(work, listed)
        return page(request, "cases/desk_inbox.html", 422, **data, news="", first=True, errors=bad.errors)
    return see_other(f"/desk/inbox?tab=mine&said={len(taken)}-{len(ticked) - len(taken)}")


@post("/desk/next", **may("cases:handle"), include_in_schema=False)
async def claim_next(work: NamedDependency[Work]) -> Response[Any]:
    """领取下一件: straight to the most urgent case that nobody has."""
    taken = await claiming.claim_next(work)
    return see_other(f"/desk/cases/{taken.case_id}?done=claim" if taken else "/desk/inbox?said=none")


@get("/desk/cases/{case:str}", **may("cases:handle"), include_in_schema=False)
async def show(
    request: AnyRequest, case: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports], done: FromQuery[str] = ""
) -> Response[Any]:
    """One case: what was handed in, what happened, and what can be done now."""
    await prefill.settle(ports, case_of(case).uuid)
    try:
        async with looking.noted(begin, case_of(case)), begin() as work:
            view = await case_view(work, await looking.show(work, case_of(case)))
    except NeedsSecond:
        async with begin() as work:
            return await second_page(request, work, case_of(case))
    said = done_words(work.locale, done)
    return page(request, "cases/desk_case.html", **view, done=said, errors=[], values={}, open="", stale="", typed=[])


def done_words(locale: str, act: str) -> str:
    """What was just done."""
    words = {
        "claim": say(locale, "已领取，由您办理"), "release": say(locale, "已退回待领"), "assign": say(locale, "已交给同事"),
        "accept": say(locale, "已受理，已通知申请人"), "decline": say(locale, "已作出不予受理决定，已通知申请人"),
        "ask": say(locale, "已发出补正要求，时限暂停"), "grant": say(locale, "已批准，已通知申请人"),
        "refuse": say(locale, "已作出不予许可决定，已通知申请人"),
        "note": say(locale, "备注已保存"), "revoke": say(locale, "证照已撤销"), "reissue": say(locale, "证照已重新签发"),
        "deliver": say(locale, "证照已发放，已通知申请人"), "promise": say(locale, "核查结果已保存"), "appeal": say(locale, "已答复申诉"),
        "register": say(locale, "登记情况已保存"), "hand-again": say(locale, "马上再送一次"),
        "special": say(locale, "特别程序已开始，时限暂停，已通知申请人"), "finish": say(locale, "特别程序已结束，时限继续，已通知申请人"),
        "extend": say(locale, "办理期限已延长，已通知申请人"),
        "lookup": say(locale, "已去核验，申请人能看到"),
        "consult": say(locale, "已发出征求，等对方答复"), "recall": say(locale, "已撤回征求"),
    }  # fmt: skip
    return words.get(act, "")


ACTS = (
    "claim", "release", "assign", "accept", "decline", "supplement", "decide", "transfer", "note", "revoke", "reissue", "deliver",
    "promise", "appeal", "register", "hand-again", "bounce", "consult", "recall", "special", "finish", "extend", "lookup",
    "seconds",
)  # fmt: skip


@get([f"/desk/cases/{{case:str}}/{act}" for act in ACTS], **may("cases:handle"), include_in_schema=False)
async def reloaded(case: FromPath[str]) -> Response[Any]:
    """A reload after an act, or a language changed on its page."""
    return see_other(f"/desk/cases/{case_of(case)}")


@get("/desk/cases/{case:str}/files/{file:str}", **may("cases:handle"), include_in_schema=False)
async def paper(
    case: FromPath[str], file: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[bytes]:
    """One scanned file; a picture is shown, everything else is saved. Unscanned files are opened by nobody."""
    async with looking.noted(begin, case_of(case)), begin() as work:
        found = await looking.paper(work, case_of(case), file_of(file))
    if found.scan is not Scan.CLEAN:
        raise NoSuchAttachment()
    answer = as_download(found, await attachments.content(ports, found))
    if found.kind.startswith("image/"):
        answer.headers["content-disposition"] = answer.headers["content-disposition"].replace("attachment", "inline", 1)
    return answer


handlers = [front, inbox, find, found_before, overdue, claim_many, claim_next, show, reloaded, paper]
