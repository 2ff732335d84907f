"""A certificate goes into another wallet (OpenID4VCI): an offer for minutes, a code by text message, copies bound to that wallet's keys.

Nothing of an offer can be read from the database: the code by text message is an HMAC over the offer's id, as a sign-in code is, and of the
words in the picture and of the token only the digests are kept.
"""

import datetime as dt
import hmac
import secrets
import struct
from collections.abc import Sequence
from typing import Any, cast

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.ports import SmsGateway
from onedoor.kernel import buckets, crypto, jobs, jose
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.jose import Jws, Malformed
from onedoor.kernel.text import fold
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs.models import OrgId
from onedoor.wallet.errors import CertificateNotEffective, NoSuchOffer, WalletRefused
from onedoor.wallet.models import Cert, CertId, Elsewhere, OfferId, Present, PresentId, State
from onedoor.wallet.statuslist import Status
from onedoor.wallet.store import bound
from onedoor.wallet.store import certs as store
from onedoor.wallet.store.bound import Offer
from onedoor.wallet.vault import vault

from . import known, telling
from .binding import bind
from .holding import me_of, show

OFFER_LIFE = dt.timedelta(minutes=10)
TOKEN_LIFE = dt.timedelta(minutes=10)
NONCE_LIFE = 300
PROOF_LIFE = 300
TRIES = 5
BATCH = 10
WALLET = system("wallet.offers")


class Offered(Struct, frozen=True):
    """What is shown as a picture: the address where the offer is read."""

    uri: str
    expires_at: dt.datetime


class Token(Struct, frozen=True):
    """What the other wallet gets for the code."""

    access_token: str
    expires_in: int


def _secret() -> bytes:
    return crypto.secret(vault().home, "wallet-transfer")


def _digits(offer: OfferId) -> str:
    return f"{int.from_bytes(crypto.keyed(_secret(), 'code', offer.hex)[:8]) % 1_000_000:06d}"


async def offer(work: Work, cert_id: CertId) -> Offered:
    """Offer one of my certificates to a wallet of mine; its code goes to my phone."""
    cert = await show(work, cert_id)
    if (state := cert.state_on(work.today)) is not State.EFFECTIVE:
        raise CertificateNotEffective(state=state)
    await buckets.need(work.db, f"wallet offers {cert.citizen_id}", capacity=10, per_second=10 / 3600)
    code, made = crypto.token(), OfferId.new()
    until = work.now + OFFER_LIFE
    await bound.add_offer(work.db, crypto.digest(code), Offer(made, cert.citizen_id, cert.id, 0, until, None, 0), work.now)
    args = {"citizen": cert.citizen_id.hex, "offer": made.hex, "locale": work.locale}
    await jobs.enqueue(work.db, "wallet.code", args, queue="otp", max_attempts=4, priority=10)
    return Offered(f"{vault().issuer}/oid4vci/offers/{code}", until)


async def deliver_code(begin: Begin, gateway: SmsGateway, citizen: Any, offer_id: OfferId, locale: str) -> None:
    """The code of an offer, to its holder's phone."""
    async with begin(actor=WALLET) as work:
        phone = await identity.phone_of(work, citizen)
    if phone:
        words = say(
            locale, "您正在把一张证照放进另一个卡包，确认码是 {code}，10 分钟内有效。不是您本人操作，请不要告诉任何人。",
            code=_digits(offer_id),
        )
        await gateway.send(phone, words, str(offer_id))


async def offered(work: Work, code: str) -> dict[str, Any]:
    """The offer behind an address, as the other wallet reads it."""
    found = await bound.offer(work.db, crypto.digest(code), work.now)
    cert = await store.get(work.db, found.citizen_ref, found.cert_ref) if found else None
    if cert is None:
        raise NoSuchOffer()
    return {
        "credential_issuer": vault().issuer, "credential_configuration_ids": [cert.type],
        "grants": {
            "urn:ietf:params:oauth:grant-type:pre-authorized_code": {
                "pre-authorized_code": code,
                "tx_code": {"input_mode": "numeric", "length": 6, "description": say(work.locale, "短信里的 6 位确认码")},
                "authorization_server": f"{vault().issuer}/oid4vci",
            }
        },
    }  # fmt: skip


async def token(begin: Begin, code: str, tx_code: str) -> Token:
    """The code in the picture and the one by text message against a token. A wrong try stays counted."""
    async with begin(actor=WALLET) as work:
        found = await bound.try_offer(work.db, crypto.digest(code), work.now, TRIES)
        fits = found is not None and hmac.compare_digest(_digits(found.id).encode(), fold(tx_code[:20]).strip().encode())
        made = crypto.token()
        if fits and await bound.use_offer(work.db, crypto.digest(code), crypto.digest(made), work.now + TOKEN_LIFE, work.now):
            return Token(made, int(TOKEN_LIFE.total_seconds()))
    raise WalletRefused(error="invalid_grant")


