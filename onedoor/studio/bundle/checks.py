"""What stands between a draft and the public, each with the box to mend it in. Mistakes stop it; advice does not."""

from collections.abc import Iterator
from typing import Any, cast

from msgspec import Struct

from onedoor.cases.service import checking
from onedoor.kernel.i18n import pick, say
from onedoor.studio.models import Bundle

from . import outline, questions, reach, shape
from .boxes import look
from .outcome import PAPERS
from .parts import MATERIALS, STEPS, Scene, World, entries
from .whens import table


class Finding(Struct, frozen=True):
    """One thing to mend: the part, the place in its list (-1: none), the box, and what to do."""

    part: str
    words: str
    place: int = -1
    box: str = ""
    advice: bool = False


def clean(bundle: Bundle) -> Bundle:
    """As it goes out: what is read or done at a counter has neither form nor process."""
    return bundle if bundle.get("online") == "online" else {k: v for k, v in bundle.items() if k not in ("form", "process")}


def findings(locale: str, bundle: Bundle, world: World) -> list[Finding]:
    """Everything at once: mistakes first, then advice."""
    online = bundle.get("online") == "online"
    found = [*_open_boxes(locale, bundle, world), *_basics(locale, bundle, world), *_guide(locale, bundle)]
    if online:
        found += [*_questions(locale, bundle), *_held(locale, bundle), *reached(locale, bundle), *_certificate(locale, bundle, world)]
    if not mistakes(found):
        found += _rest(locale, clean(bundle))
    if online and not mistakes(found):
        found += _dead_ends(locale, bundle)
    return sorted(found, key=lambda one: one.advice) + list(_english(locale, clean(bundle)))


def mistakes(found: list[Finding]) -> list[Finding]:
    return [one for one in found if not one.advice]


def _open_boxes(locale: str, bundle: Bundle, world: World) -> Iterator[Finding]:
    """Boxes that must hold something and do not, and those that hold too much."""
    for part in outline.shown(bundle):
        for place in range(outline.count(bundle, part.key)) if part.many else (-1,):
            scene = Scene(locale, bundle, place, world)
            typed = part.read(scene)
            for box in part.boxes(scene):
                value = typed.get(box.name, "")
                if box.required and value in ("", []):
                    yield Finding(part.key, say(locale, "“{what}”还没有填", what=box.label), place, box.name)
                elif isinstance(value, str) and box.shape == "text" and len(value) > box.most:
                    yield Finding(part.key, say(locale, "“{what}”太长了，最多 {n} 个字", what=box.label, n=box.most), place, box.name)


def _basics(locale: str, bundle: Bundle, world: World) -> Iterator[Finding]:
    if bundle.get("department") not in world.departments:
        yield Finding("basics", say(locale, "办理部门已经不在了，请先由政务服务部门指定新的部门"), box="name_zh")
    if bundle.get("category") and bundle["category"] not in world.categories:
        yield Finding("basics", say(locale, "大厅里没有这一类了，请另选一类"), box="category")
    if any(code not in world.districts for code in bundle.get("districts") or ()):
        yield Finding("basics", say(locale, "有的区域已经不在了，请重新选"), box="districts")


def _guide(locale: str, bundle: Bundle) -> Iterator[Finding]:
    guide = table(bundle.get("guide"))
    promised, legal = guide.get("promised_days"), guide.get("statutory_days")
    if isinstance(promised, int) and isinstance(legal, int) and promised > legal:
        words = say(locale, "承诺 {n} 天，比法律规定的 {m} 天还长", n=promised, m=legal)
        yield Finding("guide", words, box="promised_days")
    papers = entries(bundle, PAPERS) if bundle.get("online") == "online" else []
    uploads = [m for m in entries(bundle, MATERIALS) if m.get("from") == "upload"]
    if any(m.get("required", True) for m in uploads) and not papers and bundle.get("online") == "online":
        yield Finding("papers", say(locale, "材料清单里有要上传的材料，却没有地方上传"), advice=True)
    if papers and not uploads:
        yield Finding("materials", say(locale, "要上传的文件没有写在材料清单里，居民事先看不到"), advice=True)
    if not entries(bundle, STEPS):
        yield Finding("steps", say(locale, "还没有写怎么办，居民会不知道下一步"), advice=True)


def _questions(locale: str, bundle: Bundle) -> Iterator[Finding]:
    """Names, words, options and sizes."""
    known = questions.names(bundle)
    first: dict[str, str] = {}
    for place, name in enumerate(known):
        if known.index(name) != place:
            yield Finding("questions", say(locale, "两个问题用了同一个名称“{name}”", name=name), place, "name")
            continue
        words = questions.label("zh-CN", bundle, name)
        if words in first:
            yield Finding("questions", say(locale, "两个问题一模一样：“{words}”", words=words), place, "label_zh")
        first.setdefault(words, name)
        yield from _answers(locale, bundle, name, place)
    if len(known) > 100 or len(questions.pages(bundle)) > 40:
        yield Finding("questions", say(locale, "最多 100 个问题、40 页；请拆成两个事项"))
    if len(entries(bundle, PAPERS)) > 20:
        yield Finding("papers", say(locale, "最多要求上传 20 种文件"))
    if len(known) <= 2 and all(look(bundle, ("form", "bindings", f"/{n}")) for n in known):
        yield Finding("questions", say(locale, "除了身份信息什么都不问，确认一下是不是这样"), advice=True)


