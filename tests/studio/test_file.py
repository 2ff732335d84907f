"""A service as a file: the same bytes on both ends, and a stranger's file can neither run, stall nor lie."""

import json
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from onedoor.studio.bundle import file, outline
from onedoor.studio.errors import NewerFormat, NotABundle

from .kit import EDITOR, POLICE_EDITOR, PUBLISHER, code_of, published
from .test_checks import bundle

ITEMS = sorted((Path(__file__).parents[2] / "cities/qinghe/items").glob("*.toml"))


@pytest.mark.parametrize("path", ITEMS, ids=lambda p: p.stem)
def test_a_city_file_and_a_service_file_hold_the_same(path: Path) -> None:
    told = tomllib.loads(path.read_text("utf-8"))
    assert file.read(file.written(told)) == told
    assert file.written(file.read(file.written(told))) == file.written(told)


def test_out_and_in_again_byte_for_byte(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written(code="wl-round")
    first = editor.browser.get(f"{draft}/file").content
    editor.post(f"{draft}/discard")
    made = sent(editor, first, 303)
    assert editor.browser.get(f"{made}/file").content == first
    assert editor.page(made).count("没有发现问题") == 1
    editor.post(f"{made}/discard")


def test_the_folders_own_service_comes_out_as_it_stands_there(people: Any) -> None:
    raw = people(PUBLISHER).browser.get("/studio/services/ga-juzhuzheng/1/file").content
    assert raw == file.written(tomllib.loads((ITEMS[0].parent / "ga-juzhuzheng.toml").read_text("utf-8")))


def test_an_import_is_the_next_version_of_ones_own_service(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    published(people, draft)
    code = code_of(editor, draft)
    made = sent(editor, editor.browser.get(f"{draft}/file").content, 303)
    published(people, made)
    assert "第 2 版" in editor.page(f"/studio/services/{code}")


def sent(editor: Any, raw: bytes, status: int) -> Any:
    answer = editor.browser.post("/studio/import", files={"file": ("x.odservice", raw)}, follow_redirects=False)
    assert answer.status_code == status, answer.text[-3000:]
    return answer.headers["location"] if status == 303 else answer.text


def test_a_newer_file_says_that_an_upgrade_is_needed(people: Any) -> None:
    raw = json.dumps({"format": "odservice", "version": 2, "service": {"anything": ["new"]}}).encode()
    with pytest.raises(NewerFormat):
        file.read(raw)
    assert "文件来自更新的版本" in sent(people(EDITOR), raw, 422)


def test_another_departments_file_is_refused(people: Any) -> None:
    raw = people(PUBLISHER).browser.get("/studio/services/ga-juzhuzheng/1/file").content
    assert "已经用在别的事项上" in sent(people(EDITOR), raw, 422)
    made = sent(people(POLICE_EDITOR), raw, 303)
    assert "正在编写" in people(POLICE_EDITOR).page(made)
    assert "已经有一份草稿" in sent(people(POLICE_EDITOR), raw, 409)
    people(POLICE_EDITOR).post(f"{made}/discard")


def service(**changed: Any) -> bytes:
    return file.written(bundle() | changed)


def with_property(shape: Any) -> bytes:
    made = bundle()
    made["form"]["schema"]["properties"]["a"] = shape
    return file.written(made)


def with_when(rule: Any) -> bytes:
    made = bundle()
    made["form"]["pages"][2]["when"] = rule
    return file.written(made)


def nested(depth: int) -> Any:
    rule: Any = {"eq": ["/a", "o1"]}
    for _ in range(depth):
        rule = {"not": rule}
    return rule


BROKEN: dict[str, bytes] = {
    "empty": b"", "not json": b"{", "a list": b"[]", "html": b"<html>", "another format": b'{"format": "x", "version": 1}',
    "brackets without end": b"[" * 100_000, "tables without end": b'{"format":' * 20_000, "too large": b" " * 300_000,
    "one key twice": b'{"format": "odservice", "version": 1, "service": {"form": {"fields": {"a": 1, "a": 2}}}}',
    "no number": b'{"format": "odservice", "version": NaN, "service": {}}', "version in words": b'{"format": "odservice", "version": "1"}',
    "service is a text": b'{"format": "odservice", "version": 1, "service": "x"}',
    "half a character": b'{"format": "odservice", "version": 1, "service": {"code": "\\ud800"}}',
    "control": service(code="a\u0000b"), "turned text": service(name={"zh": "\u202eabc", "en": ""}),
    "unknown key": service(script="alert(1)"), "enum of numbers": with_property({"enum": [1, 2]}),
    "enum is text": with_property({"enum": "ab"}),
    "remote reference": with_property({"$ref": ["http://127.0.0.1/x"]}), "logic": with_property({"allOf": [{"type": "string"}]}),
    "long pattern": with_property({"type": "string", "pattern": "a" * 201}), "deep schema": with_property(
        {"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {"type": "array",
         "items": {"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}}}}}}}),
    "deep condition": with_when(nested(30)), "condition is text": with_when("1 == 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_words(people: Any, name: str) -> None:
    began = time.monotonic()
    assert 'class="wrong"' in sent(people(EDITOR), BROKEN[name], 422)
    assert time.monotonic() - began < 2


ODD: dict[str, bytes] = {
    "a reference elsewhere": with_property({"$ref": "http://127.0.0.1:9/x"}), "a reference to itself": with_property({"$ref": "#"}),
    "a broken pattern": with_property({"type": "string", "pattern": "("}),
    "looking back": with_property({"type": "string", "pattern": "(?<=a)b"}),
    "repeats of repeats": with_property({"type": "string", "pattern": "((a{200}){200}){200}"}),
    "a condition circle": with_when({"eq": ["/b", "o1"]}), "too deep a condition": with_when(nested(6)),
    "no operator": with_when({"exec": ["/a", "import os"]}), "asked twice": file.written(bundle() | {"form": bundle()["form"] | {
        "pages": [*bundle()["form"]["pages"], {"id": "again", "ask": ["a"]}]}}),
    "many operators": with_when({"any": [{"eq": ["/a", "o1"]} for _ in range(200)]}),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_service_is_a_draft_that_cannot_go_out(people: Any, name: str) -> None:
    editor = people(EDITOR)
    began = time.monotonic()
    made = sent(editor, ODD[name].replace(b"wl-x", b"wl-x-" + name.replace(" ", "-").encode()), 303)
    for path in (made, f"{made}/parts/questions/2", f"{made}/parts/questions/3", f"{made}/preview", f"{made}/file"):
        assert editor.browser.get(path).status_code == 200, path
    editor.post(f"{made}/send", 422)
    assert time.monotonic() - began < 5
    editor.post(f"{made}/discard")


def test_a_slow_pattern_stalls_nobody() -> None:
    from onedoor.cases.service import checking

    assert checking.schema_fault({"type": "string", "pattern": "^(a+)+$"}) is None
    from onedoor.cases.forms import types

    began = time.monotonic()
    types.compiled({"type": "string", "pattern": "^(a+)+$"}).is_valid("a" * 30_000 + "!")
    assert time.monotonic() - began < 0.5


EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}&quot;"


def test_words_are_words_on_every_page(people: Any) -> None:
    editor, made = people(EDITOR), bundle() | {"code": "wl-evil"}
    evil = {"zh": EVIL, "en": EVIL}
    made["name"], made["guide"] = {"zh": EVIL[:60], "en": EVIL[:60]}, made["guide"] | {"summary": evil, "who": evil, "basis": [EVIL]}
    made["form"]["fields"]["a"] |= {"label": {"zh": EVIL, "en": EVIL}, "hint": evil}
    made["form"]["fields"]["a"]["options"][0]["label"] = evil
    made["guide"]["steps"] = [evil]
    draft = sent(editor, file.written(made), 303)
    paths = [draft, f"{draft}/parts/guide", f"{draft}/parts/questions/2", f"{draft}/parts/steps/0", f"{draft}/preview"]
    paths += [f"{draft}/preview/{screen}?look={look}" for screen in ("guide", "a") for look in ("phone", "care", "english", "spoken")]
    for path in paths:
        page = editor.page(path)
        assert "<script>alert" not in page, path
        assert "<img" not in page.split("<main")[1], path
        assert "49" not in page.split("<main")[1].split("</main")[0].replace("%49", "") or "7*7" in page, path
    editor.post(f"{draft}/discard")


def test_nothing_of_a_blank_service_is_missing() -> None:
    assert file.read(file.written(outline.blank("x-1", "wenlv", "shenghuo", {"zh": "名", "en": ""})))["code"] == "x-1"


def test_depth_is_counted_outside_of_texts() -> None:
    assert not file.too_deep(b'{"a": "' + b"[" * 1000 + b'"}')
    assert file.too_deep(b"[" * 30 + b"]" * 30)
    with pytest.raises(NotABundle):
        file.read(b"[" * 30)
