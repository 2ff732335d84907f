"""Mistakes are named with their place before anything goes out."""

import copy
from typing import Any

import pytest

from onedoor.kernel.i18n import Text
from onedoor.studio.bundle import checks, outline, questions, reach
from onedoor.studio.bundle.parts import World

from .kit import EDITOR, QUESTION, code_of

WORLD = World({"wenlv": Text("文旅局")}, {"shenghuo": Text("生活")}, {}, {}, frozenset())


def bundle() -> dict[str, Any]:
    """A sound service with three questions in a row."""
    made = outline.blank("wl-x", "wenlv", "shenghuo", {"zh": "借书证", "en": "Card"})
    made["guide"] |= {"summary": {"zh": "借书", "en": "Borrow"}, "who": {"zh": "人", "en": "People"}, "basis": ["图书馆法"]}
    form = made["form"]
    for name in ("a", "b", "c"):
        form["schema"]["properties"][name] = {"enum": ["o1", "o2"]}
        options = [{"value": v, "label": {"zh": f"{name}{v}", "en": v}} for v in ("o1", "o2")]
        form["fields"][name] = {"label": {"zh": f"问{name}", "en": name}, "as": "radios", "options": options}
        form["pages"].append({"id": name, "ask": [name]})
    return made


def mistakes(made: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.part, f.words) for f in checks.findings("zh-CN", made, WORLD) if not f.advice]


def test_a_sound_service_has_no_mistake() -> None:
    assert mistakes(bundle()) == []


def test_conditions_that_wait_for_each_other() -> None:
    made = bundle()
    pages = made["form"]["pages"]
    pages[1]["when"], pages[2]["when"] = {"eq": ["/b", "o1"]}, {"eq": ["/a", "o1"]}
    assert dict(reach.faults(made)) == {"a": "circle", "b": "circle"}
    assert any("谁也不会出现" in words for _, words in mistakes(made))


@pytest.mark.parametrize(("rule", "why"), [
    ({"eq": ["/c", "o1"]}, "later"), ({"eq": ["/gone", "o1"]}, "gone"), ({"eq": ["/a", "o9"]}, "never"),
    ({"all": [{"eq": ["/a", "o1"]}, {"eq": ["/a", "o2"]}]}, "never"), ({"lt": ["@person.age", 0]}, None),
    ({"any": [{"eq": ["/a", "o9"]}, {"ne": ["/a", "o1"]}]}, None), ({"not": {"not": {"not": {"not": {"eq": ["/a", "o1"]}}}}}, "large"),
    ({"all": [{"lt": ["@person.age", 18]}, {"ge": ["@person.age", 60]}]}, "never"),
])  # fmt: skip
def test_a_condition_that_cannot_be(rule: dict[str, Any], why: str | None) -> None:
    made = bundle()
    made["form"]["pages"][2]["when"] = rule
    assert dict(reach.faults(made)).get("b") == why


def test_a_page_behind_a_closed_page_is_never_seen() -> None:
    made = bundle()
    pages = made["form"]["pages"]
    pages[2]["when"], pages[3]["when"] = {"eq": ["/a", "o1"]}, {"all": [{"eq": ["/b", "o1"]}, {"eq": ["/a", "o2"]}]}
    assert dict(reach.faults(made)) == {"c": "never"}


CHANGES: dict[str, Any] = {
    "promised_days": lambda m: m["guide"].update(promised_days=30), "basis": lambda m: m["guide"].update(basis=[]),
    "from": lambda m: m["guide"].update(materials=[{"name": {"zh": "材料", "en": "M"}, "kind": "copy", "from": "", "required": True}]),
    "category": lambda m: m.update(category="nowhere"), "name_zh": lambda m: m.update(department="gone"),
    "cert_type": lambda m: m["process"].update(cert_type="999"),
    "options": lambda m: m["form"]["fields"]["a"].update(options=m["form"]["fields"]["a"]["options"][:1]),
    "label_zh": lambda m: m["form"]["fields"]["b"].update(label={"zh": "问a", "en": "a"}),
    "element": lambda m: m["form"]["fields"]["b"].update(label={"zh": "您的出生日期？", "en": "Born"}),
}  # fmt: skip


@pytest.mark.parametrize("box", CHANGES)
def test_each_mistake_names_its_box(box: str) -> None:
    made = copy.deepcopy(bundle())
    CHANGES[box](made)
    found = [f for f in checks.findings("zh-CN", made, WORLD) if not f.advice]
    assert box in {f.box for f in found}, found


def test_what_a_register_knows_is_asked_only_with_a_reason() -> None:
    made = bundle()
    made["form"]["schema"]["properties"]["c"] = {"$ref": "od:phone"}
    made["form"]["fields"]["c"] = {"label": {"zh": "怎么联系？", "en": "Contact"}, "as": "phone"}
    assert any("登记库已经知道（手机号）" in words for _, words in mistakes(made))
    made["form"]["fields"]["c"]["reason"] = "要的是紧急联系人的号码"
    assert mistakes(made) == []


def test_a_way_that_ends_nowhere_is_told_with_the_answers_that_lead_there() -> None:
    """Three of two answers have to be ticked, and only whoever said o2 gets there. Advice: the answers are made up."""
    made = bundle()
    form = made["form"]
    form["schema"]["properties"]["c"] = {"type": "array", "items": {"enum": ["o1", "o2"]}, "minItems": 3, "maxItems": 9}
    form["schema"]["required"] = ["c"]
    form["fields"]["c"]["as"] = "checks"
    last = next(page for page in form["pages"] if page["id"] == "c")
    last["when"] = {"eq": ["/a", "o2"]}
    told = [f for f in checks.findings("zh-CN", made, WORLD) if "走一遍试试" in f.words]
    assert [(f.part, f.advice, f.words) for f in told] == [
        ("questions", True, "走一遍试试：这样回答，到“问c”就走不下去（问a: ao2）"),
    ]
    assert questions.names(made)[told[0].place] == "c"
    del last["when"]
    assert [f.words for f in checks.findings("en", made, WORLD) if "walk" in f.words] == ["A walk through it: nobody gets past “c”"]
    form["schema"]["properties"]["c"] |= {"minItems": 10**9, "maxItems": 10**9}
    told = [f for f in checks.findings("zh-CN", made, WORLD) if not f.advice]
    assert "最少填得太大了，这里最多能填 100" in [f.words for f in told]
    form["schema"]["properties"]["c"] |= {"minItems": 2, "maxItems": 9}
    assert [f for f in checks.findings("zh-CN", made, WORLD) if "走一遍试试" in f.words] == []


def test_texts_without_english_are_advice() -> None:
    made = bundle()
    made["guide"]["who"]["en"] = ""
    assert [f.words for f in checks.findings("zh-CN", made, WORLD) if f.part == "guide" and f.advice] == ["有 1 处还没有英文"]


def test_the_page_leads_to_the_box_and_nothing_goes_out(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    editor.save(f"{draft}/parts/questions/new", **(QUESTION | {"label_zh": "您的身份证号是多少？", "label_en": "ID", "kind": "text"}))
    page = editor.page(draft)
    assert f"{draft}/parts/questions/8#field-element" in page
    assert "登记库已经知道" in editor.post(f"{draft}/send", 422).text
    editor.save(f"{draft}/parts/questions/8", reason="问的是代办人")
    editor.post(f"{draft}/send")
    assert code_of(editor, draft)
