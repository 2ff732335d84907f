"""One definition, three uses: the next page, the check of a page, and what is handed in.

The order of pages is a function of answers and elements. A condition sees only answers of earlier reachable pages, so a branch that
sleeps cannot wake another; what was typed in it stays in the draft and is not handed in.
"""
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal, cast

import jsonschema_rs
from msgspec import Struct, field

from onedoor.kernel.i18n import Text, say

from . import types, words
from .conditions import holds
from .plain import MOST_TEXT

MOST_CHARACTERS, MOST_ENTRIES, MOST_CHECKS = 2000, 12, 100


class Option(Struct, frozen=True):
    """One of the answers to choose from."""

    value: str
    label: Text
    hint: Text | None = None


class Question(Struct, frozen=True):
    """One field of a form."""

    name: str
    label: Text
    kind: str
    type: str
    required: bool
    hint: Text | None = None
    options: list[Option] = field(default_factory=list[Option])
    unit: Text | None = None
    element: str = ""
    editable: bool = False
    most: int | None = None
    parts: list["Question"] = field(default_factory=list["Question"])
    """What each entry of a repeated group asks."""
    ladder: tuple[str, ...] = ()
    """What may stand in when the register that holds it does not answer."""


class Page(Struct, frozen=True):
    """What is asked at one time: one question, or several that are one thought."""

    id: str
    ask: tuple[str, ...]
    title: Text
    when: dict[str, Any] | None = None


class Document(Struct, frozen=True):
    """A paper to be uploaded."""

    code: str
    name: Text
    hint: Text | None = None
    required: bool = True
    when: dict[str, Any] | None = None
    max: int = 5
    owable: Literal["", "decision", "delivery"] = ""
    """容缺: may be given later, before the decision or before what was granted is handed over."""
    promisable: bool = False
    """承诺: a promise may stand for it."""

    @property
    def page(self) -> str:
        return f"file-{self.code}"


class Fault(Struct, frozen=True):
    """One answer that needs another look, the page it is on, and what to do."""

    pointer: str
    detail: str
    page: str


class Submission(Struct, frozen=True):
    """What would be handed in now, and what still stands in the way."""

    answers: dict[str, Any]
    faults: list[Fault]


