"""Statements about districts, departments and staff."""

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import Department, Distance, District, NewDepartment, NewOffice, Office, OrgId, StaffRow


async def districts(db: Db) -> list[District]:
    return await db.all(District, "select code, level, parent, name, path from orgs.district order by path")


async def departments(db: Db) -> list[Department]:
    return await db.all(
        Department,
        "select id, code, name, short, uscc, phone, address, hours, lat, lon, icon, tone, summary from orgs.department order by code",
    )


async def offices(db: Db) -> list[Office]:
    return await db.all(
        Office,
        "select code, name, district, address, lat, lon, hours, phone, counters, facilities, departments, items "
        "from orgs.office order by code",
    )


async def near(
    db: Db, lat: float, lon: float, department: str, item: str, districts: list[str], candidates: int, most: int
) -> list[Distance]:  # fmt: skip
    """The nearest first. The index counts in degrees, so more are taken than wanted and sorted by metres along the surface."""
    return await db.all(
        Distance,
        "with near as materialized (select code, lat, lon from orgs.office "
        "where ($department = '' or $department = any(departments) or $item = any(items)) and (cardinality($districts::text[]) = 0 "
        "or exists (select from unnest($districts::text[]) as d where starts_with(district, d) or starts_with(d, district))) "
        "order by pt <-> point($lon::float8, $lat::float8) limit $candidates) "
        "select code, 12742017.6 * asin(sqrt(least(1, sin(radians(lat - $lat) / 2) ^ 2 "
        "+ cos(radians($lat)) * cos(radians(lat)) * sin(radians(lon - $lon) / 2) ^ 2))) as metres "
        "from near order by metres, code limit $most",
        lat=lat, lon=lon, department=department, item=item, districts=districts, candidates=candidates, most=most,
    )  # fmt: skip


async def staff(db: Db) -> list[StaffRow]:
    return await db.all(
        StaffRow,
        "select s.person_ref, s.org_id, s.name, s.post, "
        "coalesce(array_agg(distinct g.name) filter (where g.name is not null), '{}') as grants, "
        "coalesce(array_agg(distinct g.district) filter (where g.district is not null), '{}') as districts, s.role "
        "from orgs.staff s left join orgs.staff_grant g on g.person_ref = s.person_ref group by s.person_ref order by s.person_ref",
    )


async def put_districts(db: Db, rows: list[District]) -> int:
    return await db.run(
        "insert into orgs.district as d (code, level, parent, name, path) select code, level, parent, name, path "
        "from jsonb_to_recordset($rows::jsonb) as r (code text, level text, parent text, name jsonb, path text) "
        "on conflict (code) do update set level = excluded.level, parent = excluded.parent, name = excluded.name, path = excluded.path "
        "where (d.level, d.parent, d.name, d.path) is distinct from (excluded.level, excluded.parent, excluded.name, excluded.path)",
        rows=rows,
    )  # fmt: skip


async def put_departments(db: Db, rows: list[NewDepartment], fresh: list[OrgId]) -> int:
    return await db.run(
        "insert into orgs.department as d (code, id, name, short, uscc, phone, address, hours, lat, lon, icon, tone, summary) "
        "select code, id, name, short, uscc, phone, address, hours, lat, lon, icon, tone, summary from rows from "
        "(jsonb_to_recordset($rows::jsonb) as (code text, name jsonb, short jsonb, uscc text, phone text, address jsonb, hours jsonb, "
        "lat double precision, lon double precision, icon text, tone text, summary jsonb), unnest($fresh::uuid[])) "
        "as r (code, name, short, uscc, phone, address, hours, lat, lon, icon, tone, summary, id) "
        "on conflict (code) do update set name = excluded.name, short = excluded.short, uscc = excluded.uscc, phone = excluded.phone, "
        "address = excluded.address, hours = excluded.hours, lat = excluded.lat, lon = excluded.lon, icon = excluded.icon, "
        "tone = excluded.tone, summary = excluded.summary where (d.name, d.short, d.uscc, d.phone, d.address, d.hours, d.lat, d.lon, "
        "d.icon, d.tone, d.summary) is distinct from (excluded.name, excluded.short, excluded.uscc, excluded.phone, excluded.address, "
        "excluded.hours, excluded.lat, excluded.lon, excluded.icon, excluded.tone, excluded.summary)",
        rows=rows, fresh=fresh,
    )  # fmt: skip


async def put_offices(db: Db, rows: list[NewOffice]) -> int:
    """The offices become exactly these; how many are new, different or gone."""
    gone = await db.run("delete from orgs.office where code <> all($codes::text[])", codes=[row.code for row in rows])
    return gone + await db.run(
        "insert into orgs.office as o (code, name, district, address, lat, lon, hours, phone, counters, facilities, departments, items) "
        "select code, name, district, address, lat, lon, hours, phone, counters, facilities, departments, items "
        "from jsonb_to_recordset($rows::jsonb) as r (code text, name jsonb, district text, address jsonb, lat double precision, "
        "lon double precision, hours jsonb, phone text, counters int, facilities text[], departments text[], items text[]) "
        "on conflict (code) do update set name = excluded.name, district = excluded.district, address = excluded.address, "
        "lat = excluded.lat, lon = excluded.lon, hours = excluded.hours, phone = excluded.phone, counters = excluded.counters, "
        "facilities = excluded.facilities, departments = excluded.departments, items = excluded.items "
        "where (o.name, o.district, o.address, o.lat, o.lon, o.hours, o.phone, o.counters, o.facilities, o.departments, o.items) "
        "is distinct from (excluded.name, excluded.district, excluded.address, excluded.lat, excluded.lon, excluded.hours, "
        "excluded.phone, excluded.counters, excluded.facilities, excluded.departments, excluded.items)",
        rows=rows,
    )  # fmt: skip


async def put_staff(db: Db, rows: list[dict[str, object]]) -> int:
    return await db.run(
        "insert into orgs.staff as s (person_ref, org_id, name, post) select person_ref, org_id, name, post "
        "from jsonb_to_recordset($rows::jsonb) as r (person_ref uuid, org_id uuid, name text, post jsonb) "
        "on conflict (person_ref) do update set org_id = excluded.org_id, name = excluded.name, post = excluded.post, role = null "
        "where (s.org_id, s.name, s.post, s.role) is distinct from (excluded.org_id, excluded.name, excluded.post, null)",
        rows=rows,
    )  # fmt: skip


async def put_grants(db: Db, people: list[PersonId], who: list[PersonId], names: list[str], districts: list[str]) -> int:
    """The grants of these people become exactly those given; how many came or went."""
    gone = await db.run(
        "delete from orgs.staff_grant g where g.person_ref = any($people::uuid[]) and not exists (select 1 from "
        "unnest($who::uuid[], $names::text[], $districts::text[]) as k (person_ref, name, district) "
        "where (k.person_ref, k.name, k.district) = (g.person_ref, g.name, g.district))",
        people=people, who=who, names=names, districts=districts,
    )  # fmt: skip
    return gone + await db.run(
        "insert into orgs.staff_grant (person_ref, name, district) select person_ref, name, district "
        "from unnest($who::uuid[], $names::text[], $districts::text[]) as new (person_ref, name, district) "
        "on conflict do nothing",
        who=who, names=names, districts=districts,
    )  # fmt: skip
