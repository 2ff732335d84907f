"""What a resident's program may do with drafts, files and cases."""
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec.structs import replace

from onedoor.cases.errors import FileTooLarge, NoSuchAttachment, NoSuchCase, NoSuchDraft, WrongAnswers
from onedoor.cases.instant import Verdict
from onedoor.cases.models import Asked, Attachment, AttachmentId, Case, CaseId, Draft, DraftId, How, Outcome, Scan, Status
from onedoor.cases.ports import Vault
from onedoor.cases.service import attachments, drafts, following, instant, prefill, submitting
from onedoor.cases.service.attachments import Upload
from onedoor.cases.service.following import Given
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import text
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.papers import MOST_BYTES
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, once

from .desk import SpecialNow, special_of

TAGS = ["cases"]
MOST_POSTED = 21_500_000
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Ref = Annotated[str, msgspec.Meta(max_length=60)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


class NewDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which item is to be applied for."""

    item: Code


class DraftShown(msgspec.Struct, frozen=True):
    """A draft with its answers and what still stands in the way of handing in."""

    id: str
    item: str
    title: Text
    answers: dict[str, Any]
    rev: int
    changed_at: datetime
    expires_at: datetime
    held: dict[str, Any] = {}
    pages: list[str] = []
    faults: list[dict[str, str]] = []
    registers: dict[str, str] = {}
    """How each question that a register could answer stands: `held`, `pending`, `down`, `consent` and so on."""


class NewCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by question, and the ids of files uploaded before."""

    item: Code
    answers: dict[str, Any]
    attachments: Annotated[list[Ref], msgspec.Meta(max_length=30)] = []
    later: Annotated[dict[Ref, How], msgspec.Meta(max_length=20)] = {}
    """Papers that are owed or promised, by code."""


class CaseShown(msgspec.Struct, frozen=True):
    """A case as its applicant sees it."""

    id: str
    number: str
    item: str
    title: Text
    status: Status
    outcome: Outcome | None
    submitted_at: datetime
    due_on: date
    answer_by: date | None
    asked: list[Asked]
    certificate: str | None


class CaseList(msgspec.Struct, frozen=True):
    """One page of my cases; `next` goes into `after` for the following one."""

    items: list[CaseShown]
    next: str | None


class StepShown(msgspec.Struct, frozen=True):
    """One moment of the timeline."""

    kind: str
    at: datetime
    by: str
    note: str


class CaseWhole(CaseShown, frozen=True):
    """A case with everything in it."""

    answers: dict[str, Any]
    steps: list[StepShown]
    attachments: list["FileShown"]
    letter: str
    rev: int
    instant: Verdict | None
    """What the service's rule for granting at once said of it."""
    special: SpecialNow | None = None


class FileShown(msgspec.Struct, frozen=True):
    """An uploaded file."""

    id: str
    document: str
    name: str
    kind: str
    size: int
    sha256: str
    scan: Scan


class OneGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to one thing that was asked for, or why it cannot be given."""

    ref: Ref
    words: Words = ""
    attachments: Annotated[list[Ref], msgspec.Meta(max_length=30)] = []
    cannot: Words = ""


class NewSupplement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answers to everything that was asked for."""

    given: Annotated[list[OneGiven], msgspec.Meta(max_length=60)]


class NewWithdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the case is taken back, if one wants to say."""

    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class NewRating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One to five, with words if one likes."""

    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    tags: Annotated[list[Annotated[str, msgspec.Meta(max_length=20)]], msgspec.Meta(max_length=10)] = []
    words: Annotated[str, msgspec.Meta(max_length=500)] = ""


class RatingShown(msgspec.Struct, frozen=True):
    """A rating that was given."""

    stars: int
    tags: list[str]
    words: str
    at: datetime


def _id(kind: Any, given: str, refusal: Any) -> Any:
    try:
        return kind.parse(given)
    except ValueError:
        raise refusal() from None


def _clean(work: Work, pointer: str, value: str) -> str:
    """Text that may be stored."""
    if text.fault(value, lines=True):
        raise Invalid(errors=[{"pointer": pointer, "detail": say(work.locale, "里面有看不见的控制字符，请删掉再填")}])
    return text.fold(value)


def _brief(case: Case) -> dict[str, Any]:
    return {
        "id": str(case.id), "number": case.number, "item": case.item, "title": case.title, "status": case.status, "outcome": case.outcome,
        "submitted_at": case.submitted_at, "due_on": case.due_on, "answer_by": case.answer_by, "asked": case.asked,
        "certificate": case.certificate_ref or None,
    }  # fmt: skip


def _file(file: Attachment) -> FileShown:
    return FileShown(str(file.id), file.document, file.name, file.kind, file.size, file.sha256, file.scan)


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "id": str(draft.id), "item": draft.item, "title": draft.title, "answers": draft.answers, "rev": draft.rev,
        "changed_at": draft.changed_at, "expires_at": draft.expires_at,
    }  # fmt: skip


