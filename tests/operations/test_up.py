"""One command starts everything, one signal stops it, and a kill -9 leaves nothing in the way."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from onedoor.kernel.postgres import Cluster
from onedoor.web.up import listens

from .conftest import ROOT, Ran


def tree(pid: int) -> dict[int, str]:
    """The command lines of a process and all that descend from it."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found, fresh = {pid}, {pid}
    while fresh := {child for child, parent in parents.items() if parent in fresh} - found:
        found |= fresh
    lines: dict[int, str] = {}
    for one in found:
        try:
            lines[one] = " ".join((Path("/proc") / str(one) / name).read_text().replace("\0", " ") for name in ("comm", "cmdline"))
        except OSError:
            continue
    return lines


def held(pid: int, name: str) -> bool:
    """Whether a process has this file open."""
    return any(os.readlink(one).endswith(name) for one in (Path("/proc") / str(pid) / "fd").iterdir())


def get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.status)


def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def reachable(url: str) -> bool:
    try:
        return get(url) == 200
    except OSError:
        return False


def test_a_demo_from_nothing_to_the_clean_end(folder: Path, demo: Callable[..., Any], onedoor: Callable[..., Ran]) -> None:
    house = demo("--home", folder / "home", "--port", "0", "--workers", "1")
    assert set(house.said) == {"url", "accounts", "systems", "pid"}
    roles = {person["role"] for person in house.said["accounts"]}
    assert {"resident", "clerk", "supervisor", "operator"} <= roles
    assert all(person["name"] and person["phone"] for person in house.said["accounts"])
    assert get(f"{house.said['url']}/health/ready") == 200
    second = onedoor("up", "--home", folder / "home", "--port", "0")
    assert second.returncode == 1
    assert house.said["url"] in second.stderr
    what_dies_is_started_again(house.said["pid"], f"{house.said['url']}/health/ready")
    processes = tree(house.said["pid"])
    out, _ = house.stop()
    assert house.process.returncode == 0
    assert out == ""
    eventually(lambda: not any((Path("/proc") / str(pid)).exists() for pid in processes), 5)


def what_dies_is_started_again(parent: int, url: str) -> None:
    for names in (("onedoor web", "onedoor jobs"), ("postgres -D",)):
        old = {name: {pid for pid, line in tree(parent).items() if name in line} for name in names}
        assert all(old.values()), old
        for pid in set().union(*old.values()):
            os.kill(pid, signal.SIGKILL)
        for name in names:
            eventually(lambda name=name, old=old: {pid for pid, line in tree(parent).items() if name in line} - old[name] != set())
    eventually(lambda: reachable(url), 40)


def test_after_kill_9_of_the_parent_the_next_start_needs_no_hand(folder: Path, demo: Callable[..., Any]) -> None:
    house = demo("--home", folder / "home", "--port", "0", "--workers", "1")
    port = int(house.said["url"].rsplit(":", 1)[1])
    family = {pid: line for pid, line in tree(house.said["pid"]).items() if "postgres" not in line and pid != house.said["pid"]}
    assert any("onedoor jobs" in line for line in family.values())
    assert not any(held(pid, ".up.lock") for pid in family), "the lock of the house ends with the parent alone"
    assert held(house.said["pid"], ".up.lock")
    os.kill(house.said["pid"], signal.SIGKILL)
    house.process.communicate()
    eventually(lambda: not listens("127.0.0.1", port))
    eventually(lambda: not any((Path("/proc") / str(pid)).exists() for pid in family))
    again = demo("--home", folder / "home", "--port", port, "--workers", "1")
    assert get(f"{again.said['url']}/health/ready") == 200
    what_stands_still_is_told_soon(again, folder / "home")


def what_stands_still_is_told_soon(house: Any, home: Path) -> None:
    """PostgreSQL is stopped, not dead: nothing is closed, nothing answers. Afterwards nobody has to do anything."""
    with httpx.Client(base_url=house.said["url"], headers={"accept": "text/html"}, timeout=30, follow_redirects=True) as somebody:
        signed_in(somebody, house.said["accounts"])
        postmaster = int((Cluster(home, str).place.data / "postmaster.pid").read_text().split()[0])
        database = tree(postmaster)
        for pid in database:
            os.kill(pid, signal.SIGSTOP)
        try:
            for path in ("/me", "/wallet", "/inbox", "/me", "/"):
                began = time.monotonic()
                answer = somebody.get(path)
                took = time.monotonic() - began
                assert took < 4, (path, took)
                assert answer.status_code == 503 if path != "/" else 200, path
                assert path == "/" or "暂时无法办理" in answer.text
            assert took < 1, "once it is known, nobody waits"
        finally:
            for pid in database:
                os.kill(pid, signal.SIGCONT)
        eventually(lambda: somebody.get("/me").status_code == 200, 10)


def signed_in(client: httpx.Client, accounts: list[dict[str, Any]]) -> None:
    phone = next(one["phone"] for one in accounts if one["role"] == "resident")
    client.post("/login", data={"phone": phone, "next": "/me"})
    eventually(lambda: any(m["code"] for m in client.get(f"/demo/outbox.json?phone={phone}").json()), 20)
    code = next(m["code"] for m in client.get(f"/demo/outbox.json?phone={phone}").json() if m["code"])
    assert client.post("/login/code", data={"phone": phone, "code": code, "next": "/me"}).status_code == 200


def test_a_taken_port_is_refused(folder: Path, onedoor: Callable[..., Ran]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = onedoor("up", "--home", folder / "home", "--port", str(port))
    assert said.returncode == 1
    assert f"Port {port}" in said.stderr
    assert "--port" in said.stderr


def test_an_address_of_another_machine_is_refused(folder: Path, onedoor: Callable[..., Ran]) -> None:
    said = onedoor("up", "--home", folder / "home", "--host", "192.0.2.1")
    assert said.returncode == 1
    assert "192.0.2.1" in said.stderr


def test_a_home_that_is_a_file_is_refused(folder: Path, onedoor: Callable[..., Ran]) -> None:
    (folder / "file").write_text("")
    said = onedoor("up", "--home", folder / "file")
    assert said.returncode == 1
    assert "is a file" in said.stderr


def test_a_database_that_does_not_answer_is_refused(folder: Path, onedoor: Callable[..., Ran]) -> None:
    said = onedoor("up", "--home", folder / "home", "--port", "0", ONEDOOR_DATABASE_URL=f"postgresql:///x?host={folder}&user=x")
    assert said.returncode == 1
    assert "ONEDOOR_DATABASE_URL does not answer" in said.stderr


def test_help_is_quick() -> None:
    """At most 0.3 s of processor time, so that a busy machine does not fail it."""
    help_ = [sys.executable, "-m", "onedoor", "--help"]
    took: list[float] = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert subprocess.run(help_, cwd=ROOT, capture_output=True, check=False).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < 0.3


def test_wrong_use_ends_with_2(onedoor: Callable[..., Ran]) -> None:
    assert onedoor("up", "--port", "seventy").returncode == 2
    assert onedoor("db", "jobs", "retry").returncode == 2
