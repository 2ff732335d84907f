"""Certificates of other systems: what a gate believes, and everything a quick verifier would have believed too."""

import json
import random
import zlib
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cwt import COSE, COSEKey, cwt

from onedoor.kernel import base45
from onedoor.passes.foreign import TrustList, check, hcert, trust
from onedoor.passes.foreign.models import Result

from .cards import DAY, NOW, Issuer, Signer, bundle, card, claims, cose, deflated, hc1, jws, pieces, shc

VECTORS = json.loads((Path(__file__).parent / "foreign_vectors.json").read_text())


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def known(signer: Signer, issuer: Issuer) -> TrustList:
    return trust.read({"certificates": [signer.row()], "issuerInfo": [issuer.entry()]})


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[case["name"] for case in VECTORS["cases"]])
def test_vectors(case: dict[str, object]) -> None:
    """The file that any other reader of these codes (the browser's gate) is held to as well."""
    known = trust.read(VECTORS["trust"])
    assert check(str(case["text"]), known, int(str(case["at"]))).result == case["result"]


def test_a_true_certificate(signer: Signer, issuer: Issuer, known: TrustList) -> None:
    told = check(card(signer), known, NOW)
    assert (told.result, told.issuer, told.kind, told.holder, told.born, told.until) == ("valid", "XA", "v", "T*** E**", "1964", NOW + DAY)
    assert check("\r\n" + card(signer) + "\n", known, NOW).result == "valid"
    told = check(shc(jws(issuer, bundle(issuer))), known, NOW)
    assert (told.result, told.issuer, told.kind, told.holder, told.born) == ("valid", issuer.iss, "v", "A*** J*** B*", "1951")
    lines = pieces(jws(issuer, bundle(issuer)), 3)
    assert check("\n".join(random.Random(4).sample(lines, 3)), known, NOW).result == "valid"


def test_the_reference_library_agrees(signer: Signer, known: TrustList) -> None:
    """What `cwt` signs we accept; what we accept `cwt` verifies; and a changed byte is nobody's."""
    public = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    pem = COSEKey.from_pem(public, kid=signer.kid, alg="ES256")
    raw = hcert.unpacked(card(signer, claims(until=2_000_000_000)), hcert.PREFIX)
    assert cwt.decode(raw, pem)[1] == "XA"
    private = COSEKey.new(signer_key(signer))
    theirs = COSE.new(alg_auto_inclusion=True, kid_auto_inclusion=True).encode_and_sign(cbor2.dumps(claims()), private)
    assert check(hc1(None, raw=theirs), known, NOW).result == "valid"
    draw = random.Random(11)
    for _ in range(300):
        at = draw.randrange(len(raw))
        bent = bytes([*raw[:at], raw[at] ^ 1 << draw.randrange(8), *raw[at + 1 :]])
        assert check(hc1(None, raw=bent), known, NOW).result != "valid"


def signer_key(signer: Signer) -> dict[int, object]:
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    numbers = signer.key.private_numbers()
    x, y = numbers.public_numbers.x.to_bytes(32, "big"), numbers.public_numbers.y.to_bytes(32, "big")
    return {1: 2, 2: signer.kid, 3: -7, -1: 1, -2: x, -3: y, -4: numbers.private_value.to_bytes(32, "big")}


def test_days_and_revocation(signer: Signer, known: TrustList) -> None:
    assert check(card(signer, claims(until=NOW)), known, NOW).result == "expired"
    assert check(card(signer, claims(until=NOW + 1)), known, NOW).result == "valid"
    assert check(card(signer, claims(issued=NOW + 1)), known, NOW).result == "not_yet"
    assert check(card(signer, claims(until=NOW + 900 * DAY)), known, NOW + 401 * DAY).result == "expired", "the signer's own days"
    text = card(signer)
    one = hcert.apart(hcert.unpacked(text, hcert.PREFIX))
    uci = "URN:UVCI:01:XA:1234567#8"
    for raw in (one.signature[:32], uci.encode(), b"XA" + uci.encode()):
        listed = TrustList(known.hcert, known.shc, frozenset([hcert._hash(raw)]))
        assert check(text, listed, NOW).result == "revoked"
    assert check(text, TrustList(known.hcert, known.shc, frozenset([bytes(16)])), NOW).result == "valid"


