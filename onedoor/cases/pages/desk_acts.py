"""办理 What a clerk does with one case. A refused act shows the case as it is now, with everything that was typed."""
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.duty import Declining, Refusing
from onedoor.cases.errors import ChangedMeanwhile, NeedsSecond
from onedoor.cases.models import CaseId
from onedoor.cases.service import assessing, claiming, deciding, handling, looking
from onedoor.cases.service.assessing import Assessment
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, say, translate
from onedoor.kernel.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from onedoor.kernel.text import fold
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from ._acts import Accepting, Assigning, DecliningForm, Granting, Noting, RefusingForm, Reissuing, Revoking, Transferring, asking, values_of
from ._desk import case_view
from ._seconds import second_page
from ._view import case_of, texts

KEPT = ("_words", "_reason", "_law", "_objection", "_question", "_why", "_result")
DESK = may("cases:handle")


async def done(request: AnyRequest, work: Work, case: str, act: str, do: Callable[[CaseId], Awaitable[Any]]) -> Response[Any]:
    """Do it and show the case; refused, show it with the reason and the typed words."""
    case_id = case_of(case)
    try:
        await do(case_id)
    except (Invalid, Conflict, NotFound, Forbidden) as refused:
        return await again(request, work, case_id, act, refused)
    return see_other(f"/desk/cases/{case_id}?done={act}")


async def again(request: AnyRequest, work: Work, case: CaseId, act: str, refused: Problem) -> Response[Any]:
    """The case as it stands now, the act open with what was typed. A case that has left this desk leaves the words."""
    values = values_of(await request.form())
    typed = [v for k, v in values.items() if isinstance(v, str) and v and (k.endswith(KEPT) or k.startswith(("ask_extra", "ask_note")))]
    title = translate(work.locale, refused.title)
    try:
        view = await case_view(work, await looking.show(work, case))
    except NeedsSecond:
        return await second_page(request, work, case, typed=typed)
    except (NotFound, Forbidden):
        return page(request, "cases/desk_gone.html", refused.status, title=title, detail=refused.detail, typed=typed, wide=True, errors=[])
    stays = act in view["acts"] or (act in ("grant", "refuse") and "decide" in view["acts"])
    errors = [{"pointer": _field(act, e["pointer"]), "detail": e["detail"]} for e in refused.errors] if isinstance(refused, Invalid) else []
    if isinstance(refused, Invalid) and not errors:
        errors = [{"pointer": "/", "detail": refused.detail or title}]
    stale = "" if isinstance(refused, Invalid) else " ".join(filter(None, [title, refused.detail]))
    if isinstance(refused, ChangedMeanwhile):
        stale = say(work.locale, "您打开这一页后，办件有了变化，所以刚才的操作没有执行。下面是最新状态，您写的内容还在。")
    return page(
        request, "cases/desk_case.html", refused.status, **view, done="", errors=errors, values=values, open=act if stays else "",
        stale=stale, typed=[] if stays else typed,
    )  # fmt: skip


def not_done(request: AnyRequest, work: Work, refused: Problem, typed: list[str]) -> Response[Any]:
    """Nothing was done, and nothing is left to do it to: why, and the words that were typed."""
    title, detail = translate(work.locale, refused.title), refused.detail or say(work.locale, "没有执行")
    return page(request, "cases/desk_gone.html", refused.status, title=title, detail=detail, typed=typed, wide=True, errors=[])


def _field(act: str, pointer: str) -> str:
    """Where on the page a fault is shown: the form's own name for what the service complains of."""
    name = pointer.strip("/")
    if act == "assess":
        return f"/assess_{name}"
    return pointer if name.startswith(f"{act}_") else f"/{act}_{name}" if name in FIELDS.get(act, ()) else "/"


FIELDS = {
    "decline": ("reason", "words", "department"), "ask": ("documents", "reason"), "refuse": ("reason", "law", "objection"),
    "transfer": ("department", "reason"), "note": ("words",), "revoke": ("reason",), "reissue": ("reason",), "assign": ("to",),
    "promise": ("why",), "appeal": ("words",), "register": ("number",),
    "special": ("kind", "reason", "until"), "finish": ("result",), "extend": ("days", "reason"),
    "bounce": ("reason",), "consult": ("department", "question", "days", "share"), "recall": ("opinion",),
    "lookup": ("reason",),
}  # fmt: skip


