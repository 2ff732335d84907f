"""What was given back to districts and streets, and the rows of copies it is drawn from."""

import datetime as dt

from onedoor.exchange.records import Backflow, BackflowId, BackflowState, DemandId, SealedRow
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


async def copies(db: Db, org: Id, resource: str, after: bytes, most: int) -> list[SealedRow]:
    """Rows of the copy that stands, in the order of their hashes."""
    return await db.all(
        SealedRow,
        "select key_hash, body from exchange.replica where org_id = $org and resource = $resource and key_hash > $after "
        "order by key_hash limit $most",
        org=org, resource=resource, after=after, most=most,
    )  # fmt: skip


async def add(db: Db, made: Backflow, body: bytes | None) -> int:
    """Nothing, when it was prepared for this period already."""
    return await db.run(
        "insert into exchange.backflow (org_id, id, demand_id, agreement, resource, scope, period, state, rows, unplaced, sha256, as_of, "
        "taken_at, body) values ($org, $id, $demand, $agreement, $resource, $scope, $period, $state, $rows, $unplaced, $sha256, $as_of, "
        "$at, $body) on conflict do nothing",
        org=made.org_id, id=made.id, demand=made.demand_id, agreement=made.agreement, resource=made.resource, scope=made.scope,
        period=made.period, state=str(made.state), rows=made.rows, unplaced=made.unplaced, sha256=made.sha256, as_of=made.as_of,
        at=made.taken_at, body=body,
    )  # fmt: skip


async def of_demand(db: Db, org: Id, demand: DemandId, most: int) -> list[Backflow]:
    """The latest first."""
    return await db.all(
        Backflow,
        "select org_id, id, demand_id, agreement, resource, scope, period, state, rows, unplaced, told, sha256, as_of, taken_at, "
        "body is not null as kept from exchange.backflow where org_id = $org and demand_id = $demand order by id desc limit $most",
        org=org, demand=demand, most=most,
    )  # fmt: skip


async def locked(db: Db, org: Id, which: BackflowId) -> Backflow | None:
    return await db.maybe(
        Backflow,
        "select org_id, id, demand_id, agreement, resource, scope, period, state, rows, unplaced, told, sha256, as_of, taken_at, "
        "body is not null as kept from exchange.backflow where org_id = $org and id = $which for update",
        org=org, which=which,
    )  # fmt: skip


async def body(db: Db, org: Id, which: BackflowId) -> bytes | None:
    return await db.value("select body from exchange.backflow where org_id = $org and id = $which", org=org, which=which)


async def told(db: Db, org: Id, which: BackflowId, rows: int, state: BackflowState) -> int:
    return await db.run(
        "update exchange.backflow set told = $rows, state = $state where org_id = $org and id = $which",
        org=org, which=which, rows=rows, state=str(state),
    )  # fmt: skip


async def forget(db: Db, before: dt.datetime, ended: list[str]) -> int:
    """The rows go, what was given back and its hash stay."""
    return await db.run(
        "-- scatter\nupdate exchange.backflow set body = null where body is not null "
        "and (taken_at < $before or agreement = any($ended::text[]))",
        before=before, ended=ended,
    )  # fmt: skip
