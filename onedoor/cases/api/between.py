"""What departments do with each other's cases, for clerks' programs."""
from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.between import Opinion, OpinionId, OpinionState, Verdict
from onedoor.cases.errors import NoSuchOpinion
from onedoor.cases.service import bouncing, consulting, covering
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

from .desk import Code, Moved, Rev, Said, Words, case_of, clean, moved

TAGS = ["desk"]


class NewBounce(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the case does not belong here."""

    reason: Said
    rev: Rev | None = None


class NewQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What another department is asked, for how many working days, and which answers it may see."""

    department: Code
    question: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    days: int = 5
    share: Annotated[list[Code], msgspec.Meta(max_length=100)] = []
    rev: Rev | None = None


class NewOpinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said to it; an objection needs words."""

    verdict: Verdict
    words: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class OpinionShown(msgspec.Struct, frozen=True):
    """One question to another department."""

    id: str
    number: str
    title: Text
    question: str
    due_on: date
    state: OpinionState
    verdict: str
    answer: str


class NewCover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who stands in, and for which days; `staff` is the one who is away, oneself when left out."""

    by: Code
    from_on: date
    until_on: date
    staff: Code = ""


class CoverShown(msgspec.Struct, frozen=True):
    """Who stands in for whom."""

    staff: str
    by: str
    from_on: date
    until_on: date


def opinion_of(given: str) -> OpinionId:
    """The opinion an address names."""
    try:
        return OpinionId.parse(given)
    except ValueError:
        raise NoSuchOpinion() from None


def shown(one: Opinion) -> OpinionShown:
    return OpinionShown(str(one.id), one.number, one.title, one.question, one.due_on, one.state, one.verdict, one.answer)


@post("/api/cases/{case:str}/bounces", **may("cases:handle"), tags=TAGS)
async def bounce(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewBounce]) -> Response[Moved]:
    """退回: once, within a working day."""

    async def make() -> Moved:
        return moved(await bouncing.bounce(work, case_of(case), rev=data.rev, **clean(work, reason=data.reason)))

    return await once(request, work, make)


@post("/api/cases/{case:str}/opinions", **may("cases:handle"), tags=TAGS)
async def ask(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewQuestion]) -> Response[OpinionShown]:
    """征求意见: nothing is decided until the other department has answered."""

    async def make() -> OpinionShown:
        said = clean(work, department=data.department, question=data.question)
        return shown(await consulting.ask(work, case_of(case), consulting.Asking(**said, days=data.days, share=data.share), rev=data.rev))

    return await once(request, work, make)


@get("/api/desk/opinions", **may("cases:handle"), tags=TAGS)
async def opinions(work: NamedDependency[Work]) -> list[OpinionShown]:
    """What my department is asked, the most urgent first; the first page."""
    return [shown(o) for o in (await consulting.waiting(work))[:30]]


@post("/api/desk/opinions/{opinion:str}/answers", **may("cases:handle"), tags=TAGS)
async def give(
    request: AnyRequest, opinion: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewOpinion]
) -> Response[OpinionShown]:
    """答复."""

    async def make() -> OpinionShown:
        return shown(await consulting.give(work, opinion_of(opinion), data.verdict, clean(work, words=data.words)["words"]))

    return await once(request, work, make)


class NewRecall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which question is not needed any more."""

    opinion: Code
    words: Words = ""


@post("/api/cases/{case:str}/recalls", **may("cases:handle"), tags=TAGS)
async def recall(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewRecall]) -> Response[None]:
    """撤回征求."""

    async def make() -> None:
        await consulting.recall(work, case_of(case), opinion_of(data.opinion))

    return await once(request, work, make)


@post("/api/desk/covers", **may("cases:handle"), tags=TAGS)
async def cover(request: AnyRequest, work: NamedDependency[Work], data: JSONBody[NewCover]) -> Response[CoverShown]:
    """离岗代理: a colleague sees and handles what I have; for somebody else it is the supervisor's to say."""

    async def make() -> CoverShown:
        try:
            staff, by = PersonId.parse(data.staff or str(work.actor.id)), PersonId.parse(data.by)
        except ValueError:
            raise Invalid(errors=[{"pointer": "/by", "detail": say(work.locale, "请选择一位负责同样区域的同事")}]) from None
        made = await covering.put(work, staff, by, data.from_on, data.until_on)
        return CoverShown(str(made.staff_ref), str(made.by_ref), made.from_on, made.until_on)

    return await once(request, work, make)


handlers = [bounce, ask, opinions, give, recall, cover]
