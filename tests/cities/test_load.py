"""Loading a city: everything in one transaction, the same again changing nothing, mistakes changing nothing."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from onedoor.kernel import memory
from onedoor.web.city import Faulty, load
from tests.conftest import HOME, settings_for

from .broken import CITY, changed, copied

COUNTED = (
    "orgs.district", "orgs.department", "orgs.staff", "orgs.staff_grant", "catalog.category", "catalog.item", "catalog.term",
    "notify.notice", "insight.tally", "catalog.standing",
)  # fmt: skip


def loaded(dsn: str, city: Path, demo: bool = False) -> Any:
    async def run() -> Any:
        try:
            return await load(settings_for(dsn, HOME / "home"), city, demo=demo, say=lambda _: None)
        finally:
            memory.forget_all()

    return asyncio.run(run())


def asked(dsn: str, statement: str) -> Any:
    async def run() -> Any:
        conn = await asyncpg.connect(dsn)
        try:
            return await conn.fetchval(statement)
        finally:
            await conn.close()

    return asyncio.run(run())


def stamps(dsn: str) -> list[tuple[int, str]]:
    """Which row versions there are: an update that changes nothing would still be seen."""
    return [
        (asked(dsn, f"select count(*) from {table}"), asked(dsn, f"select md5(string_agg(xmin::text, ',' order by ctid)) from {table}"))
        for table in COUNTED
    ]


@pytest.fixture(autouse=True)
def as_it_was(dsn: str) -> Any:
    yield
    loaded(dsn, CITY, demo=True)


def test_loading_again_touches_no_row(dsn: str) -> None:
    loaded(dsn, CITY, demo=True)
    before = stamps(dsn)
    assert loaded(dsn, CITY, demo=True).total == 0
    assert stamps(dsn) == before


def test_one_changed_item_changes_one_row(dsn: str, tmp_path: Path) -> None:
    city = copied(tmp_path, whole=True)
    changed(city, "items/ga-gangao.toml", "往来港澳通行证及签注", "往来港澳通行证和签注")
    assert loaded(dsn, city).parts["items"] == 1
    assert asked(dsn, "select name->>'zh' from catalog.item where code = 'ga-gangao'") == "往来港澳通行证和签注"
    assert asked(dsn, "select version from catalog.item where code = 'ga-gangao'") > 1


def test_an_item_that_is_gone_is_retired_and_comes_back(dsn: str, tmp_path: Path) -> None:
    city = copied(tmp_path, whole=True)
    (city / "items" / "ga-gangao.toml").unlink()
    assert loaded(dsn, city).parts["items"] == 1
    assert asked(dsn, "select status from catalog.item where code = 'ga-gangao'") == "retired"
    assert loaded(dsn, CITY).parts["items"] == 1
    assert asked(dsn, "select status from catalog.item where code = 'ga-gangao'") == "live"


def test_a_city_with_mistakes_changes_nothing(dsn: str, tmp_path: Path) -> None:
    city = copied(tmp_path, whole=True)
    changed(city, "items/ga-gangao.toml", "往来港澳通行证及签注", "改过的名字")
    changed(city, "items/ga-huzhao.toml", 'department = "gongan"', 'department = "nobody"')
    before = stamps(dsn)
    with pytest.raises(Faulty) as refused:
        loaded(dsn, city)
    assert len(refused.value.faults) == 1
    assert stamps(dsn) == before
