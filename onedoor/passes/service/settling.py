"""The one place where a colour comes to be: rules are asked about facts, and what they say is kept with everything they were given."""

import random
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import outbox
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes.errors import ListFull
from onedoor.passes.events import ColourChanged
from onedoor.passes.models import Cause, Decision, DecisionId, Declaration, Ruleset, Scheme, Standing
from onedoor.passes.records import Person
from onedoor.passes.rules.deciding import Outcome, decide, inputs_of
from onedoor.passes.store import many
from onedoor.passes.store import people as store

from . import watching
from .known import Schemes, known

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


def asked(work: Work, schemes: Schemes, rules: Ruleset, said: Declaration, before: Standing | None) -> tuple[dict[str, Any], Outcome]:
    """The facts of a person as they are now, and what these rules say of them. What an appeal has waived stays so until its end."""
    named = divisions_of(rules, said.answers)
    levels = schemes.levels_of(rules.scheme, {said.division, *named}, work.now)
    waived = {rule: until for rule, until in before.waived.items() if until > work.now} if before else {}
    inputs = inputs_of(rules.scheme, work.now, said.declared_at, said.answers, said.division, named, levels, waived)
    return inputs, decide(inputs, rules)


def decided(
    work: Work, rules: Ruleset, said: Declaration, before: Standing | None, inputs: dict[str, Any], found: Outcome, cause: Cause,
    words: dict[str, Any] | None = None,
) -> Decision:  # fmt: skip
    """What the rules said, as it is written down; a colour that stays the same keeps the day on which it began."""
    since = before.since if before and before.colour is found.colour else work.now
    return Decision(
        DecisionId.new(), rules.scheme, rules.version, said.id, bytes.fromhex(found.inputs_sha256), inputs, list(found.fired),
        found.colour, since, found.until, work.now, cause, before.decision_id if before else None, words,
    )  # fmt: skip


def holding_now(before: Standing, said: Declaration, decision: Decision) -> Standing:
    """What holds once this has been decided."""
    return replace(
        before, colour=decision.colour, division=said.division, divisions=decision.inputs["divisions"], declaration_id=said.id,
        decision_id=decision.id, version=decision.ruleset_version, since=decision.since, until=decision.until,
    )  # fmt: skip


async def settle(
    work: Work, citizen: PersonId, scheme: Scheme, rules: Ruleset, said: Declaration, before: Standing | None, cause: Cause,
    words: dict[str, Any] | None = None,
) -> Settled:  # fmt: skip
    """Ask the rules, keep the decision, and tell when the colour is another one than before."""
    inputs, found = asked(work, await known(work), rules, said, before)
    decision = decided(work, rules, said, before, inputs, found, cause, words)
    standing = holding_now(before or await _first(work, citizen, scheme, decision), said, decision)
    store.add_decision(work.db, citizen, decision)
    store.save_standing(work.db, standing)
    identity.touch(work, citizen)
    if before is None or (before.colour, before.division) != (standing.colour, standing.division):
        await watching.follow(work, scheme.code, [standing])
    if before is None or before.colour is not decision.colour:
        await _tell(work, citizen, before, decision, said.division)
    return Settled(decision, standing)


async def settle_all(work: Work, rules: Ruleset, people: Sequence[Person], cause: Cause) -> dict[str, int]:
    """The same for many at once, in two statements; whoever gets another colour is told once. How many did, as "green>red"."""
    schemes, changes = await known(work), dict[str, int]()
    fresh: list[tuple[Person, Decision]] = []
    for one in people:
        inputs, found = asked(work, schemes, rules, one.said, one.standing)
        fresh.append((one, decided(work, rules, one.said, one.standing, inputs, found, cause)))
    if not fresh:
        return changes
    standings = [holding_now(one.standing, one.said, decision) for one, decision in fresh]
    written = await many.save_standings(work.db, standings, [one.standing.decision_id for one, _ in fresh])
    fresh = [(one, decision) for one, decision in fresh if one.standing.citizen_id in written]
    if fresh:
        await many.add_decisions(work.db, [(one.standing.citizen_id, decision) for one, decision in fresh])
    moved: list[Standing] = []
    for one, decision in fresh:
        if (before := one.standing).colour is not decision.colour:
            changes[f"{before.colour}>{decision.colour}"] = changes.get(f"{before.colour}>{decision.colour}", 0) + 1
            await _tell(work, before.citizen_id, before, decision, one.said.division)
            moved.append(holding_now(before, one.said, decision))
    await watching.follow(work, rules.scheme, moved)
    return changes


async def _tell(work: Work, citizen: PersonId, before: Standing | None, decision: Decision, division: str) -> None:
    was = before.colour if before else None
    await outbox.publish(work.db, ColourChanged(citizen, decision.scheme, decision.id, was, decision.colour, decision.cause, division))


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
    raise ListFull()
