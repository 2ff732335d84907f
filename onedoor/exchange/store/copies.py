"""Files and events of registers that cannot be asked, and the copy they leave."""

import datetime as dt
from typing import Any

from onedoor.exchange.drops.checks import DropState, Facts, Staged
from onedoor.exchange.records import Copy, Taken
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId


async def taken(db: Db) -> list[Taken]:
    return await db.all(Taken, "select register, mark, at, note from exchange.taken")


async def take(db: Db, register: str, mark: str, at: dt.datetime, note: str) -> int:
    return await db.run(
        "insert into exchange.taken (register, mark, at, note) values ($register, $mark, $at, $note) on conflict (register) do update "
        "set mark = excluded.mark, at = excluded.at, note = excluded.note",
        register=register, mark=mark, at=at, note=note,
    )  # fmt: skip


async def drops(db: Db, org: OrgId, resource: str) -> list[Facts]:
    return await db.all(
        Facts, "select as_of, serial, sha256, rows, fit from exchange.drop where org_id = $org and resource = $resource",
        org=org, resource=resource,
    )  # fmt: skip


async def live(db: Db, org: OrgId, resource: str) -> bytes | None:
    return await db.value(
        "select sha256 from exchange.drop where org_id = $org and resource = $resource and state = 'live'", org=org, resource=resource
    )


async def add_drop(db: Db, org: OrgId, resource: str, name: str, drop: Staged, report: dict[str, Any], at: dt.datetime) -> int:
    return await db.run(
        "insert into exchange.drop (org_id, resource, sha256, name, as_of, serial, rows, fit, state, report, at) values ($org, $resource, "
        "$sha256, $name, $as_of, $serial, $rows, $fit, 'checked', $report, $at) on conflict do nothing",
        org=org, resource=resource, sha256=drop.sha256, name=name, as_of=drop.as_of, serial=drop.serial, rows=len(drop.rows),
        fit=drop.fit, report=report, at=at,
    )  # fmt: skip


async def put_states(db: Db, org: OrgId, resource: str, states: dict[bytes, DropState]) -> int:
    return await db.run(
        "update exchange.drop d set state = s.state from unnest($hashes::bytea[], $states::text[]) as s (sha256, state) "
        "where d.org_id = $org and d.resource = $resource and d.sha256 = s.sha256 and d.state <> s.state",
        org=org, resource=resource, hashes=list(states), states=[str(state) for state in states.values()],
    )  # fmt: skip


async def forget(db: Db, org: OrgId, resource: str) -> int:
    return await db.run("delete from exchange.replica where org_id = $org and resource = $resource", org=org, resource=resource)


async def put_copies(
    db: Db, org: OrgId, resource: str, hashes: list[bytes], bodies: list[bytes], as_of: dt.date, at: dt.datetime
) -> int:  # fmt: skip
    return await db.run(
        "insert into exchange.replica (org_id, resource, key_hash, body, as_of, occurred_at) "
        "select $org, $resource, r.key_hash, r.body, $as_of, $at from unnest($hashes::bytea[], $bodies::bytea[]) as r (key_hash, body)",
        org=org, resource=resource, hashes=hashes, bodies=bodies, as_of=as_of, at=at,
    )  # fmt: skip


async def put_event(
    db: Db, org: OrgId, resource: str, key_hash: bytes, body: bytes, as_of: dt.date, at: dt.datetime, event: str
) -> int:  # fmt: skip
    """The later happening stays, whichever comes first; the same one again changes nothing."""
    return await db.run(
        "insert into exchange.replica as r (org_id, resource, key_hash, body, as_of, occurred_at, event_id) values ($org, $resource, "
        "$key_hash, $body, $as_of, $at, $event) on conflict (org_id, resource, key_hash) do update set body = excluded.body, "
        "as_of = excluded.as_of, occurred_at = excluded.occurred_at, event_id = excluded.event_id "
        "where (excluded.occurred_at, excluded.event_id) > (r.occurred_at, r.event_id)",
        org=org, resource=resource, key_hash=key_hash, body=body, as_of=as_of, at=at, event=event,
    )  # fmt: skip


async def copy(db: Db, org: OrgId, resource: str, key_hash: bytes) -> Copy | None:
    return await db.maybe(
        Copy, "select body, as_of from exchange.replica where org_id = $org and resource = $resource and key_hash = $key_hash",
        org=org, resource=resource, key_hash=key_hash,
    )  # fmt: skip


async def copied(db: Db, org: OrgId, resource: str, register: str) -> bool:
    """Whether there is anything to look into: a file that stands, or events that were taken."""
    return await db.value(
        "select exists (select from exchange.drop where org_id = $org and resource = $resource and state = 'live') "
        "or exists (select from exchange.taken where register = $register and mark <> '')",
        org=org, resource=resource, register=register,
    )  # fmt: skip
