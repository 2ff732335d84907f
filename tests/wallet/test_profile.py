"""The SD-JWT profile line by line: each has a good twin that passes and bad ones that differ from it in one thing and are refused for it.

The numbers are those of the profile in docs/internals/signatures.md.
"""

import datetime as dt
import itertools
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from onedoor.exchange.models import Trusted
from onedoor.identity.models import PersonId
from onedoor.kernel import jose, trust
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Keys, Ring, Signers
from onedoor.kernel.trust import Document, TrustKey
from onedoor.orgs.models import OrgId
from onedoor.wallet import dcql, hcert, sdjwt, statuslist, ticket
from onedoor.wallet.dcql import NotMet
from onedoor.wallet.models import Cert, CertId, Holder, ListId, Source, State, Wish
from onedoor.wallet.sdjwt import Binding, Profile, Refused
from onedoor.wallet.service.abroad import guest
from onedoor.wallet.statuslist import Kept
from onedoor.wallet.verification import ALWAYS

ISSUER, GATE = "https://city.example", "https://gate.example"
VCT, LIST = f"{ISSUER}/vct/003", f"{ISSUER}/status/list_1"
HOLDER, OTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
TEXT = "sha256-known"
_seq = itertools.count(1)


class Stage:
    """A house, a moment in it, and what a verifier there asks."""

    def __init__(self, home: Path) -> None:
        self.ring = Keys(home / "ours", ISSUER, "wallet").ring()
        self.theirs = Keys(home / "theirs", ISSUER, "wallet").ring()
        self.now = self.ring.active.entry.created_at
        self.profile = Profile(
            ring=self.ring, known_vct={VCT, f"{ISSUER}/vct/004"}.__contains__, list_size={LIST: 16}.get, now=self.now,
            published=lambda vct, held: (vct, held) == (VCT, TEXT), asked_vct=VCT, binding=Binding(GATE, "n-1"),
        )  # fmt: skip

    def said(self, **changes: Any) -> dict[str, Any]:
        plain = {
            "iss": ISSUER, "vct": VCT, "iat": self.now, "nbf": self.now, "exp": self.now + 3600,
            "cnf": {"jwk": jose.jwk_of(HOLDER.public_key())}, "status": {"status_list": {"idx": 3, "uri": LIST}}, "vct#integrity": TEXT,
        }  # fmt: skip
        return {name: value for name, value in (plain | changes).items() if value is not ...}

    def signed(
        self, *, header: dict[str, Any] | None = None, ring: Ring | None = None, raw: tuple[bytes, bytes] | None = None,
        shown: tuple[str, ...] = (), kb: Callable[[str], str] | None = None, **changes: Any,
    ) -> str:  # fmt: skip
        """A whole presentation. `raw` are header and payload as bytes; `kb` makes another proof than the good one."""
        ring = ring or self.ring
        head = {"alg": "ES256", "typ": "dc+sd-jwt", "kid": ring.active.kid} | (header or {})
        parts = raw or (jose.compact({n: v for n, v in head.items() if v is not ...}), jose.compact(self.said(**changes)))
        body = ".".join(map(jose.b64, parts))
        text = "~".join([f"{body}.{jose.b64(jose.sign_raw(ring.signer, body.encode()))}", *shown, ""])
        return text + (kb or self.proof)(text)

    def proof(self, text: str, *, key: Any = HOLDER, header: dict[str, Any] | None = None, **changes: Any) -> str:
        said = {"aud": GATE, "nonce": "n-1", "iat": self.now, "sd_hash": sdjwt.digest(text)} | changes
        return jose.sign(key, {"alg": "ES256", "typ": "kb+jwt"} | (header or {}), {n: v for n, v in said.items() if v is not ...})

    def proven(self, **changes: Any) -> Callable[[str], str]:
        return lambda text: self.proof(text, **changes)

    def hidden(self, *parts: Any, digests: list[str] | None = None, raw: str = "", **changes: Any) -> str:
        one = raw or jose.b64(jose.compact(list(parts)))
        return self.signed(shown=(one,), _sd=[sdjwt.digest(one)] if digests is None else digests, **changes)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("house"))


Made = Callable[[Stage], str]
Turned = Callable[[Stage], Profile]


