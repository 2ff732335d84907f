"""A question as one page of boxes, although the form keeps it in five tables: schema, words, page, binding, condition."""

import copy
from collections.abc import Mapping
from typing import Any, cast

from onedoor.kernel.i18n import pick, say
from onedoor.studio.models import Bundle

from . import group, whens
from .boxes import Box, Typed, Wrong, both, box_fault, look, write
from .boxes import read as read_boxes
from .parts import Part, Scene, yes_no
from .whens import table

REFS = {
    "name": ("text", "od:name"), "date": ("date", "od:date"), "phone": ("phone", "od:phone"), "id-number": ("id-number", "od:citizen-id"),
    "money": ("money", "od:money"), "address": ("address", "od:address"), "postcode": ("text", "od:postcode"), "uscc": ("text", "od:uscc"),
    "plate": ("text", "od:plate"), "bank-card": ("text", "od:bank-card"), "email": ("text", "od:email"),
}  # fmt: skip
CHOICES = ("radios", "select", "checks")
YES_NO = ["yes", "no"]
NOBODY = ""


def kinds(locale: str) -> tuple[tuple[str, str], ...]:
    """What may be asked, in an editor's words."""
    return (
        ("yes_no", say(locale, "是或否")), ("radios", say(locale, "选一个")), ("select", say(locale, "选一个（很长的列表）")),
        ("checks", say(locale, "可以选几个")), ("text", say(locale, "一行文字")), ("textarea", say(locale, "几行文字")),
        ("number", say(locale, "整数")), ("date", say(locale, "日期")), ("money", say(locale, "金额")), ("name", say(locale, "姓名")),
        ("id-number", say(locale, "身份证号")), ("phone", say(locale, "手机号")), ("address", say(locale, "地址")),
        ("email", say(locale, "邮箱")), ("postcode", say(locale, "邮政编码")), ("bank-card", say(locale, "银行卡号")),
        ("plate", say(locale, "车牌号")), ("group", say(locale, "一组可以重复的问题")), ("uscc", say(locale, "统一社会信用代码")),
    )  # fmt: skip


def elements(locale: str) -> tuple[tuple[str, str], ...]:
    """What registers know of a person or an organisation."""
    return (
        ("person.name", say(locale, "姓名")), ("person.id_number", say(locale, "身份证号")), ("person.sex", say(locale, "性别")),
        ("person.birth_on", say(locale, "出生日期")), ("person.age", say(locale, "年龄")), ("person.phone", say(locale, "手机号")),
        ("person.address", say(locale, "现住址")), ("person.household_address", say(locale, "户籍地址")),
        ("person.district", say(locale, "所在区域")), ("person.nation", say(locale, "民族")), ("firm.name", say(locale, "单位名称")),
        ("firm.uscc", say(locale, "统一社会信用代码")), ("firm.legal_name", say(locale, "法定代表人")),
        ("firm.address", say(locale, "单位住所")), ("firm.scope", say(locale, "经营范围")), ("firm.founded_on", say(locale, "成立日期")),
    )  # fmt: skip


def names(bundle: Bundle) -> list[str]:
    """The questions in the order in which they are asked; those on no page first."""
    asked = [n for page in pages(bundle) for n in page.get("ask") or ()]
    return [n for n in table(look(bundle, ("form", "schema", "properties"))) if n not in asked] + asked


def pages(bundle: Bundle) -> list[dict[str, Any]]:
    return list(look(bundle, ("form", "pages")) or ())


def page_of(bundle: Bundle, name: str) -> int:
    """Where the question's page stands; -1 for a question on no page."""
    return next((i for i, page in enumerate(pages(bundle)) if name in (page.get("ask") or ())), -1)


def kind_of(shape: Mapping[str, Any], shown: str, options: Any) -> str:
    """The editor's word for a property of the schema."""
    for kind, (_, reference) in REFS.items():
        if shape.get("$ref") == reference:
            return kind
    if shape.get("enum") == YES_NO and not options:
        return "yes_no"
    return shown if shown in (*CHOICES, "text", "textarea", "number", "group") else "text"


