"""Issuing keys: made once by however many start, readable by the owner alone, rotated under running workers."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from onedoor.kernel import jose
from onedoor.kernel.keys import Keys, folder_of, rotate

ISSUER = "https://city.example"


def test_a_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    Keys(tmp_path, ISSUER, "wallet").ring()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder_of(tmp_path, "wallet").iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder_of(tmp_path, "wallet").stat().st_mode) == 0o700


def test_workers_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    start = f"print(Keys(Path({str(tmp_path)!r}), {ISSUER!r}, 'wallet').ring().active.kid)"
    code = f"from pathlib import Path; from onedoor.kernel.keys import Keys; {start}"
    started = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    kids = {process.communicate(timeout=60)[0].strip() for process in started}
    assert len(kids) == 1
    assert kids != {""}
    assert len(list(folder_of(tmp_path, "wallet").glob("*.pem"))) == 1


def test_a_running_worker_takes_up_the_new_key(tmp_path: Path) -> None:
    worker = Keys(tmp_path, ISSUER, "wallet")
    first = worker.ring().active
    token = jose.sign(worker.ring().signer, {"alg": "ES256", "kid": first.kid}, {"iat": 1})
    fresh = rotate(tmp_path, "wallet")
    ring = worker.ring()
    assert ring.active.kid == fresh != first.kid
    assert jose.Jws(token).by(ring.by_kid[first.kid].public)
    assert ring.by_kid[first.kid].private is None
    assert not (folder_of(tmp_path, "wallet") / f"{first.kid}.pem").exists()
    assert [key["kid"] for key in ring.jwks()["keys"]] == [fresh, first.kid]
    assert all("d" not in key for key in ring.jwks()["keys"])


def test_a_retired_key_signs_nothing_new(tmp_path: Path) -> None:
    worker = Keys(tmp_path, ISSUER, "wallet")
    first = worker.ring().active.kid
    rotate(tmp_path, "wallet")
    old = worker.ring().by_kid[first]
    assert old.entry.retired_at is not None
    assert old.held_at(old.entry.created_at)
    assert not old.held_at(old.entry.retired_at + 3600)
    assert not old.held_at(old.entry.created_at - 3600)


def test_a_swapped_private_key_is_refused(tmp_path: Path) -> None:
    ring = Keys(tmp_path, ISSUER, "wallet").ring()
    other = Keys(tmp_path / "other", ISSUER, "wallet").ring()
    theirs = folder_of(tmp_path / "other", "wallet") / f"{other.active.kid}.pem"
    (folder_of(tmp_path, "wallet") / f"{ring.active.kid}.pem").write_bytes(theirs.read_bytes())
    with pytest.raises(ValueError, match="another one"):
        Keys(tmp_path, ISSUER, "wallet").ring()


def test_an_address_that_was_once_ours_stays_known(tmp_path: Path) -> None:
    Keys(tmp_path, "http://127.0.0.1:8000", "wallet")
    assert Keys(tmp_path, ISSUER, "wallet").ring().issuers == {"http://127.0.0.1:8000", ISSUER}


@pytest.mark.parametrize("bad", ["a", "ab=", "ab+/", "QQ ", "QR", "é"])
def test_base64url_has_one_spelling(bad: str) -> None:
    with pytest.raises(jose.Malformed):
        jose.unb64(bad)


@pytest.mark.parametrize(
    "bad",
    [
        b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b'{"a":NaN}', b"\xff", b'"\\ud800"', b"[" * 20 + b"]" * 20, b"[" * 30_000, b"{",
        b"9" * 5000,
    ],
)
def test_json_is_read_strictly(bad: bytes) -> None:
    with pytest.raises(jose.Malformed):
        jose.parse(bad)


@pytest.mark.parametrize("change", [{"d": "AA"}, {"crv": "P-384"}, {"kty": "OKP"}, {"x": "AA"}, {"y": 5}, {"x": jose.b64(b"\1" * 32)}])
def test_a_public_key_is_read_strictly(tmp_path: Path, change: dict[str, object]) -> None:
    jwk = dict(Keys(tmp_path, ISSUER, "wallet").ring().active.entry.jwk)
    jose.key_of(jwk)
    with pytest.raises(jose.Malformed):
        jose.key_of({**jwk, **change})
