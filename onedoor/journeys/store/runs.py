"""Runs and their legs. Whoever changes a leg holds the run."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from onedoor.cases.models import CaseId
from onedoor.identity.models import PersonId
from onedoor.journeys.models import Leg, Run, RunId
from onedoor.kernel.db import Db


class Known(Struct, frozen=True):
    """A run that was made under a key before."""

    id: RunId
    digest: str


class Where(Struct, frozen=True):
    """Whose leg it is."""

    citizen_id: PersonId
    run_id: RunId
    code: str


class Ready(Struct, frozen=True):
    """Whose leg is ready, and since when, for the worker to begin."""

    citizen_id: PersonId
    run_id: RunId
    code: str
    since: datetime


async def add(db: Db, run: Run, key: UUID, digest: str) -> int:
    """A new run; 0 when there is one under this key."""
    return await db.run(
        """insert into journeys.run (citizen_id, id, journey, version, title, measure, submit_key, digest, pressed_at)
           values ($citizen, $id, $journey, $version, $title, $measure, $key, $digest, $at) on conflict do nothing""",
        citizen=run.citizen_id, id=run.id, journey=run.journey, version=run.version, title=run.title, measure=run.measure, key=key,
        digest=digest, at=run.pressed_at,
    )  # fmt: skip


async def by_key(db: Db, citizen: PersonId, key: UUID) -> Known | None:
    return await db.maybe(
        Known, "select id, digest from journeys.run where citizen_id = $citizen and submit_key = $key", citizen=citizen, key=key
    )


async def add_legs(db: Db, legs: list[Leg]) -> int:
    """The legs of a new run, in one statement."""
    return await db.run(
        """insert into journeys.leg (citizen_id, run_id, code, place, item, title, state, cause, why, after, answers, takes, files,
                  changed_at)
           select n.citizen_id, n.run_id, n.code, n.place, n.item, n.title, n.state, n.cause, n.why, n.after, n.answers, n.takes, n.files,
                  n.changed_at
             from jsonb_to_recordset($rows) as n (citizen_id uuid, run_id uuid, code text, place int, item text, title jsonb, state text,
                  cause text, why jsonb, after jsonb, answers jsonb, takes jsonb, files jsonb, changed_at timestamptz)""",
        rows=[
            {
                "citizen_id": str(one.citizen_id.uuid), "run_id": str(one.run_id.uuid), "code": one.code, "place": one.place,
                "item": one.item, "title": one.title, "state": one.state, "cause": one.cause, "why": one.why, "after": one.after,
                "answers": one.answers, "takes": one.takes, "files": one.files,
                "changed_at": one.changed_at.isoformat(),
            }
            for one in legs
        ],
    )  # fmt: skip


async def shown(db: Db, citizen: PersonId, run: RunId) -> Run | None:
    """The run for reading."""
    return await db.maybe(
        Run,
        """select citizen_id, id, journey, version, title, measure, pressed_at, ended_at
             from journeys.run where citizen_id = $citizen and id = $run""",
        citizen=citizen, run=run,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, run: RunId) -> Run | None:
    """The run for writing: none of its legs moves until this transaction ends."""
    return await db.maybe(
        Run,
        """select citizen_id, id, journey, version, title, measure, pressed_at, ended_at
             from journeys.run where citizen_id = $citizen and id = $run for update""",
        citizen=citizen, run=run,
    )  # fmt: skip


async def mine(db: Db, citizen: PersonId, before_at: datetime | None, before_id: RunId | None, limit: int) -> list[Run]:
    """Somebody's runs, newest first, from where the last page ended."""
    return await db.all(
        Run,
        """select citizen_id, id, journey, version, title, measure, pressed_at, ended_at
             from journeys.run where citizen_id = $citizen
              and ($before_at::timestamptz is null or (pressed_at, id) < ($before_at, $before_id::uuid))
            order by pressed_at desc, id desc limit $limit""",
        citizen=citizen, before_at=before_at, before_id=before_id, limit=limit,
    )  # fmt: skip


async def legs(db: Db, citizen: PersonId, run: RunId) -> list[Leg]:
    """All legs of a run, in the journey's order."""
    return await db.all(
        Leg,
        """select citizen_id, run_id, code, place, item, title, state, cause, why, after, answers, takes, files, case_ref, outcome,
                  changed_at
             from journeys.leg where citizen_id = $citizen and run_id = $run order by place""",
        citizen=citizen, run=run,
    )  # fmt: skip


async def of_case(db: Db, citizen: PersonId, case: CaseId) -> Where | None:
    """The leg that has become this case."""
    return await db.maybe(
        Where, "select citizen_id, run_id, code from journeys.leg where citizen_id = $citizen and case_ref = $case",
        citizen=citizen, case=case,
    )  # fmt: skip


async def save_leg(db: Db, leg: Leg) -> int:
    """The leg as it is now; answers and files of one that has ended or has its case are no longer needed here."""
    return await db.run(
        """update journeys.leg set state = $state, cause = $cause, why = $why, answers = $answers, files = $files, case_ref = $case,
                  outcome = $outcome, changed_at = $at
            where citizen_id = $citizen and run_id = $run and code = $code""",
        state=leg.state, cause=leg.cause, why=leg.why, answers=leg.answers, files=leg.files, case=leg.case_ref,
        outcome=leg.outcome, at=leg.changed_at, citizen=leg.citizen_id, run=leg.run_id, code=leg.code,
    )  # fmt: skip


async def end(db: Db, run: Run, at: datetime | None) -> int:
    """Every leg has ended; or, with nothing, one has begun again."""
    return await db.run(
        "update journeys.run set ended_at = $at where citizen_id = $citizen and id = $run", at=at, citizen=run.citizen_id, run=run.id
    )


async def forgotten(db: Db, before: datetime, last: Ready | None, most: int) -> list[Ready]:
    """Legs that are ready for some time and still have no case, from the one that was seen last."""
    return await db.all(
        Ready,
        """-- scatter
           select citizen_id, run_id, code, changed_at as since from journeys.leg
            where state = 'ready' and changed_at < $before
              and ($since::timestamptz is null or (changed_at, run_id, code) > ($since, $run::uuid, $code::text))
            order by changed_at, run_id, code limit $most""",
        before=before, since=last.since if last else None, run=last.run_id if last else None, code=last.code if last else None, most=most,
    )  # fmt: skip
