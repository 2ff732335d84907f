"""登录 Signing in by phone and one-time code; sessions; devices.

Whether a phone has an account is never looked at before its code has been given back, so nobody learns it by asking. The code is an
HMAC over the id of its row: the database alone never holds it, and a job that runs twice sends the same one.
"""

import hmac
from urllib.parse import quote

from onedoor.identity import guard_store, policy, store
from onedoor.identity.errors import NoSuchSession, TooManyCodes, TooManyTries, WrongCode
from onedoor.identity.models import CodeAsked, CodeId, Opened, PersonId, Session, SessionId, SessionKind
from onedoor.identity.ports import Secrets, SmsGateway
from onedoor.kernel import buckets, crypto, jobs
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import Id
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import fold, mask_name
from onedoor.kernel.work import ANONYMOUS, Actor, Begin, Work, system

from .people import account_of

SIGNING = system("identity.sign_in")


async def actor_of(db: Db, token: str) -> Actor:
    """Whoever holds this token, or nobody: one statement, and a second one at most every ten minutes to note that it was used."""
    if not token or len(token) > 100:
        return ANONYMOUS
    found = await store.bearer(db, crypto.digest(token))
    if found is None:
        return ANONYMOUS
    if found.stale:
        await store.seen(db, found.id)
    turned = (found.acting_for, found.power) if found.acting_for and found.power else None
    return Actor(id=found.citizen_ref, assurance=found.assurance, name=found.name, session=found.id, rev=found.rev, turned_to=turned)


async def turn_to(work: Work, citizen: PersonId, power: Id) -> None:
    """This device acts for somebody else from now on; the power is looked at again at each of its requests."""
    if work.actor.session is None:
        raise NoSuchSession()
    await store.turn(work.db, work.actor.session, citizen, power)


async def turn_back(work: Work) -> None:
    """This device acts for its owner again; nothing happens when it does already."""
    if work.actor.session is not None:
        await store.turn(work.db, work.actor.session, None, None)


async def reached_here(work: Work, citizen: PersonId) -> bool:
    """Whether somebody is signed in on any device; if not, only a text message reaches them."""
    return await store.signed_in_anywhere(work.db, citizen)


def touch(work: Work, citizen: PersonId) -> None:
    """Something has changed for this person: what was made for them and kept is made anew. Once per transaction is enough."""
    if citizen not in work.db.touched:
        work.db.touched.add(citizen)
        store.touch(work.db, citizen)


async def request_code(work: Work, phone: str) -> CodeAsked:
    """Send a one-time code. The answer is the same for every phone; asking again within a minute sends nothing new."""
    tel = policy.phone(phone)
    if tel is None:
        raise Invalid(errors=[{"pointer": "/phone", "detail": say(work.locale, "请填写 11 位手机号")}])
    await _allowed(work, f"codes ip {work.ip}", policy.CODES_PER_NETWORK)
    await _allowed(work, f"codes tel {tel}", policy.CODES_PER_PHONE)
    code = CodeId.new()
    fresh = await store.ask_code(work.db, tel, code, work.now, work.now + policy.CODE_LIFE, work.now - policy.RESEND_AFTER)
    if fresh:
        args = {"tel": tel, "code": code.hex, "locale": work.locale}
        await jobs.enqueue(work.db, "identity.code", args, queue="otp", max_attempts=4, priority=10)
    sent_at = work.now if fresh else await store.code_sent_at(work.db, tel) or work.now
    waited = int((work.now - sent_at).total_seconds())
    return CodeAsked(
        phone=phone_shown(tel),
        resend_after=max(0, int(policy.RESEND_AFTER.total_seconds()) - waited),
        expires_in=max(0, int(policy.CODE_LIFE.total_seconds()) - waited),
    )


def stored_phone(typed: str) -> str:
    """A phone without blanks and prefix, empty when it is none."""
    return policy.phone(typed) or ""


def code_address(back: str, asked: CodeAsked) -> str:
    """The page where the code is typed in; it tells how long to wait before another one, and where to go afterwards."""
    return f"/login/code?next={quote(back, safe='')}&wait={asked.resend_after}"


def phone_shown(tel: str) -> str:
    """139****0021."""
    return tel[:3] + "****" + tel[-4:]


async def deliver_code(begin: Begin, gateway: SmsGateway, secrets: Secrets, tel: str, code: CodeId, locale: str) -> None:
    """Hand the code over to the gateway, unless it has been used, replaced or has run out meanwhile."""
    async with begin(actor=SIGNING) as work:
        waiting = await store.code_waiting(work.db, tel, code, work.now)
    if waiting:
        digits = _digits(secrets, tel, code)
        words = say(locale, "您的登录验证码是 {code}，5 分钟内有效。请不要告诉任何人，工作人员也不会向您索要。", code=digits)
        await gateway.send(tel, words, str(code))


def _digits(secrets: Secrets, tel: str, code: CodeId) -> str:
    mac = crypto.keyed(secrets.key("one-time-code"), tel, code.hex)
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06d}"


