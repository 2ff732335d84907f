"""公示异议 for programs: objecting to a case that is posted, and what its clerk answers."""
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.cases.errors import NoSuchCase, NoSuchObjection
from onedoor.cases.models import AttachmentId, CaseId
from onedoor.cases.objections import LONGEST, Objected, Objection, ObjectionId, ObjectionState
from onedoor.cases.service import objecting, objection_desk
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

Words = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class NewObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with it, and why; `attachments` are papers uploaded before."""

    words: Words
    attachments: Annotated[list[str], msgspec.Meta(max_length=3)] = []


class ObjectionShown(msgspec.Struct, frozen=True):
    """What I have objected to, and the answer."""

    id: str
    number: str
    title: Text
    words: str
    state: ObjectionState
    at: datetime
    answer: str


class Objections(msgspec.Struct, frozen=True):
    """One page; `next` is the `before` of the following one."""

    items: list[ObjectionShown]
    next: str | None


class Line(msgspec.Struct, frozen=True):
    """One objection before the department. Who wrote it is told where it is opened."""

    id: str
    state: ObjectionState
    at: datetime
    answer: str


class Lines(msgspec.Struct, frozen=True):
    items: list[Line]


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody without a phone says, and how they are reached."""

    name: Annotated[str, msgspec.Meta(max_length=60)]
    contact: Annotated[str, msgspec.Meta(max_length=200)]
    words: Words


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accepted, with what follows; or rejected, with why."""

    outcome: Literal["accepted", "rejected"]
    words: Words


def _shown(one: Objection) -> ObjectionShown:
    return ObjectionShown(str(one.id), one.number, one.title, one.words, one.state, one.at, one.answer)


def _line(one: Objected) -> Line:
    return Line(str(one.id), one.state, one.at, one.answer)


def _objection(given: str) -> ObjectionId:
    try:
        return ObjectionId.parse(given)
    except ValueError:
        raise NoSuchObjection() from None


def _case(given: str) -> CaseId:
    try:
        return CaseId.parse(given)
    except ValueError:
        raise NoSuchCase() from None


@post("/api/notices/cases/{number:str}/objections", **may("signed-in"), tags=["cases"])
async def object_to(
    request: AnyRequest, number: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewObjection]
) -> Response[ObjectionShown]:
    """Object, once to each case, while it is posted."""

    async def make() -> ObjectionShown:
        try:
            papers = [AttachmentId.parse(one) for one in data.attachments]
        except ValueError:
            raise NoSuchObjection() from None
        return _shown(await objecting.object_to(work, number, data.words, papers))

    return await once(request, work, make)


@get("/api/me/objections", **may("signed-in"), tags=["cases"])
async def mine(work: NamedDependency[Work], before: FromQuery[str] = "") -> Objections:
    """Mine, the newest first."""
    rows, following = await objecting.mine(work, _objection(before) if before else None)
    return Objections([_shown(one) for one in rows], str(following) if following else None)


@get("/api/desk/cases/{case:str}/objections", **may("cases:handle"), tags=["desk"])
async def listed(case: FromPath[str], work: NamedDependency[Work]) -> Lines:
    """All of one case."""
    return Lines([_line(one) for one in (await objection_desk.at_the_desk(work, _case(case)))[1]])


@post("/api/cases/{case:str}/objections", **may("cases:handle"), tags=["desk"])
async def take_down(
    request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[Spoken]
) -> Response[Line]:
    """Write down what somebody without a phone says."""

    async def make() -> Line:
        return _line(await objection_desk.take_down(work, _case(case), data.name, data.contact, data.words))

    return await once(request, work, make)


@post("/api/cases/{case:str}/objections/{objection:str}/answers", **may("cases:handle"), tags=["desk"])
async def answer(
    request: AnyRequest, case: FromPath[str], objection: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewAnswer]
) -> Response[Line]:
    """Answer it; whoever wrote it is told."""

    async def make() -> Line:
        accept = data.outcome == "accepted"
        return _line(await objection_desk.answer(work, _case(case), _objection(objection), accept=accept, words=data.words))

    return await once(request, work, make)


handlers = [object_to, mine, listed, take_down, answer]
