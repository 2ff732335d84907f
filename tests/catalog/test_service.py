"""Counting what is used, and whose list it joins."""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from onedoor.cases.events import Submitted
from onedoor.cases.models import CaseId
from onedoor.catalog import service
from onedoor.catalog.service import use
from onedoor.identity.models import PersonId
from onedoor.kernel import memory, outbox
from onedoor.kernel.work import Actor, Work, system
from onedoor.orgs.models import OrgId
from tests.conftest import Site

Do = Callable[..., Any]


@pytest.fixture
def do(site: Site) -> Iterator[Do]:
    """`do(call, actor)` runs `call(work)` in a transaction of its own, with the snapshots reloaded afterwards."""

    def run(call: Callable[[Work], Awaitable[Any]], actor: Actor | None = None) -> Any:
        async def inside() -> Any:
            async with site.house.begin(actor=actor or system("test")) as work:
                found = await call(work)
            await memory.load_all(site.house.database)
            return found

        return site.run(inside)

    use._opened.clear()
    yield run
    use._opened.clear()
    use._written[0] = float("-inf")


@pytest.mark.usefixtures("unused")
def test_a_submission_counts_for_the_city_and_joins_the_own_list(do: Do) -> None:
    me = PersonId.new()
    quiet = service.hot("", 60)[-1]
    for _ in range(2):
        do(lambda work: service.record_submission(work, quiet.code, me))
    known = do(lambda work: service.favourites(work, me), Actor(id=me))
    assert [(k.item, k.uses, k.pinned, k.hidden) for k in known] == [(quiet, 2, False, False)]
    assert quiet == service.hot("", 1)[0]


def test_a_submitted_case_is_counted_once(site: Site, do: Do) -> None:
    me = PersonId.new()

    async def submitted(work: Work) -> None:
        event = Submitted(me, CaseId.new(), "N1", "ga-huzhao", OrgId.new(), work.today)
        await outbox.publish(work.db, event)

    do(submitted)
    site.jobs()
    site.jobs()
    assert [k.uses for k in do(lambda work: service.favourites(work, me), Actor(id=me))] == [1]


def test_a_stranger_sees_nothing_of_it(do: Do) -> None:
    me = PersonId.new()
    do(lambda work: service.record_submission(work, "ga-huzhao", me))
    assert do(lambda work: service.favourites(work, me), Actor(id=PersonId.new())) == []


def test_use_fades(do: Do) -> None:
    me = PersonId.new()

    async def long_ago(work: Work) -> None:
        old = replace(work, now=work.now - dt.timedelta(days=365))
        for _ in range(3):
            await service.record_submission(old, "ga-huzhao", me)
        await service.record_submission(work, "ga-gangao", me)

    do(long_ago)
    assert [item.code for item in do(lambda work: service.frequent(work, me, 5), Actor(id=me))] == ["ga-gangao", "ga-huzhao"]


def test_a_batch_that_fails_is_counted_again(do: Do) -> None:
    service.record_open("ga-huzhao")
    service.record_open("ga-huzhao")
    service.record_open("not an item")

    async def broken(work: Work) -> None:
        with pytest.raises(ZeroDivisionError):
            await service.flush_use(replace(work, db=Away()))

    do(broken)
    assert dict(use._opened) == {"ga-huzhao": 2}
    assert do(service.flush_use) == 1
    assert do(service.flush_use) == 0


class Away:
    """A database that is not there."""

    async def run(self, *_: object, **__: object) -> int:
        raise ZeroDivisionError


def test_old_counts_are_forgotten(do: Do) -> None:
    async def old(work: Work) -> int:
        await work.db.run("insert into catalog.item_use (item, on_day, opens, submissions) values ('old', '2020-01-01', 1, 0)")
        return await service.forget_old_use(work)

    assert do(old) >= 1
