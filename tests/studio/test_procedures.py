"""特别程序, 秒批 and who applies are set in the browser; one check for files and pages."""

import copy
from typing import Any

from onedoor.cases.service import checking
from onedoor.cases.service.definitions import form_of, process_of
from onedoor.kernel.work import system
from onedoor.studio.bundle import applying, checks

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


AGE = {"words_zh": "年满 60 周岁", "words_en": "Aged 60 or over", "when_1": "ge:@person.age", "when_1_number": "60", "when_join": "all"}


def test_what_is_granted_at_once(site: Any, people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    new = f"{draft}/parts/instant/new"
    assert "/children" not in editor.page(new), "an answer of the applicant is nothing that a register has told"
    editor.save(new, **(AGE | {"when_1": "", "words_zh": ""}))
    page = editor.page(draft)
    assert all(words in page for words in ("“这个条件怎么说”还没有填", "“要符合什么”还没有填", "当场批准"))
    editor.save(f"{draft}/parts/instant/0", **AGE)
    assert AGE.items() <= typed_on(editor.page(f"{draft}/parts/instant/0")).items()
    editor.save(new, **(AGE | {"words_zh": "未满 200 岁", "when_1": "lt:@person.age", "when_1_number": "200"}))
    editor.post(f"{draft}/arrange/instant", act="remove-1")
    code = code_of(editor, draft)
    published(people, draft)
    soon(lambda: site.client().get(f"/items/{code}"), 200)

    async def ask() -> Any:
        async with site.house.begin(system("test")) as work:
            return await process_of(work, code)

    rule = site.run(ask).instant
    assert [(one.when, one.words.en) for one in rule.conditions] == [({"ge": ["@person.age", 60]}, "Aged 60 or over")]


def test_a_rule_over_answers_is_told() -> None:
    made = copy.deepcopy(bundle())
    made["process"]["instant"] = {"conditions": [{"when": {"eq": ["/a", "yes"]}, "words": {"zh": "是", "en": "Yes"}}]}
    found = [f for f in checks.findings("zh-CN", made, WORLD) if not f.advice]
    assert [f.part for f in found] == ["instant"]
    assert "answered by a register alone" in found[0].words


def test_an_organisation_applies(site: Any, people: Any) -> None:
    """The two questions that a register answers follow who applies, there and back; the certificate may say its name."""
    editor = people(EDITOR)
    draft = editor.written()
    editor.save(f"{draft}/parts/process", applicant="firm")
    page = editor.page(draft)
    assert all(words in page for words in ("单位名称", "统一社会信用代码"))
    assert "不让居民自己填" not in page, "who applies is bound"
    code = code_of(editor, draft)
    published(people, draft)
    soon(lambda: site.client().get(f"/items/{code}"), 200)

    async def ask() -> Any:
        async with site.house.begin(system("test")) as work:
            return await process_of(work, code), await form_of(work, code)

    process, form = site.run(ask)
    assert process.applicant == "firm"
    assert {q.element for q in form.questions.values() if q.element} >= {"firm.name", "firm.uscc"}
    back = applying.following(applying.following(bundle(), firm=True), firm=False)
    assert back["form"] == bundle()["form"]
