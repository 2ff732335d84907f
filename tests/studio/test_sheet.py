"""A department's own form as an Excel sheet: read with every doubt told by its cell, shown, added; bad files are answered in words."""

import importlib
import io
import json
import re
import zipfile
from html import unescape
from typing import Any

import pytest

from onedoor.studio.bundle import outline, sheet, workbook
from tests.cases.kit import bearer

from .kit import EDITOR, POLICE_EDITOR, REVIEWER

HEAD = ["字段名", "类型", "必填", "选项", "说明"]
LIST = [
    ["住房补贴申请表"], HEAD, ["申请人姓名", "文本", "是"], ["婚姻状况", "单选", "是", "未婚、已婚"], ["联系电话", "电话", "是"],
    ["户型", "立体", "否"], ["房产证", "附件", "可能", None, "拍清楚"], ["=A1", "文本", "是"], ["入住日期", "日期", "否"],
]  # fmt: skip
PRINTED = [
    ["居民住房补贴申请表"], ["姓名", None, "性别", "□男 □女"], ["身份证号", None, "联系电话", None], ["住房情况：□自有 □租房 □借住"],
    ["申请理由", None], ["填表说明：请用黑色签字笔填写，字迹工整，不得涂改，否则无效，一式两份。"],
]  # fmt: skip


def made(lines: list[list[Any]], merged: str = "") -> bytes:
    book = importlib.import_module("openpyxl").Workbook()
    for line in lines:
        book.active.append(line)
    if merged:
        book.active.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def read(raw: bytes) -> sheet.Reading:
    return sheet.read("zh-CN", workbook.opened(raw), outline.blank("x", "wenlv", "shenghuo", {"zh": "事", "en": "x"}))


def test_a_list_and_a_printed_form_become_questions() -> None:
    found = read(made(LIST))
    said = {r.values.get("label_zh") or r.values["name_zh"]: r for r in found.rows}
    assert list(said) == ["婚姻状况", "联系电话", "户型", "房产证", "入住日期"]
    assert said["婚姻状况"].values["options"] == "未婚\n已婚"
    assert said["联系电话"].values["element"] == "person.phone"
    assert (said["房产证"].part, said["入住日期"].values["kind"], said["入住日期"].values["required"]) == ("papers", "date", "no")
    assert [u.cell for u in found.unread] == ["B6", "C7", "A8", "B8", "C8", "A3"]
    found = read(made(PRINTED))
    said = {r.values["label_zh"]: r for r in found.rows}
    assert list(said) == ["性别", "联系电话", "住房情况", "申请理由"]
    assert said["住房情况"].values["options"] == "自有\n租房\n借住"
    assert said["性别"].values["element"] == "person.sex"
    assert [u.cell for u in found.unread] == ["A1", "A6", "A2", "A3"]
    merged = read(made([HEAD, ["甲项", "文本", "是"], ["乙项", "文本", "是"]], "A2:A3"))
    assert ("A2", "甲项") in [(u.cell, u.words) for u in merged.unread]


BAD = {
    "empty": (b"", "什么都没有"), "blank": (made([]), "什么都没有"), "old": (b"\xd0\xcf\x11\xe0" + bytes(600), "旧格式"),
    "no sheet": (b"PK\x03\x04 broken", "打不开"), "picture": (b"\x89PNG\r\n", "打不开"),
    "bomb": (zipped(xl__workbook=b"<a/>", xl__worksheets__sheet1=b" " * 13_000_000), "展开后太大"),
    "entities": (zipped(xl__workbook=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "展开后太大"),
    "rows": (made([HEAD, *([f"第{n}项", "文本", "是"] for n in range(10_000))]), "10001 行"),
    "large": (bytes(2_000_001), "2 MB"),
}  # fmt: skip


@pytest.fixture(scope="module")
def draft(people: Any) -> str:
    return people(EDITOR).started()


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_answered_in_words(people: Any, draft: str, bad: str) -> None:
    raw, said = BAD[bad]
    answer = people(EDITOR).browser.post(f"{draft}/sheet", files={"file": ("表.xlsx", raw)})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_macro_is_refused() -> None:
    out = io.BytesIO(made(LIST))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"program")
    with pytest.raises(workbook.BadSheet) as bad:
        workbook.opened(out.getvalue())
    assert bad.value.why is workbook.Why.MACRO


def test_what_was_read_is_shown_and_added(people: Any, site: Any, draft: str) -> None:
    editor = people(EDITOR)
    shown = editor.browser.post(f"{draft}/sheet", files={"file": ("表.xlsx", made(LIST))})
    assert shown.status_code == 200
    assert "不认识的类型" in shown.text
    rows = [unescape(value) for value in re.findall(r'name="row" value="([^"]+)"', shown.text)]
    editor.post(f"{draft}/sheet/add", row=rows[:4])
    page = editor.page(draft)
    assert all(word in page for word in ("婚姻状况", "户型", "房产证"))
    assert "入住日期" not in page
    editor.post(f"{draft}/undo")
    assert "婚姻状况" not in editor.page(draft)
    editor.post(f"{draft}/sheet/add", 422)
    editor.post(f"{draft}/sheet/add", 422, row=["[[[", json.dumps(["basics", {}])])
    program = bearer(site, EDITOR)
    address = f"/api{draft}"
    told = program.post(f"{address}/sheets", files={"file": ("表.xlsx", made(LIST))}).json()
    assert (len(told["rows"]), len(told["unread"])) == (5, 6)
    added = program.post(f"{address}/rows", json={"rows": told["rows"]}, headers={"idempotency-key": "rows-once"})
    assert added.status_code == 201, added.text
    again = program.post(f"{address}/rows", json={"rows": told["rows"]}, headers={"idempotency-key": "rows-once"})
    assert again.json() == added.json()
    assert program.post(f"{address}/rows", json={"rows": [{"part": "questions", "values": {"kind": "nonsense"}}]}).status_code == 422
    for maker, status in ((people(POLICE_EDITOR), 404), (people(REVIEWER), 403)):
        assert maker.browser.post(f"{draft}/sheet", files={"file": ("表.xlsx", made(LIST))}).status_code == status
