"""What the tables of a service must be, type by type, before anything reads them. A stranger's file passes here first."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct

from onedoor.cases.service.definitions import Process
from onedoor.catalog.models import NewItem
from onedoor.kernel import text
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert
from onedoor.studio.models import Bundle

MOST_BYTES, MOST_DEPTH = 200_000, 16


class OptionTable(Struct, frozen=True, forbid_unknown_fields=True):
    value: str
    label: Text
    hint: Text | None = None


class FieldTable(Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "as"}):
    """`[form.fields.NAME]`."""

    label: Text
    kind: str
    hint: Text | None = None
    options: tuple[OptionTable, ...] = ()
    unit: Text | None = None
    reason: str = ""
    of: dict[str, "FieldTable"] = {}


class PageTable(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    ask: tuple[str, ...]
    title: Text | None = None
    when: dict[str, Any] | None = None


class BindingTable(Struct, frozen=True, forbid_unknown_fields=True):
    element: str
    editable: bool = False
    ladder: tuple[str, ...] = ()


class DocumentTable(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: Text
    hint: Text | None = None
    required: bool = True
    when: dict[str, Any] | None = None
    max: int = 5
    owable: Literal["", "decision", "delivery"] = ""
    promisable: bool = False


class LeafTable(Struct, frozen=True, forbid_unknown_fields=True, rename={"ref": "$ref"}):
    """What one answer may be."""

    ref: str = ""
    type: str = ""
    enum: tuple[str, ...] = ()
    minLength: int | None = None
    maxLength: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    pattern: Annotated[str, msgspec.Meta(max_length=200)] = ""
    format: Annotated[str, msgspec.Meta(max_length=40)] = ""
    title: str = ""
    description: str = ""


class ItemTable(LeafTable, frozen=True, forbid_unknown_fields=True, rename={"ref": "$ref", "extra": "additionalProperties"}):
    """One of several answers; in a repeated group it has properties of its own, which repeat nothing."""

    properties: dict[str, LeafTable] = {}
    required: tuple[str, ...] = ()
    extra: bool = False


class PropertyTable(LeafTable, frozen=True, forbid_unknown_fields=True, rename={"ref": "$ref"}):
    """`[form.schema.properties]`, one of them."""

    items: ItemTable | None = None
    minItems: int | None = None
    maxItems: int | None = None
    uniqueItems: bool = True


class SchemaTable(Struct, frozen=True, forbid_unknown_fields=True, rename={"extra": "additionalProperties"}):
    type: str
    properties: dict[str, PropertyTable]
    required: tuple[str, ...] = ()
    extra: bool = False


class FormTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[form]`."""

    title: Text
    schema: SchemaTable
    fields: dict[str, FieldTable]
    pages: tuple[PageTable, ...]
    version: int = 1
    bindings: dict[str, str | BindingTable] = {}
    documents: tuple[DocumentTable, ...] = ()


def faults(bundle: Any) -> list[tuple[str, str]]:
    """(place, what) of everything in the tables that is not what it must be."""
    if not isinstance(bundle, dict):
        return [("", "must be a table")]
    if bad := unclean(bundle):
        return [bad]
    found: list[tuple[str, str]] = []
    for place, kind, value in (
        ("", NewItem, {k: v for k, v in bundle.items() if k not in ("process", "form")}),
        ("process", Process, bundle.get("process")), ("form", FormTable, bundle.get("form")),
    ):  # fmt: skip
        if not place or place in bundle:
            try:
                convert(value, kind)
            except (msgspec.ValidationError, RecursionError) as bad_type:
                what, _, where = str(bad_type).partition(" - at `$")
                found.append((f"{place}{where.rstrip('`')}".strip("."), what))
    return found


def unclean(value: Any, place: str = "", depth: int = 1) -> tuple[str, str] | None:
    """The first text that cannot be stored, or the first place that lies too deep."""
    if isinstance(value, str):
        return (place, "holds control characters") if text.fault(value, lines=True) else None
    if depth > MOST_DEPTH:
        return (place, f"nests more than {MOST_DEPTH} deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            if bad := unclean(str(key), place, depth) or unclean(inner, f"{place}.{key}".strip("."), depth + 1):
                return bad
    if isinstance(value, (list, tuple)):
        for at, inner in enumerate(value):
            if bad := unclean(inner, f"{place}[{at}]", depth + 1):
                return bad
    return None


def item_of(bundle: Bundle) -> NewItem:
    """The catalogue's part."""
    return convert({key: value for key, value in bundle.items() if key not in ("process", "form")}, NewItem)


def process_of(bundle: Bundle) -> Process:
    """The process's part; everything left out is as usual."""
    return convert(bundle.get("process") or {}, Process)
