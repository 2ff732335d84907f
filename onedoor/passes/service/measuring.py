"""体温: what a thermometer or a camera at a gate measures. No reading changes a colour; two high ones are told to the person."""

import datetime as dt
import hashlib

from onedoor.kernel import outbox
from onedoor.kernel.i18n import say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.passes.events import FeverObserved
from onedoor.passes.gates import Gate, Measured, NewReading, Reading
from onedoor.passes.store import gates as store
from onedoor.passes.store import readings
from onedoor.passes.watching import FEVER

from .answers import Wrong, temperature
from .known import known

BETWEEN = dt.timedelta(minutes=3)
KEPT = dt.timedelta(days=14)
LATE = dt.timedelta(days=1)
AHEAD = dt.timedelta(minutes=10)


def confirmed(found: list[Reading]) -> bool:
    """Two high readings of one check, with time to cool down between them."""
    high = sorted(one.at for one in found if one.temp >= FEVER)
    return len(high) > 1 and high[-1] - high[0] >= BETWEEN


async def measure(work: Work, gate: Gate, said: NewReading) -> Measured:
    """Keep one reading, once however often it comes. Without a check it is a number of the place alone."""
    try:
        tenths = temperature(work.locale, said.temp)
    except Wrong as bad:
        raise Invalid(errors=[{"pointer": "/temp", "detail": str(bad)}]) from bad
    at = dt.datetime.fromtimestamp(said.at, dt.UTC)
    if not work.now - LATE <= at <= work.now + AHEAD:
        raise Invalid(errors=[{"pointer": "/at", "detail": say(work.locale, "测量时间不对")}])
    scan = bytes.fromhex(said.scan)
    name = hashlib.sha256(gate.id.uuid.bytes + scan + said.at.to_bytes(8, "big")).digest()[:16]
    before = await readings.of_scan(work.db, gate.org_id, scan, gate.id) if scan else []
    new = await readings.add(work.db, gate.org_id, name, gate.id, scan or None, at, tenths, said.method)
    twice = confirmed([*before, Reading(at, tenths)])
    if new and twice and not confirmed(before):
        await outbox.publish(work.db, FeverObserved(gate.id, gate.org_id, scan.hex(), tenths))
    return Measured(tenths, tenths >= FEVER and not twice, twice)


async def tell_fever(work: Work, event: FeverObserved) -> None:
    """The person is told where to go; who it was is told to nobody else."""
    scan = await readings.scanned(work.db, event.org, event.gate, bytes.fromhex(event.scan))
    if scan is None:
        return
    scheme = next((one for one in (await known(work)).by_code.values() if one.shard == scan.shard), None)
    if scheme is None:
        return
    authority = await orgs.department(work, scheme.authority)
    for claim in await store.claimed(work.db, authority.id, [scan.shard], [scan.row_no]):
        title = text("您的体温两次偏高：{temp} ℃", temp=f"{event.temp / 10:.1f}")
        body = text("请戴好口罩，到最近的发热门诊看一看。通行码的颜色没有因此改变。")
        await notify.send(work, claim.citizen_ref, title, body, f"/passes/{scheme.code}", "passes.fever", sms=True)


async def forget(work: Work) -> int:
    """Readings go after two weeks."""
    return await readings.forget(work.db, work.now - KEPT)
