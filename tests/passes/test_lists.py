"""Colour lists and their deltas: whole, in order, by a key that counts; anything else keeps the old list."""

import contextlib
import random
import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel import jose
from onedoor.kernel.jose import Malformed
from onedoor.passes.od1 import deltas, lists
from onedoor.passes.od1.lists import List, put
from tests.passes.world import KEY, T0

HOUSE = "https://city.example"
KEYS = {"k": KEY.public_key()}
STRANGER = Ed25519PrivateKey.generate()


def made(rows: int, seq: int = 1, share: float = 0.01) -> List:
    body, dice = bytearray(lists.empty(rows)), random.Random(4)
    for row in dice.sample(range(rows), int(rows * share)):
        put(body, row, dice.randint(1, 3))
    return List(7, seq, T0, bytes(body))


def after(before: List, changes: dict[int, int]) -> List:
    body = bytearray(before.body)
    for row, value in changes.items():
        put(body, row, value)
    return List(before.shard, before.seq + 1, before.issued + 300, bytes(body))


def test_a_list_comes_back_as_an_ordinary_status_list() -> None:
    whole = made(100_000)
    text = lists.token(KEY, "k", HOUSE, whole)
    assert lists.read(text, KEYS, T0 + 60) == whole
    jws = jose.Jws(text)
    assert jws.header == {"alg": "EdDSA", "typ": "statuslist+jwt", "kid": "k"}
    assert jws.payload["sub"] == f"{HOUSE}/passes/lists/7/full"
    assert zlib.decompress(jose.unb64(jws.payload["status_list"]["lst"])) == whole.body


@pytest.mark.parametrize(
    ("why", "wrong"),
    {
        "issuer": lambda one: lists.token(STRANGER, "k", HOUSE, one),
        "removed": lambda one: lists.token(KEY, "removed", HOUSE, one),
        "exp": lambda one: lists.token(KEY, "k", HOUSE, one, lifetime=0),
        "seq": lambda one: lists.token(KEY, "k", HOUSE, List(one.shard, 0, one.issued, one.body)),
        "three parts": lambda one: "x",
    }.items(),
)
def test_a_list_that_must_not_be_believed(why: str, wrong) -> None:
    with pytest.raises(Malformed, match="issuer" if why == "removed" else why):
        lists.read(wrong(made(400)), KEYS, T0, newer_than=1)


def test_a_million_rows_with_one_flipped_byte() -> None:
    whole = made(1_000_000)
    text = lists.token(KEY, "k", HOUSE, whole)
    dice = random.Random(1)
    for at in (0, 5, len(text) - 3, *(dice.randrange(len(text)) for _ in range(12))):
        flipped = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(Malformed):
            lists.read(flipped, KEYS, T0)


def test_deltas_in_order_and_no_other_way() -> None:
    one = made(100_000)
    changes = {5: 1, 6: 2, 99_999: 3}
    two = after(one, changes)
    raw = deltas.make(KEY, "k", one, two, changes)
    assert deltas.applied(raw, KEYS, one) == two
    for held in (two, List(8, 1, T0, one.body), List(7, 1, T0, bytes(len(one.body)))):
        with pytest.raises(Malformed, match=r"seq|hash"):
            deltas.applied(raw, KEYS, held)
    back = deltas.make(KEY, "k", two, List(7, 1, T0, one.body), {5: 0})
    with pytest.raises(Malformed, match="seq"):
        deltas.applied(back, KEYS, two)
    with pytest.raises(Malformed, match="issuer"):
        deltas.applied(deltas.make(STRANGER, "k", one, two, changes), KEYS, one)
    for at in range(len(raw)):
        with pytest.raises(Malformed):
            deltas.applied(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], KEYS, one)
        with pytest.raises(Malformed):
            deltas.applied(raw[:at], KEYS, one)


@given(st.dictionaries(st.integers(0, (1 << 24) - 1), st.integers(0, 3), max_size=60))
def test_changes_come_back(changes: dict[int, int]) -> None:
    assert deltas.unpacked(deltas.packed(changes)) == changes


@given(st.binary(max_size=40))
def test_any_bytes_of_changes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert deltas.packed(deltas.unpacked(raw)) == raw


def test_ten_thousand_changes_in_ten_million() -> None:
    dice = random.Random(2)
    changes = {row: dice.randint(0, 3) for row in dice.sample(range(10_000_000), 10_000)}
    assert len(deltas.packed(changes)) <= 25_000
