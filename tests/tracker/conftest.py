"""Seals are noted in a folder of this run: the house of the tests outlives its database."""

from collections.abc import Iterator
from typing import Any

import pytest

from onedoor.tracker import vault


@pytest.fixture(scope="package", autouse=True)
def own_seals(site: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    vault.open_vault(tmp_path_factory.mktemp("seals"))
    yield
    vault.open_vault(site.house.settings.home)
