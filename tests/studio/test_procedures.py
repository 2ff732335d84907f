"""特别程序 are set in the browser: kind, most days, of which cases; and how many days a supervisor gives. One check for files and pages."""

import copy
from typing import Any

from onedoor.cases.service import checking
from onedoor.cases.service.definitions import process_of
from onedoor.kernel.work import system
from onedoor.studio.bundle import checks

from .kit import EDITOR, code_of, published, soon, typed_on, unescaped
from .test_checks import WORLD, bundle

NOTICE = {"kind": "public_notice", "max_days": "15", "when_1": "eq:/children:yes", "when_join": "all"}


def test_from_the_page_to_the_clerk(site: Any, people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    new = f"{draft}/parts/specials/new"
    for wrong, told in (({"max_days": "0"}, "1 到 180"), ({"max_days": "很久"}, "请填写整数"), ({"kind": "party"}, "请从列出的选项里选")):
        assert told in unescaped(editor.save(new, 422, **(NOTICE | wrong)).text), wrong
    editor.save(new, **(NOTICE | {"max_days": ""}))
    assert "“最多几个工作日”还没有填" in editor.page(draft)
    editor.save(f"{draft}/parts/specials/0", **NOTICE)
    assert NOTICE.items() <= typed_on(editor.page(f"{draft}/parts/specials/0")).items()
    assert 'value="public_notice"' not in editor.page(new), "each kind once"
    editor.save(new, kind="inspection", max_days="5")
    assert all(words in editor.page(draft) for words in ("公示", "最多 15 个工作日", "现场核查"))
    assert "0 到 10" in editor.save(f"{draft}/parts/process", 422, extend_days="11").text
    editor.save(f"{draft}/parts/process", extend_days="0")
    code = code_of(editor, draft)
    published(people, draft)
    soon(lambda: site.client().get(f"/items/{code}"), 200)

    async def ask() -> Any:
        async with site.house.begin(system("test")) as work:
            return await process_of(work, code)

    process = site.run(ask)
    assert [(str(one.kind), one.max_days, one.when) for one in process.specials] == [
        ("public_notice", 15, {"eq": ["/children", "yes"]}), ("inspection", 5, None)
    ]  # fmt: skip
    assert process.extend_days == 0


def test_one_check_for_files_and_pages(site: Any) -> None:
    """What a file from elsewhere may hold and a page cannot make; the city's check says the same words."""
    good = {"kind": "hearing", "max_days": 5}
    for specials, told in (
        ([good, good], "there is another hearing"), ([good | {"when": {"eq": ["/gone", 1]}}], "/gone is not asked on any page"),
        ([good | {"when": {"near": 1}}], "operator"), ([good | {"when": {"lt": ["@person.shoe", 1]}}], "no element"),
        ([good | {"max_days": 181}], "<= 180"),
    ):  # fmt: skip
        made = copy.deepcopy(bundle())
        made["process"]["specials"] = specials
        found = [f for f in checks.findings("zh-CN", made, WORLD) if not f.advice]
        assert [f.part for f in found] == ["specials"], specials
        assert told in found[0].words
        assert all(what in found[0].words for _, what in checking.special_mistakes(specials, {"a", "b"}, {"person.age"}))