def _answers(locale: str, bundle: Bundle, name: str, place: int) -> Iterator[Finding]:
    prop = table(look(bundle, ("form", "schema", "properties", name)))
    field = table(look(bundle, ("form", "fields", name)))
    options = cast("list[dict[str, Any]]", field.get("options") or [])
    if field.get("as") in questions.CHOICES and prop.get("enum") != questions.YES_NO and len(options) < 2:
        yield Finding("questions", say(locale, "至少要有两个答案可以选"), place, "options")
    labels = [table(o.get("label")).get("zh") for o in options]
    if len(set(labels)) < len(labels):
        yield Finding("questions", say(locale, "有两个答案一模一样"), place, "options")
    low, high = (prop.get(k) for k in ("minimum", "maximum"))
    low, high = (prop.get("minLength"), prop.get("maxLength")) if low is None and high is None else (low, high)
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield Finding("questions", say(locale, "最少比最多还大"), place, "least")
    elif most := checking.too_much(prop):
        yield Finding("questions", say(locale, "最少填得太大了，这里最多能填 {n}", n=most), place, "least")
    if bad := checking.schema_fault(prop):
        yield Finding("questions", say(locale, "程序读不懂这个问题的规则：{what}", what=bad[:120]), place, "kind")


HINTS = (
    ("person.name", "od:name", ("姓名",)), ("person.id_number", "od:citizen-id", ("身份证号", "身份证号码")),
    ("person.phone", "od:phone", ("手机号", "电话")), ("person.household_address", "", ("户籍地址", "户口在哪", "户籍所在")),
    ("person.address", "od:address", ("住址", "住在哪", "家庭地址", "居住地址")), ("person.birth_on", "", ("出生日期", "生日", "哪天出生")),
    ("person.age", "", ("年龄", "多大", "几岁")), ("person.sex", "", ("性别",)), ("person.nation", "", ("民族",)),
)  # fmt: skip


def suspected(bundle: Bundle, name: str) -> str:
    """The element that would answer a question nobody bound to a register; empty when none would."""
    prop, words = table(look(bundle, ("form", "schema", "properties", name))), questions.label("zh-CN", bundle, name)
    for element, reference, said in HINTS:
        if (reference and prop.get("$ref") == reference) or any(word in words for word in said):
            return element
    return ""


def _held(locale: str, bundle: Bundle) -> Iterator[Finding]:
    """The asked-once gate: what a register knows is asked only with a reason that everybody can read."""
    words = dict(questions.elements(locale))
    bound: dict[str, str] = {}
    for place, name in enumerate(questions.names(bundle)):
        told = look(bundle, ("form", "bindings", f"/{name}"))
        element = str(told if isinstance(told, str) else table(told).get("element") or "")
        if element in bound:
            asked = say(locale, "登记库里的“{what}”已经用在另一个问题上", what=words.get(element, element))
            yield Finding("questions", asked, place, "element", advice=True)
        if element:
            bound[element] = name
            continue
        if (known := suspected(bundle, name)) and not look(bundle, ("form", "fields", name, "reason")):
            said = say(locale, "“{question}”登记库已经知道（{what}），不能再问居民；一定要问，请写明理由",
                       question=questions.label(locale, bundle, name), what=words[known])  # fmt: skip
            yield Finding("questions", said, place, "element")
    for element in checking.must_bind(table(look(bundle, ("process",)))):
        if element not in bound:
            said = say(locale, "每张表都要从登记库取“{what}”，不让居民自己填", what=words.get(element, element))
            yield Finding("questions", said, box="")


def reached(locale: str, bundle: Bundle) -> Iterator[Finding]:
    """Conditions that wait for each other, that look ahead, and pages that nobody ever gets to."""
    known = questions.names(bundle)
    for name, why in reach.faults(bundle):
        label = questions.label(locale, bundle, name)
        words = {
            "circle": say(locale, "“{question}”的条件在等自己：几个问题互相等，谁也不会出现", question=label),
            "later": say(locale, "“{question}”的条件用到了后面才问的问题，请把它移到后面", question=label),
            "gone": say(locale, "“{question}”的条件用到了已经没有的问题或答案", question=label),
            "never": say(locale, "“{question}”的条件永远不会成立，没有人会看到它", question=label),
            "large": say(locale, "“{question}”的条件太复杂，最多 4 层、60 个", question=label),
        }  # fmt: skip
        yield Finding("questions", words[why], known.index(name), "when_1")
    for place, paper in enumerate(entries(bundle, PAPERS)):
        if (rule := paper.get("when")) is not None and (why := reach.rule_fault(bundle, rule, set(known))):
            words = say(locale, "这份文件的条件永远不会成立") if why == "never" else say(locale, "这份文件的条件用到了已经没有的问题或答案")
            yield Finding("papers", words, place, "when_1")


