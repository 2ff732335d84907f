"""A home of its own for each test, and nothing left behind, whoever runs the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from onedoor.kernel.postgres import Cluster
from onedoor.kernel.terminal import Refused


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder of the test's own."""
    yield from fresh()


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose cluster has been made; tests of a module share it and put back what they bend."""
    for folder in fresh():
        Cluster(folder, str).ensure()
        yield folder


def fresh() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="onedoor-test-"))
    yield folder
    folder.chmod(0o700)
    base = folder
    with suppress(Refused):
        cluster = Cluster(folder, str)
        base = cluster.place.data.parent
        cluster.stop()
    for path in {folder, base}:
        shutil.rmtree(path, ignore_errors=True)
