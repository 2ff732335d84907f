"""One form for many departments: the union of the legs' questions, the same thing asked once. Pure; mistakes are told with their places."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct, field

from onedoor.cases.service import checking
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import to_builtins

from .joining import Clash, joined, stricter, told
from .models import FORMS, LegMade, LegPlan, NewJourney

MOST_LEGS, MOST_SITUATIONS = 12, 5
Table = dict[str, Any]
Path = tuple[str | int, ...]


class ItemSaid(Struct, frozen=True):
    """What is known of a leg's item: its form, and what surrounds it."""

    title: Text
    department: str
    form: Table
    trips: int = 0
    cert_type: str | None = None
    claims: frozenset[str] = frozenset()


class Merged(Struct):
    """A journey put together, and everything that is wrong with it."""

    form: Table
    legs: list[LegMade]
    faults: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])


class _Page(Struct):
    id: str
    ask: list[str]
    title: Any
    when: Any
    earlier: frozenset[str]


class _Form:
    """The journey's form while it grows leg by leg."""

    def __init__(self, journey: NewJourney) -> None:
        self.journey = journey
        self.properties: dict[str, Table] = {}
        self.fields: dict[str, Table] = {}
        self.bindings: dict[str, Table] = {}
        self.wanted: dict[str, set[str]] = {}
        """Which legs cannot do without an answer."""
        self.pages: list[_Page] = []
        self.documents: dict[str, Table] = {}
        self.faults: list[tuple[Path, str]] = []
        for one in journey.situation:
            self.properties[one.name] = {"enum": [o.value for o in one.options]}
            self.fields[one.name] = {k: v for k, v in to_builtins(one).items() if k != "name" and v is not None} | {"as": "radios"}
            self.wanted[one.name] = {""}
            self._page(one.name.replace("_", "-"), [one.name], None, True)

    def add(self, place: int, plan: LegPlan, said: ItemSaid, legs: Mapping[str, ItemSaid]) -> LegMade:
        """The questions, pages and papers of one leg."""
        leg = _Leg(place, plan, said)
        leg.sort(self, legs)
        needed = plan.when if plan.when is not None else True
        pages = leg.shown(needed)
        for name, question in leg.places.items():
            self._question(leg, name, question)
        for page, rule in pages:
            names = [leg.places[name] for name in page["ask"] if name in leg.places]
            if names:
                self._place(leg, page, names, rule, needed)
        papers = self._papers(leg, needed)
        return LegMade(
            code=plan.code, item=plan.item, title=plan.name or said.title, department=said.department, when=plan.when, why_not=plan.why_not,
            after=plan.after, places=leg.places, fixed=leg.fixed, takes=leg.takes, papers=papers, trips=said.trips,
            cert_type=said.cert_type,
        )  # fmt: skip

    def _question(self, leg: "_Leg", name: str, question: str) -> None:
        """One question, or what another leg wants of the same."""
        schema, words = leg.properties[name], cast("Table", leg.said.form["fields"][name])
        binding = leg.bindings.get(name)
        if question not in self.properties:
            self.properties[question], self.fields[question] = schema, words
            if binding:
                self.bindings[f"/{question}"] = binding
        else:
            try:
                self.properties[question] = stricter(self.properties[question], schema)
            except Clash as clash:
                self.faults.append((leg.path(name), f"/{question} is asked for another leg too, and {clash}"))
                return
            if binding and (known := self.bindings.setdefault(f"/{question}", binding)) != binding:
                if known["element"] != binding["element"]:
                    self.faults.append((leg.path(name), f"/{question} is bound to {known['element']} and to {binding['element']}"))
                self.bindings[f"/{question}"] = {**known, "editable": known["editable"] and binding["editable"]}
            _narrow(self.fields, question, self.properties[question])
        if name in leg.required:
            self.wanted.setdefault(question, set()).add(leg.plan.code)

    def _place(self, leg: "_Leg", asked: Table, names: list[str], rule: Any, needed: Any) -> None:
        """New questions get a page; pages of those that are there already are shown for this leg too. Where the leg's own condition
        cannot be known yet, the answer may be left out: whether the leg can do without is seen before the press."""
        where = {name: page for page in self.pages for name in page.ask}
        for page in {id(where[n]): where[n] for n in names if n in where}.values():
            known = _pointers(rule) <= page.earlier
            shared = [n for n in page.ask if n in names]
            for name in () if known else shared:
                self.wanted.get(name, set()).discard(leg.plan.code)
            wanted = joined("any", [page.when, rule if known else needed])
            if wanted != page.when:
                self._alone(page, shared).when = wanted
        fresh = [n for n in dict.fromkeys(names) if n not in where]
        if fresh:
            self._page(f"{leg.plan.code}-{asked['id']}"[:40], fresh, asked.get("title") if len(fresh) > 1 else None, rule)

    def _alone(self, page: _Page, names: list[str]) -> _Page:
        """What several legs ask stands on a page of its own, so that nobody is asked what only the first of them wants."""
        if names == page.ask:
            return page
        apart = _Page(f"{page.id[:38]}-0", names, page.title if len(names) > 1 else None, page.when, page.earlier)
        page.ask = [n for n in page.ask if n not in names]
        page.earlier |= set(names)
        page.title = page.title if len(page.ask) > 1 else None
        self.pages.insert(self.pages.index(page), apart)
        return apart

    def _page(self, ident: str, names: list[str], title: Any, rule: Any) -> None:
        self.pages.append(_Page(ident, names, title, rule, frozenset(n for page in self.pages for n in page.ask)))

    def _papers(self, leg: "_Leg", needed: Any) -> dict[str, str]:
        """Papers of the same name are one paper."""
        found: dict[str, str] = {}
        for one in cast("list[Table]", leg.said.form.get("documents") or []):
            rule = joined("all", [needed, told(one.get("when"), leg.given, leg.places)])
            if rule is False:
                continue
            code = next((c for c, d in self.documents.items() if d["name"] == one["name"]), "")
            if code:
                known = self.documents[code]
                known["when"] = joined("any", [known["when"], rule])
                known["required"] = known.get("required", True) or one.get("required", True)
                known["max"] = min(known.get("max", 5), one.get("max", 5))
            else:
                code = one["code"] if one["code"] not in self.documents else f"{leg.plan.code}-{one['code']}"[:40]
                self.documents[code] = {**one, "code": code, "when": rule}
            found[one["code"]] = code
        return found

    def definition(self) -> Table:
        """As any other form is published."""
        pages = [
            {"id": p.id, "ask": p.ask} | ({"title": p.title} if p.title else {}) | ({} if p.when is True else {"when": p.when})
            for p in self.pages
        ]
        documents = [{k: v for k, v in d.items() if k != "when"} | ({} if d["when"] is True else {"when": d["when"]})
                     for d in self.documents.values()]  # fmt: skip
        return {
            "title": to_builtins(self.journey.name), "home": f"/journeys/{self.journey.code}",
            "schema": {
                "type": "object", "additionalProperties": False, "properties": self.properties,
                "required": sorted(n for n, legs in self.wanted.items() if legs),
            },
            "fields": self.fields, "pages": pages, "bindings": self.bindings, "documents": documents,
        }  # fmt: skip


