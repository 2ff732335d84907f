"""A backup restored elsewhere is the same house; a damaged one is refused whole."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from onedoor.kernel.postgres import Cluster
from onedoor.web import archive
from tests.furnished import furnish

from .conftest import Ran


@pytest.fixture(scope="module")
def filled(folder: Path) -> Path:
    """A home with tables, rows, a key and an upload."""
    home = folder / "home"
    furnish(home)
    (home / "uploads").mkdir(exist_ok=True)
    (home / "uploads" / "租赁合同.pdf").write_bytes(os.urandom(3_000_000))
    return home


def test_a_sealed_round_trip(folder: Path, filled: Path, onedoor: Callable[..., Ran]) -> None:
    secret, file, copy = folder / "secret", folder / "sealed", folder / "copy"
    secret.write_text("correct horse battery staple\n")
    made = onedoor("backup", "--home", filled, "--passphrase-file", secret, file)
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert "Not encrypted" not in made.stderr
    assert b"home/keys" not in file.read_bytes()
    back = onedoor("restore", "--home", copy, "--passphrase-file", secret, file)
    assert back.returncode == 0, back.stderr
    assert "identity.person" in back.stdout
    assert "check: no faults." in back.stdout
    assert (copy / "uploads" / "租赁合同.pdf").read_bytes() == (filled / "uploads" / "租赁合同.pdf").read_bytes()
    kept = sorted(path.relative_to(filled) for path in (filled / "keys").rglob("*") if path.is_file())
    assert kept
    assert all((copy / path).read_bytes() == (filled / path).read_bytes() for path in kept)
    assert onedoor("city", "load", "--home", copy, "qinghe", "--demo").stdout.strip() == "qinghe: nothing has changed."


def test_a_house_that_goes_on_running_is_restored(folder: Path, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written while the backup is made is not in it, and does not make it one that cannot be restored."""
    cluster, must = Cluster(filled, print), archive.must
    url = cluster.ensure()

    async def write() -> None:
        conn = await asyncpg.connect(url)
        await conn.execute("insert into kernel.version (name) values ('written meanwhile')")
        await conn.close()

    def meanwhile(name: str, *args: str) -> None:
        must(name, *args)
        if name == "pg_dump":
            asyncio.run(write())

    monkeypatch.setattr(archive, "must", meanwhile)
    try:
        made = archive.backup(filled, url, folder / "running", None)
    finally:
        cluster.stop()
    _, rows = archive.restore(folder / "running-copy", folder / "running", None, print)
    assert rows == made.rows


def test_what_is_wrong_is_refused_and_leaves_nothing(folder: Path, filled: Path, onedoor: Callable[..., Ran]) -> None:
    secret, other, file = folder / "secret", folder / "other", folder / "backup"
    secret.write_text("correct horse battery staple\n")
    other.write_text("another horse battery staple\n")
    assert onedoor("backup", "--home", filled, "--passphrase-file", secret, file).returncode == 0
    again = onedoor("backup", "--home", filled, file)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    whole = file.read_bytes()
    damaged, cut, plain = folder / "damaged", folder / "cut", folder / "plain"
    damaged.write_bytes(whole[:2_000_000] + bytes([whole[2_000_000] ^ 1]) + whole[2_000_001:])
    cut.write_bytes(whole[: 1024 * 1024 + 16 + 40])
    plain.write_bytes(b"not a backup")
    for broken, words in ((file, []), (file, ["--passphrase-file", other]), (damaged, ["--passphrase-file", secret]),
                           (cut, ["--passphrase-file", secret]), (plain, [])):
        said = onedoor("restore", "--home", folder / "empty", *words, broken)
        assert said.returncode == 1, said.stdout
        assert "Traceback" not in said.stderr
        assert not (folder / "empty").exists() or not any((folder / "empty").iterdir())
    full = onedoor("restore", "--home", filled, "--passphrase-file", secret, file)
    assert full.returncode == 1
    assert "not empty" in full.stderr


def test_dump_and_restore_of_the_database_alone(folder: Path, filled: Path, onedoor: Callable[..., Ran]) -> None:
    assert onedoor("db", "dump", "--home", filled, folder / "dump").returncode == 0
    back = onedoor("db", "restore", "--home", folder / "third", folder / "dump")
    assert back.returncode == 0, back.stderr
    assert "catalog.item" in back.stdout
    twice = onedoor("db", "restore", "--home", folder / "third", folder / "dump")
    assert twice.returncode == 1
    assert "not empty" in twice.stderr
    assert onedoor("db", "check", "--home", folder / "third").stdout.strip() == "No faults."
