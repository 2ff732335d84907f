"""JSON API of the tracker: my records and questions, the department's answers, seals, and the protocol of other portals."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from onedoor.identity.errors import NoSuchAccess
from onedoor.identity.models import Guarded, PersonId, Sought
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.tracker.errors import NoSuchChallenge, NoSuchSeal, NotGuarded
from onedoor.tracker.models import Challenge, ChallengeId, Grants, Kind, Look, Question, State
from onedoor.tracker.service import challenges, guarding, own, sealing
from onedoor.ui.edge import AnyRequest, may, once

TAGS = ["tracker"]
Word = FromQuery[Annotated[str, msgspec.Meta(max_length=600)]]
Words = Annotated[str, msgspec.Meta(max_length=challenges.LONGEST)]
MOST = 2_000_000_000


class Record(msgspec.Struct, frozen=True):
    """One look at my data. `what` says the elements in plain words; `asked` is where my question about it stands."""

    seq: int
    at: dt.datetime
    department: Text | None
    staff: str
    kind: str
    action: str
    elements: list[str]
    what: str
    purpose: Text
    basis: str
    case: str | None
    outcome: str
    of: int | None
    expired: bool
    asked: State | None


class Records(msgspec.Struct, frozen=True):
    """One page; `next` goes into `before` for the following one."""

    items: list[Record]
    next: int | None


class Asked(msgspec.Struct, frozen=True):
    """My question about one look."""

    id: ChallengeId
    seq: int
    kind: Kind
    words: str
    state: State
    asked_at: dt.datetime
    due_on: dt.date
    overdue: bool
    basis: str
    answer: str
    contest: str
    ruling: str


class NewQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked; other than why, it needs words."""

    kind: Literal["why", "wrong", "not_me"]
    words: Words = ""


class NewContest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the answer does not do."""

    words: Words


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the look rests on, and why it was made."""

    basis: Annotated[str, msgspec.Meta(max_length=challenges.BRIEF)]
    words: Words


class Questions(msgspec.Struct, frozen=True):
    """What a department is asked, the earliest due first; `next` goes into `after` for the following page."""

    items: list[Question]
    next: str | None


class Usage(msgspec.Struct, frozen=True):
    """One use of my data, as the Estonian data tracker protocol (andmejälgija) names its parts."""

    logtime: dt.datetime
    action: str
    receiverCode: str
    receiverName: str
    receiverSystem: str


class Usages(msgspec.Struct, frozen=True):
    """Some of my uses, the latest first, and how many there are in this time."""

    totalUsages: int
    usages: list[Usage]


class Period(msgspec.Struct, frozen=True):
    """From when to when there are records of me."""

    periodStart: dt.datetime | None
    periodEnd: dt.datetime | None


class Beat(msgspec.Struct, frozen=True):
    """That this answers."""

    status: Literal["ok"]
    time: dt.datetime


def _record(look: Look) -> Record:
    one = look.access
    return Record(
        one.seq, one.at, look.org, one.staff_name, str(one.kind), str(one.action), one.fields, look.what, one.purpose, one.basis,
        one.case_ref, one.outcome, one.of, one.expired, look.challenge,
    )  # fmt: skip


def _asked(made: Challenge) -> Asked:
    return Asked(
        made.id, made.access_seq, made.kind, made.words, made.state, made.asked_at, made.due_on,
        made.escalated_at is not None and made.state is State.ASKED, made.basis, made.answer, made.contest, made.ruling,
    )  # fmt: skip


def _seq(seq: int) -> int:
    if not 0 < seq <= MOST:
        raise NoSuchAccess()
    return seq


def _id(text: str) -> ChallengeId:
    try:
        return ChallengeId.parse(text)
    except ValueError:
        raise NoSuchChallenge() from None


@get("/api/me/data", **may("signed-in"), tags=TAGS)
async def records(
    work: NamedDependency[Work], before: Annotated[int, QueryParameter(ge=0, le=MOST)] = 0, org: Word = "", purpose: Word = "",
    action: Word = "",
) -> Records:
    """Who looked at my data, the latest first, twenty at a time; narrowed by `org` (its id), `purpose` (in Chinese) or `action`."""
    found, following = await own.looks(work, Sought(before=before, org=org, purpose=purpose, action=action))
    return Records([_record(look) for look in found], following)


