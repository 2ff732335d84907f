"""Questions, on the person's side and on the department's."""

import datetime as dt

import msgspec

from onedoor.identity.models import Access, PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.tracker.models import Challenge, ChallengeId, Figure, Question, State


async def put(db: Db, made: Challenge) -> bool:
    """Whether it was put: there is one question about each look."""
    return bool(await db.run(
        "insert into tracker.challenge (citizen_id, id, access_seq, org_ref, kind, words, state, asked_at, due_on, contested_at) "
        "values ($citizen, $id, $seq, $org, $kind, $words, $state, $at, $due, $contested) on conflict (citizen_id, access_seq) do nothing",
        citizen=made.citizen_id, id=made.id, seq=made.access_seq, org=made.org_ref, kind=made.kind.value, words=made.words,
        state=made.state.value, at=made.asked_at, due=made.due_on, contested=made.contested_at,
    ))  # fmt: skip


async def put_line(db: Db, made: Challenge, org: OrgId, access: Access) -> None:
    await db.run(
        "insert into tracker.question (org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, case_ref, "
        "state, asked_at, due_on) values ($org, $id, $citizen, $seq, $kind, $words, $looked, $reader, $purpose, $elements, $case, $state, "
        "$at, $due)",
        org=org, id=made.id, citizen=made.citizen_id, seq=made.access_seq, kind=made.kind.value, words=made.words, looked=access.at,
        reader=access.staff_name, purpose=access.purpose, elements=access.fields, case=access.case_ref, state=made.state.value,
        at=made.asked_at, due=made.due_on,
    )  # fmt: skip


async def of_look(db: Db, citizen: PersonId, seq: int) -> Challenge | None:
    return await db.maybe(
        Challenge,
        "select citizen_id, id, access_seq, org_ref, kind, words, state, asked_at, due_on, escalated_at, basis, answer, answered_at, "
        "contest, contested_at, ruling, ruled_at from tracker.challenge where citizen_id = $citizen and access_seq = $seq",
        citizen=citizen, seq=seq,
    )  # fmt: skip


async def of_looks(db: Db, citizen: PersonId, seqs: list[int]) -> list[Challenge]:
    return await db.all(
        Challenge,
        "select citizen_id, id, access_seq, org_ref, kind, words, state, asked_at, due_on, escalated_at, basis, answer, answered_at, "
        "contest, contested_at, ruling, ruled_at from tracker.challenge where citizen_id = $citizen and access_seq = any($seqs::int[])",
        citizen=citizen, seqs=seqs,
    )  # fmt: skip


async def one(db: Db, citizen: PersonId, which: ChallengeId) -> Challenge | None:
    return await db.maybe(
        Challenge,
        "select citizen_id, id, access_seq, org_ref, kind, words, state, asked_at, due_on, escalated_at, basis, answer, answered_at, "
        "contest, contested_at, ruling, ruled_at from tracker.challenge where citizen_id = $citizen and id = $which for update",
        citizen=citizen, which=which,
    )  # fmt: skip


async def line(db: Db, org: OrgId, which: ChallengeId) -> Question | None:
    """A department's line, locked."""
    return await db.maybe(
        Question,
        "select org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, case_ref, state, asked_at, due_on, "
        "escalated, answered_on from tracker.question where org_id = $org and id = $which for update",
        org=org, which=which,
    )  # fmt: skip


async def waiting(db: Db, org: OrgId, after_on: dt.date | None, after: ChallengeId | None, most: int) -> list[Question]:
    """What a department has to answer, the earliest due first."""
    return await db.all(
        Question,
        "select org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, case_ref, state, asked_at, due_on, "
        "escalated, answered_on from tracker.question where org_id = $org and state = 'asked' "
        "and ($after_on::date is null or (due_on, id) > ($after_on, $after)) order by due_on, id limit $most",
        org=org, after_on=after_on, after=after, most=most,
    )  # fmt: skip


async def done(db: Db, org: OrgId, before_at: dt.datetime | None, before: ChallengeId | None, most: int) -> list[Question]:
    """What it has answered, the latest asked first."""
    return await db.all(
        Question,
        "select org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, case_ref, state, asked_at, due_on, "
        "escalated, answered_on from tracker.question where org_id = $org and state <> 'asked' "
        "and ($before_at::timestamptz is null or (asked_at, id) < ($before_at, $before)) order by asked_at desc, id desc limit $most",
        org=org, before_at=before_at, before=before, most=most,
    )  # fmt: skip


