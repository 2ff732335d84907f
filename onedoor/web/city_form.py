"""An item's form and process, looked at as a whole: does every question exist, is it asked, may its conditions see what they look at."""

import re
from collections.abc import Collection, Container, Mapping
from typing import Any, cast

from onedoor.cases.service import checking
from onedoor.wallet import service as wallet

from .city_shape import Page
from .toml_lines import Path

CHOICES = ("radios", "checks", "select")
YES_NO = ["yes", "no"]
"""An enum that needs no labels of its own."""
Table = dict[str, Any]


def _table(value: Any) -> Table:
    return cast("Table", value) if isinstance(value, dict) else {}


def _tables(value: Any) -> list[Table]:
    return [_table(one) for one in cast("list[Any]", value)] if isinstance(value, list) else []


def _names(value: Any) -> list[str]:
    return [one for one in cast("list[Any]", value) if isinstance(one, str)] if isinstance(value, list) else []


def check_form(page: Page, claims: Mapping[str, Mapping[str, str]], elements: Collection[str], told: Container[str]) -> None:
    """Everything about [form] and [process] that needs more than one key to be seen. `claims` are those of each certificate type,
    `elements` the facts that the city's dictionary knows, `told` those that some certificate tells."""
    elements = elements or checking.OWN
    online, has_form = page.data.get("online") == "online", "form" in page.data
    if online and not has_form:
        page.fault(("online",), "an online item needs [form] and [process]")
    if not online and (has_form or "process" in page.data):
        page.fault(("form" if has_form else "process",), 'only items with online = "online" have a form and a process')
    form, process = _table(page.data.get("form")), _table(page.data.get("process"))
    if form:
        properties = _schema(page, form)
        _fields(page, form, properties)
        _pages(page, form, properties, elements)
        _bindings(page, form, properties, elements, told)
        _documents(page, form, elements)
        _claims(page, process, properties, claims, elements)
        for place, what in checking.special_mistakes(_tables(process.get("specials")), set(properties), elements):
            page.fault(_path(place), what)
        for place, what in checking.instant_mistakes(process, form, {*elements, *wallet.names_in_rules(claims)}):
            page.fault(_path(place), what)
        if not any(one.file == page.file for one in page.faults):  # the room's own eyes see the rest
            for place, what in checking.form_mistakes(str(page.data.get("code")), form):
                page.fault(("form", *_path(place)), what)


def _path(place: str) -> Path:
    """`pages[2].when` as a path."""
    parts = re.findall(r"\[(\d+)\]|([^.\[\]]+)", place)
    return tuple(int(number) if number else name for number, name in parts)


def _schema(page: Page, form: Table) -> Table:
    at: Path = ("form", "schema")
    schema = _table(form.get("schema"))
    properties = _table(schema.get("properties"))
    if schema.get("type") != "object" or not properties:
        page.fault(at, 'must be type = "object" with properties')
    if schema.get("additionalProperties") is not False:
        page.fault(at, "must say additionalProperties = false")
    for key in schema.keys() - {"type", "properties", "required", "additionalProperties"}:
        page.fault((*at, key), "unknown key; a form's schema has type, properties, required and additionalProperties")
    for place, name in enumerate(_names(schema.get("required"))):
        if name not in properties:
            page.fault((*at, "required", place), f"there is no property {name}")
    for name, one in properties.items():
        _property(page, (*at, "properties", name), one)
    return properties


def _property(page: Page, path: Path, schema: Any) -> None:
    reference = _table(schema).get("$ref")
    if reference is not None and reference not in checking.TYPES:
        page.fault((*path, "$ref"), f"{reference!r} is not one of {', '.join(checking.TYPES)}")
        return
    if not {"$ref", "type", "enum"} & _table(schema).keys():
        page.fault(path, "needs a $ref, a type or an enum")
    if bad := checking.schema_fault(schema):
        page.fault(path, f"the schema does not compile: {bad}")


def _fields(page: Page, form: Table, properties: Table) -> None:
    fields = _table(form.get("fields"))
    for name in properties:
        if name not in fields:
            page.fault(("form", "schema", "properties", name), f"has no label: [form.fields.{name}] is missing")
    for name, one in fields.items():
        if name not in properties:
            page.fault(("form", "fields", name), "the schema has no such property")
        else:
            _field(page, ("form", "fields", name), _table(one), _table(properties[name]))


