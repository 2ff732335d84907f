"""Every statement of the catalogue."""

from datetime import date, datetime

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db

from .articles import Article
from .models import Category, Closure, Frequent, Item, LifeEvent, Seal, Standing, Stored, Used


async def seals(db: Db) -> list[Seal]:
    """All live items, by what they are made of: the city's own first, the most popular first."""
    return await db.all(Seal, "select code, sha256 from catalog.item where status = 'live' order by source, popular desc, code")


async def items(db: Db, codes: list[str]) -> list[Item]:
    """Those of the items that are live."""
    return await db.all(
        Item,
        "select code, name, short, department, department_name, category, path, audience, aliases, online, districts, area, popular, "
        "icon, tone, life_events, guide, source, site from catalog.item where status = 'live' and code = any($codes::text[])",
        codes=codes,
    )  # fmt: skip


async def categories(db: Db) -> list[Category]:
    return await db.all(
        Category, "select code, name, icon, tone, source from catalog.category where status = 'live' order by source, sort_key, code"
    )


async def terms(db: Db) -> str:
    """The thesaurus as one text: a phrase, a tab and its formal words, a line each. Tens of thousands of rows would cost a second."""
    return await db.value(
        "select coalesce(string_agg(say || e'\\t' || array_to_string(means, ' '), e'\\n' order by say collate \"C\"), '') "
        "from catalog.term"
    )


async def thesaurus_seal(db: Db) -> str:
    """By what all terms together are known; empty before they have been loaded."""
    return await db.value("select coalesce((select seal from catalog.thesaurus), '')")


async def seal_thesaurus(db: Db, seal: str) -> None:
    await db.run(
        "insert into catalog.thesaurus (seal) values ($seal) on conflict (one) do update set seal = excluded.seal", seal=seal
    )


async def life_events(db: Db) -> list[LifeEvent]:
    return await db.all(LifeEvent, "select code, name, icon, tone, words from catalog.life_event order by sort_key, code")


async def put_life_events(db: Db, rows: list[dict[str, object]]) -> int:
    """They become exactly these; how many are new, different or gone."""
    gone = await db.run("delete from catalog.life_event where code <> all($codes::text[])", codes=[row["code"] for row in rows])
    return gone + await db.run(
        """insert into catalog.life_event as e (code, name, icon, tone, words, sort_key)
           select code, name, icon, tone, words, sort_key from jsonb_to_recordset($rows::jsonb)
               as r (code text, name jsonb, icon text, tone text, words jsonb, sort_key int)
           on conflict (code) do update set name = excluded.name, icon = excluded.icon, tone = excluded.tone, words = excluded.words,
                  sort_key = excluded.sort_key
            where (e.name, e.icon, e.tone, e.words, e.sort_key)
                  is distinct from (excluded.name, excluded.icon, excluded.tone, excluded.words, excluded.sort_key)""",
        rows=rows,
    )


async def articles(db: Db) -> list[Article]:
    return await db.all(
        Article, "select code, title, summary, body, department, items, on_day from catalog.article order by on_day desc, code"
    )


async def put_articles(db: Db, rows: list[dict[str, object]]) -> int:
    """They become exactly these; how many are new, different or gone."""
    gone = await db.run("delete from catalog.article where code <> all($codes::text[])", codes=[row["code"] for row in rows])
    return gone + await db.run(
        """insert into catalog.article as a (code, title, summary, body, department, items, on_day)
           select code, title, summary, body, department, items, on_day from jsonb_to_recordset($rows::jsonb)
               as r (code text, title jsonb, summary jsonb, body jsonb, department text, items text[], on_day date)
           on conflict (code) do update set title = excluded.title, summary = excluded.summary, body = excluded.body,
                  department = excluded.department, items = excluded.items, on_day = excluded.on_day
            where (a.title, a.summary, a.body, a.department, a.items, a.on_day) is distinct from
                  (excluded.title, excluded.summary, excluded.body, excluded.department, excluded.items, excluded.on_day)""",
        rows=rows,
    )


async def stored_items(db: Db) -> list[Stored]:
    """What is there, locked, so that two loads at once do not mix."""
    return await db.all(Stored, "select code, source, status, sha256 from catalog.item order by code for update")


async def stored_categories(db: Db) -> list[Stored]:
    return await db.all(Stored, "select code, source, status, sha256 from catalog.category order by code for update")


