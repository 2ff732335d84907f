"""The parts of a service that are plain boxes: what it is, its guide, how it is handled; and lists of steps, materials and papers."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from onedoor.cases.models import MOST_EXTENDED
from onedoor.kernel.i18n import Text, say
from onedoor.studio.models import Bundle

from .boxes import Box, Typed, both, look, read, write


class World(Struct, frozen=True):
    """What a service may refer to: departments, categories, districts, certificate types with their fields, services."""

    departments: dict[str, Text]
    categories: dict[str, Text]
    districts: dict[str, Text]
    certificates: dict[str, "Certificate"]
    items: frozenset[str]


class Certificate(Struct, frozen=True):
    """A kind of certificate and the fields on it."""

    name: Text
    issuer: str
    claims: dict[str, Text]


class Scene(Struct, frozen=True):
    """What a part is shown with: the language, the tables as they are, the place in a list (-1 for a new entry), the world."""

    locale: str
    bundle: Bundle
    place: int
    world: World

    def options(self, known: Mapping[str, Text]) -> tuple[tuple[str, str], ...]:
        return tuple((code, (name.en or name.zh) if self.locale == "en" else name.zh) for code, name in known.items())


class Part(Struct, frozen=True):
    """One page of the studio: its boxes, how it is read from the tables, how it is written back. A list has entries."""

    key: str
    boxes: Callable[[Scene], list[Box]]
    read: Callable[[Scene], Typed]
    write: Callable[[Scene, Typed], Bundle]
    many: bool = False
    online: bool = False


def yes_no(locale: str) -> tuple[tuple[str, str], ...]:
    return (("yes", say(locale, "是")), ("no", say(locale, "否")))


def _basics(scene: Scene) -> list[Box]:
    lc = scene.locale
    ways = (("online", say(lc, "全程网上办")), ("counter", say(lc, "到窗口办")), ("info", say(lc, "只看指南")))
    people = (("citizen", say(lc, "个人")), ("business", say(lc, "企业")), ("both", say(lc, "个人和企业")))
    return [
        *both(lc, "name", say(lc, "事项名称"), 60, hint=say(lc, "居民看到的名字，越短越好")),
        *both(lc, "short", say(lc, "简称"), 8, hint=say(lc, "最多 8 个字，显示在首页的格子里"), required=False),
        Box("category", say(lc, "放在大厅哪一类"), ("category",), "select", options=scene.options(scene.world.categories)),
        Box("audience", say(lc, "谁来办"), ("audience",), "radios", options=people),
        Box("online", say(lc, "怎么办"), ("online",), "radios", options=ways),
        Box("aliases", say(lc, "别的叫法"), ("aliases",), "textarea", "lines", hint=say(lc, "一行写一个；居民搜这些词也找得到"),
            required=False, most=60),
        Box("districts", say(lc, "只在这些区办"), ("districts",), "checks", "list", hint=say(lc, "一个都不选就是全市"), required=False,
            options=scene.options(scene.world.districts)),
    ]  # fmt: skip


def _guide(scene: Scene) -> list[Box]:
    lc = scene.locale
    days = say(lc, "工作日")
    return [
        *both(lc, "guide.summary", say(lc, "这是办什么的"), 2000, hint=say(lc, "一两句话，说明办了有什么用"), kind="textarea"),
        *both(lc, "guide.who", say(lc, "谁可以办"), 2000, kind="textarea"),
        *both(lc, "guide.fee", say(lc, "要不要钱"), 300, hint=say(lc, "例如：不收费")),
        Box("promised_days", say(lc, "承诺几天办完"), ("guide", "promised_days"), "number", "whole", high=400, hint=days),
        Box("statutory_days", say(lc, "法律规定最长几天"), ("guide", "statutory_days"), "number", "whole", high=400, hint=days),
        Box("trips", say(lc, "要跑几次"), ("guide", "trips"), "number", "whole", high=9),
        *both(lc, "guide.where", say(lc, "到哪里办、怎么问"), 400, kind="textarea"),
        Box("basis", say(lc, "法律依据"), ("guide", "basis"), "textarea", "lines", hint=say(lc, "一行写一条，写到第几条"), most=300),
        *both(lc, "guide.objection", say(lc, "不服怎么办"), 2000, kind="textarea", required=False),
    ]


def process_boxes(scene: Scene) -> list[Box]:
    """How long and how it is handled."""
    lc = scene.locale
    levels = (("1", say(lc, "登录就行")), ("2", say(lc, "要实名认证")))
    return [
        Box("accept_days", say(lc, "几个工作日内决定受不受理"), ("process", "accept_days"), "number", "whole", low=1, high=30,
            hint=say(lc, "到期没有答复就算受理"), required=False),
        Box("supplement_days", say(lc, "补材料给几个工作日"), ("process", "supplement_days"), "number", "whole", low=1, high=90,
            required=False),
        Box("min_assurance", say(lc, "申请人要先做到"), ("process", "min_assurance"), "radios", "whole", low=1, high=3, options=levels,
            required=False),
        Box("rating", say(lc, "办完请人评价"), ("process", "rating"), "radios", "truth", options=yes_no(lc), required=False),
        Box("extend_days", say(lc, "经主管同意，最多延期几个工作日"), ("process", "extend_days"), "number", "whole", high=MOST_EXTENDED,
            hint=say(lc, "填 0 就不能延期；不填是 {n} 个", n=MOST_EXTENDED), required=False),
        *both(lc, "process.decline_to", say(lc, "不予受理时怎么说"), 200, hint=say(lc, "告诉申请人该找谁"), required=False),
    ]  # fmt: skip


def plain(key: str, boxes: Callable[[Scene], list[Box]], *, online: bool = False) -> Part:
    """A part that is nothing but its boxes."""
    return Part(
        key, boxes, lambda scene: read(boxes(scene), scene.bundle),
        lambda scene, typed: write(boxes(scene), scene.bundle, typed, scene.locale), online=online,
    )  # fmt: skip


def listed(key: str, path: tuple[str, ...], boxes: Callable[[Scene], list[Box]]) -> Part:
    """A part that is a list of tables."""

    def read_entry(scene: Scene) -> Typed:
        return read(boxes(scene), entry_of(scene.bundle, path, scene.place))

    def write_entry(scene: Scene, typed: Typed) -> Bundle:
        made = write(boxes(scene), entry_of(scene.bundle, path, scene.place), typed, scene.locale)
        return with_entry(scene.bundle, path, scene.place, made)

    return Part(key, boxes, read_entry, write_entry, many=True)


def entries(bundle: Bundle, path: tuple[str, ...]) -> list[dict[str, Any]]:
    return list(look(bundle, path) or ())


def entry_of(bundle: Bundle, path: tuple[str, ...], place: int) -> dict[str, Any]:
    found = entries(bundle, path)
    return found[place] if 0 <= place < len(found) else {}


def with_entry(bundle: Bundle, path: tuple[str, ...], place: int, made: dict[str, Any]) -> Bundle:
    """The tables with this entry at its place, or at the end when it is new."""
    found = entries(bundle, path)
    found = [*found[:place], made, *found[place + 1 :]] if 0 <= place < len(found) else [*found, made]
    return with_list(bundle, path, found)


def with_list(bundle: Bundle, path: tuple[str, ...], found: list[dict[str, Any]]) -> Bundle:
    made = copy.deepcopy(bundle)
    inner = made
    for part in path[:-1]:
        inner = inner.setdefault(part, {})
    inner[path[-1]] = found
    if not found:
        inner.pop(path[-1])
    return made


def _steps(scene: Scene) -> list[Box]:
    lc = scene.locale
    return [
        Box("zh", say(lc, "这一步做什么"), ("zh",), "textarea", most=500),
        Box("en", say(lc, "{what}（英文）", what=say(lc, "这一步做什么")), ("en",), "textarea", required=False, most=2000),
    ]


def _materials(scene: Scene) -> list[Box]:
    lc = scene.locale
    origins = (("upload", say(lc, "申请人上传")), ("wallet", say(lc, "卡包里有，系统读取")), ("register", say(lc, "部门互查，不用带")),
               ("counter", say(lc, "到窗口出示")))  # fmt: skip
    kinds = (("original", say(lc, "原件")), ("copy", say(lc, "复印件")), ("form", say(lc, "填表")), ("none", say(lc, "不用纸")))
    return [
        *both(lc, "name", say(lc, "材料名称"), 80), *both(lc, "note", say(lc, "说明"), 300, required=False),
        Box("from", say(lc, "这份材料从哪里来"), ("from",), "radios", options=origins),
        Box("kind", say(lc, "要什么样的"), ("kind",), "radios", options=kinds),
        Box("required", say(lc, "是不是必须有"), ("required",), "radios", "truth", options=yes_no(lc)),
    ]


STEPS, MATERIALS = ("guide", "steps"), ("guide", "materials")
BASICS, GUIDE = plain("basics", _basics), plain("guide", _guide)
STEP, MATERIAL = listed("steps", STEPS, _steps), listed("materials", MATERIALS, _materials)
