"""Every statement of what is found beside items, of learnt names, and of what people typed."""

from datetime import date, datetime

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db

from .learnt import Alias, Opened, Typed, Wish, WishId
from .models import Thing, ThingKind, Urgent


async def things(db: Db) -> list[Thing]:
    return await db.all(
        Thing, "select kind, ref, name, href, also, around, 0 as popular from catalog.thing order by kind, sort_key, ref"
    )


async def put_things(db: Db, kind: ThingKind, rows: list[dict[str, object]]) -> int:
    """How many are new or different."""
    return await db.run(
        """insert into catalog.thing (kind, ref, name, href, also, around, sort_key)
           select $kind, ref, name, href, also, around, sort_key from jsonb_to_recordset($rows::jsonb)
               as r (ref text, name jsonb, href text, also text[], around text[], sort_key int)
           on conflict (kind, ref) do update set name = excluded.name, href = excluded.href, also = excluded.also,
                  around = excluded.around, sort_key = excluded.sort_key
           where (catalog.thing.name, catalog.thing.href, catalog.thing.also, catalog.thing.around, catalog.thing.sort_key)
                 is distinct from (excluded.name, excluded.href, excluded.also, excluded.around, excluded.sort_key)""",
        kind=kind.value, rows=rows,
    )  # fmt: skip


async def drop_things(db: Db, kind: ThingKind, keep: list[str]) -> int:
    return await db.run("delete from catalog.thing where kind = $kind and ref <> all($keep::text[])", kind=kind.value, keep=keep)


async def urgent(db: Db) -> list[Urgent]:
    return await db.all(Urgent, "select code, words, title, detail, phone from catalog.urgent order by sort_key, code")


async def put_urgent(db: Db, rows: list[dict[str, object]]) -> int:
    return await db.run(
        """insert into catalog.urgent (code, words, title, detail, phone, sort_key)
           select code, words, title, detail, phone, sort_key from jsonb_to_recordset($rows::jsonb)
               as r (code text, words text[], title jsonb, detail jsonb, phone text, sort_key int)
           on conflict (code) do update set words = excluded.words, title = excluded.title, detail = excluded.detail,
                  phone = excluded.phone, sort_key = excluded.sort_key
           where (catalog.urgent.words, catalog.urgent.title, catalog.urgent.detail, catalog.urgent.phone, catalog.urgent.sort_key)
                 is distinct from (excluded.words, excluded.title, excluded.detail, excluded.phone, excluded.sort_key)""",
        rows=rows,
    )


async def drop_urgent(db: Db, keep: list[str]) -> int:
    return await db.run("delete from catalog.urgent where code <> all($keep::text[])", keep=keep)


async def aliases(db: Db) -> list[Alias]:
    """Every learnt name, the latest first."""
    return await db.all(Alias, "select item, words, added_at from catalog.alias order by added_at desc, item, words")


async def add_alias(db: Db, item: str, words: str, staff: PersonId, at: datetime) -> int:
    return await db.run(
        "insert into catalog.alias (item, words, staff_ref, added_at) values ($item, $words, $staff, $at) on conflict do nothing",
        item=item, words=words, staff=staff, at=at,
    )  # fmt: skip


async def drop_alias(db: Db, item: str, words: str) -> int:
    return await db.run("delete from catalog.alias where item = $item and words = $words", item=item, words=words)


async def add_queries(db: Db, on_day: date, words: list[str], strengths: list[str], times: list[int]) -> int:
    """What was typed since the last time; of several answers of a day the last one's strength stands."""
    return await db.run(
        "insert into catalog.query (words, on_day, strength, times) "
        "select q.words, $on_day, q.strength, q.times from unnest($words::text[], $strengths::text[], $times::bigint[]) "
        "as q (words, strength, times) order by q.words "
        "on conflict (words, on_day) do update set times = catalog.query.times + excluded.times, strength = excluded.strength",
        on_day=on_day, words=words, strengths=strengths, times=times,
    )  # fmt: skip


