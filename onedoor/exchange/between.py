"""互联 What two cities say to each other about one person: a signed question with its purpose, and a signed answer to exactly that
question, sealed so that only the city which asked can open it. Pure: rings, documents and the time come in.
"""

import hashlib
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from msgspec import Struct

from onedoor.kernel import jose, trust
from onedoor.kernel.i18n import Text
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Ring
from onedoor.kernel.trust import CLOCK, Document

ASK_TYP, ANSWER_TYP = "onedoor-ask+jwt", "onedoor-answer+jwt"
LIVES = 60
MOST = 64 * 1024
MOST_ELEMENTS = 60
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class Asked(Struct, frozen=True):
    """One question: `iss` asks `aud` under the name `jti`, for which service of which department, about whom. `matter` is the asker's own
    name for the form it is asked for."""

    iss: str
    aud: str
    jti: str
    iat: int
    exp: int
    elements: tuple[str, ...]
    keys: dict[str, str]
    purpose: str
    item: str
    title: Text
    asker: Text
    matter: str


class Told(Struct, frozen=True):
    """The answer. `of` is the meaning of the question, `keys` whom it is about, `problem` why nothing is told."""

    iss: str
    aud: str
    jti: str
    iat: int
    of: str
    state: str
    values: dict[str, Any] = {}
    keys: dict[str, str] = {}
    as_of: str = ""
    problem: str = ""


def meaning(asked: Asked) -> bytes:
    """What is asked, whenever it was signed: a question that is sent once more is the same one."""
    said = [asked.iss, asked.aud, asked.jti, sorted(asked.elements), sorted(asked.keys.items()), asked.purpose, asked.item,
            asked.matter]  # fmt: skip
    return hashlib.sha256(jose.compact(said)).digest()


def ask(ring: Ring, asked: Asked) -> str:
    return jose.sign(ring.signer, {"alg": "ES256", "typ": ASK_TYP, "kid": ring.active.kid}, msgspec.to_builtins(asked))


def sender(text: str) -> str:
    """Who says to have signed it; nothing is believed yet."""
    return trust.sender(text, MOST)


def read(text: str, document: Document, here: str, now: int) -> Asked:
    """The question of `document`'s city to this one; Malformed with one word otherwise."""
    found = trust.question(text, document, ASK_TYP, Asked, here=here, now=now, lives=LIVES)
    if not 0 < len(found.elements) <= MOST_ELEMENTS or max(len(found.item), len(found.purpose)) > 60:
        raise Malformed("shape")
    return found


def _info(home: str, asker: str) -> bytes:
    return f"onedoor-answer-1|{home}|{asker}".encode()


def answer(ring: Ring, told: Told, asker: Document) -> str:
    """Signed, then sealed to the city that asked: who takes a question down and sends it again gets what it cannot open."""
    signed = jose.sign(ring.signer, {"alg": "ES256", "typ": ANSWER_TYP, "kid": ring.active.kid}, msgspec.to_builtins(told))
    return jose.b64(_SUITE.encrypt(signed.encode(), trust.sealing_key(asker), info=_info(told.iss, told.aud)))


def open_answer(text: str, opener: X25519PrivateKey, document: Document, asked: Asked, now: int) -> Told:
    """The answer of `document`'s city to `asked` and to nothing else."""
    try:
        signed = _SUITE.decrypt(jose.unb64(text.strip()), opener, info=_info(document.node, asked.iss)).decode()
        found = msgspec.convert(trust.signed(signed, document, ANSWER_TYP, now), Told)
    except (InvalidTag, UnicodeDecodeError, msgspec.ValidationError) as bad:
        raise Malformed("sealed") from bad
    if (found.iss, found.aud, found.jti, found.of) != (document.node, asked.iss, asked.jti, jose.b64(meaning(asked))):
        raise Malformed("another question")
    if found.iat > now + CLOCK:
        raise Malformed("time")
    return found
