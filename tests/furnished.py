"""A home in which the demo city is loaded already: made once, kept as an archive, unpacked by each test that wants a whole house.

What a house does from nothing is proven where that is the question (tests/operations/test_up.py); everywhere else the first half minute
would only be waited for.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from onedoor.kernel.postgres import MARKER, Cluster
from onedoor.web import demo

from . import nursery
from .conftest import HOME, ROOT, stamp, with_template

ARCHIVE, STAMP = HOME / "furnished.tar", HOME / "furnished.stamp"


def archived() -> None:
    """The archive is there, and of today's city; made by whoever needs it first."""
    HOME.mkdir(exist_ok=True)
    with open(HOME / "furnished.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not STAMP.exists() or STAMP.read_text() != stamp():
            STAMP.unlink(missing_ok=True)
            _make()
            STAMP.write_text(stamp())


def furnish(home: Path) -> None:
    """Make `home` a house that has stood here before; nothing runs in it."""
    archived()
    home.mkdir(mode=0o700)
    subprocess.run(["tar", "-xf", str(ARCHIVE), "-C", str(home)], check=True)
    loaded = demo.fingerprint("qinghe", Cluster(home, str).place.data / MARKER)
    (home / demo.LOADED).write_text(loaded)


def _make() -> None:
    folder = Path(tempfile.mkdtemp(prefix="onedoor-furnished-"))
    folder.chmod(0o711)
    home = folder / "home"
    try:
        env = {key: value for key, value in os.environ.items() if not key.startswith("ONEDOOR_")}
        words = ["city", "load", "--home", str(home), "qinghe", "--demo"]
        nursery.run([sys.executable, "-m", "onedoor", *words], cwd=ROOT, check=True, capture_output=True, env=env)
        cluster = Cluster(home, str)
        cluster.stop()
        assert cluster.place.data.parent == home, "the server's user cannot enter the folder for temporary files"
        subprocess.run(["tar", "-cf", str(ARCHIVE), "-C", str(home), "."], check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with_template()
    archived()
