"""Other cities: whom we believe, what they asked, what waits for a person's word, and what a person showed of theirs."""

import datetime as dt
from uuid import UUID

from onedoor.exchange.dictionary import Agreement
from onedoor.exchange.models import City
from onedoor.exchange.records import Presented, Reply, Waiting, WaitingId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text


async def cities(db: Db) -> list[City]:
    return await db.all(
        City,
        "select node, id, fingerprint, divisions, state, seq, document, fetched_at, fault, added_by, added_at from exchange.city "
        "order by node limit 1000",
    )


async def put_city(db: Db, one: City) -> int:
    """Named anew, a city keeps its own id, and with it what was agreed."""
    return await db.run(
        "insert into exchange.city (node, id, fingerprint, divisions, state, seq, document, fetched_at, added_by, added_at) "
        "values ($node, $id, $fingerprint, $divisions, 'on', $seq, $document, $at, $by, $at) on conflict (node) do update "
        "set fingerprint = excluded.fingerprint, divisions = excluded.divisions, state = 'on', seq = excluded.seq, "
        "document = excluded.document, fetched_at = excluded.fetched_at, fault = '', added_by = excluded.added_by, "
        "added_at = excluded.added_at",
        node=one.node, id=one.id, fingerprint=one.fingerprint, divisions=one.divisions, seq=one.seq, document=one.document,
        at=one.fetched_at, by=one.added_by,
    )  # fmt: skip


async def set_city(db: Db, node: str, state: str) -> int:
    return await db.run("update exchange.city set state = $state where node = $node and state <> $state", node=node, state=state)


async def put_document(db: Db, node: str, seq: int, text: str, at: dt.datetime) -> int:
    """Never an older one than the one that is held."""
    return await db.run(
        "update exchange.city set seq = $seq, document = $text, fetched_at = $at, fault = '' where node = $node and seq <= $seq",
        node=node, seq=seq, text=text, at=at,
    )  # fmt: skip


async def put_fault(db: Db, node: str, why: str) -> int:
    return await db.run("update exchange.city set fault = $why where node = $node and fault <> $why", node=node, why=why[:200])


async def add_agreement(db: Db, row: Agreement, by: PersonId | None) -> int:
    return await db.run(
        "insert into exchange.agreement (id, asker, resource, elements, purposes, items, ground, basis, per_day, from_on, until_on, "
        "origin, granted_by) values ($id, $asker, $resource, $elements, $purposes, $items, $ground, $basis, $per_day, $from_on, "
        "$until_on, 'between', $by) on conflict do nothing",
        id=row.id, asker=row.asker, resource=row.resource, elements=list(row.elements), purposes=list(row.purposes),
        items=list(row.items), ground=str(row.ground), basis=row.basis, per_day=row.per_day, from_on=row.from_on, until_on=row.until_on,
        by=by,
    )  # fmt: skip


# ── questions of another city ──────────────────────────────────────────────────────────────────────


async def take_name(db: Db, node: str, name: UUID, meaning: bytes, now: dt.datetime) -> bool:
    """True for the first question under this name; a second one that comes at the same time waits for the first."""
    return bool(await db.run(
        "insert into exchange.answered (node, id, meaning, at) values ($node, $name, $meaning, $now) on conflict do nothing",
        node=node, name=name, meaning=meaning, now=now,
    ))  # fmt: skip


async def reply(db: Db, node: str, name: UUID) -> Reply | None:
    return await db.maybe(Reply, "select meaning, reply from exchange.answered where node = $node and id = $name", node=node, name=name)


async def keep_reply(db: Db, node: str, name: UUID, reply: str) -> int:
    return await db.run("update exchange.answered set reply = $reply where node = $node and id = $name", node=node, name=name, reply=reply)


async def add_waiting(db: Db, one: Waiting) -> int:
    """Asked again for the same form, it waits as it did; what was declined stays declined."""
    return await db.run(
        "insert into exchange.waiting (citizen_id, id, node, agreement, elements, purpose, item, title, asker, matter, at, until) "
        "values ($citizen, $id, $node, $agreement, $elements, $purpose, $item, $title, $asker, $matter, $at, $until) "
        "on conflict (citizen_id, agreement, matter) do nothing",
        citizen=one.citizen_id, id=one.id, node=one.node, agreement=one.agreement, elements=one.elements, purpose=one.purpose,
        item=one.item, title=one.title, asker=one.asker, matter=one.matter, at=one.at, until=one.until,
    )  # fmt: skip


async def waiting(db: Db, citizen: PersonId, now: dt.datetime) -> list[Waiting]:
    return await db.all(
        Waiting,
        "select citizen_id, id, node, agreement, elements, purpose, item, title, asker, matter, at, until, state from exchange.waiting "
        "where citizen_id = $citizen and until > $now and state = 'open' order by at desc limit 50",
        citizen=citizen, now=now,
    )  # fmt: skip


async def answer_waiting(db: Db, citizen: PersonId, which: WaitingId, state: str, now: dt.datetime) -> Waiting | None:
    """In its days, and once."""
    return await db.maybe(
        Waiting,
        "update exchange.waiting set state = $state where citizen_id = $citizen and id = $which and state = 'open' and until > $now "
        "returning citizen_id, id, node, agreement, elements, purpose, item, title, asker, matter, at, until, state",
        citizen=citizen, which=which, state=state, now=now,
    )  # fmt: skip


async def sweep(db: Db, now: dt.datetime, old: dt.datetime) -> int:
    return sum([
        await db.run("delete from exchange.answered where at < $old", old=old),
        await db.run("-- scatter\ndelete from exchange.waiting where until <= $now", now=now),
        await db.run("-- scatter\ndelete from exchange.presented where fresh_until <= $now", now=now),
    ])


# ── facts of a certificate of another city ─────────────────────────────────────────────────────────


async def add_presented(
    db: Db, citizen: PersonId, which: UUID, item: str, elements: list[str], source: Text, body: bytes, at: dt.datetime,
    until: dt.datetime, cert: UUID | None,
) -> int:  # fmt: skip
    return await db.run(
        "insert into exchange.presented (citizen_id, id, item, elements, source, body, received_at, fresh_until, cert) "
        "values ($citizen, $which, $item, $elements, $source, $body, $at, $until, $cert)",
        citizen=citizen, which=which, item=item, elements=elements, source=source, body=body, at=at, until=until, cert=cert,
    )  # fmt: skip


async def unpresent(db: Db, citizen: PersonId, cert: UUID) -> int:
    return await db.run("delete from exchange.presented where citizen_id = $citizen and cert = $cert", citizen=citizen, cert=cert)


async def presented(db: Db, citizen: PersonId, item: str, elements: list[str], now: dt.datetime) -> list[Presented]:
    """The newest first."""
    return await db.all(
        Presented,
        "select id, elements, source, body, received_at, cert from exchange.presented where citizen_id = $citizen and item = $item "
        "and elements && $elements and fresh_until > $now order by received_at desc limit 20",
        citizen=citizen, item=item, elements=elements, now=now,
    )  # fmt: skip
