"""Every statement of notify."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text

from .models import Act, ActId, Earlier, Glance, Message, MessageId, NewNotice, Notice, NoticeWords


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


async def glance(db: Db, citizen: PersonId, most: int) -> Glance | None:
    return await db.maybe(
        Glance,
        "select (select count(*) from (select 1 from notify.message where citizen_id = $citizen and read_at is null limit $most) as m) "
        "as unread, array(select r.code || '#' || r.rev from notify.notice_read r where r.citizen_id = $citizen order by r.code) as read",
        citizen=citizen, most=most,
    )  # fmt: skip


async def notices(db: Db) -> list[Notice]:
    return await db.all(
        Notice,
        "select code, level, title, detail, body, area, starts_at, ends_at, department, audience, origin, rev, changed_at, ended_at "
        "from notify.notice order by array_position(array['red', 'orange', 'yellow', 'blue'], level), starts_at desc, code",
    )


async def earlier(db: Db) -> list[Earlier]:
    return await db.all(
        Earlier, "select code, rev, level, title, detail, body, replaced_at, reason from notify.notice_text order by code, rev desc"
    )


async def put_notices(db: Db, rows: list[NewNotice], now: dt.datetime) -> int:
    """The city's own texts; what staff have touched stays as they left it. A changed text keeps the one before as its correction."""
    return await db.run(
        "with new as (select code, level, title, detail, body, area, starts, ends, department, audience "
        "from jsonb_to_recordset($rows::jsonb) as r (code text, level text, title jsonb, detail jsonb, body jsonb, area text, "
        "starts timestamptz, ends timestamptz, department text, audience text)), "
        "kept as (insert into notify.notice_text (code, rev, level, title, detail, body, replaced_at) "
        "select n.code, n.rev, n.level, n.title, n.detail, n.body, $now::timestamptz from notify.notice n join new on new.code = n.code "
        "where n.origin = 'city' and (n.level, n.title, n.detail, n.body) is distinct from (new.level, new.title, new.detail, new.body)) "
        "insert into notify.notice as n (code, level, title, detail, body, area, starts_at, ends_at, department, audience) "
        "select code, level, title, detail, body, area, starts, ends, department, audience from new "
        "on conflict (code) do update set level = excluded.level, title = excluded.title, detail = excluded.detail, body = excluded.body, "
        "area = excluded.area, starts_at = excluded.starts_at, ends_at = excluded.ends_at, department = excluded.department, "
        "audience = excluded.audience, rev = n.rev + 1, changed_at = case when (n.level, n.title, n.detail, n.body) is distinct from "
        "(excluded.level, excluded.title, excluded.detail, excluded.body) then $now::timestamptz else n.changed_at end "
        "where n.origin = 'city' and (n.level, n.title, n.detail, n.body, n.area, n.starts_at, n.ends_at, n.department, n.audience) "
        "is distinct from (excluded.level, excluded.title, excluded.detail, excluded.body, excluded.area, excluded.starts_at, "
        "excluded.ends_at, excluded.department, excluded.audience)",
        rows=rows, now=now,
    )  # fmt: skip


async def locked(db: Db, code: str) -> Notice | None:
    return await db.maybe(
        Notice,
        "select code, level, title, detail, body, area, starts_at, ends_at, department, audience, origin, rev, changed_at, ended_at "
        "from notify.notice where code = $code for update",
        code=code,
    )


async def add_notice(db: Db, code: str, words: NoticeWords, starts: dt.datetime, department: str) -> int:
    """How many were added: none when the code is there already."""
    return await db.run(
        "insert into notify.notice (code, level, title, detail, body, area, starts_at, ends_at, department, audience, origin) "
        "values ($code, $level, $title, $detail, $body, $area, $starts, $ends, $department, $audience, 'staff') on conflict do nothing",
        code=code, level=words.level.value, title=words.title, detail=words.detail, body=words.body, area=words.area, starts=starts,
        ends=words.ends_at, department=department, audience=words.audience.value,
    )  # fmt: skip


async def keep_text(db: Db, code: str, now: dt.datetime, reason: Text) -> int:
    """The text of now becomes an earlier one."""
    return await db.run(
        "insert into notify.notice_text (code, rev, level, title, detail, body, replaced_at, reason) "
        "select code, rev, level, title, detail, body, $now, $reason from notify.notice where code = $code",
        code=code, now=now, reason=reason,
    )  # fmt: skip


async def correct(db: Db, code: str, words: NoticeWords, starts: dt.datetime, now: dt.datetime) -> int:
    return await db.run(
        "update notify.notice set level = $level, title = $title, detail = $detail, body = $body, area = $area, starts_at = $starts, "
        "ends_at = $ends, audience = $audience, origin = 'staff', rev = rev + 1, changed_at = $now where code = $code",
        code=code, level=words.level.value, title=words.title, detail=words.detail, body=words.body, area=words.area, starts=starts,
        ends=words.ends_at, audience=words.audience.value, now=now,
    )  # fmt: skip


async def end(db: Db, code: str, now: dt.datetime) -> int:
    return await db.run("update notify.notice set ended_at = $now, origin = 'staff' where code = $code", code=code, now=now)


async def note_act(db: Db, act: ActId, code: str, now: dt.datetime, what: str, person: PersonId, name: str) -> int:
    return await db.run(
        "insert into notify.notice_act (id, code, at, act, person_ref, name) values ($act, $code, $now, $what, $person, $name)",
        act=act, code=code, now=now, what=what, person=person, name=name,
    )  # fmt: skip


async def acts(db: Db, code: str) -> list[Act]:
    return await db.all(Act, "select at, act, name from notify.notice_act where code = $code order by at, id limit 200", code=code)


async def read_notice(db: Db, citizen: PersonId, code: str, rev: int, now: dt.datetime) -> int:
    return await db.run(
        "insert into notify.notice_read (citizen_id, code, rev, at) values ($citizen, $code, $rev, $now) "
        "on conflict (citizen_id, code) do update set rev = excluded.rev, at = excluded.at where notify.notice_read.rev < excluded.rev",
        citizen=citizen, code=code, rev=rev, now=now,
    )  # fmt: skip


async def forget_reads(db: Db, citizen: PersonId, held: list[str]) -> int:
    """What a person has read of notices that hold no more tells nothing."""
    return await db.run(
        "delete from notify.notice_read where citizen_id = $citizen and code <> all($held::text[])", citizen=citizen, held=held
    )
