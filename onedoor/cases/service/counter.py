"""窗口代办 Staff fill in a draft for the person in front of them: this one draft, while the ticket is open, and the person knows.

What is handed in was agreed to by the person: with a one-time code sent to their own phone, or with a signature whose scan is kept.
"""
import hmac
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.counters import CODE_LIFE, HANDOVER, LONGEST, SIGNED, TRIES, Confirmed, Counter, CounterId
from onedoor.cases.errors import CounterClosed, NoSuchApplicant, NoSuchCounter, NotConfirmed, WrongAnswers, WrongCounterCode
from onedoor.cases.forms.reading import typed
from onedoor.cases.models import Attachment, DraftId, How
from onedoor.cases.store import counters as store
from onedoor.cases.uploads import CLOSED
from onedoor.identity import service as identity
from onedoor.identity.errors import NotMatched, RegisterAway
from onedoor.identity.models import PersonId
from onedoor.identity.ports import PopulationRegister, Secrets, SmsGateway
from onedoor.kernel import buckets, crypto
from onedoor.kernel.i18n import say, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import citizen_id_fault, fold
from onedoor.kernel.work import Actor, Begin, Work, system
from onedoor.orgs.models import OrgId

from . import attachments, claiming, drafts, later, submitting
from .definitions import process_of
from .drafts import Desk
from .submitting import Receipt

MOST, PER_SECOND = 60, 60 / 3600


class Turn(Struct, frozen=True):
    """What lies before staff: whose turn it is, and the one draft."""

    counter: Counter
    desk: Desk
    holder: str
    phone: str

    @property
    def signed(self) -> list[Attachment]:
        """Scans of what the person has signed in this turn; what was signed in another one says nothing here."""
        since = self.counter.opened_at
        return [f for f in self.desk.files if f.document == SIGNED and f.at >= since and f.scan not in CLOSED]


def code_of(code: str) -> str:
    """How a handed-over draft's code is kept: as its hash."""
    return crypto.digest(fold(code).replace(" ", "").replace("-", "").upper()).hex()


async def hand_over(work: Work, draft_id: DraftId) -> str:
    """交给窗口接着填: a code that opens this draft at a counter, once, within ten minutes."""
    desk = await drafts.opened(work, draft_id)
    code = crypto.token()[:8].upper().replace("-", "7").replace("_", "8")
    await store.hand_over(work.db, code_of(code), desk.draft.citizen_id, desk.draft.id, work.now + HANDOVER)
    return code


async def meet(begin: Begin, ports: Ports, id_number: str, name: str) -> None:
    """见面 Somebody with a card and without an account, as many an old person: the population register, asked between transactions, says
    who it is, and they are kept without one. Whoever is known already stays as they are."""
    async with begin() as work:
        number, locale, clerk = await _number(work, id_number, []), work.locale, work.actor
        if not name.strip() or await identity.holder_of_id_number(work, ports.get(Secrets), number):
            return
    try:
        entry = await ports.get(PopulationRegister).match(name.strip(), number)
    except OSError as away:
        raise RegisterAway(retry_after=60) from away
    if entry is None:
        raise NotMatched(errors=[{"pointer": "/name", "detail": say(locale, "姓名与身份证号核对不一致，请照身份证逐字核对")}])
    async with begin(actor=system("cases.counter")) as work:
        met = await identity.ward_of(work, ports.get(Secrets), entry, None)
        purpose = text("在窗口照身份证向人口登记核对")
        await identity.record_access(work, met.citizen_id, purpose, ("person.name", "person.id_number"), None, by=clerk)


