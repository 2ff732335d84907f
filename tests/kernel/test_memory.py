"""What a process keeps of the reference tables: nobody gets the old copy while the new one is being read."""

import asyncio
from typing import Any

import pytest

from onedoor.kernel import memory as kept
from onedoor.kernel.db import Db
from onedoor.kernel.memory import Memory, changed


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies made here are not this process's."""
    monkeypatch.setattr(kept, "_known", {})


class Nowhere(Db):
    """A transaction of which nothing arrives."""

    def __init__(self) -> None:
        super().__init__(None)

    async def run(self, sql: str, /, **args: object) -> int:
        return 0


def test_whoever_asks_while_it_is_read_again_waits_for_it() -> None:
    async def story() -> None:
        gate, truth = asyncio.Event(), ["old"]

        async def load(_: Any) -> str:
            found = truth[0]
            await gate.wait()
            return found

        memory: Memory[str] = Memory("test-waits", load)
        gate.set()
        assert await memory.get(Nowhere()) == "old"
        gate.clear()
        truth[0] = "new"
        memory.drop()
        first, second = asyncio.create_task(memory.get(Nowhere())), asyncio.create_task(memory.get(Nowhere()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not second.done()
        gate.set()
        assert [await first, await second] == ["new", "new"]

    asyncio.run(story())


def test_a_change_during_the_reading_is_read_once_more() -> None:
    async def story() -> None:
        reads, truth = [], ["one"]

        async def load(_: Any) -> str:
            found = truth[0]
            reads.append(found)
            if len(reads) == 1:
                truth[0] = "two"
                memory.drop()
            return found

        memory: Memory[str] = Memory("test-during", load)
        assert await memory.get(Nowhere()) == "one"
        assert memory.stale
        assert await memory.get(Nowhere()) == "two"
        assert reads == ["one", "two"]

    asyncio.run(story())


def test_what_a_transaction_has_changed_is_its_own_until_the_commit() -> None:
    async def story() -> None:
        truth: dict[Any, str] = {}

        async def load(db: Any) -> str:
            return truth.get(db, "old")

        memory: Memory[str] = Memory("test-own", load)
        mine, other = Nowhere(), Nowhere()
        assert await memory.get(other) == "old"
        truth[mine] = "new"
        await changed(mine, "test-own")
        assert [await memory.get(mine), await memory.get(other), memory.now] == ["new", "old", "old"]
        assert not memory.stale, "a rollback leaves nothing behind"
        truth[other] = "new"
        for call in mine.after_commit:
            call()
        assert await memory.get(other) == "new"

    asyncio.run(story())


def test_what_cannot_be_read_again_spoils_no_change() -> None:
    async def story() -> None:
        broken = False

        async def load(_: Any) -> str:
            if broken:
                raise RuntimeError
            return "read"

        memory: Memory[str] = Memory("test-broken", load)
        await memory.get(Nowhere())
        broken = True
        memory.drop()
        await kept.refresh(Nowhere(), ["test-broken"])
        assert memory.stale

    asyncio.run(story())
