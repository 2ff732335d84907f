"""Apps and their secrets: reference data."""

import datetime as dt

from onedoor.kernel.db import Db
from onedoor.providers.models import App, AppId, Secret


async def apps(db: Db) -> list[App]:
    return await db.all(
        App,
        "select app_id as id, org_ref as org, client_id, key, name, about, public, redirects, logouts, scopes, wanted, active "
        "from providers.app order by made_at, app_id",
    )


async def secrets(db: Db) -> list[Secret]:
    return await db.all(
        Secret, "select app_id, secret_no, hash, made_at, not_after from providers.app_secret order by app_id, secret_no"
    )


async def secrets_of(db: Db, app: AppId) -> list[Secret]:
    return await db.all(
        Secret, "select app_id, secret_no, hash, made_at, not_after from providers.app_secret where app_id = $app order by secret_no",
        app=app,
    )  # fmt: skip


async def add(db: Db, app: App, now: dt.datetime) -> None:
    await db.run(
        "insert into providers.app (app_id, org_ref, client_id, key, name, about, public, redirects, logouts, scopes, wanted, active, "
        "made_at) values ($app, $org, $client_id, $key, $name, $about, $public, $redirects, $logouts, $scopes, $wanted, $active, $now)",
        app=app.id, org=app.org, client_id=app.client_id, key=app.key, name=app.name, about=app.about, public=app.public,
        redirects=app.redirects, logouts=app.logouts, scopes=app.scopes, wanted=app.wanted, active=app.active, now=now,
    )  # fmt: skip


async def save(db: Db, app: App) -> None:
    await db.run(
        "update providers.app set name = $name, about = $about, redirects = $redirects, logouts = $logouts, scopes = $scopes, "
        "wanted = $wanted, active = $active where app_id = $app",
        app=app.id, name=app.name, about=app.about, redirects=app.redirects, logouts=app.logouts, scopes=app.scopes, wanted=app.wanted,
        active=app.active,
    )  # fmt: skip


async def locked(db: Db, app: AppId) -> App | None:
    return await db.maybe(
        App,
        "select app_id as id, org_ref as org, client_id, key, name, about, public, redirects, logouts, scopes, wanted, active "
        "from providers.app where app_id = $app for update",
        app=app,
    )


async def add_secret(db: Db, app: AppId, secret_no: int, hashed: bytes, now: dt.datetime) -> None:
    await db.run(
        "insert into providers.app_secret (app_id, secret_no, hash, made_at) values ($app, $secret_no, $hashed, $now)",
        app=app, secret_no=secret_no, hashed=hashed, now=now,
    )  # fmt: skip


async def end_secrets(db: Db, app: AppId, before: int, until: dt.datetime) -> None:
    """Those before this number are good until then, or until their own end when that comes first."""
    await db.run(
        "update providers.app_secret set not_after = least(coalesce(not_after, $until), $until) where app_id = $app "
        "and secret_no < $before",
        app=app, before=before, until=until,
    )  # fmt: skip


async def drop_secrets(db: Db, app: AppId, before: int) -> None:
    await db.run("delete from providers.app_secret where app_id = $app and secret_no < $before", app=app, before=before)


async def drop_secret(db: Db, app: AppId, secret_no: int) -> bool:
    return bool(await db.run("delete from providers.app_secret where app_id = $app and secret_no = $secret_no", app=app,
                             secret_no=secret_no))  # fmt: skip


async def put(db: Db, rows: list[dict[str, object]], now: dt.datetime) -> int:
    """Apps a city brings along; how many are new or different."""
    return await db.run(
        "insert into providers.app as a (app_id, org_ref, client_id, key, name, about, public, redirects, logouts, scopes, made_at) "
        "select app_id, org_ref, client_id, key, name, about, public, redirects, logouts, scopes, $now from "
        "jsonb_to_recordset($rows::jsonb) as r (app_id uuid, org_ref uuid, client_id text, key text, name jsonb, about jsonb, "
        "public boolean, redirects text[], logouts text[], scopes jsonb) "
        "on conflict (client_id) do update set name = excluded.name, about = excluded.about, redirects = excluded.redirects, "
        "logouts = excluded.logouts, scopes = excluded.scopes where (a.name, a.about, a.redirects, a.logouts, a.scopes) "
        "is distinct from (excluded.name, excluded.about, excluded.redirects, excluded.logouts, excluded.scopes)",
        rows=rows, now=now,
    )  # fmt: skip


async def put_secret(db: Db, client_id: str, hashed: bytes, now: dt.datetime) -> int:
    """The first secret of an app that has none yet."""
    return await db.run(
        "insert into providers.app_secret (app_id, secret_no, hash, made_at) select app_id, 1, $hashed, $now from providers.app "
        "where client_id = $client_id and not exists (select 1 from providers.app_secret s where s.app_id = app.app_id)",
        client_id=client_id, hashed=hashed, now=now,
    )  # fmt: skip
