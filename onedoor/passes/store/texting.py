"""Who wants the reasons of their colour as a text message."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.passes.records import SmsWish


async def wish(db: Db, citizen: PersonId, scheme: str) -> SmsWish | None:
    return await db.maybe(
        SmsWish, "select phone, guardian_id, locale, by_name from passes.sms_wish where citizen_id = $citizen and scheme = $scheme",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


async def put(db: Db, citizen: PersonId, scheme: str, one: SmsWish, now: dt.datetime) -> None:
    await db.run(
        "insert into passes.sms_wish (citizen_id, scheme, phone, guardian_id, locale, by_name, asked_at) "
        "values ($citizen, $scheme, $phone, $guardian, $locale, $by_name, $now) on conflict (citizen_id, scheme) do update set "
        "phone = excluded.phone, guardian_id = excluded.guardian_id, locale = excluded.locale, by_name = excluded.by_name, "
        "asked_at = excluded.asked_at",
        citizen=citizen, scheme=scheme, phone=one.phone, guardian=one.guardian_id, locale=one.locale, by_name=one.by_name, now=now,
    )  # fmt: skip


async def drop(db: Db, citizen: PersonId, scheme: str) -> int:
    return await db.run("delete from passes.sms_wish where citizen_id = $citizen and scheme = $scheme", citizen=citizen, scheme=scheme)


async def drop_asked_by(db: Db, citizen: PersonId, guardian: PersonId) -> int:
    return await db.run(
        "delete from passes.sms_wish where citizen_id = $citizen and guardian_id = $guardian", citizen=citizen, guardian=guardian
    )
