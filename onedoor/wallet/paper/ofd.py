"""The same page as OFD (GB/T 33190-2016): a zip of XML in millimetres, counted from the top.

Drawn by the functions that draw the PDF, through the few verbs of a canvas that they use. The font is the reader's own 宋体, set to the
widths of ours; nothing is signed, so whoever gets the file checks its code.
"""

import io
import math
import uuid
import zipfile
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics

MM = 25.4 / 72
WIDE, HIGH = A4
BOX = f"0 0 {WIDE * MM:.2f} {HIGH * MM:.2f}"
AREA = f"<ofd:PhysicalBox>{BOX}</ofd:PhysicalBox>"
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PAGE, FONT, LAYER, FIRST = 1, 2, 3, 10
"""Every object of a document has a number of its own."""
ASCENT = 0.88
Matrix = tuple[float, float, float, float, float, float]
PLAIN: Matrix = (1, 0, 0, 1, 0, 0)


class Outline:
    """Squares that are filled together."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        left, right, top, low = x * MM, (x + width) * MM, (HIGH - y - height) * MM, (HIGH - y) * MM
        self.parts.append(f"M {left:.3f} {top:.3f} L {right:.3f} {top:.3f} L {right:.3f} {low:.3f} L {left:.3f} {low:.3f} C")


class Leaf:
    """One page, with the verbs of a canvas: points from the lower left corner come in, OFD's objects go out."""

    def __init__(self) -> None:
        self.objects: list[str] = []
        self.font, self.size, self.colour, self.matrix = "", 12.0, "", PLAIN
        self.kept: list[tuple[str, Matrix]] = []

    def setFillColor(self, colour: Any) -> None:
        red, green, blue = (round(part * 255) for part in (colour.red, colour.green, colour.blue))
        self.colour = f'<ofd:FillColor Value="{red} {green} {blue}" Alpha="{round(colour.alpha * 255)}"/>'

    def setFont(self, name: str, size: float) -> None:
        self.font, self.size = name, size

    def saveState(self) -> None:
        self.kept.append((self.colour, self.matrix))

    def restoreState(self) -> None:
        self.colour, self.matrix = self.kept.pop()

    def translate(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self.matrix
        self.matrix = (a, b, c, d, a * x + c * y + e, b * x + d * y + f)

    def rotate(self, degrees: float) -> None:
        a, b, c, d, e, f = self.matrix
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        self.matrix = (a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f)

    def beginPath(self) -> Outline:
        return Outline()

    def drawPath(self, path: Any, **_: Any) -> None:
        data = f"<ofd:AbbreviatedData>{' '.join(path.parts)}</ofd:AbbreviatedData>"
        self._put("PathObject", f'Boundary="{BOX}" Fill="true" Stroke="false"', data)

    def rect(self, x: float, y: float, width: float, height: float, **_: Any) -> None:
        path = self.beginPath()
        path.rect(x, y, width, height)
        self.drawPath(path)

    def drawRightString(self, x: float, y: float, words: str) -> None:
        self.drawString(x - pdfmetrics.stringWidth(words, self.font, self.size), y, words)

    def drawString(self, x: float, y: float, words: str) -> None:
        if not words.strip():
            return
        a, b, c, d, e, f = self.matrix
        at, down = (a * x + c * y + e) * MM, (HIGH - (b * x + d * y + f)) * MM
        steps = [pdfmetrics.stringWidth(char, self.font, self.size) * MM for char in words]
        high, rise = self.size * MM * 1.2, self.size * MM * ASCENT
        place = f'Boundary="{at:.3f} {down - rise:.3f} {sum(steps):.3f} {high:.3f}"'
        start = f'X="0" Y="{rise:.3f}"'
        if self.matrix != PLAIN:  # turned: the whole page is its box
            place, start = f'Boundary="{BOX}" CTM="{a:.5f} {-b:.5f} {-c:.5f} {d:.5f} {at:.3f} {down:.3f}"', 'X="0" Y="0"'
        deltas = " ".join(f"{step:.3f}" for step in steps[:-1])
        code = f"<ofd:TextCode {start}{f' DeltaX={quoteattr(deltas)}' if deltas else ''}>{escape(words)}</ofd:TextCode>"
        self._put("TextObject", f'{place} Font="{FONT}" Size="{self.size * MM:.3f}"', code)

    def _put(self, kind: str, told: str, inside: str) -> None:
        self.objects.append(f'<ofd:{kind} ID="{FIRST + len(self.objects)}" {told}>{self.colour}{inside}</ofd:{kind}>')


def bound(leaf: Leaf, *, title: str, author: str, subject: str, day: str) -> bytes:
    """The page as a file that readers open."""
    told = "".join(f"<ofd:{name}>{escape(words)}</ofd:{name}>" for name, words in (
        ("DocID", uuid.uuid4().hex), ("Title", title), ("Author", author), ("Subject", subject), ("CreationDate", day),
        ("Creator", "Onedoor"),
    ))  # fmt: skip
    layer = f'<ofd:Layer ID="{LAYER}" Type="Body">{"".join(leaf.objects)}</ofd:Layer>'
    files = {
        "OFD.xml": f'<ofd:OFD {SPACE} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo>{told}</ofd:DocInfo>'
                   "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:CommonData><ofd:MaxUnitID>{FIRST + len(leaf.objects)}</ofd:MaxUnitID>"
                              f"<ofd:PageArea>{AREA}</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
                              f'<ofd:Pages><ofd:Page ID="{PAGE}" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/PublicRes.xml": f'<ofd:Res {SPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="{FONT}" FontName="宋体" FamilyName="SimSun" '
                               'Charset="unicode"/></ofd:Fonts></ofd:Res>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {SPACE}><ofd:Area>{AREA}</ofd:Area><ofd:Content>{layer}</ofd:Content></ofd:Page>",
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, words in files.items():
            zipped.writestr(name, HEAD + words)
    return out.getvalue()
