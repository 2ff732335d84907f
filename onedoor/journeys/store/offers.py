"""Offers of benefits, and what the first page shows of this room."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.journeys.models import Proposal, ProposalId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text


class Said(Struct, frozen=True):
    """The last word on a benefit: what became of the newest offer, and when."""

    benefit: str
    id: ProposalId
    state: str
    changed_at: datetime


class Glance(Struct, frozen=True):
    """One line of the first page: an open run with how far it is, or an open offer."""

    kind: str
    id: UUID
    title: Text
    done: int
    total: int


async def last_words(db: Db, citizen: PersonId) -> list[Said]:
    """The newest offer of each benefit that this person has had."""
    return await db.all(
        Said,
        """select distinct on (benefit) benefit, id, state, changed_at
             from journeys.proposal where citizen_id = $citizen order by benefit, changed_at desc, id desc""",
        citizen=citizen,
    )  # fmt: skip


async def add(db: Db, one: Proposal) -> int:
    """A new offer; 0 when the same is open."""
    return await db.run(
        """insert into journeys.proposal (citizen_id, id, benefit, version, title, state, found_on, seen, changed_at)
           values ($citizen, $id, $benefit, $version, $title, $state, $found_on, $seen, $at) on conflict do nothing""",
        citizen=one.citizen_id, id=one.id, benefit=one.benefit, version=one.version, title=one.title, state=one.state,
        found_on=one.found_on, seen=one.seen, at=one.changed_at,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, proposal: ProposalId) -> Proposal | None:
    """The offer for an answer to it; a second tap waits here."""
    return await db.maybe(
        Proposal,
        """select citizen_id, id, benefit, version, title, state, found_on, seen, case_ref, changed_at
             from journeys.proposal where citizen_id = $citizen and id = $proposal for update""",
        citizen=citizen, proposal=proposal,
    )  # fmt: skip


async def shown(db: Db, citizen: PersonId, proposal: ProposalId) -> Proposal | None:
    """The offer for reading."""
    return await db.maybe(
        Proposal,
        """select citizen_id, id, benefit, version, title, state, found_on, seen, case_ref, changed_at
             from journeys.proposal where citizen_id = $citizen and id = $proposal""",
        citizen=citizen, proposal=proposal,
    )  # fmt: skip


async def mine(db: Db, citizen: PersonId, before_on: date | None, before_id: ProposalId | None, limit: int) -> list[Proposal]:
    """Somebody's offers, newest first, from where the last page ended."""
    return await db.all(
        Proposal,
        """select citizen_id, id, benefit, version, title, state, found_on, seen, case_ref, changed_at
             from journeys.proposal where citizen_id = $citizen
              and ($before_on::date is null or (found_on, id) < ($before_on, $before_id::uuid))
            order by found_on desc, id desc limit $limit""",
        citizen=citizen, before_on=before_on, before_id=before_id, limit=limit,
    )  # fmt: skip


async def settle(db: Db, citizen: PersonId, proposal: ProposalId, state: str, case: Any, at: datetime) -> int:
    """What became of an open offer; 0 when it was answered before."""
    return await db.run(
        """update journeys.proposal set state = $state, case_ref = $case, changed_at = $at
            where citizen_id = $citizen and id = $proposal and state = 'open'""",
        state=state, case=case, at=at, citizen=citizen, proposal=proposal,
    )  # fmt: skip


async def glance(db: Db, citizen: PersonId) -> list[Glance]:
    """Open offers and open runs, the newest first, three of each at most."""
    return await db.all(
        Glance,
        """(select 'offer' as kind, id, title, 0 as done, 0 as total
              from journeys.proposal where citizen_id = $citizen and state = 'open' order by found_on desc, id desc limit 3)
           union all
           (select 'run', r.id, r.title, (count(*) filter (where l.state = 'done'))::int, count(*)::int
              from journeys.run r join journeys.leg l on l.citizen_id = r.citizen_id and l.run_id = r.id and l.state <> 'not_needed'
             where r.citizen_id = $citizen and r.ended_at is null
             group by r.citizen_id, r.id order by r.pressed_at desc limit 3)""",
        citizen=citizen,
    )  # fmt: skip
