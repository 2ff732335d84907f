"""Published forms and processes. Reference data: read into memory once per process."""
from datetime import datetime

from msgspec import Struct

from onedoor.cases.models import FormVersion, ProcessVersion, Trial
from onedoor.cases.registration import Office
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import to_builtins


class Latest(Struct, frozen=True):
    """The newest version of an item's form and process."""

    item: str
    version: int
    sha256: str


async def forms(db: Db) -> list[FormVersion]:
    """Every version that a draft or case may still name."""
    return await db.all(FormVersion, "select item, version, definition, sha256 from cases.form_version order by item, version")


async def newest_forms(db: Db, items: list[str]) -> list[FormVersion]:
    """The form that new drafts of each of these items get."""
    return await db.all(
        FormVersion,
        """select item, version, definition, sha256 from (
             select distinct on (item) item, version, definition, sha256, retired_at
               from cases.form_version where item = any($items) order by item, version desc
           ) newest where retired_at is null""",
        items=items,
    )  # fmt: skip


async def retired(db: Db) -> list[Latest]:
    """Items that are no longer applied for online."""
    return await db.all(
        Latest, "select item, version, sha256 from cases.form_version where retired_at is not null order by item, version"
    )


async def processes(db: Db) -> list[ProcessVersion]:
    """Every version of every process."""
    return await db.all(
        ProcessVersion,
        """select item, version, title, org_ref, prefix, accept_days, promised_days, statutory_days, supplement_days, cert_type, valid_days,
                  claims, rating, min_assurance, day_ends, zone, decline_to, back_office, silence,
                  assessment, report, specials, extend_days, applicant, instant
             from cases.process_version order by item, version""",
    )


async def latest_forms(db: Db) -> list[Latest]:
    """The newest form of each item."""
    return await db.all(Latest, "select distinct on (item) item, version, sha256 from cases.form_version order by item, version desc")


async def latest_processes(db: Db) -> list[Latest]:
    """The newest process of each item."""
    return await db.all(Latest, "select distinct on (item) item, version, sha256 from cases.process_version order by item, version desc")


async def put_forms(db: Db, versions: list[FormVersion], at: datetime) -> int:
    """Publish; a version that exists stays as it is, a retired one comes back."""
    return await db.run(
        """insert into cases.form_version (item, version, definition, sha256, published_at)
           select item, version, definition, sha256, $at
             from unnest($items::text[], $versions::int[], $definitions::jsonb[], $hashes::text[]) as n (item, version, definition, sha256)
           on conflict (item, version) do update set retired_at = null""",
        items=[v.item for v in versions], versions=[v.version for v in versions], definitions=[v.definition for v in versions],
        hashes=[v.sha256 for v in versions], at=at,
    )  # fmt: skip


async def put_processes(db: Db, processes: list[ProcessVersion], hashes: list[str], at: datetime) -> int:
    """Publish; a version that exists stays as it is."""
    return await db.run(
        """insert into cases.process_version (item, version, title, org_ref, prefix, accept_days, promised_days, statutory_days,
                  supplement_days, cert_type, valid_days, claims, rating, min_assurance, day_ends, zone, decline_to, back_office, silence,
                  assessment, report, specials, extend_days, applicant, instant, sha256, published_at)
           select n.item, n.version, n.title, n.org_ref, n.prefix, n.accept_days, n.promised_days, n.statutory_days,
                  n.supplement_days, n.cert_type, n.valid_days, n.claims, n.rating, n.min_assurance, n.day_ends, n.zone, n.decline_to,
                  n.back_office, n.silence, n.assessment, n.report, n.specials, n.extend_days, n.applicant, n.instant, n.sha256, $at
             from jsonb_to_recordset($rows) as n (item text, version int, title jsonb, org_ref uuid, prefix text, accept_days int,
                  promised_days int, statutory_days int, supplement_days int, cert_type text, valid_days int, claims jsonb, rating boolean,
                  min_assurance int, day_ends text, zone text, decline_to jsonb, back_office text, silence boolean,
                  assessment jsonb, report jsonb, specials jsonb, extend_days int, applicant text, instant jsonb,
                  sha256 text)
           on conflict (item, version) do nothing""",
        rows=[
            {
                "item": p.item, "version": p.version, "title": p.title, "org_ref": str(p.org_ref.uuid), "prefix": p.prefix,
                "accept_days": p.accept_days, "promised_days": p.promised_days, "statutory_days": p.statutory_days,
                "supplement_days": p.supplement_days, "cert_type": p.cert_type, "valid_days": p.valid_days, "claims": p.claims,
                "rating": p.rating, "min_assurance": p.min_assurance, "day_ends": p.day_ends, "zone": p.zone,
                "decline_to": p.decline_to, "back_office": p.back_office, "silence": p.silence,
                "assessment": to_builtins(p.assessment), "report": to_builtins(p.report), "specials": to_builtins(p.specials),
                "extend_days": p.extend_days, "applicant": p.applicant, "instant": to_builtins(p.instant), "sha256": sha256,
            }
            for p, sha256 in zip(processes, hashes, strict=True)
        ],
        at=at,
    )  # fmt: skip


async def retire(db: Db, items: list[str], at: datetime) -> int:
    """These items are no longer applied for online."""
    return await db.run(
        "update cases.form_version set retired_at = $at where item = any($items) and retired_at is null", items=items, at=at
    )


async def offices(db: Db) -> list[Office]:
    """Departments' own systems, and what their words mean."""
    return await db.all(Office, "select code, stages from cases.back_office")


async def put_offices(db: Db, offices: list[Office]) -> int:
    """These and no others; how many rows changed."""
    gone = await db.run("delete from cases.back_office where code <> all($codes::text[])", codes=[o.code for o in offices])
    return gone + await db.run(
        """insert into cases.back_office (code, stages)
           select code, stages from jsonb_to_recordset($rows::jsonb) as r (code text, stages jsonb)
           on conflict (code) do update set stages = excluded.stages where back_office.stages <> excluded.stages""",
        rows=[to_builtins(one) for one in offices],
    )


async def trials(db: Db) -> list[Trial]:
    """Services on trial, with those who may try them."""
    return await db.all(Trial, "select item, people, until from cases.trial order by item")


async def put_trial(db: Db, item: str, people: list[PersonId], until: datetime) -> int:
    return await db.run(
        "insert into cases.trial (item, people, until) values ($item, $people, $until) "
        "on conflict (item) do update set people = excluded.people, until = excluded.until",
        item=item, people=people, until=until,
    )  # fmt: skip


async def drop_trial(db: Db, item: str) -> int:
    """The trial and its definitions go; its cases and drafts have gone before."""
    await db.run("delete from cases.form_version where item = $item", item=item)
    await db.run("delete from cases.process_version where item = $item", item=item)
    return await db.run("delete from cases.trial where item = $item", item=item)
