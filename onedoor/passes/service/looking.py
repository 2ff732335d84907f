"""What a person may see of the own passes, and why a colour is what it is."""

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.work import Work
from onedoor.passes import policy
from onedoor.passes.errors import NotDeclared
from onedoor.passes.models import Decision, DecisionId, Declaration, Kind, Rule, Ruleset, Scheme, Standing
from onedoor.passes.rules.deciding import STALE, UNDECLARED
from onedoor.passes.store import people as store

from .declaring import subject
from .known import holding, known, ruleset, scheme

HISTORY = 1000


class Seen(Struct, frozen=True):
    """A colour with everything it comes from: rules that gave it, and the answers they were given."""

    scheme: Scheme
    standing: Standing
    decision: Decision
    rules: Ruleset
    fired: list[Rule]
    declaration: Declaration | None


async def standing(work: Work, code: str) -> Standing | None:
    """What holds now for whoever the pass is of; None before the first declaration."""
    return await store.standing(work.db, subject(work), code)


async def mine(work: Work) -> list[tuple[Scheme, Standing | None]]:
    """Every scheme that holds today, with my colour; and those that have ended and of which something is still kept."""
    schemes = (await known(work)).by_code
    held = {one.scheme: one for one in await store.standings(work.db, subject(work))}
    now = [one for one in schemes.values() if one.holds(work.today)]
    over = [one for one in schemes.values() if one.code in held and one not in now]
    return [(one, held.get(one.code)) for one in (*now, *over)]


async def front(work: Work) -> list[tuple[str, str, str]]:
    """What the first page says: each scheme that holds today, my colour in words, and where it leads. One statement at most."""
    schemes = holding(work.today)
    whose = work.actor.id
    if not schemes or not isinstance(whose, PersonId):
        return []
    held = {one.scheme: one for one in await store.standings(work.db, whose)}
    mine = [one for one in schemes if one.kind is Kind.HEALTH or one.code in held]  # an event's pass concerns whoever asked for it
    return [(pick(work.locale, one.name), _words(work.locale, held.get(one.code)), f"/passes/{one.code}") for one in mine]


def _words(locale: str, held: Standing | None) -> str:
    if held is None:
        return say(locale, "还没有申报")
    return f"{policy.SHAPE[held.colour]} {policy.colour_words(locale, held.colour)}"


async def why(work: Work, code: str) -> Seen:
    """解释我的颜色: the decision that holds now, with its rules in words and the facts they were given."""
    return await seen(work, subject(work), code)


async def seen(work: Work, citizen: PersonId, code: str, which: DecisionId | None = None) -> Seen:
    """The same for somebody whose data the caller may see; of an earlier decision when it is named."""
    about = await scheme(work, code)
    held = await store.standing(work.db, citizen, code)
    decision = await store.decision(work.db, citizen, which or held.decision_id) if held else None
    if held is None or decision is None:
        raise NotDeclared()
    rules = await ruleset(work, code, decision.ruleset_version)
    by_id = {rule.id: rule for rule in rules.rules}
    said = await store.declaration(work.db, citizen, decision.declaration_id) if decision.declaration_id else None
    return Seen(about, held, decision, rules, [by_id[one] for one in decision.fired if one in by_id], said)


async def history(work: Work, code: str) -> list[Decision]:
    """Every colour of whoever the pass is of, the latest first; for a file of their own."""
    await scheme(work, code)
    return await store.decisions(work.db, subject(work), code, HISTORY)


def own_words(locale: str, seen: Seen) -> str:
    """Why a colour is what it is when no rule of the scheme gave it."""
    if STALE in seen.decision.fired:
        return say(locale, "上次申报已经超过 {n} 天。重新申报就知道现在的颜色。", n=seen.rules.fresh_days)
    if UNDECLARED in seen.decision.fired:
        return say(locale, "还没有申报过。")
    return "" if seen.fired else say(locale, "没有一条规则提示风险。")
