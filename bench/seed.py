"""The seeded load: real-named citizens with sessions, a clerk, and one department with 100,000 cases."""

from typing import Any

import asyncpg

from onedoor.identity import service as identity
from onedoor.identity.models import KnownPerson, PersonId, SessionKind
from onedoor.identity.service.signing import begin_session
from onedoor.kernel.text import citizen_check
from onedoor.kernel.work import system
from onedoor.web.city import load
from onedoor.web.house import House

from .place import APPLICANTS, CASES, CITIZENS, CITY, VISITS, Place

CLERK = "13800990101"
SCATTERS = 38194660113
"""Numbers are drawn, not counted: this spreads them, no two alike."""
STATUSES = "(array['submitted','accepted','accepted','supplementing','decided','decided','decided','declined','withdrawn','decided'])"


def person(n: int) -> KnownPerson:
    """A citizen with a valid identity number; fictional."""
    first = f"9901021980{n % 12 + 1:02d}{n % 28 + 1:02d}{n:03d}"
    return KnownPerson(
        phone=f"137{n:08d}", name=f"测试{n}", id_number=first + citizen_check(first), real_name=True, district="990102",
        household_address="青禾市东湖区1号", address="青禾市东湖区1号",
    )  # fmt: skip


async def seed(place: Place) -> None:
    from onedoor.kernel.migrate import migrate

    await migrate(place.dsn)
    await load(place.settings, CITY, demo=True)
    house = House(place.settings)
    await house.open(listen=False)
    try:
        await _people(place, house)
    finally:
        await house.close()
    conn: Any = await asyncpg.connect(place.dsn)
    try:
        await put_cases(conn, CASES, APPLICANTS)
        await _visits(place, conn)
        await conn.execute("analyze")
        await conn.execute("checkpoint")
    finally:
        await conn.close()


async def _people(place: Place, house: House) -> None:
    from onedoor.identity.ports import Secrets

    async with house.begin(actor=system("bench"), seconds=60) as work:
        known = await identity.put_people(work, [person(n) for n in range(CITIZENS)], house.ports.get(Secrets))
        for citizen in list(known.values()):
            place.tokens.append((await begin_session(work, citizen, SessionKind.WEB, "bench")).token)
        clerk = await identity.person_of_phone(work, CLERK)
        assert isinstance(clerk, PersonId), "the demo city has this clerk"
        place.clerk = (await begin_session(work, clerk, SessionKind.WEB, "bench")).token


async def put_cases(conn: Any, cases: int, applicants: int) -> None:
    """Cases of one department, spread over its districts and the last year, with their inbox lines; 39 in 100 are open. The index of
    their words is made when they are there."""
    words = await conn.fetchval("select pg_get_indexdef('cases.inbox_words'::regclass)")
    await conn.execute(f"""
        drop index cases.inbox_words;
        create temporary table seeded as
        select uuidv7() as id, p.citizen_id, 'QH26' || lpad((n * {SCATTERS} % 100000000000)::text, 11, '0') as number,
               {STATUSES}[1 + n % 10] as status,
               (array['990101','990102','990103','990104','990105'])[1 + n % 5] as district, current_date + (n % 40) - 10 as due_on, n
          from generate_series(1, {cases}) n
          join (select citizen_id, row_number() over () as r from identity.person where phone like '137%'
                union all select uuidv7(), g from generate_series({CITIZENS} + 1, {applicants}) g) p
            on p.r = 1 + n % {applicants};
        insert into cases.case_file (citizen_id, id, number, item, title, form_version, process_version, org_ref, district, street,
               status, answers, submitted_at, received_on, due_on, legal_due_on, paused_on, answer_by, submit_key, answers_sha256,
               outcome, decided_at)
        select citizen_id, id, number, 'ga-juzhuzheng', '{{"zh":"居住证办理","en":"Residence permit"}}', 1, 1,
               (select id from orgs.department where code = 'gongan'), district, district || '001', status, '{{"kind":"new"}}',
               now() - n * interval '3 minutes', current_date - n % 300, due_on, due_on + 15,
               case when status = 'supplementing' then current_date end, case when status = 'supplementing' then current_date + 9 end,
               id, '', case when status = 'decided' then 'granted' end, case when status = 'decided' then now() end
          from seeded;
        insert into cases.inbox (org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on,
               legal_due_on, since, words)
        select (select id from orgs.department where code = 'gongan'), id, citizen_id, number, 'ga-juzhuzheng',
               '{{"zh":"居住证办理","en":"Residence permit"}}', '测*' || n % 100, district, district || '001', status, due_on,
               due_on + 15, now() - n * interval '3 minutes', number || ' 居住证办理'
          from seeded;
        drop table seeded; {words}""", timeout=3600)  # fmt: skip


async def _visits(place: Place, conn: Any) -> None:
    """Applicants who have signed in and not looked yet."""
    await conn.execute(f"""
        insert into identity.session (id, token_hash, citizen_ref, kind, device, assurance, name, begun_at, seen_at, expires_at)
        select uuidv7(), sha256(convert_to('visit ' || row_number() over (), 'utf8')), citizen_ref, 'web', 'bench', 2, '测*',
               now(), now(), now() + interval '1 day'
          from (select distinct citizen_ref from cases.inbox order by citizen_ref limit {VISITS}) as applicant;
        """)
    place.visits = [f"visit {n}" for n in range(1, VISITS + 1)]
