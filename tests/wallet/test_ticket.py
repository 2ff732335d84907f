"""OC1: what is signed comes back, and nothing else does."""

import datetime as dt
import os
from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel import base45
from onedoor.kernel.keys import Keys, Ring, rotate
from onedoor.wallet import ticket
from onedoor.wallet.models import ListId

ISSUER = "https://city.example"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    return Keys(tmp_path_factory.mktemp("home"), ISSUER, "wallet").ring()


def minted(ring: Ring, **said: object) -> str:
    now = ring.active.entry.created_at
    facts = {
        "type": "003", "number": "QHJZ************48X", "holder": "林*晓", "ends_on": dt.date(2027, 11, 1), "list": ListId.new(),
        "idx": 1_048_575, "now": now, "lifetime": 300, **said,
    }  # fmt: skip
    return ticket.mint(ring, **facts)


@given(st.binary(max_size=80))
def test_base45_round_trip(raw: bytes) -> None:
    assert base45.decode(base45.encode(raw)) == raw


def test_base45_vectors_of_the_rfc() -> None:
    assert base45.encode(b"AB") == "BB8"
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    assert base45.decode("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize("bad", ["GGW", ":::", "A", "ABCD", "::", "bb8", "é00"])
def test_base45_has_one_spelling(bad: str) -> None:
    with pytest.raises(ValueError):
        base45.decode(bad)


def test_a_code_says_what_was_signed(ring: Ring) -> None:
    where = ListId.new()
    found = ticket.read(minted(ring, list=where), ring)
    assert (found.type, found.holder, found.list, found.idx) == ("003", "林*晓", where.uuid.bytes, 1_048_575)
    assert found.ends_on == dt.date(2027, 11, 1)
    assert ticket.read(minted(ring, ends_on=None), ring).ends_on is None


def test_a_code_is_short_enough_to_scan(ring: Ring) -> None:
    words = minted(ring, holder="阿卜杜拉***江", number="X" * 40)
    assert len(words) <= 300
    code = segno.make(words, error="m", boost_error=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= 11


def test_a_code_names_whoever_shows_it(ring: Ring) -> None:
    found = ticket.read(minted(ring, holder="林*晓", agent="王*"), ring)
    assert ticket.parted(found.holder) == ("林*晓", "王*")
    assert ticket.parted(ticket.read(minted(ring), ring).holder) == ("林*晓", "")
    longest = minted(ring, holder="阿卜杜拉·买买提·吐尔逊", agent="阿卜杜拉·买买提·吐尔逊", number="X" * 40)
    assert int(segno.make(longest, error="m", boost_error=False).version) <= 12
    assert ticket.parted(ticket.read(longest, ring).holder)[1]


def test_a_code_survives_a_text_field(ring: Ring) -> None:
    for _ in range(50):
        words = minted(ring)
        assert "  " not in words
        assert words == words.strip()


def test_every_changed_bit_is_refused(ring: Ring) -> None:
    words = minted(ring)
    raw = words.encode()
    for at in range(len(raw)):
        for bit in range(8):
            changed = (raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]).decode("latin-1")
            with pytest.raises(ticket.Unreadable):
                ticket.read(changed, ring)


def test_every_changed_bit_of_the_bytes_is_refused(ring: Ring) -> None:
    raw = base45.decode(minted(ring)[4:])
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(ticket.Unreadable):
            ticket.read("OC1:" + base45.encode(bytes(changed)), ring)


def test_the_other_spelling_of_a_signature_is_refused(ring: Ring) -> None:
    from onedoor.kernel import jose

    raw = base45.decode(minted(ring)[4:])
    s = jose.ORDER - int.from_bytes(raw[-32:], "big")
    with pytest.raises(ticket.Unreadable, match="forged"):
        ticket.read("OC1:" + base45.encode(raw[:-32] + s.to_bytes(32, "big")), ring)


def test_every_cut_is_refused(ring: Ring) -> None:
    words = minted(ring)
    for length in range(len(words)):
        with pytest.raises(ticket.Unreadable):
            ticket.read(words[:length], ring)


@pytest.mark.parametrize(("why", "words"), [
    ("foreign", "HC1:6BFOXN"), ("foreign", "https://example.org/pay"), ("foreign", ""), ("damaged", "OC1:"), ("damaged", "OC1:\x00"),
    ("damaged", "OC1:😀😀😀"), ("damaged", "OC1:" + "0" * 10_000), ("damaged", "OC1:" + "A" * 7),
])  # fmt: skip
def test_other_texts_are_told_apart(ring: Ring, why: str, words: str) -> None:
    with pytest.raises(ticket.Unreadable, match=why):
        ticket.read(words, ring)


def test_another_house_is_not_ours(ring: Ring, tmp_path: Path) -> None:
    with pytest.raises(ticket.Unreadable, match="forged"):
        ticket.read(minted(Keys(tmp_path, ISSUER, "wallet").ring()), ring)


def test_rotation_keeps_old_codes(tmp_path: Path) -> None:
    keys = Keys(tmp_path, ISSUER, "wallet")
    words = minted(keys.ring())
    rotate(tmp_path, "wallet")
    assert ticket.read(words, keys.ring()).type == "003"
    assert ticket.read(minted(keys.ring()), keys.ring()).kid == keys.ring().active.short


def test_noise_is_never_an_error(ring: Ring) -> None:
    for _ in range(500):
        with pytest.raises(ticket.Unreadable):
            ticket.read("OC1:" + base45.encode(os.urandom(150)), ring)
