"""Papers given later and promises, for programs of residents and of clerks."""
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.errors import NoSuchAttachment, NoSuchCase, NoSuchDraft, NoSuchPromise
from onedoor.cases.models import AttachmentId, CaseId, DraftId, How
from onedoor.cases.owing import Appeal, Owed, OwedState, Promise, PromiseId, Result
from onedoor.cases.service import deciding, following, later, owing, promising
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

from .desk import Moved, NewMove, case_of, clean, moved

TAGS = ["cases"]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class OwedShown(msgspec.Struct, frozen=True):
    """One paper that a case was taken on without."""

    document: str
    label: Text
    before: str
    due_on: date
    state: OwedState


class PromiseShown(msgspec.Struct, frozen=True):
    """One promise, in the words that were signed."""

    id: str
    case: str
    document: str
    words: Text
    signed_at: datetime
    check_on: date
    result: Result
    why: str
    barred_until: date | None
    appeal: Appeal
    answer: str


class NewLater(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a paper is made good: `owe`, `promise`, or nothing to take that back."""

    document: Code
    how: How | None = None


class LaterShown(msgspec.Struct, frozen=True):
    """How the papers of a draft are made good, by code."""

    later: dict[str, How]


class NewPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One owed paper with the files uploaded for it."""

    document: Code
    attachments: Annotated[list[Code], msgspec.Meta(max_length=30)] = []


class NewPapers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is given now; a paper whose files were uploaded to the case need not be named."""

    given: Annotated[list[NewPaper], msgspec.Meta(max_length=20)] = []


class NewAppeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the finding is wrong."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class NewCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a check of a promise has found; `why` is needed for a broken one."""

    promise: Code
    kept: bool
    why: Annotated[str, msgspec.Meta(max_length=500)] = ""


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The supervisor's answer to an appeal."""

    promise: Code
    appeal: Literal["upheld", "lifted"]
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


def _parsed(kind: Any, given: str, refusal: Any) -> Any:
    try:
        return kind.parse(given)
    except ValueError:
        raise refusal() from None


def owed_of(owed: Owed) -> OwedShown:
    return OwedShown(owed.document, owed.label, str(owed.before), owed.due_on, owed.state)


def promise_of(promise: Promise) -> PromiseShown:
    return PromiseShown(
        str(promise.id), str(promise.case_id), promise.document, promise.words, promise.signed_at, promise.check_on, promise.result,
        promise.why, promise.barred_until, promise.appeal_state, promise.appeal_answer,
    )  # fmt: skip


@post("/api/drafts/{draft:str}/papers", **may("signed-in"), tags=TAGS)
async def put_later(
    request: AnyRequest, draft: FromPath[str], data: JSONBody[NewLater], work: NamedDependency[Work]
) -> Response[LaterShown]:
    """Say that a paper comes later, or promise instead; the form says for which that is possible."""

    async def make() -> LaterShown:
        desk = await later.put(work, _parsed(DraftId, draft, NoSuchDraft), data.document, data.how)
        return LaterShown({code: one.how for code, one in desk.draft.later.items()})

    return await once(request, work, make)


@get("/api/cases/{case:str}/papers", **may("signed-in"), tags=TAGS)
async def owed(case: FromPath[str], work: NamedDependency[Work]) -> list[OwedShown]:
    """Papers that one of my cases was taken on without."""
    found = await following.one(work, _parsed(CaseId, case, NoSuchCase))
    return [owed_of(o) for o in (await owing.of_case(work, found.citizen_id, found.id)).owed]


@post("/api/cases/{case:str}/papers", **may("signed-in"), tags=TAGS)
async def give(
    request: AnyRequest, case: FromPath[str], data: JSONBody[NewPapers], work: NamedDependency[Work]
) -> Response[list[OwedShown]]:
    """Give owed papers."""

    async def make() -> list[OwedShown]:
        given = {g.document: [_parsed(AttachmentId, a, NoSuchAttachment) for a in g.attachments] for g in data.given}
        after = await owing.give(work, _parsed(CaseId, case, NoSuchCase), given)
        return [owed_of(o) for o in (await owing.of_case(work, after.citizen_id, after.id)).owed]

    return await once(request, work, make)


@get("/api/promises", **may("signed-in"), tags=TAGS)
async def promises(work: NamedDependency[Work]) -> list[PromiseShown]:
    """Everything I have promised, the latest first."""
    return [promise_of(p) for p in await promising.mine(work)]


@post("/api/promises/{promise:str}/appeals", **may("signed-in"), tags=TAGS)
async def appeal(
    request: AnyRequest, promise: FromPath[str], data: JSONBody[NewAppeal], work: NamedDependency[Work]
) -> Response[PromiseShown]:
    """申诉: the finding that a promise was broken is wrong. Once."""

    async def make() -> PromiseShown:
        words = clean(work, words=data.words)["words"]
        return promise_of(await promising.appeal(work, _parsed(PromiseId, promise, NoSuchPromise), words))

    return await once(request, work, make)


@post("/api/cases/{case:str}/deliveries", **may("cases:handle"), tags=["desk"])
async def deliver(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewMove]) -> Response[Moved]:
    """发证: what was held back until owed papers had come."""

    async def make() -> Moved:
        return moved(await deciding.deliver(work, case_of(case), rev=data.rev))

    return await once(request, work, make)


@post("/api/cases/{case:str}/promise-checks", **may("cases:handle"), tags=["desk"])
async def check(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewCheck]) -> Response[Moved]:
    """核查: whether what was promised is so."""

    async def make() -> Moved:
        promise, why = _parsed(PromiseId, data.promise, NoSuchPromise), clean(work, why=data.why)["why"]
        return moved(await promising.settle(work, case_of(case), promise, kept=data.kept, why=why))

    return await once(request, work, make)


@post("/api/cases/{case:str}/appeal-answers", **may("cases:supervise"), tags=["desk"])
async def answer(
    request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewAnswer]
) -> Response[PromiseShown]:
    """The supervisor's answer to an appeal."""

    async def make() -> PromiseShown:
        promise, words = _parsed(PromiseId, data.promise, NoSuchPromise), clean(work, words=data.words)["words"]
        return promise_of(await promising.answer(work, case_of(case), promise, lifted=data.appeal == "lifted", words=words))

    return await once(request, work, make)


handlers = [put_later, owed, give, promises, appeal, deliver, check, answer]
