"""What a person agreed to, and how apps call that person."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.providers.models import AppId, Consent, Known, Scope, Subject, Wish


async def consent(db: Db, citizen: PersonId, app: AppId) -> Consent | None:
    return await db.maybe(
        Consent,
        "select citizen_id, app_id, shown, scopes, given_at, changed_at, used_at, revoked_at from providers.consent "
        "where citizen_id = $citizen and app_id = $app",
        citizen=citizen, app=app,
    )  # fmt: skip


async def consents(db: Db, citizen: PersonId, most: int) -> list[Consent]:
    return await db.all(
        Consent,
        "select citizen_id, app_id, shown, scopes, given_at, changed_at, used_at, revoked_at from providers.consent "
        "where citizen_id = $citizen and revoked_at is null order by coalesce(used_at, changed_at) desc, app_id limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


async def agree(
    db: Db, citizen: PersonId, app: AppId, org: OrgId, shown: list[Wish], scopes: list[Scope], now: dt.datetime
) -> None:
    await db.run(
        "insert into providers.consent as c (citizen_id, app_id, org_ref, shown, scopes, given_at, changed_at) "
        "values ($citizen, $app, $org, $shown, $scopes, $now, $now) on conflict (citizen_id, app_id) do update set "
        "shown = excluded.shown, scopes = excluded.scopes, changed_at = excluded.changed_at, revoked_at = null, "
        "given_at = case when c.revoked_at is null then c.given_at else excluded.given_at end",
        citizen=citizen, app=app, org=org, shown=shown, scopes=scopes, now=now,
    )  # fmt: skip


async def used(db: Db, citizen: PersonId, app: AppId, now: dt.datetime) -> None:
    await db.run(
        "update providers.consent set used_at = $now where citizen_id = $citizen and app_id = $app", citizen=citizen, app=app, now=now
    )


async def take_back(db: Db, citizen: PersonId, app: AppId, now: dt.datetime) -> bool:
    return bool(await db.run(
        "update providers.consent set revoked_at = $now where citizen_id = $citizen and app_id = $app and revoked_at is null",
        citizen=citizen, app=app, now=now,
    ))  # fmt: skip


async def subject(db: Db, citizen: PersonId, app: AppId, org: OrgId) -> Subject | None:
    return await db.maybe(
        Subject,
        "select s.sub, o.org_sub from providers.subject s join providers.org_subject o on o.citizen_id = s.citizen_id "
        "and o.org_id = $org where s.citizen_id = $citizen and s.app_id = $app",
        citizen=citizen, app=app, org=org,
    )  # fmt: skip


async def claim_sub(db: Db, org: OrgId, app: AppId, sub: str, citizen: PersonId) -> bool:
    """Whether the name is this person's now; nobody else's may be taken."""
    return bool(await db.run(
        "insert into providers.subject_claim (org_id, app_id, sub, citizen_ref) values ($org, $app, $sub, $citizen) "
        "on conflict do nothing",
        org=org, app=app, sub=sub, citizen=citizen,
    ))  # fmt: skip


async def add_subject(db: Db, citizen: PersonId, app: AppId, sub: str, imported: bool, now: dt.datetime) -> None:
    await db.run(
        "insert into providers.subject (citizen_id, app_id, sub, imported, made_at) values ($citizen, $app, $sub, $imported, $now) "
        "on conflict do nothing",
        citizen=citizen, app=app, sub=sub, imported=imported, now=now,
    )  # fmt: skip


async def add_org_subject(db: Db, citizen: PersonId, org: OrgId, org_sub: str) -> None:
    fresh = await db.run(
        "insert into providers.org_subject (citizen_id, org_id, org_sub) values ($citizen, $org, $org_sub) on conflict do nothing",
        citizen=citizen, org=org, org_sub=org_sub,
    )  # fmt: skip
    if fresh:
        await db.run(
            "insert into providers.org_subject_claim (org_id, org_sub, citizen_ref) values ($org, $org_sub, $citizen)",
            org=org, org_sub=org_sub, citizen=citizen,
        )  # fmt: skip


async def known(db: Db, org: OrgId, app: AppId, sub: str) -> Known | None:
    return await db.maybe(
        Known,
        "select citizen_ref as citizen from providers.subject_claim where org_id = $org and app_id = $app and sub = $sub",
        org=org, app=app, sub=sub,
    )  # fmt: skip


async def imported(db: Db, org: OrgId, app: AppId, who: list[bytes]) -> str | None:
    """The name that waits for whoever has one of these numbers; from now on it waits no longer."""
    return await db.value(
        "delete from providers.import where org_id = $org and app_id = $app and who = any($who::bytea[]) returning sub",
        org=org, app=app, who=who,
    )  # fmt: skip


async def put_imports(db: Db, org: OrgId, app: AppId, who: list[bytes], subs: list[str], now: dt.datetime) -> int:
    return await db.run(
        "insert into providers.import (org_id, app_id, who, sub, made_at) select $org, $app, who, sub, $now "
        "from unnest($who::bytea[], $subs::text[]) as r (who, sub) on conflict do nothing",
        org=org, app=app, who=who, subs=subs, now=now,
    )  # fmt: skip