async def begin(work: Work, ports: Ports, ticket: str, item: str, id_number: str) -> Counter:
    """A person with their card. They read of it, whether anything is handed in or not. Pressed twice it is one turn: the limit on looks
    by number, taken before, lets a clerk's presses through one after the other."""
    errors = [] if ticket else [{"pointer": "/ticket", "detail": say(work.locale, "请填写排队号")}]
    errors += [] if item else [{"pointer": "/item", "detail": say(work.locale, "请选择一项")}]
    person = await by_card(work, ports, id_number, errors)
    known = await store.by_card(work.db, claiming.org_of(work), _clerk(work), person, ticket, item, work.now - LONGEST)
    if known is not None:
        return known
    theirs = await named_as(work, person)
    draft = await drafts.begin(theirs, item)
    await drafts.ask(theirs, ports, draft)
    return await _opened(work, person, ticket, item, draft.id)


async def by_card(work: Work, ports: Ports, id_number: str, errors: list[dict[str, str]]) -> PersonId:
    """Whose card lies on the counter; nobody is served by themselves. `errors` is what is wrong besides."""
    number = await _number(work, id_number, errors)
    person = await identity.holder_of_id_number(work, ports.get(Secrets), number)
    if person is None:
        raise NoSuchApplicant()
    policy.may_not_be_own(work.actor, person)
    return person


async def _number(work: Work, id_number: str, errors: list[dict[str, str]]) -> str:
    """The number as it was typed, by somebody who may look people up, and does not do so all day."""
    policy.may_find_by_number(work.actor)
    number = fold(id_number).replace(" ", "").upper()
    if citizen_id_fault(number, work.today):
        errors = [*errors, {"pointer": "/id_number", "detail": say(work.locale, "身份证号有误，请照身份证逐字核对 18 位")}]
    if errors:
        raise Invalid(errors=errors)
    await buckets.need(work.db, _number_key(work), capacity=MOST, per_second=PER_SECOND)
    return number


@asynccontextmanager
async def counted(begin: Begin) -> AsyncGenerator[None]:
    """Whoever was not found counts against the limit like whoever was: with the transaction that looked, its count is gone too."""
    try:
        yield
    except (NoSuchApplicant, NoSuchCounter) as missed:
        async with begin() as work:
            key = _number_key(work) if isinstance(missed, NoSuchApplicant) else _code_key(work)
            await buckets.take(work.db, key, capacity=MOST, per_second=PER_SECOND)
        raise


def _number_key(work: Work) -> str:
    return f"desk number {_clerk(work).hex}"


def _code_key(work: Work) -> str:
    return f"desk code {claiming.org_of(work).hex}"


async def take_over(work: Work, ticket: str, code: str) -> Counter:
    """A person who has begun at home and shows the code of their draft. It opens one turn, also when the clerk presses twice."""
    org, code_hash = claiming.org_of(work), code_of(code)
    await buckets.need(work.db, _code_key(work), capacity=MOST, per_second=PER_SECOND)
    if known := await store.by_code(work.db, org, _clerk(work), ticket, code_hash, work.now - LONGEST):
        return known
    handed = await store.taken_over(work.db, code_hash, work.now)
    if handed is None or not ticket:
        raise NoSuchCounter()
    policy.may_not_be_own(work.actor, handed.citizen_id)
    desk = await drafts.opened(await named_as(work, handed.citizen_id), handed.draft_id)
    return await _opened(work, handed.citizen_id, ticket, desk.draft.item, handed.draft_id, code_hash)


def _clerk(work: Work) -> PersonId:
    assert work.actor.id is not None, "the route needs a grant, and grants belong to persons"
    return PersonId(work.actor.id.uuid)


async def _opened(work: Work, person: PersonId, ticket: str, item: str, draft: DraftId, code_hash: str = "") -> Counter:
    counter = Counter(
        OrgId(claiming.org_of(work).uuid), CounterId.new(), _clerk(work), person, ticket, item, draft, work.now, None, 0, None, 0,
        Confirmed.NOT, None,
    )  # fmt: skip
    await store.add(work.db, counter, code_hash)
    process = await process_of(work, item)
    await identity.record_access(work, person, text("在窗口帮您填写申请：{item}", item=process.title), ("person.name", "answers"), None)
    return counter