def _certificate(locale: str, bundle: Bundle, world: World) -> Iterator[Finding]:
    kind = str(look(bundle, ("process", "cert_type")) or "")
    claims = table(look(bundle, ("process", "claims")))
    if not kind:
        return
    if kind not in world.certificates or world.certificates[kind].issuer != bundle.get("department"):
        yield Finding("certificate", say(locale, "本部门不能发这种证照"), box="cert_type")
        return
    for name, label in world.certificates[kind].claims.items():
        pointer = str(claims.get(name, ""))
        if pointer.startswith("/") and pointer[1:] not in questions.names(bundle):
            said = say(locale, "证上的“{field}”用到了已经没有的问题", field=label)
            yield Finding("certificate", said, box=f"claim-{name}")
        elif not pointer:
            said = say(locale, "证上的“{field}”还没有说填什么，会是空的", field=label)
            yield Finding("certificate", said, box=f"claim-{name}", advice=True)


def _rest(locale: str, bundle: Bundle) -> Iterator[Finding]:
    """What only the engines see; a page of the studio cannot make it, a file from elsewhere can."""
    told = shape.faults(bundle)
    if not told and (form := bundle.get("form")):
        told = [(f"form.{place}", what) for place, what in checking.form_mistakes(str(bundle.get("code")), form)]
        procedures = table(bundle.get("process")).get("specials") or []
        told += checking.special_mistakes(procedures, table(look(form, ("schema", "properties"))))
        told += checking.instant_mistakes(table(bundle.get("process")), table(form))
    for place, what in told:
        yield Finding(_part_of(place), say(locale, "程序读不懂 {place}：{what}", place=place or "·", what=what))


def _dead_ends(locale: str, bundle: Bundle) -> Iterator[Finding]:
    """Answers with which nobody could hand it in: the form is walked with answers that are made up, so this is advice."""
    known = questions.names(bundle)
    for one in checking.dead_ends(str(bundle.get("code")), look(bundle, ("form",)), locale)[:3]:
        asked = {p[1:]: value for p, value in one.chosen.items() if p.startswith("/") and value is not None}
        labels = {name: questions.label(locale, bundle, name) for name in asked}
        told = "; ".join(f"{labels[name]}: {_answered(locale, bundle, name, value)}" for name, value in asked.items())
        name = one.faults[0].pointer.strip("/").split("/")[0]
        last = questions.label(locale, bundle, name)
        words = say(locale, "走一遍试试：到“{question}”就走不下去", question=last)
        if told:
            words = say(locale, "走一遍试试：这样回答，到“{question}”就走不下去（{chosen}）", question=last, chosen=told)
        yield Finding("questions", words, known.index(name) if name in known else -1, advice=True)


def _answered(locale: str, bundle: Bundle, name: str, value: Any) -> str:
    """An answer in the words of its options."""
    options = cast("list[dict[str, Any]]", look(bundle, ("form", "fields", name, "options")) or [])
    labels = {o.get("value"): pick(locale, o.get("label")) for o in options}
    return ", ".join(str(labels.get(one, one)) for one in (value if isinstance(value, list) else [value]))


def _part_of(place: str) -> str:
    head = place.split(".")[0].split("[")[0]
    inside = {
        "guide": "guide", "process": next((p for p in ("specials", "instant") if place.startswith(f"process.{p}")), "process"),
        "form": "papers" if place.startswith("form.documents") else "questions",
    }  # fmt: skip
    return inside.get(head, "basics")


def _english(locale: str, bundle: Bundle) -> Iterator[Finding]:
    """Texts without English, counted by part."""
    left: dict[str, int] = {}
    _count_english(bundle, "", left)
    for part, n in left.items():
        yield Finding(part, say(locale, "有 {n} 处还没有英文", n=n), advice=True)


def _count_english(value: Any, place: str, left: dict[str, int]) -> None:
    if isinstance(value, dict):
        said = cast("dict[str, Any]", value)
        if said.get("zh") and not said.get("en") and set(said) <= {"zh", "en"}:
            part = "steps" if place.startswith("guide.steps") else "materials" if place.startswith("guide.materials") else _part_of(place)
            left[part] = left.get(part, 0) + 1
        for key, inner in said.items():
            _count_english(inner, f"{place}.{key}".strip("."), left)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            _count_english(inner, place, left)
