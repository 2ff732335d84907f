"""窗口授权 At a counter: the sheet is shown or printed, and the person agrees, by a code of their own phone or by a signature that is kept.

Staff alone agree to nothing: without the code or the signed sheet no register is asked.
"""

import asyncio
import hmac

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.counters import CODE_LIFE, TRIES, Asked, Counter, CounterId
from onedoor.cases.errors import NothingToAgree, WrongCounterCode
from onedoor.cases.service import consenting, counter, drafts, prefill
from onedoor.cases.service.counter import Turn
from onedoor.cases.store import counters as store
from onedoor.cases.uploads import looked_into
from onedoor.exchange import service as exchange
from onedoor.exchange.models import Sheet
from onedoor.exchange.service import Consent, ConsentId, Witnessed
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets, SmsGateway
from onedoor.kernel import buckets, crypto
from onedoor.kernel.i18n import Text, pick, say, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports, Vault
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import fold, mask_name
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs.models import OrgId

LANGUAGES = ("zh-CN", "en")


class Shown(Struct, frozen=True):
    """What the person reads: every sheet that was chosen, in the words that will be kept."""

    turn: Turn
    asked: Asked
    words: list[Text]


class Standing(Struct, frozen=True):
    """Whoever stands there, what they can take back here, and how much they allowed elsewhere."""

    citizen: PersonId
    name: str
    consents: list[Consent]
    others: int


async def open_sheets(work: Work, seen: Turn) -> list[Sheet]:
    """What the person has not allowed for this draft, and could."""
    return await consenting.sheets_of(await counter.named_as(work, seen.counter.citizen_ref), seen.desk.draft)


async def put(work: Work, counter_id: CounterId, chosen: dict[str, list[str]], mode: str, locale: str) -> Shown:
    """What the person is asked to allow. A code that was sent for something else does not fit any more."""
    seen = await counter.turn(work, counter_id)
    language, lasts = locale if locale in LANGUAGES else LANGUAGES[0], "until" if mode == "until" else "case"
    asked = Asked(seen.counter.org_id, counter_id, chosen, lasts, language, work.now, 0, None, 0)
    found = await _drawn(work, seen, asked)
    if not found:
        first = next((one.agreement for one in await open_sheets(work, seen)), "")
        raise Invalid(errors=[{"pointer": f"/{first}", "detail": say(work.locale, "请至少勾选一项；都不同意就返回，自己填")}])
    asked = Asked(seen.counter.org_id, counter_id, {one.agreement: one.elements for one in found}, lasts, language, work.now, 0, None, 0)
    await store.put_sheet(work.db, asked)
    return Shown(seen, asked, [one.shown for one in found])


async def shown(work: Work, counter_id: CounterId) -> Shown:
    """The same again, as long as it has not been agreed to."""
    seen = await counter.turn(work, counter_id)
    asked = await store.sheet(work.db, seen.counter.org_id, counter_id)
    found = await _drawn(work, seen, asked) if asked else []
    if asked is None or not found:
        raise NothingToAgree()
    return Shown(seen, asked, [one.shown for one in found])


async def _drawn(work: Work, seen: Turn, asked: Asked) -> list[Consent]:
    theirs = await counter.named_as(work, seen.counter.citizen_ref)
    question = await drafts.question_of(theirs, seen.desk.draft)
    return await exchange.drawn(theirs, question, asked.chosen, asked.mode, _witnessed(seen.counter, asked)) if question else []


def _witnessed(turn: Counter, asked: Asked) -> Witnessed:
    return Witnessed(turn.staff_ref, turn.org_id, asked.at, asked.locale)


async def send_code(work: Work, counter_id: CounterId) -> None:
    """A one-time code to the person's own phone, for what was chosen."""
    before = await shown(work, counter_id)
    turn = before.turn.counter
    await buckets.need(work.db, f"counter code {turn.citizen_ref.hex}", capacity=5, per_second=5 / 3600)
    await store.sheet_code(work.db, turn.org_id, turn.id, work.now + CODE_LIFE)
    await enqueue(work.db, "cases.consent_code", {"org": str(turn.org_id), "counter": str(turn.id)}, queue="otp", max_attempts=4)