def _boxes(scene: Scene) -> list[Box]:
    lc, known = scene.locale, names(scene.bundle)
    before = _before(scene.bundle, known, scene.place)
    holds = (("held", say(lc, "直接用，不许改")), ("editable", say(lc, "先填好，可以改")))
    first = not pages(scene.bundle)
    alone = () if first else (
        Box("alone", say(lc, "放在哪一页"), kind="radios", options=(("yes", say(lc, "自己一页")), ("no", say(lc, "和上一个问题同一页"))),
            required=False, group=say(lc, "更多设置")),)  # fmt: skip
    page = _page(scene.bundle, known[scene.place]) if 0 <= scene.place < len(known) else {}
    title = () if len(page.get("ask") or ()) < 2 else (
        Box("title_zh", say(lc, "这一页的标题"), most=120, hint=say(lc, "这一页问几件事，要有一个总标题")),
        Box("title_en", say(lc, "{what}（英文）", what=say(lc, "这一页的标题")), required=False, most=480),
    )  # fmt: skip
    known_by, more = say(lc, "登记库已经知道？"), say(lc, "更多设置")
    return [
        *both(lc, "label", say(lc, "问什么"), 120, hint=say(lc, "像当面问人一样写，例如：您现在住在哪里？")),
        Box("kind", say(lc, "怎么回答"), kind="select", options=kinds(lc)),
        Box("options", say(lc, "可以选的答案"), kind="textarea", shape="lines", required=False, most=500,
            hint=say(lc, "一行写一个：中文 | 英文 | 提示。只有“选一个”“可以选几个”要填")),
        Box("parts", say(lc, "每一组问什么"), kind="textarea", shape="lines", required=False, most=500,
            hint=say(lc, "一行写一个：中文 | 英文 | 怎么回答。只有“一组可以重复的问题”要填，例如：姓名 | Name | 姓名")),
        Box("required", say(lc, "必须回答吗"), kind="radios", options=yes_no(lc)), *title,
        Box("element", say(lc, "哪个登记库已经知道"), kind="select", options=elements(lc), required=False,
            hint=say(lc, "选了就不用居民再填"), group=known_by),
        Box("held", say(lc, "登记库里的内容怎么用"), kind="radios", options=holds, required=False, group=known_by),
        Box("reason", say(lc, "登记库知道，为什么还要问"), ("reason",), required=False, most=300,
            hint=say(lc, "例如：问的是孩子，不是申请人本人"), group=known_by),
        *whens.boxes(lc, scene.bundle, before, page.get("when")),
        *both(lc, "hint", say(lc, "提示"), 400, required=False, group=more),
        *both(lc, "unit", say(lc, "单位"), 12, required=False, group=more),
        Box("least", say(lc, "最少"), kind="number", shape="whole", high=10**9, required=False,
            hint=say(lc, "整数的最小值、文字的最少字数、最少选几个"), group=more),
        Box("limit", say(lc, "最多"), kind="number", shape="whole", high=10**9, required=False, group=more), *alone,
        Box("name", say(lc, "程序用的名称"), required=False, most=40, hint=say(lc, "小写字母、数字和下划线；不填就自动取"), group=more),
    ]  # fmt: skip


def _before(bundle: Bundle, known: list[str], place: int) -> list[str]:
    """Questions on earlier pages: the only ones a condition may look at."""
    if not 0 <= place < len(known):
        return known
    own = page_of(bundle, known[place])
    return [n for n in known if page_of(bundle, n) < own]


def _page(bundle: Bundle, name: str) -> dict[str, Any]:
    place = page_of(bundle, name)
    return pages(bundle)[place] if place >= 0 else {}


def _read(scene: Scene) -> Typed:
    known = names(scene.bundle)
    if not 0 <= scene.place < len(known):
        return {"kind": "", "required": "yes", "held": "held", "alone": "yes", "when_join": "all"}
    name = known[scene.place]
    shape = table(look(scene.bundle, ("form", "schema", "properties", name)))
    field = table(look(scene.bundle, ("form", "fields", name)))
    bound = look(scene.bundle, ("form", "bindings", f"/{name}"))
    told = {"element": bound, "editable": False} if isinstance(bound, str) else table(bound)
    page = _page(scene.bundle, name)
    low, high = _bounds(kind := kind_of(shape, str(field.get("as")), field.get("options")))
    ask = page.get("ask") or [name]
    boxes = _boxes(scene)
    return read_boxes(boxes, field) | whens.read(page.get("when"), boxes) | {
        "kind": kind, "options": "\n".join(_option_line(o) for o in field.get("options") or ()),
        "parts": "\n".join(group.lines(scene.locale, shape, field)),
        "required": "yes" if name in (look(scene.bundle, ("form", "schema", "required")) or ()) else "no",
        "least": _number(shape.get(low)), "limit": _number(shape.get(high)), "element": told.get("element") or NOBODY,
        "held": "editable" if told.get("editable") else "held", "alone": "yes" if ask[0] == name else "no", "name": name,
        "title_zh": table(page.get("title")).get("zh", ""), "title_en": table(page.get("title")).get("en", ""),
    }  # fmt: skip


