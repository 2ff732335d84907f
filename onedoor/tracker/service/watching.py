"""谁看得多: what each reader has looked at on each day, what stands out, and what is too old to keep."""

import datetime as dt
import time

import msgspec

from onedoor.identity import service as identity
from onedoor.identity.models import Access, PersonId, Reading
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.problems import NotFound
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.tracker import policy
from onedoor.tracker.models import DayLooks, Grants, OrgLooks, ReaderDay
from onedoor.tracker.store import readers as store

ACTOR = system("tracker.watch")
PAGE, SHOWN_DAYS, USUAL_DAYS, KEPT_DAYS = 30, 30, 28, 400
KEPT_YEARS = 3
EMPTIED, ROUNDS = 20_000, 50
MOST_REFUSED, FRESH = 100, 60.0


async def count(begin: Begin, *, both: bool = False) -> int:
    """Count today anew, and yesterday while the day is young: what was written late belongs to the day on which it happened. `both` at any
    hour: once a day, so that a night in which the house stood still hides nothing of the evening before."""
    done = 0
    async with begin(actor=ACTOR, seconds=50) as work:
        staff = await orgs.everybody(work)
        young = both or work.now.astimezone(work.zone).hour == 0
        days = [work.today - dt.timedelta(1), work.today] if young else [work.today]
    for day in days:
        async with begin(actor=ACTOR, seconds=50) as work:
            done += await _counted(work, day, staff)
    return done


async def _counted(work: Work, day: dt.date, staff: list[tuple[PersonId, str]]) -> int:
    begins, ends = _hours(work, day)
    found = await identity.readings(work, begins, ends, policy.OPENS, policy.CLOSES, [one for one, _ in staff], [org for _, org in staff])
    usual = {(one.actor, one.org): one.usual for one in await store.usual(work.db, day - dt.timedelta(USUAL_DAYS), day - dt.timedelta(1))}
    rows = [_row(day, reading, usual.get((reading.actor, reading.org), 0)) for reading in found]
    loud = {(one.actor, one.org) for one in found if policy.alarming(one)}
    heard = {(one.actor, one.org) for one in await store.of_day(work.db, day) if policy.alarming(policy.reading_of(one))} if loud else set()
    for one in rows:
        if (one.actor, one.org) in loud - heard:
            await _told(work, one)
    return await store.put(work.db, rows) if rows else 0


async def _told(work: Work, one: ReaderDay) -> None:
    """Once a day for each reader; whom they looked at stands on the page, which is on record itself."""
    org = (await orgs.titles(work, [one.org])).get(one.org, Text(""))
    body = text("{org}，{day}：没有办件的查看 {bare} 次，同姓同户的人 {kin} 位。打开看看了谁、为什么。",
                org=org, day=str(one.day), bare=one.bare, kin=one.kin)  # fmt: skip
    for officer in orgs.holders(str(Grants.AUDIT)):
        if identity.chain.pseudonym(officer.person) != one.actor:
            title = text("{name} 看得异常", name=one.name)
            await notify.send(work, officer.person, title, body, f"/audit/readers/{one.day}/{one.actor}", "tracker.striking")


def _hours(work: Work, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    begins = dt.datetime.combine(day, dt.time(), work.zone)
    return begins.astimezone(dt.UTC), (begins + dt.timedelta(1)).astimezone(dt.UTC)


def _row(day: dt.date, reading: Reading, usual: int) -> ReaderDay:
    return ReaderDay(day, **msgspec.structs.asdict(reading), usual=usual, rank=len(policy.standing_out(reading, usual)))


class Striking(msgspec.Struct, frozen=True):
    """A reader's day with the name of the organisation."""

    day: ReaderDay
    org: Text


async def striking(work: Work, after: ReaderDay | None) -> tuple[list[Striking], bool]:
    """Readers that stand out, the latest first, and whether there are more."""
    since = work.today - dt.timedelta(SHOWN_DAYS)
    cursor = (after.day, after.rank, after.actor, after.org) if after else (None, 0, "", "")
    found = await store.flagged(work.db, since, *cursor, PAGE + 1)
    titles = await orgs.titles(work, [one.org for one in found])
    return [Striking(one, titles.get(one.org, Text(""))) for one in found[:PAGE]], len(found) > PAGE


async def line(work: Work, day: dt.date, actor: str) -> Striking:
    """One reader's day."""
    found = await store.one(work.db, day, actor)
    if not found:
        raise NotFound()
    return Striking(found[0], (await orgs.titles(work, [found[0].org])).get(found[0].org, Text("")))


class Seen(msgspec.Struct, frozen=True):
    """One look of a reader: at whom, by a name that is half hidden."""

    citizen: PersonId
    whom: str
    access: Access


async def looks_of(work: Work, day: dt.date, actor: str, after: tuple[dt.datetime, PersonId, int] | None) -> tuple[list[Seen], bool]:
    """What a reader looked at on one day. Everybody on the page reads that the officer has seen this."""
    begins, ends = _hours(work, day)
    found = await identity.looks_of_reader(work, begins, ends, actor, after, PAGE + 1)
    shown = found[:PAGE]
    names = await identity.names_of(work, [citizen for citizen, _ in shown])
    await _noted(work, [citizen for citizen, _ in shown])
    return [Seen(citizen, mask_name(names.get(citizen, "")), access) for citizen, access in shown], len(found) > PAGE


async def refused(work: Work) -> list[Striking]:
    """Who was refused something lately, day by day."""
    found = await store.refused(work.db, work.today - dt.timedelta(SHOWN_DAYS), MOST_REFUSED)
    titles = await orgs.titles(work, [one.org for one in found])
    return [Striking(one, titles.get(one.org, Text(""))) for one in found]


async def _noted(work: Work, whom: list[PersonId]) -> None:
    basis = "个人信息保护法 第五十一条"
    await identity.record_accesses(work, whom, text("数据保护官检查访问记录"), ("access",), basis=basis)


_summed: dict[tuple[str, dt.date], tuple[float, list[DayLooks], list[OrgLooks]]] = {}


async def sums(work: Work) -> tuple[list[DayLooks], list[tuple[Text, OrgLooks]]]:
    """How much was looked at day by day, and by which organisations. A minute old at most."""
    key, now = (work.city, work.today), time.monotonic()
    at, days, found = _summed.get(key, (float("-inf"), [], []))
    if now - at > FRESH:
        since = work.today - dt.timedelta(SHOWN_DAYS)
        days, found = await store.days(work.db, since), await store.orgs(work.db, since)
        _summed.clear()
        _summed[key] = (now, days, found)
    titles = await orgs.titles(work, [one.org for one in found])
    return days, [(titles.get(one.org, Text("")), one) for one in found]


async def forget(begin: Begin) -> int:
    """Bodies that are too old are emptied; what workers of the version before wrote is carried over."""
    async with begin(actor=ACTOR, seconds=50) as work:
        await identity.carry_over(work)
        await store.forget(work.db, work.today - dt.timedelta(KEPT_DAYS))
        before = work.now - dt.timedelta(days=365 * KEPT_YEARS + 1)
    gone = 0
    for _ in range(ROUNDS):
        async with begin(actor=ACTOR, seconds=50) as work:
            some = await identity.expire_access(work, before, EMPTIED)
        gone += some
        if some < EMPTIED:
            break
    return gone
