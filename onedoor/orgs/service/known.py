"""Use cases of orgs: who serves where. Reading is from memory; writing is for the loader of a city and tells every process."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import Access, AccessId, Assurance, KnownPerson, PersonId
from onedoor.kernel import geo
from onedoor.kernel.calendar import Calendar
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Unavailable
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import hours, policy
from onedoor.orgs.errors import BrokenTree, NoSuchDepartment, NoSuchDistrict, NoSuchOffice, NotAPlace
from onedoor.orgs.models import (
    HANDLES,
    Department,
    District,
    Level,
    Near,
    NewDepartment,
    NewDistrict,
    NewOffice,
    NewStaff,
    Office,
    OpenDay,
    Opening,
    OrgId,
    Orgs,
    Seen,
    Staff,
    covers,
)
from onedoor.orgs.store import known as store
from onedoor.orgs.store import registrations

_ABOVE = {Level.DISTRICT: Level.CITY, Level.STREET: Level.DISTRICT, Level.GRID: Level.STREET}


async def _load(db: Db) -> Orgs:
    return Orgs(
        await store.districts(db), await store.departments(db), await store.staff(db), await store.offices(db),
        await registrations.organisations(db),
    )  # fmt: skip


MEMORY = "orgs"
_orgs: Memory[Orgs] = Memory(MEMORY, _load)


async def snapshot(db: Db) -> Orgs:
    """All districts, departments and staff, from memory; asks the database only after they have changed."""
    return await _orgs.get(db)


async def with_grants(db: Db, actor: Actor) -> Actor:
    """The actor with what the post allows, or unchanged when there is no post."""
    known = await snapshot(db)
    member = known.staff.get(actor.id) if isinstance(actor.id, PersonId) else None
    if member is None:
        return actor
    title = known.by_id[member.org].name.zh if member.org in known.by_id else ""
    if member.role is None:
        return replace(actor, grants=member.grants, org=member.org, org_title=title, districts=member.districts, name=member.name)
    proven = actor.assurance >= Assurance.REAL_NAME  # who has people's matters in hand goes by a proven name
    return replace(
        actor, grants=member.grants if proven else member.grants - {HANDLES}, org=member.org, org_title=title, districts=member.districts,
        name=(actor.name if proven else "") or member.name, outside=True, serves=proven and HANDLES in member.grants,
    )  # fmt: skip


async def all_departments(db: Db) -> list[Department]:
    """Every department of the city, and every organisation that registered itself: whoever may have cases."""
    return list((await snapshot(db)).departments.values())


async def departments(work: Work) -> list[Department]:
    """Every department of the city, by code; then the organisations that registered themselves."""
    return list((await snapshot(work.db)).departments.values())


def own_departments() -> list[Department]:
    """Those of the city alone."""
    return list(_known().own.values())


async def department(work: Work, code: str) -> Department:
    """One department by its code."""
    found = (await snapshot(work.db)).departments.get(code)
    if found is None:
        raise NoSuchDepartment()
    return found


async def department_of(work: Work, org: Id) -> Department | None:
    """The department behind an id, or None when it is no longer known."""
    return (await snapshot(work.db)).by_id.get(OrgId(org.uuid))


def _known() -> Orgs:
    """What this process has in memory; loaded at its start and again soon after each change."""
    if not _orgs.loaded:
        raise Unavailable(retry_after=2)
    return _orgs.now


def districts() -> list[District]:
    """The whole tree, each district before what lies in it."""
    return list(_known().districts.values())


def district(code: str) -> District:
    """One district, street or grid."""
    found = _known().districts.get(code)
    if found is None:
        raise NoSuchDistrict()
    return found


def below(code: str) -> list[District]:
    """What lies directly in a district."""
    return _known().children.get(code, [])


def path_of(code: str) -> str:
    """"9901.990102" for "990102"."""
    return district(code).path


def city() -> District | None:
    """The root of the tree; None before a city has been loaded."""
    return _known().city


def path_or_root(code: str) -> str:
    """The path of a district; of the whole city when there is no such district (a cookie may say anything)."""
    root = _known().city
    return _known().path_of(code) or (root.path if root else "")


def staff_of(person: Id) -> Staff | None:
    """The post of a person, or None for everybody else."""
    return _known().staff.get(PersonId(person.uuid))


def code_of(org: Id) -> str | None:
    """The code of a department by its id; None when it is no longer known."""
    found = _known().by_id.get(OrgId(org.uuid))
    return found.code if found else None


def clerks_of(org: Id, grant: str = "", path: str = "") -> list[Staff]:
    """The staff of a department, by name; with `grant` those who hold it, with `path` those who hold it there."""
    members = _known().clerks.get(OrgId(org.uuid), [])
    fit = [m for m in members if (not grant or grant in m.grants) and (not path or covers(m.districts, path))]
    return sorted(fit, key=lambda member: (member.name, member.person))


def holders(grant: str) -> list[Staff]:
    """Whoever holds a grant, in every department."""
    return [member for member in _known().staff.values() if grant in member.grants]


def office(code: str) -> Office:
    """One office."""
    found = _known().offices.get(code)
    if found is None:
        raise NoSuchOffice()
    return found


def opening(office: Office, calendar: Calendar, now: datetime) -> Opening:
    """Whether an office is open at a local time, and until or from when."""
    return hours.opening(office.hours, calendar, now)


def week(office: Office, calendar: Calendar, today: date) -> list[OpenDay]:
    """When an office is open today and on the six days after it."""
    return hours.week(office.hours, calendar, today)


def offices(department: str = "", district: str = "") -> list[Office]:
    """Offices by code: those that serve for a department, those in a district and everything below it."""
    known = _known()
    where = known.path_of(district)
    return [
        o for o in known.offices.values()
        if (not department or department in o.departments) and (not where or covers((where,), known.path_of(o.district)))
    ]  # fmt: skip


def centre(district: str = "") -> tuple[float, float] | None:
    """The middle of a district, told by its offices; where it has none, that of what it lies in. None in a city without offices."""
    known = _known()
    for code in reversed(known.path_of(district).split(".")):
        found = offices(district=code)
        if found:
            return sum(o.lat for o in found) / len(found), sum(o.lon for o in found) / len(found)
    return None


async def near(
    work: Work, lat: float, lon: float, most: int, department: str = "", item: str = "", districts: Sequence[str] = ()
) -> list[Near]:  # fmt: skip
    """The nearest offices first: all, or those that serve for a department or do this one item; of some districts, with their streets and
    the city around them, when any are named."""
    if not geo.is_place(lat, lon):
        raise NotAPlace()
    found = await store.near(work.db, lat, lon, department, item, list(districts), geo.candidates(most, lat), most)
    known = (await snapshot(work.db)).offices
    return [Near(known[row.code], round(row.metres)) for row in found if row.code in known]


async def titles(work: Work, said: Iterable[str]) -> dict[str, Text]:
    """What these organisations are called today, by their ids as records write them; one that is gone is left out."""
    known = (await snapshot(work.db)).by_id
    return {org: found.name for org in set(said) if (found := org_of(known, org))}


async def everybody(work: Work) -> list[tuple[PersonId, str]]:
    """Every member of staff, and of which organisation."""
    return [(person, str(member.org)) for person, member in (await snapshot(work.db)).staff.items()]


async def who_saw_me(work: Work, before: AccessId | None, most: int) -> list[Seen]:
    """我的数据访问记录: who looked at my data, with the department's name of today."""
    known = (await snapshot(work.db)).by_id
    return [_seen(record, org_of(known, record.org)) for record in await identity.access_records(work, before, most)]