class Form(Struct, frozen=True):
    """表单: a published form, ready to use."""

    item: str
    version: int
    sha256: str
    title: Text
    schema: dict[str, Any]
    questions: dict[str, Question]
    pages: tuple[Page, ...]
    documents: tuple[Document, ...]
    home: str = ""
    """Where drafts of this form begin and are handed in, when they become something else than one case."""

    def __hash__(self) -> int:
        return hash(self.sha256)

    def held(self, elements: Mapping[str, Any]) -> dict[str, Any]:
        """Answers that a register gives and nobody may change here."""
        return {
            q.name: _plain(elements[q.element])
            for q in self.questions.values()
            if q.element and not q.editable and elements.get(q.element) not in (None, "")
        }

    def suggested(self, elements: Mapping[str, Any]) -> dict[str, Any]:
        """Answers that are filled in and may be changed for this case."""
        return {
            q.name: _plain(elements[q.element])
            for q in self.questions.values()
            if q.element and q.editable and elements.get(q.element) not in (None, "")
        }

    def again(self, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> tuple[str, ...]:
        """Questions that were put to the applicant although a register holds the very answer. What was filled in for them is not asked."""
        given = {*self.held(elements), *self.suggested(elements)}
        known = {word for value in elements.values() if (word := _telling(value))}
        return tuple(name for name, value in answers.items() if name not in given and _telling(value) in known)

    def path(self, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> list[Page]:
        """The reachable pages in order."""
        known = self.held(elements)
        seen: dict[str, Any] = {}
        pages: list[Page] = []
        for page in self.pages:
            if holds(page.when, seen, elements):
                pages.append(page)
                seen |= {n: known[n] if n in known else answers[n] for n in page.ask if n in known or n in answers}
        return pages

    def asked(self, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> list[Page]:
        """The reachable pages that still have something to ask; the rest is known already."""
        known = self.held(elements)
        return [p for p in self.path(answers, elements) if any(n not in known for n in p.ask)]

    def papers(self, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> list[Document]:
        """The documents that these answers call for."""
        kept = self.kept(answers, elements)
        return [d for d in self.documents if holds(d.when, kept, elements)]

    def kept(self, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> dict[str, Any]:
        """The answers of reachable pages, held ones included: all that is ever handed in."""
        return _kept(self.path(answers, elements), self.held(elements), answers)

    def asleep(self, answers: Mapping[str, Any], elements: Mapping[str, Any]) -> list[str]:
        """Names that were answered on a branch that is closed now."""
        kept = self.kept(answers, elements)
        return [n for n in answers if n not in kept and n in self.questions]

    def tidy(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Answers as the types write them; an empty one is no answer."""
        return _tidied(self.questions, given)

    def page_faults(self, page: Page, given: Mapping[str, Any], elements: Mapping[str, Any], locale: str, today: date) -> list[Fault]:
        """What is wrong with the answers of one page, all at once."""
        known = self.held(elements)
        names = [n for n in page.ask if n not in known]
        answers = {n: given[n] for n in names if n in given}
        return self._faults(tuple(names), answers, dict.fromkeys(names, page.id), locale, today)

    def submission(self, answers: Mapping[str, Any], elements: Mapping[str, Any], locale: str, today: date) -> Submission:
        """What is handed in, and every fault of it; unknown answers are faults of their own."""
        pages = self.path(answers, elements)
        known = self.held(elements)
        kept = _kept(pages, known, answers)
        where = {n: p.id for p in pages for n in p.ask}
        names = tuple(n for p in pages for n in p.ask if n not in known)
        faults = self._faults(names, {n: v for n, v in kept.items() if n not in known}, where, locale, today)
        strange = [Fault(f"/{n}"[:200], say(locale, "表单里没有这个问题"), "") for n in answers if n not in self.questions]
        faults += strange + self._born(kept, where, locale)
        return Submission(kept, faults)

    def _faults(self, names: tuple[str, ...], answers: dict[str, Any], where: dict[str, str], locale: str, today: date) -> list[Fault]:
        told: dict[str, str] = {}
        leaves = list(_leaves(self.questions, answers))
        for pointer, question, value in leaves:
            if bad := types.fault(question.type, value, locale, today):
                told[pointer] = bad
        for bad in _validator(self, names).iter_errors(answers):
            missing = str(getattr(bad.kind, "property", ""))
            pointer = "/" + "/".join(str(part) for part in (*bad.instance_path, *([missing] if missing else ())))
            if question := self._asked(pointer):
                said = words.missing(locale, question.kind) if missing else words.told(locale, bad, question.kind)
                told.setdefault(pointer, said)
        for pointer in (p for p, _, value in leaves if isinstance(value, str) and len(value) > MOST_TEXT):
            told.setdefault(pointer, say(locale, "太长了，最多 {n} 个字", n=MOST_TEXT))
        return [Fault(p, said, where.get(n, "")) for n in names for p, said in told.items() if p.split("/")[1] == n]

    def _asked(self, pointer: str) -> Question | None:
        """The question at `/name`, or at `/name/0/part` of a repeated group."""
        name, *rest = pointer.strip("/").split("/")
        question = self.questions.get(name)
        inner = {part.name: part for part in question.parts} if question else {}
        return inner.get(rest[-1], question) if rest else question

    def _born(self, kept: Mapping[str, Any], where: dict[str, str], locale: str) -> list[Fault]:
        """A date of birth must be the one that the identity number beside it carries."""
        faults: list[Fault] = []
        for name in kept:
            if self.questions[name].type == "od:citizen-id":
                stem = name.removesuffix("_number").removesuffix("id")
                for other in (f"{stem}birth_on", f"{stem}birth", f"{stem}birthday", f"{stem}born_on"):
                    number = str(kept[name])
                    if other != name and other in kept and str(kept[other]).replace("-", "") != number[6:14]:
                        faults.append(Fault(f"/{other}", say(locale, "生日和身份证号第 7 到 14 位不一致，请核对"), where.get(other, "")))
        return faults


def _kept(pages: list[Page], known: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    return {n: known[n] if n in known else answers[n] for p in pages for n in p.ask if n in known or n in answers}


def _telling(value: Any) -> str:
    """A value as one would recognise it elsewhere; empty when it says too little for that, such as "yes" or a small number."""
    word = "".join(_plain(value).split()) if isinstance(value, str | Text) else ""
    return word if len(word) >= 6 or (len(word) >= 2 and word > "\u2e80") else ""


def _tidied(questions: Mapping[str, Question], given: Mapping[str, Any]) -> dict[str, Any]:
    tidied = {n: _tidy(questions[n], v) if n in questions else v for n, v in given.items()}
    return {n: v for n, v in tidied.items() if v not in (None, "", [])}


def _tidy(question: Question, value: Any) -> Any:
    """A group's entries one by one; one in which nothing stands is none."""
    if not question.parts or not isinstance(value, list):
        return types.tidy(question.type, value)
    inner = {part.name: part for part in question.parts}
    entries = [_tidied(inner, entry) if isinstance(entry, Mapping) else entry for entry in cast("list[Any]", value)]
    return [entry for entry in entries if entry != {}]


def _leaves(questions: Mapping[str, Question], answers: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Question, Any]]:
    """Each single answer with its pointer."""
    for name, value in answers.items():
        question = questions.get(name)
        if question is None:
            continue
        if not question.parts:
            yield f"{above}/{name}", question, value
        elif isinstance(value, list):
            inner = {part.name: part for part in question.parts}
            for i, entry in enumerate(cast("list[Any]", value)):
                if isinstance(entry, Mapping):
                    yield from _leaves(inner, cast("Mapping[str, Any]", entry), f"{above}/{name}/{i}")


def _plain(value: Any) -> Any:
    return value.zh if isinstance(value, Text) else value


@lru_cache(maxsize=512)
def _validator(form: Form, names: tuple[str, ...]) -> jsonschema_rs.Draft202012Validator:
    """The effective schema of one path: only its questions, and required only where the path asks them."""
    properties = {n: _bounded(form.schema["properties"][n]) for n in names}
    required = [n for n in form.schema.get("required", []) if n in properties]
    return types.compiled({"type": "object", "additionalProperties": False, "properties": properties, "required": required})


def _bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """Free text without a limit of its own gets ours."""
    if schema.get("type") == "string" and "maxLength" not in schema and "enum" not in schema:
        return schema | {"maxLength": MOST_CHARACTERS}
    if schema.get("type") == "array" and (inner := schema["items"].get("properties")):
        entry = schema["items"] | {"properties": {n: _bounded(v) for n, v in inner.items()}, "additionalProperties": False}
        return {"maxItems": MOST_ENTRIES} | schema | {"items": entry}
    if schema.get("type") == "array":
        return {"uniqueItems": True, "maxItems": MOST_CHECKS} | schema
    return schema