class Line(NamedTuple):
    """One thing that the profile asks for. `by` is the verifier of the bad twin where that is what differs."""

    number: int
    what: str
    code: str
    good: Made
    bad: Made
    by: Turned | None = None


def plain(stage: Stage) -> str:
    return stage.signed()


NAME = jose.b64(jose.compact(["salt", "name", "林晓"]))


def one_field(stage: Stage) -> str:
    return stage.hidden(raw=NAME)


def changed(**said: Any) -> Made:
    return lambda stage: stage.signed(**said)


def headed(**said: Any) -> Made:
    return lambda stage: stage.signed(header=said)


def timed(name: str, value: Callable[[int], Any]) -> Made:
    return lambda stage: stage.signed(**{name: value(stage.now)})


def proved(**said: Any) -> Made:
    return lambda stage: stage.signed(kb=stage.proven(**said))


def shown(*parts: Any, **said: Any) -> Made:
    return lambda stage: stage.hidden(*parts, **said)


def entry(**said: Any) -> Made:
    return changed(status={"status_list": {"idx": 3, "uri": LIST} | said})


def doubled(where: int) -> Made:
    """A key twice, in the header or the payload; the last one would be good."""

    def make(stage: Stage) -> str:
        parts = [jose.compact({"alg": "ES256", "typ": "dc+sd-jwt", "kid": stage.ring.active.kid}), jose.compact(stage.said())]
        parts[where] = (b'{"typ":"x",' if where == 0 else b'{"vct":"x",') + parts[where][1:]
        return stage.signed(raw=(parts[0], parts[1]))

    return make


def spelt(change: Callable[[bytes], bytes]) -> Made:
    """The payload in other bytes."""

    def make(stage: Stage) -> str:
        head = jose.compact({"alg": "ES256", "typ": "dc+sd-jwt", "kid": stage.ring.active.kid})
        return stage.signed(raw=(head, change(jose.compact(stage.said(extra="@@")))))

    return make


def twice_proven(stage: Stage) -> str:
    def kb(text: str) -> str:
        body = jose.compact({"aud": GATE, "nonce": "n-1", "iat": stage.now, "sd_hash": sdjwt.digest(text)})
        parts = jose.compact({"alg": "ES256", "typ": "kb+jwt"}), b'{"aud":"x",' + body[1:]
        said = ".".join(map(jose.b64, parts))
        return f"{said}.{jose.b64(jose.sign_raw(HOLDER, said.encode()))}"

    return stage.signed(kb=kb)


def deep(levels: int) -> Made:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return shown("salt", "name", value)


def many(count: int) -> Made:
    def make(stage: Stage) -> str:
        each = tuple(jose.b64(jose.compact([f"s{n}", f"n{n}", n])) for n in range(count))
        return stage.signed(shown=each, _sd=[sdjwt.digest(one) for one in each])

    return make


def nested(size: int) -> Made:
    """An array's element behind a digest, with two parts as it must be, or with three."""

    def make(stage: Stage) -> str:
        one = jose.b64(jose.compact(["salt", "B"] if size == 2 else ["salt", "name", "B"]))
        return stage.signed(shown=(one,), marks=["A", {"...": sdjwt.digest(one)}])

    return make


def again(stage: Stage) -> str:
    one = jose.b64(jose.compact(["salt", "name", "x"]))
    return stage.signed(shown=(one, one), _sd=[sdjwt.digest(one)])


def stray(stage: Stage) -> str:
    """The same bytes with another last character: base64url has two spellings where bits are left over."""
    good = jose.b64(jose.compact(["salt", "name", "x"]))
    assert len(good) % 4
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return stage.hidden(raw=good[:-1] + letters[letters.index(good[-1]) + 1])


def of_city(use: str, vct: tuple[str, ...] = ()) -> Turned:
    """A verifier in another city, which knows this one by its trust document alone."""

    def make(stage: Stage) -> Profile:
        key = TrustKey(stage.ring.active.kid, "ES256", use, stage.ring.active.entry.jwk, stage.now, None, vct=vct)
        document = Document(1, ISSUER, ("990100000000",), next(_seq), stage.now, stage.now + 60, (key,))
        return replace(stage.profile, ring=guest(Trusted({}, {ISSUER: document}), ISSUER).ring)

    return make