class _Leg:
    """One leg's item, and where the answer to each of its questions comes from."""

    def __init__(self, place: int, plan: LegPlan, said: ItemSaid) -> None:
        self.place, self.plan, self.said = place, plan, said
        schema = cast("Table", said.form.get("schema") or {})
        self.properties = cast("dict[str, Table]", schema.get("properties") or {})
        self.required = set(cast("list[str]", schema.get("required") or []))
        self.pages = cast("list[Table]", said.form.get("pages") or [])
        self.bindings = {
            pointer.strip("/"): {"element": b, "editable": False} if isinstance(b, str) else {"editable": False, **b}
            for pointer, b in cast("Table", said.form.get("bindings") or {}).items()
        }  # fmt: skip
        self.places: dict[str, str] = {}
        self.fixed: dict[str, Any] = {}
        self.given: dict[str, Any] = {}
        self.takes: dict[str, list[str]] = {}

    def shown(self, needed: Any) -> list[tuple[Table, Any]]:
        """The pages that are not closed by what is fixed, each with its condition. Questions of closed ones are answered by nobody."""
        found: list[tuple[Table, Any]] = []
        self.given = dict(self.fixed)
        for page in self.pages:
            rule = joined("all", [needed, told(page.get("when"), self.given, self.places)])
            if rule is not False:
                found.append((page, rule))
                continue
            for name in page["ask"]:
                self.places.pop(name, None)
                self.given[name] = None
        return found

    def path(self, name: str) -> Path:
        return ("leg", self.place, "map", name) if name in self.plan.map else ("leg", self.place)

    def sort(self, form: _Form, legs: Mapping[str, ItemSaid]) -> None:
        """Each question is asked under a name, always the same, or read from an earlier certificate."""
        for name in self.plan.map:
            if name not in self.properties:
                form.faults.append((self.path(name), f"{self.plan.item} has no question {name}"))
        for name, schema in self.properties.items():
            source = self.plan.map.get(name)
            if isinstance(source, str):
                self.places[name] = source.strip("/")
            elif isinstance(source, dict) and set(source) == {"is"}:
                self.fixed[name] = source["is"]
                if not checking.answer_fits(schema, source["is"]):
                    form.faults.append((self.path(name), f"{source['is']!r} is no answer to {name}"))
            elif isinstance(source, dict) and set(source) == {"leg", "claim"}:
                self._take(form, name, source["leg"], source["claim"], legs)
            elif source is None:
                element = str(self.bindings[name]["element"]) if name in self.bindings else ""
                alone = f"{self.plan.code}_{name}".replace("-", "_")[:40]
                self.places[name] = element.removeprefix("person.").replace(".", "_") if element else alone
            else:
                form.faults.append((self.path(name), 'is "/question", { is = … } or { leg = …, claim = … }'))

    def _take(self, form: _Form, name: str, leg: str, claim: str, legs: Mapping[str, ItemSaid]) -> None:
        self.takes[name] = [leg, claim, (legs[leg].cert_type if leg in legs else None) or ""]
        if leg not in self.plan.after:
            form.faults.append((self.path(name), f"takes from {leg}, and must come after it"))
        elif claim not in legs[leg].claims:
            form.faults.append((self.path(name), f"the certificate of {leg} does not say {claim}"))


