"""SD-JWT VC (RFC 9901): a signed certificate of which the holder shows one field and hides the rest.

`verify` makes every check of the profile itself, because general libraries leave out expiry, status, type and key binding. A refusal
names the rule (`typ`, `alg`, `issuer`, `vct`, `expired`, `status`, `kb`, `disclosure`, `format`), never the person.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from msgspec import Struct

from onedoor.kernel import jose
from onedoor.kernel.jose import Jws, Malformed, PrivateKey
from onedoor.kernel.keys import Key, Ring, Signers

TYP = "dc+sd-jwt"
CLOCK = 60
BINDING_SECONDS = 300
MAX_BYTES = 64 * 1024
MAX_DISCLOSURES = 64
OPEN = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "_sd_alg"})
"""Claims that are never hidden, so nobody may bring them in through a disclosure."""
NESTED = (dict, list)


class Refused(ValueError):
    """A check of the profile failed; `code` says which."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}" if why else code)
        self.code = code


class Place(Struct, frozen=True):
    """Where a certificate's state is written: a list and an index in it."""

    uri: str
    idx: int


class Verified(Struct, frozen=True):
    """What remains after every check: the visible claims, who signed, and whether the holder proved the key."""

    claims: dict[str, Any]
    kid: str
    place: Place
    bound: bool


class Binding(Struct, frozen=True):
    """What a key-binding token must say: our address byte by byte, and the nonce we gave."""

    aud: str
    nonce: str


class Profile(Struct, frozen=True, kw_only=True):
    """Against what is verified: our keys, the types they may sign, and the lists we keep."""

    ring: Signers
    known_vct: Callable[[str], bool]
    list_size: Callable[[str], int | None]
    """How many places the list at an address has; None for a list that is not ours. Never fetches."""
    now: int
    published: Callable[[str, str], bool] = lambda vct, integrity: False
    """Whether a type's text with this hash is one that this house has published."""
    asked_vct: str | None = None
    binding: Binding | None = None


# ── issue and present ──────────────────────────────────────────────────────────────────────────────


def issue(ring: Ring, open_claims: Mapping[str, Any], personal: Mapping[str, Any]) -> str:
    """`open_claims` everybody sees; each of `personal` has its own disclosure. Digests are sorted: their order tells nothing."""
    disclosures = [jose.b64(jose.compact([jose.b64(secrets.token_bytes(16)), name, value])) for name, value in personal.items()]
    payload = {**open_claims, "_sd": sorted(map(digest, disclosures)), "_sd_alg": "sha-256"}
    return "~".join([jose.sign(ring.signer, {"alg": "ES256", "typ": TYP, "kid": ring.active.kid}, payload), *disclosures, ""])


def present(text: str, names: Iterable[str]) -> str:
    """The same certificate with only the disclosures of `names`."""
    shown = frozenset(names)
    jwt, *disclosures = text.rstrip("~").split("~")
    return "~".join([jwt, *(d for d in disclosures if _opened(d)[-2] in shown), ""])


def proven(shown: str, holder: PrivateKey, binding: Binding, now: int) -> str:
    """`shown` with the holder's signature over it, for whoever gave the nonce."""
    said = {"iat": now, "aud": binding.aud, "nonce": binding.nonce, "sd_hash": digest(shown)}
    return shown + jose.sign(holder, {"alg": "ES256", "typ": "kb+jwt"}, said)


def digest(disclosure: str) -> str:
    return jose.b64(hashlib.sha256(disclosure.encode()).digest())


def _opened(disclosure: str) -> list[Any]:
    """[salt, name, value] of an object's member, [salt, value] of an array's element."""
    try:
        found = jose.parse(jose.unb64(disclosure))
    except Malformed as bad:
        raise Refused("disclosure", str(bad)) from bad
    parts = cast("list[Any]", found) if isinstance(found, list) else []
    if len(parts) not in (2, 3) or not all(isinstance(words, str) for words in parts[:-1]):
        raise Refused("disclosure", "a salt, a name for an object's member, a value")
    return parts


# ── verify ─────────────────────────────────────────────────────────────────────────────────────────


