"""The SD-JWT VC profile: each check has a good twin that passes and a bad twin that is refused with its own reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from onedoor.kernel import jose
from onedoor.kernel.keys import Keys, Ring
from onedoor.wallet import sdjwt
from onedoor.wallet.sdjwt import Binding, Profile, Refused

ISSUER = "https://city.example"
LIST = f"{ISSUER}/status/list_1"
PERSONAL = {"name": "林晓", "address": {"district": "东湖区", "street": "书院街"}, "marks": ["a", "b"], "age_over_18": True}


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    return Keys(tmp_path_factory.mktemp("home"), ISSUER, "wallet").ring()


@pytest.fixture(scope="module")
def now(ring: Ring) -> int:
    return ring.active.entry.created_at


@pytest.fixture(scope="module")
def profile(ring: Ring, now: int) -> Profile:
    return Profile(ring=ring, known_vct={f"{ISSUER}/vct/003"}.__contains__, list_size={LIST: 16}.get, now=now)


def payload(now: int, **changes: Any) -> dict[str, Any]:
    said = {
        "iss": ISSUER, "vct": f"{ISSUER}/vct/003", "iat": now, "nbf": now, "exp": now + 3600,
        "status": {"status_list": {"idx": 3, "uri": LIST}}, **changes,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not ...}


def token(ring: Ring, now: int, header: dict[str, Any] | None = None, disclosures: tuple[str, ...] = (), **changes: Any) -> str:
    head = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": ring.active.kid, **(header or {})}
    head = {name: value for name, value in head.items() if value is not ...}
    return "~".join([jose.sign(ring.signer, head, payload(now, **changes)), *disclosures, ""])


def refused(text: str, profile: Profile) -> str:
    with pytest.raises(Refused) as bad:
        sdjwt.verify(text, profile)
    return bad.value.code


def disclosure(*parts: Any) -> str:
    return jose.b64(jose.compact(list(parts)))


def test_what_was_issued_verifies(ring: Ring, now: int, profile: Profile) -> None:
    text = sdjwt.issue(ring, payload(now), PERSONAL)
    found = sdjwt.verify(text, profile)
    assert {name: found.claims[name] for name in PERSONAL} == PERSONAL
    assert not {"_sd", "_sd_alg"} & found.claims.keys()
    assert (found.place.idx, found.kid, found.bound) == (3, ring.active.kid, False)
    assert len(text) < 2400


def test_only_chosen_fields_are_shown(ring: Ring, now: int, profile: Profile) -> None:
    whole = sdjwt.issue(ring, payload(now), PERSONAL)
    shown = sdjwt.present(whole, ["age_over_18"])
    claims = sdjwt.verify(shown, profile).claims
    assert claims["age_over_18"] is True
    assert not {"name", "address", "marks"} & claims.keys()
    assert "林晓" not in str(jose.Jws(shown.split("~")[0]).payload)
    assert sdjwt.verify(sdjwt.present(whole, []), profile).claims.keys() == payload(now).keys()


def test_the_same_certificate_never_looks_the_same_twice(ring: Ring, now: int) -> None:
    first, second = (jose.Jws(sdjwt.issue(ring, payload(now), PERSONAL).split("~")[0]).payload["_sd"] for _ in "ab")
    assert not set(first) & set(second)
    assert first == sorted(first)


@pytest.mark.parametrize(("code", "header"), [
    ("typ", {"typ": "JWT"}), ("typ", {"typ": "vc+sd-jwt"}), ("typ", {"typ": ...}), ("typ", {"typ": "DC+SD-JWT"}),
    ("alg", {"alg": "none"}), ("alg", {"alg": "HS256"}), ("alg", {"alg": "ES384"}), ("alg", {"alg": ...}), ("alg", {"crit": ["exp"]}),
    ("alg", {"jwk": {"kty": "EC"}}), ("alg", {"x5u": "https://evil.example"}), ("alg", {"jku": "https://evil.example"}),
    ("issuer", {"kid": "other"}), ("issuer", {"kid": ...}), ("issuer", {"kid": 5}),
])  # fmt: skip
def test_the_header(ring: Ring, now: int, profile: Profile, code: str, header: dict[str, Any]) -> None:
    assert refused(token(ring, now, header), profile) == code


HOUR = 3600
DATES: list[tuple[str, Callable[[int], dict[str, Any]]]] = [
    ("issuer", lambda now: {"iss": "https://other.example"}), ("issuer", lambda now: {"iss": ISSUER + "/"}),
    ("issuer", lambda now: {"iss": ...}), ("issuer", lambda now: {"iat": now - HOUR}),
    ("vct", lambda now: {"vct": f"{ISSUER}/vct/004"}), ("vct", lambda now: {"vct": ...}), ("vct", lambda now: {"extends": "x"}),
    ("expired", lambda now: {"exp": now - 60}), ("expired", lambda now: {"exp": ...}), ("expired", lambda now: {"exp": str(now + HOUR)}),
    ("expired", lambda now: {"exp": now + 0.5}), ("expired", lambda now: {"exp": True}), ("expired", lambda now: {"nbf": now + 61}),
    ("expired", lambda now: {"nbf": "1"}), ("expired", lambda now: {"iat": ...}), ("expired", lambda now: {"iat": now + 61}),
    ("status", lambda now: {"status": ...}), ("status", lambda now: {"status": {}}), ("status", lambda now: {"status": {"status_list": 1}}),
    ("status", lambda now: {"status": {"status_list": {"idx": 16, "uri": LIST}}}),
    ("status", lambda now: {"status": {"status_list": {"idx": -1, "uri": LIST}}}),
    ("status", lambda now: {"status": {"status_list": {"idx": True, "uri": LIST}}}),
    ("status", lambda now: {"status": {"status_list": {"idx": "3", "uri": LIST}}}),
    ("status", lambda now: {"status": {"status_list": {"idx": 3, "uri": "https://evil.example/status/list_1"}}}),
    ("kb", lambda now: {"cnf": {"jwk": {}}}),
    ("disclosure", lambda now: {"_sd_alg": "sha-512"}), ("disclosure", lambda now: {"_sd": "x"}), ("disclosure", lambda now: {"_sd": [1]}),
    ("disclosure", lambda now: {"_sd": ["x", "x"]}), ("disclosure", lambda now: {"a": {"_sd": ["x"]}, "_sd": ["x"]}),
    ("disclosure", lambda now: {"...": "x"}), ("disclosure", lambda now: {"a": {"_sd_alg": "sha-256"}}),
    ("disclosure", lambda now: {"a": [{"...": "x", "b": 1}]}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changes"), DATES)
def test_the_payload(ring: Ring, now: int, profile: Profile, code: str, changes: Callable[[int], dict[str, Any]]) -> None:
    sdjwt.verify(token(ring, now), profile)
    assert refused(token(ring, now, **changes(now)), profile) == code


def test_a_minute_of_clock_is_forgiven(ring: Ring, now: int, profile: Profile) -> None:
    sdjwt.verify(token(ring, now, exp=now - 59), profile)
    sdjwt.verify(token(ring, now, nbf=now + 60, iat=now + 60), profile)


def test_the_type_asked_for_is_the_type_shown(ring: Ring, now: int, profile: Profile) -> None:
    asked = msgspec.structs.replace(profile, known_vct=lambda _: True, asked_vct=f"{ISSUER}/vct/001")
    assert refused(token(ring, now), asked) == "vct"


def hidden(ring: Ring, now: int, *shown: str, digests: list[str] | None = None, **changes: Any) -> str:
    """A token whose `_sd` holds the digests of `shown`, with `shown` beside it."""
    return token(ring, now, disclosures=shown, _sd=[sdjwt.digest(d) for d in shown] if digests is None else digests, **changes)


@pytest.mark.parametrize("parts", [
    ("s", "name", "x", "more"), ("s",), (), (1, "name", "x"), ("s", 5, "x"), ("s", "_sd", []), ("s", "...", "x"), ("s", "exp", 9),
    ("s", "iss", "x"), ("s", "cnf", {}), ("s", "vct", "x"), ("s", "status", {}), ("s", "nbf", 1), ("s", "given", "twice"),
    ("s", "for an array"),
])  # fmt: skip
def test_a_disclosure_that_may_not_be(ring: Ring, now: int, profile: Profile, parts: tuple[Any, ...]) -> None:
    sdjwt.verify(hidden(ring, now, disclosure("s", "name", "x"), given="open"), profile)
    assert refused(hidden(ring, now, disclosure(*parts), given="open"), profile) == "disclosure"


def test_disclosures_fit_one_to_one(ring: Ring, now: int, profile: Profile) -> None:
    one, two = disclosure("s", "name", "x"), disclosure("t", "name", "y")
    assert refused(hidden(ring, now, one, digests=[]), profile) == "disclosure"
    assert refused(hidden(ring, now, one, one, digests=[sdjwt.digest(one)]), profile) == "disclosure"
    assert refused(hidden(ring, now, one, two), profile) == "disclosure"
    assert refused(hidden(ring, now, one + "="), profile) == "disclosure"
    assert refused(hidden(ring, now, jose.b64(b'["s","name",{"a":1,"a":2}]')), profile) == "disclosure"
    many = [disclosure(f"s{n}", f"n{n}", n) for n in range(65)]
    assert refused(hidden(ring, now, *many), profile) == "disclosure"
    assert len(sdjwt.verify(hidden(ring, now, *many[:64]), profile).claims) > 64


def test_array_elements_and_nested_claims(ring: Ring, now: int, profile: Profile) -> None:
    element, inner = disclosure("s", "B"), disclosure("s", "street", "书院街")
    outer = disclosure("s", "address", {"_sd": [sdjwt.digest(inner)]})
    text = token(ring, now, disclosures=(element, inner, outer), marks=["A", {"...": sdjwt.digest(element)}, {"...": "decoy"}],
                 _sd=[sdjwt.digest(outer)])  # fmt: skip
    claims = sdjwt.verify(text, profile).claims
    assert (claims["marks"], claims["address"]) == (["A", "B"], {"street": "书院街"})
    wrong = disclosure("s", "name", "B")
    assert refused(token(ring, now, disclosures=(wrong,), marks=[{"...": sdjwt.digest(wrong)}]), profile) == "disclosure"


@pytest.mark.parametrize("text", ["", "~", "a.b~", "a.b.c~", "😀~", "x" * 70_000 + "~", "no tilde"])
def test_what_is_no_token(profile: Profile, text: str) -> None:
    assert refused(text, profile) == "format"


def test_every_changed_character_of_the_token_is_refused(ring: Ring, now: int, profile: Profile) -> None:
    text = sdjwt.present(sdjwt.issue(ring, payload(now), PERSONAL), ["name"])
    for at in range(0, len(text) - 1, 3):
        other = "A" if text[at] != "A" else "B"
        with pytest.raises(Refused):
            sdjwt.verify(text[:at] + other + text[at + 1 :], profile)


# ── key binding ────────────────────────────────────────────────────────────────────────────────────

HOLDER = ec.generate_private_key(ec.SECP256R1())


def bound(ring: Ring, now: int, *, header: dict[str, Any] | None = None, key: Any = HOLDER, cut: str = "", **said: Any) -> str:
    text = token(ring, now, cnf={"jwk": jose.jwk_of(HOLDER.public_key())})
    body = {"aud": "https://gate.example", "nonce": "n-1", "iat": now, "sd_hash": sdjwt.digest(text + cut), **said}
    return text + jose.sign(key, {"alg": "ES256", "typ": "kb+jwt", **(header or {})}, body)


def test_a_bound_certificate_needs_its_proof(ring: Ring, now: int, profile: Profile) -> None:
    asked = msgspec.structs.replace(profile, binding=Binding("https://gate.example", "n-1"))
    assert sdjwt.verify(bound(ring, now), asked).bound
    assert refused(bound(ring, now), profile) == "kb"
    assert refused(token(ring, now), asked) == "kb"
    assert refused(token(ring, now, cnf={"jwk": jose.jwk_of(HOLDER.public_key())}), asked) == "kb"
    other = ec.generate_private_key(ec.SECP256R1())
    bad: list[dict[str, Any]] = [
        {"aud": "https://gate.example/"}, {"nonce": "n-2"}, {"iat": now - 301}, {"iat": now + 301}, {"iat": str(now)}, {"cut": "x"},
        {"header": {"typ": "JWT"}}, {"header": {"alg": "none"}}, {"header": {"jwk": {}}}, {"key": other}, {"sd_hash": "x"},
    ]  # fmt: skip
    for change in bad:
        assert refused(bound(ring, now, **change), asked) == "kb", change


def test_a_private_part_in_the_token_is_refused(ring: Ring, now: int, profile: Profile) -> None:
    asked = msgspec.structs.replace(profile, binding=Binding("https://gate.example", "n-1"))
    text = token(ring, now, cnf={"jwk": {**jose.jwk_of(HOLDER.public_key()), "d": "AA"}})
    said = {"aud": "https://gate.example", "nonce": "n-1", "iat": now, "sd_hash": sdjwt.digest(text)}
    assert refused(text + jose.sign(HOLDER, {"alg": "ES256", "typ": "kb+jwt"}, said), asked) == "kb"


def test_a_key_on_another_disk_is_not_ours(tmp_path: Path, now: int, profile: Profile) -> None:
    assert refused(token(Keys(tmp_path, ISSUER, "wallet").ring(), now), profile) == "issuer"
