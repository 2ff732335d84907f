"""From the city's tables to a form that can be used, telling every mistake with its place."""
import hashlib
import json
import re
from typing import Any, cast

import msgspec
from msgspec import Struct

from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert

from . import types
from .conditions import MOST_NODES, fault, pointers, size
from .engine import MOST_CHARACTERS, MOST_CHECKS, MOST_ENTRIES, Document, Form, Option, Page, Question
from .plain import MOST_TEXT

OWN = frozenset({
    "person.name", "person.id_number", "person.sex", "person.birth_on", "person.age", "person.phone", "person.address",
    "person.household_address", "person.district", "person.nation", "firm.name", "firm.uscc", "firm.legal_name", "firm.address",
    "firm.scope", "firm.founded_on",
})  # fmt: skip
"""What is known of whoever has signed in, without asking any register."""
ELEMENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
KINDS = frozenset({"radios", "checks", "select", "text", "number", "textarea", "date", "phone", "id-number", "money", "address",
                   "group"})  # fmt: skip
KEYWORDS = frozenset({"$ref", "type", "enum", "minLength", "maxLength", "minimum", "maximum", "items", "minItems", "maxItems",
                      "uniqueItems", "pattern", "format", "const", "title", "description"})  # fmt: skip
MOST_PAGES, MOST_QUESTIONS, MOST_DOCUMENTS = 40, 100, 20
GROUP = frozenset({"properties", "required", "additionalProperties"})
MOST_PARTS = 12
SLUG = re.compile(r"[a-z][a-z0-9_-]{0,39}")
YES_NO = [Option("yes", Text("是", "Yes")), Option("no", Text("否", "No"))]
WALLET, PROMISE = "wallet", "promise"
RUNGS = (WALLET, PROMISE)
"""What may stand in for a register that does not answer, in the order in which it is offered; typing the answer always may."""
HELD = "held"
TAKEN = frozenset({HELD, "check", "consent", "again", "my-certificate"})
"""Addresses below a draft that are no pages of its form."""


def known(element: str) -> bool:
    """Whether it can be an element: one of identity's, or by its form one of the city's dictionary, asked when a form is published."""
    return element in OWN or (not element.startswith("person.") and bool(ELEMENT.fullmatch(element)))