def verify(text: str, profile: Profile) -> Verified:
    """Every check of the profile, in its order; Refused at the first that fails."""
    if len(text) > MAX_BYTES or not text.isascii() or "~" not in text:
        raise Refused("format", "not an SD-JWT of at most 64 KiB")
    jwt, *disclosures, proof = text.split("~")
    if len(disclosures) > MAX_DISCLOSURES:
        raise Refused("disclosure", "too many")
    try:
        token = Jws(jwt)
    except Malformed as bad:
        raise Refused("format", str(bad)) from bad
    _header(token)
    key = _signer(token, profile)
    _type(token.payload, profile, key)
    _dates(token.payload, profile.now)
    place = _status(token.payload, profile)
    bound = _binding(token.payload, text[: len(text) - len(proof)], proof, profile)
    claims = Unfolding(disclosures).whole(token.payload)
    return Verified(claims, key.kid, place, bound)


def _header(token: Jws) -> None:
    """Check 1: the type is ours, the algorithm is the key's own, and no key comes along in the token."""
    header = token.header
    if header.get("typ") != TYP:
        raise Refused("typ")
    if header.get("alg") != "ES256":
        raise Refused("alg")
    if found := {"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"} & header.keys():
        raise Refused("alg", f"header {min(found)}")


def _signer(token: Jws, profile: Profile) -> Key:
    """Check 2: a key of the trust list, held by this issuer when the token was made."""
    issuer, kid, made = token.payload.get("iss"), token.header.get("kid"), token.payload.get("iat")
    key = profile.ring.by_kid.get(kid) if isinstance(kid, str) else None
    if key is None or not isinstance(issuer, str) or issuer not in profile.ring.issuers:
        raise Refused("issuer")
    if key.alg != token.header["alg"]:
        raise Refused("alg", "not the key's own")
    if not token.by(key.public):
        raise Refused("issuer", "signature")
    if not jose.whole(made):
        raise Refused("expired", "iat")
    if not key.held_at(cast("int", made)):
        raise Refused("issuer", "the key was not in use then")
    return key


def _type(payload: Mapping[str, Any], profile: Profile, key: Key) -> None:
    """Check 3: a type that we know, within what this key may sign, and the one that was asked for."""
    vct = payload.get("vct")
    if not isinstance(vct, str) or not profile.known_vct(vct) or profile.asked_vct not in (None, vct):
        raise Refused("vct")
    if key.only and vct not in key.only:
        raise Refused("vct", "not for this key")
    held = payload.get("vct#integrity")
    if "vct#integrity" in payload and not (isinstance(held, str) and profile.published(vct, held)):
        raise Refused("vct", "integrity")
    if "extends" in payload:
        raise Refused("vct", "extends is for type metadata")


def _dates(payload: Mapping[str, Any], now: int) -> None:
    """Check 4: `exp` is there and not past; whole numbers only."""
    for name in ("exp", "nbf", "iat"):
        if (name in payload or name != "nbf") and not jose.whole(payload.get(name)):
            raise Refused("expired", name)
    if payload["exp"] <= now - CLOCK:
        raise Refused("expired", "exp")
    if payload.get("nbf", 0) > now + CLOCK or payload["iat"] > now + CLOCK:
        raise Refused("expired", "not yet")


def _status(payload: Mapping[str, Any], profile: Profile) -> Place:
    """Check 5: a place in a list that we keep. The state itself is looked up by whoever verifies."""
    status: Any = payload.get("status")
    entry: Any = cast("dict[str, Any]", status).get("status_list") if isinstance(status, dict) else None
    if not isinstance(entry, dict):
        raise Refused("status")
    uri, idx = (cast("dict[str, Any]", entry).get(name) for name in ("uri", "idx"))
    size = profile.list_size(uri) if isinstance(uri, str) else None
    if size is None or not jose.whole(idx) or not 0 <= cast("int", idx) < size:
        raise Refused("status")
    return Place(cast("str", uri), cast("int", idx))