async def named_as(work: Work, person: PersonId) -> Work:
    """The same transaction in the person's name: what is asked of the draft is asked as they would."""
    known = await identity.person(work, person)
    if known is None:
        raise NoSuchApplicant()
    return replace(work, actor=Actor(id=person, assurance=known.assurance, name=known.name or ""))


async def turn(work: Work, counter_id: CounterId) -> Turn:
    """The draft before whoever opened the ticket, and before nobody else; closed, it is nobody's but the person's."""
    counter = await mine(work, counter_id)
    theirs = await named_as(work, counter.citizen_ref)
    desk = await drafts.opened(theirs, counter.draft_id)
    phone = await identity.phone_of(work, counter.citizen_ref)
    return Turn(counter, desk, theirs.actor.name, identity.phone_shown(phone) if phone else "")


async def mine(work: Work, counter_id: CounterId) -> Counter:
    """A turn of mine that is open."""
    counter = await store.locked(work.db, claiming.org_of(work), counter_id)
    if counter is None or counter.staff_ref != work.actor.id:
        raise NoSuchCounter()
    if counter.closed_at is not None or counter.opened_at + LONGEST <= work.now:
        raise CounterClosed(case=str(counter.case_ref) if counter.case_ref else None)
    return counter


async def save(work: Work, counter_id: CounterId, sent: dict[str, list[str]]) -> Turn:
    """Every question that was on the screen, page by page as the form has them; all faults at once, what is right is kept."""
    seen = await turn(work, counter_id)
    theirs = await named_as(work, seen.counter.citizen_ref)
    errors: list[dict[str, str]] = []
    values: dict[str, Any] = {}
    for page in seen.desk.asked:
        raw = typed(seen.desk.form, page, sent, seen.desk.held)
        try:
            await drafts.save_page(theirs, seen.counter.draft_id, page.id, raw, "")
        except WrongAnswers as bad:
            errors += bad.errors
            values |= raw
    after = await _changed(work, seen)
    if errors:
        raise WrongAnswers(errors=errors, values=values)
    return after


async def put_answers(work: Work, counter_id: CounterId, given: dict[str, Any]) -> Turn:
    """Some answers as a program sends them, finished or not."""
    seen = await turn(work, counter_id)
    theirs = await named_as(work, seen.counter.citizen_ref)
    await drafts.put_answers(theirs, seen.counter.draft_id, given, seen.desk.draft.rev)
    return await _changed(work, seen)


async def put_later(work: Work, counter_id: CounterId, code: str, how: How | None) -> Turn:
    """A paper is given later, or is not after all."""
    seen = await turn(work, counter_id)
    await later.put(await named_as(work, seen.counter.citizen_ref), seen.counter.draft_id, code, how)
    return await _changed(work, seen)


async def _changed(work: Work, before: Turn) -> Turn:
    """A yes is to what stood there: when something else stands there now, the person says it, or signs, once more."""
    after, old = await turn(work, before.counter.id), before.desk.draft
    if (after.desk.draft.answers, after.desk.draft.later) == (old.answers, old.later):
        return after
    await store.confirm(work.db, after.counter.org_id, after.counter.id, Confirmed.NOT)
    theirs = await named_as(work, after.counter.citizen_ref)
    for paper in after.signed:
        await attachments.remove(theirs, after.counter.draft_id, paper.id)
    return await turn(work, before.counter.id)


async def acting(work: Work, counter_id: CounterId) -> tuple[Counter, Actor]:
    """In whose name files of this draft are kept."""
    counter = await mine(work, counter_id)
    return counter, (await named_as(work, counter.citizen_ref)).actor


async def send_code(work: Work, counter_id: CounterId) -> None:
    """A one-time code to the person's own phone; the one before is worth nothing any more."""
    counter = await mine(work, counter_id)
    if not await identity.phone_of(work, counter.citizen_ref):
        raise NotConfirmed(say(work.locale, "申请人没有登记手机号，请打印出来签字确认"))
    await buckets.need(work.db, f"counter code {counter.citizen_ref.hex}", capacity=5, per_second=5 / 3600)
    await store.new_code(work.db, counter.org_id, counter.id, work.now + CODE_LIFE)
    await enqueue(work.db, "cases.counter_code", {"org": str(counter.org_id), "counter": str(counter.id)}, queue="otp", max_attempts=4)


