"""Endpoints, their secrets, and deliveries."""

import datetime as dt
import uuid

from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId
from onedoor.providers.models import AppId, Delivery, DeliveryId, Due, Endpoint, EndpointId, SealedSecret, Try, Turn


async def add_endpoint(db: Db, one: Endpoint, now: dt.datetime) -> None:
    await db.run(
        "insert into providers.endpoint (org_id, id, app_id, url, kinds, plan, made_at) "
        "values ($org, $id, $app, $url, $kinds, $plan, $now)",
        org=one.org, id=one.id, app=one.app_id, url=one.url, kinds=[str(kind) for kind in one.kinds], plan=one.plan, now=now,
    )  # fmt: skip


async def endpoints(db: Db, org: OrgId, app: AppId) -> list[Endpoint]:
    return await db.all(
        Endpoint,
        "select org_id as org, id, app_id, url, kinds, plan, active, why from providers.endpoint where org_id = $org and app_id = $app "
        "order by id",
        org=org, app=app,
    )  # fmt: skip


async def endpoint(db: Db, org: OrgId, endpoint: EndpointId) -> Endpoint | None:
    return await db.maybe(
        Endpoint,
        "select org_id as org, id, app_id, url, kinds, plan, active, why from providers.endpoint where org_id = $org and id = $endpoint",
        org=org, endpoint=endpoint,
    )  # fmt: skip


async def hold(db: Db, org: OrgId, endpoint: EndpointId) -> int:
    """Whoever else gives it a secret waits."""
    return await db.run("select from providers.endpoint where org_id = $org and id = $endpoint for update", org=org, endpoint=endpoint)


async def set_active(db: Db, org: OrgId, endpoint: EndpointId, active: bool, why: str) -> None:
    await db.run(
        "update providers.endpoint set active = $active, why = $why where org_id = $org and id = $endpoint",
        org=org, endpoint=endpoint, active=active, why=why,
    )  # fmt: skip


async def drop_endpoint(db: Db, org: OrgId, endpoint: EndpointId) -> None:
    await db.run("delete from providers.endpoint where org_id = $org and id = $endpoint", org=org, endpoint=endpoint)


async def secrets(db: Db, org: OrgId, endpoint: EndpointId) -> list[SealedSecret]:
    """Newest first."""
    return await db.all(
        SealedSecret,
        "select secret_no, sealed, made_at, not_after from providers.endpoint_secret where org_id = $org and endpoint_id = $endpoint "
        "order by secret_no desc",
        org=org, endpoint=endpoint,
    )  # fmt: skip


async def add_secret(
    db: Db, org: OrgId, endpoint: EndpointId, secret_no: int, sealed: bytes, now: dt.datetime, until: dt.datetime
) -> None:
    """A new secret; the one before is good until then, and older ones go."""
    await db.run(
        "delete from providers.endpoint_secret where org_id = $org and endpoint_id = $endpoint and secret_no < $secret_no - 1",
        org=org, endpoint=endpoint, secret_no=secret_no,
    )  # fmt: skip
    await db.run(
        "update providers.endpoint_secret set not_after = $until where org_id = $org and endpoint_id = $endpoint",
        org=org, endpoint=endpoint, until=until,
    )  # fmt: skip
    await db.run(
        "insert into providers.endpoint_secret (org_id, endpoint_id, secret_no, sealed, made_at) "
        "values ($org, $endpoint, $secret_no, $sealed, $now)",
        org=org, endpoint=endpoint, secret_no=secret_no, sealed=sealed, now=now,
    )  # fmt: skip


async def add_deliveries(
    db: Db, org: OrgId, app: AppId, kind: str, event: Id, body: bytes, now: dt.datetime, only: EndpointId | None
) -> int:
    """One for each endpoint of the app that wants this kind; the worker hears of it once the transaction has committed."""
    return await db.value(
        "with d as (insert into providers.delivery (org_id, id, endpoint_id, event, kind, body, made_at, next_at) "
        "select org_id, uuidv7(), id, $event, $kind, $body, $now, $now from providers.endpoint "
        "where org_id = $org and app_id = $app and (id = $only or ($only::uuid is null and $kind = any(kinds))) returning id) "
        "select count(pg_notify('job', 'webhooks')) from d",
        org=org, app=app, kind=kind, event=event, body=body, now=now, only=only,
    )  # fmt: skip