def asks(**changes: Any) -> Turned:
    return lambda stage: replace(stage.profile, **changes)


def keyed(alg: str) -> Turned:
    return lambda stage: replace(stage.profile, ring=Signers([replace(stage.ring.active, alg=alg)], frozenset({ISSUER})))


HOUR = 3600
LINES = [
    Line(1, "typ", "typ", plain, headed(typ="vc+sd-jwt")), Line(1, "typ there", "typ", plain, headed(typ=...)),
    *(Line(1, f"alg {alg}", "alg", plain, headed(alg=alg)) for alg in ("none", "HS256", "RS256", "ES256K", "EdDSA")),
    Line(1, "the key's own alg", "alg", plain, plain, keyed("EdDSA")),
    *(Line(1, f"no {name}", "alg", plain, headed(**{name: value})) for name, value in (
        ("crit", ["exp"]), ("jwk", {"kty": "EC"}), ("x5u", "https://evil.example"), ("jku", "https://evil.example"), ("x5c", ["x"]),
        ("b64", False), ("zip", "DEF"))),
    Line(2, "kid known", "issuer", plain, headed(kid="x")), Line(2, "iss known", "issuer", plain, changed(iss="https://other.example")),
    Line(2, "signed with it", "issuer", plain, lambda s: s.signed(ring=s.theirs, header={"kid": s.ring.active.kid})),
    Line(2, "the key of another house", "issuer", plain, lambda s: s.signed(ring=s.theirs)),
    Line(2, "key for certificates", "issuer", plain, plain, of_city("pass")),
    Line(2, "key in use then", "issuer", plain, timed("iat", lambda now: now - HOUR)),
    Line(2, "type within the key's", "vct", plain, plain, of_city("credential", (f"{ISSUER}/vct/004",))),
    Line(3, "vct known", "vct", plain, changed(vct=f"{ISSUER}/vct/999")), Line(3, "vct there", "vct", plain, changed(vct=...)),
    Line(3, "vct asked", "vct", plain, plain, asks(asked_vct=f"{ISSUER}/vct/004")),
    Line(3, "integrity", "vct", plain, changed(**{"vct#integrity": "sha256-other"})),
    Line(3, "integrity of that type", "vct", plain, changed(vct=f"{ISSUER}/vct/004"), asks(asked_vct=None)),
    Line(3, "integrity is text", "vct", plain, changed(**{"vct#integrity": None})),
    Line(3, "no extends inside", "vct", plain, changed(extends=VCT)),
    Line(4, "exp not past", "expired", timed("exp", lambda now: now - 59), timed("exp", lambda now: now - 60)),
    Line(4, "exp there", "expired", plain, changed(exp=...)), Line(4, "iat there", "expired", plain, changed(iat=...)),
    *(Line(4, f"exp {kind}", "expired", plain, timed("exp", make)) for kind, make in (
        ("text", lambda now: str(now + HOUR)), ("float", lambda now: now + HOUR + 0.5), ("bool", lambda now: True))),
    Line(4, "nbf reached", "expired", timed("nbf", lambda now: now + 60), timed("nbf", lambda now: now + 61)),
    Line(4, "iat reached", "expired", timed("iat", lambda now: now + 60), timed("iat", lambda now: now + 61)),
    Line(4, "nbf whole", "expired", changed(nbf=...), changed(nbf=False)),
    Line(5, "status there", "status", plain, changed(status=...)), Line(5, "idx in range", "status", entry(idx=15), entry(idx=16)),
    Line(5, "idx not negative", "status", entry(idx=0), entry(idx=-1)), Line(5, "idx whole", "status", plain, entry(idx="3")),
    Line(5, "idx no bool", "status", plain, entry(idx=True)),
    Line(5, "list of ours", "status", plain, entry(uri="https://evil.example/status/list_1")),
    Line(5, "list known", "status", plain, entry(uri=f"{ISSUER}/status/list_2")),
    Line(6, "a proof", "kb", plain, lambda s: s.signed(kb=lambda text: "")), Line(6, "a key to prove", "kb", plain, changed(cnf=...)),
    Line(6, "that was asked for", "kb", plain, plain, asks(binding=None)),
    Line(6, "typ", "kb", plain, proved(header={"typ": "JWT"})), Line(6, "alg", "kb", plain, proved(header={"alg": "none"})),
    Line(6, "aud byte by byte", "kb", plain, proved(aud=GATE + "/")), Line(6, "aud no list", "kb", plain, proved(aud=[GATE])),
    Line(6, "nonce", "kb", plain, proved(nonce="n-2")),
    Line(6, "iat not old", "kb", lambda s: s.signed(kb=s.proven(iat=s.now - 300)), lambda s: s.signed(kb=s.proven(iat=s.now - 301))),
    Line(6, "iat not ahead", "kb", lambda s: s.signed(kb=s.proven(iat=s.now + 300)), lambda s: s.signed(kb=s.proven(iat=s.now + 301))),
    Line(6, "over what is shown", "kb", one_field, lambda s: one_field(s).replace("~" + NAME, "")),
    Line(6, "by the holder", "kb", plain, proved(key=OTHER)),
    Line(6, "no private part", "kb", plain, lambda s: s.signed(cnf={"jwk": jose.jwk_of(HOLDER.public_key()) | {"d": "AA"}})),
    Line(7, "its digest", "disclosure", one_field, shown("salt", "name", "x", digests=[])),
    Line(7, "one digest once", "disclosure", one_field, lambda s: s.hidden(raw=NAME, a={"_sd": [sdjwt.digest(NAME)]})),
    Line(7, "shown once", "disclosure", one_field, again),
    *(Line(7, f"no {name}", "disclosure", one_field, shown("salt", name, 1)) for name in (
        "_sd", "...", "iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status")),
    Line(7, "nothing written over", "disclosure", shown("salt", "name", "x", other="open"), shown("salt", "name", "x", name="open")),
    Line(7, "three for a member", "disclosure", one_field, shown("salt", "x")),
    Line(7, "two for an element", "disclosure", nested(2), nested(3)),
    Line(7, "no fourth", "disclosure", one_field, shown("s", "name", "x", 1)),
    Line(7, "sha-256", "disclosure", changed(_sd_alg="sha-256"), changed(_sd_alg="sha-512")),
    Line(7, "not deep", "disclosure", deep(6), deep(8)), Line(7, "64 of them", "disclosure", many(64), many(65)),
    Line(7, "64 KiB", "format", shown("salt", "name", "x" * 40_000), shown("salt", "name", "x" * 50_000)),
    Line(7, "no padding", "disclosure", one_field, lambda s: s.hidden(raw=jose.b64(jose.compact(["salt", "name", "x"])) + "=")),
    Line(7, "no stray bits", "disclosure", one_field, stray),
    Line(8, "each key once in the header", "format", plain, doubled(0)), Line(8, "in the payload", "format", plain, doubled(1)),
    Line(8, "in a disclosure", "disclosure", one_field, lambda s: s.hidden(raw=jose.b64(b'["s","name",{"a":1,"a":2}]'))),
    Line(8, "in the proof", "kb", plain, twice_proven),
    Line(8, "deep inside", "format", spelt(lambda raw: raw.replace(b'"@@"', b'{"a":1}')),
         spelt(lambda raw: raw.replace(b'"@@"', b'{"a":1,"a":1}'))),
    Line(8, "UTF-8", "format", spelt(lambda raw: raw.replace(b"@@", "é".encode())), spelt(lambda raw: raw.replace(b"@@", b"\xe9"))),
    Line(8, "no NaN", "format", spelt(lambda raw: raw.replace(b'"@@"', b"1")), spelt(lambda raw: raw.replace(b'"@@"', b"NaN"))),
]  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.number} {line.what}")
def test_a_line_of_the_profile(stage: Stage, line: Line) -> None:
    assert sdjwt.verify(line.good(stage), stage.profile).bound
    with pytest.raises(Refused) as bad:
        sdjwt.verify(line.bad(stage), line.by(stage) if line.by else stage.profile)
    assert bad.value.code == line.code


