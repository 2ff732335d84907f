"""Every statement of the room."""

import datetime as dt

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan

from .models import Ground, Mandate, MandateId, Paper, PaperId, State, Use, UseId, Via


class Looked(Struct, frozen=True):
    """Whose row was written."""

    citizen_id: PersonId


class Tried(Struct, frozen=True):
    """How often a code has been tried, this time included."""

    tries: int


async def add(db: Db, made: Mandate) -> int:
    return await db.run(
        """insert into mandates.mandate (citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on,
                  until_on, ground, state, asked_by, confirmed_via, confirmed_by, org_ref, asked_at, changed_at, types)
           values ($citizen, $id, $agent, $principal_name, $agent_name, $kind, $items, $acts, $hide, $uses, $from_on, $until_on, $ground,
                  $state, $asked_by, $via, $by, $org, $at, $at, $types)""",
        citizen=made.citizen_id, id=made.id, agent=made.agent_ref, principal_name=made.principal_name, agent_name=made.agent_name,
        kind=made.kind, items=made.items, acts=[str(a) for a in made.acts], hide=made.hide, uses=made.uses_left, from_on=made.from_on,
        until_on=made.until_on, ground=made.ground, state=made.state, asked_by=made.asked_by, via=made.confirmed_via, by=made.confirmed_by,
        org=made.org_ref, at=made.asked_at, types=made.types,
    )  # fmt: skip


async def one(db: Db, citizen: Id, mandate: Id) -> Mandate | None:
    return await db.maybe(
        Mandate,
        """select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where citizen_id = $citizen and id = $mandate""",
        citizen=citizen, mandate=mandate,
    )  # fmt: skip


async def locked(db: Db, citizen: Id, mandate: Id) -> Mandate | None:
    return await db.maybe(
        Mandate,
        """select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where citizen_id = $citizen and id = $mandate for update""",
        citizen=citizen, mandate=mandate,
    )  # fmt: skip


async def anybodys(db: Db, mandate: MandateId) -> Mandate | None:
    """By its id alone: an agent has no more, and is told of it only when it is theirs."""
    return await db.maybe(
        Mandate,
        """-- scatter
           select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where id = $mandate""",
        mandate=mandate,
    )  # fmt: skip


async def given(db: Db, citizen: PersonId, most: int) -> list[Mandate]:
    """By somebody, those that live first."""
    return await db.all(
        Mandate,
        """select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where citizen_id = $citizen
            order by state in ('asked', 'active') desc, id desc limit $most""",
        citizen=citizen, most=most,
    )  # fmt: skip


async def by_law(db: Db, citizen: Id, most: int) -> list[Mandate]:
    """Who acts for somebody because a register says so, those that live first: never behind all that these have given to others."""
    return await db.all(
        Mandate,
        """select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where citizen_id = $citizen and kind in ('guardian', 'legal')
            order by state in ('asked', 'active') desc, id desc limit $most""",
        citizen=citizen, most=most,
    )  # fmt: skip


async def held(db: Db, agent: PersonId, most: int) -> list[Mandate]:
    """By an agent, those that live first. Read as a job: each belongs to another person."""
    return await db.all(
        Mandate,
        """-- scatter
           select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where agent_ref = $agent
            order by state in ('asked', 'active') desc, id desc limit $most""",
        agent=agent, most=most,
    )  # fmt: skip


async def principals(db: Db, agent: PersonId, but: PersonId) -> int:
    """For how many people an agent acts, or has asked to, this one left out; what others ask of the agent counts once it is agreed."""
    return int(await db.value(
        """-- scatter
           select count(distinct citizen_id) from mandates.mandate
            where agent_ref = $agent and citizen_id <> $but and (state = 'active' or state = 'asked' and asked_by <> 'principal')""",
        agent=agent, but=but,
    ) or 0)  # fmt: skip


async def of_member(db: Db, org: Id, agent: Id) -> list[Mandate]:
    """What an organisation's member holds for it, or has given in its name."""
    return await db.all(
        Mandate,
        """-- scatter
           select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where org_ref = $org and state in ('asked', 'active') and (agent_ref = $agent or citizen_id = $agent)
            order by id limit 300""",
        org=org, agent=agent,
    )  # fmt: skip


async def over(db: Db, today: dt.date, asked_before: dt.datetime, most: int) -> list[Mandate]:
    """Whose last day has passed, or that nobody has answered."""
    return await db.all(
        Mandate,
        """-- scatter
           select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where state in ('asked', 'active')
              and (until_on < $today or (state = 'asked' and asked_at < $asked_before)) limit $most""",
        today=today, asked_before=asked_before, most=most,
    )  # fmt: skip


async def by_register(db: Db, after: MandateId | None, most: int) -> list[Mandate]:
    """In force because a register says so, by id."""
    return await db.all(
        Mandate,
        """-- scatter
           select citizen_id, id, agent_ref, principal_name, agent_name, kind, items, acts, hide, uses_left, from_on, until_on, ground,
                  state, asked_by, confirmed_via, confirmed_by, ended_via, org_ref, asked_at, changed_at, types
             from mandates.mandate where state = 'active' and ground = 'register' and ($after::uuid is null or id > $after)
            order by id limit $most""",
        after=after, most=most,
    )  # fmt: skip


