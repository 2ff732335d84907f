"""People of a scheme by the thousand: who is next, and what was decided for all of them. Each statement reads or writes a whole batch."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.passes.models import Channel, Colour, Decision, DecisionId, Declaration, DeclarationId, Standing
from onedoor.passes.records import Person, Run


class Row(msgspec.Struct, frozen=True):
    """What holds for one person, and what they declared, side by side as the statements give it."""

    citizen_id: PersonId
    scheme: str
    shard: int
    row_no: int
    seq: int
    colour: Colour
    division: str
    divisions: list[str]
    declaration_id: DeclarationId
    decision_id: DecisionId
    version: int
    since: dt.datetime
    until: dt.datetime | None
    waived: dict[str, dt.datetime]
    by_ref: PersonId | None
    by_name: str | None
    channel: Channel
    said_division: str
    answers: dict[str, Any]
    declared_at: dt.datetime

    @property
    def person(self) -> Person:
        held = Standing(
            self.citizen_id, self.scheme, self.shard, self.row_no, self.seq, self.colour, self.division, self.divisions,
            self.declaration_id, self.decision_id, self.version, self.since, self.until, self.waived,
        )  # fmt: skip
        said = Declaration(
            self.declaration_id, self.scheme, self.by_ref, self.by_name, self.channel, self.said_division, self.answers, self.declared_at,
            None, None,
        )  # fmt: skip
        return Person(held, said)


class Written(msgspec.Struct, frozen=True):
    citizen_id: PersonId


async def behind(db: Db, scheme: str, after: UUID, version: int, since: dt.datetime, most: int) -> list[Row]:
    """Those who declared since then and are not under this version yet, in the order of their ids."""
    return await db.all(
        Row,
        "-- scatter\nselect i.citizen_id, i.scheme, i.shard, i.row_no, i.seq, i.colour, i.division, i.divisions, i.declaration_id, "
        "i.decision_id, i.version, i.since, i.until, i.waived, d.by_ref, d.by_name, d.channel, d.division as said_division, d.answers, "
        "d.declared_at from passes.person_index i join passes.declaration d on d.citizen_id = i.citizen_id and d.id = i.declaration_id "
        "where i.scheme = $scheme and i.citizen_id > $after and i.version <> $version and d.declared_at >= $since and i.state = 'active' "
        "order by i.citizen_id limit $most",
        scheme=scheme, after=after, version=version, since=since, most=most,
    )  # fmt: skip


async def expired(db: Db, scheme: str, now: dt.datetime, most: int) -> list[Row]:
    """Those for whom time alone may have changed the colour."""
    return await db.all(
        Row,
        "-- scatter\nselect i.citizen_id, i.scheme, i.shard, i.row_no, i.seq, i.colour, i.division, i.divisions, i.declaration_id, "
        "i.decision_id, i.version, i.since, i.until, i.waived, d.by_ref, d.by_name, d.channel, d.division as said_division, d.answers, "
        "d.declared_at from passes.person_index i join passes.declaration d on d.citizen_id = i.citizen_id and d.id = i.declaration_id "
        "where i.scheme = $scheme and i.until <= $now and i.state = 'active' order by i.until, i.citizen_id limit $most",
        scheme=scheme, now=now, most=most,
    )  # fmt: skip


async def named(db: Db, scheme: str, divisions: Sequence[str], after: UUID, most: int) -> list[Row]:
    """Those whose decision comes from one of these places, in the order of their ids."""
    return await db.all(
        Row,
        "-- scatter\nselect i.citizen_id, i.scheme, i.shard, i.row_no, i.seq, i.colour, i.division, i.divisions, i.declaration_id, "
        "i.decision_id, i.version, i.since, i.until, i.waived, d.by_ref, d.by_name, d.channel, d.division as said_division, d.answers, "
        "d.declared_at from passes.person_index i join passes.declaration d on d.citizen_id = i.citizen_id and d.id = i.declaration_id "
        "where i.scheme = $scheme and i.divisions && $divisions::text[] and i.citizen_id > $after and i.state = 'active' "
        "order by i.citizen_id limit $most",
        scheme=scheme, divisions=list(divisions), after=after, most=most,
    )  # fmt: skip


async def sample(db: Db, scheme: str, every: int, most: int) -> list[Row]:
    """One of `every` people, always the same ones: those whose id ends in so many zeros."""
    return await db.all(
        Row,
        "-- scatter\nselect i.citizen_id, i.scheme, i.shard, i.row_no, i.seq, i.colour, i.division, i.divisions, i.declaration_id, "
        "i.decision_id, i.version, i.since, i.until, i.waived, d.by_ref, d.by_name, d.channel, d.division as said_division, d.answers, "
        "d.declared_at from passes.person_index i join passes.declaration d on d.citizen_id = i.citizen_id and d.id = i.declaration_id "
        "where i.scheme = $scheme and i.state = 'active' and i.row_no % $every = 0 order by i.citizen_id limit $most",
        scheme=scheme, every=every, most=most,
    )  # fmt: skip


async def count(db: Db, scheme: str) -> int:
    return int(await db.value(
        "-- scatter\nselect count(*) from passes.person_index where scheme = $scheme and state = 'active'", scheme=scheme
    ))  # fmt: skip


async def add_decisions(db: Db, decided: Sequence[tuple[PersonId, Decision]]) -> None:
    """Called from one place, as for one person. Columns travel by themselves: a batch as one JSON text would be read twice over."""
    rows = [one for _, one in decided]
    await db.run(
        "insert into passes.decision (citizen_id, id, scheme, ruleset_version, declaration_id, inputs_sha256, inputs, fired, colour, "
        "since, until, decided_at, cause, replaces, words) select citizen, id, $scheme, $version, declaration, sha256, inputs, "
        "string_to_array(fired, chr(10)), colour, since, until, $decided_at, $cause, replaces, null from unnest($citizens::uuid[], "
        "$ids::uuid[], $declarations::uuid[], $sha256s::bytea[], $inputs::jsonb[], $fired::text[], $colours::text[], "
        "$since::timestamptz[], $until::timestamptz[], $replaces::uuid[]) "
        "as r (citizen, id, declaration, sha256, inputs, fired, colour, since, until, replaces)",
        scheme=rows[0].scheme, version=rows[0].ruleset_version, decided_at=rows[0].decided_at, cause=rows[0].cause.value,
        citizens=[citizen for citizen, _ in decided], ids=[one.id for one in rows], declarations=[one.declaration_id for one in rows],
        sha256s=[one.inputs_sha256 for one in rows], inputs=[one.inputs for one in rows], fired=["\n".join(one.fired) for one in rows],
        colours=[one.colour.value for one in rows], since=[one.since for one in rows], until=[one.until for one in rows],
        replaces=[one.replaces for one in rows],
    )  # fmt: skip


async def save_standings(db: Db, standings: Sequence[Standing], before: Sequence[DecisionId]) -> set[PersonId]:
    """Whoever declared meanwhile is left alone: only where the decision is still the one that was read. Who was written."""
    done = await db.all(
        Written,
        "-- scatter\nupdate passes.person_index i set colour = r.colour, divisions = string_to_array(r.divisions, ' '), "
        "decision_id = r.decision, version = $version, since = r.since, until = r.until, "
        "changed_at = case when i.colour = r.colour then i.changed_at else now() end "
        "from unnest($citizens::uuid[], $colours::text[], $divisions::text[], $decisions::uuid[], $before::uuid[], $since::timestamptz[], "
        "$until::timestamptz[]) as r (citizen, colour, divisions, decision, before, since, until) "
        "where i.citizen_id = r.citizen and i.scheme = $scheme and i.decision_id = r.before returning i.citizen_id",
        scheme=standings[0].scheme, version=standings[0].version, citizens=[one.citizen_id for one in standings],
        colours=[one.colour.value for one in standings], divisions=[" ".join(one.divisions) for one in standings],
        decisions=[one.decision_id for one in standings], before=list(before), since=[one.since for one in standings],
        until=[one.until for one in standings],
    )  # fmt: skip
    return {one.citizen_id for one in done}


async def begin_run(db: Db, scheme: str, before: int, after: int, since: dt.datetime, start: UUID) -> Run:
    """A run that was begun already goes on where it stopped."""
    return await db.one(
        Run,
        "insert into passes.replay_run as r (scheme, from_version, to_version, since, cursor, begun_at) "
        "values ($scheme, $before, $after, $since, $start, now()) on conflict (scheme, from_version, to_version, since) "
        "do update set scheme = r.scheme returning scheme, from_version, to_version, since, cursor, looked, changes, ended_at",
        scheme=scheme, before=before, after=after, since=since, start=start,
    )  # fmt: skip


async def save_run(db: Db, run: Run) -> None:
    await db.run(
        "update passes.replay_run set cursor = $cursor, looked = $looked, changes = $changes, ended_at = $ended_at where scheme = $scheme "
        "and from_version = $before and to_version = $after and since = $since",
        scheme=run.scheme, before=run.from_version, after=run.to_version, since=run.since, cursor=run.cursor, looked=run.looked,
        changes=run.changes, ended_at=run.ended_at,
    )  # fmt: skip
