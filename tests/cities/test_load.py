"""Loading a city: everything in one transaction, the same again changing nothing, mistakes changing nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from onedoor.catalog import store
from onedoor.catalog.search import seal_of
from onedoor.kernel import memory
from onedoor.kernel.db import Db
from onedoor.kernel.migrate import ROOMS
from onedoor.web.city import Faulty, load
from tests.conftest import Site, settings_for

from .broken import CITY, changed, copied

COUNTED = (
    "orgs.district", "orgs.department", "orgs.staff", "orgs.staff_grant", "catalog.category", "catalog.item", "catalog.term",
    "notify.notice", "insight.tally", "catalog.standing",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def known_again(site: Site) -> Iterator[None]:
    """What this process keeps in memory was read from clones: afterwards it is read where the site stands."""
    yield
    memory.forget_all()
    site.run(memory.load_all, site.house.database)


@pytest.fixture
def loaded(clone: str, own_home: Path) -> Callable[..., Any]:
    """`loaded(city)` loads this folder into the clone."""

    async def run(city: Path, demo: bool) -> Any:
        try:
            return await load(settings_for(clone, own_home), city, demo=demo, say=lambda _: None)
        finally:
            memory.forget_all()

    return lambda city, demo=False: asyncio.run(run(city, demo))


def read(dsn: str, call: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        conn = await asyncpg.connect(dsn)
        try:
            return await call(conn)
        finally:
            await conn.close()

    return asyncio.run(run())


def asked(dsn: str, statement: str) -> Any:
    return read(dsn, lambda conn: conn.fetchval(statement))


def stamps(dsn: str) -> list[tuple[int, str]]:
    """Which row versions there are: an update that changes nothing would still be seen."""
    return [
        (asked(dsn, f"select count(*) from {table}"), asked(dsn, f"select md5(string_agg(xmin::text, ',' order by ctid)) from {table}"))
        for table in COUNTED
    ]


def test_loading_again_touches_no_row(clone: str, loaded: Callable[..., Any]) -> None:
    before = stamps(clone)
    assert loaded(CITY, demo=True).total == 0
    assert stamps(clone) == before


def test_each_changed_item_changes_one_row_and_what_is_gone_is_retired(clone: str, loaded: Callable[..., Any], tmp_path: Path) -> None:
    """Phrases too, which are known by another seal then."""
    city, seal = copied(tmp_path, whole=True), "select seal from catalog.thesaurus"
    changed(city, "items/ga-gangao.toml", "往来港澳通行证及签注", "往来港澳通行证和签注")
    (city / "items" / "ga-huzhao.toml").unlink()
    changed(city, "thesaurus.tsv", "zh\t身份证丢\t", "zh\t身份证不知去向\t")
    before = asked(clone, seal)
    made = loaded(city).parts
    assert (made["items"], made["thesaurus"]) == (2, 2)  # of phrases one is new and one is gone
    assert asked(clone, "select name->>'zh' from catalog.item where code = 'ga-gangao'") == "往来港澳通行证和签注"
    assert asked(clone, "select version from catalog.item where code = 'ga-gangao'") > 1
    assert asked(clone, "select status from catalog.item where code = 'ga-huzhao'") == "retired"
    assert asked(clone, "select array_agg(say) from catalog.term where say in ('身份证丢', '身份证不知去向')") == ["身份证不知去向"]
    assert asked(clone, seal) != before
    assert loaded(city).total == 0
    again = loaded(CITY).parts
    assert (again["items"], again["thesaurus"]) == (2, 2)
    assert asked(clone, "select status from catalog.item where code = 'ga-huzhao'") == "live"
    assert asked(clone, seal) == before


def test_a_database_from_before_gets_the_same_seal(clone: str, loaded: Callable[..., Any]) -> None:
    """By what the migration makes of the rows, whoever holds them knows that they are the same."""
    before = asked(clone, "select seal from catalog.thesaurus")
    sealing = (ROOMS / "catalog/migrations/0010_thesaurus.sql").read_text("utf-8").partition("insert into")[2]
    asked(clone, "delete from catalog.thesaurus")
    asked(clone, f"insert into{sealing}")
    assert asked(clone, "select seal from catalog.thesaurus") == before == seal_of(read(clone, lambda conn: store.terms(Db(conn))))


def test_a_city_with_mistakes_changes_nothing(clone: str, loaded: Callable[..., Any], tmp_path: Path) -> None:
    city = copied(tmp_path)
    changed(city, "items/ga-gangao.toml", "往来港澳通行证及签注", "改过的名字")
    changed(city, "items/ga-huzhao.toml", 'department = "gongan"', 'department = "nobody"')
    before = stamps(clone)
    with pytest.raises(Faulty) as refused:
        loaded(city)
    assert "nobody" in str(refused.value.faults)
    assert stamps(clone) == before
