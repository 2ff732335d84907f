"""核验 without a server: what each text is worth, by what a process knows."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId
from onedoor.wallet import sdjwt, statuslist, ticket, verification
from onedoor.wallet.models import CertType, Claim, ClaimKind, ListId, Look, Mask, identifier_of, masked, number_of
from onedoor.wallet.statuslist import Kept, Lists
from onedoor.wallet.vault import Shelf, Vault

ISSUER = "https://city.example"
LIST, ORG = ListId.new(), OrgId.new()
TYPE = CertType(
    "003", Text("居住证", "Residence permit"), "gongan", ORG, Text("公安局", "Police"), "11990100000001011X", None,
    [Claim("name", Text("姓名", "Name"), mask=Mask.NAME), Claim("address", Text("住址", "Address"), mask=Mask.ADDRESS)],
    Look("#CFE3F2", "#143E63"), "QHJZ", 365, 1,
)  # fmt: skip


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("home"), ISSUER)


@pytest.fixture(scope="module")
def now(vault: Vault) -> dt.datetime:
    return dt.datetime.fromtimestamp(vault.ring.active.entry.created_at, dt.UTC)


def shelf(now: dt.datetime, status: int = 0, size: int = 64) -> Shelf:
    return Shelf({"003": TYPE}, Lists(now, {str(LIST): Kept(LIST, ORG, 1, now, size, bytes([status << 2]) + bytes(15))}))


def code(vault: Vault, now: dt.datetime, **said: Any) -> str:
    facts = {
        "type": "003", "number": "QHJZ****48X1", "holder": "林*", "ends_on": now.date() + dt.timedelta(days=9), "list": LIST, "idx": 1,
        "now": int(now.timestamp()), "lifetime": 300, **said,
    }  # fmt: skip
    return ticket.mint(vault.ring, **facts)


def judged(text: str, vault: Vault, known: Shelf, now: dt.datetime) -> str:
    return str(verification.check(text, vault, known, now, now.date()).result)


def test_a_fresh_code(vault: Vault, now: dt.datetime) -> None:
    verdict = verification.check(code(vault, now), vault, shelf(now), now, now.date())
    assert (str(verdict.result), verdict.tone) == ("valid", "done")
    assert verdict.face is not None
    assert (verdict.face.holder, verdict.face.name.en, verdict.face.issuer.zh) == ("林*", "Residence permit", "公安局")
    assert verdict.list_at == now
    assert judged(f"\n {code(vault, now)} \r\n", vault, shelf(now), now) == "valid"


def test_each_state_has_its_word(vault: Vault, now: dt.datetime) -> None:
    fresh = code(vault, now)
    later = now + dt.timedelta(seconds=301)
    assert judged(fresh, vault, shelf(later), later) == "code_expired"
    assert judged(fresh, vault, shelf(now, 1), now) == "revoked"
    assert judged(fresh, vault, shelf(now, 2), now) == "suspended"
    assert judged(fresh, vault, shelf(now, 3), now) == "suspended"
    assert judged(code(vault, now, ends_on=now.date() - dt.timedelta(days=1)), vault, shelf(now), now) == "expired"
    assert judged(code(vault, now, ends_on=now.date()), vault, shelf(now), now) == "valid"
    assert judged(code(vault, now, ends_on=None), vault, shelf(now), now) == "valid"
    assert judged(code(vault, now + dt.timedelta(seconds=61)), vault, shelf(now), now) == "unclear"


def test_what_cannot_be_told_is_never_green(vault: Vault, now: dt.datetime) -> None:
    long_code = code(vault, now, lifetime=ticket.ON_DEVICE * 2)
    day_later = now + dt.timedelta(hours=24, seconds=1)
    assert judged(long_code, vault, shelf(now), now + dt.timedelta(hours=23)) == "valid"
    assert judged(long_code, vault, shelf(now), day_later) == "unclear"
    assert judged(long_code, vault, shelf(now, 1), day_later) == "revoked"
    assert judged(code(vault, now, idx=64), vault, shelf(now), now) == "unclear"
    assert judged(code(vault, now, list=ListId.new()), vault, shelf(now), now) == "unclear"
    assert judged(code(vault, now, type="999"), vault, shelf(now), now) == "unclear"


@pytest.mark.parametrize(("text", "result"), [
    ("", "empty"), (" \n", "empty"), ("https://u.wechat.com/x", "foreign"), ("HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC", "damaged"),
    ("x" * 10_000, "foreign"), ("OC1:" + "A" * 10_000, "foreign"), ("OC1:", "damaged"), ("oc1:abc", "damaged"), ("ＯＣ１：ABC", "damaged"),
    ("OC1:A\x00B", "damaged"), ("OC1:😀😀", "damaged"), ("\x00", "foreign"), ("‮OC1:", "foreign"), ("1234", "foreign"),
    ("eyJhbGciOiJFUzI1NiJ9.e30.AAAA~", "forged"), ("eyJ.x", "damaged"), ("ey" + "A" * 7_000 + ".", "damaged"),
])  # fmt: skip
def test_whatever_is_pasted_gets_clear_words(vault: Vault, now: dt.datetime, text: str, result: str) -> None:
    verdict = verification.check(text, vault, shelf(now), now, now.date())
    assert str(verdict.result) == result
    assert verdict.title.zh != verdict.title.en
    assert verdict.detail.en


def test_lower_case_and_cut_codes(vault: Vault, now: dt.datetime) -> None:
    fresh = code(vault, now)
    assert judged(fresh.lower(), vault, shelf(now), now) == "damaged"
    assert judged(fresh[:-1], vault, shelf(now), now) in ("damaged", "forged")
    assert judged(fresh[:40], vault, shelf(now), now) == "damaged"


def credential(vault: Vault, now: dt.datetime, **said: Any) -> str:
    stamp = int(now.timestamp())
    open_claims = {
        "iss": ISSUER, "vct": f"{ISSUER}/vct/003", "iat": stamp, "nbf": stamp, "exp": stamp + 900_000,
        "status": {"status_list": {"idx": 1, "uri": statuslist.uri_of(ISSUER, LIST)}}, **said,
    }  # fmt: skip
    personal = {"holder_name": "林晓", "certificate_number": "QHJZ2026123456789X", "name": "林晓", "address": "青禾市东湖区书院街 1 号"}
    return sdjwt.issue(vault.ring, open_claims, personal)


def test_the_signed_text(vault: Vault, now: dt.datetime) -> None:
    text = credential(vault, now)
    verdict = verification.check(text, vault, shelf(now), now, now.date())
    assert str(verdict.result) == "valid"
    assert verdict.face is not None
    assert (verdict.face.holder, verdict.face.number) == ("林*", "QHJ*************9X")
    assert [value for _, value in verdict.face.fields] == ["林*", "青禾市东湖区***"]
    wrapped = "\n".join(text[n : n + 60] for n in range(0, len(text), 60))
    for spelt in (text.rstrip("~"), text.split("~")[0], text.split("~")[0] + "~", wrapped):
        assert judged(spelt, vault, shelf(now), now) == "valid", spelt[-20:]
    assert judged(text, vault, shelf(now, 1), now) == "revoked"
    assert judged(credential(vault, now, exp=int(now.timestamp()) - 61), vault, shelf(now), now) == "expired"
    assert judged(credential(vault, now, valid_to="2020-01-01"), vault, shelf(now), now) == "expired"
    assert judged(credential(vault, now, vct="x"), vault, shelf(now), now) == "unclear"
    assert judged(text.replace("~", "~AAAA~", 1), vault, shelf(now), now) == "forged"
    assert judged(credential(vault, now, iss="https://other.example"), vault, shelf(now), now) == "forged"


def test_the_copy_on_disk(vault: Vault, now: dt.datetime, tmp_path: Path) -> None:
    house = Vault(tmp_path, ISSUER)
    assert house.load() is None
    assert house.worth_saving(shelf(now))
    house.save(shelf(now, 1))
    assert not house.worth_saving(shelf(now, 1))
    assert house.worth_saving(shelf(now + dt.timedelta(seconds=61), 1))
    assert Vault(tmp_path, ISSUER).load() == shelf(now, 1)
    house.save(shelf(now - dt.timedelta(hours=1)))
    assert house.load() == shelf(now, 1)
    for broken in (b"", b"\xff", msgspec.msgpack.encode({"types": 1})):
        house.path.write_bytes(broken)
        assert house.load() is None


def test_identifiers_have_their_check_character() -> None:
    org = "11990100000000115Q"
    assert identifier_of(org, "042", org, "2026000000001", 1) == f"1.2.156.3005.2.{org}042.{org}.2026000000001.001.R"
    assert number_of("QHJZ", "2026123456789")[:-1] == "QHJZ2026123456789"


@pytest.mark.parametrize(("value", "how", "seen"), [
    ("张小三", Mask.NAME, "张*三"), ("李四", Mask.NAME, "李*"), ("990102197811050423", Mask.NUMBER, "990*************23"),
    ("青禾市东湖区书院街 33 号", Mask.ADDRESS, "青禾市东湖区***"), ("某地 1 号", Mask.ADDRESS, "某地 ***"), ("x", Mask.HIDDEN, "••••••"),
    (None, Mask.HIDDEN, ""), (True, Mask.NONE, "True"),
])  # fmt: skip
def test_masks(value: Any, how: Mask, seen: str) -> None:
    assert masked(value, how) == seen


def test_claim_kinds_are_those_of_the_city_data() -> None:
    assert {str(kind) for kind in ClaimKind} == {"text", "date", "code", "number", "bool"}