async def put_items(db: Db, rows: list[dict[str, object]]) -> int:
    """Add and change in one statement."""
    return await db.run(
        """insert into catalog.item (code, name, short, department, department_name, category, path, audience, aliases, online, districts,
                                     area, popular, icon, tone, life_events, guide, source, sha256, site)
           select code, name, short, department, nullif(department_name, 'null'::jsonb), category, path, audience, aliases, online,
                  districts, area, popular, icon, tone, life_events, nullif(guide, 'null'::jsonb), source, sha256, coalesce(site, '')
             from jsonb_to_recordset($rows::jsonb) as r (code text, name jsonb, short jsonb, department text, department_name jsonb,
                  category text, path text[], audience text, aliases text[], online text, districts text[], area text, popular int,
                  icon text, tone text, life_events text[], guide jsonb, source text, sha256 text, site text)
           on conflict (code) do update set name = excluded.name, short = excluded.short, department = excluded.department,
                  department_name = excluded.department_name, category = excluded.category, path = excluded.path,
                  audience = excluded.audience, aliases = excluded.aliases, online = excluded.online, districts = excluded.districts,
                  area = excluded.area, popular = excluded.popular, icon = excluded.icon, tone = excluded.tone,
                  life_events = excluded.life_events, guide = excluded.guide, source = excluded.source, sha256 = excluded.sha256,
                  site = excluded.site, status = 'live', version = catalog.item.version + 1, changed_at = now()""",
        rows=rows,
    )


async def put_categories(db: Db, rows: list[dict[str, object]]) -> int:
    return await db.run(
        """insert into catalog.category (code, name, icon, tone, source, sort_key, sha256)
           select code, name, icon, tone, source, sort_key, sha256 from jsonb_to_recordset($rows::jsonb)
               as r (code text, name jsonb, icon text, tone text, source text, sort_key int, sha256 text)
           on conflict (code) do update set name = excluded.name, icon = excluded.icon, tone = excluded.tone, source = excluded.source,
                  sort_key = excluded.sort_key, sha256 = excluded.sha256, status = 'live'""",
        rows=rows,
    )


async def put_terms(db: Db, says: list[str], means: list[str]) -> int:
    """How many terms are new or mean something else now."""
    return await db.run(
        """insert into catalog.term (say, means) select say, string_to_array(means, ' ')
             from unnest($says::text[], $means::text[]) as r (say, means)
           on conflict (say) do update set means = excluded.means where catalog.term.means <> excluded.means""",
        says=says, means=means,
    )  # fmt: skip


async def drop_terms(db: Db, keep: list[str]) -> int:
    return await db.run("delete from catalog.term where say <> all($keep::text[])", keep=keep)


async def retire_items(db: Db, codes: list[str]) -> int:
    return await db.run(
        "update catalog.item set status = 'retired', version = version + 1, changed_at = now() where code = any($codes::text[])",
        codes=codes,
    )


async def retire_categories(db: Db, codes: list[str]) -> int:
    return await db.run("update catalog.category set status = 'retired' where code = any($codes::text[])", codes=codes)


async def closures(db: Db) -> list[Closure]:
    """Every service that rests or has ended."""
    return await db.all(Closure, "select item, state, notice, successor, since from catalog.closure order by item")


async def put_closure(db: Db, closure: Closure) -> int:
    return await db.run(
        "insert into catalog.closure (item, state, notice, successor, since) values ($item, $state, $notice, $successor, $since) "
        "on conflict (item) do update set state = excluded.state, notice = excluded.notice, successor = excluded.successor, "
        "since = excluded.since",
        item=closure.item, state=closure.state, notice=closure.notice, successor=closure.successor, since=closure.since,
    )  # fmt: skip


async def drop_closure(db: Db, item: str) -> int:
    return await db.run("delete from catalog.closure where item = $item", item=item)


async def used(db: Db) -> list[Used]:
    """Use of the last 60 days; a day counts a tenth less than the one after it, an application as much as five openings."""
    return await db.all(
        Used,
        "select item, sum((opens + 5 * submissions) * power(0.9::float8, current_date - on_day)) as score from catalog.item_use "
        "where on_day > current_date - 60 group by item order by score desc, item limit 500",
    )


