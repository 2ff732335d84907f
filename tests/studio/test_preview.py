"""A draft as residents will see it, before they do."""

from typing import Any

from onedoor.studio.bundle import spoken

from .kit import EDITOR, POLICE_EDITOR


def test_every_page_in_each_look(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    listed = editor.page(f"{draft}/preview")
    screens = {"guide": "一张证在两个区", "area": "您想在哪个区借书？", "child-age": "孩子几岁？", "file-paper-1": "学生证照片"}
    for screen, words in screens.items():
        assert f"{draft}/preview/{screen}?look=care" in listed
        assert words in editor.page(f"{draft}/preview/{screen}")
        assert 'class="care"' in editor.page(f"{draft}/preview/{screen}?look=care")
        assert 'lang="en"' in editor.page(f"{draft}/preview/{screen}?look=english")
    assert "Where do you want to borrow?" in editor.page(f"{draft}/preview/area?look=english")
    assert "由登记库填好" in editor.page(f"{draft}/preview/person")
    assert 'method="post" action="/drafts' not in editor.page(f"{draft}/preview/area")
    editor.page(f"{draft}/preview/nothing", 404)
    assert people(POLICE_EDITOR).browser.get(f"{draft}/preview").status_code == 404


def test_what_a_screen_reader_says(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    page = editor.page(f"{draft}/preview/area?look=spoken")
    said = page.split("<ol")[1].split("</ol>")[0]
    order = [said.index(words) for words in ("您想在哪个区借书？", "东湖区", "西山区", "继续")]
    assert order == sorted(order)
    assert "单选按钮" in said
    assert "1 级标题" in said


def test_the_order_is_read_from_the_page() -> None:
    page = (
        '<html><body><header>不读</header><main><h1>标题</h1><svg><text>画</text></svg><p aria-hidden="true">藏</p>'
        '<label for="a">姓名</label><input id="a"><fieldset><legend>选</legend><label><input type="radio" checked><span>甲</span></label>'
        '</fieldset><a href="/x">走<span class="sr">到哪里</span></a><button>好</button></main><footer>不读</footer></body></html>'
    )
    said = [(one.role, one.words) for one in spoken.order("zh-CN", page)]
    assert said == [
        ("1 级标题", "标题"), ("", "姓名"), ("输入框", "姓名"), ("", "选"), ("单选按钮", "，已选中"), ("", "甲"), ("链接", "走到哪里"),
        ("按钮", "好"),
    ]  # fmt: skip
