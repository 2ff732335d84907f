"""What a clerk's program may do: read the list and a case, take it, and make every move. Needs the grant `cases:handle`."""
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.cases.duty import After, Declining, Filters, Reason, Refusing, Tab, Wanted
from onedoor.cases.errors import NoSuchCase
from onedoor.cases.models import AskedKind, Case, CaseId, InboxRow, Kind, Light, Outcome, Scan, Status, Step
from onedoor.cases.policy import supervises
from onedoor.cases.service import claiming, deciding, finding, handling, looking, pausing
from onedoor.cases.service.looking import View
from onedoor.kernel import text
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, once

TAGS = ["desk"]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Said = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Short = Annotated[str, msgspec.Meta(max_length=300)]
Code = Annotated[str, msgspec.Meta(max_length=60)]
Rev = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class Line(msgspec.Struct, frozen=True):
    """One case of the list; the applicant's name is masked."""

    id: str
    number: str
    item: str
    title: Text
    holder: str
    district: str
    street: str
    status: Status
    due_on: date
    legal_due_on: date
    light: Light
    assignee: str | None
    since: datetime
    flags: list[str]


class Lines(msgspec.Struct, frozen=True):
    """One page of the list; `next` goes into `after` for the following one. Counts stop at 1,000."""

    items: list[Line]
    counts: dict[str, int]
    next: str | None


class StepSeen(msgspec.Struct, frozen=True):
    """One moment, inner notes included."""

    kind: str
    at: datetime
    by: str
    actor: str | None
    note: str
    inner: bool


class FileSeen(msgspec.Struct, frozen=True):
    """One file with what the scanner says of it."""

    id: str
    document: str
    name: str
    kind: str
    size: int
    scan: Scan


class Moved(msgspec.Struct, frozen=True):
    """Where a case stands after a move; `rev` goes into the next one."""

    id: str
    number: str
    item: str
    title: Text
    status: Status
    outcome: Outcome | None
    received_on: date
    accepted_on: date | None
    due_on: date
    legal_due_on: date
    paused_on: date | None
    answer_by: date | None
    certificate: str | None
    rev: int


class SpecialNow(msgspec.Struct, frozen=True):
    """The procedure for which the clock stands still: why, from when, and its last day."""

    kind: Kind
    reason: str
    began_on: date
    until_on: date


class Whole(msgspec.Struct, frozen=True):
    """A case with everything in it. Reading it is recorded for the applicant."""

    case: Moved
    answers: dict[str, Any]
    sources: dict[str, Text]
    steps: list[StepSeen]
    attachments: list[FileSeen]
    letter: str
    assignee: str | None
    special: SpecialNow | None


class NewMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rev` is the case as it was seen; when it has changed since, nothing is done (409)."""

    rev: Rev | None = None
    words: Words = ""


class NewDecline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the case is not taken on; `department` is the right one, by code, and needed for `not_ours`."""

    reason: Reason
    words: Said
    department: Code = ""
    rev: Rev | None = None


class NewThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document of the form by its code, or something else by a label."""

    document: Code = ""
    label: Short = ""
    kind: AskedKind = AskedKind.FILE
    note: Short = ""


class NewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is missing, at once. A second request is a supervisor's and needs `reason`."""

    things: Annotated[list[NewThing], msgspec.Meta(min_length=1, max_length=20)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    rev: Rev | None = None


class NewDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Granted, with words if one likes; or refused, with `reason` and `law`. `objection` is the item's own when left out."""

    outcome: Literal["granted", "refused"]
    words: Words = ""
    reason: Words = ""
    law: Annotated[str, msgspec.Meta(max_length=500)] = ""
    objection: Words = ""
    rev: Rev | None = None


class NewTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The department that takes over, by code, and why."""

    department: Code
    reason: Said
    rev: Rev | None = None


class NewNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note; `inner` ones are for colleagues only."""

    words: Said
    inner: bool = True


def case_of(given: str) -> CaseId:
    """The case an address names."""
    try:
        return CaseId.parse(given)
    except ValueError:
        raise NoSuchCase() from None


def clean(work: Work, **given: str) -> dict[str, str]:
    """Words as they are stored; Invalid names each that cannot be."""
    bad = [name for name, words in given.items() if text.fault(words, lines=True)]
    if bad:
        told = say(work.locale, "里面有看不见的控制字符，请删掉再填")
        raise Invalid(errors=[{"pointer": f"/{name}", "detail": told} for name in bad])
    return {name: text.fold(words) for name, words in given.items()}


def line_of(row: InboxRow) -> Line:
    """One line without the key to the person."""
    return Line(
        str(row.case_id), row.number, row.item, row.title, row.holder, row.district, row.street, row.status, row.due_on, row.legal_due_on,
        row.light, str(row.assignee_ref) if row.assignee_ref else None, row.since, row.flags,
    )  # fmt: skip


def moved(case: Case) -> Moved:
    """The case after a move."""
    return Moved(
        str(case.id), case.number, case.item, case.title, case.status, case.outcome, case.received_on, case.accepted_on, case.due_on,
        case.legal_due_on, case.paused_on, case.answer_by, case.certificate_ref or None, case.rev,
    )  # fmt: skip


def whole(seen: View) -> Whole:
    """Everything a clerk sees."""
    steps = [StepSeen(s.kind, s.at, s.by, str(s.actor_ref) if s.actor_ref else None, s.note, s.inner_only) for s in seen.steps]
    files = [FileSeen(str(f.id), f.document, f.name, f.kind, f.size, f.scan) for f in seen.files]
    sources = {e.pointer[1:]: e.source for e in seen.filed.evidence}
    holder = str(seen.row.assignee_ref) if seen.row.assignee_ref else None
    return Whole(moved(seen.case), seen.filed.answers, sources, steps, files, seen.case.letter, holder, special_of(seen.case, seen.steps))


def special_of(case: Case, steps: list[Step]) -> SpecialNow | None:
    """What the clock stands still for."""
    one = pausing.running(case, steps)
    return SpecialNow(one.kind, one.reason, one.began_on, one.until_on) if one else None


@get("/api/desk/inbox", **may("cases:handle"), tags=TAGS)
async def inbox(
    work: NamedDependency[Work], tab: FromQuery[Tab] = Tab.UNCLAIMED, item: FromQuery[str] = "", place: FromQuery[str] = "",
    q: FromQuery[str] = "", after: FromQuery[str] = "",
) -> Lines:  # fmt: skip
    """One page of one part of the department's list, the most urgent first."""
    try:
        start = After.parse(after) if after else None
    except (ValueError, OverflowError):
        raise Invalid(errors=[{"pointer": "/after", "detail": say(work.locale, "请用上一页给出的 next")}]) from None
    typed = clean(work, item=item[:64], place=place[:12], q=q[:60])
    part = Tab.UNCLAIMED if tab is Tab.ALL and not supervises(work.actor) else tab
    listed = await looking.inbox(work, Filters(part, typed["item"], typed["place"], typed["q"]), start)
    counts = {"mine": listed.mine, **to_builtins(listed.counts), **to_builtins(listed.marks)}
    return Lines([line_of(r) for r in listed.rows], counts, str(listed.next) if listed.next else None)


class IdNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number on the person's card."""

    id_number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


@post("/api/desk/find", **may("cases:handle"), tags=TAGS, status_code=200)
async def find(data: JSONBody[IdNumber], work: NamedDependency[Work], ports: NamedDependency[Ports]) -> list[Line]:
    """A person's cases of the own department and districts, by the number of their card. They read in their access record who looked."""
    listed = await finding.by_id_number(work, ports, clean(work, id_number=data.id_number)["id_number"])
    return [line_of(row) for row in listed.rows]


@get("/api/desk/cases/{case:str}", **may("cases:handle"), tags=TAGS)
async def show(case: FromPath[str], begin: NamedDependency[Begin]) -> Whole:
    """One case. The applicant reads in the access record that it was opened, by whom."""
    async with looking.noted(begin, case_of(case)), begin() as work:
        return whole(await looking.show(work, case_of(case)))


@post("/api/cases/{case:str}/claims", **may("cases:handle"), tags=TAGS)
async def claim(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Line]:
    """Take a case that nobody has."""

    async def make() -> Line:
        return line_of(await claiming.claim(work, case_of(case)))

    return await once(request, work, make)


@post("/api/cases/{case:str}/acceptances", **may("cases:handle"), tags=TAGS)
async def accept(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewMove]) -> Response[Moved]:
    """受理: the promised days begin to count."""

    async def make() -> Moved:
        return moved(await handling.accept(work, case_of(case), rev=data.rev, **clean(work, words=data.words)))

    return await once(request, work, make)


@post("/api/cases/{case:str}/declines", **may("cases:handle"), tags=TAGS)
async def decline(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewDecline]) -> Response[Moved]:
    """不予受理: with a reason and the right department."""

    async def make() -> Moved:
        said = clean(work, words=data.words, department=data.department)
        return moved(await handling.decline(work, case_of(case), Declining(data.reason, **said), rev=data.rev))

    return await once(request, work, make)


@post("/api/cases/{case:str}/supplement-requests", **may("cases:handle"), tags=TAGS)
async def ask(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewRequest]) -> Response[Moved]:
    """补正: everything missing at once; the clock stands still."""

    async def make() -> Moved:
        things = [clean(work, code=t.document, label=t.label, note=t.note) for t in data.things]
        wanted = [Wanted(**said, kind=t.kind) for said, t in zip(things, data.things, strict=True)]
        return moved(await handling.ask_supplement(work, case_of(case), wanted, rev=data.rev, **clean(work, reason=data.reason)))

    return await once(request, work, make)


@post("/api/cases/{case:str}/decisions", **may("cases:handle"), tags=TAGS)
async def decide(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewDecision]) -> Response[Moved]:
    """办结: granted, with the certificate in the same transaction, or refused."""

    async def make() -> Moved:
        if data.outcome == "granted":
            return moved(await deciding.grant(work, case_of(case), rev=data.rev, **clean(work, words=data.words)))
        refusing = Refusing(**clean(work, reason=data.reason, law=data.law, objection=data.objection))
        return moved(await deciding.refuse(work, case_of(case), refusing, rev=data.rev))

    return await once(request, work, make)


@post("/api/cases/{case:str}/transfers", **may("cases:handle"), tags=TAGS)
async def transfer(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewTransfer]) -> Response[Moved]:
    """转办: another department goes on; the clock runs on."""

    async def make() -> Moved:
        said = clean(work, department=data.department, reason=data.reason)
        return moved(await handling.transfer(work, case_of(case), rev=data.rev, **said))

    return await once(request, work, make)


@post("/api/cases/{case:str}/notes", **may("cases:handle"), tags=TAGS)
async def note(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewNote]) -> Response[Moved]:
    """备注, for colleagues or for the applicant too."""

    async def make() -> Moved:
        return moved(await handling.note(work, case_of(case), inner=data.inner, **clean(work, words=data.words)))

    return await once(request, work, make)


handlers = [inbox, find, show, claim, accept, decline, ask, decide, transfer, note]
