"""Matters that apps report: the resident's rows, and whose they are."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId
from onedoor.providers.models import App, AppId, Known, Matter, MatterId, Report, ReportId, Standing


async def claim(db: Db, app: App, matter: MatterId, ref: str, citizen: PersonId) -> bool:
    """Whether this number of the app's is a new one."""
    return bool(await db.run(
        "insert into providers.matter_claim (org_id, app_id, id, ref, citizen_ref) values ($org, $app, $matter, $ref, $citizen) "
        "on conflict do nothing",
        org=app.org, app=app.id, matter=matter, ref=ref, citizen=citizen,
    ))  # fmt: skip


async def whose(db: Db, org: OrgId, app: AppId, matter: MatterId) -> Known | None:
    return await db.maybe(
        Known,
        "select citizen_ref as citizen from providers.matter_claim where org_id = $org and app_id = $app and id = $matter",
        org=org, app=app, matter=matter,
    )  # fmt: skip


async def by_ref(db: Db, org: OrgId, app: AppId, ref: str) -> MatterId | None:
    found = await db.value(
        "select id from providers.matter_claim where org_id = $org and app_id = $app and ref = $ref", org=org, app=app, ref=ref
    )
    return MatterId(found) if found else None


async def add(db: Db, citizen: PersonId, matter: Matter) -> None:
    await db.run(
        "insert into providers.matter (citizen_id, id, app_id, org_ref, ref, title, status, words, href, made_at, changed_at) "
        "values ($citizen, $matter, $app, $org, $ref, $title, $status, $words, $href, $now, $now)",
        citizen=citizen, matter=matter.id, app=matter.app_id, org=matter.org, ref=matter.ref, title=matter.title,
        status=matter.status.value, words=matter.words, href=matter.href, now=matter.made_at,
    )  # fmt: skip


async def add_report(
    db: Db, citizen: PersonId, matter: MatterId, now: dt.datetime, at: dt.datetime, status: Standing, words: Text
) -> None:
    """The report, and the matter as it stands after it."""
    await db.run(
        "with m as (update providers.matter set status = $status, words = $words, changed_at = $now "
        "where citizen_id = $citizen and id = $matter returning id) "
        "insert into providers.matter_step (citizen_id, id, matter_id, at, status, words) "
        "select $citizen, $report, id, $at, $status, $words from m",
        citizen=citizen, matter=matter, report=ReportId.new(), now=now, at=at, status=status.value, words=words,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, matter: MatterId) -> Matter | None:
    return await db.maybe(
        Matter,
        "select id, app_id, org_ref as org, ref, title, status, words, href, cancel_asked_at, made_at, changed_at from providers.matter "
        "where citizen_id = $citizen and id = $matter for update",
        citizen=citizen, matter=matter,
    )  # fmt: skip


async def matter(db: Db, citizen: PersonId, matter: MatterId) -> Matter | None:
    return await db.maybe(
        Matter,
        "select id, app_id, org_ref as org, ref, title, status, words, href, cancel_asked_at, made_at, changed_at from providers.matter "
        "where citizen_id = $citizen and id = $matter",
        citizen=citizen, matter=matter,
    )  # fmt: skip


async def newest(db: Db, citizen: PersonId, most: int) -> list[Matter]:
    return await db.all(
        Matter,
        "select id, app_id, org_ref as org, ref, title, status, words, href, cancel_asked_at, made_at, changed_at from providers.matter "
        "where citizen_id = $citizen order by changed_at desc, id desc limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


async def reports(db: Db, citizen: PersonId, matter: MatterId, most: int) -> list[Report]:
    return await db.all(
        Report,
        "select at, status, words from providers.matter_step where citizen_id = $citizen and matter_id = $matter "
        "order by id desc limit $most",
        citizen=citizen, matter=matter, most=most,
    )  # fmt: skip


async def ask_cancel(db: Db, citizen: PersonId, matter: MatterId, now: dt.datetime) -> None:
    await db.run(
        "update providers.matter set cancel_asked_at = $now where citizen_id = $citizen and id = $matter",
        citizen=citizen, matter=matter, now=now,
    )  # fmt: skip
