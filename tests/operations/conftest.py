"""A home of its own, and the command line as an operator uses it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from onedoor.kernel.postgres import Cluster
from onedoor.kernel.terminal import Refused
from tests import nursery

ROOT = Path(__file__).parent.parent.parent
Ran = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    return {**{key: value for key, value in os.environ.items() if not key.startswith("ONEDOOR_")}, **more}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder in which homes are made; afterwards nothing runs and nothing is left."""
    folder = Path(tempfile.mkdtemp(prefix="onedoor-test-"))
    folder.chmod(0o711)
    yield folder
    for home in folder.iterdir():
        if (home / ".lock").exists():
            with suppress(Refused):
                cluster = Cluster(home, str)
                cluster.stop()
                if cluster.place.data.parent != home:
                    shutil.rmtree(cluster.place.data.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def onedoor() -> Callable[..., Ran]:
    """`onedoor("db", "check")`: the finished process with its words."""

    def run(*words: str | Path, **env: str) -> Ran:
        return nursery.run([sys.executable, "-m", "onedoor", *map(str, words)], cwd=ROOT, env=environment(**env), check=False,
                              capture_output=True, text=True, timeout=120)

    return run


class Demo:
    """A running `onedoor demo --json`."""

    def __init__(self, *words: str | Path) -> None:
        self.process = nursery.Popen([sys.executable, "-m", "onedoor", "demo", "--json", *map(str, words)], cwd=ROOT, env=environment(),
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1][-3000:]
        self.said: dict[str, Any] = json.loads(line)

    def stop(self) -> tuple[str, str]:
        self.process.terminate()
        return self.process.communicate(timeout=60)


@pytest.fixture
def demo() -> Iterator[Callable[..., Demo]]:
    running: list[Demo] = []

    def start(*words: str | Path) -> Demo:
        running.append(Demo(*words))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.stop()
