"""OV1 in the browser: the vectors, and some thousand codes of vehicles, whole and damaged, that both verifiers judge alike."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page

from onedoor.passes.od1.checking import Issuer
from onedoor.passes.od1.layout import Unreadable
from onedoor.passes.vehicles import Verdict, check, plate_of, read
from tests.browser.conftest import scripted
from tests.passes.test_vehicles import KEY, KID, NOW, code, vectors

pytestmark = pytest.mark.browser
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
MANY = 3_000
ISSUERS = {KID: [Issuer(OTHER.public_key(), "other"), Issuer(KEY.public_key(), "s", ends_at=NOW + 9_000_000, levels={0: 0})]}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with scripted(browser, "vehicle_page.ts") as one:
        yield one


def told(found: Verdict) -> list[Any]:
    return [str(found.result), found.plate, found.begins, found.ends, found.scheme]


def judged(page: Page, rows: list[tuple[bytes, str, int, str | None]], withdrawn: list[bytes]) -> list[list[Any]]:
    issuers = [
        (kid.hex(), one.public.public_bytes_raw().hex(), one.scheme, one.ends_at, one.levels)
        for kid, found in ISSUERS.items() for one in found
    ]  # fmt: skip
    return page.evaluate("(given) => judge(given)", {
        "issuers": issuers, "withdrawn": [one.hex() for one in withdrawn], "rows": [(raw.hex(), *more) for raw, *more in rows],
    })  # fmt: skip


def test_the_vectors(page: Page) -> None:
    every = vectors()
    rows = [(read(one["text"]), one["here"], one["now"], one["plate"]) for one in every]
    assert [row[0] for row in judged(page, rows, [b"withdraw"])] == [one["expect"] for one in every]
    texts = [every[0]["text"], every[0]["text"].lower() + "\r\n", "OD1:AB", "OV1:", "OV1:ä", "OV1:" + "A" * 500]

    def raw(text: str) -> str | None:
        try:
            return read(text).hex()
        except Unreadable:
            return None

    assert page.evaluate("(given) => texts(given)", texts) == [raw(text) for text in texts]
    plates = ["鄂A12345", "鄂a·123 45", "粤B12345Ｄ", "京A1234学", "鄂I12345", "", "x", "鄂A1234567", "鄂AD12345"]
    assert page.evaluate("(given) => plates(given)", plates) == [plate_of(one) for one in plates]


def test_two_verifiers_never_disagree(page: Page) -> None:
    draw = random.Random(7)
    rows: list[tuple[bytes, str, int, str | None]] = []
    for _ in range(MANY):
        begins = NOW + draw.choice((-86_400, -1, 0, 1, 3_600))
        route = tuple(draw.sample(["9901", "990102", "990102001", "990102001001", "99", "9902"], draw.randint(1, 3)))
        raw = bytearray(code(
            begins=begins, ends=begins + draw.choice((1, 3_600, 86_400)), use=draw.randrange(3), route=route, signed=NOW - 100,
            plate=draw.choice(("鄂A12345", "鄂AD12345", "京A1234学")), serial=draw.choice((b"withdraw", b"12345678")),
        ))  # fmt: skip
        damage = draw.random()
        if damage < 0.3:
            raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        elif damage < 0.4:
            del raw[draw.randrange(len(raw)) :]
        elif damage < 0.5:
            raw[24:] = draw.randbytes(draw.randrange(120))
        here = draw.choice(("9901", "990102", "990102000000", "990102001001", "9902", "990200000000", ""))
        rows.append((bytes(raw), here, NOW, draw.choice((None, "鄂A12345", "鄂 AD1234·5", "x"))))
    mine = [told(check(raw, ISSUERS, here, now, plate, [b"withdraw"])) for raw, here, now, plate in rows]
    assert judged(page, rows, [b"withdraw"]) == mine
    assert len({one[0] for one in mine}) >= 8, "all kinds of codes were among them"
