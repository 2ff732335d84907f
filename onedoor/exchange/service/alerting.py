"""What stewards and the department of a register hear without looking: it is silent, it is back, it was stopped, its
file does not stand; a demand is overdue."""

import datetime as dt

from onedoor.exchange.dictionary import Register, open_now
from onedoor.exchange.models import Beheld, Grants
from onedoor.exchange.records import Circuit, Demand
from onedoor.exchange.store import dictionary as store
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.memory import changed
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs

from .known import dictionary
from .resting import memory

SILENT_FOR = dt.timedelta(seconds=60)
"""A register that is back sooner troubles nobody."""


async def silent(work: Work, register: Register, circuit: Circuit) -> None:
    """Told once for each time that it rests, and not while it is closed."""
    if circuit.by_hand or circuit.told or work.now - circuit.since < SILENT_FOR:
        return
    if not open_now(register.hours, f"{work.now.astimezone(work.zone):%H:%M}"):
        return
    await store.tell_circuit(work.db, register.code)
    await changed(work.db, memory.name)
    body = text("居民办事照常，这一部分改由本人填写或出示证照。恢复以后会自动接着问，并再告诉您。")
    await _tell(work, register, text("{register}没有应答", register=register.title), body, "silent")


async def back(work: Work, register: Register) -> None:
    """To whoever heard that it was away."""
    await _tell(work, register, text("{register}恢复了", register=register.title), text("已经接着问它了。"), "back")


async def stopped(work: Work, register: Register) -> None:
    """It told of somebody else, or three times not as agreed: nobody asks it until a steward has looked."""
    body = text("它答复过另一个人的信息，或者连着三次不合约定，已经拦下。请和部门核对清楚，再放行。")
    await _tell(work, register, text("{register}被拦下，等您核对", register=register.title), body, "stopped")


async def refused(work: Work, register: Register, file: str) -> None:
    """A file that does not stand: what the one before it said is shown on, with its day."""
    body = text("{file} 没有通过检查，先用上一份，页面上照标日期。原因列在数源系统的页面上。", file=Text(file[:100], file[:100]))
    await _tell(work, register, text("{register}放下的文件不能用", register=register.title), body, "refused")


async def rewritten(work: Work, city: Text, seen: Beheld) -> None:
    """A city's seal is not the one that was seen here: its records were written anew, or its seals."""
    on = seen.seen_at.astimezone(work.zone).date()
    body = text(
        "第 {n} 个封签和本市 {on} 看到的不一样。请告诉对方的数据保护官；在弄清楚以前，不要只凭它的访问记录下结论。",
        n=str(seen.n), on=str(on),
    )  # fmt: skip
    await orgs.snapshot(work.db)
    for one in orgs.holders(Grants.STEWARD):
        await notify.send(work, one.person, text("{city}的封签被改写过", city=city), body, "/exchange/cities", "exchange.rewritten")


async def overdue(work: Work, demand: Demand) -> None:
    """A demand that nobody has answered in its days: the data authority hears of it."""
    asker, supplier = await orgs.department_of(work, demand.org_id), await orgs.department_of(work, demand.supplier)
    resource = (await dictionary(work)).resources.get(demand.resource)
    body = text(
        "{asker}想用{supplier}的“{resource}”，过了期限还没有人处理。", asker=asker.short if asker else Text(""),
        supplier=supplier.short if supplier else Text(""), resource=resource.title if resource else Text(demand.resource),
    )  # fmt: skip
    for one in orgs.holders(Grants.STEWARD):
        href = f"/exchange/demands/{demand.org_id}/{demand.id}"
        await notify.send(work, one.person, text("有一项数据需求逾期了"), body, href, "exchange.overdue")


async def _tell(work: Work, register: Register, title: Text, body: Text, stage: str) -> None:
    """Stewards, who can act on the register's page, and those who speak for its department, who cannot open it."""
    await orgs.snapshot(work.db)
    stewards = [one.person for one in orgs.holders(Grants.STEWARD)]
    others = [one.person for one in orgs.clerks_of(register.org_ref, Grants.SUPPLY)]
    for person in dict.fromkeys((*stewards, *others)):
        href = f"/exchange/registers/{register.code}" if person in stewards else None
        await notify.send(work, person, title, body, href, f"exchange.{stage}")