def test_another_city_believes_the_right_key(stage: Stage) -> None:
    """The good twins of what a trust document says of a key."""
    for profile in (of_city("credential")(stage), of_city("credential", (VCT,))(stage)):
        assert sdjwt.verify(stage.signed(), profile).bound


def test_a_key_for_one_type_signs_no_code_and_no_paper_of_another(stage: Stage) -> None:
    """What holds for the signed text holds for both short forms of it."""
    day = dt.date(2026, 1, 1)
    cert = Cert(
        PersonId.new(), CertId.new(), "003", "", "QHJZ1", "1", 1, Holder("林晓", "990102198001010015"), OrgId.new(), day, day, None,
        State.EFFECTIVE, {}, ListId.new(), 7, Source.ISSUED, None, None, dt.datetime.now(dt.UTC), "",
    )  # fmt: skip
    code = ticket.mint(
        stage.ring, type="003", number="1", holder="林*", ends_on=None, list=cert.list_ref, idx=7, now=stage.now, lifetime=300
    )
    paper = hcert.mint(stage.ring, ISSUER, cert, (), stage.now, stage.now + 300)
    fits, other = (of_city("credential", (f"{ISSUER}/vct/{kind}",))(stage).ring for kind in ("003", "004"))
    assert (ticket.read(code, fits).idx, hcert.read(paper, fits, stage.now).idx) == (7, 7)
    with pytest.raises(ticket.Unreadable, match="forged"):
        ticket.read(code, other)
    with pytest.raises(hcert.Unreadable, match="forged"):
        hcert.read(paper, other, stage.now)


