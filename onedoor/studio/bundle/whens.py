"""When something is asked: a condition chosen from a list instead of written. What a list cannot say is kept as it is."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from onedoor.kernel import text
from onedoor.kernel.i18n import pick, say
from onedoor.studio.models import Bundle

from .boxes import Box, Typed, look, write
from .boxes import read as read_boxes
from .parts import Part, Scene, entry_of, with_entry

KEEP, ROWS = "keep", 2
COMPARED = ("lt", "le", "gt", "ge")


def table(value: Any) -> dict[str, Any]:
    """A table, or an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def boxes(locale: str, bundle: Bundle, before: list[str], rule: Any) -> list[Box]:
    """Two rows, joined by and/or; numbers have a box beside them."""
    options = tuple(choices(locale, bundle, before))
    always = say(locale, "（总是要）")
    kept = ((KEEP, say(locale, "保持现在的条件")),) if _kept(rule, {code for code, _ in options}) else ()
    joins = (("all", say(locale, "两个条件都符合")), ("any", say(locale, "符合一个就行")))
    found: list[Box] = []
    group = say(locale, "有条件才要？")
    for n in range(1, ROWS + 1):
        label = say(locale, "什么时候才要") if n == 1 else say(locale, "再加一个条件")
        hint = say(locale, "不选就是{always}", always=always) if n == 1 else ""
        found.append(Box(f"when_{n}", label, kind="select", options=(*kept, *options), required=False, hint=hint, group=group))
        if any(code.split(":")[0] in COMPARED for code, _ in options):
            number = Box(f"when_{n}_number", say(locale, "和哪个数比"), kind="number", shape="whole", low=-10**9, high=10**9,
                         required=False, hint=say(locale, "上面选了“小于”或“不小于”时填"), group=group)  # fmt: skip
            found.append(number)
        kept = ()
    return [*found, Box("when_join", say(locale, "两个条件怎么算"), kind="radios", options=joins, required=False, group=group)]


def choices(locale: str, bundle: Bundle, before: list[str]) -> Iterator[tuple[str, str]]:
    """Everything a condition may ask of the questions before, and of the applicant's age."""
    fields, properties = table(look(bundle, ("form", "fields"))), table(look(bundle, ("form", "schema", "properties")))
    for name in before:
        shape, field = table(properties.get(name)), table(fields.get(name))
        label = pick(locale, field.get("label")) or name
        values = shape.get("enum") or table(shape.get("items")).get("enum") or []
        said = {o["value"]: pick(locale, o["label"]) for o in field.get("options") or ()}
        many = shape.get("type") == "array"
        for value in values:
            option = said.get(value) or {"yes": say(locale, "是"), "no": say(locale, "否")}.get(str(value), str(value))
            yield f"{'in' if many else 'eq'}:/{name}:{value}", say(locale, "“{question}”选了“{answer}”", question=label, answer=option)
            if not many:
                yield f"ne:/{name}:{value}", say(locale, "“{question}”没有选“{answer}”", question=label, answer=option)
        if shape.get("type") == "integer":
            yield f"lt:/{name}", say(locale, "“{question}”小于……", question=label)
            yield f"ge:/{name}", say(locale, "“{question}”不小于……", question=label)
    yield "lt:@person.age", say(locale, "申请人年龄小于……")
    yield "ge:@person.age", say(locale, "申请人年龄不小于……")


def parsed(rule: Any) -> tuple[str, list[tuple[str, str]]] | None:
    """(join, [(choice, number)]) of a rule that the list can say; None for any other."""
    if rule is None:
        return "all", []
    if not isinstance(rule, Mapping) or len(rule) != 1:
        return None
    ((name, arg),) = cast("Mapping[str, Any]", rule).items()
    inner = list(cast("list[Any]", arg)) if name in ("all", "any") and isinstance(arg, list) else [rule]
    rows = [_row(one) for one in inner]
    if len(rows) > ROWS or any(row is None for row in rows):
        return None
    return (name if name == "any" else "all"), [row for row in rows if row is not None]


