"""A department's own form as a sheet, read into questions: a list with one question a row, or a form as it is printed.

What is not understood is told by its cell and left out; nothing is guessed silently.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from onedoor.kernel.i18n import say
from onedoor.studio.models import Bundle

from . import checks, questions
from .boxes import Typed, look
from .workbook import Cell, Grid

MOST_QUESTIONS = 90
COLUMNS = {
    "label": ("字段名", "字段名称", "字段", "名称", "项目", "问题", "填写项", "field", "label", "question"),
    "kind": ("类型", "字段类型", "数据类型", "填写方式", "格式", "type"), "required": ("必填", "是否必填", "必填项", "必须", "required"),
    "options": ("选项", "可选值", "可选项", "取值", "字典", "值域", "options"),
    "hint": ("说明", "备注", "填写说明", "提示", "note", "hint"),
    "english": ("英文", "英文名", "english"),
}  # fmt: skip
KINDS = {
    "text": ("文本", "文字", "字符", "字符串", "单行文本", "text", "string", "varchar"),
    "textarea": ("多行文本", "多行", "长文本", "备注", "大文本"),
    "number": ("数字", "整数", "数值", "number", "int", "integer"), "date": ("日期", "年月日", "date"), "money": ("金额", "钱", "money"),
    "radios": ("单选", "单选框", "枚举", "radio"), "select": ("下拉", "下拉框", "下拉选择", "select"),
    "checks": ("多选", "复选", "复选框", "checkbox"), "yes_no": ("是否", "是/否", "布尔", "bool", "boolean"),
    "phone": ("手机", "手机号", "电话", "联系电话"), "id-number": ("身份证", "身份证号", "身份证号码"), "name": ("姓名",),
    "address": ("地址", "住址"),
    "email": ("邮箱", "电子邮箱", "email"), "postcode": ("邮编", "邮政编码"), "bank-card": ("银行卡", "银行卡号", "银行账号"),
    "plate": ("车牌", "车牌号"), "uscc": ("信用代码", "统一社会信用代码"),
    "file": ("附件", "文件", "图片", "照片", "上传", "file", "image"),
}  # fmt: skip
YES, NO = ("是", "必填", "√", "✓", "y", "yes", "1", "*", "true", "必须"), ("否", "选填", "非必填", "n", "no", "0", "false", "-", "×")
_BOXES = re.compile(r"[□○☐〇]\s*([^□○☐〇\s][^□○☐〇]*)")
_BLANK = re.compile(r"^[_＿\s:：/年月日]*$")
_SPLIT = re.compile(r"[、,，;；/|\n]+")
KNOWN = {kind: word for word, kinds in KINDS.items() for kind in kinds}


class Row(Struct, frozen=True):
    """One thing to add: the part, what is typed into its boxes, and the cell it came from."""

    part: str
    values: Typed
    cell: str


class Unread(Struct, frozen=True):
    """What was not understood: the cell, what stands there, and why."""

    cell: str
    words: str
    why: str


class Reading(Struct, frozen=True):
    """What a sheet holds."""

    rows: list[Row]
    unread: list[Unread]


def read(locale: str, grid: Grid, bundle: Bundle) -> Reading:
    """Every question of the sheet; one whose words the service asks already is not asked again."""
    header = _header(grid)
    found = list(_listed(locale, grid, *header) if header else _printed(locale, grid))
    had = {questions.label("zh-CN", bundle, n) for n in questions.names(bundle)}
    bound = {_element(look(bundle, ("form", "bindings", f"/{n}"))) for n in questions.names(bundle)}
    rows: list[Row] = []
    unread = [one for one in found if isinstance(one, Unread)]
    for one in (one for one in found if isinstance(one, Row)):
        words, element = one.values.get("label_zh", one.values.get("name_zh", "")), one.values.get("element", "")
        if words in had or (element in bound and element in ("person.name", "person.id_number")):
            unread.append(Unread(one.cell, words, say(locale, "已经有这个问题了，没有重复添加")))
        elif len(rows) >= MOST_QUESTIONS:
            unread.append(Unread(one.cell, words, say(locale, "太多了，最多添加 {n} 个", n=MOST_QUESTIONS)))
        else:
            had.add(words)
            rows.append(one)
    unread += [Unread("", name, say(locale, "只读第一张表，这一张没有读")) for name in grid.left_out]
    return Reading(rows, unread)


def _element(told: object) -> str:
    return told if isinstance(told, str) else str(told.get("element", "")) if isinstance(told, dict) else ""


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """The row that names the columns: a label and at least one other of those that are known."""
    for row in grid.rows()[:20]:
        columns: dict[str, int] = {}
        for (r, column), cell in sorted(grid.cells.items()):
            word = re.sub(r"[\s*＊（）()：:]", "", cell.words).lower()
            name = next((n for n, words in COLUMNS.items() if word in words), "") if r == row else ""
            if name:
                columns.setdefault(name, column)
        if "label" in columns and len(columns) > 1:
            return row, columns
    return None


def _listed(locale: str, grid: Grid, header: int, columns: dict[str, int]) -> Iterator[Row | Unread]:
    for cell, last in grid.tall:
        if last > header and cell.row > header:
            yield Unread(cell.name, cell.words[:60], say(locale, "合并的格子只算第一行，请拆开"))
    for row in [r for r in grid.rows() if r > header]:
        yield from _line(locale, grid, row, columns)


def _line(locale: str, grid: Grid, row: int, columns: dict[str, int]) -> Iterator[Row | Unread]:
    said = {name: grid.at(row, column) for name, column in columns.items()}
    cells = {name: grid.cells.get((row, column)) for name, column in columns.items()}
    for cell in (c for (r, _), c in grid.cells.items() if r == row and c.formula):
        yield Unread(cell.name, cell.words[:60], say(locale, "是公式，请改成文字"))
    at = cells["label"]
    if not said["label"] or at is None:
        yield from (Unread(c.name, c.words[:60], say(locale, "这一行没有字段名")) for c in cells.values() if c and not c.formula)
        return
    options = [o.strip() for o in _SPLIT.split(said.get("options", "")) if o.strip()]
    kind, fault = _kind(locale, said["label"], said.get("kind", ""), options)
    if fault:
        yield Unread((cells.get("kind") or at).name, said.get("kind", "")[:60], fault)
    needed = said.get("required", "").lower()
    if needed and needed not in (*YES, *NO):
        yield Unread((cells.get("required") or at).name, needed[:60], say(locale, "看不懂是不是必填，先当作必填"))
    required = "no" if needed in NO or (not needed and "required" in columns) else "yes"
    yield _row(at, kind, required, options, said.get("hint", ""), said.get("english", ""))


def _kind(locale: str, label: str, word: str, options: list[str]) -> tuple[str, str]:
    """How it is answered, and what was not understood of that."""
    plain = re.sub(r"[\s（）()\d]", "", word).lower()
    kind = KNOWN.get(plain, "")
    if kind in ("radios", "select", "checks") and len(options) < 2:
        return "text", say(locale, "要选的，却没有写出至少两个选项；先当作一行文字")
    if not kind and options and len(options) > 1:
        kind = "yes_no" if set(options) == {"是", "否"} else "radios"
    guess = kind or _guess(label)
    return guess, say(locale, "不认识的类型，先当作一行文字") if plain and not kind and guess == "text" else ""


def _guess(label: str) -> str:
    """From the words themselves, where they leave no doubt."""
    sure = (("身份证", "id-number"), ("姓名", "name"), ("手机", "phone"), ("电话", "phone"), ("日期", "date"), ("地址", "address"),
            ("住址", "address"), ("邮箱", "email"), ("邮编", "postcode"), ("车牌", "plate"), ("信用代码", "uscc"),
            ("银行卡", "bank-card"))  # fmt: skip
    return next((kind for word, kind in sure if word in label), "text")


def _row(at: Cell, kind: str, required: str, options: list[str], hint: str, english: str) -> Row:
    label = at.words.strip(" *＊:：")[:120]
    if kind == "file":
        told = {"name_zh": label[:80], "name_en": english[:240], "hint_zh": hint[:300], "required": required, "max": "5"}
        return Row("papers", told, at.name)
    element = next((e for e, reference, words in checks.HINTS if any(w in label for w in words)
                    or (reference and reference == f"od:{kind}")), "")  # fmt: skip
    if element and kind in questions.CHOICES:  # the register answers; nobody chooses
        kind = "text"
    values: Typed = {"label_zh": label, "label_en": english[:480], "kind": kind, "required": required, "hint_zh": hint[:400]}
    if kind in ("radios", "select", "checks"):
        values["options"] = "\n".join(options[:60])
    held = "editable" if kind in ("phone", "address") else "held"
    return Row("questions", values | ({"element": element, "held": held} if element else {}), at.name)


def _printed(locale: str, grid: Grid) -> Iterator[Row | Unread]:
    """A form as it is printed: words with an empty cell, a line, or boxes to tick beside or behind them."""
    for (row, column), cell in sorted(grid.cells.items()):
        words = cell.words.strip()
        if cell.formula:
            yield Unread(cell.name, words[:60], say(locale, "是公式，请改成文字"))
        elif _boxes(words) and (before := _label_before(grid, row, column)):
            yield _row(before, "radios", "yes", _boxes(words), "", "")
        elif _boxes(words) and len(words.split("□")[0].strip(" :：")) > 1:
            label = re.split(r"[□○☐〇]", words)[0].strip(" :：")
            yield _row(Cell(row, column, label), "radios", "yes", _boxes(words), "", "")
        elif _BLANK.match(words) or _boxes(grid.at(row, column + 1)):
            continue
        elif len(words) <= 30 and _blank_beside(grid, row, column, words):
            yield _row(Cell(row, column, re.split(r"[:：_＿]", words)[0]), _guess(words), "yes", [], "", "")
        else:
            yield Unread(cell.name, words[:60], say(locale, "看不出是要填什么，可能是标题或说明"))


def _boxes(words: str) -> list[str]:
    found = [one.strip(" ,，、;；") for one in _BOXES.findall(words)]
    return found if len(found) > 1 else []


def _label_before(grid: Grid, row: int, column: int) -> Cell | None:
    """The words to the left of boxes to tick."""
    left = [grid.cells[row, c] for c in range(column - 1, 0, -1) if (row, c) in grid.cells]
    return left[0] if left and not left[0].formula and not _boxes(left[0].words) and not _BLANK.match(left[0].words) else None


def _blank_beside(grid: Grid, row: int, column: int, words: str) -> bool:
    """Whether there is room to write: a line after the words, or nothing in the cell beside them while the row has more than a title."""
    if re.search(r"[:：]\s*[_＿\s]*$|[_＿]{2,}", words):
        return True
    beside = grid.at(row, column + 1)
    alone = sum(1 for r, _ in grid.cells if r == row) == 1
    return (not beside and not (alone and column == 1 and row <= 3)) or (bool(beside) and bool(_BLANK.match(beside)))
