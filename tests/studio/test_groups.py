"""A question that repeats: made in the studio, answered without scripts, each entry judged by itself."""

import re
from typing import Any

import pytest

from tests.cases.kit import bearer

from .kit import EDITOR, GUIDE, QUESTION, code_of, published, soon, typed_on

RESIDENT = "13900990001"
GROUP = QUESTION | {
    "label_zh": "家里还有谁一起借书？", "label_en": "Who else?", "kind": "group", "name": "family", "limit": "3",
    "parts": "叫什么 | Called\n几岁 | Age | 整数\n哪天出生 | Born | 日期", "reason": "问的是家人，不是申请人本人",
}  # fmt: skip
ONE, TWO = {"p1": "王小明", "p2": 7, "p3": "2018-03-04"}, {"p1": "王小红", "p2": 5, "p3": "2020-05-06"}


@pytest.fixture(scope="module")
def code(people: Any, site: Any) -> str:
    """A service with one repeated group."""
    editor = people(EDITOR)
    draft = editor.started("家庭借书证")
    editor.save(f"{draft}/parts/guide", **GUIDE)
    strange = editor.save(f"{draft}/parts/questions/new", 422, **(GROUP | {"parts": "叫什么 | Called | 写诗"}))
    assert "“写诗”不是一种回答方式" in strange.text
    editor.save(f"{draft}/parts/questions/new", 422, **(GROUP | {"parts": ""}))
    editor.save(f"{draft}/parts/questions/new", **GROUP)
    kept = typed_on(editor.page(f"{draft}/parts/questions/2"))
    assert kept["parts"].splitlines()[1] == "几岁 | Age | 整数"
    assert kept["limit"] == "3"
    file = editor.browser.get(f"{draft}/file").json()["service"]
    editor.save(f"{draft}/parts/questions/2", parts=kept["parts"].replace("几岁", "今年几岁"))
    assert editor.browser.get(f"{draft}/file").json()["service"] != file
    editor.save(f"{draft}/parts/questions/2", parts=kept["parts"])
    assert "再加一项" in editor.page(f"{draft}/preview/family")
    published(people, draft)
    made = code_of(editor, draft)
    soon(lambda: site.client().get(f"/items/{made}"), 200)
    return made


def parts_of(site: Any, code: str) -> list[str]:
    """The names of the group's parts."""
    from onedoor.cases.service import definitions

    known = definitions.memory.now
    return list(known.forms[code, known.newest[code]].schema["properties"]["family"]["items"]["properties"])


def row(names: list[str], place: int, called: str, age: str, day: str) -> dict[str, str]:
    year, month, date = [*day.split("-"), "", ""][:3]
    base = f"family-{place}"
    return {f"{base}-{names[0]}": called, f"{base}-{names[1]}": age, f"{base}-{names[2]}-year": year, f"{base}-{names[2]}-month": month,
            f"{base}-{names[2]}-day": date}  # fmt: skip


def test_entries_come_and_go_and_keep_what_was_typed(code: str, login: Any, site: Any) -> None:
    resident, names = login(RESIDENT), parts_of(site, code)
    draft = resident.post(f"/apply/{code}", data={"new": "1"}, follow_redirects=False).headers["location"]
    page = resident.get(f"{draft}/family")
    assert page.text.count("<fieldset") >= 1
    more = resident.post(f"{draft}/family", data=row(names, 0, "王小明", "七", "2018-3-4") | {"again": "family"})
    assert more.status_code == 200
    assert "第 2 项" in more.text
    assert 'value="王小明"' in more.text
    odd = resident.post(f"{draft}/family", data=row(names, 0, "王小明", "七", "2018-3-4") | {"drop": "family-²"})
    assert (odd.status_code, "王小明" in odd.text) == (422, True), "no entry of that name: what was typed stays"
    wrong = resident.post(f"{draft}/family", data=row(names, 0, "王小明", "七", "2018-3-4") | row(names, 1, "王小红", "", "2020-2-30"))
    assert wrong.status_code == 422
    assert f'href="#field-family-0-{names[1]}"' in wrong.text
    assert f'href="#field-family-1-{names[1]}"' in wrong.text
    assert 'value="王小红"' in wrong.text
    less = resident.post(f"{draft}/family", data=row(names, 0, "王小明", "7", "") | row(names, 1, "王小红", "5", "") | {"drop": "family-0"})
    assert 'value="王小红"' in less.text
    assert 'value="王小明"' not in less.text
    all_three = row(names, 0, "王小明", "7", "2018-3-4") | row(names, 1, "", "", "") | row(names, 2, "王小红", "5", "2020-5-6")
    done = resident.post(f"{draft}/family", data=all_three, follow_redirects=False)
    assert done.headers["location"].endswith("/check")
    check = resident.get(f"{draft}/check").text
    assert re.search(r"1\. 叫什么：王小明，几岁：7.*2\. 叫什么：王小红", check, re.DOTALL)
    handed = resident.post(f"{draft}/check", follow_redirects=False)
    assert "王小红" in resident.get(handed.headers["location"]).text


WRONG: dict[str, Any] = {
    "not a list": "x", "not tables": ["x"], "too many": [ONE] * 4, "an unknown part": [ONE | {"x": 1}],
    "a part left out": [{"p1": "王小明"}],
    "deep": [{"p1": [[[[[[[[1]]]]]]]]}], "a table for a text": [ONE | {"p1": {"a": 1}}], "nothing": [],
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_no_entry_may_be(code: str, site: Any, name: str) -> None:
    program = bearer(site, RESIDENT)
    answer = program.post("/api/cases", json={"item": code, "answers": {"family": WRONG[name]}, "attachments": []})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


def test_a_program_hands_in_entries(code: str, site: Any) -> None:
    program = bearer(site, RESIDENT)
    answer = program.post("/api/cases", json={"item": code, "answers": {"family": [ONE, TWO]}, "attachments": []})
    assert answer.status_code == 201, answer.text
    assert program.get(f"/api/cases/{answer.json()['id']}").status_code == 200


def test_a_group_inside_of_a_group_is_refused() -> None:
    from onedoor.cases.service import checking

    inner = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}
    form = {
        "title": {"zh": "x", "en": "x"}, "schema": {"type": "object", "properties": {"g": {"type": "array", "items": {
            "type": "object", "properties": {"h": inner}}}}},
        "fields": {"g": {"label": {"zh": "g", "en": "g"}, "as": "group", "of": {"h": {"label": {"zh": "h", "en": "h"}, "as": "group"}}}},
        "pages": [{"id": "g", "ask": ["g"]}],
    }  # fmt: skip
    assert checking.form_mistakes("x", form)
