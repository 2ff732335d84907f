"""Schemes, rulesets and levels of regions: reference data."""

import datetime as dt
from collections.abc import Sequence

from onedoor.kernel.db import Db
from onedoor.passes.models import NewScheme, Preview, RegionLevel, Ruleset, Scheme, Signature, State


async def schemes(db: Db) -> list[Scheme]:
    return await db.all(
        Scheme,
        "select code, kind, shard, name, about, authority, basis, purposes, starts_on, ends_on, retention_days, tracing_days, gate, state, "
        "signed_by, changed_at from passes.scheme order by starts_on desc, code",
    )


async def locked(db: Db, code: str) -> Scheme | None:
    return await db.maybe(
        Scheme,
        "select code, kind, shard, name, about, authority, basis, purposes, starts_on, ends_on, retention_days, tracing_days, gate, state, "
        "signed_by, changed_at from passes.scheme where code = $code for update",
        code=code,
    )


async def put(db: Db, new: NewScheme, state: State, signed: Sequence[Signature], now: dt.datetime) -> int:
    """A scheme as its file says. State, end and signatures are given once: afterwards they change by being signed here."""
    return await db.run(
        "insert into passes.scheme as s (code, kind, shard, name, about, authority, basis, purposes, starts_on, ends_on, retention_days, "
        "tracing_days, gate, state, signed_by, changed_at) select $code, $kind, coalesce(max(shard), -1) + 1, $name, $about, $authority, "
        "$basis, $purposes, $starts, $ends, $retention, $tracing, $gate, $state, $signed, $now from passes.scheme "
        "on conflict (code) do update set name = excluded.name, about = excluded.about, gate = excluded.gate, "
        "changed_at = excluded.changed_at where (s.name, s.about, s.gate) is distinct from (excluded.name, excluded.about, excluded.gate)",
        code=new.code, kind=new.kind.value, name=new.name, about=new.about, authority=new.authority, basis=new.basis,
        purposes=new.purposes, starts=new.starts, ends=new.ends, retention=new.retention_days, tracing=new.tracing_days, gate=new.gate,
        state=state.value, signed=list(signed), now=now,
    )  # fmt: skip


async def save(db: Db, scheme: Scheme, now: dt.datetime) -> None:
    await db.run(
        "update passes.scheme set basis = $basis, ends_on = $ends_on, state = $state, signed_by = $signed_by, changed_at = $now "
        "where code = $code",
        code=scheme.code, basis=scheme.basis, ends_on=scheme.ends_on, state=scheme.state.value, signed_by=scheme.signed_by, now=now,
    )  # fmt: skip


async def rulesets(db: Db) -> list[Ruleset]:
    return await db.all(
        Ruleset,
        "select scheme, version, fresh_days, questions, rules, tests, sha256, made_at, preview, approved_by, valid_from "
        "from passes.ruleset order by scheme, version",
    )


async def locked_ruleset(db: Db, scheme: str, version: int) -> Ruleset | None:
    """As it is now, and stays until the end of the transaction."""
    return await db.maybe(
        Ruleset,
        "select scheme, version, fresh_days, questions, rules, tests, sha256, made_at, preview, approved_by, valid_from "
        "from passes.ruleset where scheme = $scheme and version = $version for update",
        scheme=scheme, version=version,
    )  # fmt: skip


async def put_ruleset(db: Db, rules: Ruleset) -> int:
    """A ruleset that is not in force yet may be written again, and then nobody has read or signed it; whether anything changed."""
    return await db.run(
        "insert into passes.ruleset as r (scheme, version, fresh_days, questions, rules, tests, sha256, made_at, approved_by, valid_from) "
        "values ($scheme, $version, $fresh_days, $questions, $rules, $tests, $sha256, $made_at, $approved_by, $valid_from) "
        "on conflict (scheme, version) do update set fresh_days = excluded.fresh_days, questions = excluded.questions, "
        "rules = excluded.rules, tests = excluded.tests, sha256 = excluded.sha256, made_at = excluded.made_at, preview = null, "
        "approved_by = '[]' where r.valid_from is null and r.sha256 <> excluded.sha256",
        scheme=rules.scheme, version=rules.version, fresh_days=rules.fresh_days, questions=rules.questions, rules=rules.rules,
        tests=rules.tests, sha256=rules.sha256, made_at=rules.made_at, approved_by=rules.approved_by, valid_from=rules.valid_from,
    )  # fmt: skip


async def save_preview(db: Db, rules: Ruleset, preview: Preview) -> None:
    """Beside exactly these rules; when they have been written again meanwhile, nobody has seen what the new ones would change."""
    await db.run(
        "update passes.ruleset set preview = $preview where scheme = $scheme and version = $version and sha256 = $sha256 "
        "and valid_from is null",
        scheme=rules.scheme, version=rules.version, sha256=rules.sha256, preview=preview,
    )  # fmt: skip


async def sign_ruleset(db: Db, scheme: str, version: int, approved: Sequence[Signature], valid_from: dt.datetime | None) -> None:
    await db.run(
        "update passes.ruleset set approved_by = $approved, valid_from = $valid_from "
        "where scheme = $scheme and version = $version and valid_from is null",
        scheme=scheme, version=version, approved=list(approved), valid_from=valid_from,
    )  # fmt: skip


async def levels(db: Db) -> list[RegionLevel]:
    return await db.all(
        RegionLevel, "select scheme, division, valid_from, level, source from passes.region_level order by scheme, valid_from"
    )


async def put_levels(db: Db, rows: Sequence[RegionLevel]) -> int:
    return await db.run(
        "insert into passes.region_level (scheme, division, valid_from, level, source) select scheme, division, valid_from, level, source "
        "from jsonb_to_recordset($rows::jsonb) as r (scheme text, division text, valid_from timestamptz, level text, source text) "
        "on conflict (scheme, division, valid_from) do nothing",
        rows=list(rows),
    )  # fmt: skip