async def deliver_code(begin: Begin, ports: Ports, org: OrgId, counter_id: CounterId) -> None:
    """The code, and what it is for."""
    async with begin(actor=system("cases.counter")) as work:
        counter = await store.locked(work.db, org, counter_id)
        phone = await identity.phone_of(work, counter.citizen_ref) if counter else None
        title = (await process_of(work, counter.item)).title.zh if counter else ""
    if counter is not None and phone and counter.closed_at is None:
        code = _digits(ports, counter)
        words = say("zh-CN", "窗口正在为您办理“{item}”，验证码 {code}。念给窗口人员，就是同意提交。", item=title, code=code)
        await ports.get(SmsGateway).send(phone, words, f"{counter.id} {counter.code_no}")


def _digits(ports: Ports, counter: Counter) -> str:
    mac = crypto.keyed(ports.get(Secrets).key("counter-code"), counter.id.hex, str(counter.code_no))
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06d}"


async def confirm(begin: Begin, ports: Ports, counter_id: CounterId, code: str) -> None:
    """The person has said the code. A wrong one stays counted, therefore its transaction ends before it is refused."""
    async with begin() as work:
        counter = await mine(work, counter_id)
        fresh = counter.code_until is not None and work.now < counter.code_until and counter.tries < TRIES
        right = fresh and hmac.compare_digest(_digits(ports, counter), fold(code).strip())
        if right:
            await store.confirm(work.db, counter.org_id, counter.id, Confirmed.CODE)
        else:
            await store.tried(work.db, counter.org_id, counter.id)
    if not right:
        said = say(work.locale, "验证码不正确或已失效，请核对或重新获取")
        raise WrongCounterCode(errors=[{"pointer": "/code", "detail": said}])


async def submit(work: Work, counter_id: CounterId) -> Receipt:
    """提交: with the person's code, or with the scan of what they have signed. The ticket is closed with it."""
    seen = await turn(work, counter_id)
    counter = seen.counter
    how = Confirmed.CODE if counter.confirmed is Confirmed.CODE else Confirmed.PAPER if seen.signed else Confirmed.NOT
    if how is Confirmed.NOT:
        raise NotConfirmed()
    assisted = {"assisted_by": str(work.actor.id), "name": work.actor.name, "ticket": counter.ticket, "confirmed": str(how)}
    receipt = await submitting.submit(await named_as(work, counter.citizen_ref), counter.draft_id, assisted)
    await store.confirm(work.db, counter.org_id, counter.id, how)
    await store.drop_sheet(work.db, counter.org_id, counter.id)
    await store.close(work.db, counter.org_id, counter.id, work.now, receipt.id)
    if not seen.phone:
        await enqueue(work.db, "cases.has_account", {"ward": str(counter.citizen_ref)})
    return receipt


async def close(work: Work, counter_id: CounterId) -> None:
    """结束: the draft is the person's alone again, and lies among their drafts."""
    counter = await mine(work, counter_id)
    await store.drop_sheet(work.db, counter.org_id, counter.id)
    await store.close(work.db, counter.org_id, counter.id, work.now, None)


async def receipt(work: Work, counter_id: CounterId) -> Receipt:
    """The case that came of a turn of mine, for printing it once more on the same day."""
    counter = await store.locked(work.db, claiming.org_of(work), counter_id)
    if counter is None or counter.staff_ref != work.actor.id or counter.case_ref is None or counter.opened_at + LONGEST <= work.now:
        raise NoSuchCounter()
    return await submitting.submit(await named_as(work, counter.citizen_ref), counter.draft_id)


async def open_turns(work: Work) -> list[Counter]:
    """Turns of mine that nobody has closed."""
    return await store.mine(work.db, claiming.org_of(work), _clerk(work), work.now - LONGEST)
