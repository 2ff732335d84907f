"""Words: every text is translated, the kernel and ui know no domain, the product knows no city."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from onedoor.kernel.i18n import english

from . import walk

SAYS = {"say": 1, "text": 0, "translate": 1}
TEMPLATE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DOMAIN = re.compile(r"\b(case_file|applicant|certificate|clerk|department|hospital|service item|wallet|guardian)\b", re.IGNORECASE)


def spoken_in_python() -> Iterator[tuple[str, str]]:
    for path in walk.modules():
        for node in ast.walk(walk.tree(path)):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                at = SAYS.get(name)
                if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                    value = node.args[at].value  # type: ignore[attr-defined]
                    if isinstance(value, str) and CHINESE.search(value):
                        yield f"{walk.short(path)}:{node.lineno}", value
            elif isinstance(node, ast.ClassDef):
                for line in node.body:
                    named = isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "title"
                    if named and isinstance(line.value, ast.Constant):
                        yield f"{walk.short(path)}:{line.lineno}", str(line.value.value)


def templates() -> list[Path]:
    return sorted(p for p in walk.ROOMS.rglob("*.html") if "static" not in p.parts)


def spoken_in_templates() -> Iterator[tuple[str, str]]:
    for path in templates():
        words = path.read_text("utf-8")
        for found in TEMPLATE.finditer(words):
            line = words.count("\n", 0, found.start()) + 1
            yield f"{walk.short(path)}:{line}", ast.literal_eval(found[1])


def test_every_text_has_its_english() -> None:
    have = english()
    missing = sorted({f"{where}: {words}" for where, words in (*spoken_in_python(), *spoken_in_templates()) if words not in have})
    assert missing == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    names = re.compile(r"\{(\w+)[^}]*\}")
    odd = {zh: en for zh, en in english().items() if set(names.findall(zh)) != set(names.findall(en))}
    assert odd == {}


def test_no_chinese_stands_bare_in_a_template() -> None:
    bare: list[str] = []
    for path in templates():
        words = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        words = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", words, flags=re.DOTALL)
        words = re.sub(r'<(\w+)[^>]*\blang="zh-CN"[^>]*>[^<]*</\1>', "", words)
        if found := CHINESE.search(words):
            bare.append(f"{walk.short(path)}: {words[max(0, found.start() - 20) : found.start() + 20]!r}")
    assert bare == []


def test_the_kernel_and_ui_know_no_domain() -> None:
    found = [
        f"{walk.short(path)}: {hit[0]}"
        for room in ("kernel", "ui") for path in walk.modules(room)
        if "gallery" not in path.parts and (hit := DOMAIN.search(path.read_text("utf-8")))
    ]  # fmt: skip
    assert found == []


def test_the_product_knows_no_city() -> None:
    names = re.compile("qinghe|青禾", re.IGNORECASE)
    found = [
        f"{walk.short(path)}:{number}"
        for path in walk.modules() if "gallery" not in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if names.search(line) and 'default="' not in line and '"ONEDOOR_CITY"' not in line
    ]  # fmt: skip
    assert found == []


def test_no_room_is_called_after_nothing() -> None:
    empty = {"utils", "helpers", "manager", "base", "common", "misc"}
    assert [walk.short(p) for p in walk.modules() if p.stem in empty] == []


def test_one_chinese_text_has_one_english_one() -> None:
    """English is looked up by the Chinese alone: where a word means two things, the Chinese has to say which."""
    said: dict[str, dict[str, str]] = {}
    for path in sorted(walk.ROOMS.glob("*/locale/en.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    said.setdefault(str(message.id), {})[path.parent.parent.name] = str(message.string)
    assert {words: rooms for words, rooms in said.items() if len(set(rooms.values())) > 1} == {}
