"""What departments do with each other's cases: send one back, ask for an opinion, give one; and who stands in for whom."""
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases.between import Opinion, OpinionId, Verdict
from onedoor.cases.duty import PAGE
from onedoor.cases.errors import NoSuchOpinion
from onedoor.cases.forms import showing
from onedoor.cases.models import CaseId
from onedoor.cases.service import bouncing, consulting, covering
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import fold, printable
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from ._acts import Code, Rev, Words
from ._desk import left_words
from .desk_acts import DESK, done, not_done

VERDICTS, LONGEST = tuple(str(v) for v in Verdict), 1000


class Bouncing(msgspec.Struct, frozen=True):
    rev: Rev
    bounce_reason: Words


class Consulting(msgspec.Struct, frozen=True):
    rev: Rev
    consult_department: Code
    consult_question: Annotated[str, msgspec.Meta(max_length=1000)]
    consult_days: Annotated[int, msgspec.Meta(ge=1, le=15)] = 5
    consult_share: Annotated[list[Code], msgspec.Meta(max_length=100)] = []


class Recalling(msgspec.Struct, frozen=True):
    recall_opinion: Code


def opinion_of(given: str) -> OpinionId:
    """The opinion an address names."""
    try:
        return OpinionId.parse(given)
    except ValueError:
        raise NoSuchOpinion() from None


