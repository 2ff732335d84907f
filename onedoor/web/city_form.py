"""An item's form and process, looked at as a whole: does every question exist, is it asked, may its conditions see what they look at."""

from collections.abc import Mapping
from typing import Any, cast

from onedoor.cases.forms import conditions, types

from .city_shape import Page
from .city_shapes import ELEMENTS
from .toml_lines import Path

CHOICES = ("radios", "checks", "select")
Table = dict[str, Any]


def _table(value: Any) -> Table:
    return cast("Table", value) if isinstance(value, dict) else {}


def _tables(value: Any) -> list[Table]:
    return [_table(one) for one in cast("list[Any]", value)] if isinstance(value, list) else []


def _names(value: Any) -> list[str]:
    return [one for one in cast("list[Any]", value) if isinstance(one, str)] if isinstance(value, list) else []


def check_form(page: Page, claims: Mapping[str, set[str]]) -> None:
    """Everything about [form] and [process] that needs more than one key to be seen; `claims` are those of each certificate type."""
    online, has_form = page.data.get("online") == "online", "form" in page.data
    if online and not has_form:
        page.fault(("online",), "an online item needs [form] and [process]")
    if not online and (has_form or "process" in page.data):
        page.fault(("form" if has_form else "process",), 'only items with online = "online" have a form and a process')
    form, process = _table(page.data.get("form")), _table(page.data.get("process"))
    if form:
        properties = _schema(page, form)
        _fields(page, form, properties)
        _pages(page, form, properties)
        _bindings(page, form, properties)
        _documents(page, form)
        _claims(page, process, properties, claims)


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
    if reference is not None and reference not in types.SHAPES:
        page.fault((*path, "$ref"), f"{reference!r} is not one of {', '.join(types.SHAPES)}")
        return
    if not {"$ref", "type", "enum"} & _table(schema).keys():
        page.fault(path, "needs a $ref, a type or an enum")
    try:
        types.compiled({"type": "object", "properties": {path[-1]: schema}})
    except Exception as bad:  # the validator's own errors share no base class
        page.fault(path, f"the schema does not compile: {str(bad).splitlines()[0]}")


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
    choices = schema.get("enum") or _table(schema.get("items")).get("enum")
    offered = [option.get("value") for option in _tables(field.get("options"))]
    kind = field.get("as")
    if kind in CHOICES:
        if not choices:
            page.fault((*path, "as"), f"{kind} needs an enum in the schema")
        elif sorted(map(str, offered)) != sorted(map(str, choices)):
            page.fault((*path, "options") if offered else path, f"options {offered} are not the enum {choices}")
        if (kind == "checks") != (schema.get("type") == "array"):
            page.fault((*path, "as"), "checks go with type = \"array\", radios and select with one answer")
    elif choices:
        page.fault((*path, "as"), f"an enum is shown as one of {', '.join(CHOICES)}")
    if kind == "number" and schema.get("type") not in ("integer", "number"):
        page.fault((*path, "as"), 'number needs type = "integer" in the schema')


def _pages(page: Page, form: Table, properties: Table) -> None:
    fields = _table(form.get("fields"))
    asked: dict[str, int] = {}
    ids: set[str] = set()
    for place, one in enumerate(_tables(form.get("pages"))):
        at: Path = ("form", "pages", place)
        if one.get("id") in ids:
            page.fault((*at, "id"), f"there is another page {one.get('id')!r}")
        ids.add(str(one.get("id")))
        if "when" in one:
            check_condition(page, (*at, "when"), one["when"], set(asked), f"an earlier page than {one.get('id')!r}")
        names = _names(one.get("ask"))
        for name in names:
            if name not in properties:
                page.fault((*at, "ask"), f"asks {name}, which the schema does not know")
            elif name in asked:
                page.fault((*at, "ask"), f"asks {name} a second time")
            asked[name] = place
        if len(names) > 1 and "title" not in one:
            page.fault(at, "asks several things at once and needs a title")
    for name in properties:
        if name not in asked and name in fields:
            needed = "required, but" if name in _names(_table(form.get("schema")).get("required")) else "in the schema, but"
            page.fault(("form", "schema", "properties", name), f"is {needed} never asked on a page")


def check_condition(page: Page, path: Path, rule: Any, seen: set[str], where: str) -> None:
    """Known operators, pointers that exist, and only answers that are there by then."""
    if bad := conditions.fault(rule):
        page.fault(path, bad)
        return
    if conditions.size(rule) > conditions.MOST_NODES:
        page.fault(path, f"a condition has at most {conditions.MOST_NODES} operators")
    for pointer in conditions.pointers(rule):
        if pointer.startswith("@") and pointer[1:] not in ELEMENTS:
            page.fault(path, f"{pointer} is not one of @{', @'.join(ELEMENTS)}")
        elif pointer.startswith("/") and pointer[1:] not in seen:
            page.fault(path, f"{pointer} is not asked on {where}")


def _bindings(page: Page, form: Table, properties: Table) -> None:
    bindings = _table(form.get("bindings"))
    elements: set[str] = set()
    for pointer, one in bindings.items():
        elements.add(one if isinstance(one, str) else str(_table(one).get("element")))
        if pointer[1:] not in properties:
            page.fault(("form", "bindings", pointer), "the schema has no such property")
    for element in ("person.name", "person.id_number"):
        if element not in elements:
            page.fault(("form", "bindings") if bindings else ("form",), f"every form binds {element}, so that nobody types it")


def _documents(page: Page, form: Table) -> None:
    everything = set(_table(_table(form.get("schema")).get("properties")))
    codes: set[str] = set()
    for place, one in enumerate(_tables(form.get("documents"))):
        at: Path = ("form", "documents", place)
        if one.get("code") in codes:
            page.fault((*at, "code"), f"there is another document {one.get('code')!r}")
        codes.add(str(one.get("code")))
        if "when" in one:
            check_condition(page, (*at, "when"), one["when"], everything, "any page")


def _claims(page: Page, process: Table, properties: Table, claims: Mapping[str, set[str]]) -> None:
    kind = process.get("cert_type")
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
            if pointer.startswith("@") and pointer[1:] not in ELEMENTS:
                page.fault(at, f"{pointer} is not one of @{', @'.join(ELEMENTS)}")
