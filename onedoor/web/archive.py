"""A backup is one tar file: the database (pg_dump), everything else of the home (keys, uploads), and last a manifest with every SHA-256.

The manifest stands last because it is known last; restoring reads everything beside the home, compares, and only then moves it in.
Nothing is restored over something.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from onedoor.kernel import migrate, pg_report
from onedoor.kernel.pg_place import bindir
from onedoor.kernel.postgres import Cluster
from onedoor.kernel.terminal import Refused, Tell, tell, waiting

from .sealed import Sealing, Unsealing, is_sealed

DUMP, MANIFEST, UNFINISHED = "database.dump", "manifest.json", ".restoring"
NOT_OURS_TO_KEEP = frozenset({"pg", "run", "pg.log", "pg.log.1", "pg.where", ".lock", ".up.lock", UNFINISHED, "lost+found"})
ROLE = "do $$ begin create role onedoor_app nologin; exception when duplicate_object or unique_violation then null; end $$"


class Manifest(msgspec.Struct, frozen=True):
    """What the archive holds, and how many rows each table had."""

    format: int
    made_at: str
    migrations: int
    rows: dict[str, int]
    files: dict[str, str]


# ── writing ──────────────────────────────────────────────────────────────────────────────────────
def backup(home: Path, url: str, file: Path, words: bytes | None) -> Manifest:
    """Write `file`, whole or not at all, readable by its owner alone."""
    half = file.with_name(f".{file.name}.half")
    try:
        with tempfile.TemporaryDirectory(prefix="onedoor-backup-") as folder, waiting("Backing up", tell, lambda: _size(half)):
            dump = Path(folder) / DUMP
            counts = asyncio.run(_dumped(url, dump))
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                manifest = _write(cast("BinaryIO", out), words, {DUMP: dump} | _files(home), counts)
                out.flush()
                os.fsync(out.fileno())
        half.replace(file)
    except OSError as fault:
        raise Refused(f"The backup could not be written: {fault.strerror} ({fault.filename or file}).") from None
    finally:
        half.unlink(missing_ok=True)
    return manifest


def _files(home: Path) -> dict[str, Path]:
    """Keys, uploads and whatever else the rooms keep: everything but PostgreSQL's own folder and the locks."""
    found: dict[str, Path] = {}
    for entry in sorted(home.iterdir()):
        if entry.name in NOT_OURS_TO_KEEP:
            continue
        for path in [entry] if entry.is_file() else sorted(entry.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found[f"home/{path.relative_to(home)}"] = path
    return found


async def _dumped(url: str, dump: Path) -> tuple[int, dict[str, int]]:
    """The dump, and how many migrations and rows are in it: both see the database in one moment, however much a house that goes on
    running writes meanwhile."""
    import asyncpg

    conn = await asyncpg.connect(url)
    try:
        await conn.execute("set idle_in_transaction_session_timeout = 0")
        async with conn.transaction(isolation="repeatable_read", readonly=True):
            moment = await conn.fetchval("select pg_export_snapshot()")
            await asyncio.to_thread(must, "pg_dump", url, "--format=custom", f"--file={dump}", f"--snapshot={moment}")
            return len(await migrate.state(conn)), await pg_report.counted(conn)
    finally:
        await conn.close()


def _write(out: BinaryIO, words: bytes | None, files: dict[str, Path], counts: tuple[int, dict[str, int]]) -> Manifest:
    sealing = Sealing(out, words) if words else None
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=cast("Any", sealing or out), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, path in files.items():
            try:
                with open(path, "rb") as source:
                    info = tar.gettarinfo(arcname=name, fileobj=source)
                    info.uid = info.gid = 0
                    info.uname = info.gname = ""
                    counting = _Counting(cast("BinaryIO", source))
                    tar.addfile(info, cast("Any", counting))
                    sums[name] = counting.sum.hexdigest()
            except FileNotFoundError:
                continue                                              # deleted since we listed it: nothing refers to it any more
        applied, rows = counts
        manifest = Manifest(1, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), applied, rows, sums)
        body = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode, info.mtime = len(body), 0o600, int(time.time())
        with tempfile.SpooledTemporaryFile() as text:
            text.write(body)
            text.seek(0)
            tar.addfile(info, cast("Any", text))
    if sealing:
        sealing.close()
    return manifest


class _Counting:
    """Reads through, taking the SHA-256 of what goes by."""

    def __init__(self, source: BinaryIO) -> None:
        self.source, self.sum = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.sum.update(data)
        return data


