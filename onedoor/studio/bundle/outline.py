"""All parts of a service in their order, and what is done to entries of a list: add, change, up, down, take away."""

import copy
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from onedoor.kernel.i18n import pick, say
from onedoor.studio.models import Bundle

from . import parts, procedures, questions
from .applying import PROCESS
from .boxes import look
from .granting import CONDITIONS, GRANTING, without_rest
from .outcome import CERTIFICATE, PAPER, PAPERS
from .parts import MATERIALS, STEPS, Part, entries, with_list
from .procedures import SPECIAL, SPECIALS

ALL = (parts.BASICS, parts.GUIDE, parts.STEP, parts.MATERIAL, questions.QUESTION, PAPER, PROCESS, SPECIAL, GRANTING, CERTIFICATE)
BY_KEY = {part.key: part for part in ALL}
PLACES = {"steps": STEPS, "materials": MATERIALS, "papers": PAPERS, "specials": SPECIALS, "instant": CONDITIONS}
NAME, NUMBER = "name", "id_number"


class Entry(Struct, frozen=True):
    """One line of a list part."""

    place: int
    label: str
    detail: str = ""


def shown(bundle: Bundle) -> tuple[Part, ...]:
    """The parts that this service has: what is read or done at a counter has no questions."""
    return tuple(part for part in ALL if not part.online or bundle.get("online") == "online")


def title(locale: str, key: str) -> str:
    """What a part is called."""
    words = {
        "basics": say(locale, "名称和分类"), "guide": say(locale, "办事指南"), "steps": say(locale, "办理步骤"),
        "materials": say(locale, "材料清单"), "questions": say(locale, "要问的问题"), "papers": say(locale, "要上传的文件"),
        "process": say(locale, "办理规则"), "specials": say(locale, "特别程序"), "instant": say(locale, "当场批准"),
        "certificate": say(locale, "发什么证"), "": say(locale, "整个事项"),
    }  # fmt: skip
    return words.get(key, key)


def lines(locale: str, bundle: Bundle, key: str) -> Iterator[Entry]:
    """The entries of a list part, in words."""
    if key == "questions":
        kinds = dict(questions.kinds(locale))
        for place, name in enumerate(questions.names(bundle)):
            field = look(bundle, ("form", "fields", name)) or {}
            shape = look(bundle, ("form", "schema", "properties", name)) or {}
            kind = kinds.get(questions.kind_of(shape, str(field.get("as")), field.get("options")), "")
            notes = [kind, *_notes(locale, bundle, name)]
            yield Entry(place, questions.label(locale, bundle, name), " · ".join(n for n in notes if n))
    elif key == "specials":
        for place, one in enumerate(entries(bundle, SPECIALS)):
            days = say(locale, "最多 {n} 个工作日", n=one.get("max_days") or 0)
            yield Entry(place, procedures.kinds(locale).get(str(one.get("kind")), "") or say(locale, "（还没有写）"), days)
    elif key in PLACES:
        for place, one in enumerate(entries(bundle, PLACES[key])):
            words = one if key == "steps" else one.get("words" if key == "instant" else "name")
            yield Entry(place, pick(locale, words) or say(locale, "（还没有写）"))


def _notes(locale: str, bundle: Bundle, name: str) -> Iterator[str]:
    if look(bundle, ("form", "bindings", f"/{name}")):
        yield say(locale, "登记库已知")
    at = questions.page_of(bundle, name)
    if at >= 0 and questions.pages(bundle)[at].get("when"):
        yield say(locale, "有条件")


def count(bundle: Bundle, key: str) -> int:
    """How many entries a list part has."""
    return len(questions.names(bundle)) if key == "questions" else len(entries(bundle, PLACES[key]))


def removed(bundle: Bundle, key: str, place: int) -> Bundle:
    """Without this entry."""
    if key != "questions":
        found = entries(bundle, PLACES[key])
        return without_rest(with_list(bundle, PLACES[key], [*found[:place], *found[place + 1 :]]))
    name, made = questions.names(bundle)[place], copy.deepcopy(bundle)
    form = made["form"]
    form["schema"]["properties"].pop(name)
    form["schema"]["required"] = [n for n in form["schema"].get("required", []) if n != name]
    form["fields"].pop(name, None)
    form.get("bindings", {}).pop(f"/{name}", None)
    for page in form["pages"]:
        page["ask"] = [n for n in page["ask"] if n != name]
        if len(page["ask"]) == 1:
            page.pop("title", None)
    form["pages"] = [p for p in form["pages"] if p["ask"]]
    return made


def moved(bundle: Bundle, key: str, place: int, step: int) -> Bundle:
    """With this entry one place up (-1) or down (+1); at the end of the list it stays."""
    if key == "questions":
        return _moved_question(bundle, questions.names(bundle)[place], step)
    found = entries(bundle, PLACES[key])
    if not 0 <= place + step < len(found):
        return bundle
    found[place], found[place + step] = found[place + step], found[place]
    return with_list(bundle, PLACES[key], found)


def _moved_question(bundle: Bundle, name: str, step: int) -> Bundle:
    """Within its page, and past its page's end together with the whole page."""
    made = copy.deepcopy(bundle)
    pages: list[dict[str, Any]] = made["form"]["pages"]
    at = questions.page_of(bundle, name)
    if at < 0:
        return bundle
    ask: list[str] = pages[at]["ask"]
    inside = ask.index(name)
    if 0 <= inside + step < len(ask):
        ask[inside], ask[inside + step] = ask[inside + step], ask[inside]
    elif 0 <= at + step < len(pages):
        pages[at], pages[at + step] = pages[at + step], pages[at]
    return made


def blank(code: str, department: str, category: str, name: dict[str, str]) -> Bundle:
    """A new service: it asks who the applicant is, and registers answer that."""
    nothing = {"zh": "", "en": ""}
    return {
        "code": code, "name": name, "department": department, "category": category, "audience": "citizen", "online": "online",
        "aliases": [], "districts": [],
        "guide": {"summary": nothing, "who": nothing, "fee": {"zh": "不收费", "en": "Free"}, "promised_days": 5, "statutory_days": 20,
                  "trips": 0, "where": {"zh": "全程网上办", "en": "Entirely online"}, "basis": []},
        "process": {}, "form": person_form(name),
    }  # fmt: skip


def person_form(title: dict[str, str]) -> dict[str, Any]:
    """A form that asks nothing yet."""
    return {
        "version": 1, "title": title,
        "schema": {
            "type": "object", "additionalProperties": False, "required": [NAME, NUMBER],
            "properties": {NAME: {"$ref": "od:name"}, NUMBER: {"$ref": "od:citizen-id"}},
        },
        "fields": {
            NAME: {"label": {"zh": "姓名", "en": "Name"}, "as": "text"},
            NUMBER: {"label": {"zh": "身份证号", "en": "ID number"}, "as": "id-number"},
        },
        "pages": [{"id": "person", "ask": [NAME, NUMBER], "title": {"zh": "您的身份信息", "en": "About you"}}],
        "bindings": {f"/{NAME}": "person.name", f"/{NUMBER}": "person.id_number"},
    }  # fmt: skip