def _row(rule: Any) -> tuple[str, str] | None:
    if not isinstance(rule, Mapping) or len(rule) != 1:
        return None
    ((name, arg),) = cast("Mapping[str, Any]", rule).items()
    if not isinstance(arg, list) or len(cast("list[Any]", arg)) != 2 or not isinstance(arg[0], str):
        return None
    pointer, value = cast("list[Any]", arg)
    if name in ("eq", "ne") and isinstance(value, str):
        return f"{name}:{pointer}:{value}", ""
    if name == "in" and isinstance(value, list) and len(cast("list[Any]", value)) == 1:
        return f"in:{pointer}:{value[0]}", ""
    if name in ("lt", "ge") and isinstance(value, int) and not isinstance(value, bool):
        return f"{name}:{pointer}", str(value)
    return None


def _kept(rule: Any, known: set[str]) -> bool:
    """Whether the list cannot say the rule: it is of another form, or looks at something that the list does not hold (any more)."""
    found = parsed(rule)
    return found is None or any(choice not in known for choice, _ in found[1])


def read(rule: Any, boxes: list[Box]) -> Typed:
    """What stands in the boxes. A rule that they cannot say is never lost by saving the page."""
    offered = next((box.options for box in boxes if box.name == "when_1"), ())
    if _kept(rule, {code for code, _ in offered} - {KEEP}):
        return {"when_1": KEEP, "when_join": "all"}
    join, rows = parsed(rule) or ("all", [])
    typed: Typed = {"when_join": join}
    for n, (choice, number) in enumerate(rows, 1):
        typed |= {f"when_{n}": choice, f"when_{n}_number": number}
    return typed


def meant(typed: Mapping[str, Any], old: Any) -> dict[str, Any] | None:
    """The rule that was chosen; None for always."""
    if typed.get("when_1") == KEEP:
        return cast("dict[str, Any] | None", old)
    rules = [_rule(str(typed[f"when_{n}"]), str(typed.get(f"when_{n}_number", ""))) for n in (1, ROWS) if typed.get(f"when_{n}")]
    if not rules:
        return None
    return rules[0] if len(rules) == 1 else {"any" if typed.get("when_join") == "any" else "all": rules}


def _rule(choice: str, number: str) -> dict[str, Any]:
    name, pointer, *value = choice.split(":", 2)
    if name in COMPARED:
        plain = text.fold(number)
        return {name: [pointer, int(plain) if plain.lstrip("-").isdigit() else 0]}
    return {name: [pointer, [value[0]] if name == "in" else value[0]]}


def ruled(key: str, path: tuple[str, ...], boxes_of: Callable[[Scene], list[Box]]) -> Part:
    """A part that is a list of tables, each with a condition beside its own boxes."""

    def read_entry(scene: Scene) -> Typed:
        entry, found = entry_of(scene.bundle, path, scene.place), boxes_of(scene)
        return read_boxes(found, entry) | read(entry.get("when"), found)

    def write_entry(scene: Scene, typed: Typed) -> Bundle:
        made = write(boxes_of(scene), entry_of(scene.bundle, path, scene.place), typed, scene.locale)
        if rule := meant(typed, made.pop("when", None)):
            made["when"] = rule
        return with_entry(scene.bundle, path, scene.place, made)

    return Part(key, boxes_of, read_entry, write_entry, many=True, online=True)


def pointers(rule: Any) -> Iterator[str]:
    """Every pointer in a rule, well formed or not."""
    for name, arg in table(rule).items():
        parts = cast("list[Any]", arg) if isinstance(arg, list) else [arg]
        if name in ("any", "all", "not"):
            for inner in parts:
                yield from pointers(inner)
        elif parts and isinstance(parts[0], str):
            yield parts[0]