def _narrow(fields: dict[str, Table], question: str, schema: Mapping[str, Any]) -> None:
    """Options that one of the legs does not take are not offered."""
    values = schema.get("enum") or (schema.get("items") or {}).get("enum")
    if values and fields[question].get("options"):
        options = [o for o in fields[question]["options"] if o["value"] in values]
        fields[question] = {**fields[question], "options": options}


def _pointers(rule: Any) -> set[str]:
    if isinstance(rule, bool):
        return set()
    return {p[1:].split("/")[0] for p in checking.condition_pointers(rule) if p.startswith("/")}


def merged(journey: NewJourney, items: Mapping[str, ItemSaid]) -> Merged:
    """The form of a journey and its legs; `faults` names everything for which it must not be published."""
    faults: list[tuple[Path, str]] = _shape(journey, items)
    if faults:
        return Merged({}, [], faults)
    form = _Form(journey)
    by_leg = {plan.code: items[plan.item] for plan in journey.leg}
    legs = [form.add(place, plan, items[plan.item], by_leg) for place, plan in enumerate(journey.leg)]
    definition = form.definition()
    faults = form.faults
    if not faults:
        faults = [((), f"the form put together is not well: {place}: {what}") for place, what in
                  checking.form_mistakes(FORMS + journey.code, definition)]  # fmt: skip
    return Merged(definition, legs, faults)


def _shape(journey: NewJourney, items: Mapping[str, ItemSaid]) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    if not 2 <= len(journey.situation) <= MOST_SITUATIONS:
        found.append((("situation",), f"2 to {MOST_SITUATIONS} questions tell what is needed"))
    if not 2 <= len(journey.leg) <= MOST_LEGS:
        found.append((("leg",), f"a journey has 2 to {MOST_LEGS} legs"))
    asked = {one.name for one in journey.situation}
    for place, plan in enumerate(journey.leg):
        at: Path = ("leg", place)
        if plan.code in [p.code for p in journey.leg[:place]] or not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", plan.code):
            found.append(((*at, "code"), f"{plan.code!r} must be a plain word, used once"))
        if plan.item not in items:
            found.append(((*at, "item"), f"{plan.item!r} is no item that is applied for online"))
        if plan.when is not None:
            found += [((*at, "when"), what) for what in _when(plan.when, asked)]
            if plan.why_not is None:
                found.append((at, "has a condition, and must say in `why_not` what is told when it is not needed"))
        codes = {p.code for p in journey.leg}
        found += [((*at, "after"), f"there is no leg {code!r}") for code in plan.after if code not in codes]
    if not found and (loop := _loop(journey.leg)):
        found.append((("leg", loop[0], "after"), f"{loop[1]} waits for itself in the end"))
    return found


def _when(rule: Table, asked: set[str]) -> list[str]:
    if bad := checking.condition_fault(rule):
        return [bad]
    return [f"{p} is not a situation of this journey" for p in checking.condition_pointers(rule) if p[0] == "/" and p[1:] not in asked]


def _loop(legs: Sequence[LegPlan]) -> tuple[int, str] | None:
    """A leg that cannot begin because it waits, by way of others, for itself."""
    after = {plan.code: set(plan.after) for plan in legs}
    while free := [code for code, before in after.items() if not before & after.keys()]:
        for code in free:
            del after[code]
    return next(((place, plan.code) for place, plan in enumerate(legs) if plan.code in after), None)