def org_of(known: dict[OrgId, Department], said: str) -> Department | None:
    """The organisation that a record names; None when it is gone, or was never one."""
    try:
        return known.get(OrgId.parse(said))
    except ValueError:
        return None


def _seen(record: Access, org: Department | None) -> Seen:
    return Seen(
        record.id, record.at, record.staff_name, org.name if org else None, org.code if org else None, record.purpose, record.fields,
        record.case_ref,
    )  # fmt: skip


_titles: list[Callable[[str], Text | None]] = []


def named_by(title: Callable[[str], Text | None]) -> None:
    """Whom this process asks from now on what a fact is called: the dictionary of facts stands above this room."""
    _titles[:] = [title]


def plain(locale: str, fields: list[str]) -> str:
    """What an access record says was looked at, in plain words."""
    return policy.plain(locale, fields, _titles[0] if _titles else lambda _: None)


async def put_districts(work: Work, rows: list[NewDistrict]) -> int:
    """The city's districts; loading the same again changes nothing. How many rows are new or different."""
    known = {d.code: d for d in await store.districts(work.db)}
    placed: dict[str, District] = {}
    for row in sorted(rows, key=lambda r: list(Level).index(r.level)):
        above = placed.get(row.parent or "") or known.get(row.parent or "")
        if (above.level if above else None) != _ABOVE.get(row.level):
            raise BrokenTree(errors=[{"pointer": f"/{row.code}", "detail": row.parent or ""}])
        path = f"{above.path}.{row.code}" if above else row.code
        placed[row.code] = District(row.code, row.level, row.parent, row.name, path)
    return await _told(work, await store.put_districts(work.db, list(placed.values())))


async def put_departments(work: Work, rows: list[NewDepartment]) -> int:
    """The city's departments; an id once given stays. How many rows are new or different."""
    return await _told(work, await store.put_departments(work.db, rows, [OrgId.new() for _ in rows]))


async def put_offices(work: Work, rows: list[NewOffice]) -> int:
    """The city's offices; those that are gone from the list are gone. How many rows are new, different or gone."""
    return await _told(work, await store.put_offices(work.db, rows))


async def put_staff(work: Work, rows: list[NewStaff]) -> int:
    """Staff with exactly these grants, each with an account by phone. How many rows are new or different."""
    known = {d.code: d for d in await store.departments(work.db)}
    places = {d.code for d in await store.districts(work.db)}
    for row in rows:
        if row.department not in known:
            raise NoSuchDepartment(row.department)
        if missing := [code for code in row.districts if code not in places]:
            raise NoSuchDistrict(missing[0])
    people = await identity.put_people(work, [KnownPerson(phone=row.phone, name=row.name) for row in rows])
    posts: list[dict[str, object]] = [
        {"person_ref": people[row.phone].uuid, "org_id": known[row.department].id.uuid, "name": row.name, "post": row.post} for row in rows
    ]
    held = [(people[row.phone], grant, code) for row in rows for grant in row.grants for code in row.districts]
    count = await store.put_staff(work.db, posts)
    count += await store.put_grants(work.db, list(people.values()), [h[0] for h in held], [h[1] for h in held], [h[2] for h in held])
    return await _told(work, count)


async def _told(work: Work, count: int) -> int:
    if count:
        await changed(work.db, _orgs.name)
    return count
