"""OD1: every vector, every altered bit, the table of time steps, lists and replays."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.passes.od1 import layout
from onedoor.passes.od1.checking import Checker, Issuer, Known, Verifier
from onedoor.passes.od1.layout import Colour, Result, Unreadable
from onedoor.passes.od1.minting import Own
from onedoor.passes.od1.pid import PidKey
from tests.passes import world
from tests.passes.world import CHAIN, KEY, MINTER, PERSON, PID_KEY, T0, checker, code, known, listed, paper, vectors

MINUTES = (0, 15, 30, 60, 3600)


@pytest.mark.parametrize("public", [KEY.public_key(), Own(KEY)], ids=["public key", "own key"])
@pytest.mark.parametrize("name", ["od1_vectors.json", "od1_vectors_bad.json"])
def test_vectors(name: str, public: Verifier) -> None:
    for one in vectors(name):
        raw = bytes.fromhex(one["code"])
        found = Checker(known(public=public)).check(raw, one["now"])
        assert found.result == one["expect"], one
        if one.get("colour") is not None:
            assert found.colour == one["colour"], one
        if layout.whole(raw):
            assert layout.read(one["text"]) == raw
            assert layout.text_of(raw) == one["text"]


def test_minting_gives_the_vectors_again() -> None:
    assert code(1).hex() == vectors("od1_vectors.json")[0]["code"]
    assert paper().hex() == next(one["code"] for one in vectors("od1_vectors_bad.json") if one["name"] == "paper")


@pytest.mark.parametrize("public", [KEY.public_key(), Own(KEY)], ids=["public key", "own key"])
@pytest.mark.parametrize("given", [code(5), paper()], ids=["phone", "paper"])
def test_no_altered_bit_passes(given: bytes, public: Verifier) -> None:
    judge = checker(public=public)
    assert judge.check(given, T0 + 60).result in ("ok", "paper")
    for at in range(len(given) * 8):
        changed = bytes(byte ^ (1 << at % 8) if n == at // 8 else byte for n, byte in enumerate(given))
        assert judge.check(changed, T0 + 60).result not in ("ok", "paper", "replayed"), at


@pytest.mark.parametrize("step_class", [0, 1, 2])
def test_each_step_lives_for_three(step_class: int) -> None:
    """The step before and the step after the current one are good; whatever is further off is told by its side."""
    seconds, flags = layout.STEP_SECONDS[step_class], step_class << 3
    judge = Checker(known())
    for step in (1, 2, 120, 239, 240):
        begins = T0 + (step - 1) * seconds
        for offset, expected in (
            (-seconds - 1, "future"), (-seconds, "ok"), (-1, "ok"), (0, "ok"), (seconds - 1, "ok"), (2 * seconds - 1, "ok"),
            (2 * seconds, "stale"), (28_800, "stale"), (-28_800, "future"),
        ):  # fmt: skip
            assert judge.check(code(step, flags), begins + offset).result == expected, (step, offset)


def test_who_saw_a_step_cannot_make_the_next() -> None:
    judge = checker()
    assert judge.check(code(7), T0 + 90).result == "ok"
    for step in (6, 8):
        forged = world.ticket() + bytes([step]) + CHAIN[7]
        assert judge.check(forged, T0 + 15 * (step - 1)).result == "forged"
    assert judge.check(code(8), T0 + 105).result == "ok"
    assert judge.check(code(6), T0 + 90).result == "ok"
    assert judge.check(code(6), T0 + 90).result == "replayed"


def test_a_list_keeps_or_worsens_and_never_lifts() -> None:
    """Each of the four values over each of the five colours."""
    order = [Colour.GREEN, Colour.POPUP, Colour.GREY, Colour.YELLOW, Colour.RED]
    for value, of_list in enumerate((Colour.GREEN, Colour.RED, Colour.YELLOW, Colour.GREY)):
        judge = Checker(known(lists={PERSON.shard: listed(value)}))
        for of_ticket in Colour:
            found = judge.check(code(1, of_ticket), T0)
            assert (found.result, found.colour) == ("ok", max(of_ticket, of_list, key=order.index))
            assert found.pid == PERSON


def test_an_old_list_a_missing_one_and_a_missing_key_are_told() -> None:
    old = Checker(known(lists={PERSON.shard: listed(1, T0 - 90_000)})).check(code(1), T0)
    assert (old.result, old.colour, old.issued) == ("list_old", Colour.RED, T0 - 90_000)
    assert Checker(known(listed=True)).check(code(1), T0).result == "no_list"
    nothing = Known({MINTER.kid: [Issuer(KEY.public_key(), "epi")]}, {}, {PERSON.shard: listed()})
    assert Checker(nothing).check(code(1), T0).result == "no_list"
    noise = known(lists={PERSON.shard: listed()})
    noise.pid_keys = dict.fromkeys(noise.pid_keys, PidKey(b"x" * 16))
    assert Checker(noise).check(code(1), T0).result == "no_list"


def test_the_key_of_the_day_is_that_of_the_ticket() -> None:
    """A code of 23:59:50 is read after midnight."""
    t0 = T0 - T0 % 86_400 + 86_400 - 3600
    late = MINTER.ticket(PID_KEY, PERSON, 0, t0, (links := world.chain(b"s" * 16, t0.to_bytes(4, "big")))[0])
    held = known(lists={PERSON.shard: listed(1, t0)})
    held.pid_keys = {("epi", False, t0 // 86_400): PID_KEY, ("epi", False, t0 // 86_400 + 1): PidKey(b"y" * 16)}
    found = Checker(held).check(late + b"\xf0" + links[240], t0 + 3610)
    assert (found.result, found.colour) == ("ok", Colour.RED)


def test_keys_that_share_a_kid_are_all_tried_and_a_scheme_that_is_over_is_named() -> None:
    other = Issuer(world.Ed25519PrivateKey.generate().public_key(), "campus")
    own = Issuer(KEY.public_key(), "epi", listed=False)
    assert Checker(Known({MINTER.kid: [other, own]})).check(code(1), T0).scheme == "epi"
    assert Checker(Known({MINTER.kid: [other]})).check(code(1), T0).result == "forged"
    over = Issuer(KEY.public_key(), "epi", ends_at=T0 + 10, listed=False)
    assert Checker(Known({MINTER.kid: [over]})).check(code(1), T0 + 9).result == "ok"
    found = Checker(Known({MINTER.kid: [over]})).check(code(1), T0 + 10)
    assert (found.result, found.ended, found.scheme) == ("unknown_issuer", True, "epi")
    retired = Issuer(KEY.public_key(), "epi", not_after=T0 - 1, listed=False)
    assert Checker(Known({MINTER.kid: [retired]})).check(code(1), T0).result == "unknown_issuer"


def test_paper_of_one_day_serves_two_errands_and_dies_by_its_successor() -> None:
    judge = checker(lists={PERSON.shard: listed()})
    assert [judge.check(paper(), T0 + at).result for at in MINUTES] == ["paper", "replayed", "replayed", "replayed", "paper"]
    replaced = checker(lists={PERSON.shard: listed()}, min_paper={PERSON.shard: {PERSON.row: 9}})
    assert replaced.check(paper(seq=8), T0).result == "stale"
    assert replaced.check(paper(seq=9), T0).result == "paper"


def test_text_as_scanners_give_it() -> None:
    text = layout.text_of(code(1))
    for good in (text, text + "\r\n", text.lower(), "\n" + text):
        assert layout.read(good) == code(1)
    bads = [text.replace("OD1:", "OD1：", 1), text + " X", text[:-1] + "!", "HC1:" + text[4:], "", "OD1:", "OD1:" + "A" * 9000, "weixin://x"]
    for bad in bads:
        try:
            found = Checker(known()).check(layout.read(bad), T0).result
        except Unreadable:
            found = Result.FORMAT
        assert found == "format", bad
    for cut in range(4, len(text)):
        with contextlib.suppress(Unreadable):
            assert Checker(known()).check(layout.read(text[:cut]), T0).result == "format"


@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict(raw: bytes) -> None:
    assert Checker(known()).check(raw, T0).result in ("format", "unknown_issuer", "forged")
