"""OD1 in the browser: the vectors, and ten thousand codes that both verifiers judge alike. No server: the scripts alone, in a page."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Browser, Page

from onedoor.passes.od1 import deltas, layout, lists, numbers
from onedoor.passes.od1.chain import chain
from onedoor.passes.od1.checking import Checker, Issuer, Known, Verdict
from onedoor.passes.od1.layout import DAY, PAPER_PERIOD, Colour
from onedoor.passes.od1.lists import List, put
from onedoor.passes.od1.minting import Minter, shown
from onedoor.passes.od1.pid import Pid, PidKey
from onedoor.passes.service.numbering import SUITE
from tests.browser.conftest import scripted
from tests.passes.test_numbers import VECTORS as NUMBERS
from tests.passes.world import KEY, MINTER, PID_KEY, T0, Ed25519PrivateKey, vectors

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
ROWS = 40_000
BESIDE = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
FOREIGN = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
MANY = 10_000


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with scripted(browser, "od1_page.ts") as one:
        yield one


def told(found: Verdict) -> list[Any]:
    pid = [found.pid.shard, found.pid.row, found.pid.seq] if found.pid else None
    return [str(found.result), found.colour, pid, found.scheme, found.minor]


def judged(page: Page, known: Known, codes: list[tuple[bytes, int]], remember: bool = True) -> list[list[Any]]:
    return page.evaluate("(given) => judge(given)", {
        "issuers": [
            (kid.hex(), one.public.public_bytes_raw().hex(), one.scheme, one.ends_at, one.listed, one.levels)
            for kid, found in known.issuers.items() for one in found
        ],
        "pidKeys": [(f"{scheme}.{'paper' if paper else 'day'}.{n}", key.raw.hex()) for (scheme, paper, n), key in known.pid_keys.items()],
        "lists": [(shard, one.issued, one.body.hex()) for shard, one in known.lists.items()],
        "codes": [(code.hex(), now) for code, now in codes], "remember": remember,
    })  # fmt: skip


def test_vectors_and_altered_bits(page: Page) -> None:
    known = Known(
        {MINTER.kid: [Issuer(KEY.public_key(), "epi", listed=False)]},
        {("epi", False, T0 // DAY): PID_KEY, ("epi", True, T0 // PAPER_PERIOD): PID_KEY},
    )
    every = [*vectors("od1_vectors.json"), *vectors("od1_vectors_bad.json")]
    found = judged(page, known, [(bytes.fromhex(one["code"]), one["now"]) for one in every], remember=False)
    assert [row[0] for row in found] == [one["expect"] for one in every]
    assert [row[1] for row, one in zip(found, every, strict=True) if "colour" in one] == [one["colour"] for one in every if "colour" in one]
    texts = [one["text"] for one in every]
    assert page.evaluate("(given) => texts(given)", texts) == [
        one["code"] if len(one["text"]) <= layout.LONGEST else None for one in every
    ]
    good = bytes.fromhex(vectors("od1_vectors.json")[0]["code"])
    flips = [(bytes(byte ^ (1 << at % 8) if n == at // 8 else byte for n, byte in enumerate(good)), T0) for at in range(976)]
    assert {row[0] for row in judged(page, known, flips)} <= {"format", "forged", "stale", "future", "unknown_issuer"}


class Mill:
    """Codes of every kind, the same for both verifiers."""

    def __init__(self) -> None:
        self.dice = random.Random(11)
        self.minters = {"epi": MINTER, "campus": Minter(BESIDE), "foreign": Minter(FOREIGN), "nobody": Minter(Ed25519PrivateKey.generate())}
        self.pid_keys = {(scheme, day): PidKey(self.dice.randbytes(16)) for scheme in self.minters for day in (-1, 0)}
        self.paper_key = PidKey(self.dice.randbytes(16))
        self.tickets = [self.ticket() for _ in range(400)]

    def ticket(self) -> tuple[bytes, list[bytes], int, int]:
        dice, scheme = self.dice, self.dice.choices(list(self.minters), (6, 2, 1, 1))[0]
        day = dice.choice((-1, 0, 0, 0))
        t0 = T0 + day * 7200 - T0 % DAY + 3600
        flags = layout.flags_of(Colour(dice.randrange(5)), dice.randrange(3), minor=dice.random() < 0.1)
        links = chain(dice.randbytes(16), t0.to_bytes(4, "big"))
        pid = Pid(dice.choice((7, 7, 7, 8)), dice.randrange(ROWS + 2000), dice.randrange(1 << 24))
        made = self.minters[scheme].ticket(self.pid_keys[scheme, -1 if day else 0], pid, flags, t0, links[0], dice.randbytes(8))
        return made, links, t0, layout.step_seconds(flags)

    def code(self) -> tuple[bytes, int]:
        dice, kind = self.dice, self.dice.random()
        if kind < 0.08:
            pid, t0 = Pid(7, dice.randrange(10), dice.randrange(20)), T0 - dice.randrange(40) * DAY
            return MINTER.paper(self.paper_key, pid, dice.randrange(5), t0, dice.randbytes(8)), T0 + dice.randrange(-2, 95) * DAY
        made, links, t0, seconds = dice.choice(self.tickets)
        step = dice.randint(1, 240)
        now = t0 + (step - 1) * seconds + round(dice.gauss(0, seconds))
        raw = shown(made, step, links[step])
        if kind < 0.6:
            return raw, now
        if kind < 0.9:
            at = dice.randrange(976)
            return bytes(byte ^ (1 << at % 8) if n == at // 8 else byte for n, byte in enumerate(raw)), now
        cut, other_step = raw[: dice.randrange(130)], raw[:105] + bytes([dice.randrange(256)]) + raw[106:]
        return dice.choice([cut, raw + b"\0", dice.randbytes(122), other_step]), now

    def known(self) -> Known:
        body = bytearray(lists.empty(ROWS))
        for row in self.dice.sample(range(ROWS), 8000):
            put(body, row, self.dice.randint(1, 3))
        days = {(scheme, False, T0 // DAY + day): key for (scheme, day), key in self.pid_keys.items() if scheme in ("epi", "campus")}
        papers = {("epi", True, T0 // PAPER_PERIOD - n): self.paper_key for n in (0, 1)}
        both = [Issuer(BESIDE.public_key(), "beside", listed=False), Issuer(KEY.public_key(), "epi")]
        issuers = {
            MINTER.kid: both, Minter(BESIDE).kid: [Issuer(BESIDE.public_key(), "campus", ends_at=T0)],
            Minter(FOREIGN).kid: [Issuer(FOREIGN.public_key(), "foreign", listed=False, levels={0: 0, 1: 2, 2: 0})],
        }  # fmt: skip
        return Known(issuers, days | papers, {7: List(7, 1, T0 - 80_000, bytes(body))}, {7: {5: 9}})


def test_ten_thousand_codes_judged_alike(page: Page) -> None:
    mill = Mill()
    known, codes = mill.known(), [mill.code() for _ in range(MANY)]
    judge = Checker(known, remember=True)
    expected = [told(judge.check(code, now)) for code, now in codes]
    kinds = {row[0] for row in expected}
    assert kinds == {str(one) for one in layout.Result}, "a kind of verdict that was never tried"
    away = {row[1] for row in expected if row[3] == "foreign" and row[0] == "ok"}
    assert away == {Colour.GREEN, Colour.RED, Colour.GREY}, "yellow worsens, red is not lifted, what has no line is looked at"
    found = judged(page, known, codes)
    assert [(n, a, b) for n, (a, b) in enumerate(zip(found, expected, strict=True)) if a != b] == []


def test_lists_and_deltas_are_believed_alike(page: Page) -> None:
    dice = random.Random(3)
    body = bytearray(dice.randbytes(250_000))
    one = List(7, 1, T0, bytes(body))
    changes = {row: dice.randint(0, 3) for row in dice.sample(range(1_000_000), 2000)}
    for row, value in changes.items():
        put(body, row, value)
    two = List(7, 2, T0 + 300, bytes(body))
    text, delta = lists.token(KEY, "k", "https://x", one), deltas.make(KEY, "k", one, two, changes)
    at = len(text) // 2
    flipped = [text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :], "x", "a.b.c"]
    given = {"key": KEY.public_key().public_bytes_raw().hex(), "text": text, "delta": delta.hex(), "flipped": flipped, "now": T0}
    seq, held, after, refused = page.evaluate("(given) => lists(given)", given)
    assert (seq, held, after) == (1, one.sha256, two.sha256)
    assert refused[:5] == ["seq", "issuer", "issuer", "issuer", "seq"]
    assert len(refused) == 8
    assert not {"believed", "crash"} & set(refused)


def test_the_lamp_is_green_for_green_alone_and_a_clock_that_is_off_judges_nothing(page: Page) -> None:
    """Each verdict with each colour; then the same with the device eight hours off, and behind its own list."""
    hours = 8 * 3600 * 1000
    results = [str(one) for one in layout.Result]
    rows = [({"result": result, "colour": colour}, 0, T0, T0 - 600) for result in results for colour in range(5)]
    tones = dict(zip([(row[0]["result"], row[0]["colour"]) for row in rows], page.evaluate("(rows) => lamps(rows)", rows), strict=True))
    assert [key for key, tone in tones.items() if tone == "pass"] == [("ok", 0)]
    assert {tone for (result, colour), tone in tones.items() if colour == 2 and result not in ("unknown_issuer",)} == {"stop"}
    for offset, listed in ((hours, T0), (-hours, T0), (0, T0 + 3600)):
        off = [({"result": result, "colour": 0}, offset, T0, listed) for result in results]
        assert "pass" not in page.evaluate("(rows) => lamps(rows)", off)


def test_temperatures_as_people_write_them(page: Page) -> None:
    given = ["36.6", "36,6", "３６６", "36.6℃", "９７", "98.6", "33.9", "45", "热", "", "37.3"]
    found = [tuple(one) for one in page.evaluate("(given) => temperatures(given)", given)]
    assert [tenths for tenths, _ in found] == [366, 366, 366, 366, None, None, None, None, None, None, 373]
    assert [word for _, word in found[4:]] == [
        "tempFahrenheit", "tempFahrenheit", "tempLow", "tempUnread", "tempUnread", "tempNone", "tempHigh",
    ]  # fmt: skip


def test_identity_numbers_are_marked_alike(page: Page) -> None:
    assert page.evaluate("(given) => marks(given)", NUMBERS) == [one["mark"] for one in NUMBERS]
    dice = random.Random(5)
    marks = {dice.randrange(2**32) for _ in range(500)} | {0, 2**32 - 1}
    body, asked = numbers.packed(marks), [*sorted(marks)[::50], 0, 2**32 - 1, *(dice.randrange(2**32) for _ in range(50))]
    assert page.evaluate("([body, asked]) => held(body, asked)", [body.hex(), asked]) == [one in marks for one in asked]
    for bad in (b"\x00", b"\x80", b"\xff" * 6, b"\x05\x00"):
        with pytest.raises(numbers.Unreadable):
            numbers.unpacked(bad)
        assert page.evaluate("([body, asked]) => held(body, asked)", [bad.hex(), [1]]) == [None]


def test_what_a_gate_seals_the_house_alone_opens(page: Page) -> None:
    """HPKE as the browser makes it, opened by another implementation."""
    own, plain = X25519PrivateKey.generate(), '{"number":"990105199203180222","at":1790000000}'
    given = {"to": own.public_key().public_bytes_raw().hex(), "info": "onedoor-look-1|gate_1", "plain": plain}
    one, two = (bytes.fromhex(page.evaluate("(given) => sealed(given)", given)) for _ in range(2))
    assert one != two
    assert [SUITE.decrypt(each, own, info=b"onedoor-look-1|gate_1").decode() for each in (one, two)] == [plain, plain]
    with pytest.raises(InvalidTag):
        SUITE.decrypt(one, own, info=b"onedoor-look-1|gate_2")
