"""Every statement of notify."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text

from .models import Message, MessageId, NewNotice, Notice


async def add(
    db: Db, citizen: PersonId, message: MessageId, now: dt.datetime, kind: str, title: Text, body: Text, href: str | None,
    case: str | None,
) -> None:  # fmt: skip
    """Write the message and wake the open streams of its reader once the transaction has committed."""
    db.before_commit(
        "insert into notify.message (citizen_id, id, at, kind, title, body, href, case_ref) "
        "values ($citizen, $message, $now, $kind, $title, $body, $href, $case) returning pg_notify('inbox', $who)",
        citizen=citizen, message=message, now=now, kind=kind, title=title, body=body, href=href, case=case, who=citizen.hex,
    )  # fmt: skip


async def unread(db: Db, citizen: PersonId, most: int) -> int:
    return await db.value(
        "select count(*) from (select 1 from notify.message where citizen_id = $citizen and read_at is null limit $most) as m",
        citizen=citizen, most=most,
    )  # fmt: skip


async def page(db: Db, citizen: PersonId, before: MessageId | None, most: int) -> list[Message]:
    return await db.all(
        Message,
        "select id, at, kind, title, body, href, case_ref, read_at from notify.message "
        "where citizen_id = $citizen and ($before::uuid is null or id < $before) order by id desc limit $most",
        citizen=citizen, before=before, most=most,
    )  # fmt: skip


async def after(db: Db, citizen: PersonId, last: MessageId, most: int) -> list[Message]:
    return await db.all(
        Message,
        "select id, at, kind, title, body, href, case_ref, read_at from notify.message "
        "where citizen_id = $citizen and id > $last order by id limit $most",
        citizen=citizen, last=last, most=most,
    )  # fmt: skip


async def newest(db: Db, citizen: PersonId) -> MessageId | None:
    found = await db.value("select id from notify.message where citizen_id = $citizen order by id desc limit 1", citizen=citizen)
    return MessageId(found) if found else None


async def read(db: Db, citizen: PersonId, message: MessageId, now: dt.datetime) -> Message | None:
    """Mark as read, keeping the first time, and give it back."""
    return await db.maybe(
        Message,
        "update notify.message set read_at = coalesce(read_at, $now) where citizen_id = $citizen and id = $message "
        "returning id, at, kind, title, body, href, case_ref, read_at",
        citizen=citizen, message=message, now=now,
    )  # fmt: skip


async def read_all(db: Db, citizen: PersonId, now: dt.datetime) -> int:
    return await db.run(
        "update notify.message set read_at = $now where citizen_id = $citizen and read_at is null", citizen=citizen, now=now
    )


async def wake(db: Db, citizen: PersonId) -> None:
    await db.run("select pg_notify('inbox', $who)", who=citizen.hex)


async def notices(db: Db) -> list[Notice]:
    return await db.all(
        Notice,
        "select code, level, title, detail, body, area, starts_at, ends_at, department from notify.notice "
        "order by array_position(array['red', 'orange', 'yellow', 'blue'], level), starts_at desc, code",
    )


async def put_notices(db: Db, rows: list[NewNotice]) -> int:
    return await db.run(
        "insert into notify.notice as n (code, level, title, detail, body, area, starts_at, ends_at, department) "
        "select code, level, title, detail, body, area, starts, ends, department from jsonb_to_recordset($rows::jsonb) as r "
        "(code text, level text, title jsonb, detail jsonb, body jsonb, area text, starts timestamptz, ends timestamptz, department text) "
        "on conflict (code) do update set level = excluded.level, title = excluded.title, detail = excluded.detail, body = excluded.body, "
        "area = excluded.area, starts_at = excluded.starts_at, ends_at = excluded.ends_at, department = excluded.department "
        "where (n.level, n.title, n.detail, n.body, n.area, n.starts_at, n.ends_at, n.department) is distinct from (excluded.level, "
        "excluded.title, excluded.detail, excluded.body, excluded.area, excluded.starts_at, excluded.ends_at, excluded.department)",
        rows=rows,
    )  # fmt: skip
