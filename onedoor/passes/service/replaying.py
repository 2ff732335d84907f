"""重算 Working everybody out again: under corrected rules, after a region's level changed, or because time has passed.

A batch is one transaction that also says how far it got, so a run that was killed goes on where it stopped, and nobody is told twice.
"""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from msgspec.structs import replace

from onedoor.kernel.memory import changed
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.passes.errors import NotInForce
from onedoor.passes.models import Cause, Preview, Ruleset
from onedoor.passes.records import Person, Run
from onedoor.passes.store import many as store
from onedoor.passes.store import schemes as scheme_store

from .known import NAME, known, ruleset, scheme
from .settling import asked, settle_all

BATCH = 1000
SAMPLE = 2000
BATCHES = 10
"""In one job: a job is given less than a minute, and asks for the next one where it stopped."""
SECONDS = 50
FIRST = UUID(int=0)
EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


async def changes(work: Work, rules: Ruleset, people: list[Person]) -> dict[str, int]:
    """What these rules would change for these people, as "green>red"; nothing is written."""
    schemes, found = await known(work), dict[str, int]()
    for one in people:
        _, outcome = asked(work, schemes, rules, one.said, one.standing)
        if outcome.colour is not one.standing.colour:
            key = f"{one.standing.colour}>{outcome.colour}"
            found[key] = found.get(key, 0) + 1
    return found


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


async def preview(work: Work, code: str, version: int) -> Preview:
    """预览: what a version would change, looked at for a sample, and kept beside it for whoever signs."""
    rules = await ruleset(work, code, version)
    people = await store.count(work.db, code)
    every = max(1, people // SAMPLE)
    rows = await store.sample(work.db, code, every, SAMPLE * 2)
    found = Preview(work.now, people, len(rows), await changes(work, rules, [row.person for row in rows]))
    if rules.valid_from is None:
        await scheme_store.save_preview(work.db, rules, found)
        await changed(work.db, NAME)
    return found


async def replay(
    begin: Begin, code: str, before: int, after: int, since: dt.datetime = EVER, *, apply: bool = False, batches: int | None = None
) -> Run:  # fmt: skip
    """Everybody who declared since then, from one version to another. Without `apply` it only counts. After so many `batches` it stops, and
    goes on there when it is called again."""
    async with begin(actor=system("passes.replay"), seconds=SECONDS) as work:
        await scheme(work, code)
        await ruleset(work, code, before)
        rules = await ruleset(work, code, after)
        run = Run(code, before, after, since, FIRST, 0, {}, None)
        if apply and rules.valid_from is None:
            raise NotInForce(scheme=code, version=after)
        if apply:
            run = await store.begin_run(work.db, code, before, after, since, FIRST)
    while run.ended_at is None and batches != 0:
        async with begin(actor=system("passes.replay"), seconds=SECONDS) as work:
            run = await _batch(work, rules, run, apply)
        batches = None if batches is None else batches - 1
    return run


async def _batch(work: Work, rules: Ruleset, run: Run, apply: bool) -> Run:
    rows = await store.behind(work.db, run.scheme, run.cursor, rules.version, run.since, BATCH)
    people = [row.person for row in rows]
    found = await settle_all(work, rules, people, Cause.REPLAY) if apply and people else await changes(work, rules, people)
    run = replace(
        run, cursor=rows[-1].citizen_id.uuid if rows else run.cursor, looked=run.looked + len(rows), changes=added(run.changes, found),
        ended_at=work.now if len(rows) < BATCH else None,
    )  # fmt: skip
    if apply:
        await store.save_run(work.db, run)
    return run


async def grown_old(begin: Begin, code: str) -> int:
    """Whose colour time alone may have changed is worked out again; how many."""
    done = 0
    while True:
        async with begin(actor=system("passes.age"), seconds=SECONDS) as work:
            rules = (await known(work)).rules(code, work.now)
            rows = await store.expired(work.db, code, work.now, BATCH) if rules else []
            if rules and rows:
                await settle_all(work, rules, [row.person for row in rows], Cause.AGE)
        done += len(rows)
        if len(rows) < BATCH:
            return done


async def level_changed(begin: Begin, code: str, division: str, after: UUID = FIRST, batches: int = BATCHES) -> UUID | None:
    """Only those are worked out again who named this place or one inside of it; where to go on, None when everybody has been."""
    inside = [one.code for one in orgs.districts() if one.code.startswith(division)]
    for _ in range(batches):
        async with begin(actor=system("passes.region"), seconds=SECONDS) as work:
            rules = (await known(work)).rules(code, work.now)
            rows = await store.named(work.db, code, inside, after, BATCH) if rules else []
            if rules and rows:
                await settle_all(work, rules, [row.person for row in rows], Cause.REGION)
                after = rows[-1].citizen_id.uuid
        if len(rows) < BATCH:
            return None
    return after
