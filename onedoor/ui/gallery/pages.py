"""`/ui`: the gallery; `?theme=dark&care=1&lang=en&behalf=1` shows it in another look."""

import functools
import re
from pathlib import Path
from typing import Any, Literal

from litestar import Response, get
from litestar.params import FromQuery

from onedoor.ui.edge import AnyRequest, may, page

from . import asked, carried, followed, shown
from .states import Say, State

COMPONENTS = Path(__file__).parent.parent / "components"
LOOKS = [
    ("", "zh-CN"),
    ("?lang=en", "English"),
    ("?theme=dark", "dark"),
    ("?care=1", "care"),
    ("?care=1&theme=dark", "care, dark"),
    ("?behalf=1", "on behalf"),
]


@functools.cache
def signatures() -> dict[str, str]:
    """Name of a macro → its arguments, read from the templates themselves."""
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(COMPONENTS.glob("*.html")))
    return {name: f"{name}({args})" for name, args in re.findall(r"{% macro ([a-z]\w*)\((.*?)\) %}", source)}


def say_in(locale: str) -> Say:
    """Fixtures carry both languages beside each other; this picks one."""
    return lambda zh, en: en if locale == "en" else zh


def contents(locale: str, behalf: bool = False) -> dict[str, Any]:
    """What the gallery's template shows."""
    t = say_in(locale)
    entries: list[State] = [*shown.entries(t), *carried.entries(t), *asked.entries(t), *followed.entries(t)]
    return {
        "heading": t("组件", "Components"),
        "entries": entries,
        "signatures": signatures(),
        "unread": 120,
        "tab": "home",
        "variants": [{"href": f"/ui{query}", "label": label} for query, label in LOOKS],
        "behalf": t("林建国", "Lin Jianguo") if behalf else "",
    }


@get("/ui", **may(public=True), include_in_schema=False, sync_to_thread=False)
def gallery(
    request: AnyRequest, lang: FromQuery[Literal["en", "zh-CN"] | None] = None, theme: FromQuery[Literal["light", "dark"] | None] = None,
    care: FromQuery[bool | None] = None, behalf: FromQuery[bool] = False,
) -> Response[str]:  # fmt: skip
    """Every component in every state, in the look that the address asks for."""
    state = request.scope["state"]
    if lang:
        state["locale"] = lang
    if theme:
        state["theme"] = theme
    if care is not None:
        state["care"] = care
    return page(request, "gallery/gallery.html", **contents(state["locale"], behalf))


handlers = [gallery]
