"""A hub's list: whose root keys it vouches for, and for which divisions. Two of its people sign; one signature vouches for nothing."""

from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.jose import Malformed
from onedoor.kernel.trust import CLOCK, LONGEST, fingerprint

from .levels import Mapped

TYP = "onedoor-hub+jws"
SIGNATURES = 2
MOST = 1024 * 1024


class Vouched(Struct, frozen=True):
    """One node of the list; `state` is active or withdrawn."""

    node: str
    uri: str
    fingerprint: str
    divisions: tuple[str, ...]
    state: str = "active"


class HubList(Struct, frozen=True):
    """What the hub says. `levels` are its own maps, for those who adopt its rules."""

    hub: str
    seq: int
    iat: int
    exp: int
    nodes: tuple[Vouched, ...]
    levels: tuple[Mapped, ...] = ()


def sign(keys: list[EllipticCurvePrivateKey], said: HubList) -> str:
    """JSON with one payload and a signature of each key."""
    payload = jose.b64(jose.compact(msgspec.to_builtins(said)))
    signatures: list[dict[str, str]] = []
    for key in keys:
        head = jose.b64(jose.compact({"alg": "ES256", "typ": TYP, "jwk": jose.jwk_of(key.public_key())}))
        signatures.append({"protected": head, "signature": jose.b64(jose.sign_raw(key, f"{head}.{payload}".encode()))})
    return jose.compact({"payload": payload, "signatures": signatures}).decode()


def read(text: str, people: frozenset[str], newest: int, now: int) -> HubList:
    """The list; Malformed unless two different ones of `people` (fingerprints of the hub's signers) have signed exactly this."""
    if len(text) > MOST:
        raise Malformed("size")
    said = jose.parse(text.encode())
    if not isinstance(said, dict) or not isinstance(said.get("payload"), str) or not isinstance(said.get("signatures"), list):
        raise Malformed("shape")
    signers = {found for one in said["signatures"][:10] if (found := _signer(one, said["payload"])) is not None}
    if len(signers & people) < SIGNATURES:
        raise Malformed("signatures")
    try:
        found = msgspec.convert(jose.parse(jose.unb64(said["payload"])), HubList)
    except msgspec.ValidationError as bad:
        raise Malformed("shape") from bad
    if found.seq < newest:
        raise Malformed("seq")
    if found.exp <= now or found.iat > now + CLOCK or found.exp - found.iat > LONGEST:
        raise Malformed("expired")
    return found


def _signer(one: Any, payload: str) -> str | None:
    """Whose signature it is; None for one that does not hold."""
    try:
        head = jose.parse(jose.unb64(one["protected"]))
        key = jose.key_of(head["jwk"])
        fit = head.get("alg") == "ES256" and head.get("typ") == TYP and "crit" not in head
        if fit and jose.verify_raw(key, f"{one['protected']}.{payload}".encode(), jose.unb64(one["signature"])):
            return fingerprint(head["jwk"])
    except (Malformed, KeyError, TypeError, AttributeError):
        pass
    return None
