"""What people declared, what was decided, and what holds now."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.passes.models import Decision, DecisionId, Declaration, DeclarationId, Standing
from onedoor.passes.records import Dependant, MandateState, Subject


async def standing(db: Db, citizen: PersonId, scheme: str) -> Standing | None:
    return await db.maybe(
        Standing,
        "select citizen_id, scheme, shard, row_no, seq, colour, division, divisions, declaration_id, decision_id, version, since, until, "
        "waived from passes.person_index where citizen_id = $citizen and scheme = $scheme",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, scheme: str) -> Standing | None:
    return await db.maybe(
        Standing,
        "select citizen_id, scheme, shard, row_no, seq, colour, division, divisions, declaration_id, decision_id, version, since, until, "
        "waived from passes.person_index where citizen_id = $citizen and scheme = $scheme for update",
        citizen=citizen, scheme=scheme,
    )  # fmt: skip


async def standings(db: Db, citizen: PersonId) -> list[Standing]:
    return await db.all(
        Standing,
        "select citizen_id, scheme, shard, row_no, seq, colour, division, divisions, declaration_id, decision_id, version, since, until, "
        "waived from passes.person_index where citizen_id = $citizen order by since desc, scheme",
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
        "version, since, until, waived, changed_at) values ($citizen, $scheme, $shard, $row_no, $colour, $division, $divisions, "
        "$declaration, "
        "$decision, $version, $since, $until, $waived, now()) on conflict (citizen_id, scheme) do update set colour = excluded.colour, "
        "division = excluded.division, divisions = excluded.divisions, declaration_id = excluded.declaration_id, "
        "decision_id = excluded.decision_id, version = excluded.version, since = excluded.since, until = excluded.until, "
        "waived = excluded.waived, changed_at = excluded.changed_at",
        citizen=now.citizen_id, scheme=now.scheme, shard=now.shard, row_no=now.row_no, colour=now.colour.value, division=now.division,
        divisions=now.divisions, declaration=now.declaration_id, decision=now.decision_id, version=now.version, since=now.since,
        until=now.until, waived=now.waived,
    )  # fmt: skip


def add_declaration(db: Db, citizen: PersonId, one: Declaration) -> None:
    db.before_commit(
        "insert into passes.declaration (citizen_id, id, scheme, by_ref, by_name, channel, division, answers, declared_at, supersedes, "
        "corrected_reason) values ($citizen, $id, $scheme, $by_ref, $by_name, $channel, $division, $answers, $declared_at, $supersedes, "
        "$reason) on conflict do nothing",
        citizen=citizen, id=one.id, scheme=one.scheme, by_ref=one.by_ref, by_name=one.by_name, channel=one.channel.value,
        division=one.division, answers=one.answers, declared_at=one.declared_at, supersedes=one.supersedes, reason=one.corrected_reason,
    )  # fmt: skip


async def first_declaration(db: Db, citizen: PersonId, one: Declaration) -> bool:
    """The same at once, before there is anything of this person to lock: False when the same form has come a moment ago."""
    return bool(await db.run(
        "insert into passes.declaration (citizen_id, id, scheme, by_ref, by_name, channel, division, answers, declared_at, supersedes, "
        "corrected_reason) values ($citizen, $id, $scheme, $by_ref, $by_name, $channel, $division, $answers, $declared_at, $supersedes, "
        "$reason) on conflict do nothing",
        citizen=citizen, id=one.id, scheme=one.scheme, by_ref=one.by_ref, by_name=one.by_name, channel=one.channel.value,
        division=one.division, answers=one.answers, declared_at=one.declared_at, supersedes=one.supersedes, reason=one.corrected_reason,
    ))  # fmt: skip


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


async def decisions(db: Db, citizen: PersonId, scheme: str, most: int) -> list[Decision]:
    return await db.all(
        Decision,
        "select id, scheme, ruleset_version, declaration_id, inputs_sha256, inputs, fired, colour, since, until, decided_at, cause, "
        "replaces, words from passes.decision where citizen_id = $citizen and scheme = $scheme order by decided_at desc, id desc limit "
        "$most",
        citizen=citizen, scheme=scheme, most=most,
    )  # fmt: skip


async def subject(db: Db, citizen: PersonId) -> Subject | None:
    return await db.maybe(
        Subject, "select citizen_id, name, id_number, birth_on from passes.subject where citizen_id = $citizen", citizen=citizen
    )


async def claim_subject(db: Db, id_hash: bytes, fresh: PersonId) -> PersonId:
    """Whose this number is; a new person's when nobody has it yet."""
    return PersonId(await db.value(
        "insert into passes.subject_claim as c (id_hash, citizen_id) values ($id_hash, $fresh) "
        "on conflict (id_hash) do update set id_hash = excluded.id_hash returning citizen_id",
        id_hash=id_hash, fresh=fresh,
    ))  # fmt: skip


