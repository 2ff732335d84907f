"""One A4 page: what a certificate says, with a code beside it; on a copy for one purpose the purpose is woven across everything.

Pure: words and colours come in, bytes go out. The font is a subset with the 8,105 characters of 通用规范汉字表 and GB 2312; a rarer one is
written as its code point, because a box in its place would say nothing.
"""

import functools
import io
import threading
from collections.abc import Sequence
from pathlib import Path

import segno
from msgspec import Struct
from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .ofd import Leaf, bound

rl_config.useA85 = 0  # streams as bytes: a fourth smaller than as letters
FONT = "onedoor"
WIDE, HIGH = A4
EDGE = 56.0
WOVEN = Color(0.55, 0.1, 0.1, alpha=0.16)
_drawing = threading.Lock()
"""The library keeps state of its own about fonts."""


class Line(Struct, frozen=True):
    """One field."""

    label: str
    value: str


class Sheet(Struct, frozen=True, kw_only=True):
    """Everything that is printed. `woven`: the purpose of a copy. `code` is the text in the picture, `beside` the words under it."""

    title: str
    issuer: str
    mark: str
    lines: Sequence[Line]
    ground: str
    ink: str
    code: str
    beside: Sequence[str]
    foot: Sequence[str]
    identifier: str
    woven: str = ""
    level: str = "q"


@functools.cache
def _glyphs() -> frozenset[int]:
    font = TTFont(FONT, str(Path(__file__).parent / "fonts" / "text.ttf"))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def written(words: str) -> str:
    """The words in characters that the font has; any other by its code point."""
    known = _glyphs()
    return "".join(char if ord(char) in known else f"〔U+{ord(char):04X}〕" for char in words)


def drawn(sheet: Sheet, finish: "Finish | None" = None) -> bytes:
    """The file; `finish` may add what the drawing knows nothing of."""
    with _drawing:
        _glyphs()
        out = io.BytesIO()
        page = Canvas(out, pagesize=A4, invariant=False, pageCompression=1, lang="zh-CN")
        page.setTitle(written(sheet.title))
        page.setAuthor(written(sheet.issuer))
        page.setSubject(sheet.identifier)
        page.setKeywords(" ".join([sheet.identifier, *([sheet.code] if len(sheet.code) < 100 else [])]))
        page.setCreator("Onedoor")
        _page(page, sheet)
        if finish:
            finish.before(page)
        page.showPage()
        page.save()
        return finish.after(out.getvalue()) if finish else out.getvalue()


def drawn_as_ofd(sheet: Sheet, day: str) -> bytes:
    """The same page in the other format; `day` as YYYY-MM-DD."""
    with _drawing:
        _glyphs()
        leaf = Leaf()
        _page(leaf, sheet)
        return bound(leaf, title=written(sheet.title), author=written(sheet.issuer), subject=sheet.identifier, day=day)


class Finish:
    """A hook for what is added to the file as a whole."""

    def before(self, page: Canvas) -> None:
        """While its objects are still being made."""

    def after(self, raw: bytes) -> bytes:
        """Once its bytes are there."""
        return raw


def _page(page: Canvas | Leaf, sheet: Sheet) -> None:
    top = _head(page, sheet)
    page.setFillColor(HexColor("#111111"))
    size = 150.0 if sheet.level == "q" else 110.0
    beside = _picture(page, sheet, WIDE - EDGE - size, top - 24 - size, size)
    bottom = _fields(page, sheet, top - 40, WIDE - EDGE * 2 - size - 24)
    _foot(page, sheet, min(bottom, beside) - 18)
    if sheet.woven:
        _weave(page, written(sheet.woven))


def _head(page: Canvas | Leaf, sheet: Sheet) -> float:
    """A band in the colours of the document; the y under it."""
    high = 96.0
    page.setFillColor(HexColor(sheet.ground))
    page.rect(0, HIGH - high, WIDE, high, stroke=0, fill=1)
    page.setFillColor(HexColor(sheet.ink))
    page.setFont(FONT, 22)
    page.drawString(EDGE, HIGH - 50, written(sheet.title))
    page.setFont(FONT, 11)
    page.drawString(EDGE, HIGH - 74, written(sheet.issuer))
    page.drawRightString(WIDE - EDGE, HIGH - 50, written(sheet.mark))
    return HIGH - high


def _fields(page: Canvas | Leaf, sheet: Sheet, y: float, width: float) -> float:
    for line in sheet.lines:
        page.setFont(FONT, 9)
        page.setFillColor(HexColor("#555555"))
        page.drawString(EDGE, y, written(line.label))
        page.setFont(FONT, 12)
        page.setFillColor(HexColor("#111111"))
        for part in simpleSplit(written(line.value), FONT, 12, width) or [""]:
            y -= 16
            page.drawString(EDGE, y, part)
        y -= 18
    return y


def _picture(page: Canvas | Leaf, sheet: Sheet, x: float, y: float, size: float) -> float:
    """The code, drawn as squares; the y under the words beside it."""
    rows = [bytes(row) for row in segno.make(sheet.code, error=sheet.level, boost_error=False, micro=False).matrix]
    step = size / len(rows)
    page.setFillColor(HexColor("#000000"))
    path = page.beginPath()
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                path.rect(x + across * step, y + size - (down + 1) * step, step, step)
    page.drawPath(path, stroke=0, fill=1)
    page.setFont(FONT, 8.5)
    for words in sheet.beside:
        for part in simpleSplit(written(words), FONT, 8.5, size):
            y -= 12
            page.drawString(x, y, part)
    return y


def _foot(page: Canvas | Leaf, sheet: Sheet, y: float) -> None:
    page.setFont(FONT, 9)
    page.setFillColor(HexColor("#444444"))
    for words in sheet.foot:
        for part in simpleSplit(written(words), FONT, 9, WIDE - EDGE * 2):
            page.drawString(EDGE, y, part)
            y -= 14


def _weave(page: Canvas | Leaf, words: str) -> None:
    """Diagonally across the whole page, so close that no cut of it is without."""
    page.saveState()
    page.setFillColor(WOVEN)
    page.setFont(FONT, 15)
    page.translate(WIDE / 2, HIGH / 2)
    page.rotate(32)
    step = pdfmetrics.stringWidth(words, FONT, 15) + 36
    for row in range(-15, 16):
        start = -WIDE - (row % 2) * step / 2
        for column in range(int(WIDE * 2 / step) + 2):
            page.drawString(start + column * step, row * 40, words)
    page.restoreState()
