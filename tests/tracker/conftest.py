"""Seals are noted in a folder of this run: the house of the tests outlives its database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onedoor.tracker import vault


@pytest.fixture(scope="session")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all these modules, as their seals stand in one database: whichever runs later knows the keys of those before."""
    return tmp_path_factory.mktemp("seals")


@pytest.fixture(scope="module", autouse=True)
def own_seals(site: Any, noted: Path) -> Iterator[None]:
    vault.open_vault(noted)
    yield
    vault.open_vault(site.house.settings.home)
