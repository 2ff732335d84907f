"""Cases from somebody who was known by a card alone to the account they have now."""
from msgspec import Struct

from onedoor.cases.models import CaseId, Status
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Moved(Struct, frozen=True):
    """One case that has another key now."""

    id: CaseId
    status: Status


async def any_of(db: Db, ward: PersonId) -> bool:
    """Whether there are any: whoever has none costs one look by key."""
    return bool(await db.value("select exists (select from cases.case_file where citizen_id = $ward and channel = 'counter')", ward=ward))


async def move(db: Db, ward: PersonId, citizen: PersonId) -> list[Moved]:
    """Those made at a counter, with all that refers to them, in one statement; a second time there are none left."""
    return await db.all(
        Moved,
        """-- scatter
           with mine as (select id, number, org_ref from cases.case_file where citizen_id = $ward and channel = 'counter'),
                numbers as (update cases.number_claim t set citizen_id = $citizen from mine where t.number = mine.number),
                lines as (update cases.inbox t set citizen_ref = $citizen from mine where t.org_id = mine.org_ref and t.case_id = mine.id),
                steps as (update cases.step t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                files as (update cases.attachment t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                owed as (update cases.owed t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                promises as (update cases.promise t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                rated as (update cases.rating t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                handed as (update cases.handing t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                paused as (update cases.special t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                looks as (update cases.lookup t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.case_id = mine.id),
                registered as (update cases.registration t set citizen_id = $citizen from mine
                                where t.citizen_id = $ward and t.case_id = mine.id),
                theirs as (update cases.back_number t set citizen_id = $citizen from mine where t.case_id = mine.id),
                told as (update cases.back_event t set citizen_id = $citizen from mine
                          where t.citizen_id = $ward and t.case_id = mine.id),
                asked as (update cases.opinion t set citizen_ref = $citizen from mine where t.case_ref = mine.id),
                seconds as (update cases.second_reading t set citizen_ref = $citizen from mine where t.case_ref = mine.id),
                calls as (update cases.call_back t set citizen_ref = $citizen from mine
                           where t.org_id = mine.org_ref and t.case_id = mine.id),
                turns as (update cases.counter t set citizen_ref = $citizen from mine where t.case_ref = mine.id)
           update cases.case_file t set citizen_id = $citizen from mine where t.citizen_id = $ward and t.id = mine.id
           returning t.id, t.status""",
        ward=ward, citizen=citizen,
    )  # fmt: skip