async def turns(db: Db, most: int) -> list[Turn]:
    """Endpoints with something due that nobody delivers to now."""
    return await db.all(
        Turn,
        "-- scatter\nselect e.org_id as org, e.id from providers.endpoint e where e.active "
        "and (e.leased_until is null or e.leased_until < now()) and exists (select 1 from providers.delivery d "
        "where d.org_id = e.org_id and d.endpoint_id = e.id and d.state = 'waiting' and d.next_at <= now()) limit $most",
        most=most,
    )  # fmt: skip


async def take(db: Db, org: OrgId, endpoint: EndpointId, lease: uuid.UUID, until: dt.datetime) -> bool:
    """Whether it is this worker's turn."""
    return bool(await db.run(
        "update providers.endpoint set lease = $lease, leased_until = $until where org_id = $org and id = $endpoint and active "
        "and (leased_until is null or leased_until < now() or lease = $lease)",
        org=org, endpoint=endpoint, lease=lease, until=until,
    ))  # fmt: skip


async def release(db: Db, org: OrgId, endpoint: EndpointId, lease: uuid.UUID) -> None:
    await db.run(
        "update providers.endpoint set leased_until = null, lease = null where org_id = $org and id = $endpoint and lease = $lease",
        org=org, endpoint=endpoint, lease=lease,
    )  # fmt: skip


async def due(db: Db, org: OrgId, endpoint: EndpointId) -> Due | None:
    """The oldest that is due."""
    return await db.maybe(
        Due,
        "select d.id, d.event, d.body, d.attempts, e.url, p.waits from providers.delivery d join providers.endpoint e "
        "on e.org_id = d.org_id and e.id = d.endpoint_id join providers.plan p on p.code = e.plan "
        "where d.org_id = $org and d.endpoint_id = $endpoint and d.state = 'waiting' and d.next_at <= now() order by d.id limit 1",
        org=org, endpoint=endpoint,
    )  # fmt: skip


async def settle(db: Db, org: OrgId, delivery: DeliveryId, attempts: int, state: str, next_at: dt.datetime, tried: Try) -> None:
    """What came of an attempt, unless the delivery was asked for anew meanwhile."""
    await db.run(
        "update providers.delivery set attempts = attempts + 1, state = $state, next_at = $next_at, "
        "tries = (case when jsonb_array_length(tries) < 30 then tries else tries - 0 end) || $tried::jsonb "
        "where org_id = $org and id = $delivery and attempts = $attempts and state = 'waiting'",
        org=org, delivery=delivery, attempts=attempts, state=state, next_at=next_at, tried=[tried],
    )  # fmt: skip


async def log(db: Db, org: OrgId, endpoint: EndpointId, before: DeliveryId | None, most: int) -> list[Delivery]:
    return await db.all(
        Delivery,
        "select id, event, kind, made_at, attempts, next_at, state, tries from providers.delivery where org_id = $org "
        "and endpoint_id = $endpoint and ($before::uuid is null or id < $before) order by id desc limit $most",
        org=org, endpoint=endpoint, before=before, most=most,
    )  # fmt: skip


async def again(db: Db, org: OrgId, endpoint: EndpointId, delivery: DeliveryId, now: dt.datetime) -> bool:
    """Send it once more from the beginning of its plan, under the same event id."""
    return bool(await db.value(
        "with d as (update providers.delivery set state = 'waiting', attempts = 0, next_at = $now "
        "where org_id = $org and endpoint_id = $endpoint and id = $delivery returning id) "
        "select count(pg_notify('job', 'webhooks')) from d",
        org=org, endpoint=endpoint, delivery=delivery, now=now,
    ))  # fmt: skip


async def sweep(db: Db, before: dt.datetime) -> int:
    return await db.run("-- scatter\ndelete from providers.delivery where state <> 'waiting' and made_at < $before", before=before)
