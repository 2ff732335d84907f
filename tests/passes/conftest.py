"""One scheme of its own for each file of tests that changes schemes, put beside those of the city; people as they are needed."""

import asyncio
import time
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from onedoor.kernel.ids import convert
from onedoor.kernel.text import citizen_check
from onedoor.kernel.work import system
from onedoor.passes import service
from onedoor.passes.models import NewScheme
from tests.conftest import CITY, TEMPLATE, _admin, _named
from tests.passes.test_regions import Node, _moved

KEEPER, APPEALS, GRID, SECOND = "13800990611", "13800990612", "13800990613", "13800991606"
HOME = "990102001001"
RESIDENT, GUEST = "13911990001", "13911990002"
_NUMBER = "99010219880101001"
NUMBER, GUESTS = (body + citizen_check(body) for body in (_NUMBER, "99010219890202002"))
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


@pytest.fixture(scope="session")
def pair(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    """Two nodes that believe each other. A resident of the first and a guest from the second have gone through one door of the first."""
    names = [f"onedoor_tracing_{n}_{time.time_ns()}" for n in range(2)]
    asyncio.run(_admin(template, *(f"create database {name} template {TEMPLATE}" for name in names)))
    asyncio.run(_moved(_named(template, names[1])))
    made = [Node(_named(template, name), tmp_path_factory.mktemp(name), "tests.passes.tracing_process") for name in names]
    for node in made:
        node.said("ready")
    here, there = made
    for node, other, division in ((here, there, "9902"), (there, here, "9901")):
        assert node.do("believe", other.url, other.do("fingerprint"), division, "verify") == "agreed"
    for node in made:
        node.do("job")
        node.do("proven", RESIDENT, "周一舟", NUMBER)
        node.do("proven", GUEST, "吴二梅", GUESTS)
    for code in (here.do("code", RESIDENT, "990102001001", "none"), there.do("code", GUEST, "990202001001", "none")):
        assert here.do("door", code)[0] == "ok"
    here.do("job")
    assert there.do("away", GUEST) == [f"{here.url} 界河大桥 in"]
    yield here, there
    for node in made:
        node.close()
    asyncio.run(_admin(template, *(f"drop database if exists {name} with (force)" for name in names)))