def _desk(work: Work, desk: drafts.Desk) -> DraftShown:
    faults = [{"pointer": f.pointer, "detail": f.detail, "page": f.page} for f in desk.faults(work)]
    told = prefill.states(desk.form, desk.fields)
    registers = {name: state for name, state in told.items() if name not in desk.veil.questions}
    shown, held = replace(desk.draft, answers=desk.veil.answers(desk.draft.answers)), desk.veil.answers(desk.held)
    return DraftShown(**_draft(shown), held=held, pages=desk.order(), faults=faults, registers=registers)


@post("/api/drafts", **may("signed-in", acting="fill"), tags=TAGS)
async def begin_draft(
    request: AnyRequest, data: JSONBody[NewDraft], work: NamedDependency[Work], ports: NamedDependency[Ports]
) -> Response[DraftShown]:
    """Begin a draft for an item; registers are asked for what they hold of it."""

    async def make() -> DraftShown:
        draft = await drafts.begin(work, data.item, anew=True)
        await drafts.ask(work, ports, draft)
        return _desk(work, await drafts.opened(work, draft.id))

    return await once(request, work, make)


class DraftList(msgspec.Struct, frozen=True):
    """My open drafts."""

    items: list[DraftShown]


@get("/api/drafts", **may("signed-in", acting="fill"), tags=TAGS)
async def list_drafts(work: NamedDependency[Work]) -> DraftList:
    """My open drafts, the one changed last first."""
    return DraftList([DraftShown(**_draft(d)) for d in await drafts.mine(work)])


@get("/api/drafts/{draft:str}", **may("signed-in", acting="fill"), tags=TAGS)
async def show_draft(draft: FromPath[str], work: NamedDependency[Work]) -> Response[DraftShown]:
    """One draft; `ETag` is its revision."""
    desk = await drafts.opened(work, _id(DraftId, draft, NoSuchDraft))
    return Response(_desk(work, desk), headers={"ETag": f'"{desk.draft.rev}"'})


@put("/api/drafts/{draft:str}/answers", **may("signed-in", acting="fill"), tags=TAGS)
async def put_answers(
    request: AnyRequest, draft: FromPath[str], data: JSONBody[dict[str, Any]], work: NamedDependency[Work]
) -> Response[DraftShown]:
    """Keep answers, finished or not. Questions named here are replaced, null takes an answer away. `If-Match` holds the revision they
    were made from; a later one is a 409 with both values."""
    match = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if not match.isascii() or not match.isdigit() or len(match) > 9:
        raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "请用 If-Match 带上草稿的版本号")}])
    desk = await drafts.put_answers(work, _id(DraftId, draft, NoSuchDraft), data, int(match))
    return Response(_desk(work, desk), headers={"ETag": f'"{desk.draft.rev}"'})


@delete("/api/drafts/{draft:str}", status_code=204, **may("signed-in"), tags=TAGS)
async def delete_draft(draft: FromPath[str], work: NamedDependency[Work]) -> None:
    """Throw a draft away."""
    await drafts.throw_away(work, _id(DraftId, draft, NoSuchDraft))


BEFORE = ResponseSpec(CaseShown, description="Made before with this key.")


@post("/api/cases", **may("signed-in", acting="submit"), tags=TAGS, responses={200: BEFORE})
async def submit(
    request: AnyRequest, data: JSONBody[NewCase], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[CaseShown]:
    """Hand in an application. The same `Idempotency-Key` is the same case, also after a lost reply."""
    await prefill.ahead(begin, ports, data.item)
    async with begin() as work:
        key = request.headers.get("idempotency-key", "")
        if len(key) > 200 or text.fault(key):
            raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "幂等键最多 {n} 个字符", n=200)}])
        ids = [_id(AttachmentId, a, NoSuchAttachment) for a in data.attachments]
        receipt = await submitting.submit_answers(work, data.item, data.answers, ids, key, later=data.later)
        for who in (receipt.case.citizen_id, work.actor.id):
            if isinstance(who, PersonId):
                identity.touch(work, who)
        where = {"Location": f"/api/cases/{receipt.id}"}
        return Response(CaseShown(**_brief(receipt.case)), status_code=201 if receipt.fresh else 200, headers=where)


