"""Killed at any moment, the database loses nothing it has acknowledged and starts again without a hand."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg

from onedoor.kernel.postgres import Cluster

WRITER = Path(__file__).with_name("crash_writer.py")


def ask(dsn: str, sql: str) -> list[Any]:
    async def run() -> list[Any]:
        conn = await asyncpg.connect(dsn)
        try:
            return await conn.fetch(sql)
        finally:
            await conn.close()
    return asyncio.run(run())


def postmaster(cluster: Cluster) -> int:
    return int((cluster.place.data / "postmaster.pid").read_text().split()[0])


def family(pid: int) -> list[int]:
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def started_writers(cluster: Cluster, first: int) -> tuple[list[subprocess.Popen[bytes]], dict[int, Path]]:
    notes = {number: cluster.home / f"ack.{number}" for number in range(first, first + 4)}
    writers = [subprocess.Popen([sys.executable, str(WRITER), cluster.dsn, str(number), str(note)], stderr=subprocess.DEVNULL)
               for number, note in notes.items()]
    deadline = time.monotonic() + 20
    while not all(note.exists() and note.read_text() for note in notes.values()):
        assert time.monotonic() < deadline, "the writers did not begin"
        time.sleep(0.02)
    return writers, notes


def test_kill_9_loses_no_acknowledged_row(made: Path) -> None:
    cluster = Cluster(made, str)
    dsn = cluster.ensure()
    ask(dsn, "create table crash (writer int, id bigint generated always as identity)")
    acknowledged: dict[int, int] = {}
    for round_ in range(2):  # first the whole family at once, then the postmaster alone
        writers, notes = started_writers(cluster, round_ * 4)
        time.sleep(0.7)
        master = postmaster(cluster)
        kill(*(family(master) if round_ % 2 == 0 else [master]), *(writer.pid for writer in writers))
        for writer in writers:
            writer.wait()
        began = time.monotonic()
        cluster.ensure()
        assert time.monotonic() - began < 15
        acknowledged |= {number: int(note.read_text()) for number, note in notes.items()}
        kept = {row["writer"]: row["count"] for row in ask(dsn, "select writer, count(*) from crash group by 1")}
        lost = sum(max(0, count - kept.get(number, 0)) for number, count in acknowledged.items())
        assert lost == 0
    assert sum(acknowledged.values()) > 200


def test_a_zombie_postmaster_does_not_block_the_start(made: Path) -> None:
    first = Cluster(made, str)
    first.stop()
    first.ensure()
    kill(*family(postmaster(first)))                                  # nobody reaps it: `first.child` is not asked
    second = Cluster(made, str)
    assert ask(second.ensure(), "select 1 as one")[0]["one"] == 1


def test_a_half_written_pid_file_does_not_block_the_start(made: Path) -> None:
    cluster = Cluster(made, str)
    cluster.stop()
    pid_file = cluster.place.data / "postmaster.pid"
    pid_file.write_text("4194300\n")
    cluster.place.give(pid_file)
    assert ask(cluster.ensure(), "select 1 as one")[0]["one"] == 1


def test_killed_inside_initdb_it_is_made_anew_even_by_two_at_once(home: Path) -> None:
    cluster = Cluster(home, str)
    cluster.place.data.mkdir(mode=0o700)
    half = cluster.place.data / "PG_VERSION"
    half.write_text("18\n")
    cluster.place.give(cluster.place.data)
    cluster.place.give(half)
    script = ("import sys; from pathlib import Path; from onedoor.kernel.postgres import Cluster; "
              "print(Cluster(Path(sys.argv[1]), str).ensure())")
    both = [subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate(timeout=60)[0].strip() for process in both}
    assert said == {cluster.dsn}
    assert (cluster.place.data / "ONEDOOR_OK").exists()
    assert ask(cluster.dsn, "select 1 as one")[0]["one"] == 1
