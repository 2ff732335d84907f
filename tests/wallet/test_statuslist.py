"""Two bits a certificate, in the bytes that any Token Status List client reads."""

import datetime as dt
import zlib
from pathlib import Path

import pytest

from onedoor.kernel import jose
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Keys, Ring
from onedoor.orgs.models import OrgId
from onedoor.wallet import statuslist
from onedoor.wallet.models import ListId
from onedoor.wallet.statuslist import Kept, Status

ISSUER = "https://city.example"
VECTOR, STATUSES = bytes([0xC9, 0x44, 0xF9]), [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    return Keys(tmp_path_factory.mktemp("home"), ISSUER, "wallet").ring()


def kept(body: bytes) -> Kept:
    return Kept(ListId.new(), OrgId.new(), 1, dt.datetime.now(dt.UTC), len(body) * 4, body)


def test_the_vector_of_the_standard() -> None:
    assert [statuslist.at(VECTOR, idx) for idx in range(12)] == [Status(s) for s in STATUSES]
    assert zlib.decompress(jose.unb64("eNo76fITAAPfAgc")) == VECTOR


def test_a_signed_list_is_read_back(ring: Ring) -> None:
    mine = kept(VECTOR)
    text = statuslist.token(ring, ISSUER, mine, 1000)
    assert statuslist.read(text, ring, f"{ISSUER}/status/{mine.id}", 1000) == VECTOR
    said = jose.Jws(text)
    assert (said.header["typ"], said.payload["ttl"], said.payload["exp"]) == ("statuslist+jwt", 300, 1000 + 86400)


def test_a_list_that_must_not_be_believed(ring: Ring, tmp_path: Path) -> None:
    mine = kept(VECTOR)
    uri = f"{ISSUER}/status/{mine.id}"
    text = statuslist.token(ring, ISSUER, mine, 1000)
    good = jose.Jws(text)

    def signed(header: dict[str, object] | None = None, **said: object) -> str:
        return jose.sign(ring.signer, {**good.header, **(header or {})}, {**good.payload, **said})

    bomb = jose.b64(zlib.compress(bytes(40 * statuslist.SIZE), 9))
    bad = [
        ("sub", text, "https://city.example/status/other", 1000), ("exp", text, uri, 1000 + 86400), ("exp", text, uri, 900),
        ("issuer", statuslist.token(Keys(tmp_path, ISSUER, "wallet").ring(), ISSUER, mine, 1000), uri, 1000),
        ("typ", signed({"typ": "JWT"}), uri, 1000),
        ("typ", signed({"alg": "none"}), uri, 1000), ("exp", signed(exp=None), uri, 1000), ("exp", signed(exp="9"), uri, 1000),
        ("status_list", signed(status_list=None), uri, 1000), ("status_list", signed(status_list={"bits": 1, "lst": ""}), uri, 1000),
        ("zlib", signed(status_list={"bits": 2, "lst": "AAAA"}), uri, 1000),
        ("zlib", signed(status_list={"bits": 2, "lst": bomb}), uri, 1000),
    ]  # fmt: skip
    for why, words, where, now in bad:
        with pytest.raises(Malformed, match=why):
            statuslist.read(words, ring, where, now)
