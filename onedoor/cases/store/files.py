"""Case files and their steps. A move is one statement: the row and the step that explains it."""
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from onedoor.cases.models import Case, CaseId, DraftId, Filed, InboxRow, Step
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


class Claim(Struct, frozen=True):
    """Whose case a number is."""

    citizen_id: PersonId
    case_id: CaseId


class Known(Struct, frozen=True):
    """What an earlier submission under the same key left behind."""

    id: CaseId
    number: str
    answers_sha256: str


class Age(Struct, frozen=True):
    """Where a list of cases goes on: the last one shown."""

    submitted_at: datetime
    id: CaseId


async def locked(db: Db, citizen: PersonId, case: CaseId) -> Case | None:
    """The case for writing; nobody else moves it until this transaction ends."""
    return await db.maybe(
        Case,
        """select citizen_id, id, number, item, title, form_version, process_version, org_ref, district, street, status, submitted_at,
                  received_on, accepted_on, due_on, legal_due_on, paused_on, pause_kind, answer_by, supplements, asked, decided_at,
                  outcome, letter, certificate_ref, rev
             from cases.case_file where citizen_id = $citizen and id = $case for update""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def shown(db: Db, citizen: PersonId, case: CaseId) -> Case | None:
    """The case for reading."""
    return await db.maybe(
        Case,
        """select citizen_id, id, number, item, title, form_version, process_version, org_ref, district, street, status, submitted_at,
                  received_on, accepted_on, due_on, legal_due_on, paused_on, pause_kind, answer_by, supplements, asked, decided_at,
                  outcome, letter, certificate_ref, rev
             from cases.case_file where citizen_id = $citizen and id = $case""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def mine(db: Db, citizen: PersonId, before_at: datetime | None, before_id: CaseId | None, limit: int) -> list[Case]:
    """Somebody's cases, newest first, from where the last page ended."""
    return await db.all(
        Case,
        """select citizen_id, id, number, item, title, form_version, process_version, org_ref, district, street, status, submitted_at,
                  received_on, accepted_on, due_on, legal_due_on, paused_on, pause_kind, answer_by, supplements, asked, decided_at,
                  outcome, letter, certificate_ref, rev
             from cases.case_file where citizen_id = $citizen
              and ($before_at::timestamptz is null or (submitted_at, id) < ($before_at, $before_id::uuid))
            order by submitted_at desc, id desc limit $limit""",
        citizen=citizen, before_at=before_at, before_id=before_id, limit=limit,
    )  # fmt: skip


async def waiting(db: Db, citizen: PersonId) -> list[Case]:
    """Somebody's open cases, those that ask for something first."""
    return await db.all(
        Case,
        """select citizen_id, id, number, item, title, form_version, process_version, org_ref, district, street, status, submitted_at,
                  received_on, accepted_on, due_on, legal_due_on, paused_on, pause_kind, answer_by, supplements, asked, decided_at,
                  outcome, letter, certificate_ref, rev
             from cases.case_file where citizen_id = $citizen and status in ('submitted', 'accepted', 'supplementing', 'paused')
            order by (status = 'supplementing') desc, due_on, id limit 20""",
        citizen=citizen,
    )  # fmt: skip


async def open_of(db: Db, citizen: PersonId) -> list[Claim]:
    """All of somebody's open cases, in the order in which they are locked."""
    return await db.all(
        Claim,
        """select citizen_id, id as case_id from cases.case_file
            where citizen_id = $citizen and status in ('submitted', 'accepted', 'supplementing', 'paused') order by id""",
        citizen=citizen,
    )  # fmt: skip


async def filed(db: Db, citizen: PersonId, case: CaseId) -> Filed | None:
    """The answers as they were handed in."""
    return await db.maybe(
        Filed, "select answers, evidence from cases.case_file where citizen_id = $citizen and id = $case", citizen=citizen, case=case
    )


async def save_filed(db: Db, citizen: PersonId, case: CaseId, filed: Filed) -> int:
    """Answers and where they come from, after a later look or a consent taken back."""
    return await db.run(
        "update cases.case_file set answers = $answers, evidence = $evidence where citizen_id = $citizen and id = $case",
        citizen=citizen, case=case, answers=filed.answers, evidence=filed.evidence,
    )  # fmt: skip


async def by_key(db: Db, citizen: PersonId, key: UUID) -> Known | None:
    """The case that was made under this key, if any."""
    return await db.maybe(
        Known,
        "select id, number, answers_sha256 from cases.case_file where citizen_id = $citizen and submit_key = $key",
        citizen=citizen, key=key,
    )  # fmt: skip


async def file(
    db: Db, case: Case, filed: Filed, step: Step, *, key: UUID, digest: str, channel: str, draft: DraftId | None, files: list[UUID],
    claims: bool,
) -> int:  # fmt: skip
    """The case, its first step, its files, and the end of its draft, with `claims` its number too, and all that waits for the commit, in
    one statement. 0 when the key was used already or the number is taken: then nothing of it may stay."""
    return await db.last(
        """with claimed as (
             insert into cases.number_claim (number, citizen_id, case_id) select $number, $citizen, $id where $claims
             on conflict do nothing returning number),
           made as (
             insert into cases.case_file (citizen_id, id, number, item, title, form_version, process_version, org_ref, district, street,
                    status, answers, evidence, submitted_at, received_on, due_on, legal_due_on, channel, submit_key, answers_sha256)
             select $citizen, $id, $number, $item, $title, $form, $process, $org, $district, $street,
                    $status, $answers, $evidence, $at, $received_on, $due_on, $legal_due_on, $channel, $key, $digest
              where not $claims or exists (select from claimed)
             on conflict (citizen_id, submit_key) do nothing returning citizen_id, id),
           gone as (delete from cases.draft d using made where d.citizen_id = $citizen and d.id = $draft),
           bound as (update cases.attachment a set case_id = made.id, draft_id = null from made
                      where a.citizen_id = $citizen and a.case_id is null and (a.draft_id = $draft or a.id = any($files)))
           insert into cases.step (citizen_id, id, case_id, kind, at, by, actor_ref, to_status, due_after, detail)
           select made.citizen_id, $step, made.id, $kind, $at, $by, $actor, $status, $due_on, $detail from made""",
        citizen=case.citizen_id, id=case.id, number=case.number, item=case.item, title=case.title, form=case.form_version,
        process=case.process_version, org=case.org_ref, district=case.district, street=case.street, status=case.status,
        answers=filed.answers, evidence=filed.evidence, at=case.submitted_at, received_on=case.received_on, due_on=case.due_on,
        legal_due_on=case.legal_due_on, channel=channel, key=key, digest=digest, draft=draft, files=files,
        step=step.id, kind=step.kind, by=step.by, actor=step.actor_ref, detail=step.detail, claims=claims,
    )  # fmt: skip


async def move(db: Db, case: Case, step: Step) -> int:
    """The changed case and the step that changed it; 0 when somebody else was faster."""
    return await db.run(
        """with changed as (
             update cases.case_file set org_ref = $org, status = $status, received_on = $received_on, accepted_on = $accepted_on,
                    due_on = $due_on, legal_due_on = $legal_due_on, paused_on = $paused_on, pause_kind = $pause_kind,
                    answer_by = $answer_by, supplements = $supplements,
                    asked = $asked, decided_at = $decided_at, outcome = $outcome, letter = $letter,
                    certificate_ref = $certificate, rev = $rev
              where citizen_id = $citizen and id = $case and rev = $rev - 1 returning citizen_id, id)
           insert into cases.step (citizen_id, id, case_id, kind, at, by, actor_ref, org_ref, from_status, to_status, due_before,
                  due_after, note, inner_only, detail)
           select changed.citizen_id, $step, changed.id, $kind, $at, $by, $actor, $step_org, $from_status, $status, $due_before, $due_on,
                  $note, $inner_only, $detail from changed""",
        org=case.org_ref, status=case.status, received_on=case.received_on, accepted_on=case.accepted_on, due_on=case.due_on,
        legal_due_on=case.legal_due_on, paused_on=case.paused_on, pause_kind=case.pause_kind, answer_by=case.answer_by,
        supplements=case.supplements, asked=case.asked,
        decided_at=case.decided_at, outcome=case.outcome, letter=case.letter, certificate=case.certificate_ref,
        rev=case.rev, citizen=case.citizen_id, case=case.id,
        step=step.id, kind=step.kind, at=step.at, by=step.by, actor=step.actor_ref, step_org=step.org_ref, from_status=step.from_status,
        due_before=step.due_before, note=step.note, inner_only=step.inner_only, detail=step.detail,
    )  # fmt: skip


async def steps(db: Db, citizen: PersonId, case: CaseId) -> list[Step]:
    """Everything that happened, in order."""
    return await db.all(
        Step,
        """select citizen_id, id, case_id, kind, at, by, actor_ref, org_ref, from_status, to_status, due_before, due_after, note,
                  inner_only, detail
             from cases.step where citizen_id = $citizen and case_id = $case order by at, id limit 500""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def claimed(db: Db, number: str) -> Claim | None:
    """Whose case a number is."""
    return await db.maybe(Claim, "select citizen_id, case_id from cases.number_claim where number = $number", number=number)


async def enlist(db: Db, row: InboxRow, words: str) -> None:
    """The case appears in a department's inbox. Repeating it changes nothing."""
    db.before_commit(
        """insert into cases.inbox (org_id, case_id, citizen_ref, number, item, title, holder, district, street, status, due_on,
                  legal_due_on, light, assignee_ref, since, flags, words)
           values ($org, $case, $citizen, $number, $item, $title, $holder, $district, $street, $status, $due_on, $legal_due_on, $light,
                  $assignee, $since, $flags, $words) on conflict (org_id, case_id) do nothing""",
        org=row.org_id, case=row.case_id, citizen=row.citizen_ref, number=row.number, item=row.item, title=row.title, holder=row.holder,
        district=row.district, street=row.street, status=row.status, due_on=row.due_on, legal_due_on=row.legal_due_on, light=row.light,
        assignee=row.assignee_ref, since=row.since, flags=row.flags, words=words,
    )  # fmt: skip


async def follow(db: Db, case: Case, act_by: date, light: str, at: datetime) -> int:
    """The inbox row after a move of its case."""
    return await db.run(
        """update cases.inbox set status = $status, due_on = $due_on, legal_due_on = $legal_due_on, light = $light, since = $at
            where org_id = $org and case_id = $case""",
        status=case.status, due_on=act_by, legal_due_on=case.legal_due_on, light=light, at=at, org=case.org_ref, case=case.id,
    )  # fmt: skip
