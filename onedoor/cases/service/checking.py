"""What a form's author is told before anything is published: pure questions about definitions, without a case."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from onedoor.cases.forms import conditions, types
from onedoor.cases.forms.building import OWN, RUNGS, WALLET, Broken, built, too_much
from onedoor.cases.forms.walking import Stuck, walked
from onedoor.cases.instant import MOST_CONDITIONS, MOST_EXAMPLES
from onedoor.cases.models import Applicant
from onedoor.exchange import service as exchange
from onedoor.wallet import service as wallet

TYPES = tuple(types.SHAPES)
"""Every `od:` type that a form may refer to."""


WAITING = ("specials", "assessment")
MOST_WAYS = 60
"""How many ways through a form are walked while its author waits; `onedoor cases walk` goes further."""
SELF_TOLD = frozenset({"person.phone", "person.district"})
"""What is known of a person because they said so."""


def must_bind(process: Mapping[str, Any]) -> tuple[str, str]:
    """Who applies is typed by nobody: a person by name and number, an organisation by name and code."""
    return ("firm.name", "firm.uscc") if process.get("applicant") == Applicant.FIRM else ("person.name", "person.id_number")


def schema_fault(schema: Any) -> str | None:
    """Why the JSON Schema of one question does not compile, or None."""
    try:
        types.compiled({"type": "object", "properties": {"it": schema}})
    except Exception as bad:  # the validator's errors share no base class
        return str(bad).splitlines()[0]
    return None


def condition_fault(rule: Any) -> str | None:
    """What is wrong with a condition, or None."""
    if bad := conditions.fault(rule):
        return bad
    too_many = conditions.size(rule) > conditions.MOST_NODES
    return f"a condition has at most {conditions.MOST_NODES} operators" if too_many else None


def condition_pointers(rule: dict[str, Any]) -> Iterator[str]:
    """What a well-formed condition looks at."""
    return conditions.pointers(rule)


def form_mistakes(item: str, definition: dict[str, Any]) -> list[tuple[str, str]]:
    """(place, what) of everything for which the form would not be published."""
    try:
        built(item, 1, definition)
    except Broken as broken:
        return broken.mistakes
    return strange_elements(definition)


def dead_ends(item: str, definition: dict[str, Any], locale: str) -> list[Stuck]:
    """Ways through a form without mistakes that cannot be handed in, as far as answers that are made up can tell."""
    return walked(built(item, 1, definition), locale, types.FAR, MOST_WAYS).stuck


def strange_elements(definition: dict[str, Any]) -> list[tuple[str, str]]:
    """(place, what) of each binding to a fact that the city's dictionary does not know; none where there is no dictionary yet."""
    known = exchange.remembered().elements
    told = {
        pointer: said if isinstance(said, str) else str(said.get("element")) for pointer, said in (definition.get("bindings") or {}).items()
    }
    strange = [
        (f"bindings.{pointer}", f"unknown element {e}") for pointer, e in told.items() if known and e not in known and e not in OWN
    ]
    said = wallet.told()
    bound = (definition.get("bindings") or {}).items()
    climbs = [p for p, one in bound if isinstance(one, dict) and isinstance(rungs := one.get("ladder"), list) and WALLET in rungs]
    return strange + [(f"bindings.{p}", f"no certificate tells {told[p]}") for p in climbs if said and told[p] not in said]


def condition_mistakes(rule: Any, seen: Container[str], where: str, elements: Container[str] | None) -> list[str]:
    """What is wrong with a condition that may look at these questions, those of `where`, and facts; None: no dictionary is loaded yet."""
    if bad := condition_fault(rule):
        return [bad]
    pointers = list(condition_pointers(rule))
    facts = [p for p in pointers if p.startswith("@")] if elements is not None else []
    strange = [f"{p} is no element of the city's dictionary" for p in facts if p[1:] not in (elements or ())]
    return strange + [f"{p} is not asked on {where}" for p in pointers if p.startswith("/") and p[1:] not in seen]