async def confirm(
    db: Db, made: Mandate, via: Via, ground: Ground, by: str, principal_name: str, agent_name: str, at: dt.datetime
) -> bool:
    """In force from now on; False when it was answered meanwhile."""
    return bool(await db.run(
        """update mandates.mandate set state = 'active', confirmed_via = $via, confirmed_by = $by, ground = $ground,
                  principal_name = $principal_name, agent_name = $agent_name, changed_at = $at
            where citizen_id = $citizen and id = $id and state = 'asked'""",
        via=via, by=by, ground=ground, principal_name=principal_name, agent_name=agent_name, at=at, citizen=made.citizen_id, id=made.id,
    ))  # fmt: skip


async def end(db: Db, made: Mandate, state: State, via: Via, at: dt.datetime) -> bool:
    """Not in force any more; False when it had ended before."""
    return bool(await db.run(
        """update mandates.mandate set state = $state, ended_via = $via, changed_at = $at
            where citizen_id = $citizen and id = $id and state in ('asked', 'active')""",
        state=state, via=via, at=at, citizen=made.citizen_id, id=made.id,
    ))  # fmt: skip


async def spend(db: Db, citizen: Id, mandate: Id) -> int | None:
    """One use less; what is left, None where it is not counted."""
    return await db.value(
        """update mandates.mandate set uses_left = uses_left - 1
            where citizen_id = $citizen and id = $mandate and uses_left > 0 returning uses_left""",
        citizen=citizen, mandate=mandate,
    )  # fmt: skip


async def try_code(db: Db, citizen: Id, mandate: Id) -> Tried | None:
    return await db.maybe(
        Tried,
        """update mandates.mandate set tries = tries + 1 where citizen_id = $citizen and id = $mandate and state = 'asked'
           returning tries""",
        citizen=citizen, mandate=mandate,
    )  # fmt: skip


async def add_use(db: Db, citizen: Id, mandate: Id, use: Use, on: dt.date) -> bool:
    """False when the same thing was looked at under it today already."""
    return bool(await db.run(
        """insert into mandates.use (citizen_id, id, mandate_id, at, on_day, act, item, title, ref)
           values ($citizen, $id, $mandate, $at, $on, $act, $item, $title, $ref) on conflict do nothing""",
        citizen=citizen, id=use.id, mandate=mandate, at=use.at, on=on, act=use.act, item=use.item, title=use.title, ref=use.ref,
    ))  # fmt: skip


async def add_looks(db: Db, made: list[Mandate], uses: list[UseId], title: Text, at: dt.datetime, on: dt.date) -> list[Looked]:
    """A look at what lies there under each of these; those that nobody had written down today."""
    return await db.all(
        Looked,
        """-- scatter
           insert into mandates.use (citizen_id, id, mandate_id, at, on_day, act, item, title, ref)
           select citizen, id, mandate, $at, $on, 'see_status', '', $title, ref
             from unnest($citizens::uuid[], $ids::uuid[], $mandates::uuid[], $refs::text[]) as t (citizen, id, mandate, ref)
           on conflict do nothing returning citizen_id""",
        citizens=[one.citizen_id.uuid for one in made], ids=[one.uuid for one in uses], mandates=[one.id.uuid for one in made],
        refs=[str(one.id) for one in made], title=title, at=at, on=on,
    )  # fmt: skip


async def uses(db: Db, citizen: PersonId, mandate: MandateId, before: UseId | None, most: int) -> list[Use]:
    return await db.all(
        Use,
        """select id, at, act, item, title, ref from mandates.use
            where citizen_id = $citizen and mandate_id = $mandate and ($before::uuid is null or id < $before)
            order by id desc limit $most""",
        citizen=citizen, mandate=mandate, before=before, most=most,
    )  # fmt: skip


async def add_paper(db: Db, paper: Paper) -> int:
    return await db.run(
        """insert into mandates.paper (citizen_id, id, mandate_id, sha256, size, kind, name, scan, at)
           values ($citizen, $id, $mandate, $sha256, $size, $kind, $name, $scan, $at)""",
        citizen=paper.citizen_id, id=paper.id, mandate=paper.mandate_id, sha256=paper.sha256, size=paper.size, kind=paper.kind,
        name=paper.name, scan=paper.scan, at=paper.at,
    )  # fmt: skip


async def paper(db: Db, citizen: PersonId, mandate: MandateId) -> Paper | None:
    return await db.maybe(
        Paper,
        """select citizen_id, id, mandate_id, sha256, size, kind, name, scan, at from mandates.paper
            where citizen_id = $citizen and mandate_id = $mandate order by at desc limit 1""",
        citizen=citizen, mandate=mandate,
    )  # fmt: skip


async def scanned(db: Db, citizen: PersonId, paper: PaperId, scan: Scan) -> int:
    return await db.run(
        "update mandates.paper set scan = $scan where citizen_id = $citizen and id = $paper", scan=scan, citizen=citizen, paper=paper
    )


class Blob(Struct, frozen=True):
    """The content of a paper."""

    sha256: str


async def still_listed(db: Db, hashes: list[str]) -> list[Blob]:
    """Which of these contents a mandate rests on."""
    return await db.all(
        Blob, "-- scatter\nselect distinct sha256 from mandates.paper where sha256 = any($hashes::text[])", hashes=hashes
    )


async def heard(db: Db, source: str) -> int:
    """Up to which text message this source has been read."""
    return int(await db.value("select number from mandates.heard where source = $source", source=source) or 0)


async def hear(db: Db, source: str, number: int) -> int:
    return await db.run(
        """insert into mandates.heard (source, number) values ($source, $number)
           on conflict (source) do update set number = greatest(mandates.heard.number, excluded.number)""",
        source=source, number=number,
    )  # fmt: skip