def _field(page: Page, path: Path, field: Table, schema: Table) -> None:
    given = schema.get("enum") or _table(schema.get("items")).get("enum")
    choices = cast("list[Any]", given) if isinstance(given, list) else []
    offered = [option.get("value") for option in _tables(field.get("options"))]
    kind = field.get("as")
    if kind in CHOICES:
        if not choices:
            page.fault((*path, "as"), f"{kind} needs an enum in the schema")
        elif offered or choices != YES_NO:
            _options(page, path, offered, choices)
        if (kind == "checks") != (schema.get("type") == "array"):
            page.fault((*path, "as"), "checks go with type = \"array\", radios and select with one answer")
    elif choices:
        page.fault((*path, "as"), f"an enum is shown as one of {', '.join(CHOICES)}")
    if kind == "number" and schema.get("type") not in ("integer", "number"):
        page.fault((*path, "as"), 'number needs type = "integer" in the schema')


def _options(page: Page, path: Path, offered: list[Any], choices: list[Any]) -> None:
    for place, value in enumerate(offered):
        if value not in choices:
            page.fault((*path, "options", place, "value"), f"{value!r} is not one of the schema's {choices}")
        elif value in offered[:place]:
            page.fault((*path, "options", place, "value"), f"{value!r} is offered twice")
    for missing in [value for value in choices if value not in offered]:
        page.fault((*path, "options") if offered else path, f"there is no option for {missing!r} of the schema")


def _pages(page: Page, form: Table, properties: Table, elements: Container[str]) -> None:
    fields = _table(form.get("fields"))
    asked: dict[str, int] = {}
    ids: set[str] = set()
    for place, one in enumerate(_tables(form.get("pages"))):
        at: Path = ("form", "pages", place)
        ident = str(one.get("id"))
        if ident in ids:
            page.fault((*at, "id"), f"there is another page {ident!r}")
        ids.add(ident)
        if "when" in one:
            check_condition(page, (*at, "when"), one["when"], set(asked), f"an earlier page than {ident!r}", elements)
        names = _names(one.get("ask"))
        for name in names:
            if name not in properties:
                page.fault((*at, "ask"), f"asks {name}, which the schema does not know")
            elif name in asked:
                page.fault((*at, "ask"), f"asks {name} a second time")
            asked[name] = place
        if len(names) > 1 and "title" not in one:
            page.fault(at, "asks several things at once and needs a title")
    bound = {pointer[1:] for pointer in _table(form.get("bindings"))}
    for name in properties:
        if name not in asked and name not in bound and name in fields:
            needed = "required, but" if name in _names(_table(form.get("schema")).get("required")) else "in the schema, but"
            page.fault(("form", "schema", "properties", name), f"is {needed} never asked on a page")


def check_condition(page: Page, path: Path, rule: Any, seen: set[str], where: str, elements: Container[str]) -> None:
    """Known operators, pointers that exist, and only answers that are there by then."""
    for what in checking.condition_mistakes(rule, seen, where, elements):
        page.fault(path, what)


def _bindings(page: Page, form: Table, properties: Table, elements: Container[str], told: Container[str]) -> None:
    bindings = _table(form.get("bindings"))
    bound: set[str] = set()
    for pointer, one in bindings.items():
        element = one if isinstance(one, str) else str(_table(one).get("element"))
        bound.add(element)
        if element not in elements:
            page.fault(("form", "bindings", pointer), f"there is no element {element!r} in the city's dictionary")
        if pointer[1:] not in properties:
            page.fault(("form", "bindings", pointer), "the schema has no such property")
        if checking.WALLET in _names(_table(one).get("ladder")) and element not in told:
            page.fault(("form", "bindings", pointer, "ladder"), f"no type in cert_types.toml tells {element!r} by its `fills`")
    for element in checking.must_bind(_table(page.data.get("process"))):
        if element not in bound:
            page.fault(("form", "bindings") if bindings else ("form",), f"every form binds {element}, so that nobody types it")


def _documents(page: Page, form: Table, elements: Container[str]) -> None:
    everything = set(_table(_table(form.get("schema")).get("properties")))
    codes: set[str] = set()
    for place, one in enumerate(_tables(form.get("documents"))):
        at: Path = ("form", "documents", place)
        code = str(one.get("code"))
        if code in codes:
            page.fault((*at, "code"), f"there is another document {code!r}")
        codes.add(code)
        if "when" in one:
            check_condition(page, (*at, "when"), one["when"], everything, "any page", elements)


def _claims(
    page: Page, process: Table, properties: Table, claims: Mapping[str, Mapping[str, str]], elements: Container[str]
) -> None:
    kind = str(process.get("cert_type", ""))
    given = _table(process.get("claims"))
    if given and not kind:
        page.fault(("process", "claims"), "are of no use without cert_type")
    for name, pointer in given.items():
        at: Path = ("process", "claims", name)
        if kind in claims and name not in claims[kind]:
            page.fault(at, f"certificate type {kind} has no such claim")
        if isinstance(pointer, str):
            if pointer.startswith("/") and pointer[1:] not in properties:
                page.fault(at, f"{pointer} is not in the form's schema")
            if pointer.startswith("@") and pointer[1:] not in elements:
                page.fault(at, f"{pointer} is no element of the city's dictionary")
