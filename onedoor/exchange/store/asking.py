"""Asks and answers of one person."""

import datetime as dt
from typing import Any

from onedoor.exchange.models import Arrived, AskId
from onedoor.exchange.records import Answer, Ask, ConsentId, Standing
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


async def standing(
    db: Db, citizen: PersonId, agreements: list[str], elements: list[str], purpose: str, now: dt.datetime
) -> list[Standing]:  # fmt: skip
    """By each agreement the newest ask, and the newest answer for the same purpose that is still good: of those that are about most of
    these elements, as another form may have asked for others since. Lists stand in selects of their own: PostgreSQL would count them and
    think out a plan anew each time."""
    return await db.all(
        Standing,
        """with wanted as (select unnest((select $elements::text[])) as code)
           select r.code as agreement, a.resource, a.id as ask_id, a.state, a.at, a.deadline_at, a.problem, a.elements, a.attempts,
                  w.ask_id as answer_of, w.elements as answered, w.body, w.as_of, w.received_at, w.via, w.unmapped
             from unnest((select $agreements::text[])) as r (code)
             join lateral (select id, resource, state, at, deadline_at, problem, elements, attempts from exchange.ask
                            where citizen_id = $citizen and agreement = r.code and purpose = $purpose and state <> 'dropped'
                            order by cardinality(array(select unnest(elements) intersect select code from wanted)) desc, at desc
                            limit 1) a on true
             left join lateral (select ask_id, elements, body, as_of, received_at, via, unmapped from exchange.answer
                                 where citizen_id = $citizen and agreement = r.code and purpose = $purpose and fresh_until > $now
                                 order by cardinality(array(select unnest(elements) intersect select code from wanted)) desc,
                                          received_at desc limit 1) w on true""",
        citizen=citizen, agreements=agreements, elements=elements, purpose=purpose, now=now,
    )  # fmt: skip


async def add(db: Db, asks: list[tuple[Ask, str]]) -> int:
    """One person's asks of one moment, each with why it must not leave, if so."""
    one = asks[0][0]
    rows: list[dict[str, Any]] = [
        {
            "id": a.id.uuid, "resource": a.resource, "elements": a.elements, "item": a.item, "agreement": a.agreement,
            "consent_id": a.consent_id.uuid if a.consent_id else None, "state": a.state, "deadline_at": a.deadline_at, "problem": problem,
        }
        for a, problem in asks
    ]  # fmt: skip
    return await db.run(
        "insert into exchange.ask (citizen_id, id, resource, elements, purpose, item, matter, agreement, consent_id, asker_ref, actor_ref, "
        "actor_kind, state, at, deadline_at, problem) select $citizen, id, resource, elements, $purpose, item, $matter, agreement, "
        "consent_id, $asker, $actor, $kind, state, $at, deadline_at, problem "
        "from jsonb_populate_recordset(null::exchange.ask, $rows::jsonb)",
        citizen=one.citizen_id, purpose=one.purpose, matter=one.matter, asker=one.asker_ref, actor=one.actor_ref, kind=one.actor_kind,
        at=one.at, rows=rows,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, ask: AskId) -> Ask | None:
    return await db.maybe(
        Ask,
        "select citizen_id, id, resource, elements, purpose, item, matter, agreement, consent_id, asker_ref, actor_ref, actor_kind, state, "
        "at, deadline_at, attempts from exchange.ask where citizen_id = $citizen and id = $ask for update",
        citizen=citizen, ask=ask,
    )  # fmt: skip


def done(db: Db, citizen: PersonId, ask: AskId, state: str, problem: str, took_ms: int, now: dt.datetime) -> None:
    """How an ask has ended; together with what was answered."""
    db.before_commit(
        "update exchange.ask set state = $state, problem = $problem, took_ms = $took, done_at = $now, attempts = attempts + 1 "
        "where citizen_id = $citizen and id = $ask",
        citizen=citizen, ask=ask, state=state, problem=problem, took=took_ms, now=now,
    )  # fmt: skip


def keep(db: Db, answer: Answer) -> None:
    db.before_commit(
        "insert into exchange.answer (citizen_id, ask_id, resource, agreement, elements, purpose, body, as_of, received_at, fresh_until, "
        "delete_on, via, sha256, unmapped, consent_id, held) values ($citizen, $ask, $resource, $agreement, $elements, $purpose, $body, "
        "$as_of, $received, $fresh, $delete_on, $via, $sha256, $unmapped, $consent, $held) on conflict (citizen_id, ask_id) do nothing",
        citizen=answer.citizen_id, ask=answer.ask_id, resource=answer.resource, agreement=answer.agreement,
        elements=answer.elements, purpose=answer.purpose, body=answer.body,
        as_of=answer.as_of, received=answer.received_at, fresh=answer.fresh_until, delete_on=answer.delete_on, via=str(answer.via),
        sha256=answer.sha256, unmapped=answer.unmapped, consent=answer.consent_id, held=answer.held,
    )  # fmt: skip


async def forget_consented(db: Db, citizen: PersonId, consent: ConsentId) -> int:
    """Answers had by this consent are gone; what is still under way is dropped when it arrives."""
    await db.run(
        "update exchange.ask set state = 'dropped' where citizen_id = $citizen and consent_id = $consent and state <> 'dropped'",
        citizen=citizen, consent=consent,
    )  # fmt: skip
    return await db.run(
        "delete from exchange.answer where citizen_id = $citizen and consent_id = $consent", citizen=citizen, consent=consent
    )


async def stale(db: Db, citizen: PersonId, resource: str, now: dt.datetime) -> int:
    """What this resource told is no longer good: it has been corrected there, or there is something new. That it held nothing as well."""
    await db.run(
        "update exchange.ask set state = 'dropped' where citizen_id = $citizen and resource = $resource and state = 'not_held'",
        citizen=citizen, resource=resource,
    )  # fmt: skip
    return await db.run(
        "update exchange.answer set fresh_until = $now where citizen_id = $citizen and resource = $resource and fresh_until > $now",
        citizen=citizen, resource=resource, now=now,
    )  # fmt: skip


async def arrived(db: Db, since: dt.datetime) -> list[Arrived]:
    """What a register says it does not hold counts for neither; nor what a person took back."""
    return await db.all(
        Arrived,
        """-- scatter
           select a.item, sum(coalesce(w.held + w.unread, cardinality(a.elements)))::int as asked, sum(coalesce(w.held, 0))::int as came
             from exchange.ask a
             left join (select citizen_id, ask_id, held, cardinality(unmapped) as unread from exchange.answer) w
               on w.citizen_id = a.citizen_id and w.ask_id = a.id
            where a.at > $since and a.purpose = 'apply' and a.state in ('held', 'late', 'down', 'wrong', 'refused')
            group by a.item order by a.item""",
        since=since,
    )  # fmt: skip


async def sweep(db: Db, today: dt.date, old: dt.datetime, asked_before: dt.datetime) -> int:
    """Answers past their day, asks nobody needs any more, and last week's counts."""
    return sum([
        await db.run("-- scatter\ndelete from exchange.answer where delete_on <= $today", today=today),
        await db.run("-- scatter\ndelete from exchange.ask where at < $before", before=asked_before),
        await db.run("delete from exchange.spent where on_day < $today", today=today),
        await db.run("delete from exchange.incident where at < $old", old=old),
    ])
