"""One scheme of its own for each file of tests that changes schemes, put beside those of the city; people as they are needed."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from onedoor.kernel.ids import convert
from onedoor.kernel.work import system
from onedoor.passes import service
from onedoor.passes.models import NewScheme
from tests.conftest import CITY

KEEPER, APPEALS, GRID, SECOND = "13800990611", "13800990612", "13800990613", "13800991606"
HOME = "990102001001"
WELL = {"symptoms": "none", "contact": "no", "division": HOME}
EPIDEMIC: dict[str, Any] = tomllib.loads((CITY / "passes" / "epi-2026.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def put(site) -> Callable[..., None]:
    """Put a scheme like the epidemic one under another code, with whatever is given instead."""

    async def load(data: dict[str, Any]) -> None:
        async with site.house.begin(actor=system("tests")) as work:
            await service.put_schemes(work, [convert(data, NewScheme)])

    def make(code: str, **instead: Any) -> None:
        site.run(load, EPIDEMIC | {"code": code, "level": []} | instead)

    return make


@pytest.fixture(scope="module")
def keeper(site):
    return site.sign_in(KEEPER)


@pytest.fixture(scope="module")
def second(site):
    return site.sign_in(SECOND)