def _number(value: Any) -> str:
    return "" if value is None else str(value)


def _bounds(kind: str) -> tuple[str, str]:
    if kind == "number":
        return "minimum", "maximum"
    return ("minItems", "maxItems") if kind in ("checks", "group") else ("minLength", "maxLength")


def _option_line(option: Mapping[str, Any]) -> str:
    label, hint = table(option.get("label")), table(option.get("hint"))
    return " | ".join([label.get("zh", ""), label.get("en", ""), hint.get("zh", ""), hint.get("en", "")]).rstrip(" |")


def _options(lines: list[str], old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Options of the lines; one whose words were there before keeps its value, so that conditions and answers still mean it."""
    known = {o["label"].get("zh"): str(o["value"]) for o in old}
    spare = [str(o["value"]) for o in old] if len(old) == len(lines) else []
    found: list[dict[str, Any]] = []
    for n, line in enumerate(lines):
        zh, en, hint, hint_en = ([p.strip() for p in line.replace("｜", "|").split("|")] + [""] * 4)[:4]
        value = known.get(zh) or (spare[n] if spare and spare[n] not in {known.get(w) for w in _firsts(lines)} else "")
        taken = {o["value"] for o in found} | (set(known.values()) - {value})
        value = value if value and value not in {o["value"] for o in found} else next(
            f"o{i}" for i in range(1, 1000) if f"o{i}" not in taken
        )
        found.append({"value": value, "label": {"zh": zh, "en": en}} | ({"hint": {"zh": hint, "en": hint_en}} if hint else {}))
    return found


def _firsts(lines: list[str]) -> list[str]:
    return [line.replace("｜", "|").split("|")[0].strip() for line in lines]


def _write(scene: Scene, typed: Typed) -> Bundle:
    boxes = _boxes(scene)
    known = names(scene.bundle)
    old = known[scene.place] if 0 <= scene.place < len(known) else ""
    errors = group.faults(scene.locale, typed)
    errors += [(box.name, bad) for box in boxes if (bad := box_fault(scene.locale, box, typed.get(box.name, "")))]
    name = str(typed.get("name", "")).strip() or old or _fresh(known)
    if bad := _name_fault(scene.locale, name, old, known):
        errors.append(("name", bad))
    if not typed.get("kind"):
        errors.append(("kind", say(scene.locale, "请选择一项")))
    if errors:
        raise Wrong(errors)
    made = copy.deepcopy(scene.bundle)
    form = made["form"]
    field = write([b for b in boxes if b.at], table(form["fields"].get(old)), typed, scene.locale)
    shape = _shape(scene.locale, str(typed["kind"]), field, typed, table(form["schema"]["properties"].get(old)))
    _rename(form, old, name)
    form["fields"][name], form["schema"]["properties"][name] = field, shape
    _require(form["schema"], name, typed.get("required") != "no")
    _bind(form, name, str(typed.get("element", "")), typed.get("held") == "editable")
    _place(form, name, typed)
    return made


def _fresh(known: list[str]) -> str:
    return next(f"q{n}" for n in range(1, 1000) if f"q{n}" not in known)


def _name_fault(locale: str, name: str, old: str, known: list[str]) -> str | None:
    if not (name[:1].isalpha() and name.isascii() and name == name.lower() and name.replace("_", "").isalnum()):
        return say(locale, "用小写字母开头，只用小写字母、数字和下划线")
    if name != old and name in known:
        return say(locale, "名称“{name}”已经用在另一个问题上了，请换一个", name=name)
    return None


def _shape(locale: str, kind: str, field: dict[str, Any], typed: Typed, old: dict[str, Any]) -> dict[str, Any]:
    """The property of the schema; `field` gets its options and how it is shown."""
    lines = [line.strip() for line in str(typed.get("options", "")).splitlines() if line.strip()]
    had, parts = cast("list[dict[str, Any]]", field.pop("options", None) or []), table(field.pop("of", None))
    if kind in REFS:
        field["as"], reference = REFS[kind]
        return {"$ref": reference}
    field["as"] = "radios" if kind == "yes_no" else kind
    low, high = _bounds(kind)
    limits = {w: int(str(typed[b])) for w, b in ((low, "least"), (high, "limit")) if str(typed.get(b, "")).strip()}
    if kind == "yes_no":
        return {"enum": list(YES_NO)}
    if kind == "group":
        field["of"], items = group.tables(locale, str(typed.get("parts", "")), parts, table(old.get("items")))
        return {"type": "array", "items": items} | limits
    if kind in CHOICES:
        field["options"] = _options(lines, had)
        values = [o["value"] for o in field["options"]]
        unique = {"uniqueItems": True} if old.get("uniqueItems") else {}
        return {"type": "array", "items": {"enum": values}} | unique | limits if kind == "checks" else {"enum": values}
    plain = {"type": "integer" if kind == "number" else "string"}
    kept = {k: v for k, v in old.items() if k in ("pattern", "format") and old.get("type") == plain["type"]}
    return kept | plain | limits


def _rename(form: dict[str, Any], old: str, name: str) -> None:
    """Under another name everything that speaks of it follows."""
    if not old or old == name:
        return
    schema = form["schema"]
    schema["properties"] = {(name if k == old else k): v for k, v in schema["properties"].items()}
    schema["required"] = [name if n == old else n for n in schema.get("required", [])]
    form["fields"].pop(old, None)
    if (bound := form.get("bindings", {}).pop(f"/{old}", None)) is not None:
        form["bindings"][f"/{name}"] = bound
    for page in form["pages"]:
        page["ask"] = [name if n == old else n for n in page["ask"]]
    for one in (*form["pages"], *form.get("documents", [])):
        if "when" in one:
            one["when"] = _renamed(one["when"], old, name)


def _renamed(rule: Any, old: str, name: str) -> Any:
    if isinstance(rule, dict):
        return {k: _renamed(v, old, name) for k, v in rule.items()}
    if isinstance(rule, list):
        head = [f"/{name}" if rule and rule[0] == f"/{old}" else _renamed(v, old, name) for v in rule[:1]]
        return head + [_renamed(v, old, name) if isinstance(v, dict) else v for v in rule[1:]]
    return rule


def _require(schema: dict[str, Any], name: str, required: bool) -> None:
    had: list[str] = schema.get("required", [])
    if required != (name in had):
        schema["required"] = [*had, name] if required else [n for n in had if n != name]


def _bind(form: dict[str, Any], name: str, element: str, editable: bool) -> None:
    bindings = form.setdefault("bindings", {})
    if element:
        had = bindings.get(f"/{name}")
        ladder = had["ladder"] if isinstance(had, dict) and had["element"] == element and had.get("ladder") else []
        said = {"element": element, **({"editable": True} if editable else {}), **({"ladder": ladder} if ladder else {})}
        bindings[f"/{name}"] = said if len(said) > 1 else element
    else:
        bindings.pop(f"/{name}", None)


def _place(form: dict[str, Any], name: str, typed: Typed) -> None:
    """A page of its own, or the page before; the condition belongs to the page, so that joining one keeps that page's."""
    pages, shares = form["pages"], typed.get("alone") == "no"
    at = next((i for i, p in enumerate(pages) if name in p["ask"]), len(pages))
    first = at < len(pages) and pages[at]["ask"][0] == name
    joins, leaves = shares and at > 0 and (first or at == len(pages)), not shares and at < len(pages) and not first
    if (joins or leaves) and at < len(pages):
        pages[at]["ask"].remove(name)
    if joins:
        pages[at - 1]["ask"].append(name)
        pages[at - 1].setdefault("title", {"zh": "", "en": ""})
        form["pages"] = [p for p in pages if p["ask"]]
        return
    if leaves or at == len(pages):
        pages.insert(at + leaves, {"id": _page_id(pages, name), "ask": [name]})
    page = next(p for p in pages if name in p["ask"])
    if len(page["ask"]) == 1:
        page.pop("title", None)
    elif "title_zh" in typed:
        page["title"] = {"zh": str(typed["title_zh"]).strip(), "en": str(typed.get("title_en", "")).strip()}
    rule = whens.meant(typed, page.pop("when", None))
    if rule:
        page["when"] = rule


def _page_id(known: list[dict[str, Any]], name: str) -> str:
    taken, stem = {p["id"] for p in known} | {"held", "check"}, name.replace("_", "-")
    return next(i for i in (stem, *(f"{stem}-{n}" for n in range(2, 200))) if i not in taken and not i.startswith("file-"))


def label(locale: str, bundle: Bundle, name: str) -> str:
    """The question's words, or its name while it has none."""
    return pick(locale, look(bundle, ("form", "fields", name, "label"))) or name


QUESTION = Part("questions", _boxes, _read, _write, many=True, online=True)
