"""Jobs: what waits behind a slow one is run by whoever holds its lease, and by nobody else."""

from typing import Any

import pytest

from onedoor.kernel import jobs
from onedoor.kernel.jobs import Worker, enqueue
from onedoor.kernel.work import system


def test_what_somebody_else_has_taken_meanwhile_is_not_run_twice(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of two takes so long that the lease of the other runs out, and another worker runs it."""
    monkeypatch.setattr(jobs, "RENEW_AFTER", -1, raising=False)
    ran: list[int] = []

    async def work_on(_: Any, __: Any, args: dict[str, Any]) -> None:
        ran.append(args["n"])
        if len(ran) == 1:
            async with site.house.begin(actor=system("test")) as work:
                late = "update kernel.job set leased_until = now() - interval '1 second' where queue = 'leases' and (args->>'n')::int <> $n"
                await work.db.run(late, n=args["n"])
            await worker().once("leases")

    def worker() -> Worker:
        house = site.house
        return Worker(house.database, house.begin, house.ports, {"test.lease": work_on}, [], [], house.settings.zone)

    async def both() -> int:
        async with site.house.begin(actor=system("test")) as work:
            for n in (1, 2):
                await enqueue(work.db, "test.lease", {"n": n}, queue="leases")
        await worker().once("leases")
        async with site.house.begin(actor=system("test")) as work:
            return await work.db.value("select count(*)::int from kernel.job where queue = 'leases'")

    left = site.run(both)
    assert (sorted(ran), left) == ([1, 2], 0)