async def contested(db: Db, most: int) -> list[Question]:
    """What the data-protection officer has to look into, the longest waiting first."""
    return await db.all(
        Question,
        "select org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, case_ref, state, asked_at, due_on, "
        "escalated, answered_on from tracker.question where state = 'contested' order by due_on, id limit $most",
        most=most,
    )  # fmt: skip


class Doubted(msgspec.Struct, frozen=True):
    """Somebody who says that a look was about somebody else."""

    citizen_ref: PersonId


async def in_doubt(db: Db) -> list[Doubted]:
    return await db.all(
        Doubted, "select distinct citizen_ref from tracker.question where kind = 'not_me' and state in ('asked', 'contested')"
    )


async def contested_line(db: Db, which: ChallengeId) -> Question | None:
    return await db.maybe(
        Question,
        "select org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, case_ref, state, asked_at, due_on, "
        "escalated, answered_on from tracker.question where id = $which and state in ('contested', 'ruled')",
        which=which,
    )  # fmt: skip


async def answer(
    db: Db, citizen: PersonId, org: OrgId, which: ChallengeId, basis: str, words: str, at: dt.datetime, today: dt.date
) -> None:
    await db.run(
        "update tracker.challenge set state = 'answered', basis = $basis, answer = $words, answered_at = $at "
        "where citizen_id = $citizen and id = $which",
        basis=basis, words=words, at=at, citizen=citizen, which=which,
    )  # fmt: skip
    await db.run(
        "update tracker.question set state = 'answered', answered_on = $today where org_id = $org and id = $which",
        today=today, org=org, which=which,
    )  # fmt: skip


async def contest(db: Db, citizen: PersonId, org: OrgId, which: ChallengeId, words: str, at: dt.datetime) -> None:
    await db.run(
        "update tracker.challenge set state = 'contested', contest = $words, contested_at = $at "
        "where citizen_id = $citizen and id = $which",
        words=words, at=at, citizen=citizen, which=which,
    )  # fmt: skip
    await move(db, org, which, State.CONTESTED)


async def rule(db: Db, citizen: PersonId, org: OrgId, which: ChallengeId, words: str, at: dt.datetime) -> bool:
    """Whether it was still open: of two officers at once, one rules."""
    done = await db.run(
        "update tracker.challenge set state = 'ruled', ruling = $words, ruled_at = $at "
        "where citizen_id = $citizen and id = $which and state = 'contested'",
        words=words, at=at, citizen=citizen, which=which,
    )  # fmt: skip
    if done:
        await move(db, org, which, State.RULED)
    return bool(done)


async def move(db: Db, org: OrgId, which: ChallengeId, state: State) -> None:
    await db.run(
        "update tracker.question set state = $state where org_id = $org and id = $which", state=state.value, org=org, which=which
    )


async def overdue(db: Db, today: dt.date, most: int) -> list[Question]:
    """What was not answered in time and nobody above knows of yet."""
    return await db.all(
        Question,
        "select org_id, id, citizen_ref, access_seq, kind, words, looked_at, reader, purpose, elements, case_ref, state, asked_at, due_on, "
        "escalated, answered_on from tracker.question where state = 'asked' and not escalated and due_on < $today "
        "order by due_on limit $most",
        today=today, most=most,
    )  # fmt: skip


async def escalate(db: Db, citizen: PersonId, org: OrgId, which: ChallengeId, at: dt.datetime) -> bool:
    done = await db.run(
        "update tracker.question set escalated = true where org_id = $org and id = $which and state = 'asked' and not escalated",
        org=org, which=which,
    )  # fmt: skip
    await db.run(
        "update tracker.challenge set escalated_at = $at where citizen_id = $citizen and id = $which and escalated_at is null",
        at=at, citizen=citizen, which=which,
    )  # fmt: skip
    return bool(done)


async def figures(db: Db, since: dt.datetime, today: dt.date) -> list[Figure]:
    """How each department answers."""
    return await db.all(
        Figure,
        "select org_id, count(*)::int as asked, (count(*) filter (where answered_on <= due_on))::int as in_time, "
        "(count(*) filter (where answered_on > due_on or answered_on is null and due_on < $today))::int as late, "
        "(count(*) filter (where answered_on is null and due_on >= $today))::int as waiting "
        "from tracker.question where asked_at >= $since group by org_id",
        since=since, today=today,
    )  # fmt: skip
