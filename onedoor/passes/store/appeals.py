"""Appeals, their papers, and the list of those that wait for an answer."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ports import Scan
from onedoor.orgs.models import OrgId
from onedoor.passes.models import AppealId, EvidenceId
from onedoor.passes.records import Appeal, AppealCount, Evidence, Waiting


async def add(db: Db, one: Appeal) -> bool:
    """Whether it was put down; only one is open at a time."""
    return bool(await db.run(
        "insert into passes.appeal (citizen_id, id, scheme, decision_id, by_ref, words, made_at, due_at, state) "
        "values ($citizen, $id, $scheme, $decision, $by, $words, $made_at, $due_at, 'open') "
        "on conflict (citizen_id, scheme) where state = 'open' do nothing",
        citizen=one.citizen_id, id=one.id, scheme=one.scheme, decision=one.decision_id, by=one.by_ref, words=one.words,
        made_at=one.made_at, due_at=one.due_at,
    ))  # fmt: skip


async def queue(db: Db, line: Waiting) -> None:
    await db.run(
        "insert into passes.appeal_inbox (org_id, id, citizen_ref, scheme, path, colour, made_at, due_at, state) "
        "values ($org, $id, $citizen, $scheme, $path, $colour, $made_at, $due_at, 'open') on conflict do nothing",
        org=line.org_id, id=line.id, citizen=line.citizen_ref, scheme=line.scheme, path=line.path, colour=line.colour.value,
        made_at=line.made_at, due_at=line.due_at,
    )  # fmt: skip


async def add_evidence(db: Db, one: Evidence) -> None:
    await db.run(
        "insert into passes.evidence (citizen_id, id, appeal_id, sha256, bytes, kind, name, made_at) "
        "values ($citizen, $id, $appeal, $sha256, $bytes, $kind, $name, $made_at)",
        citizen=one.citizen_id, id=one.id, appeal=one.appeal_id, sha256=one.sha256, bytes=one.bytes, kind=one.kind, name=one.name,
        made_at=one.made_at,
    )  # fmt: skip


async def evidence(db: Db, citizen: PersonId, appeal: AppealId) -> list[Evidence]:
    return await db.all(
        Evidence,
        "select citizen_id, id, appeal_id, sha256, bytes, kind, name, made_at, scan from passes.evidence "
        "where citizen_id = $citizen and appeal_id = $appeal order by id limit 10",
        citizen=citizen, appeal=appeal,
    )  # fmt: skip


async def paper(db: Db, citizen: PersonId, which: EvidenceId) -> Evidence | None:
    return await db.maybe(
        Evidence,
        "select citizen_id, id, appeal_id, sha256, bytes, kind, name, made_at, scan from passes.evidence "
        "where citizen_id = $citizen and id = $which",
        citizen=citizen, which=which,
    )  # fmt: skip


async def scanned(db: Db, citizen: PersonId, which: EvidenceId, verdict: Scan) -> int:
    return await db.run(
        "update passes.evidence set scan = $scan where citizen_id = $citizen and id = $which", scan=verdict, citizen=citizen, which=which
    )


async def latest(db: Db, citizen: PersonId, scheme: str) -> Appeal | None:
    return await db.maybe(
        Appeal,
        "select citizen_id, id, scheme, decision_id, by_ref, words, made_at, due_at, state, answer, answered_at, answered_by "
        "from passes.appeal where citizen_id = $citizen and scheme = $scheme order by made_at desc, id desc limit 1",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, which: AppealId) -> Appeal | None:
    return await db.maybe(
        Appeal,
        "select citizen_id, id, scheme, decision_id, by_ref, words, made_at, due_at, state, answer, answered_at, answered_by "
        "from passes.appeal where citizen_id = $citizen and id = $which for update",
        citizen=citizen, which=which,
    )  # fmt: skip


async def answer(db: Db, one: Appeal, org: OrgId) -> None:
    await db.run(
        "update passes.appeal set state = $state, answer = $answer, answered_at = $at, answered_by = $by "
        "where citizen_id = $citizen and id = $id",
        citizen=one.citizen_id, id=one.id, state=one.state.value, answer=one.answer, at=one.answered_at, by=one.answered_by,
    )  # fmt: skip
    await db.run(
        "update passes.appeal_inbox set state = $state, answered_at = $at where org_id = $org and id = $id",
        org=org, id=one.id, state=one.state.value, at=one.answered_at,
    )  # fmt: skip


async def waiting(
    db: Db, org: OrgId, paths: list[str], after: dt.datetime | None, after_id: AppealId | None, most: int
) -> list[Waiting]:  # fmt: skip
    """Open appeals in these districts, the nearest due first."""
    return await db.all(
        Waiting,
        "select org_id, id, citizen_ref, scheme, path, colour, made_at, due_at, state, raised_at, answered_at from passes.appeal_inbox "
        "where org_id = $org and state = 'open' and exists (select 1 from unnest($paths::text[]) as p (held) "
        "where path = held or path like held || '.%') and ($after::timestamptz is null or (due_at, id) > ($after, $after_id)) "
        "order by due_at, id limit $most",
        org=org, paths=paths, after=after, after_id=after_id, most=most,
    )  # fmt: skip


async def line(db: Db, org: OrgId, which: AppealId) -> Waiting | None:
    return await db.maybe(
        Waiting,
        "select org_id, id, citizen_ref, scheme, path, colour, made_at, due_at, state, raised_at, answered_at from passes.appeal_inbox "
        "where org_id = $org and id = $which",
        org=org, which=which,
    )  # fmt: skip


async def raise_late(db: Db, now: dt.datetime, most: int) -> list[Waiting]:
    """Those that nobody answered in time, once each."""
    return await db.all(
        Waiting,
        "-- scatter\nupdate passes.appeal_inbox set raised_at = $now where (org_id, id) in (select org_id, id from passes.appeal_inbox "
        "where state = 'open' and due_at < $now and raised_at is null order by due_at limit $most) "
        "returning org_id, id, citizen_ref, scheme, path, colour, made_at, due_at, state, raised_at, answered_at",
        now=now, most=most,
    )  # fmt: skip


async def counted(db: Db, org: OrgId, scheme: str, now: dt.datetime) -> AppealCount:
    return await db.one(
        AppealCount,
        "select count(*) as made, count(*) filter (where state = 'open') as open, "
        "count(*) filter (where coalesce(answered_at, $now) > due_at and state <> 'withdrawn') as late, "
        "count(*) filter (where state = 'changed') as changed, count(*) filter (where state = 'kept') as kept "
        "from passes.appeal_inbox where org_id = $org and scheme = $scheme",
        org=org, scheme=scheme, now=now,
    )  # fmt: skip