def test_no_line_is_left_out() -> None:
    assert {line.number for line in LINES} == set(range(1, 9))  # 5 goes on below with the list itself, 9 is the query
    assert len({(line.number, line.what) for line in LINES}) == len(LINES)


@pytest.mark.parametrize(("what", "why"), [
    ("typ", {"header": {"typ": "JWT"}}), ("issuer", {"key": OTHER}), ("sub", {"sub": f"{ISSUER}/status/other"}), ("exp", {"exp": 0}),
    ("exp", {"exp": ...}), ("status_list", {"status_list": {"bits": 1, "lst": ""}}),
])  # fmt: skip
def test_line_5_the_list_itself(stage: Stage, what: str, why: dict[str, Any]) -> None:
    kept = Kept(ListId.new(), OrgId.new(), 1, dt.datetime.now(dt.UTC), 16, bytes(4))
    uri = statuslist.uri_of(ISSUER, kept.id)
    good = jose.Jws(statuslist.token(stage.ring, ISSUER, kept, stage.now))

    def signed(*, header: dict[str, Any] | None = None, key: Any = None, **said: Any) -> str:
        payload = {name: value for name, value in (good.payload | said).items() if value is not ...}
        return jose.sign(key or stage.ring.signer, good.header | (header or {}), payload)

    assert statuslist.read(signed(), stage.ring, uri, stage.now) == kept.body
    with pytest.raises(Malformed, match=what):
        statuslist.read(signed(**why), stage.ring, uri, stage.now)
    assert zlib.decompress(jose.unb64(good.payload["status_list"]["lst"])) == kept.body


def test_line_9_the_query() -> None:
    wish, grown = Wish("001", ("age_over_18",)), Wish("001", ("age_over_18",), (True,))
    assert dcql.met(grown, {"vct": VCT, "age_over_18": True}, ALWAYS) == ({"age_over_18": True}, 0)
    assert dcql.met(wish, {"age_over_18": True, "name": "林晓", "sex": "女"}, ALWAYS) == ({"age_over_18": True}, 2)
    with pytest.raises(NotMet, match="age_over_18"):
        dcql.met(wish, {"name": "林晓"}, ALWAYS)
    with pytest.raises(NotMet, match="values"):
        dcql.met(grown, {"age_over_18": False}, ALWAYS)


def test_line_2_divisions(stage: Stage) -> None:
    """A city speaks for its own divisions alone, and only with its own root key."""
    root = stage.theirs
    document = Document(1, ISSUER, ("990102000000",), 1, stage.now, stage.now + 60)
    pinned = trust.Pinned(ISSUER, trust.fingerprint(root.active.entry.jwk), ("990100000000",))
    assert trust.read(trust.sign(root, document), pinned, 0, stage.now) == document
    with pytest.raises(Malformed, match="divisions"):
        trust.read(trust.sign(root, replace(document, divisions=("990200000000",))), pinned, 0, stage.now)
    with pytest.raises(Malformed, match="fingerprint"):
        trust.read(trust.sign(stage.ring, document), pinned, 0, stage.now)