# ── reading ──────────────────────────────────────────────────────────────────────────────────────
def restore(home: Path, file: Path, words: bytes | None, say: Tell = tell) -> tuple[Manifest, dict[str, int]]:
    """Into an empty home only. Killed half way, the home is marked, and nothing starts on it until it is removed."""
    home = home.expanduser().absolute()
    if home.exists() and any(home.iterdir()):
        raise Refused(f"{home} is not empty: a backup is restored into an empty data folder only. Name a new one with --home.")
    if is_sealed(file) and not words:
        raise Refused(f"{file} is sealed: give the passphrase with --passphrase-file.")
    cluster = None if os.environ.get("ONEDOOR_DATABASE_URL") else Cluster(home, say)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = home / UNFINISHED
    unfinished.touch()
    try:
        with tempfile.TemporaryDirectory(prefix=".half-", dir=home) as folder:
            with waiting("Reading and verifying the backup", say):
                manifest = _read(file, words, Path(folder))
            url = cluster.ensure() if cluster else os.environ["ONEDOOR_DATABASE_URL"]
            load_dump(url, Path(folder) / DUMP)
            rows = asyncio.run(pg_report.rows(url))
            if rows != manifest.rows:
                wrong = sorted(name for name in rows | manifest.rows if rows.get(name) != manifest.rows.get(name))
                raise Refused(f"The rows of {', '.join(wrong)} are not as many as the backup says: it was made during a change of tables.")
            for entry in (Path(folder) / "home").iterdir() if (Path(folder) / "home").exists() else ():
                entry.rename(home / entry.name)
    except BaseException:
        _undo(home, cluster)
        raise
    finally:
        if cluster:
            cluster.stop()
    unfinished.unlink()
    return manifest, rows


def _undo(home: Path, cluster: Cluster | None) -> None:
    if cluster:
        cluster.stop()
        for folder in (cluster.place.data, cluster.place.run):
            shutil.rmtree(folder, ignore_errors=True)
        if cluster.place.data.parent != home:
            shutil.rmtree(cluster.place.data.parent, ignore_errors=True)
    for entry in home.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


@contextmanager
def _opened(file: Path, words: bytes | None) -> Generator[Any]:
    with open(file, "rb") as source:
        yield Unsealing(cast("BinaryIO", source), words) if words and is_sealed(file) else source


def _read(file: Path, words: bytes | None, into: Path) -> Manifest:
    """Unpack beside the home and compare every file with the manifest."""
    sums: dict[str, str] = {}
    try:
        with _opened(file, words) as source, tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                if not member.isfile() or member.name.startswith("/") or ".." in Path(member.name).parts:
                    raise Refused(f"{file} holds {member.name}, which is no plain file of a home: it is not a backup of Onedoor.")
                sums[member.name] = _unpack(tar, member, into / member.name)
        manifest = msgspec.json.decode((into / MANIFEST).read_bytes(), type=Manifest)
    except (tarfile.TarError, OSError, msgspec.DecodeError, EOFError) as fault:
        raise Refused(f"{file} is not a whole backup of Onedoor: {fault}") from None
    sums.pop(MANIFEST, None)
    wrong = sorted(name for name in sums.keys() | manifest.files.keys() if sums.get(name) != manifest.files.get(name))
    if wrong or manifest.format != 1:
        raise Refused(f"{file} is damaged, these differ from its manifest: {', '.join(wrong) or 'format'}")
    return manifest


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    """One file, readable by its owner alone; its SHA-256."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    counting = _Counting(cast("BinaryIO", tar.extractfile(member)))
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(cast("Any", counting), out)
        out.flush()
        os.fsync(out.fileno())
    return counting.sum.hexdigest()


def load_dump(url: str, dump: Path) -> dict[str, int]:
    """pg_restore into an empty database, all or nothing; the rows of each table afterwards."""
    if tables := asyncio.run(pg_report.rows(url)):
        raise Refused(f"The database is not empty ({len(tables)} tables): a dump is restored into an empty one only.")
    must("psql", url, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--command={ROLE}")
    with waiting("Restoring the database"):
        must("pg_restore", url, "--single-transaction", "--no-owner", "--exit-on-error", str(dump))
        must("psql", url, "--no-psqlrc", "--quiet", "--command=analyze")
    return asyncio.run(pg_report.rows(url))


def must(name: str, url: str, *args: str) -> None:
    """One of PostgreSQL's own programs; its last words when it fails."""
    done = subprocess.run([str(bindir() / name), f"--dbname={url}", *args], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Refused(f"{name} failed:\n{done.stderr.strip()[-800:]}")


def _size(path: Path) -> str:
    return f"{path.stat().st_size >> 20} MiB" if path.exists() else ""
