"""What is believed of another node: its document, a hub's list, levels, sealed records, assertions."""

from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from onedoor.kernel import jose
from onedoor.kernel import trust as document
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Keys, Ring
from onedoor.kernel.trust import Document, Pinned, Said, TrustKey
from onedoor.passes.recognition import assertion, hub, levels, sealing

NOW, DAY, NODE = 1_790_000_000, 86_400, "https://lin.example"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: Any) -> Ring:
    return Keys(Path(tmp_path_factory.mktemp("node")), NODE, "federation").ring()


def said(ring: Ring, **other: Any) -> Document:
    root = TrustKey(ring.active.kid, "ES256", "federation", ring.active.entry.jwk)
    whole = {"v": 1, "node": NODE, "divisions": ("9902",), "seq": 5, "iat": NOW, "exp": NOW + 7 * DAY, "keys": (root,)}
    return Document(**{**whole, **other})


def pin(ring: Ring) -> Pinned:
    return Pinned(NODE, document.fingerprint(ring.active.entry.jwk), ("9902",))


def test_document(ring: Ring, tmp_path: Path) -> None:
    text = document.sign(ring, said(ring, levels=(Said("2", "红", DAY),), divisions=("990201", "990202000000")))
    found = document.read(text, pin(ring), 5, NOW)
    assert (found.node, found.levels[0].code, len(document.keys_for(found, "federation", NOW))) == (NODE, "2", 1)
    assert document.keys_for(found, "pass", NOW) == [], "a key that is not named is not trusted"
    other = Keys(tmp_path, NODE, "federation").ring()
    head, body, signature = text.split(".")

    def signed(**bent: Any) -> str:
        return document.sign(ring, said(ring, **bent))

    for why, bad, newest, now in (
        ("fingerprint", document.sign(other, said(other)), 0, NOW), ("seq", text, 6, NOW), ("expired", text, 0, NOW + 7 * DAY),
        ("time", signed(exp=NOW + 8 * DAY), 0, NOW), ("time", signed(iat=NOW + 90), 0, NOW), ("divisions", signed(divisions=()), 0, NOW),
        ("divisions", signed(divisions=("9902", "9901")), 0, NOW), ("divisions", signed(divisions=("99",)), 0, NOW),
        ("node", signed(node="https://other.example"), 0, NOW), ("node", signed(v=2), 0, NOW),
        ("signature", f"{head}.{jose.b64(jose.unb64(body).replace(b'9902', b'9903'))}.{signature}", 0, NOW), ("three parts", "x", 0, NOW),
        ("size", "x" * 300_000, 0, NOW),
    ):  # fmt: skip
        with pytest.raises(Malformed, match=why):
            document.read(bad, pin(ring), newest, now)


def test_divisions() -> None:
    assert [document.bare(code) for code in ("990100000000", "990102001000", "990102100", "9901", "990110")] == [
        "9901", "990102001", "990102100", "9901", "990110"
    ]  # fmt: skip
    assert document.covered(["990102001003"], ["990102000000"])
    assert not document.covered(["990112"], ["990102"])


def test_what_a_newer_node_says_is_skipped(ring: Ring) -> None:
    """Unknown fields and curves, entries of another shape; two keys of one name are both tried."""
    keys = [Ed25519PrivateKey.generate() for _ in range(2)]
    jwks = [{"kty": "OKP", "crv": "Ed25519", "x": jose.b64(key.public_key().public_bytes_raw())} for key in keys]
    rows = [{"kid": "aabbcc", "alg": "EdDSA", "use": "pass", "jwk": jwk} for jwk in jwks]
    odd = {"kid": "aabbcc", "alg": "ML-DSA", "use": "pass", "jwk": {"kty": "AKP", "pub": "x"}, "new": 1}
    ended = {**rows[0], "exp": NOW}
    payload = {**msgspec.to_builtins(said(ring)), "keys": [*rows, odd, ended, "?", {"kid": 3}], "status": 7, "novel": {"a": 1}}
    text = jose.sign(ring.signer, {"alg": "ES256", "typ": document.TYP, "jwk": ring.active.entry.jwk}, payload)
    found = document.read(text, pin(ring), 0, NOW)
    assert [key.public_bytes_raw() for _, key in document.keys_for(found, "pass", NOW, "aabbcc")] == [
        key.public_key().public_bytes_raw() for key in keys
    ]


