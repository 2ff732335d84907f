"""What applicants think of how their cases were handled."""
from datetime import datetime

from onedoor.cases.duty import Reach
from onedoor.cases.models import CaseId
from onedoor.cases.rated import CallBack, Rating
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


async def add(db: Db, rating: Rating) -> bool:
    """Once per case and stage; False when it was rated before."""
    return bool(
        await db.run(
            """insert into cases.rating (citizen_id, case_id, stage, stars, tags, words, at)
               values ($citizen, $case, $stage, $stars, $tags, $words, $at) on conflict do nothing""",
            citizen=rating.citizen_id, case=rating.case_id, stage=rating.stage, stars=rating.stars, tags=rating.tags,
            words=rating.words, at=rating.at,
        )
    )  # fmt: skip


async def of_case(db: Db, citizen: PersonId, case: CaseId) -> Rating | None:
    """The rating of a case, if there is one."""
    return await db.maybe(
        Rating,
        """select citizen_id, case_id, stage, stars, tags, words, at, answer, answered_at from cases.rating
            where citizen_id = $citizen and case_id = $case and stage = 'end'""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def answer(db: Db, citizen: PersonId, case: CaseId, words: str, at: datetime) -> int:
    """What the rater reads of it."""
    return await db.run(
        "update cases.rating set answer = $words, answered_at = $at where citizen_id = $citizen and case_id = $case and stage = 'end'",
        words=words, at=at, citizen=citizen, case=case,
    )  # fmt: skip


async def call(db: Db, one: CallBack) -> None:
    """It lies before the department with the rating itself."""
    db.before_commit(
        """insert into cases.call_back (org_id, case_id, citizen_ref, number, title, district, street, stars, at, call_by, mend_by)
           values ($org, $case, $citizen, $number, $title, $district, $street, $stars, $at, $call, $mend) on conflict do nothing""",
        org=one.org_id, case=one.case_id, citizen=one.citizen_ref, number=one.number, title=one.title, district=one.district,
        street=one.street, stars=one.stars, at=one.at, call=one.call_by, mend=one.mend_by,
    )  # fmt: skip


async def waiting(db: Db, org: Id, reach: Reach, most: int) -> list[CallBack]:
    """What is not answered yet, in the places of a grant, what is due first at the head."""
    return await db.all(
        CallBack,
        """select org_id, case_id, citizen_ref, number, title, district, street, stars, at, call_by, mend_by, called_at, called_by, heard,
                  answered_at, answered_by
             from cases.call_back where org_id = $org and answered_at is null
              and ($whole or district = any($districts::text[]) or street = any($streets::text[]))
            order by case when called_at is null then call_by else mend_by end, case_id limit $most""",
        org=org, whole=reach.whole, districts=reach.districts, streets=reach.streets, most=most,
    )  # fmt: skip


async def called_back(db: Db, org: Id, case: CaseId) -> bool:
    """Whether a call is owed for this case, or was made."""
    return bool(await db.value("select exists (select from cases.call_back where org_id = $org and case_id = $case)", org=org, case=case))


async def locked(db: Db, org: Id, case: CaseId) -> CallBack | None:
    """One of them, for writing."""
    return await db.maybe(
        CallBack,
        """select org_id, case_id, citizen_ref, number, title, district, street, stars, at, call_by, mend_by, called_at, called_by, heard,
                  answered_at, answered_by
             from cases.call_back where org_id = $org and case_id = $case for update""",
        org=org, case=case,
    )  # fmt: skip


async def put(db: Db, one: CallBack) -> int:
    """Called, or answered."""
    return await db.run(
        """update cases.call_back set called_at = $called, called_by = $caller, heard = $heard, answered_at = $answered,
                  answered_by = $answerer
            where org_id = $org and case_id = $case""",
        called=one.called_at, caller=one.called_by, heard=one.heard, answered=one.answered_at, answerer=one.answered_by, org=one.org_id,
        case=one.case_id,
    )  # fmt: skip