@post("/desk/cases/{case:str}/bounce", **DESK)
async def bounce(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """退回: the case leaves this desk, so the list is shown."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Bouncing)
        await bouncing.bounce(work, case_id, fold(given.bounce_reason), rev=given.rev)

    answer = await done(request, work, case, "bounce", do)
    return see_other("/desk/inbox?said=transferred") if answer.status_code == 303 else answer


@post("/desk/cases/{case:str}/consult", **DESK)
async def consult(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """征求意见."""

    async def do(case_id: CaseId) -> None:
        given = await form(request, Consulting)
        asking = consulting.Asking(given.consult_department, fold(given.consult_question), given.consult_days, given.consult_share)
        await consulting.ask(work, case_id, asking, rev=given.rev)

    return await done(request, work, case, "consult", do)


@post("/desk/cases/{case:str}/recall", **DESK)
async def recall(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """撤回征求."""

    async def do(case_id: CaseId) -> None:
        await consulting.recall(work, case_id, opinion_of((await form(request, Recalling)).recall_opinion))

    return await done(request, work, case, "recall", do)


@get("/desk/opinions", **may("cases:handle"), include_in_schema=False)
async def opinions(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """What my department is asked, the most urgent first."""
    found = await consulting.waiting(work, after_of(after))
    known, rows = await orgs.snapshot(work.db), found[:PAGE]
    shown = [_row(work, o, pick(work.locale, known.by_id[o.asked_org].short) if o.asked_org in known.by_id else "") for o in rows]
    following = f"{rows[-1].due_on.isoformat()}_{rows[-1].id}" if len(found) > PAGE else ""
    return page(request, "cases/desk_opinions.html", opinions=shown, next=following, after=after, wide=True)


def after_of(given: str) -> tuple[date, OpinionId] | None:
    """Where the page before ended; a broken address begins at the beginning."""
    on, _, ident = given.partition("_")
    try:
        return date.fromisoformat(on), OpinionId.parse(ident)
    except ValueError:
        return None


def _row(work: Work, opinion: Opinion, office: str) -> dict[str, str]:
    due = f"{day(work.locale, opinion.due_on)} · {left_words(work, opinion.due_on)}"
    return {
        "href": f"/desk/opinions/{opinion.id}", "title": pick(work.locale, opinion.title), "number": opinion.number, "office": office,
        "question": opinion.question, "due": due, "tone": "red" if opinion.due_on < work.today else "blue",
    }  # fmt: skip


async def _opinion_page(request: AnyRequest, work: Work, opinion: str, status: int = 200, **said: Any) -> Response[Any]:
    seen = await consulting.show(work, opinion_of(opinion))
    known = await orgs.snapshot(work.db)
    asker = known.by_id.get(seen.opinion.asked_org)
    row = _row(work, seen.opinion, pick(work.locale, asker.name) if asker else "")
    verdicts = [
        {"value": "agree", "label": say(work.locale, "同意")}, {"value": "object", "label": say(work.locale, "不同意")},
        {"value": "none", "label": say(work.locale, "没有意见")},
    ]  # fmt: skip
    answers = showing.rows(work.locale, seen.form, seen.answers)
    data = {"row": row, "opinion": seen.opinion, "answers": answers, "verdicts": verdicts, "wide": True, "errors": [], "typed": {}}
    return page(request, "cases/desk_opinion.html", status, **{**data, **said})


@get("/desk/opinions/{opinion:str}", **may("cases:handle"), include_in_schema=False)
async def opinion_page(request: AnyRequest, opinion: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One question, with the answers it shares."""
    return await _opinion_page(request, work, opinion)


@post("/desk/opinions/{opinion:str}", **may("cases:handle"), include_in_schema=False)
async def give(request: AnyRequest, opinion: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """答复."""
    sent = await request.form()
    typed = {name: printable(str(sent.get(name, ""))) for name in ("verdict", "words")}
    errors: list[dict[str, str]] = []
    if typed["verdict"] not in VERDICTS:
        errors = [{"pointer": "/verdict", "detail": say(work.locale, "请选择一项")}]
    if len(typed["words"]) > LONGEST:
        errors.append({"pointer": "/words", "detail": say(work.locale, "太长了，最多 {n} 个字", n=LONGEST)})
    if not errors:
        try:
            await consulting.give(work, opinion_of(opinion), Verdict(typed["verdict"]), fold(typed["words"]))
        except Invalid as bad:
            errors = bad.errors
        except NoSuchOpinion as gone:
            return not_done(request, work, gone, [typed["words"]])
    if errors:
        return await _opinion_page(request, work, opinion, 422, errors=errors, typed=typed)
    return see_other("/desk/opinions")


@get("/desk/cover", **may("cases:handle"), include_in_schema=False)
async def cover(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Who stands in for whom."""
    return await _cover_page(request, work)


async def _cover_page(request: AnyRequest, work: Work, status: int = 200, **said: Any) -> Response[Any]:
    people = [{"value": str(m.person), "label": m.name} for m in await covering.colleagues(work)]
    rows = [
        {"staff": str(c.staff_ref), "who": who, "by": by, "from": day(work.locale, c.from_on), "until": day(work.locale, c.until_on)}
        for c, who, by in await covering.mine(work)
    ]  # fmt: skip
    data = {"people": people, "rows": rows, "me": str(work.actor.id), "errors": [], "typed": {}, "wide": True}
    return page(request, "cases/desk_cover.html", status, **{**data, **said})


@post("/desk/cover", **may("cases:handle"), include_in_schema=False)
async def put_cover(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Set one, or end one."""
    sent = await request.form()
    typed = {name: printable(str(value))[:60] for name, value in sent.items() if isinstance(value, str)}
    try:
        if gone := typed.get("end"):
            await covering.end(work, _person(gone))
        else:
            staff = _person(typed.get("staff") or str(work.actor.id))
            await covering.put(work, staff, _person(typed.get("by", "")), _date(typed, "from"), _date(typed, "until"))
    except Invalid as bad:
        return await _cover_page(request, work, 422, errors=bad.errors, typed=typed)
    return see_other("/desk/cover")


def _person(given: str) -> PersonId:
    """Somebody of the list; nobody when nothing was chosen."""
    try:
        return PersonId.parse(given)
    except ValueError:
        return PersonId.new()


def _date(typed: dict[str, str], name: str) -> date:
    """Three boxes as a day; an impossible one is the first day of all, which is refused by name."""
    try:
        return date(*(int(typed.get(f"{name}-{part}", "")) for part in ("year", "month", "day")))
    except ValueError:
        return date.max if name == "from" else date.min


handlers = [bounce, consult, recall, opinions, opinion_page, give, cover, put_cover]