async def claimed(db: Db, id_hash: bytes) -> PersonId | None:
    found = await db.value("select citizen_id from passes.subject_claim where id_hash = $id_hash", id_hash=id_hash)
    return PersonId(found) if found else None


async def put_subject(db: Db, one: Subject, now: dt.datetime) -> None:
    await db.run(
        "insert into passes.subject (citizen_id, name, id_number, birth_on, made_at) values ($citizen, $name, $id_number, $birth_on, $now) "
        "on conflict (citizen_id) do nothing",
        citizen=one.citizen_id, name=one.name, id_number=one.id_number, birth_on=one.birth_on, now=now,
    )  # fmt: skip


async def put_dependant(db: Db, one: Dependant) -> None:
    """What was declined or ended may be asked for again."""
    await db.run(
        "insert into passes.dependant as d (citizen_id, person_ref, name, relation, state, path, made_at, confirmed_by, confirmed_at) "
        "values ($citizen, $person, $name, $relation, $state, $path, $made_at, $by, $at) on conflict (citizen_id, person_ref) do update "
        "set "
        "relation = excluded.relation, state = excluded.state, path = excluded.path, made_at = excluded.made_at, "
        "confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at where d.state in ('declined', 'ended', 'waiting')",
        citizen=one.citizen_id, person=one.person_ref, name=one.name, relation=one.relation.value, state=one.state.value, path=one.path,
        made_at=one.made_at, by=one.confirmed_by, at=one.confirmed_at,
    )  # fmt: skip


async def dependants(db: Db, citizen: PersonId, most: int) -> list[Dependant]:
    return await db.all(
        Dependant,
        "select citizen_id, person_ref, name, relation, state, path, made_at, confirmed_by, confirmed_at from passes.dependant "
        "where citizen_id = $citizen and state in ('waiting', 'confirmed') order by made_at limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


async def dependant(db: Db, citizen: PersonId, person: PersonId) -> Dependant | None:
    return await db.maybe(
        Dependant,
        "select citizen_id, person_ref, name, relation, state, path, made_at, confirmed_by, confirmed_at from passes.dependant "
        "where citizen_id = $citizen and person_ref = $person",
        citizen=citizen, person=person,
    )  # fmt: skip


async def numbered(db: Db, id_number: str) -> PersonId | None:
    """Whom others stand in for under this identity number; for jobs."""
    found = await db.value("-- scatter\nselect citizen_id from passes.subject where id_number = $id_number limit 1", id_number=id_number)
    return PersonId(found) if found else None


async def end_mandates(db: Db, person: PersonId, at: dt.datetime) -> int:
    """Nobody stands in for this person any more; for jobs."""
    return await db.run(
        "-- scatter\nupdate passes.dependant set state = 'ended', confirmed_by = null, confirmed_at = $at where person_ref = $person "
        "and state in ('waiting', 'confirmed')",
        person=person, at=at,
    )  # fmt: skip


async def guardians(db: Db, person: PersonId) -> list[Dependant]:
    """Who may stand in for somebody; for jobs that tell them."""
    return await db.all(
        Dependant,
        "-- scatter\nselect citizen_id, person_ref, name, relation, state, path, made_at, confirmed_by, confirmed_at from passes.dependant "
        "where person_ref = $person and state = 'confirmed' order by made_at limit 10",
        person=person,
    )  # fmt: skip


async def mandates_waiting(db: Db, paths: list[str], most: int) -> list[Dependant]:
    return await db.all(
        Dependant,
        "-- scatter\nselect citizen_id, person_ref, name, relation, state, path, made_at, confirmed_by, confirmed_at from passes.dependant "
        "where state = 'waiting' and exists (select 1 from unnest($paths::text[]) as p (held) where path = held or path like held || '.%') "
        "order by made_at, person_ref limit $most",
        paths=paths, most=most,
    )  # fmt: skip


async def set_mandate(
    db: Db, citizen: PersonId, person: PersonId, state: MandateState, by: str | None, at: dt.datetime, before: list[str]
) -> bool:  # fmt: skip
    return bool(await db.run(
        "update passes.dependant set state = $state, confirmed_by = $by, confirmed_at = $at where citizen_id = $citizen "
        "and person_ref = $person and state = any($before::text[])",
        citizen=citizen, person=person, state=state.value, by=by, at=at, before=before,
    ))  # fmt: skip