def test_signers(signer: Signer, known: TrustList) -> None:
    """Who may sign what, with which key; a shared key id; a list with rows nobody can read."""
    assert check(card(Signer("XB")), known, NOW).result == "unknown_issuer"
    tests = Signer("XC", usage="1.3.6.1.4.1.1847.2021.1.1")
    odd = Signer("XD", usage="1.3.6.1.4.1.0.1847.2021.1.2")
    mail = Signer("XE", usage="1.3.6.1.5.5.7.3.4")
    big = Signer("XF", key=rsa.generate_private_key(65537, 2048))
    small, curve = Signer("XG", key=rsa.generate_private_key(65537, 1024)), Signer("XH", key=ec.generate_private_key(ec.SECP384R1()))
    rows = [s.row() for s in (signer, tests, odd, mail, big, small, curve)]
    broken = [{}, "?", None, {**signer.row(), "rawData": "!!"}, signer.row(kid="AAAAAAAAAAA="), signer.row(certificateType="CSCA")]
    held = trust.read({"certificates": rows + broken})
    assert (held.size, held.skipped) == (5, 8)
    assert check(card(tests, claims("t")), held, NOW).result == "valid"
    assert check(card(tests, claims("v")), held, NOW).result == "wrong_key"
    assert check(card(odd, claims("v")), held, NOW).result == "valid"
    assert check(card(mail, claims("v")), held, NOW).result == "wrong_key"
    assert check(card(big, alg=-37), held, NOW).result == "valid"
    assert check(card(big, alg=-37, protected={1: -7, 4: big.kid}), held, NOW).result == "forged"
    assert check(card(signer, protected={1: -37, 4: signer.kid}), held, NOW).result == "forged"
    assert check(card(curve), held, NOW).result == "unknown_issuer"
    twin = Signer("XI")
    shared = TrustList({signer.kid: [held.hcert[signer.kid][0], trust.Key(twin.key.public_key(), "XI")]})
    assert check(card(twin, protected={1: -7, 4: signer.kid}), shared, NOW).issuer == "XI"
    assert check(card(signer, protected={1: -7}, loose={4: signer.kid}), held, NOW).result == "valid"
    assert check(card(signer, protected={1: -7, 4: b"12345678"}, loose={4: signer.kid}), held, NOW).result == "unknown_issuer"


def test_shapes_nobody_signs(signer: Signer, known: TrustList) -> None:
    good = cose(signer, claims())
    for value in (good, cbor2.CBORTag(18, good), cbor2.CBORTag(61, cbor2.CBORTag(18, good))):
        assert check(hc1(value), known, NOW).result == "valid"
    bomb = "HC1:" + base45.encode(zlib.compress(bytes(10_000_000), 9)[:3_000])
    trailing = zlib.compress(cbor2.dumps(good)) + b"x"
    for text in (
        bomb, "HC1:" + base45.encode(trailing), hc1(None, raw=cbor2.dumps(good) + b"\0"), "HC1:" + base45.encode(cbor2.dumps(good)),
        card(signer)[:-1], card(signer).lower().replace("hc1", "HC1"), "HC1:", "HC1:" + "A" * 7_000, hc1(cbor2.CBORTag(17, good)),
        hc1(good[:3]), hc1({1: 2}), hc1([1, 2, 3, 4]), hc1([b"", {}, b"", b""]), hc1(None, raw=b"\x81" * 900),
        card(signer, payload=b"\xa0"), card(signer, payload=b"\x9f" * 50), card(signer, claims("x")), card(signer, {**claims(), 4: "soon"}),
        card(signer, {**claims(), 4: cbor2.CBORTag(35, "a+")}), card(signer, protected={1: -7, 2: [99], 4: signer.kid, 99: 1}),
    ):  # fmt: skip
        assert check(text, known, NOW).result == "damaged", text[:60]
    for text in ("", "OD1:ABC", "https://example.org", "hc1:" + card(signer)[4:], " " + card(signer), "HC2:" + card(signer)[4:]):
        assert check(text, known, NOW).result == "foreign", text[:60]