async def add_use(db: Db, on_day: date, codes: list[str], opens: list[int], submissions: list[int]) -> int:
    """Write down what has been counted since the last time."""
    return await db.run(
        "insert into catalog.item_use (item, on_day, opens, submissions) "
        "select u.item, $on_day, u.opens, u.submissions from unnest($codes::text[], $opens::bigint[], $submissions::bigint[]) "
        "as u (item, opens, submissions) order by u.item "
        "on conflict (item, on_day) do update set opens = catalog.item_use.opens + excluded.opens, "
        "submissions = catalog.item_use.submissions + excluded.submissions",
        on_day=on_day, codes=codes, opens=opens, submissions=submissions,
    )  # fmt: skip


async def forget_use(db: Db, before: date) -> int:
    return await db.run("delete from catalog.item_use where on_day < $before", before=before)


async def standings(db: Db) -> list[Standing]:
    return await db.all(Standing, "select kind, code, decided, on_time, satisfied, no_trip from catalog.standing")


async def put_standings(db: Db, rows: list[Standing]) -> int:
    """The lines become exactly these; how many came, went or changed."""
    gone = await db.run(
        "delete from catalog.standing where (kind, code) not in "
        "(select kind, code from jsonb_to_recordset($rows::jsonb) as r (kind text, code text))",
        rows=rows,
    )
    return gone + await db.run(
        """insert into catalog.standing as s (kind, code, decided, on_time, satisfied, no_trip)
           select kind, code, decided, on_time, satisfied, no_trip from jsonb_to_recordset($rows::jsonb)
               as r (kind text, code text, decided int, on_time double precision, satisfied double precision, no_trip double precision)
           on conflict (kind, code) do update set decided = excluded.decided, on_time = excluded.on_time,
                  satisfied = excluded.satisfied, no_trip = excluded.no_trip
            where (s.decided, s.on_time, s.satisfied, s.no_trip)
                  is distinct from (excluded.decided, excluded.on_time, excluded.satisfied, excluded.no_trip)""",
        rows=rows,
    )


async def frequent(db: Db, citizen: PersonId) -> list[Frequent]:
    return await db.all(
        Frequent,
        "select item_code, uses, last_at, pinned, hidden, place from catalog.frequent where citizen_id = $citizen "
        "order by pinned desc, place, uses desc, last_at desc, item_code limit 200",
        citizen=citizen,
    )


async def hold_frequent(db: Db, citizen: PersonId) -> None:
    """Until the end of this transaction nobody else arranges this person's list."""
    await db.value("select pg_advisory_xact_lock(hashtextextended('catalog.frequent ' || $citizen::uuid, 0))", citizen=citizen)


async def add_frequent(db: Db, citizen: PersonId, item: str, at: datetime) -> int:
    """One more use by this person."""
    return await db.run(
        "insert into catalog.frequent (citizen_id, item_code, uses, last_at) values ($citizen, $item, 1, $at) "
        "on conflict (citizen_id, item_code) do update set uses = catalog.frequent.uses + 1, last_at = excluded.last_at",
        citizen=citizen, item=item, at=at,
    )  # fmt: skip


async def mark_frequent(db: Db, citizen: PersonId, item: str, at: datetime, pinned: bool, hidden: bool) -> int:
    """Pin it, hide it, or neither."""
    return await db.run(
        "insert into catalog.frequent (citizen_id, item_code, last_at, pinned, hidden) values ($citizen, $item, $at, $pinned, $hidden) "
        "on conflict (citizen_id, item_code) do update set pinned = excluded.pinned, hidden = excluded.hidden",
        citizen=citizen, item=item, at=at, pinned=pinned, hidden=hidden,
    )  # fmt: skip


async def drop_unused(db: Db, citizen: PersonId, item: str) -> int:
    """Out of the list as if it had never been there; what was applied for meanwhile stays."""
    return await db.run(
        "delete from catalog.frequent where citizen_id = $citizen and item_code = $item and uses = 0", citizen=citizen, item=item
    )


async def order_frequent(db: Db, citizen: PersonId, codes: list[str]) -> int:
    """The pinned ones stand in this order."""
    return await db.run(
        "update catalog.frequent f set place = o.place from unnest($codes::text[]) with ordinality as o (item_code, place) "
        "where f.citizen_id = $citizen and f.item_code = o.item_code and f.place <> o.place",
        citizen=citizen, codes=codes,
    )  # fmt: skip