async def deliver_code(begin: Begin, ports: Ports, org: OrgId, counter_id: CounterId) -> None:
    """The code, after the words that are agreed to with it."""
    async with begin(actor=system("cases.counter")) as work:
        turn, asked = await store.locked(work.db, org, counter_id), await store.sheet(work.db, org, counter_id)
        if turn is None or asked is None or turn.closed_at is not None:
            return
        theirs = await counter.named_as(work, turn.citizen_ref)
        draft, question = await drafts.asked_of_registers(theirs, turn.draft_id)
        found = await exchange.drawn(theirs, question, asked.chosen, asked.mode, _witnessed(turn, asked)) if question else []
        phone = await identity.phone_of(work, turn.citizen_ref)
    if found and phone and draft:
        words = " ".join(pick(asked.locale, one.shown) for one in found)
        said = say(asked.locale, "{words}验证码 {code}，念给窗口人员就是同意。", words=words, code=_digits(ports, asked))
        await ports.get(SmsGateway).send(phone, said, f"{turn.id} sheet {asked.code_no}")


def _digits(ports: Ports, asked: Asked) -> str:
    mac = crypto.keyed(ports.get(Secrets).key("counter-code"), asked.counter_id.hex, "sheet", str(asked.code_no))
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06d}"


async def agree(begin: Begin, ports: Ports, counter_id: CounterId, code: str, recording: str = "") -> None:
    """The person has said the code, at the counter or in the call that is kept under the number `recording`. A wrong one stays counted,
    therefore its transaction ends before it is refused."""
    async with begin() as work:
        before = await shown(work, counter_id)
        asked, call = before.asked, exchange.recording_of(work.locale, recording)
        fresh = asked.code_until is not None and work.now < asked.code_until and asked.tries < TRIES
        right = fresh and hmac.compare_digest(_digits(ports, asked), fold(code).strip())
        if right:
            await _agreed(work, ports, before, replace(_witnessed(before.turn.counter, asked), recording=call))
        else:
            await store.sheet_tried(work.db, asked.org_id, counter_id)
    if not right:
        said = say(work.locale, "验证码不正确或已失效，请核对或重新获取")
        raise WrongCounterCode(errors=[{"pointer": "/code", "detail": said}])
    await prefill.settle(ports, before.turn.counter.draft_id.uuid)


async def sign(begin: Begin, ports: Ports, counter_id: CounterId, name: str, content: bytes) -> None:
    """The person has signed the printed sheet: its scan is kept with the consent."""
    async with begin() as work:
        await shown(work, counter_id)  # before anything is looked into
        locale = work.locale
    if not content:
        raise Invalid(errors=[{"pointer": "/file", "detail": say(locale, "请上传签了字的授权单")}])
    paper = await looked_into(locale, name, content)
    sha256 = await asyncio.to_thread(ports.get(Vault).put, paper.content)
    async with begin() as work:
        before = await shown(work, counter_id)
        sheet = await exchange.keep_sheet(work, before.turn.counter.citizen_ref, paper, sha256)
        seen = Witnessed(before.turn.counter.staff_ref, before.turn.counter.org_id, before.asked.at, before.asked.locale, sheet)
        await _agreed(work, ports, before, seen)
    await prefill.settle(ports, before.turn.counter.draft_id.uuid)


async def _agreed(work: Work, ports: Ports, before: Shown, seen: Witnessed) -> None:
    """Written down in the person's name with who was there; then the registers are asked."""
    turn, title = before.turn.counter, before.turn.desk.draft.title
    theirs = await counter.named_as(work, turn.citizen_ref)
    draft, question = await drafts.asked_of_registers(theirs, turn.draft_id)
    if question is None or not await exchange.consented(theirs, question, before.asked.chosen, before.asked.mode, seen):
        raise NothingToAgree()
    words = text("在电话里记下您的取数授权：{item}", item=title) if seen.recording else text("在窗口记下您的取数授权：{item}", item=title)
    await identity.record_access(work, turn.citizen_ref, words, ("consents",), None)
    await store.drop_sheet(work.db, turn.org_id, turn.id)
    await drafts.ask(theirs, ports, draft, again=True)


async def find(work: Work, ports: Ports, id_number: str) -> Standing:
    """收回: what whoever stands there with their card has allowed. They read that it was looked at."""
    person = await counter.by_card(work, ports, id_number, [])
    known = await identity.person(work, person)
    own, others = await exchange.consents_at_counter(work, person)
    return Standing(person, mask_name(known.name or "") if known else "", own, others)


async def take_back(work: Work, citizen: PersonId, which: ConsentId) -> Consent:
    """收回 in the person's name."""
    return await exchange.take_back(work, citizen, which)
