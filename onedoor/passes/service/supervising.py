"""分级查看: a part of the city at one look, its lists, and lists that leave the house. Everybody on a list sees that it was read."""

import datetime as dt

from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.kernel.i18n import say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import District, OrgId, covers
from onedoor.passes import policy, watching
from onedoor.passes.errors import NoSuchArea, NotOnThisList
from onedoor.passes.models import Colour, Level, Scheme
from onedoor.passes.store import watching as store
from onedoor.passes.watching import (
    MOST_EXPORTED,
    MOST_LISTED,
    Area,
    Dashboard,
    Export,
    ExportId,
    Figure,
    LevelChange,
    Page,
    Watched,
)

from .known import known, scheme, schemes

MOST_ALARMS = 20
DAY = dt.timedelta(hours=24)
RECENT = dt.timedelta(days=14)
LAST = PersonId.parse("person_" + "f" * 32)
NOT_GREEN = [colour.value for colour in Colour if colour is not Colour.GREEN]


def area(work: Work, code: str) -> District:
    """The part of the city, if it lies in one that this actor holds; anything else does not exist for them."""
    found = next((one for one in orgs.districts() if one.code == code), None)
    if found is None or work.actor.outside or not covers(work.actor.districts, found.path):
        raise NoSuchArea()
    return found


def own_areas(work: Work) -> list[District]:
    """Where this actor begins."""
    held = set(work.actor.scopes)
    return [one for one in orgs.districts() if one.code in held]


async def watchable(work: Work) -> list[Scheme]:
    """Schemes that have people, newest first."""
    return sorted(await schemes(work), key=lambda one: (not one.holds(work.today), -one.starts_on.toordinal(), one.code))


async def dashboard(work: Work, code: str, which: str) -> Dashboard:
    """One scope with its parts."""
    found, named = area(work, code), await scheme(work, which)
    exact = policy.may_list(work.actor)
    parts = orgs.below(code)
    rows = await store.people_now(work.db, [code, *(one.code for one in parts)], which)
    counts = watching.summed(rows)
    own = counts.get(code, dict.fromkeys(Colour, 0))
    people = watching.of_areas({one.code: sum(counts.get(one.code, {}).values()) for one in parts}, exact)
    uneasy = watching.of_areas({one.code: watching.not_green(counts.get(one.code, {})) for one in parts}, exact)
    return Dashboard(
        code, found.name, named.code, rows[0].at if rows else None, watching.single(sum(own.values()), exact), watching.figures(own, exact),
        watching.single(own[Colour.GREY], exact), watching.Day.of(await store.hours(work.db, code, which, work.now - DAY), exact),
        [Area(one.code, one.name, people[one.code], uneasy[one.code], open=True) for one in parts],
        await store.alarms(work.db, code, MOST_ALARMS), await _levels(work, found, which), exact,
    )  # fmt: skip


async def _levels(work: Work, found: District, which: str) -> list[LevelChange]:
    """Where the level has changed lately, within the scope."""
    changes: list[LevelChange] = []
    tree = {one.code: one for one in orgs.districts()}
    for (scheme_of, division), rows in (await known(work)).levels.items():
        there = tree.get(division)
        if scheme_of != which or there is None or not covers((found.path,), there.path):
            continue
        changes += [
            LevelChange(division, there.name, Level(row.level), row.valid_from, row.source)
            for row in rows if work.now - RECENT <= row.valid_from <= work.now
        ]  # fmt: skip
    return sorted(changes, key=lambda change: change.at, reverse=True)[:MOST_ALARMS]


def _after(given: str) -> tuple[dt.datetime, PersonId]:
    """Where a page begins: `<instant>_<id>`; the very beginning for whatever cannot be read."""
    at, _, who = given.partition("_")
    try:
        return dt.datetime.fromisoformat(at), PersonId.parse(who)
    except ValueError:
        return dt.datetime(9000, 1, 1, tzinfo=dt.UTC), LAST


async def listed(work: Work, code: str, which: str, colour: Colour | None, after: str = "") -> Page:
    """Who is not green, the latest first, and a line for each of them that they were looked at."""
    found = await _page(work, code, which, colour, after, MOST_LISTED + 1)
    items = found[:MOST_LISTED]
    if items:
        purpose = text("查看{area}不是绿码的名单", area=area(work, code).name)
        await identity.record_accesses(work, [one.citizen_ref for one in items], purpose, ("person.masked_name", "pass"), basis=which)
    last = items[-1] if len(found) > MOST_LISTED else None
    return Page(items, f"{last.since.isoformat()}_{last.citizen_ref}" if last else None)


async def _page(work: Work, code: str, which: str, colour: Colour | None, after: str, most: int) -> list[Watched]:
    area(work, code)
    policy.must_list(work.actor)
    await scheme(work, which)
    return await store.listed(work.db, code, which, [colour.value] if colour else NOT_GREEN, *_after(after), most)


async def contact(work: Work, code: str, which: str, citizen: PersonId) -> tuple[Watched, str | None]:
    """The telephone number of one person on the list: a look of its own, and a line of its own for the person."""
    area(work, code)
    policy.must_list(work.actor)
    found = await store.watched(work.db, code, which, citizen)
    if found is None:
        raise NotOnThisList()
    purpose = text("给您打电话（{area}）", area=area(work, code).name)
    await identity.record_access(work, citizen, purpose, ("person.phone",), None, basis=which)
    return found, await identity.phone_of(work, citizen)


async def export(work: Work, code: str, which: str, colour: Colour | None, purpose: str) -> tuple[Export, list[Watched]]:
    """The whole list with its mark, or none of it. What it was for is kept, and told to each person on it."""
    purpose = policy.stated_purpose(work.locale, purpose)
    found = await _page(work, code, which, colour, "", MOST_EXPORTED + 1)
    if len(found) > MOST_EXPORTED:
        detail = say(work.locale, "名单超过 {n} 人，请选一种颜色或小一些的区域再导出", n=MOST_EXPORTED)
        raise Invalid(errors=[{"pointer": "", "detail": detail}])
    assert isinstance(work.actor.id, PersonId)
    made = Export(ExportId.new(), code, which, work.actor.name, purpose, len(found), work.now)
    store.add_export(work.db, made, work.actor.id, OrgId(work.actor.org.uuid) if work.actor.org else None)
    if found:
        words = text("导出名单，用于：{purpose}", purpose=purpose)
        whom, fields = [one.citizen_ref for one in found], ("person.masked_name", "pass")
        await identity.record_accesses(work, whom, words, fields, action=Action.EXPORT, basis=which)
    return made, found


__all__ = ["Figure", "area", "contact", "dashboard", "export", "listed", "own_areas", "watchable"]
