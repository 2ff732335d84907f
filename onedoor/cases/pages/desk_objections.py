"""公示异议 at the desk: what came in, one with its papers and its answer, and writing down what somebody without a phone says."""
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.errors import NoSuchAttachment
from onedoor.cases.models import CaseId, Scan
from onedoor.cases.objections import LONGEST, Objected, ObjectionState
from onedoor.cases.service import attachments, objection_desk
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Conflict, Gone, Invalid
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, page, see_other

from ._view import case_of, file_of, scan_words, size, texts
from .desk_acts import DESK, not_done
from .files import as_download
from .objecting import objection_of

BASE = "/desk/cases/{case:str}/objections"
WORDS = {"name": 60, "contact": 200, "words": LONGEST + 1}


def state_words(locale: str, state: ObjectionState) -> tuple[str, str]:
    """For the clerk: in words and colour."""
    return {
        ObjectionState.OPEN: (say(locale, "等您答复"), "orange"), ObjectionState.ACCEPTED: (say(locale, "异议成立"), "green"),
        ObjectionState.REJECTED: (say(locale, "异议不成立"), "grey"), ObjectionState.ENDED: (say(locale, "办件已经结束"), "grey"),
    }[state]  # fmt: skip


def _row(locale: str, case: CaseId, one: Objected) -> dict[str, Any]:
    words, tone = state_words(locale, one.state)
    who = one.name or say(locale, "网上提出")
    return {"href": f"/desk/cases/{case}/objections/{one.id}", "who": who, "at": one.at, "state": words, "tone": tone}


async def _all(request: AnyRequest, work: Work, case_id: CaseId, status: int = 200, **said: Any) -> Response[Any]:
    case, lines, open_still = await objection_desk.at_the_desk(work, case_id)
    data: dict[str, Any] = {"errors": [], "typed": {}, **said}
    return page(
        request, "cases/desk_objections.html", status, case=case_id, title=pick(work.locale, case.title), number=case.number,
        rows=[_row(work.locale, case_id, one) for one in lines], posted=open_still, longest=LONGEST, wide=True,
        **data,
    )  # fmt: skip


@get(BASE, **DESK, include_in_schema=False)
async def listed(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """All of one case."""
    return await _all(request, work, case_of(case))


@post(BASE, **DESK, include_in_schema=False)
async def take_down(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """当面提出: in the name of whoever stands there or has written."""
    sent = texts(await request.form())
    typed = {name: (sent.get(name) or [""])[0].replace("\r\n", "\n")[:most] for name, most in WORDS.items()}
    try:
        await objection_desk.take_down(work, case_of(case), printable(typed["name"]), printable(typed["contact"]), typed["words"])
    except Invalid as bad:
        return await _all(request, work, case_of(case), 422, errors=bad.errors, typed=typed)
    except (Conflict, Gone) as late:
        return not_done(request, work, late, [printable(words) for words in typed.values() if words])
    return see_other(f"/desk/cases/{case_of(case)}/objections")


async def _one(request: AnyRequest, work: Work, case: CaseId, which: str, status: int = 200, **said: Any) -> Response[Any]:
    seen, locale = await objection_desk.show(work, case, objection_of(which)), work.locale
    data: dict[str, Any] = {"errors": [], "typed": {}, **said}
    base = f"/desk/cases/{case}/objections/{which}"
    papers = [
        {
            "title": f.name, "detail": size(locale, f.size), "state": scan_words(locale, f.scan),
            "href": f"{base}/files/{f.id}" if f.scan is Scan.CLEAN else "",
        }
        for f in seen.files
    ]  # fmt: skip
    words, tone = state_words(locale, seen.line.state)
    return page(
        request, "cases/desk_objection.html", status, case=case, base=base, title=pick(locale, seen.case.title), number=seen.case.number,
        name=seen.name, contact=seen.line.contact, words=seen.words, papers=papers, at=seen.line.at, state=words, tone=tone,
        open=seen.line.state is ObjectionState.OPEN, answer=seen.line.answer, by=seen.line.answered_by, longest=LONGEST, wide=True,
        **data,
    )  # fmt: skip


@get(f"{BASE}/{{objection:str}}", **DESK, include_in_schema=False)
async def show(request: AnyRequest, case: FromPath[str], objection: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Who says what, with which papers."""
    return await _one(request, work, case_of(case), objection)


@post(f"{BASE}/{{objection:str}}", **DESK, include_in_schema=False)
async def answer(request: AnyRequest, case: FromPath[str], objection: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """答复."""
    sent = texts(await request.form())
    typed = {name: (sent.get(name) or [""])[0].replace("\r\n", "\n")[: LONGEST + 1] for name in ("outcome", "words")}
    accept = {"accepted": True, "rejected": False}.get(typed["outcome"])
    try:
        await objection_desk.answer(work, case_of(case), objection_of(objection), accept=accept, words=typed["words"])
    except Invalid as bad:
        return await _one(request, work, case_of(case), objection, 422, errors=bad.errors, typed=typed)
    except Conflict as late:
        return not_done(request, work, late, [printable(typed["words"])])
    return see_other(f"/desk/cases/{case_of(case)}/objections")


@get(f"{BASE}/{{objection:str}}/files/{{file:str}}", **DESK, include_in_schema=False)
async def paper(
    case: FromPath[str], objection: FromPath[str], file: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[bytes]:
    """One scanned paper of it."""
    async with begin() as work:
        seen = await objection_desk.show(work, case_of(case), objection_of(objection))
    found = next((f for f in seen.files if f.id == file_of(file)), None)
    if found is None or found.scan is not Scan.CLEAN:
        raise NoSuchAttachment()
    return as_download(found, await attachments.content(ports, found))


handlers = [listed, take_down, show, answer, paper]
