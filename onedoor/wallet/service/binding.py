"""A certificate bound to a key of its holder: made fresh for each key, with a place of its own in the list, so that two shows of it cannot
be told to be the same certificate.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.jose import PrivateKey
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.wallet import derived, sdjwt, statuslist
from onedoor.wallet.errors import CertificateNotEffective
from onedoor.wallet.models import Cert, CertType, Credential, CredentialId, OfferId, State
from onedoor.wallet.sdjwt import Binding
from onedoor.wallet.store import bound
from onedoor.wallet.vault import vault

from . import known
from .issuing import TRIES, issuer_of, list_for, new_list, said_of_person, said_openly

LIVES = dt.timedelta(days=30)
"""A bound copy is renewed rather than trusted for years: what it derives (an age) is of its first day."""


def own_key() -> PrivateKey:
    """A key for one use: the house holds the wallet, so it signs for the holder who has just said yes, and forgets the key."""
    return ec.generate_private_key(ec.SECP256R1())


def thumbprint(jwk: dict[str, str]) -> str:
    return jose.b64(hashlib.sha256(jose.compact(jwk)).digest())


class Bound(Struct, frozen=True):
    """The text, and the facts it can show."""

    text: str
    names: frozenset[str]


async def bind(
    work: Work, cert: Cert, jwk: dict[str, str], *, lives: dt.timedelta = LIVES, offer: OfferId | None = None
) -> Bound:
    """A fresh credential for the holder of this key, with what can be derived today. Only of an effective certificate."""
    if (state := cert.state_on(work.today)) is not State.EFFECTIVE:
        raise CertificateNotEffective(state=state)
    kind = await known.type_of(work, cert.type)
    issuer = await issuer_of(work, kind, cert.issuer_ref)
    one = await _placed(work, cert, thumbprint(jwk), work.now + lives, issuer.id)
    await bound.add(work.db, one, offer)
    opened = said_openly(work, kind, issuer.name.zh, issuer.uscc, cert)
    opened |= {
        "exp": min(opened["exp"], int(one.expires_at.timestamp())), "cnf": {"jwk": jwk}, "vct#integrity": await known.document(work, kind),
        "status": {"status_list": {"idx": one.idx, "uri": statuslist.uri_of(vault().issuer, one.list_ref)}},
    }  # fmt: skip
    hidden = {name: value for name, value in facts(work, cert, kind).items() if name not in opened}
    return Bound(sdjwt.issue(vault().ring, opened, hidden), frozenset(hidden))


def facts(work: Work, cert: Cert, kind: CertType) -> dict[str, Any]:
    """Every fact that this certificate can show today: its fields, and what follows from them."""
    root = orgs.city()
    return {**said_of_person(cert), **derived.facts_of(kind.derived, cert.claims, work.today, root.name.zh if root else "")}


async def prove(work: Work, cert: Cert, names: frozenset[str], binding: Binding, lives: dt.timedelta) -> str:
    """The chosen facts of a certificate for one reader, signed by its issuer and, with a key made for this, for its holder."""
    key = own_key()
    made = await bind(work, cert, jose.jwk_of(key.public_key()), lives=lives)
    return sdjwt.proven(sdjwt.present(made.text, names), key, binding, int(work.now.timestamp()))


async def _placed(work: Work, cert: Cert, key: str, until: dt.datetime, org: Any) -> Credential:
    listed = await list_for(work, org, bound=True)
    for attempt in range(TRIES * 2):
        place = secrets.randbelow(statuslist.SIZE)
        one = Credential(cert.citizen_id, CredentialId.new(), cert.id, key, listed, place, work.now, until)
        if await bound.claim_place(work.db, org, one):
            return one
        if attempt == TRIES:
            listed = await new_list(work, org, bound=True)
    raise RuntimeError("no place in an empty list")
