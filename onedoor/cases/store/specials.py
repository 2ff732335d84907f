"""Procedures for which clocks stand still, and what is posted of cases for everybody to see."""
from datetime import date

from msgspec import Struct

from onedoor.cases.models import Case, CaseId, Kind
from onedoor.cases.specials import Running
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId


class Due(Struct, frozen=True):
    """A case whose procedure has had its last day."""

    citizen_id: PersonId
    id: CaseId


class Had(Struct, frozen=True):
    """A kind that a case has had, or has now."""

    kind: Kind


class Posted(Struct, frozen=True):
    """公示: one case as everybody may see it."""

    number: str
    item: str
    title: Text
    holder: str
    org_ref: OrgId
    began_on: date
    until_on: date


async def begin(db: Db, case: Case, one: Running) -> int:
    """0 when the case has had one of this kind."""
    return await db.run(
        """insert into cases.special (citizen_id, case_id, kind, reason, began_on, until_on)
           values ($citizen, $case, $kind, $reason, $began, $until) on conflict (citizen_id, case_id, kind) do nothing""",
        citizen=case.citizen_id, case=case.id, kind=one.kind, reason=one.reason, began=one.began_on, until=one.until_on,
    )  # fmt: skip


async def running(db: Db, citizen: PersonId, case: CaseId) -> Running | None:
    """The one that goes on."""
    return await db.maybe(
        Running,
        """select kind, reason, began_on, until_on from cases.special
            where citizen_id = $citizen and case_id = $case and ended_on is null""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def had(db: Db, citizen: PersonId, case: CaseId) -> list[Had]:
    """Those that the case has had, or has now."""
    return await db.all(
        Had, "select kind from cases.special where citizen_id = $citizen and case_id = $case order by kind", citizen=citizen, case=case
    )


async def end(db: Db, citizen: PersonId, case: CaseId, on: date, result: str) -> int:
    """It is over."""
    return await db.run(
        """update cases.special set ended_on = $on, result = $result
            where citizen_id = $citizen and case_id = $case and ended_on is null""",
        on=on, result=result, citizen=citizen, case=case,
    )  # fmt: skip


async def over(db: Db, today: date, most: int) -> list[Due]:
    """Cases whose procedure had its last day before today."""
    return await db.all(
        Due,
        """-- scatter
           select citizen_id, case_id as id from cases.special where ended_on is null and until_on < $today
            order by until_on, case_id limit $most""",
        today=today, most=most,
    )  # fmt: skip


async def post(db: Db, one: Posted) -> int:
    """Everybody may see it from now on."""
    return await db.run(
        """insert into cases.public_notice (number, item, title, holder, org_ref, began_on, until_on)
           values ($number, $item, $title, $holder, $org, $began, $until)""",
        number=one.number, item=one.item, title=one.title, holder=one.holder, org=one.org_ref, began=one.began_on, until=one.until_on,
    )  # fmt: skip


async def take_down(db: Db, number: str) -> int:
    """Nobody sees it any more, and nothing of it is kept here."""
    return await db.run("delete from cases.public_notice where number = $number", number=number)


async def posted(db: Db, today: date, after_on: date, after_number: str, most: int) -> list[Posted]:
    """What is posted today, what ends first at the head."""
    return await db.all(
        Posted,
        """select number, item, title, holder, org_ref, began_on, until_on from cases.public_notice
            where until_on >= $today and (until_on, number) > ($after_on, $after_number)
            order by until_on, number limit $most""",
        today=today, after_on=after_on, after_number=after_number, most=most,
    )  # fmt: skip
