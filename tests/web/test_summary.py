"""The lines of an error summary name their fields, in both languages, and no field twice."""

import html
import re
from typing import Any

import pytest

from onedoor.ui.summary import named

WARNER = "13800991501"


def lines(page: str) -> list[str]:
    summary = re.search(r'<div class="errors".*?</div></div>', page, re.DOTALL)
    assert summary, page[-3000:]
    return [html.unescape(one) for one in re.findall(r'<a href="#field-[^"]+">([^<]*)</a>', summary[0])]


@pytest.mark.parametrize(("locale", "expected"), [
    ("zh-CN", ["请选择级别", "标题：请填写这一项", "一句话：请填写这一项", "全文：请填写这一项", "哪个区域：请选择一个区域"]),
    ("en", ["Choose a level", "Title: Please fill this in", "One line: Please fill this in", "Text: Please fill this in"]),
])  # fmt: skip
def test_a_line_names_its_field(site: Any, locale: str, expected: list[str]) -> None:
    desk = site.sign_in(WARNER)
    page = desk.post("/desk/notices/new", data={}, headers={"accept": "text/html", "accept-language": locale})
    assert page.status_code == 422
    assert [one for one in expected if one not in lines(page.text)] == []


def line(pointer: str, told: str) -> str:
    return f'<div class="errors"><div role="alert"><ul><li><a href="#field-{pointer}">{told}</a></li></ul></div></div>'


@pytest.mark.parametrize(("told", "field", "expected"), [
    ("请填写这一项", '<label for="field-a">店名<span class="opt">（选填）</span></label><input id="field-a">', "店名：请填写这一项"),
    ("请选择一项", '<fieldset><legend><h1>要哪一种？</h1></legend><input id="field-a"></fieldset>', "要哪一种？请选择一项"),
    ("请填日期", '<fieldset><legend>最后一天</legend><label for="field-a">年</label><input id="field-a"></fieldset>', "最后一天：请填日期"),
    ("请填写手机号", '<fieldset></fieldset><label for="field-a">手机号</label><input id="field-a">', "请填写手机号"),
    ("太长了", '<label for="field-a">A &amp; B</label><input id="field-a">', "A &amp; B：太长了"),
    ("请填写这一项", '<label for="field-ab">别的</label><input id="field-ab">', "请填写这一项"),
])  # fmt: skip
def test_the_words_over_a_field(told: str, field: str, expected: str) -> None:
    page = line("a", told) + field
    assert named("zh-CN", page) == line("a", expected) + field
    assert named("zh-CN", named("zh-CN", page)) == named("zh-CN", page)