@post("/desk/cases/{case:str}/claim", **DESK)
async def claim(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """领取."""
    return await done(request, work, case, "claim", lambda c: claiming.claim(work, c))


@post("/desk/cases/{case:str}/release", **DESK)
async def release(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """退回待领."""
    return await done(request, work, case, "release", lambda c: claiming.release(work, c))


@post("/desk/cases/{case:str}/assign", **may("cases:supervise"), include_in_schema=False)
async def assign(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """交给同事."""

    async def do(case_id: CaseId) -> None:
        given = (await form(request, Assigning)).assign_to
        try:
            to = PersonId.parse(given)
        except ValueError:
            raise Invalid(errors=[{"pointer": "/to", "detail": say(work.locale, "请选择一位能办这件事的同事")}]) from None
        await claiming.assign(work, case_id, to)

    return await done(request, work, case, "assign", do)


@post("/desk/cases/{case:str}/accept", **DESK)
async def accept(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """受理."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Accepting)
        await handling.accept(work, case_id, rev=given.rev, words=fold(given.accept_words))

    return await done(request, work, case, "accept", do)


@post("/desk/cases/{case:str}/decline", **DESK)
async def decline(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """不予受理."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, DecliningForm)
        declining = Declining(given.decline_reason, fold(given.decline_words), given.decline_department)
        await handling.decline(work, case_id, declining, rev=given.rev)

    return await done(request, work, case, "decline", do)


@post("/desk/cases/{case:str}/supplement", **DESK)
async def ask(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """要求补正."""

    async def do(case_id: CaseId) -> None:
        given = await asking(request)
        await handling.ask_supplement(work, case_id, given.wanted, rev=given.rev, reason=given.reason)

    return await done(request, work, case, "ask", do)


@post("/desk/cases/{case:str}/decide", **DESK)
async def decide(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """办结: `outcome` says which of the two forms was sent."""
    granted = (await request.form()).get("outcome") == "granted"

    async def grant(case_id: CaseId) -> None:
        given = await form(request, Granting)
        await deciding.grant(work, case_id, rev=given.rev, words=fold(given.grant_words))

    async def refuse(case_id: CaseId) -> None:
        given = await form(request, RefusingForm)
        refusing = Refusing(fold(given.refuse_reason), fold(given.refuse_law), fold(given.refuse_objection))
        await deciding.refuse(work, case_id, refusing, rev=given.rev)

    return await done(request, work, case, "grant" if granted else "refuse", grant if granted else refuse)


@post("/desk/cases/{case:str}/transfer", **DESK)
async def transfer(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """转办: the case leaves this desk, so the list is shown."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Transferring)
        await handling.transfer(work, case_id, given.transfer_department, fold(given.transfer_reason), rev=given.rev)

    answer = await done(request, work, case, "transfer", do)
    return see_other("/desk/inbox?tab=mine&said=transferred") if answer.status_code == 303 else answer


@post("/desk/cases/{case:str}/note", **DESK)
async def note(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """备注."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Noting)
        await handling.note(work, case_id, fold(given.note_words), inner=given.note_for != "applicant")

    return await done(request, work, case, "note", do)


@post("/desk/cases/{case:str}/assessment", **DESK)
async def assessment(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """写入评定结果: what came on paper."""

    async def do(case_id: CaseId) -> None:
        sent = texts(await request.form())
        values = {name.removeprefix("assess_"): fold(v[0])[:100] for name, v in sent.items() if name.startswith("assess_") and v and v[0]}
        by = values.pop("by", "")
        if not by:
            raise Invalid(errors=[{"pointer": "/by", "detail": say(work.locale, "请写明是哪家医院或机构评定的")}])
        await assessing.assess(work, case_id, Assessment(f"paper {work.now.isoformat()}", values, Text(by, by), work.today))

    return await done(request, work, case, "assess", do)


@post("/desk/cases/{case:str}/revoke", **may("wallet:revoke"), include_in_schema=False)
async def revoke(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """撤销证照."""

    async def do(case_id: CaseId) -> None:
        await deciding.revoke(work, case_id, fold((await form(request, Revoking)).revoke_reason))

    return await done(request, work, case, "revoke", do)


@post("/desk/cases/{case:str}/reissue", **may("wallet:revoke"), include_in_schema=False)
async def reissue(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """换发证照."""

    async def do(case_id: CaseId) -> None:
        await deciding.reissue(work, case_id, fold((await form(request, Reissuing)).reissue_reason))

    return await done(request, work, case, "reissue", do)


handlers = [claim, release, assign, accept, decline, ask, decide, transfer, note, assessment, revoke, reissue]
