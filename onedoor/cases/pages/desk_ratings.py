"""差评回访 at the desk: what people were not content with, one of them with its words, the call and the answer."""
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.errors import NeedsSecond, NotOpenForThat
from onedoor.cases.models import CaseId
from onedoor.cases.rated import LONGEST, CallBack
from onedoor.cases.service import calling_back, looking
from onedoor.cases.service.rating import REASONS, grade_name, reason_name
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._desk import left_words
from ._seconds import second_page
from ._view import case_of, texts

SUPERVISOR = may("cases:supervise")


def _stands(work: Work, one: CallBack) -> dict[str, Any]:
    locale = work.locale
    if one.answered_at:
        return {"words": say(locale, "已答复"), "tone": "green"}
    words = say(locale, "等答复") if one.called_at else say(locale, "等回访")
    return {"words": f"{words} · {left_words(work, one.next_by)}", "tone": "red" if work.today > one.next_by else "orange"}


@get("/desk/ratings", **SUPERVISOR, include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """What waits for a call or an answer."""
    rows = [
        {"href": f"/desk/ratings/{one.case_id}", "title": pick(work.locale, one.title), "number": one.number,
         "grade": pick(work.locale, grade_name(str(one.stars))), "at": one.at, **_stands(work, one)}
        for one in await calling_back.waiting(work)
    ]  # fmt: skip
    return page(request, "cases/desk_ratings.html", rows=rows, wide=True)


def _reasons(locale: str, tags: list[str]) -> list[str]:
    """In words; a program's own reason as it was given."""
    return [pick(locale, reason_name(tag)) if tag in REASONS else tag for tag in tags if tag]


async def _one(request: AnyRequest, work: Work, case_id: CaseId, status: int = 200, **said: Any) -> Response[Any]:
    seen, locale = await calling_back.show(work, case_id), work.locale
    task, rating = seen.task, seen.rating
    data: dict[str, Any] = {"errors": [], "typed": {}, "stale": "", **said}
    return page(
        request, "cases/desk_rating.html", status, title=pick(locale, task.title), number=task.number, case=case_id, task=task,
        grade=pick(locale, grade_name(str(task.stars))), tags=_reasons(locale, rating.tags), words=rating.words,
        answer=rating.answer, phone=seen.phone, call_by=day(locale, task.call_by), mend_by=day(locale, task.mend_by), longest=LONGEST,
        stands=_stands(work, task), wide=True, **data,
    )  # fmt: skip


@get("/desk/ratings/{case:str}", **SUPERVISOR, include_in_schema=False)
async def show(request: AnyRequest, case: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """One of them; where a colleague has to allow the case first, the way leads there."""
    try:
        async with looking.noted(begin, case_of(case)), begin() as work:
            return await _one(request, work, case_of(case))
    except NeedsSecond:
        return see_other(f"/desk/cases/{case_of(case)}")


@post("/desk/ratings/{case:str}", **SUPERVISOR, include_in_schema=False)
async def act(request: AnyRequest, case: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """回访 or 答复, by what was sent."""
    sent, case_id = texts(await request.form()), case_of(case)
    typed = {name: (sent.get(name) or [""])[0].replace("\r\n", "\n")[: LONGEST + 1] for name in ("heard", "answer") if name in sent}
    do = calling_back.answer if "answer" in typed else calling_back.called
    try:
        async with looking.noted(begin, case_id), begin() as work:
            await do(work, case_id, typed.get("answer", typed.get("heard", "")))
    except NeedsSecond:  # protected since, or the colleague's word is too old by now
        async with begin() as work:
            return await second_page(request, work, case_id, typed=[words for words in typed.values() if words])
    except Invalid as bad:
        async with begin() as work:
            return await _one(request, work, case_id, bad.status, errors=bad.errors, typed=typed)
    except NotOpenForThat as bad:
        async with begin() as work:
            return await _one(request, work, case_id, bad.status, stale=say(work.locale, "同事已经做过这一步了，下面是最新的"), typed=typed)
    return see_other(f"/desk/ratings/{case_id}")


handlers = [listed, show, act]
