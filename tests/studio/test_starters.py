"""Services to begin from: each is sound but for what only the department knows, and the studio offers them all."""

from typing import Any

from onedoor.kernel.i18n import Text
from onedoor.studio.bundle import checks, filling, outline
from onedoor.studio.bundle.parts import World

from .kit import EDITOR, code_of

WORLD = World({"wenlv": Text("文旅局")}, {"shenghuo": Text("生活")}, {}, {}, frozenset())


def test_each_starter_lacks_only_the_law() -> None:
    assert len(filling.starters()) == 12
    for one in filling.starters().values():
        blank = outline.blank("wl-x", "wenlv", "shenghuo", {"zh": one.name.zh, "en": one.name.en})
        made = filling.begun(blank, one, WORLD)
        found = checks.findings("zh-CN", made, WORLD)
        assert [(f.part, f.box) for f in found if not f.advice] == [("guide", "basis")], one.code
        assert [f.words for f in found if f.advice] == [], one.code
        made["guide"]["basis"] = ["某法第一条"]
        assert checks.findings("zh-CN", made, WORLD) == [], one.code
        assert len(made["form"]["schema"]["properties"]) == 2 + len(one.questions)


def test_a_new_service_begins_from_a_starter(people: Any) -> None:
    editor = people(EDITOR)
    page = editor.page("/studio/new")
    assert page.count('name="starter"') == 13
    draft = editor.post("/studio/new", name_zh="遗失补办试试", category="shenghuo", starter="lost").headers["location"]
    assert "为什么补办？" in editor.page(draft)
    assert code_of(editor, draft)
    wrong = editor.post("/studio/new", 422, name_zh="遗失补办试试", category="shenghuo", starter="nothing")
    assert "请从列出的选项里选" in wrong.text