@get("/api/me/data/{seq:int}", **may("signed-in"), tags=TAGS)
async def record(seq: FromPath[int], work: NamedDependency[Work]) -> Record:
    """One look."""
    return _record((await own.one(work, _seq(seq)))[0])


@get("/api/me/data/{seq:int}/challenge", **may("signed-in"), tags=TAGS)
async def asked(seq: FromPath[int], work: NamedDependency[Work]) -> Asked:
    """What I asked about one look, and what was said to it."""
    _, found = await own.one(work, _seq(seq))
    if found is None:
        raise NoSuchChallenge()
    return _asked(found)


@post("/api/me/data/{seq:int}/challenges", **may("signed-in"), tags=TAGS)
async def ask(request: AnyRequest, seq: FromPath[int], data: JSONBody[NewQuestion], work: NamedDependency[Work]) -> Response[Asked]:
    """Ask about one look: why it was made, that what was found is wrong, or that it was about somebody else."""

    async def make() -> Asked:
        return _asked(await challenges.ask(work, _seq(seq), data.kind, data.words))

    return await once(request, work, make)


@post("/api/me/data/{seq:int}/contests", **may("signed-in"), tags=TAGS)
async def contest(request: AnyRequest, seq: FromPath[int], data: JSONBody[NewContest], work: NamedDependency[Work]) -> Response[Asked]:
    """Take an answer to the data-protection officer, once."""

    async def make() -> Asked:
        return _asked(await challenges.contest(work, _seq(seq), data.words))

    return await once(request, work, make)


@get("/api/desk/questions", **may(Grants.ANSWER), tags=TAGS)
async def questions(
    work: NamedDependency[Work], done: FromQuery[bool] = False, after: FromQuery[Annotated[str, msgspec.Meta(max_length=120)]] = ""
) -> Questions:
    """What residents ask my department about its looks, or with `done` what is answered; each of them reads that theirs was opened."""
    return Questions(*await challenges.opened(work, done, after))


@post("/api/desk/questions/{challenge:str}/answers", **may(Grants.ANSWER), tags=TAGS)
async def answer(
    request: AnyRequest, challenge: FromPath[str], data: JSONBody[NewAnswer], work: NamedDependency[Work]
) -> Response[None]:
    """Answer a question; the person is told."""

    async def make() -> None:
        await challenges.answer(work, _id(challenge), data.basis, data.words)

    return await once(request, work, make)


