"""短信说明: why a colour is what it is, as a text message, for whoever asked for that, and for nobody else: a text lies open."""

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import SmsGateway
from onedoor.kernel import buckets, jobs
from onedoor.kernel.i18n import moment, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import mask_name, phone
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.passes import policy
from onedoor.passes.errors import NotDeclared
from onedoor.passes.models import Colour
from onedoor.passes.records import MandateState, SmsWish
from onedoor.passes.store import people
from onedoor.passes.store import texting as store

from .declaring import subject
from .looking import Seen, own_words, seen

LONGEST = 480
TITLES = 3
A_DAY = 10


class Letter(Struct, frozen=True):
    """A text message ready to go; the same `id` twice is one message."""

    phone: str
    words: str
    id: str


async def wished(work: Work, scheme: str) -> SmsWish | None:
    """What whoever the pass is of has asked for."""
    return await store.wish(work.db, subject(work), scheme)


async def ask(work: Work, scheme: str) -> None:
    """Tell me by text message, now and whenever it changes; of whom I stand in for too, for as long as I do."""
    citizen = subject(work)
    if await people.standing(work.db, citizen, scheme) is None:
        raise NotDeclared()
    await buckets.need(work.db, f"passes sms {citizen.hex}", capacity=A_DAY, per_second=A_DAY / 86_400)
    by = work.actor.id if isinstance(work.actor.id, PersonId) and work.actor.id != citizen else None
    await store.put(work.db, citizen, scheme, SmsWish(None, by, work.locale, None), work.now)
    await tell(work, citizen, scheme)


async def stop(work: Work, scheme: str) -> None:
    """No more of them."""
    await store.drop(work.db, subject(work), scheme)


def number(work: Work, typed: str) -> str | None:
    """The phone that was given at a counter; nothing when none was."""
    if not typed.strip():
        return None
    found = phone(typed)
    if found is None:
        raise Invalid(errors=[{"pointer": "/phone", "detail": say(work.locale, "手机号不对，请再核对一遍；不用短信就留空")}])
    return found


async def ask_at_counter(work: Work, citizen: PersonId, scheme: str, tel: str) -> None:
    """Somebody at a counter or door has agreed that the reasons go to this phone; who wrote that down is kept beside it.

    What the person or whoever stands in for them has asked for on their own phone is not changed by a clerk; then Invalid.
    """
    held = await store.wish(work.db, citizen, scheme)
    if held is not None and held.phone is None and await _phone(work, citizen, held):
        words = say(work.locale, "本人或代办的家人已经用自己的手机订了短信，这里不能改；请把手机号留空")
        raise Invalid(errors=[{"pointer": "/phone", "detail": words}])
    await store.put(work.db, citizen, scheme, SmsWish(tel, None, work.locale, work.actor.name[:60] or None), work.now)
    await tell(work, citizen, scheme)


async def tell(work: Work, citizen: PersonId, scheme: str) -> None:
    """After this transaction, if they wish it; the words are made then, and stand in no queue."""
    if await store.wish(work.db, citizen, scheme) is not None:
        await jobs.enqueue(work.db, "passes.sms", {"citizen": str(citizen), "scheme": scheme}, queue="sms")


async def deliver(begin: Begin, gateway: SmsGateway, citizen: PersonId, scheme: str) -> None:
    """The colour of this moment, once for each decision and phone."""
    async with begin(actor=system("passes.sms")) as work:
        letter = await _letter(work, citizen, scheme)
    if letter is not None:
        await gateway.send(letter.phone, letter.words, letter.id)


async def _letter(work: Work, citizen: PersonId, scheme: str) -> Letter | None:
    wish = await store.wish(work.db, citizen, scheme)
    tel = await _phone(work, citizen, wish) if wish else None
    if not wish or not tel:
        return None
    found = await seen(work, citizen, scheme)
    return Letter(tel, await _words(work, citizen, found, wish), f"{found.decision.id}.{tel}")


async def _phone(work: Work, citizen: PersonId, wish: SmsWish) -> str | None:
    """Where it goes at this moment: whoever stood in for somebody and no longer does is told nothing more."""
    if wish.guardian_id is None:
        return wish.phone or await identity.phone_of(work, citizen)
    held = await people.dependant(work.db, wish.guardian_id, citizen)
    stands_in = held is not None and held.state is MandateState.CONFIRMED
    return await identity.phone_of(work, wish.guardian_id) if stands_in else None


async def _words(work: Work, citizen: PersonId, found: Seen, wish: SmsWish) -> str:
    """Colour, reason, until when, what to do, and where to object."""
    locale, colour = wish.locale, found.standing.colour
    root = orgs.city()
    head = say(locale, "【{city}】", city=pick(locale, root.name) if root else "")
    who = await _whose(work, citizen, locale) if wish.phone or wish.guardian_id else ""
    scheme = pick(locale, found.scheme.name)
    named = say(locale, "{who}{scheme}：{colour}。", who=who, scheme=scheme, colour=policy.colour_words(locale, colour))
    titles = say(locale, "；").join(pick(locale, one.title) for one in found.fired[:TITLES])
    why = say(locale, "原因：{why}。", why=titles) if titles else own_words(locale, found)
    until = found.decision.until
    when = say(locale, "到 {at} 为止。", at=moment(locale, until, work.zone)) if until else ""
    todo = pick(locale, found.fired[0].tell) if found.fired else policy.meaning(locale, colour) + say(locale, "。")
    contest = "" if colour is Colour.GREEN else say(
        locale, "不同意可以申诉：打开“通行码”点“不对，我要申诉”，或到社区、窗口说，24 小时内答复。"
    )  # fmt: skip
    return head + _fitting([named + why + when, todo, contest], LONGEST - len(head))


async def _whose(work: Work, citizen: PersonId, locale: str) -> str:
    """On a phone that is somebody else's, whose pass it is, masked."""
    one = await people.subject(work.db, citizen)
    known = None if one else await identity.person(work, citizen)
    name = one.name if one else (known.name if known else "") or ""
    return say(locale, "{name}的", name=mask_name(name)) if name else ""


def _fitting(parts: list[str], most: int) -> str:
    """What to do is shortened before the rest."""
    first, todo, last = parts
    room = most - len(first) - len(last)
    return first + (todo if len(todo) <= room else todo[: max(0, room - 1)] + "…") + last