@get("/api/cases", **may("signed-in", acting="see_status"), tags=TAGS)
async def list_cases(
    work: NamedDependency[Work], after: FromQuery[str] = "", limit: Limit = 20
) -> CaseList:
    """My cases, newest first."""
    found, more = await following.mine(work, _id(CaseId, after, NoSuchCase) if after else None, limit)
    return CaseList([CaseShown(**_brief(c)) for c in found], str(more) if more else None)


@get("/api/cases/{case:str}", **may("signed-in", acting="see_status"), tags=TAGS)
async def show_case(case: FromPath[str], work: NamedDependency[Work]) -> CaseWhole:
    """One of my cases with its answers, files and timeline."""
    seen = await following.show(work, _id(CaseId, case, NoSuchCase))
    steps = [StepShown(str(s.kind), s.at, str(s.by), s.note) for s in seen.steps]
    return CaseWhole(
        **_brief(seen.case), answers=seen.filed.answers, steps=steps, attachments=[_file(f) for f in seen.files], letter=seen.case.letter,
        rev=seen.case.rev, instant=instant.said(seen.steps), special=special_of(seen.case, seen.steps),
    )  # fmt: skip


@post("/api/attachments", **may("signed-in", acting="fill supplement"), tags=TAGS, request_max_body_size=MOST_POSTED)
async def attach(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[FileShown]:
    """Upload one file as multipart/form-data: `file`, and `document` (the code of the paper it is) with `draft` or `case` if it belongs
    to one."""
    sent = await request.form()
    words = {k: v for k, v in sent.items() if isinstance(v, str)}
    file = next((v for k, v in sent.items() if k == "file" and not isinstance(v, str)), None)
    locale = request.scope["state"]["locale"]
    if file is None or set(sent) - {"file", "document", "draft", "case"} or len(words.get("document", "")) > 60:
        raise WrongAnswers(errors=[{"pointer": "/file", "detail": say(locale, "请选择要上传的文件")}])
    content = await file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FileTooLarge(limit_bytes=MOST_BYTES)
    upload = Upload(
        file.filename or "", content, text.printable(words.get("document", "")),
        _id(DraftId, words["draft"], NoSuchDraft) if words.get("draft") else None,
        _id(CaseId, words["case"], NoSuchCase) if words.get("case") else None,
    )  # fmt: skip
    return Response(_file(await attachments.keep(begin, ports.get(Vault), upload)), status_code=201)


@post("/api/cases/{case:str}/supplements", **may("signed-in", acting="supplement"), tags=TAGS)
async def supplement(
    request: AnyRequest, case: FromPath[str], data: JSONBody[NewSupplement], work: NamedDependency[Work]
) -> Response[CaseShown]:
    """Answer everything that was asked for."""

    async def make() -> CaseShown:
        given = {
            g.ref: Given(
                [_id(AttachmentId, a, NoSuchAttachment) for a in g.attachments], _clean(work, "/words", g.words),
                _clean(work, "/cannot", g.cannot),
            )
            for g in data.given
        }  # fmt: skip
        return CaseShown(**_brief(await following.supplement(work, _id(CaseId, case, NoSuchCase), given)))

    return await once(request, work, make)


@post("/api/cases/{case:str}/withdrawals", **may("signed-in", acting="whole"), tags=TAGS)
async def withdraw(
    request: AnyRequest, case: FromPath[str], data: JSONBody[NewWithdrawal], work: NamedDependency[Work]
) -> Response[CaseShown]:
    """Take a case back while nothing is decided."""

    async def make() -> CaseShown:
        reason = _clean(work, "/reason", data.reason)
        return CaseShown(**_brief(await following.withdraw(work, _id(CaseId, case, NoSuchCase), reason)))

    return await once(request, work, make)


@post("/api/cases/{case:str}/ratings", **may("signed-in", acting="whole"), tags=TAGS)
async def rate(request: AnyRequest, case: FromPath[str], data: JSONBody[NewRating], work: NamedDependency[Work]) -> Response[RatingShown]:
    """Judge once how a case that has ended was handled."""

    async def make() -> RatingShown:
        tags = [_clean(work, "/tags", t) for t in data.tags]
        rating = await following.rate(work, _id(CaseId, case, NoSuchCase), data.stars, tags, _clean(work, "/words", data.words))
        return RatingShown(rating.stars, rating.tags, rating.words, rating.at)

    return await once(request, work, make)


handlers = [
    begin_draft, list_drafts, show_draft, put_answers, delete_draft, submit, list_cases, show_case, attach, supplement, withdraw, rate,
]  # fmt: skip
