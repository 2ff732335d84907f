"""docs/rooms.svg, drawn from the list of layers that import-linter enforces: the picture cannot say anything else than the law."""

import tomllib
from xml.sax.saxutils import escape

from . import walk

PATH = walk.ROOT / "docs" / "rooms.svg"
SAID = {
    "web": ("", "composition root: application, home page, problems, operator, commands"),
    "insight": ("统计", "quality in the open: figures by service and department, fed by events"),
    "studio": ("上架", "services made, read and published in the browser"),
    "journeys": ("一件事", "one life event over many departments; entitled without applying"),
    "passes": ("通行", "declare, decide a colour, explain, appeal, end"),
    "cases": ("办件", "forms, drafts, casework, decisions"),
    "mandates": ("代办", "acting for another: asked, agreed, limited, written down, ended"),
    "catalog": ("事项", "service items, guides, search"),
    "wallet": ("证照", "issue, hold, show, verify"),
    "exchange": ("数据共享", "registers asked once: agreements, consents, prefill"),
    "tracker": ("足迹", "who looked at my data, why, and proof that nothing was changed"),
    "providers": ("接入", "linked apps: sign-in through the city, consents, webhooks, matters"),
    "notify": ("通知", "inbox, text messages, warnings"),
    "orgs": ("机构", "districts, departments, staff, grants"),
    "identity": ("身份", "sign-in, real name, sessions, access records"),
    "ui": ("", "page layout, components, styles; no domain word"),
    "kernel": ("", "database, work, jobs, events, ids, calendar, languages; no domain word"),
}
WIDE, LEFT, TOP, ROW, GAP = 860, 90, 150, 62, 12
FONT = "system-ui, -apple-system, 'PingFang SC', 'Noto Sans CJK SC', sans-serif"
INK, LINE, PAPER, FILL, ROOF = "#16211b", "#0b5d33", "#ffffff", "#eaf4ee", "#04713a"


def layers() -> list[list[str]]:
    """Highest first; rooms of one layer never import each other."""
    with (walk.ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    found = next(c for c in contracts if c["id"] == "rooms")["layers"]
    return [[room.strip(" ()") for room in layer.split("|")] for layer in found]


def _words(x: float, y: float, said: str, size: int, *, weight: int = 400, ink: str = INK, anchor: str = "middle") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{ink}" text-anchor="{anchor}">{escape(said)}</text>'


def _room(name: str, x: float, y: float, width: float) -> list[str]:
    chinese, about = SAID[name]
    middle = x + width / 2
    return [
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{ROW}" rx="6" fill="{FILL}" stroke="{LINE}" stroke-width="1.5"/>',
        _words(middle, y + 27, f"{name} {chinese}".strip(), 18, weight=600),
        _words(middle, y + 48, about, 13),
    ]


def _arrow(x: float, top: float, bottom: float, said: str, *, down: bool) -> list[str]:
    tip, tail, back = (bottom, top, -9) if down else (top, bottom, 9)
    middle = (top + bottom) / 2
    turned = f'<g transform="rotate(-90 {x - 14:g} {middle:g})">{_words(x - 14, middle + 4, said, 13)}</g>'
    line = f"M{x:g} {tail:g}V{tip:g}M{x - 6:g} {tip + back:g}L{x:g} {tip:g}L{x + 6:g} {tip + back:g}"
    return [f'<path d="{line}" fill="none" stroke="{LINE}" stroke-width="2"/>', turned]


def drawn() -> str:
    """The whole picture as SVG text."""
    rows = layers()
    inside = WIDE - 2 * LEFT
    bottom = TOP + len(rows) * (ROW + GAP) - GAP
    high = bottom + 34
    size = f'viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONT}">',
        "<title>The rooms of Onedoor, the highest layer first; a room calls only rooms below it</title>",
        f'<rect width="{WIDE}" height="{high}" fill="{PAPER}"/>',
        f'<path d="M{LEFT - 40} {TOP - 18}L{WIDE / 2:g} 14L{WIDE - LEFT + 40} {TOP - 18}Z" fill="{ROOF}"/>',
        _words(WIDE / 2, 88, "一扇门 Onedoor", 24, weight=600, ink=PAPER),
        _words(WIDE / 2, 114, "residents · clerks · operators · programs · anybody with a code to verify", 13, ink=PAPER),
    ]
    for number, rooms in enumerate(rows):
        width = (inside - GAP * (len(rooms) - 1)) / len(rooms)
        for place, room in enumerate(rooms):
            parts += _room(room, LEFT + place * (width + GAP), TOP + number * (ROW + GAP), width)
    parts += _arrow(LEFT - 30, TOP, bottom, "calls go down", down=True)
    parts += _arrow(WIDE - LEFT + 44, TOP, bottom, "events go up", down=False)
    parts.append(_words(WIDE / 2, bottom + 22, "PostgreSQL: one schema per room · connectors: one folder per outside system", 13))
    return "\n".join([*parts, "</svg>"]) + "\n"
