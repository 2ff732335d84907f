"""`onedoor exchange …` as an operator runs it: a process of its own beside the house, which asks nobody about anybody."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onedoor.exchange.service import connect
from onedoor.kernel.config import REGISTER
from onedoor.kernel.work import system
from onedoor.web.planned import planned
from tests.operations.conftest import onedoor as onedoor
from tests.tracker.kit import looked_at

from .conftest import Registers

POLICE = {f"{REGISTER}POLICE": "http://127.0.0.1:9"}
"""An address at which nobody answers."""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def exchange(site: Any, onedoor: Run) -> Run:
    """`exchange("check")` on the tests' own house; what it needs of the environment by name."""
    home, dsn = str(site.house.settings.home), site.house.settings.dsn

    def run(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return onedoor("exchange", *words, ONEDOOR_HOME=home, ONEDOOR_DATABASE_URL=dsn, **env)

    return run


def test_check_looks_at_each_register(exchange: Run, tmp_path: Path) -> None:
    """One that lays down files is there, one whose address answers nothing fails the command, another is not connected at all."""
    laid = tmp_path / "in"
    laid.mkdir()
    (laid / "CARD_20261101_001.csv").write_text("x")
    (laid / "CARD_20261101_001.csv.ok").touch()
    told = exchange("check", **{f"{REGISTER}DISABLED": str(tmp_path)}, **POLICE)
    lines = {line.split()[0]: line.split()[1:3] for line in told.stdout.splitlines()}
    assert lines["disabled"] == ["file", "well"]
    assert lines["police"] == ["rest", "silent"]
    assert lines["social"] == ["soap", "unconnected"]
    assert (told.returncode, "police: no answer" in told.stderr) == (1, True), told.stderr


def test_what_a_form_would_ask_is_said_and_nobody_is_asked(exchange: Run) -> None:
    driver = exchange("ask", "jt-wangyueche", "--dry-run", **POLICE)
    line = next(one for one in driver.stdout.splitlines() if one.startswith("driver.class"))
    assert line.split()[1:4] == ["police.driver", "jiaotong-driver", "asked"], driver.stderr
    for words, said in ((("jt-wangyueche",), "never by a command"), (("no-such", "--dry-run"), "no open form")):
        refused = exchange("ask", *words)
        assert (refused.returncode, said in refused.stderr, refused.stdout) == (1, True, ""), refused.stderr


def test_what_is_in_the_way_is_said(site: Any, registers: Registers) -> None:
    """By the same words with which asking itself is refused."""

    async def whys(purpose: str) -> dict[str, str]:
        async with site.house.begin(actor=system("test")) as work:
            return {one.element: one.why for one in await planned(work, "rs-shiyedengji", purpose) or []}

    assert site.run(whys, "apply")["bank.account"] == "consent"
    assert set(site.run(whys, "wish").values()) == {"purpose"}
    connect(set())
    assert set(site.run(whys, "apply").values()) == {"unconnected"}


def test_seals_are_made_listed_and_a_download_is_verified(site: Any, exchange: Run, tmp_path: Path) -> None:
    browser, _ = looked_at(site)
    made = exchange("seal")
    assert made.stdout.startswith("Seal "), made.stderr
    number, today = int(made.stdout.split()[1].rstrip(":")), f"{site.house.local():%Y-%m-%d}"
    seals = [json.loads(line) for line in exchange("seal", "--day", today).stdout.splitlines()]
    assert number in [json.loads(one["body"])["n"] for one in seals]
    assert site.client().get(f"/.well-known/onedoor/seals/{number}.json").json() in seals, "as everybody can fetch it"
    file = tmp_path / "my-data.json"
    file.write_bytes(browser.get("/me/data/download").content)
    good = exchange("verify", file)
    assert (good.returncode, "each follows from the one before it" in good.stdout) == (0, True), good.stderr
    file.write_text(file.read_text("utf-8").replace("居住证办理", "居住证注销"), "utf-8")
    assert exchange("verify", file).returncode == 1


def test_meter_counts_departments(exchange: Run) -> None:
    lines = exchange("meter").stdout.splitlines()
    assert lines[0].split() == ["department", "fields", "known", "asked", "came", "filled", "again"]
    fields, known = next(line.split()[1:3] for line in lines if line.startswith("jiaotong "))
    assert int(fields) >= int(known) > 0