def test_hub() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    people = frozenset(document.fingerprint(jose.jwk_of(key.public_key())) for key in keys[:2])
    listed = hub.HubList("hub", 3, NOW, NOW + DAY, (hub.Vouched(NODE, NODE, "f", ("9902",)),))
    assert hub.read(hub.sign(keys, listed), people, 3, NOW).nodes[0].node == NODE
    for why, text, newest, now in (
        ("signatures", hub.sign(keys[:1], listed), 0, NOW), ("signatures", hub.sign([keys[0], keys[0]], listed), 0, NOW),
        ("signatures", hub.sign([keys[0], keys[2]], listed), 0, NOW), ("seq", hub.sign(keys, listed), 4, NOW),
        ("expired", hub.sign(keys, listed), 0, NOW + DAY), ("json", "{", 0, NOW), ("shape", "[]", 0, NOW),
        ("signatures", hub.sign(keys, listed).replace('"payload":"', '"payload":"AA'), 0, NOW),
    ):  # fmt: skip
        with pytest.raises(Malformed, match=why):
            hub.read(text, people, newest, now)


def test_a_map_keeps_or_worsens() -> None:
    """Every colour shown against every target of a map."""
    for shown, to in product(levels.ORDER, levels.TARGETS):
        got = levels.mapped([levels.Mapped(NODE, "epi", "7", to)], NODE, "epi", "7", shown)
        assert levels.ORDER.index(got.colour) >= levels.ORDER.index(shown)
        assert got.ask == (to == levels.ASK)
        assert got.ask or levels.ORDER.index(got.colour) >= levels.ORDER.index(to)
    unmapped = levels.mapped([levels.Mapped(NODE, "epi", "1", "green")], NODE, "epi", "2")
    assert (unmapped.colour, unmapped.ask) == ("grey", True), "numbers of another region mean nothing by themselves"


def test_sealed_records() -> None:
    key = X25519PrivateKey.generate()
    record = sealing.Record("ab" * 16, "OD1:X", NOW, "东门", "990101", "in")
    sealed = sealing.seal(record, key.public_key(), NODE, "https://here.example")
    assert sealing.unseal(sealed, key, NODE, "https://here.example") == record
    assert b"OD1" not in sealed
    for bad, opener, home, at in (
        (sealed, X25519PrivateKey.generate(), NODE, "https://here.example"), (sealed, key, "https://x", "https://here.example"),
        (sealed, key, NODE, "https://third.example"), (sealed[:-1], key, NODE, "https://here.example"), (b"", key, NODE, "https://here.example"),
        (bytes([*sealed[:40], sealed[40] ^ 1, *sealed[41:]]), key, NODE, "https://here.example"), (bytes(9_999), key, NODE, "x"),
    ):  # fmt: skip
        with pytest.raises(Malformed):
            sealing.unseal(bad, opener, home, at)


def test_assertions(ring: Ring, tmp_path: Path) -> None:
    here = "https://here.example"
    whole = assertion.Assertion(NODE, here, "pseudonym", "1", NOW, NOW + DAY, "epi", "2", "林*", "990201")
    known = said(ring)
    assert assertion.read(assertion.sign(ring, whole), known, here, NOW) == whole
    other = Keys(tmp_path, NODE, "federation").ring()
    replace = msgspec.structs.replace
    for why, text, at, now in (
        ("audience", assertion.sign(ring, whole), "https://third.example", NOW), ("expired", assertion.sign(ring, whole), here, NOW + DAY),
        ("expired", assertion.sign(ring, replace(whole, exp=NOW + 2 * DAY)), here, NOW),
        ("audience", assertion.sign(ring, replace(whole, iss="https://third.example")), here, NOW),
        ("signature", assertion.sign(other, whole), here, NOW),
        ("document expired", assertion.sign(ring, whole), here, NOW + 8 * DAY),
    ):  # fmt: skip
        with pytest.raises(Malformed, match=why):
            assertion.read(text, known, at, now)
    assert len({assertion.pseudonym(b"k", who, node) for who in "ab" for node in "xy"}) == 4
