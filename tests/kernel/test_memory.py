"""What a process keeps of the reference tables: nobody gets the old copy while the new one is being read."""

import asyncio
from typing import Any

import pytest

from onedoor.kernel import memory as kept
from onedoor.kernel.memory import Memory


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies made here are not this process's."""
    monkeypatch.setattr(kept, "_known", {})


def test_whoever_asks_while_it_is_read_again_waits_for_it() -> None:
    async def story() -> None:
        gate, truth = asyncio.Event(), ["old"]

        async def load(_: Any) -> str:
            found = truth[0]
            await gate.wait()
            return found

        memory: Memory[str] = Memory("test-waits", load)
        gate.set()
        assert await memory.get(None) == "old"  # type: ignore[arg-type]
        gate.clear()
        truth[0] = "new"
        memory.drop()
        first, second = asyncio.create_task(memory.get(None)), asyncio.create_task(memory.get(None))  # type: ignore[arg-type]
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
        assert await memory.get(None) == "one"  # type: ignore[arg-type]
        assert memory.stale
        assert await memory.get(None) == "two"  # type: ignore[arg-type]
        assert reads == ["one", "two"]

    asyncio.run(story())