def _binding(payload: Mapping[str, Any], presented: str, proof: str, profile: Profile) -> bool:
    """Check 6: a certificate bound to a key is only good with its proof; one without is an issuer-verified copy."""
    cnf: Any = payload.get("cnf")
    if cnf is None and not proof and profile.binding is None:
        return False
    if not isinstance(cnf, dict) or not proof or profile.binding is None:
        raise Refused("kb")
    try:
        token, key = Jws(proof), jose.key_of(cast("dict[str, Any]", cnf).get("jwk"))
    except Malformed as bad:
        raise Refused("kb", str(bad)) from bad
    said, header = token.payload, token.header
    if (header.get("typ"), header.get("alg")) != ("kb+jwt", "ES256") or {"crit", "jwk", "jku", "x5u", "x5c"} & header.keys():
        raise Refused("kb", "header")
    if not token.by(key):
        raise Refused("kb", "signature")
    if (said.get("aud"), said.get("nonce")) != (profile.binding.aud, profile.binding.nonce):
        raise Refused("kb", "aud or nonce")
    if not jose.whole(said.get("iat")) or abs(said["iat"] - profile.now) > BINDING_SECONDS:
        raise Refused("kb", "iat")
    if said.get("sd_hash") != digest(presented):
        raise Refused("kb", "sd_hash")
    return True


class Unfolding:
    """Checks 7 and 8: puts the disclosed claims where their digests stand, each exactly once."""

    def __init__(self, disclosures: list[str]) -> None:
        self._waiting = {digest(text): _opened(text) for text in disclosures}
        if len(self._waiting) != len(disclosures):
            raise Refused("disclosure", "the same one twice")
        self._seen: set[str] = set()

    def whole(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload.get("_sd_alg", "sha-256") != "sha-256":
            raise Refused("disclosure", "_sd_alg")
        found = self._object({name: value for name, value in payload.items() if name != "_sd_alg"}, 0)
        if self._waiting:
            raise Refused("disclosure", "no digest for it")
        return found

    def _once(self, digests: Any) -> None:
        """Text, each standing once in the whole payload."""
        if not isinstance(digests, list) or not {*map(type, cast("list[Any]", digests))} <= {str}:
            raise Refused("disclosure", "_sd")
        new = set(cast("list[str]", digests))
        if len(new) != len(cast("list[str]", digests)) or not new.isdisjoint(self._seen):
            raise Refused("disclosure", "digest")
        self._seen |= new

    def _take(self, asked: str, size: int) -> list[Any] | None:
        found = self._waiting.pop(asked, None)
        if found is not None and len(found) != size:
            raise Refused("disclosure", "two elements for an array, three for an object")
        return found

    def _any(self, value: Any, depth: int) -> Any:
        if type(value) not in NESTED:
            return value
        if depth > jose.DEPTH:
            raise Refused("disclosure", "too deep")
        if type(value) is dict:
            return self._object(cast("dict[str, Any]", value), depth)
        return self._array(cast("list[Any]", value), depth)

    def _object(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        if "..." in value or "_sd_alg" in value:
            raise Refused("disclosure", "reserved name")
        out = {
            name: self._any(inner, depth + 1) if type(inner) in NESTED else inner for name, inner in value.items() if name != "_sd"
        }  # fmt: skip
        if "_sd" not in value:
            return out
        self._once(value["_sd"])
        for asked in value["_sd"]:
            if (found := self._take(asked, 3)) is None:
                continue
            name: str = found[1]
            if name in out or name in OPEN or name in ("_sd", "..."):
                raise Refused("disclosure", "a name that may not be disclosed")
            out[name] = self._any(found[2], depth + 1)
        return out

    def _array(self, value: list[Any], depth: int) -> list[Any]:
        out: list[Any] = []
        for inner in value:
            if isinstance(inner, dict) and "..." in inner:
                member = cast("dict[str, Any]", inner)
                if len(member) != 1:
                    raise Refused("disclosure", "array digest")
                self._once([member["..."]])
                if (found := self._take(member["..."], 2)) is not None:
                    out.append(self._any(found[1], depth + 1))
            else:
                out.append(self._any(inner, depth + 1))
        return out