async def add_opened(db: Db, on_day: date, words: list[str], items: list[str], times: list[int]) -> int:
    """What was opened of what had been found."""
    return await db.run(
        "with said as (select o.words, o.item, o.times from unnest($words::text[], $items::text[], $times::bigint[]) "
        "as o (words, item, times)), counted as (update catalog.query q set opened = q.opened + s.times from "
        "(select words, sum(times)::bigint as times from said group by words) s where q.words = s.words and q.on_day = $on_day) "
        "insert into catalog.opened (words, item, on_day, times) select words, item, $on_day, times from said order by words, item "
        "on conflict (words, item, on_day) do update set times = catalog.opened.times + excluded.times",
        on_day=on_day, words=words, items=items, times=times,
    )  # fmt: skip


async def typed(db: Db, since: date, least: int, weak: bool, limit: int) -> list[Typed]:
    """What was typed often: answered badly, or answered and not opened. What somebody has put aside is left out."""
    return await db.all(
        Typed,
        """select words, sum(times)::bigint as times, sum(opened)::bigint as opened,
                  (array_agg(strength order by on_day desc))[1] as strength
             from catalog.query q where on_day >= $since and not exists (select from catalog.settled s where s.words = q.words)
            group by words
           having sum(times) >= $least
              and ((array_agg(strength order by on_day desc))[1] in ('weak', 'none')) = $weak and ($weak or sum(opened) * 5 < sum(times))
            order by times desc, words limit $limit""",
        since=since, least=least, weak=weak, limit=limit,
    )  # fmt: skip


async def opened(db: Db, since: date, words: list[str]) -> list[Opened]:
    """What people opened in the end after typing these."""
    return await db.all(
        Opened,
        "select words, item, sum(times)::bigint as times from catalog.opened where on_day >= $since and words = any($words::text[]) "
        "group by words, item order by times desc, item",
        since=since, words=words,
    )  # fmt: skip


async def settle(db: Db, words: str, staff: PersonId, at: datetime) -> int:
    return await db.run(
        "insert into catalog.settled (words, staff_ref, settled_at) values ($words, $staff, $at) "
        "on conflict (words) do update set settled_at = excluded.settled_at",
        words=words, staff=staff, at=at,
    )  # fmt: skip


async def unsettle(db: Db, name: str, longest: int) -> int:
    """The words that became this name, which may have been cut."""
    return await db.run("delete from catalog.settled where rtrim(left(words, $longest)) = $name", name=name, longest=longest)


async def forget_queries(db: Db, before: date, least: int) -> int:
    """Rows older than that which were typed less often than `least` in all."""
    return await db.run(
        "delete from catalog.query where on_day < $before and words in "
        "(select words from catalog.query group by words having sum(times) < $least)",
        before=before, least=least,
    )  # fmt: skip


async def forget_opened(db: Db, before: date) -> int:
    return await db.run(
        "delete from catalog.opened o where on_day < $before and not exists (select from catalog.query q where q.words = o.words)",
        before=before,
    )


async def add_wish(db: Db, wish: Wish) -> int:
    return await db.run(
        "insert into catalog.wish (id, words, query, district, wished_at) values ($id, $words, $query, $district, $at)",
        id=wish.id, words=wish.words, query=wish.query, district=wish.district, at=wish.wished_at,
    )  # fmt: skip


async def wishes(db: Db, limit: int) -> list[Wish]:
    """Open ones, the latest first."""
    return await db.all(
        Wish, "select id, words, query, district, wished_at from catalog.wish where done_at is null order by wished_at desc limit $limit",
        limit=limit,
    )  # fmt: skip


async def end_wish(db: Db, wish: WishId, at: datetime) -> int:
    return await db.run("update catalog.wish set done_at = $at where id = $wish and done_at is null", wish=wish, at=at)