async def sign_in(begin: Begin, secrets: Secrets, phone: str, code: str, kind: SessionKind, user_agent: str) -> Opened:
    """Begin a session for whoever gives the phone's code back; the first time, with a new account.

    A wrong try must stay counted, therefore its transaction is committed before it is refused.
    """
    async with begin(actor=SIGNING) as work:
        tel, given = _typed(work, phone, code)
        opened = await _open(work, secrets, tel, given, kind, policy.device_name(user_agent))
    if opened is None:
        raise WrongCode(errors=[{"pointer": "/code", "detail": say(work.locale, "验证码不正确或已失效，请核对或重新获取")}])
    return opened


def _typed(work: Work, phone: str, code: str) -> tuple[str, str]:
    tel, given = policy.phone(phone), fold(code[:40]).replace(" ", "").replace("-", "")
    errors: list[dict[str, str]] = []
    if tel is None:
        errors.append({"pointer": "/phone", "detail": say(work.locale, "请填写 11 位手机号")})
    if not (len(given) == 6 and given.isascii() and given.isdigit()):
        errors.append({"pointer": "/code", "detail": say(work.locale, "请填写短信里的 6 位数字")})
    if errors or tel is None:
        raise Invalid(errors=errors)
    return tel, given


async def _open(work: Work, secrets: Secrets, tel: str, given: str, kind: SessionKind, device: str) -> Opened | None:
    rate = policy.TRIES_PER_NETWORK
    if wait := await buckets.take(work.db, f"tries ip {work.ip}", capacity=rate.capacity, per_second=rate.per_second):
        raise TooManyTries(retry_after=int(wait) + 1)
    tried = await store.try_code(work.db, tel, work.now, policy.CODE_TRIES)
    if tried is None or not hmac.compare_digest(_digits(secrets, tel, tried.id), given):
        return None
    await store.use_code(work.db, tried.id, tel)
    await _forgive(work, tel)
    return await begin_session(work, await account_of(work, tel), kind, device)


async def begin_session(work: Work, citizen: PersonId, kind: SessionKind, device: str) -> Opened:
    """A token for one device; beyond fifty devices the oldest is signed out. A proof that is settled at this moment waits, or is waited
    for, so that this device knows of it too."""
    person = await store.locked(work.db, citizen)
    assurance, name = (person.assurance, person.name) if person else (1, None)
    token, session, until = crypto.token(), SessionId.new(), work.now + policy.SESSION_LIFE
    await store.open_session(
        work.db, session, crypto.digest(token), citizen, kind, device, assurance, mask_name(name) if name else "", work.now, until
    )
    await store.close_oldest(work.db, citizen, policy.DEVICES)
    return Opened(token, session, citizen, until)


async def _allowed(work: Work, key: str, rate: policy.Rate) -> None:
    if wait := await buckets.take(work.db, key, capacity=rate.capacity, per_second=rate.per_second):
        raise TooManyCodes(retry_after=int(wait) + 1)


async def _forgive(work: Work, tel: str) -> None:
    """Who gives the code back is the owner: limits are against strangers, so the owner's own requests do not count."""
    for key, rate, cost in (
        (f"codes tel {tel}", policy.CODES_PER_PHONE, policy.CODES_PER_PHONE.capacity),
        (f"codes ip {work.ip}", policy.CODES_PER_NETWORK, 1.0),
        (f"tries ip {work.ip}", policy.TRIES_PER_NETWORK, 1.0),
    ):
        await buckets.take(work.db, key, capacity=rate.capacity, per_second=rate.per_second, cost=-cost)


async def sessions(work: Work) -> list[Session]:
    """My signed-in devices, the latest used first."""
    return await store.sessions(work.db, _me(work), policy.DEVICES)


async def still_signed_in(work: Work) -> bool:
    """Whether the session of this actor is still open: an event stream outlives the request that began it."""
    return work.actor.session is not None and await store.session_open(work.db, _me(work), work.actor.session)


async def sign_out(work: Work) -> None:
    """End the session of this request; nothing happens when there is none."""
    if work.actor.session is not None:
        await store.close_session(work.db, _me(work), work.actor.session)
        await store.wake_streams(work.db, _me(work))


async def end_session(work: Work, session: SessionId) -> None:
    """Sign one of my devices out, at once and in every process."""
    if not await store.close_session(work.db, _me(work), session):
        raise NoSuchSession()
    await store.wake_streams(work.db, _me(work))


async def end_everywhere(work: Work) -> int:
    """Sign all of my devices out, this one too."""
    await store.wake_streams(work.db, _me(work))
    return await store.close_sessions(work.db, _me(work))


async def sweep(work: Work) -> int:
    """Remove codes, sessions and special protections that have run out."""
    return await store.sweep(work.db, work.now) + await guard_store.sweep(work.db, work.today)


def _me(work: Work) -> PersonId:
    if not isinstance(work.actor.id, PersonId):
        raise NoSuchSession()
    return work.actor.id
