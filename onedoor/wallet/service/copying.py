"""加注件 and print: what goes out on paper or as a file, for one purpose, and what its code is worth to whoever got it.

A copy is only ever made by its holder, never for a department: departments read by consent. The purpose is woven across the page, and the
code in it is answered for as long as the copy and the certificate behind it stand.
"""

import asyncio
import datetime as dt
import secrets
from urllib.parse import urlsplit

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel import buckets
from onedoor.kernel.i18n import Text, day, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import fault, mask_name, mask_number
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.wallet import hcert
from onedoor.wallet.errors import CertificateNotEffective, NoSuchCopy
from onedoor.wallet.models import Cert, CertId, CertType, Copy, CopyId, Present, PresentId, State, masked
from onedoor.wallet.paper.drawing import Line, Sheet, drawn, drawn_as_ofd
from onedoor.wallet.paper.signing import Signature
from onedoor.wallet.store import certs as store
from onedoor.wallet.store import copies
from onedoor.wallet.vault import vault
from onedoor.wallet.words import fact

from . import known, standing
from .holding import me_of, show
from .issuing import LONGEST

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U."""
CODE = 10
MOST_WORDS = 30
SHORTEST, LONGEST_COPY = dt.timedelta(hours=1), dt.timedelta(days=90)
MOST_READS = 100


class Told(Struct, frozen=True):
    """What a code is worth: `valid`, why it is not, or `unknown`; with the masked face only when it is valid."""

    result: str
    type: Text | None = None
    issuer: Text | None = None
    holder: str = ""
    purpose: str = ""
    to_name: str = ""
    expires_at: dt.datetime | None = None


def code_of(typed: str) -> str:
    """A code as it is kept: without blanks and dashes, and with the letters that are not used read as what they look like."""
    words = "".join(char for char in typed.upper() if char.isalnum())
    return words.translate(str.maketrans("ILOU", "110V"))


async def make(work: Work, cert_id: CertId, purpose: str, to_name: str, lives: dt.timedelta, most_reads: int | None) -> Copy:
    """A copy of one of my certificates."""
    cert = await show(work, cert_id)
    if (state := cert.state_on(work.today)) is not State.EFFECTIVE:
        raise CertificateNotEffective(state=state)
    errors = [*_wrong(work, "purpose", purpose), *_wrong(work, "to_name", to_name)]
    if not SHORTEST <= lives <= LONGEST_COPY:
        errors.append({"pointer": "/hours", "detail": say(work.locale, "有效时间从 1 小时到 90 天")})
    if most_reads is not None and not 1 <= most_reads <= MOST_READS:
        errors.append({"pointer": "/most_reads", "detail": say(work.locale, "核对次数从 1 到 {n}", n=MOST_READS)})
    if errors:
        raise Invalid(errors=errors, values={"purpose": purpose, "to_name": to_name})
    await buckets.need(work.db, f"wallet copies {cert.citizen_id}", capacity=30, per_second=30 / 3600)
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE))
        one = Copy(
            cert.citizen_id, CopyId.new(), cert.id, purpose.strip(), to_name.strip(), work.actor.name or cert.holder.name, work.now,
            work.now + lives, most_reads, 0, code, None, standing.agent(work.actor), standing.veiled(work.actor),
            work.actor.id if isinstance(work.actor.id, PersonId) and work.actor.behalf is not None else None,
        )  # fmt: skip
        if await copies.add(work.db, one):
            await standing.used(work, cert, standing.COPY)
            return one


def _wrong(work: Work, field: str, words: str) -> list[dict[str, str]]:
    if not words.strip():
        return [{"pointer": f"/{field}", "detail": say(work.locale, "请填写这一项")}]
    if len(words.strip()) > MOST_WORDS:
        return [{"pointer": f"/{field}", "detail": say(work.locale, "太长了，最多 {n} 个字", n=MOST_WORDS)}]
    if fault(words) or "<" in words or any(ord(char) > 0x1F000 and ord(char) < 0x20000 for char in words):
        return [{"pointer": f"/{field}", "detail": say(work.locale, "只用文字、数字和标点，不要用表情和特殊符号")}]
    return []


async def of_cert(work: Work, cert_id: CertId) -> tuple[Copy, ...]:
    """The copies of one of my certificates, the latest first; for somebody who stands in, those that they made themselves."""
    found = await copies.of_cert(work.db, me_of(work), cert_id)
    return tuple(one for one in found if _theirs(work, one))


def _theirs(work: Work, one: Copy) -> bool:
    """Whether it may be seen: a name without its middle, as it stands on the copy, would not tell two agents apart."""
    return not standing.veiled(work.actor) or one.agent_ref == work.actor.id


async def get(work: Work, copy_id: CopyId) -> Copy:
    """One of my copies; for somebody who stands in, of a certificate that the power names, and made by them."""
    found = await copies.get(work.db, me_of(work), copy_id)
    if found is None or not _theirs(work, found):
        raise NoSuchCopy()
    await show(work, found.cert_id)
    return found


async def take_back(work: Work, copy_id: CopyId) -> Copy:
    """From now on its code says that it is not valid; doing it twice changes nothing."""
    found = await get(work, copy_id)
    await copies.take_back(work.db, found.citizen_id, found.id, work.now)
    return await get(work, copy_id)


async def check(begin: Begin, typed: str) -> Told:
    """What the code of a copy is worth now. Counts as a read, and its holder sees it."""
    code = code_of(typed[:40])
    async with begin(actor=system("wallet.copies")) as work:
        whose = await copies.behind(work.db, code)
        copy = await copies.locked(work.db, whose.citizen_ref, whose.copy_ref) if whose else None
        cert = await store.get(work.db, copy.citizen_id, copy.cert_id) if copy else None
        if copy is None or cert is None:
            return Told("unknown")
        standing = copy.standing(work.now)
        if standing == "valid" and cert.state_on(work.today) is not State.EFFECTIVE:
            standing = "revoked"
        seen = Present(PresentId.new(), work.now, cert.id, [], Text(copy.to_name, copy.to_name), "copy", standing, False)
        await store.add_present(work.db, cert.citizen_id, seen)
        if standing != "valid":
            return Told(standing)
        await copies.count_read(work.db, copy.citizen_id, copy.id)
        kind = await known.type_of(work, cert.type)
        return Told(standing, kind.name, kind.issuer_name, cert.holder.shown, copy.purpose, copy.to_name, copy.expires_at)


# ── files ──────────────────────────────────────────────────────────────────────────────────────────


def _lines(locale: str, cert: Cert, kind: CertType, *, veiled: bool = False) -> list[Line]:
    shown = [one for one in kind.claims if one.name in cert.claims]
    said = {one.name: fact(locale, kind, one.name, cert.claims[one.name]) for one in shown}
    own = [Line(pick(locale, one.label), masked(said[one.name], one.mask) if veiled else said[one.name]) for one in shown]
    until = day(locale, cert.valid_to, year=True) if cert.valid_to else say(locale, "长期")
    return [
        *own, Line(say(locale, "证照编号"), mask_number(cert.number, 4, 4) if veiled else cert.number),
        Line(say(locale, "颁发日期"), day(locale, cert.issued_on, year=True)),
        Line(say(locale, "有效期至"), until),
    ]  # fmt: skip


async def _file(sheet: Sheet, reason: str, at: dt.datetime) -> bytes:
    """Drawn beside the loop: it takes a moment."""
    house = vault()
    signature = Signature(house.ring, str(urlsplit(house.issuer).hostname), reason, at.strftime("D:%Y%m%d%H%M%SZ"))
    return await asyncio.to_thread(drawn, sheet, signature)


async def paper_of(begin: Begin, cert_id: CertId) -> bytes:
    """One of my certificates to print: with a code that is read without a connection."""
    async with begin() as work:
        cert = await show(work, cert_id)
        if (state := cert.state_on(work.today)) is not State.EFFECTIVE:
            raise CertificateNotEffective(state=state)
        kind, locale, zone, house = await known.type_of(work, cert.type), work.locale, work.zone, vault()
        faces = tuple(one.name for one in kind.claims if one.face and str(one.mask) != "hidden")
        until = hcert.lives_until(cert, work.now, LONGEST)
        code = hcert.mint(house.ring, house.issuer, cert, faces, int(work.now.timestamp()), until)
        by = work.actor.name[:60] if standing.agent(work.actor) else ""
        given = Present(PresentId.new(), work.now, cert.id, [], None, "paper", "given", False, by)
        await store.add_present(work.db, cert.citizen_id, given)
        await standing.used(work, cert, standing.COPY)
        now = work.now
    sheet = Sheet(
        title=pick(locale, kind.name), issuer=pick(locale, kind.issuer_name), mark=say(locale, "电子证照"),
        lines=_lines(locale, cert, kind), ground=kind.look.ground, ink=kind.look.ink, code=code, identifier=cert.identifier,
        beside=[say(locale, "扫码核验：{url}", url=f"{house.issuer}/verify")],
        foot=[
            say(locale, "证照标识 {id}", id=cert.identifier),
            say(locale, "{at} 打印。是否仍然有效，以扫码核验为准。", at=_moment(now.astimezone(zone))),
        ],
    )  # fmt: skip
    return await _file(sheet, "certificate", now)


async def copy_of(begin: Begin, copy_id: CopyId) -> bytes:
    """One of my copies as a signed PDF, with its purpose across it. Only while it stands."""
    sheet, now = await _sheet(begin, copy_id)
    return await _file(sheet, "copy for one purpose", now.astimezone(dt.UTC))


async def ofd_of(begin: Begin, copy_id: CopyId) -> bytes:
    """The same as OFD, which nobody has signed: its code is what it is worth."""
    sheet, now = await _sheet(begin, copy_id)
    return await asyncio.to_thread(drawn_as_ofd, sheet, now.date().isoformat())


async def _sheet(begin: Begin, copy_id: CopyId) -> tuple[Sheet, dt.datetime]:
    """The page, and the moment in the city's time."""
    async with begin() as work:
        copy = await get(work, copy_id)
        cert = await show(work, copy.cert_id)
        if copy.standing(work.now) != "valid" or cert.state_on(work.today) is not State.EFFECTIVE:
            raise NoSuchCopy()
        kind, locale, now, zone = await known.type_of(work, cert.type), work.locale, work.now, work.zone
    until = f"{copy.expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
    root = orgs.city()
    sheet = Sheet(
        title=pick(locale, kind.name), issuer=pick(locale, kind.issuer_name), mark=say(locale, "加注件"),
        lines=_lines(locale, cert, kind, veiled=copy.veiled),
        ground=kind.look.ground, ink=kind.look.ink, code=f"{vault().issuer}/check/{copy.code}", level="m", identifier=cert.identifier,
        woven=say(locale, "仅用于 {purpose} · {to} · {until} 前有效", purpose=copy.purpose, to=copy.to_name, until=until),
        beside=[say(locale, "扫码核对，或在 {url} 输入", url=f"{vault().issuer}/check"), spaced(copy.code)],
        foot=[
            *([say(locale, "代：{agent} 代 {holder} 制作", agent=copy.agent, holder=cert.holder.shown)] if copy.agent else []),
            say(locale, "用途：{purpose}；给：{to}；制作人：{by}", purpose=copy.purpose, to=copy.to_name, by=mask_name(copy.made_by)),
            say(locale, "{at} 制作，{until} 前有效。{city}", at=_moment(copy.made_at.astimezone(zone)), until=until,
                city=root.name if root else ""),
        ],
    )  # fmt: skip
    return sheet, now.astimezone(zone)


def spaced(code: str) -> str:
    """In two halves, as it is read aloud."""
    return f"{code[:5]} {code[5:]}"


def _moment(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"

