"""The one place where a colour comes to be: rules are asked about facts, and what they say is kept with everything they were given."""

import random

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity.models import PersonId
from onedoor.kernel import outbox
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes.errors import SchemeNotInForce
from onedoor.passes.events import ColourChanged
from onedoor.passes.models import Cause, Decision, DecisionId, Declaration, Ruleset, Scheme, Standing
from onedoor.passes.rules.deciding import decide, digest, inputs_of
from onedoor.passes.store import people as store

from .known import known

ROWS = 1 << 24
TRIES = 64


class Settled(Struct, frozen=True):
    """A decision, and what now holds."""

    decision: Decision
    standing: Standing


def divisions_of(rules: Ruleset, answers: dict[str, object]) -> list[str]:
    """The parts of the city that the answers name."""
    asked = [question.id for question in rules.questions if question.kind == "districts"]
    return [str(one) for name in asked if isinstance(given := answers.get(name), list) for one in given]


async def settle(
    work: Work, citizen: PersonId, scheme: Scheme, rules: Ruleset, said: Declaration, before: Standing | None, cause: Cause
) -> Settled:
    """Ask the rules, keep the decision, and tell when the colour is another one than before."""
    schemes = await known(work)
    named = divisions_of(rules, said.answers)
    levels = schemes.levels_of(scheme.code, {said.division, *named}, work.now)
    inputs = inputs_of(scheme.code, work.now, said.declared_at, said.answers, said.division, named, levels)
    found = decide(inputs, rules)
    decision = Decision(
        DecisionId.new(), scheme.code, rules.version, said.id, digest(inputs), inputs, list(found.fired), found.colour,
        before.since if before and before.colour is found.colour else work.now, found.until, work.now, cause,
        before.decision_id if before else None, None,
    )  # fmt: skip
    return await keep(work, citizen, scheme, said, decision, before)


async def keep(
    work: Work, citizen: PersonId, scheme: Scheme, said: Declaration, decision: Decision, before: Standing | None
) -> Settled:
    """Write a decision down as what now holds."""
    standing = before or await _first(work, citizen, scheme, decision)
    standing = replace(
        standing, colour=decision.colour, division=said.division, divisions=decision.inputs["divisions"], declaration_id=said.id,
        decision_id=decision.id, version=decision.ruleset_version, since=decision.since, until=decision.until,
    )  # fmt: skip
    store.add_decision(work.db, citizen, decision)
    store.save_standing(work.db, standing)
    if before is None or before.colour is not decision.colour:
        was = before.colour if before else None
        changed = ColourChanged(citizen, scheme.code, decision.id, was, decision.colour, decision.cause, said.division)
        await outbox.publish(work.db, changed)
    return Settled(decision, standing)


async def _first(work: Work, citizen: PersonId, scheme: Scheme, decision: Decision) -> Standing:
    """A place in the list of colours, drawn at random: it tells nothing about the person, nor who came when."""
    authority = await orgs.department(work, scheme.authority)
    for _ in range(TRIES):
        row = random.SystemRandom().randrange(ROWS)
        if await store.claim_row(work.db, authority.id, scheme.shard, row, citizen, scheme.code):
            return Standing(
                citizen, scheme.code, scheme.shard, row, 0, decision.colour, "", [], None, decision.id, decision.ruleset_version,
                decision.since, decision.until,
            )  # fmt: skip
    raise SchemeNotInForce("the list of colours is full")