# ── nonces ─────────────────────────────────────────────────────────────────────────────────────────


def nonce(now: dt.datetime) -> str:
    """Good for five minutes and one answer; nothing is written down before it comes back."""
    body = struct.pack(">I", int(now.timestamp()) + NONCE_LIFE) + secrets.token_bytes(16)
    return jose.b64(body + crypto.keyed(_secret(), "nonce", body.hex())[:16])


async def _use_nonce(work: Work, given: object) -> None:
    try:
        raw = jose.unb64(given) if isinstance(given, str) and len(given) == 48 else b""
    except Malformed:
        raw = b""
    body, mac = raw[:20], raw[20:]
    until = int.from_bytes(body[:4]) if raw else 0
    ours = hmac.compare_digest(mac, crypto.keyed(_secret(), "nonce", body.hex())[:16]) and until > work.now.timestamp()
    if not ours or not await bound.use_nonce(work.db, crypto.digest(str(given)), dt.datetime.fromtimestamp(until, dt.UTC)):
        raise WalletRefused(error="invalid_nonce")


# ── credentials ────────────────────────────────────────────────────────────────────────────────────


def _proven(work: Work, proof: object) -> tuple[dict[str, str], object]:
    """The key that a proof was signed with, and the nonce it answers."""
    try:
        said = Jws(cast("str", proof))
        key = jose.key_of(said.header.get("jwk"))
    except (Malformed, AttributeError, TypeError) as bad:
        raise WalletRefused(error="invalid_proof") from bad
    head, body = said.header, said.payload
    now = work.now.timestamp()
    fresh = jose.whole(body.get("iat")) and abs(body["iat"] - now) <= PROOF_LIFE
    if (head.get("typ"), head.get("alg")) != ("openid4vci-proof+jwt", "ES256") or {"crit", "x5c", "kid"} & head.keys():
        raise WalletRefused(error="invalid_proof")
    if not said.by(key) or body.get("aud") != vault().issuer or not fresh:
        raise WalletRefused(error="invalid_proof")
    return jose.jwk_of(key), body.get("nonce")


async def credentials(begin: Begin, access_token: str, configuration: str, proofs: Sequence[object]) -> list[str]:
    """Copies bound to each of the keys; each key once, all proofs with one fresh nonce, at most ten in all for one offer."""
    async with begin(actor=WALLET) as work:
        found = await bound.offer_of_token(work.db, crypto.digest(access_token), work.now)
        if found is None:
            raise WalletRefused(error="invalid_token")
        cert = await store.get(work.db, found.citizen_ref, found.cert_ref)
        if cert is None or cert.type != configuration:
            raise WalletRefused(error="unknown_credential_configuration")
        if not 1 <= len(proofs) <= BATCH - found.taken:
            raise WalletRefused(error="invalid_credential_request")
        keys, nonces = zip(*[_proven(work, proof) for proof in proofs], strict=True)
        if len(set(nonces)) != 1 or len({key["x"] + key["y"] for key in keys}) != len(keys):
            raise WalletRefused(error="invalid_proof")
        await _use_nonce(work, nonces[0])
        made = [(await bind(work, cert, key, offer=found.id)).text for key in keys]
        await bound.count_taken(work.db, crypto.digest(access_token), len(made))
        await _told(work, cert)
        return made


async def _told(work: Work, cert: Cert) -> None:
    present = Present(PresentId.new(), work.now, cert.id, [], None, "wallet", "given", False)
    await store.add_present(work.db, cert.citizen_id, present)
    await telling.moved(work, cert, await known.type_of(work, cert.type))


async def elsewhere(work: Work, cert_id: CertId) -> tuple[Elsewhere, ...]:
    """The other wallets in which one of my certificates lies."""
    return tuple(await bound.elsewhere(work.db, me_of(work), cert_id, work.now))


async def take_back(work: Work, cert_id: CertId, offer_id: OfferId) -> int:
    """What lies in another wallet is no longer good: a lost phone, or a wallet I do not want any more."""
    cert = await show(work, cert_id)
    ended = await bound.end(work.db, cert.citizen_id, cert.id, offer_id, work.now)
    why: Text = text("持证人收回")
    for one in ended:
        place = await bound.at_place(work.db, OrgId(cert.issuer_ref.uuid), one.list_ref, one.idx)
        if place is not None:
            await store.set_status(work.db, place, cert.issuer_ref, Status.REVOKED, why.zh, work.actor.id, work.now)
    if ended:
        await known.lists_changed(work)
    return len(ended)