def test_cards_a_quick_verifier_accepts(issuer: Issuer, known: TrustList) -> None:
    good = jws(issuer, bundle(issuer))
    text, odd = shc(good), pieces(good, 3)
    head = {"zip": "DEF", "alg": "ES256", "kid": issuer.kid}
    whole = bundle(issuer)
    for bad in (
        text + "\n1", text + "1", text + "7", text + "99", text + "１２", text + " ", "shc:/" + "0" * 5_000, "shc:/1/1/" + text[5:] + "x",
        "shc:/0/3/12", "shc:/4/3/" + "12", odd[0], "\n".join(odd[:2]), "\n".join([odd[0], *odd[:2]]),
        shc(good + "="), shc(good.rsplit(".", 1)[0]), shc(jws(issuer, whole, {**head, "alg": "none"})),
        shc(jws(issuer, whole, {"zip": "DEF", "alg": "ES256"})), shc(jws(issuer, whole, {"zip": "DEF", "kid": issuer.kid})),
        shc(jws(issuer, whole, {**head, "crit": ["x"]})), shc(jws(issuer, whole, {**head, "zip": "GZ"})),
        shc(jws(issuer, None, packed=b"\xff\xff")), shc(jws(issuer, None, packed=deflated(bytes(100_000)))),
        shc(jws(issuer, None, packed=deflated(b'{"iss":"a","iss":"b"}'))), shc(jws(issuer, None, packed=deflated(b"{}") + b"x")),
        shc(jws(issuer, bundle(issuer, nbf=None))), shc(jws(issuer, bundle(issuer, nbf=True))),
        shc(jws(issuer, bundle(issuer, vc={"type": []}))),
        shc(jws(issuer, bundle(issuer, vc={"credentialSubject": {}}))), shc(jws(issuer, {**whole, "vc": 3})),
        *(shc(jws(issuer, {**whole, "iss": iss})) for iss in (issuer.iss + "/", "http://cards.example/issuer", "cards", 7, "https://a@b")),
    ):  # fmt: skip
        assert check(bad, known, NOW).result == "damaged", bad[:80]
    assert [check(other, known, NOW).result for other in ("\ufeff" + text, "SHC:/" + text[5:])] == ["foreign", "foreign"]
    other = Issuer("https://other.example")
    both = trust.read({"issuerInfo": [issuer.entry(), other.entry()]})
    assert check(shc(jws(other, bundle(other))), known, NOW).result == "unknown_issuer"
    crossed = jws(issuer, {**bundle(issuer), "iss": other.iss})
    assert check(shc(crossed), both, NOW).result == "unknown_issuer", "the key of one issuer under the name of another"
    assert check(shc(jws(issuer, bundle(issuer, exp=NOW))), known, NOW).result == "expired"
    assert check(shc(jws(issuer, bundle(issuer, nbf=NOW + 1))), known, NOW).result == "not_yet"
    assert check(shc(good[:-4] + "AAAA"), known, NOW).result == "forged"


def test_revoked_cards_and_unfit_issuers(issuer: Issuer) -> None:
    crl = {"kid": issuer.kid, "method": "rid", "ctr": 1, "rids": ["always", f"until.{NOW}"]}
    stolen = {"kid": "another", "rids": ["x"]}
    rows = [issuer.entry(crls=[crl, stolen]), Issuer("https://a.example/").entry(), {}, issuer.entry(keys=[{"kty": "RSA"}])]
    held = trust.read({"issuerInfo": rows})
    assert (held.size, held.skipped) == (1, 4)

    def told(rid: str, nbf: int) -> Result:
        return check(shc(jws(issuer, bundle(issuer, nbf=nbf, vc={"rid": rid}))), held, NOW + DAY).result

    assert [told("always", NOW), told("until", NOW - 1), told("until", NOW), told("never", NOW)] == ["revoked", "revoked", "valid", "valid"]


def test_no_text_breaks_it(signer: Signer, issuer: Issuer, known: TrustList) -> None:
    """Ten thousand bent and random texts: always a verdict, and never `valid`."""
    draw = random.Random(5)
    seeds = [card(signer), shc(jws(issuer, bundle(issuer)))]
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:shc\n\x00é"
    for n in range(10_000):
        text = list(seeds[n % 2])
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(text))
            text[at : at + draw.randint(0, 2)] = draw.choices(alphabet, k=draw.randint(0, 2))
        bent = "".join(text)
        assert bent.strip("\r\n") in seeds or check(bent, known, NOW).result != "valid"
