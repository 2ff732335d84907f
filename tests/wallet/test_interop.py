"""Code that is not ours reads what we write, and we read what it writes: the `sd-jwt` and `cwt` libraries, as they come."""

import datetime as dt
import time
import zlib
from pathlib import Path
from typing import Any

import cbor2
import msgspec
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cwt import COSE, COSEKey
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from onedoor.identity.models import PersonId
from onedoor.kernel import base45, jose
from onedoor.kernel.keys import Keys, Ring
from onedoor.orgs.models import OrgId
from onedoor.wallet import hcert, sdjwt
from onedoor.wallet.models import Cert, CertId, Holder, ListId, Source, State
from onedoor.wallet.sdjwt import Binding, Profile, Refused

ISSUER, GATE = "https://city.example", "https://gate.example"
LIST, VCT = f"{ISSUER}/status/list_1", f"{ISSUER}/vct/003"
BINDING = Binding(GATE, "n-1")
PERSONAL = {"name": "林晓", "address": {"district": "东湖区", "street": "书院街"}, "marks": ["a", "b"], "age_over_18": True}
HOLDER = ec.generate_private_key(ec.SECP256R1())


def jwk(key: ec.EllipticCurvePrivateKey) -> JWK:
    return JWK.from_pem(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    return Keys(tmp_path_factory.mktemp("home"), ISSUER, "wallet").ring()


@pytest.fixture(scope="module")
def said(ring: Ring) -> dict[str, Any]:
    now = ring.active.entry.created_at
    return {
        "iss": ISSUER, "vct": VCT, "iat": now, "nbf": now, "exp": now + 3600, "status": {"status_list": {"idx": 3, "uri": LIST}},
        "cnf": {"jwk": jose.jwk_of(HOLDER.public_key())},
    }  # fmt: skip


@pytest.fixture(scope="module")
def profile(ring: Ring) -> Profile:
    return Profile(
        ring=ring, known_vct={VCT}.__contains__, list_size={LIST: 16}.get, now=ring.active.entry.created_at, asked_vct=VCT, binding=BINDING
    )


def test_the_library_verifies_ours(ring: Ring, said: dict[str, Any]) -> None:
    shown = sdjwt.proven(sdjwt.present(sdjwt.issue(ring, said, PERSONAL), ["name", "address"]), HOLDER, BINDING, said["iat"])
    public = JWK(**ring.jwks()["keys"][0])
    found = SDJWTVerifier(shown, lambda iss, header: public, GATE, "n-1").get_verified_payload()
    assert {name: found[name] for name in ("name", "address")} == {name: PERSONAL[name] for name in ("name", "address")}
    assert "age_over_18" not in found


def test_ours_verifies_the_librarys(ring: Ring, said: dict[str, Any], profile: Profile) -> None:
    """Its own salts, its own spelling of JSON (blanks between members), and disclosures inside of objects and arrays."""
    hidden = {
        **said, SDObj("name"): "林晓", SDObj("address"): {SDObj("district"): "东湖区", "street": "书院街"}, "marks": [SDObj("a"), "b"],
    }  # fmt: skip
    issued = SDJWTIssuer(
        hidden, jwk(ring.signer), add_decoy_claims=True, extra_header_parameters={"typ": "dc+sd-jwt", "kid": ring.active.kid}
    )
    holder = SDJWTHolder(issued.sd_jwt_issuance)
    holder.create_presentation({"name": True, "address": {"district": True}, "marks": [True, False]}, "n-1", GATE, jwk(HOLDER))
    moved = msgspec.structs.replace(profile, now=int(time.time()))
    found = sdjwt.verify(holder.sd_jwt_presentation, moved)
    assert (found.bound, found.claims["address"], found.claims["marks"]) == (True, {"district": "东湖区", "street": "书院街"}, ["a", "b"])
    with pytest.raises(Refused, match="kb"):
        sdjwt.verify(holder.sd_jwt_presentation, msgspec.structs.replace(moved, binding=Binding(GATE, "n-2")))


def test_what_the_library_lets_pass(ring: Ring, said: dict[str, Any], profile: Profile) -> None:
    """Each of these it takes for good; each is refused here with its own reason."""
    public, now = JWK(**ring.jwks()["keys"][0]), said["iat"]

    def told(changes: dict[str, Any], bound: bool = True) -> str:
        made = {name: value for name, value in {**said, **changes}.items() if value is not ...}
        shown = sdjwt.present(sdjwt.issue(ring, made, PERSONAL), ["name"])
        text = sdjwt.proven(shown, HOLDER, BINDING, now) if bound else shown
        asked = (GATE, "n-1") if bound else (None, None)
        assert SDJWTVerifier(text, lambda iss, header: public, *asked).get_verified_payload()["name"] == "林晓"
        with pytest.raises(Refused) as bad:
            sdjwt.verify(text, profile)
        return bad.value.code

    assert told({"exp": now - 61}) == "expired"
    assert told({"exp": ...}) == "expired"
    assert told({"nbf": now + 600}) == "expired"
    assert told({"vct": f"{ISSUER}/vct/001"}) == "vct"
    assert told({"vct": ...}) == "vct"
    assert told({"status": ...}) == "status"
    assert told({"status": {"status_list": {"idx": 16, "uri": LIST}}}) == "status"
    assert told({"iss": "https://other.example"}) == "issuer"
    assert told({}, bound=False) == "kb"


def test_a_home_is_its_own(tmp_path: Path, said: dict[str, Any], profile: Profile) -> None:
    other = Keys(tmp_path, ISSUER, "wallet").ring()
    with pytest.raises(Refused, match="issuer"):
        sdjwt.verify(sdjwt.proven(sdjwt.issue(other, said, PERSONAL), HOLDER, BINDING, said["iat"]), profile)


def test_the_cwt_library_reads_our_printed_code(ring: Ring) -> None:
    """And /verify's own reader tells each change of it: a bit, a cut, another house, a day too late."""
    now = ring.active.entry.created_at
    cert = Cert(
        PersonId.new(), CertId.new(), "030", "", "QHCS2026000000001X", "2026000000001", 1, Holder("林晓", "990102202601010015"),
        OrgId.new(),
        dt.date(2026, 1, 1), dt.date(2026, 1, 1), dt.date(2036, 1, 1), State.EFFECTIVE, {"sex": "女", "birth_on": "2026-01-01"},
        ListId.new(), 77, Source.REGISTER, None, None, dt.datetime.now(dt.UTC), "",
    )  # fmt: skip
    text = hcert.mint(ring, ISSUER, cert, ("sex", "birth_on"), now, now + 900)
    code = segno.make(text, error="q", boost_error=False)
    assert (code.mode, int(code.version) <= 17) == ("alphanumeric", True)
    key = ring.active
    public = COSEKey.from_jwk({**key.entry.jwk, "alg": "ES256", "kid": key.kid, "key_ops": ["verify"]})
    said = COSE.new().decode(zlib.decompress(base45.decode(text[4:])), COSEKey.new({**public.to_dict(), 2: key.short}))
    held = cbor2.loads(said)[-260][9]
    assert (held["vct"], held["claims"]["holder"], held["idx"]) == ("030", "林晓", 77)
    assert hcert.read(text, ring, now + 899).claims["sex"] == "女"

    def why(words: str, at: int = now, by: Ring = ring) -> str:
        with pytest.raises(hcert.Unreadable) as bad:
            hcert.read(words, by, at)
        return bad.value.why

    assert (why(text, now + 900), why("OC1:ABC"), why("HC1:"), why(text[:-8])) == ("expired", "foreign", "damaged", "damaged")
    raw = bytearray(zlib.decompress(base45.decode(text[4:])))
    for at in range(0, len(raw), 5):
        raw[at] ^= 1
        assert why("HC1:" + base45.encode(zlib.compress(bytes(raw)))) in ("damaged", "forged", "foreign")
        raw[at] ^= 1
    bomb = "HC1:" + base45.encode(zlib.compress(bytes(1 << 20)))
    assert why(bomb) == "damaged"
