"""What cannot be started is refused with a sentence that says how to mend it."""

import os
import shutil
from pathlib import Path

import pytest

from onedoor.kernel import pg_place, postgres
from onedoor.kernel.postgres import Cluster
from onedoor.kernel.terminal import Refused


def refusal(home: Path) -> str:
    with pytest.raises(Refused) as caught:
        Cluster(home, str).ensure()
    return str(caught.value)


def test_a_home_that_others_may_read(made: Path) -> None:
    before = made.stat().st_mode
    made.chmod(0o755)
    said = refusal(made)
    made.chmod(before)
    assert f"chmod 700 {made}" in said


def test_data_that_others_may_read(made: Path) -> None:
    cluster = Cluster(made, str)
    cluster.stop()
    cluster.place.data.chmod(0o755)
    said = refusal(made)
    cluster.place.data.chmod(0o700)
    assert f"chmod 700 {cluster.place.data}" in said


def test_a_home_of_somebody_else(home: Path) -> None:
    if os.getuid() != 0:
        assert "belongs to root" in refusal(Path("/usr"))
        return
    os.chown(home, 65534, 65534)                                      # only root can give a folder away
    said = refusal(home)
    os.chown(home, 0, 0)
    assert "belongs to nobody" in said
    assert "chown -R root" in said


def test_a_folder_with_other_things_in_it(home: Path) -> None:
    (home / "letters.txt").write_text("dear")
    assert "not made by Onedoor" in refusal(home)


def test_a_file_for_a_home(home: Path) -> None:
    (home / "file").write_text("")
    assert "is a file" in refusal(home / "file")
    (home / "file").unlink()


def test_a_full_disk_names_the_free_bytes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(home).free
    monkeypatch.setitem(postgres.LEAST_FREE, "make", free * 2)
    assert "bytes are free" in refusal(home)


def test_data_of_another_version(made: Path) -> None:
    cluster = Cluster(made, str)
    cluster.stop()
    (cluster.place.data / "PG_VERSION").write_text("17\n")
    said = refusal(made)
    (cluster.place.data / "PG_VERSION").write_text("18\n")
    assert "PostgreSQL 17" in said
    assert "onedoor db dump" in said
    assert "onedoor db restore" in said


def test_binaries_that_are_not_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEDOOR_PG_BIN", str(home))
    assert "ONEDOOR_PG_BIN" in refusal(home)


def test_a_deep_folder_made_by_hand_under_a_wrong_locale(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty and open folders are taken and closed, the socket moves to a short path, the shell's locale does not matter."""
    monkeypatch.setenv("LC_ALL", "xx_NOWHERE.KOI8")
    deep = home / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    deep.chmod(0o755)
    home.chmod(0o711)
    cluster = Cluster(deep, str)
    try:
        assert cluster.ensure()
        assert deep.stat().st_mode & 0o067 == 0
        assert len(os.fsencode(cluster.place.run / pg_place.SOCKET)) <= 107
    finally:
        cluster.stop()
        shutil.rmtree(cluster.place.run)
        shutil.rmtree(cluster.place.data)


def test_a_home_that_the_servers_user_cannot_reach(home: Path) -> None:
    """Under root's own folder the data go elsewhere, whatever the umask; otherwise nobody needs that."""
    said: list[str] = []
    before = os.umask(0o077)
    try:
        cluster = Cluster(home / "closed" / "home", said.append)
        assert cluster.ensure()
        cluster.stop()
    finally:
        os.umask(before)
    elsewhere = cluster.place.data.parent
    if os.getuid() != 0:
        assert elsewhere == home / "closed" / "home"
        return
    assert elsewhere.parent == pg_place.ELSEWHERE
    assert any(str(elsewhere) in line for line in said)
    assert Cluster(home / "closed" / "home", str).place == cluster.place
    shutil.rmtree(elsewhere)