def special_mistakes(
    specials: Sequence[Mapping[str, Any]], properties: Container[str], elements: Container[str] | None = None
) -> list[tuple[str, str]]:
    """(place, what) of everything for which procedures would not be published, besides their shape: each kind once, and only of cases that
    can be told apart by what the form asks. `elements` are the facts of a dictionary that is not loaded yet."""
    loaded = exchange.remembered().elements
    known = elements if elements is not None else {*loaded, *OWN} if loaded else None
    found: list[tuple[str, str]] = []
    for n, one in enumerate(specials):
        place = f"process.specials[{n}]"
        if one.get("kind") in [before.get("kind") for before in specials[:n]]:
            found.append((f"{place}.kind", f"there is another {one.get('kind')}"))
        if one.get("when") is not None:
            found += [(f"{place}.when", what) for what in condition_mistakes(one["when"], properties, "any page", known)]
    return found


def instant_mistakes(
    process: Mapping[str, Any], form: Mapping[str, Any], elements: Container[str] | None = None
) -> list[tuple[str, str]]:
    """(place, what) of everything for which a rule that grants at once would not be published: it looks at what registers hold and at
    nothing else, nothing of the service waits for somebody, and its own examples come out as they say."""
    rule: Mapping[str, Any] = process.get("instant") or {}
    if not rule:
        return []
    loaded = exchange.remembered().elements
    known = elements if elements is not None else {*loaded, *OWN, *wallet.ruled()} if loaded else None
    found = [("process.instant", f"nothing is granted at once where there is {name}") for name in WAITING if process.get(name)]
    asked = (form.get("schema") or {}).get("properties") or {}
    if rule.get("when") is not None:
        found += [("process.instant.when", what) for what in condition_mistakes(rule["when"], asked, "any page", set())]
    rows, held = list(rule.get("conditions") or ()), set(held_questions(form))
    for n, one in enumerate(rows):
        place = f"process.instant.conditions[{n}].when"
        bad = condition_mistakes(one.get("when"), held, "any page and answered by a register alone", known)
        if not bad:
            bad = [f"{p} is what the applicant says" for p in condition_pointers(one["when"]) if p[1:] in SELF_TOLD]
        found += [(place, what) for what in bad]
    return found if found else _failed_examples(rows, list(rule.get("examples") or ()))


def held_questions(form: Mapping[str, Any]) -> list[str]:
    """Questions whose answer a register gives and nobody types over."""
    bound: Mapping[str, Any] = form.get("bindings") or {}
    told = {p[1:]: one if isinstance(one, str) else "" if one.get("editable") else str(one.get("element")) for p, one in bound.items()}
    return [name for name, element in told.items() if element and element not in SELF_TOLD]


def _failed_examples(conditions_: Sequence[Mapping[str, Any]], examples: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for n, one in enumerate(examples):
        answers = {p[1:]: value for p, value in one["given"].items() if p.startswith("/")}
        elements = {p[1:]: value for p, value in one["given"].items() if p.startswith("@")}
        if all(conditions.holds(c["when"], answers, elements) for c in conditions_) is not one["grants"]:
            found.append((f"process.instant.examples[{n}]", "the rule says otherwise"))
    return found


def condition_holds(rule: dict[str, Any], answers: Mapping[str, Any], elements: Mapping[str, Any]) -> bool:
    """Whether a well-formed condition is true of these answers."""
    return conditions.holds(rule, answers, elements)


def answer_fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether a well-formed schema of one question takes this answer."""
    return types.compiled({"type": "object", "properties": {"it": schema}}).is_valid({"it": value})


__all__ = [
    "MOST_CONDITIONS", "MOST_EXAMPLES", "OWN", "RUNGS", "TYPES", "WALLET", "answer_fits", "condition_fault", "condition_holds",
    "condition_mistakes", "condition_pointers", "dead_ends", "form_mistakes", "held_questions", "instant_mistakes", "schema_fault",
    "special_mistakes", "strange_elements", "too_much",
]  # fmt: skip
