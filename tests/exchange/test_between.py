"""What a signature between two cities is worth: each way to bend a question or an answer is refused by name."""

import asyncio
import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec.structs import replace

from onedoor.exchange import between
from onedoor.exchange.between import Asked, Told
from onedoor.exchange.models import City
from onedoor.exchange.ports import Cities
from onedoor.exchange.service import beholding
from onedoor.kernel import jose, trust
from onedoor.kernel.i18n import Text
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Keys, Ring
from onedoor.kernel.ports import Ports
from onedoor.kernel.trust import Document, TrustKey
from onedoor.orgs.models import OrgId

NOW, HERE, THERE = 1_790_000_000, "https://here.example", "https://there.example"
Sides = dict[str, Any]


def document(ring: Ring, name: str, opener: X25519PrivateKey, **bent: Any) -> Document:
    root = TrustKey(ring.active.kid, "ES256", "federation", ring.active.entry.jwk)
    enc = {"kty": "OKP", "crv": "X25519", "x": jose.b64(opener.public_key().public_bytes_raw())}
    whole: dict[str, Any] = {"v": 1, "node": name, "divisions": ("9902",), "seq": 1, "iat": NOW, "exp": NOW + 86_400}
    whole |= {"keys": (root,), "enc": enc}
    return Document(**{**whole, **bent})


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Sides:
    found: Sides = {}
    for name, node in (("asker", HERE), ("home", THERE), ("third", "https://third.example")):
        ring, opener = Keys(Path(tmp_path_factory.mktemp(name)), node, trust.RING).ring(), X25519PrivateKey.generate()
        found |= {name: ring, f"{name} opener": opener, f"{name} document": document(ring, node, opener)}
    return found


def question(**bent: Any) -> Asked:
    whole: dict[str, Any] = {
        "iss": HERE, "aud": THERE, "jti": str(uuid.UUID(int=1)), "iat": NOW, "exp": NOW + 60,
        "elements": ("driver.class",),
        "keys": {"person.id_number": "990105199203180222"}, "purpose": "apply", "item": "jt-wangyueche", "title": Text("网约车"),
        "asker": Text("交通运输局"), "matter": str(uuid.UUID(int=2)),
    }  # fmt: skip
    return Asked(**{**whole, **bent})


def test_a_question(sides: Sides) -> None:
    ring, known = sides["asker"], sides["asker document"]
    text = between.ask(ring, question())
    assert between.read(text, known, THERE, NOW) == question()
    head, body, signature = text.split(".")
    other = jose.b64(jose.unb64(body).replace(b"driver.class", b"driver.photo"))
    loud = jose.sign(ring.signer, {"alg": "ES256", "typ": between.ANSWER_TYP, "kid": ring.active.kid}, {})
    none = f"{jose.b64(jose.compact({'alg': 'none', 'typ': between.ASK_TYP, 'kid': ring.active.kid}))}.{body}."
    retired = replace(known, keys=(replace(known.keys[0], exp=NOW),))
    for why, given, told, here, now in (
        ("signature", f"{head}.{other}.{signature}", known, THERE, NOW),
        ("signature", between.ask(sides["third"], question()), known, THERE, NOW),
        ("signature", text, retired, THERE, NOW), ("typ", loud, known, THERE, NOW), ("typ", none, known, THERE, NOW),
        ("audience", text, known, "https://third.example", NOW), ("signature", text, sides["third document"], THERE, NOW),
        ("audience", between.ask(ring, question(iss="https://third.example")), known, THERE, NOW),
        ("expired", text, known, THERE, NOW + 60),
        ("expired", between.ask(ring, question(exp=NOW + 3600)), known, THERE, NOW),
        ("expired", between.ask(ring, question(iat=NOW + 90, exp=NOW + 100)), known, THERE, NOW),
        ("shape", between.ask(ring, question(elements=())), known, THERE, NOW),
        ("shape", between.ask(ring, question(elements=("x.y",) * 61)), known, THERE, NOW),
        ("shape", between.ask(ring, question(item="x" * 61)), known, THERE, NOW), ("document expired", text, known, THERE, NOW + 86_400),
        ("three parts", "x", known, THERE, NOW),
    ):  # fmt: skip
        with pytest.raises(Malformed, match=why):
            between.read(given, told, here, now)
    with pytest.raises(Malformed, match="size"):
        between.sender("x" * 70_000)


def test_an_answer(sides: Sides) -> None:
    asked = question()
    told = Told(THERE, HERE, asked.jti, NOW, jose.b64(between.meaning(asked)), "held", {"driver.class": "C1"}, asked.keys)

    def sealed(said: Told, ring: str = "home", to: str = "asker document") -> str:
        return between.answer(sides[ring], said, sides[to])

    def opened(text: str, opener: str = "asker opener", of: Asked = asked, by: str = "home document", now: int = NOW) -> Told:
        return between.open_answer(text, sides[opener], sides[by], of, now)

    good = sealed(told)
    assert opened(good) == told
    assert b"eyJhbGci" not in jose.unb64(good), "nobody else reads even who signed it"
    other = question(jti=str(uuid.UUID(int=3)))
    for why, text, more in (
        ("sealed", good, {"opener": "third opener"}), ("sealed", good[:-4] + "AAAA", {}), ("base64url", "?", {}), ("sealed", "", {}),
        ("signature", sealed(told, ring="third"), {}), ("sealed", sealed(told, to="third document"), {}),
        ("another question", good, {"of": other}),
        ("another question", sealed(replace(told, of="")), {}), ("another question", good, {"of": question(elements=("driver.photo",))}),
        ("time", sealed(replace(told, iat=NOW + 90)), {}), ("sealed", sealed(replace(told, aud="https://third.example")), {}),
        ("document expired", good, {"now": NOW + 86_400}),
    ):  # fmt: skip
        with pytest.raises(Malformed, match=why):
            opened(text, **more)


def test_a_question_sent_once_more_means_the_same() -> None:
    later = question(iat=NOW + 30, exp=NOW + 90, title=Text("x"))
    assert between.meaning(later) == between.meaning(question())
    assert between.meaning(question(elements=("driver.photo",))) != between.meaning(question())


class Odd:
    """A city that shows whatever it likes in the place of a seal."""

    def __init__(self, body: str) -> None:
        self.body = body

    async def get(self, url: str) -> str:
        return json.dumps({"body": self.body})

    async def post(self, url: str, body: str, media: str = "") -> str:
        raise ConnectionError(url)


def test_no_seal_is_too_odd_to_be_noted() -> None:
    """Half a surrogate is nothing that UTF-8 can say, and must not keep anybody from looking at the next city."""
    moment = dt.datetime.fromtimestamp(NOW, dt.UTC)
    city, ports = City(THERE, OrgId.new(), "", [], "on", 1, "", moment, "", "", moment), Ports()
    ports.put(Cities, Odd('{"n":1,"x":"\ud800"}'))
    assert len(asyncio.run(beholding._digest(ports, city, 1))) == 32
