"""快到期的草稿: whoever has not handed in what they began is told a week before it ends, and a day before."""
from datetime import timedelta

from onedoor.cases.store import reminding as store
from onedoor.kernel.i18n import text
from onedoor.kernel.work import Begin, system
from onedoor.notify import service as notify

from .definitions import city_day
from .telling import on

ACTOR = system("cases.remind")
WEEK, DAY = timedelta(days=7), timedelta(days=1)
BATCH = 200


async def remind(begin: Begin) -> int:
    """How many were told. In the inbox alone: a draft is no reason to ring at night."""
    told = 0
    while True:
        async with begin(actor=ACTOR, seconds=30) as work:
            found = await store.ending(work.db, work.now, work.now + WEEK, work.now + DAY, BATCH)
            for one in found:
                await store.reminded(work.db, one.citizen_id, one.id, 2 if one.expires_at <= work.now + DAY else 1)
                day = on(city_day(one.expires_at))
                body = text("您填了一半的申请 {day} 到期，到期就不再保留。想接着办，点开就从上次的地方继续；不办了，不用管它。", day=day)
                title = text("{item}：还没有提交", item=one.title)
                await notify.send(work, one.citizen_id, title, body, f"/drafts/{one.id}", "cases.draft")
        told += len(found)
        if len(found) < BATCH:
            return told
