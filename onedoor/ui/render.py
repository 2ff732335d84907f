"""Templates to pages: one Jinja environment per language, so that imported macros are cached and `_()` costs a dictionary look-up."""

import functools
import hashlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from litestar import Request, Response

from onedoor.kernel import i18n
from onedoor.kernel.config import City

ROOMS = Path(__file__).parent.parent
STATIC = (ROOMS / "ui" / "static", ROOMS / "web" / "static")
_shared: dict[str, Any] = {}


def share(city: City, demo: bool) -> None:
    """What every page may say of its city; called once at start."""
    _shared.update(city=city, demo=demo, zone=city.zone)
    environment.cache_clear()


@functools.cache
def _folders() -> list[str]:
    rooms = sorted(p for p in ROOMS.glob("*/templates") if p.is_dir())
    return [str(ROOMS / "ui"), str(ROOMS / "ui" / "components"), *(str(p) for p in rooms)]


@functools.cache
def asset(name: str) -> str:
    """The address of a static file with its content's hash in it, so that it may be cached for ever."""
    for folder in STATIC:
        path = folder / name
        if path.is_file():
            return f"/static/{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}/{name}"
    return f"/static/0/{name}"


@functools.cache
def environment(locale: str) -> jinja2.Environment:
    """The templates in one language, compiled once per process."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_folders()), autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined, cache_size=-1,
    )  # fmt: skip
    zone = ZoneInfo(_shared.get("zone", "Asia/Shanghai"))
    said: dict[str, Any] = {
        "_": functools.partial(i18n.translate, locale), "pick": functools.partial(i18n.pick, locale), "locale": locale,
        "day": functools.partial(i18n.day, locale), "moment": functools.partial(i18n.moment, locale, zone=zone), "asset": asset,
        "fields": by_field, **_shared,
    }  # fmt: skip
    env.globals.update(said)
    return env


def by_field(errors: list[dict[str, str]]) -> dict[str, str]:
    """Errors by the field they point to: {"phone": "…"}; the first one counts."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(error["pointer"].strip("/").split("/")[0], error["detail"])
    return found


def html(request: Request[Any, Any, Any], template: str, data: dict[str, Any]) -> str:
    """The template's text for this request: its language, look and person."""
    state = request.scope["state"]
    return environment(state["locale"]).get_template(template).render(
        actor=state["actor"], care=state["care"], theme=state["theme"], district=state["district"], path=state["path"], **data
    )  # fmt: skip


def page(request: Request[Any, Any, Any], template: str, status: int = 200, **data: Any) -> Response[str]:
    """A whole page. `Vary` and caching are set by the middleware."""
    return Response(html(request, template, data), status_code=status, media_type="text/html")
