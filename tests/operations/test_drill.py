"""The drill: a house is killed, and passes are shown and checked all the same. And a drill that cannot fail would be none."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from onedoor.kernel import jose
from onedoor.kernel.terminal import Refused
from onedoor.passes import service
from onedoor.web import drill
from onedoor.web.drill import House
from tests import nursery
from tests.furnished import furnish
from tests.passes.world import checker


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(drill, "subprocess", SimpleNamespace(Popen=nursery.Popen, PIPE=subprocess.PIPE))
    folder = Path(tempfile.mkdtemp(prefix="onedoor-drill-"))
    folder.chmod(0o711)
    made = House(folder, "qinghe")
    furnish(made.home)
    yield made
    made.remove()
    shutil.rmtree(folder, ignore_errors=True)


def test_passes_go_on_while_the_house_is_away(house: House) -> None:
    said: list[str] = []
    drill.run(house, True, 2, 30, said.append)
    assert len(said) == 4, said
    assert said[1].startswith("The house is away")
    assert said[2].startswith("60 codes shown and checked")
    assert said[3].startswith("61 lines of the gate's log sent twice")


def test_a_house_that_still_answers_is_not_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.start()
    with monkeypatch.context() as patched:
        patched.setattr(House, "kill", lambda self: None)
        with pytest.raises(Refused, match="still answers"):
            house.take_away()
    house.take_away()


def test_a_code_that_does_not_pass_ends_the_drill() -> None:
    wallet = service.devices.Wallet(int(time.time()))
    wallet.take(["A" * 140] * len(wallet.links))
    gate = SimpleNamespace(log=service.devices.Log(bytes(16)))
    with pytest.raises(Refused, match="Not every code passed"):
        drill.shown(gate, checker(), [wallet], int(time.time()), 3)  # type: ignore[arg-type]
    assert len(gate.log.lines) == 3


def test_each_city_has_examples_for_it() -> None:
    found = drill.example("qinghe")
    assert found.well != found.ill
    assert len(found.division) == 12


def test_lists_are_made_now_and_as_files(house: House, onedoor, tmp_path: Path) -> None:
    """Without a running server; the next time each list has the next number, and a file is the signed list itself."""
    first = onedoor("passes", "lists", "build", "--home", house.home, "--out", tmp_path)
    assert first.returncode == 0, first.stderr
    again = onedoor("passes", "lists", "build", "--home", house.home)
    numbers = [[int(n) for n in re.findall(r"^list \d+: number (\d+),", one.stdout, re.MULTILINE)] for one in (first, again)]
    assert numbers[0]
    assert numbers[1] == [n + 1 for n in numbers[0]]
    assert "numbers of flood-2026: 0 people" in first.stdout
    kept = sorted(tmp_path.glob("*.jwt"))
    assert len(kept) == len(numbers[0])
    assert {jose.Jws(one.read_text("ascii")).header["typ"] for one in kept} == {"statuslist+jwt"}
    only = onedoor("passes", "lists", "build", "--home", house.home, "--scheme", "epi-2026")
    assert "numbers of" not in only.stdout
    assert sum(int(n) for n in re.findall(r": number (\d+),", only.stdout)) == sum(numbers[1]) + 1
