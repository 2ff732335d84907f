"""Opinions of other departments, and who stands in for whom."""
from datetime import date

from onedoor.cases.between import Cover, Opinion, OpinionId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId


async def add(db: Db, opinion: Opinion) -> int:
    """Another department is asked."""
    return await db.run(
        """insert into cases.opinion (org_id, id, case_ref, citizen_ref, number, title, district, street, asked_org, asked_by, question,
                  share, due_on, at)
           values ($org, $id, $case, $citizen, $number, $title, $district, $street, $asked_org, $asked_by, $question, $share, $due, $at)""",
        org=opinion.org_id, id=opinion.id, case=opinion.case_ref, citizen=opinion.citizen_ref, number=opinion.number, title=opinion.title,
        district=opinion.district, street=opinion.street, asked_org=opinion.asked_org, asked_by=opinion.asked_by,
        question=opinion.question, share=opinion.share, due=opinion.due_on, at=opinion.at,
    )  # fmt: skip


async def locked(db: Db, org: Id, opinion: OpinionId) -> Opinion | None:
    """One question to this department, for writing."""
    return await db.maybe(
        Opinion,
        """select org_id, id, case_ref, citizen_ref, number, title, district, street, asked_org, asked_by, question, share, due_on, state,
                  verdict, answer, answered_by, at
             from cases.opinion where org_id = $org and id = $opinion for update""",
        org=org, opinion=opinion,
    )  # fmt: skip


async def put(db: Db, opinion: Opinion) -> int:
    """How it stands now."""
    return await db.run(
        """update cases.opinion set state = $state, verdict = $verdict, answer = $answer, answered_by = $by
            where org_id = $org and id = $id""",
        state=opinion.state, verdict=opinion.verdict, answer=opinion.answer, by=opinion.answered_by, org=opinion.org_id, id=opinion.id,
    )  # fmt: skip


async def asked(
    db: Db, org: Id, whole: bool, districts: list[str], streets: list[str], after_on: date, after_id: OpinionId, most: int
) -> list[Opinion]:
    """What a department is asked and has not answered, the most urgent first."""
    return await db.all(
        Opinion,
        """select org_id, id, case_ref, citizen_ref, number, title, district, street, asked_org, asked_by, question, share, due_on, state,
                  verdict, answer, answered_by, at
             from cases.opinion where org_id = $org and state = 'asked' and (due_on, id) > ($after_on, $after_id)
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by due_on, id limit $most""",
        org=org, whole=whole, districts=districts, streets=streets, after_on=after_on, after_id=after_id, most=most,
    )  # fmt: skip


async def over(db: Db, org: Id, today: date, after_on: date, after_id: OpinionId, most: int) -> list[Opinion]:
    """Questions to a department whose day has passed, after this one."""
    return await db.all(
        Opinion,
        """select org_id, id, case_ref, citizen_ref, number, title, district, street, asked_org, asked_by, question, share, due_on, state,
                  verdict, answer, answered_by, at
             from cases.opinion where org_id = $org and state = 'asked' and due_on < $today and (due_on, id) > ($after_on, $after_id)
            order by due_on, id limit $most""",
        org=org, today=today, after_on=after_on, after_id=after_id, most=most,
    )  # fmt: skip


async def covers(db: Db) -> list[Cover]:
    """Everybody who is away, or will be."""
    return await db.all(Cover, "select staff_ref, org_ref, by_ref, from_on, until_on from cases.cover order by staff_ref")


async def put_cover(db: Db, cover: Cover) -> int:
    """One stands in for another; a later word replaces the earlier one."""
    return await db.run(
        """insert into cases.cover (staff_ref, org_ref, by_ref, from_on, until_on) values ($staff, $org, $by, $first, $until)
           on conflict (staff_ref) do update set org_ref = excluded.org_ref, by_ref = excluded.by_ref, from_on = excluded.from_on,
                  until_on = excluded.until_on""",
        first=cover.from_on, staff=cover.staff_ref, org=cover.org_ref, by=cover.by_ref, until=cover.until_on,
    )  # fmt: skip


async def drop_cover(db: Db, org: OrgId, staff: PersonId) -> int:
    """They are back."""
    return await db.run("delete from cases.cover where org_ref = $org and staff_ref = $staff", org=org, staff=staff)
