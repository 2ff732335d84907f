"""重点保护 The data-protection officer says whose cases are read by two, why, and for how long. Whoever is named is told."""

import datetime as dt

import msgspec

from onedoor.identity import service as identity
from onedoor.identity.models import Guarded, PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import buckets
from onedoor.kernel.i18n import ENGLISH, SOURCE, Text, day, say, text
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import Unclean, clean, mask_name
from onedoor.kernel.work import Begin, Work
from onedoor.notify import service as notify
from onedoor.tracker import policy
from onedoor.tracker.errors import NotGuarded

LONGEST, SHORTEST, MOST_DAYS = 200, 5, 365
TRIES, PER_SECOND = 60, 60 / 3600
"""Numbers of cards of one officer: nobody tries them one after the other."""


class Named(msgspec.Struct, frozen=True):
    """Somebody on the list, by a name that is half hidden."""

    one: Guarded
    whom: str


async def listed(work: Work) -> list[Named]:
    """Everybody on the list. Each of them reads that it was looked at."""
    policy.may_guard(work.actor)
    found = await identity.all_guarded(work)
    whom = [one.citizen_ref for one in found]
    names = await identity.names_of(work, whom)
    purpose, basis = text("数据保护官查看重点保护名单"), "个人信息保护法 第五十一条"
    await identity.record_accesses(work, whom, purpose, ("person.masked_name",), basis=basis)
    return [Named(one, mask_name(names.get(one.citizen_ref, ""))) for one in found]


async def tried(begin: Begin, number: str) -> None:
    """One try of this officer, spent whatever comes of it: a number that is nobody's counts like any other."""
    async with begin() as work:
        policy.may_guard(work.actor)
        assert work.actor.id is not None, "the route needs a grant, and grants belong to persons"
        if not identity.id_number_fault(work.locale, identity.id_number(number), work.today):
            await buckets.need(work.db, f"audit number {work.actor.id.hex}", capacity=TRIES, per_second=PER_SECOND)


async def put(work: Work, ports: Ports, number: str, reason: str, until: dt.date | None) -> Guarded:
    """On the list from now on, by the number of the card, once `tried` has counted it; somebody who is on it already has the new reason
    and the new day."""
    policy.may_guard(work.actor)
    assert isinstance(work.actor.id, PersonId), "the route needs a grant, and grants belong to persons"
    typed, said, errors = identity.id_number(number), reason.strip(), list[dict[str, str]]()
    if fault := identity.id_number_fault(work.locale, typed, work.today):
        errors.append({"pointer": "/id_number", "detail": fault})
    if words := _unfit(work, said):
        errors.append({"pointer": "/reason", "detail": words})
    if until is None or not work.today <= until <= work.today + dt.timedelta(MOST_DAYS):
        errors.append({"pointer": "/until", "detail": say(work.locale, "请填今天以后、一年以内的日期")})
    whom = await identity.holder_of_id_number(work, ports.get(Secrets), typed) if not errors else None
    if not errors and whom is None:
        errors.append({"pointer": "/id_number", "detail": say(work.locale, "没有找到这个人：这个号码没有实名过，也没有人替他办过事")})
    if errors or whom is None or until is None:
        raise Invalid(errors=errors)
    one = Guarded(whom, said, work.actor.id, work.actor.name[:60], work.now, until)
    await identity.guard(work, one)
    await identity.record_access(work, whom, text("列入重点保护"), ("person.id_number",), None)
    last = Text(day(SOURCE, until, year=True), day(ENGLISH, until, year=True))
    body = text("从现在起到 {day}，工作人员要先经一位同事同意，才能打开您的办件。谁问过、谁同意的，都在您的数据足迹里。", day=last)
    await notify.send(work, whom, text("您的办件受重点保护"), body, "/me/data", "tracker.guarded")
    return one


def _unfit(work: Work, reason: str) -> str:
    if len(reason) < SHORTEST:
        return say(work.locale, "请写明为什么要重点保护，至少 {n} 个字", n=SHORTEST)
    try:
        clean(reason, LONGEST)
    except Unclean:
        return say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=LONGEST)
    return ""


async def end(work: Work, whom: PersonId) -> None:
    """Taken back: cases open as everybody's do. The person is told."""
    policy.may_guard(work.actor)
    if not await identity.unguard(work, whom):
        raise NotGuarded()
    await identity.record_access(work, whom, text("取消重点保护"), ("person.masked_name",), None)
    body = text("工作人员打开您的办件不用再经同事同意。每次查看照样记在您的数据足迹里。")
    await notify.send(work, whom, text("重点保护已取消"), body, "/me/data", "tracker.guarded")
