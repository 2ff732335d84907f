"""What people declared, what was decided, and what holds now."""

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.passes.models import Decision, DecisionId, Declaration, DeclarationId, Standing


async def standing(db: Db, citizen: PersonId, scheme: str) -> Standing | None:
    return await db.maybe(
        Standing,
        "select citizen_id, scheme, shard, row_no, seq, colour, division, divisions, declaration_id, decision_id, version, since, until "
        "from passes.person_index where citizen_id = $citizen and scheme = $scheme",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, scheme: str) -> Standing | None:
    return await db.maybe(
        Standing,
        "select citizen_id, scheme, shard, row_no, seq, colour, division, divisions, declaration_id, decision_id, version, since, until "
        "from passes.person_index where citizen_id = $citizen and scheme = $scheme for update",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


async def standings(db: Db, citizen: PersonId) -> list[Standing]:
    return await db.all(
        Standing,
        "select citizen_id, scheme, shard, row_no, seq, colour, division, divisions, declaration_id, decision_id, version, since, until "
        "from passes.person_index where citizen_id = $citizen order by since desc, scheme",
        citizen=citizen,
    )


async def claim_row(db: Db, org: OrgId, shard: int, row_no: int, citizen: PersonId, scheme: str) -> bool:
    """Whether this place in the list was free, and is this person's from now on."""
    return bool(await db.run(
        "insert into passes.index_claim (org_id, shard, row_no, citizen_ref, scheme, taken_at) "
        "values ($org, $shard, $row_no, $citizen, $scheme, now()) on conflict do nothing",
        org=org, shard=shard, row_no=row_no, citizen=citizen, scheme=scheme,
    ))  # fmt: skip


def save_standing(db: Db, now: Standing) -> None:
    """The place in the list stays the first one that was given."""
    db.before_commit(
        "insert into passes.person_index (citizen_id, scheme, shard, row_no, colour, division, divisions, declaration_id, decision_id, "
        "version, since, until, changed_at) values ($citizen, $scheme, $shard, $row_no, $colour, $division, $divisions, $declaration, "
        "$decision, $version, $since, $until, now()) on conflict (citizen_id, scheme) do update set colour = excluded.colour, "
        "division = excluded.division, divisions = excluded.divisions, declaration_id = excluded.declaration_id, "
        "decision_id = excluded.decision_id, version = excluded.version, since = excluded.since, until = excluded.until, "
        "changed_at = excluded.changed_at",
        citizen=now.citizen_id, scheme=now.scheme, shard=now.shard, row_no=now.row_no, colour=now.colour.value, division=now.division,
        divisions=now.divisions, declaration=now.declaration_id, decision=now.decision_id, version=now.version, since=now.since,
        until=now.until,
    )  # fmt: skip


def add_declaration(db: Db, citizen: PersonId, one: Declaration) -> None:
    db.before_commit(
        "insert into passes.declaration (citizen_id, id, scheme, by_ref, by_name, channel, division, answers, declared_at, supersedes, "
        "corrected_reason) values ($citizen, $id, $scheme, $by_ref, $by_name, $channel, $division, $answers, $declared_at, $supersedes, "
        "$reason) on conflict do nothing",
        citizen=citizen, id=one.id, scheme=one.scheme, by_ref=one.by_ref, by_name=one.by_name, channel=one.channel.value,
        division=one.division, answers=one.answers, declared_at=one.declared_at, supersedes=one.supersedes, reason=one.corrected_reason,
    )  # fmt: skip


async def declaration(db: Db, citizen: PersonId, which: DeclarationId) -> Declaration | None:
    return await db.maybe(
        Declaration,
        "select id, scheme, by_ref, by_name, channel, division, answers, declared_at, supersedes, corrected_reason "
        "from passes.declaration where citizen_id = $citizen and id = $which",
        citizen=citizen, which=which,
    )  # fmt: skip


async def last_declaration(db: Db, citizen: PersonId, scheme: str) -> Declaration | None:
    return await db.maybe(
        Declaration,
        "select id, scheme, by_ref, by_name, channel, division, answers, declared_at, supersedes, corrected_reason "
        "from passes.declaration where citizen_id = $citizen and scheme = $scheme order by declared_at desc, id desc limit 1",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


def add_decision(db: Db, citizen: PersonId, one: Decision) -> None:
    """Called from one place, where rules have been asked or an appeal has been answered: nobody sets a colour."""
    db.before_commit(
        "insert into passes.decision (citizen_id, id, scheme, ruleset_version, declaration_id, inputs_sha256, inputs, fired, colour, "
        "since, until, decided_at, cause, replaces, words) values ($citizen, $id, $scheme, $version, $declaration, $sha256, $inputs, "
        "$fired, $colour, $since, $until, $decided_at, $cause, $replaces, $words)",
        citizen=citizen, id=one.id, scheme=one.scheme, version=one.ruleset_version, declaration=one.declaration_id,
        sha256=one.inputs_sha256, inputs=one.inputs, fired=one.fired, colour=one.colour.value, since=one.since, until=one.until,
        decided_at=one.decided_at, cause=one.cause.value, replaces=one.replaces, words=one.words,
    )  # fmt: skip


async def decision(db: Db, citizen: PersonId, which: DecisionId) -> Decision | None:
    return await db.maybe(
        Decision,
        "select id, scheme, ruleset_version, declaration_id, inputs_sha256, inputs, fired, colour, since, until, decided_at, cause, "
        "replaces, words from passes.decision where citizen_id = $citizen and id = $which",
        citizen=citizen, which=which,
    )  # fmt: skip


async def decision_of(db: Db, citizen: PersonId, declaration: DeclarationId) -> Decision | None:
    """The first decision that a declaration led to."""
    return await db.maybe(
        Decision,
        "select id, scheme, ruleset_version, declaration_id, inputs_sha256, inputs, fired, colour, since, until, decided_at, cause, "
        "replaces, words from passes.decision where citizen_id = $citizen and declaration_id = $declaration "
        "order by decided_at, id limit 1",
        citizen=citizen, declaration=declaration,
    )  # fmt: skip