# ── whose cases are read by two ──────────────────────────────────────────────────────────────────────
class NewGuarded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose cases are read by two from now on: by the number of the card, why, and until which day, a year at most."""

    id_number: Annotated[str, msgspec.Meta(max_length=40)]
    reason: Annotated[str, msgspec.Meta(max_length=guarding.LONGEST)]
    until: dt.date


class GuardedShown(msgspec.Struct, frozen=True):
    """Somebody on the list; the name is masked."""

    person: PersonId
    name: str
    reason: str
    by: str
    at: dt.datetime
    until: dt.date


class GuardedList(msgspec.Struct, frozen=True):
    items: list[GuardedShown]


@get("/api/audit/guarded", **may(Grants.AUDIT), tags=TAGS)
async def guarded(work: NamedDependency[Work]) -> GuardedList:
    """Whose cases are read by two, the earliest to end first. Each of them reads that the list was seen."""
    return GuardedList([_guarded(named.one, named.whom) for named in await guarding.listed(work)])


def _guarded(one: Guarded, name: str) -> GuardedShown:
    return GuardedShown(one.citizen_ref, name, one.reason, one.by_name, one.at, one.until_on)


@post("/api/audit/guarded", **may(Grants.AUDIT), tags=TAGS)
async def guard(
    request: AnyRequest, data: JSONBody[NewGuarded], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[GuardedShown]:
    """Put somebody on the list; the person is told."""
    await guarding.tried(begin, data.id_number)
    async with begin() as work:

        async def make() -> GuardedShown:
            return _guarded(await guarding.put(work, ports, data.id_number, data.reason, data.until), "")

        return await once(request, work, make)


@post("/api/audit/guarded/{person:str}/ends", **may(Grants.AUDIT), tags=TAGS)
async def unguard(request: AnyRequest, person: FromPath[str], work: NamedDependency[Work]) -> Response[None]:
    """Take somebody off the list; the person is told."""

    async def make() -> None:
        try:
            whom = PersonId.parse(person)
        except ValueError:
            raise NotGuarded() from None
        await guarding.end(work, whom)

    return await once(request, work, make)


# ── seals ────────────────────────────────────────────────────────────────────────────────────────────
class SealLine(msgspec.Struct, frozen=True):
    """A seal and where it is."""

    n: int
    at: dt.datetime
    heads: int
    href: str


class Seals(msgspec.Struct, frozen=True):
    """The latest seals; `next` goes into `before`."""

    items: list[SealLine]
    next: int | None


@get("/.well-known/onedoor/seals", **may(public=True), tags=TAGS)
async def seals(work: NamedDependency[Work], before: Annotated[int, QueryParameter(ge=0, le=MOST)] = 0) -> Seals:
    """The latest seals of the chains of looks."""
    found = await sealing.latest(work, before)
    more = found[-1].n if len(found) == sealing.PAGE and found[-1].n > 1 else None
    return Seals([SealLine(one.n, one.at, one.heads, f"/.well-known/onedoor/seals/{one.n}.json") for one in found], more)


@get("/.well-known/onedoor/seals/{name:str}", **may(public=True), tags=TAGS)
async def seal(name: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """One seal: the text that was signed, its signature, and the key."""
    number = name.removesuffix(".json")
    if not name.endswith(".json") or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise NoSuchSeal()
    made = await sealing.one(work, int(number))
    return Response(made, media_type="application/json", headers={"cache-control": "public, max-age=3600"})


# ── the protocol of Estonia's data tracker (e-gov/AJ, version 1.6) ───────────────────────────────────
USAGES = 1000
Moment = Annotated[str, msgspec.Meta(max_length=40)]


def _moment(work: Work, name: str, given: str, otherwise: dt.datetime) -> dt.datetime:
    """A day or a moment of ISO 8601; one without a zone is meant in the city's."""
    if not given:
        return otherwise
    try:
        found = dt.datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        said = say(work.locale, "请写成 2026-11-21 或 2026-11-21T10:02:00+08:00")
        raise Invalid(errors=[{"pointer": f"/{name}", "detail": said}]) from None
    return found if found.tzinfo else found.replace(tzinfo=work.zone)


@get("/api/exchange/findUsage", **may("signed-in"), tags=TAGS)
async def find_usage(
    work: NamedDependency[Work], userCode: FromQuery[Annotated[str, msgspec.Meta(max_length=80)]] = "",
    periodStart: FromQuery[Moment] = "", periodEnd: FromQuery[Moment] = "",
    offset: Annotated[int, QueryParameter(ge=0, le=1_000_000)] = 0, limit: Annotated[int, QueryParameter(ge=1, le=USAGES)] = USAGES,
) -> Usages:  # fmt: skip
    """Who used my data between two moments, the latest first. The person is whoever the token is; `userCode` may only say the same."""
    if userCode and userCode != str(own.me(work)):
        raise Invalid(errors=[{"pointer": "/userCode", "detail": say(work.locale, "只能查自己的记录")}])
    begins = _moment(work, "periodStart", periodStart, dt.datetime(1970, 1, 2, tzinfo=dt.UTC))
    ends = _moment(work, "periodEnd", periodEnd, work.now + dt.timedelta(seconds=1))
    total, found = await own.between(work, begins, ends, offset, limit)
    return Usages(total, [_usage(look) for look in found])


def _usage(look: Look) -> Usage:
    one, org = look.access, look.org.zh if look.org else ""
    action = "：".join(part for part in (one.purpose.zh, look.what) if part)
    return Usage(one.at, action or str(one.action), one.org, org or one.org_title, one.staff_name)


@get("/api/exchange/usagePeriod", **may("signed-in"), tags=TAGS)
async def usage_period(work: NamedDependency[Work]) -> Period:
    """From when to when there are records of me."""
    found = await own.span(work)
    return Period(found.first, found.last)


@get("/api/exchange/heartbeat", **may(public=True), tags=TAGS)
async def heartbeat(reading: NamedDependency[Work]) -> Beat:
    """That this answers."""
    return Beat("ok", reading.now)


handlers = [
    records, record, asked, ask, contest, questions, answer, guarded, guard, unguard, seals, seal, find_usage, usage_period, heartbeat
]  # fmt: skip