class Broken(Exception):
    """A definition with mistakes: (place, what) of each."""

    def __init__(self, mistakes: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {what}" for place, what in mistakes))
        self.mistakes = mistakes


class Notes:
    """Collects mistakes with their places."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def add(self, place: str, what: str) -> None:
        self.found.append((place, what))

    def text(self, place: str, value: Any, *, absent: bool = False) -> Text | None:
        """A text in both languages."""
        if value is None and absent:
            return None
        try:
            return convert(value, Text)
        except msgspec.ValidationError:
            self.add(place, "must be a text { zh = …, en = … }")
            return Text("?")


def digest(definition: Any) -> str:
    """The same for the same content, whatever the order of keys."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def built(item: str, version: int, definition: dict[str, Any], sha256: str = "") -> Form:
    """The form of a definition; Broken names everything that is wrong with it."""
    notes = Notes()
    schema = cast("dict[str, Any]", definition.get("schema") or {})
    properties = cast("dict[str, Any]", schema.get("properties") or {})
    questions = _questions(definition, schema, properties, notes)
    pages = _pages(definition, questions, notes)
    documents = _documents(definition, questions, notes)
    _schema(schema, properties, notes)
    title = notes.text("title", definition.get("title"))
    if notes.found or title is None:
        raise Broken(notes.found)
    return Form(item, version, sha256 or digest(definition), title, schema, questions, pages, documents, str(definition.get("home") or ""))


def _schema(schema: dict[str, Any], properties: dict[str, Any], notes: Notes) -> None:
    if schema.get("type") != "object" or not properties:
        notes.add("schema", "must be an object with properties")
    if len(properties) > MOST_QUESTIONS:
        notes.add("schema.properties", f"at most {MOST_QUESTIONS} questions")
    for name in schema.get("required", []):
        if name not in properties:
            notes.add("schema.required", f"{name} is not a property")
    for name, shape in properties.items():
        place = f"schema.properties.{name}"
        if not isinstance(shape, dict) or not SLUG.fullmatch(name):
            notes.add(place, "must be a table under a plain name")
            continue
        if not _spelled(cast("dict[str, Any]", shape), place, notes, KEYWORDS):
            continue
        try:
            types.compiled({"type": "object", "properties": {name: shape}})
        except Exception as bad:
            notes.add(place, str(bad).splitlines()[0][:200])


def _spelled(shape: dict[str, Any], place: str, notes: Notes, known: frozenset[str]) -> bool:
    """Only words that are known, and only types of ours; in what repeats too, which itself repeats nothing."""
    for word in set(shape) - known:
        notes.add(place, f"unknown keyword {word}")
    if "$ref" in shape and shape["$ref"] not in types.SHAPES:
        notes.add(place, f"unknown type {shape['$ref']}")
        return False
    items = shape.get("items")
    if most := too_much(shape):
        notes.add(place, f"the least is more than {most}, and no more can be given")
    if not isinstance(items, dict):
        return True
    entry = cast("dict[str, Any]", items)
    well = _spelled(entry, f"{place}.items", notes, KEYWORDS - {"items"} | GROUP)
    for name, inner in cast("dict[str, Any]", entry.get("properties") or {}).items():
        if not isinstance(inner, dict) or not SLUG.fullmatch(name):
            notes.add(f"{place}.items.properties.{name}", "must be a table under a plain name")
            well = False
        else:
            well &= _spelled(cast("dict[str, Any]", inner), f"{place}.items.properties.{name}", notes, KEYWORDS - {"items"})
    return well


def _count(shape: dict[str, Any], word: str, absent: int = 0) -> float:
    """A bound of a schema; whatever is no number is told by the schema itself."""
    value = shape.get(word, absent)
    return value if isinstance(value, int | float) else absent


def too_much(shape: dict[str, Any]) -> int | None:
    """How many letters or entries can be given at most, where a question asks for at least more than that; else None."""
    group = isinstance(items := shape.get("items"), dict) and "properties" in items
    letters, given = MOST_TEXT if "maxLength" in shape else MOST_CHARACTERS, MOST_ENTRIES if group else MOST_CHECKS
    return next((most for word, most in (("minLength", letters), ("minItems", given)) if _count(shape, word) > most), None)


def _type(shape: dict[str, Any]) -> str:
    return str(shape.get("$ref") or ("enum" if "enum" in shape else shape.get("type", "")))


def _questions(definition: dict[str, Any], schema: dict[str, Any], properties: dict[str, Any], notes: Notes) -> dict[str, Question]:
    fields = cast("dict[str, Any]", definition.get("fields") or {})
    bindings = _bindings(definition, properties, notes)
    for name in set(fields) - set(properties):
        notes.add(f"fields.{name}", "is not a property of the schema")
    required = set(schema.get("required", []))
    made: dict[str, Question] = {}
    for name, shape in properties.items():
        said, place = fields.get(name), f"fields.{name}"
        if not isinstance(said, dict) or not isinstance(shape, dict):
            notes.add(place, "is missing: every question needs its words")
            continue
        words, kind = cast("dict[str, Any]", said), cast("dict[str, Any]", shape)
        made[name] = _question(name, words, kind, name in required, bindings.get(name, UNBOUND), notes)
    return made


def _question(
    name: str, said: dict[str, Any], shape: dict[str, Any], required: bool, bound: "Bound", notes: Notes
) -> Question:
    place, kind = f"fields.{name}", said.get("as", "text")
    if kind not in KINDS:
        notes.add(place, f"as must be one of {', '.join(sorted(KINDS))}")
    try:
        options = convert(said.get("options") or [], list[Option])
    except msgspec.ValidationError as bad:
        notes.add(f"{place}.options", str(bad))
        options = []
    values = shape.get("enum") or (shape.get("items") or {}).get("enum") or []
    if values == ["yes", "no"] and not options:
        options = YES_NO
    if set(values) != {o.value for o in options}:
        notes.add(f"{place}.options", "must be the values of the schema, each with its label")
    if kind in ("radios", "checks", "select") and not values:
        notes.add(place, f"{kind} needs an enum")
    parts = _parts(name, said, shape, notes) if kind == "group" else []
    label = notes.text(f"{place}.label", said.get("label")) or Text("?")
    shape_of = types.SHAPES.get(_type(shape), {}) | shape
    return Question(
        name=name, label=label, kind=str(kind), type=_type(shape), required=required,
        hint=notes.text(f"{place}.hint", said.get("hint"), absent=True), options=options,
        unit=notes.text(f"{place}.unit", said.get("unit"), absent=True), element=bound.element, editable=bound.editable,
        most=shape_of.get("maxLength"), parts=parts, ladder=bound.ladder,
    )  # fmt: skip


def _parts(name: str, said: dict[str, Any], shape: dict[str, Any], notes: Notes) -> list[Question]:
    """The questions of each entry of a repeated group."""
    place, items = f"fields.{name}", cast("dict[str, Any]", shape.get("items") or {})
    properties, fields = cast("dict[str, Any]", items.get("properties") or {}), cast("dict[str, Any]", said.get("of") or {})
    most = _count(shape, "maxItems", MOST_ENTRIES)
    if shape.get("type") != "array" or not 1 <= len(properties) <= MOST_PARTS or set(fields) != set(properties) or most > MOST_ENTRIES:
        notes.add(place, f"a group is an array of at most {MOST_ENTRIES} objects with 1 to {MOST_PARTS} properties, their words in `of`")
        return []
    made: list[Question] = []
    for part, inner in properties.items():
        words = cast("dict[str, Any]", fields[part]) if isinstance(fields[part], dict) else {}
        if words.get("as") in ("group", "checks") or not isinstance(inner, dict):
            notes.add(f"{place}.of.{part}", "inside of a group nothing repeats")
            continue
        made.append(_question(part, words, cast("dict[str, Any]", inner), part in (items.get("required") or ()), UNBOUND, notes))
    return made


class Bound(Struct, frozen=True):
    """To which fact a question is bound, whether it may be changed, and what stands in when its register does not answer."""

    element: str = ""
    editable: bool = False
    ladder: tuple[str, ...] = ()


UNBOUND = Bound()


def _bindings(definition: dict[str, Any], properties: dict[str, Any], notes: Notes) -> dict[str, Bound]:
    found: dict[str, Bound] = {}
    for pointer, said in cast("dict[str, Any]", definition.get("bindings") or {}).items():
        name, place = pointer.strip("/"), f"bindings.{pointer}"
        told: dict[str, Any] = {"element": said} if isinstance(said, str) else said
        if name not in properties:
            notes.add(place, "is not a property of the schema")
        elif not known(str(told.get("element"))):
            notes.add(place, f"unknown element {told.get('element')}")
        else:
            found[name] = Bound(str(told["element"]), bool(told.get("editable")), _ladder(told, place, notes))
    return found


def _ladder(told: dict[str, Any], place: str, notes: Notes) -> tuple[str, ...]:
    said = told.get("ladder", [])
    if not isinstance(said, list) or [r for r in RUNGS if r in said] != said:
        notes.add(place, f"ladder is made of {' and '.join(RUNGS)}, in this order, each once")
        return ()
    if said and told["element"] in OWN:
        notes.add(place, "a ladder is for facts that a register holds")
    return tuple(cast("list[str]", said))


def _pages(definition: dict[str, Any], questions: dict[str, Question], notes: Notes) -> tuple[Page, ...]:
    pages: list[Page] = []
    asked: set[str] = set()
    for i, said in enumerate(definition.get("pages") or []):
        place, ask = f"pages[{i}]", tuple(said.get("ask") or ())
        ident = str(said.get("id", ""))
        if not SLUG.fullmatch(ident) or ident in {p.id for p in pages} | TAKEN or ident.startswith("file-"):
            notes.add(place, f"id {ident!r} must be a plain word, used once")
        for name in ask:
            if name not in questions or name in asked:
                notes.add(place, f"{name} is unknown or asked twice")
        _condition(said.get("when"), f"{place}.when", asked, notes)
        title = notes.text(f"{place}.title", said.get("title"), absent=True)
        if not title and len(ask) > 1:
            notes.add(place, "a page with several questions needs a title")
        label = questions[ask[0]].label if ask and ask[0] in questions else Text("?")
        pages.append(Page(ident, ask, title or label, said.get("when")))
        asked |= set(ask)
    if not 1 <= len(pages) <= MOST_PAGES:
        notes.add("pages", f"1 to {MOST_PAGES} pages")
    loose = tuple(n for n in questions if n not in asked)
    for name in loose:
        if not questions[name].element:
            notes.add(f"fields.{name}", "is asked on no page and bound to nothing")
    return (Page(HELD, loose, Text("您的信息", "About you")), *pages) if loose else tuple(pages)


def _documents(definition: dict[str, Any], questions: dict[str, Question], notes: Notes) -> tuple[Document, ...]:
    try:
        documents = convert(definition.get("documents") or [], list[Document])
    except msgspec.ValidationError as bad:
        notes.add("documents", str(bad))
        return ()
    for i, document in enumerate(documents):
        place = f"documents[{i}]"
        if not SLUG.fullmatch(document.code) or document.code in {d.code for d in documents[:i]} or not 1 <= document.max <= 30:
            notes.add(place, f"code {document.code!r} must be a plain word used once, max from 1 to 30")
        if not document.required and (document.owable or document.promisable):
            notes.add(place, "owable and promisable are for papers that are required")
        _condition(document.when, f"{place}.when", set(questions), notes)
    if len(documents) > MOST_DOCUMENTS:
        notes.add("documents", f"at most {MOST_DOCUMENTS} documents")
    return tuple(documents)


def _condition(rule: Any, place: str, earlier: set[str], notes: Notes) -> None:
    if rule is None:
        return
    if bad := fault(rule):
        notes.add(place, bad)
        return
    if size(rule) > MOST_NODES:
        notes.add(place, f"at most {MOST_NODES} operators")
    for pointer in pointers(rule):
        name = pointer[1:]
        if pointer.startswith("@") and not known(name):
            notes.add(place, f"unknown element {name}")
        if pointer.startswith("/") and name.split("/")[0] not in earlier:
            notes.add(place, f"{pointer} is not asked on an earlier page")
