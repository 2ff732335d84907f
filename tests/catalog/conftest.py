"""Use is counted for the whole city: what other modules opened and applied for stands on the hot list, unless a test begins anew."""

import pytest

from onedoor.catalog.service.memory import USE
from onedoor.kernel import memory
from onedoor.kernel.work import system
from tests.conftest import Site


@pytest.fixture
def unused(site: Site) -> None:
    """Nobody has opened or applied for anything yet."""

    async def forget() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("delete from catalog.item_use")
            await memory.changed(work.db, USE)
        await memory.load_all(site.house.database)

    site.run(forget)
