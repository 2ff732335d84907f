"""What was measured at gates."""

import datetime as dt

from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.passes.gates import GateId, Located, Reading


async def add(db: Db, org: OrgId, name: bytes, gate: GateId, scan: bytes | None, at: dt.datetime, temp: int, method: str) -> int:
    return await db.run(
        "insert into passes.reading (org_id, id, gate_id, scan_id, at, temp, method) "
        "values ($org, $name, $gate, $scan, $at, $temp, $method) on conflict do nothing",
        org=org, name=name, gate=gate, scan=scan, at=at, temp=temp, method=method,
    )  # fmt: skip


async def of_scan(db: Db, org: OrgId, scan: bytes, gate: GateId) -> list[Reading]:
    """Everything measured of one check, with what stands in the check itself."""
    return await db.all(
        Reading,
        "select at, temp from passes.reading where org_id = $org and scan_id = $scan "
        "union all select at, temp from passes.scan where org_id = $org and scan_id = $scan and gate_id = $gate and temp is not null "
        "and not undone",
        org=org, scan=scan, gate=gate,
    )


async def scanned(db: Db, org: OrgId, gate: GateId, scan: bytes) -> Located | None:
    """Whose place in a list a check was of."""
    return await db.maybe(
        Located,
        "select shard, row_no from passes.scan where org_id = $org and scan_id = $scan and gate_id = $gate and row_no is not null limit 1",
        org=org, scan=scan, gate=gate,
    )  # fmt: skip


async def forget(db: Db, before: dt.datetime) -> int:
    return await db.run("-- scatter\ndelete from passes.reading where at < $before", before=before)
