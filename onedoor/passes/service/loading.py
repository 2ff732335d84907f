"""Schemes from a city's folder. A scheme that two persons have signed in the file is in force from its first day; later versions of its
rules wait until they have been previewed and signed here."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from onedoor.kernel.ids import convert, to_builtins, to_json
from onedoor.kernel.memory import changed
from onedoor.kernel.work import Work
from onedoor.passes import policy
from onedoor.passes.errors import BadRuleset, RulesetFixed
from onedoor.passes.models import NewRuleset, NewScheme, RegionLevel, Ruleset, State
from onedoor.passes.rules import check
from onedoor.passes.rules.checking import Found
from onedoor.passes.store import schemes as store

from .known import NAME, memory


def sha256_of(rules: NewRuleset) -> bytes:
    """Of everything that decides, in its one written form; the tests are not part of it."""
    said = [to_builtins(one) for one in rules.rule]
    for one in said:  # younger than versions that have been signed: where it says nothing, they stay what they were
        if not one["suspend_on_appeal"]:
            del one["suspend_on_appeal"]
    return hashlib.sha256(to_json([rules.fresh_days, rules.question, said])).digest()


def faults_of_scheme(data: dict[str, Any]) -> list[Found]:
    """What is wrong with the rules of a scheme's file, each with its place; of what has the right shape already."""
    try:
        new = convert(data, NewScheme)
    except msgspec.ValidationError as bad:
        return [((), f"cannot be read as a scheme: {bad}")]
    found: list[Found] = [(("ruleset", *where), what) for where, what in check(new.ruleset)]
    if new.ends <= new.starts:
        found.append((("ends",), "is not after starts"))
    if new.signed and len({one.name for one in new.signed}) != policy.SIGNATURES:
        found.append((("signed",), "two different persons sign, or nobody yet"))
    return found


def faults_of_ruleset(data: dict[str, Any]) -> tuple[NewRuleset | None, list[Found]]:
    """A ruleset by itself, and what is wrong with it."""
    try:
        new = convert(data, NewRuleset)
    except msgspec.ValidationError as bad:
        return None, [((), f"cannot be read as a ruleset: {bad}")]
    return new, check(new)


async def put_schemes(work: Work, new: Sequence[NewScheme]) -> int:
    """How many rows are new or different. What has been signed here is never taken back by a file."""
    count = sum([await _put(work, one) for one in sorted(new, key=lambda one: (one.starts, one.code))])
    if count:
        await changed(work.db, NAME)
    return count


async def _put(work: Work, new: NewScheme) -> int:
    signed = len({one.name for one in new.signed}) == policy.SIGNATURES
    known = (await memory.get(work.db)).by_code.get(new.code)
    count = await store.put(work.db, new, State.IN_FORCE if signed else State.DRAFT, new.signed, work.now)
    first = signed and known is None
    count += await put_ruleset(work, new.code, new.ruleset, first=first, signed=new)
    levels = [RegionLevel(new.code, one.division, one.since, one.level, one.source) for one in new.level]
    return count + await store.put_levels(work.db, levels)


async def put_ruleset(work: Work, code: str, new: NewRuleset, *, first: bool = False, signed: NewScheme | None = None) -> int:
    """A version of a scheme's rules; of a scheme that begins with them, they are in force at once."""
    if faults := check(new):
        raise BadRuleset(errors=[{"pointer": "/" + "/".join(map(str, where)), "detail": what} for where, what in faults])
    sha, known = sha256_of(new), (await memory.get(work.db)).versions.get((code, new.version))
    if known and known.valid_from and known.sha256 != sha:
        raise RulesetFixed(scheme=code, version=new.version)
    rules = Ruleset(
        code, new.version, new.fresh_days, new.question, new.rule, new.test, sha, work.now, None,
        signed.signed if first and signed else [], work.now if first else None,
    )  # fmt: skip
    return await store.put_ruleset(work.db, rules)
