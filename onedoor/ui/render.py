"""Templates to pages: one Jinja environment per language, so that imported macros are cached and `_()` costs a dictionary look-up."""

import ast
import contextlib
import functools
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from jinja2.ext import Extension
from litestar import Request, Response
from litestar.types import Receive, Scope, Send
from markupsafe import Markup

from onedoor.kernel import i18n
from onedoor.kernel.config import City

from . import summary
from .places import place

ROOMS = Path(__file__).parent.parent
STATIC = (ROOMS / "ui" / "static", ROOMS / "web" / "static")
COMPILED = Path(__file__).parent / "__pycache__"
_shared: dict[str, Any] = {}
MOST_FRAGMENTS = 2000


def share(city: City, demo: bool) -> None:
    """What every page may say of its city; called once at start."""
    _shared.update(city=city, demo=demo, zone=city.zone)
    environment.cache_clear()
    _frame.cache_clear()


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


_FIXED = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")


class Spoken(Extension):
    """Fixed sentences are translated while a template is compiled: each language has its own environment, so they become constants."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        locale = str(self.environment.globals["locale"])
        return _FIXED.sub(lambda m: json.dumps(i18n.translate(locale, ast.literal_eval(m[1])), ensure_ascii=False), source)


class Lasting(jinja2.Template):
    """No template has globals that its imports lack, so the macros of an imported file are made once, and nothing is compared each time."""

    def _get_default_module(self, ctx: jinja2.runtime.Context | None = None) -> Any:
        return super()._get_default_module()


class Language(jinja2.Environment):
    """What every template knows is a plain dictionary, complete before the first one is loaded: each page copies it, and a chain of
    mappings is copied in Python, key by key."""

    def make_globals(self, d: Any) -> dict[str, Any]:
        return {**self.globals, **(d or {})}


class Compiled(jinja2.FileSystemBytecodeCache):
    """A folder that may go at any moment: then a template is compiled once more."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def compiled(locale: str, beside: Path = COMPILED) -> Compiled | None:
    """What earlier processes have compiled, beside Python's own compiled files where these may be written. The language's sentences
    stand in it, so they are part of the folder's name; the folder of another edition goes."""
    if sys.dont_write_bytecode:
        return None
    words = sorted(i18n.english().items()) if locale == i18n.ENGLISH else []
    edition = hashlib.sha256(repr(words).encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    folder = beside / f"templates-{locale}-{edition}"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for old in {*beside.glob(f"templates-{locale}-*")} - {folder}:
            shutil.rmtree(old, ignore_errors=True)
    return Compiled(str(folder)) if os.access(folder, os.W_OK) else None


@functools.cache
def environment(locale: str) -> jinja2.Environment:
    """The templates in one language, compiled once per process."""
    env = Language(
        loader=jinja2.FileSystemLoader(_folders()), autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined, cache_size=-1, bytecode_cache=compiled(locale),
    )  # fmt: skip
    zone = ZoneInfo(_shared.get("zone", "Asia/Shanghai"))
    said: dict[str, Any] = {
        "_": functools.partial(i18n.translate, locale), "pick": functools.partial(i18n.pick, locale), "locale": locale,
        "day": functools.partial(i18n.day, locale), "moment": functools.partial(i18n.moment, locale, zone=zone), "asset": asset,
        "fields": by_field, "frame": functools.partial(frame, locale), **_shared,
    }  # fmt: skip
    env.globals.update(said)
    env.template_class = Lasting
    env.add_extension(Spoken)
    return env


def frame(locale: str, name: str, **values: Any) -> Markup:
    """A piece of the frame around a page (top, foot, tabbar): the same for many requests, so it is kept as rendered."""
    return _frame(locale, name, tuple(values.items()))


@functools.lru_cache(maxsize=MOST_FRAGMENTS)
def _frame(locale: str, name: str, values: tuple[tuple[str, Any], ...]) -> Markup:
    words = environment(locale).get_template(f"components/{name}.html").render(dict(values))
    return Markup(words)  # noqa: S704 - a template's own, escaped output


def by_field(errors: list[dict[str, str]]) -> dict[str, str]:
    """Errors by the field they point to: {"phone": "…"}; the first one counts."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(error["pointer"].strip("/").split("/")[0], error["detail"])
    return found


def html(request: Request[Any, Any, Any], template: str, data: dict[str, Any]) -> str:
    """The template's text for this request: its language, look and person."""
    state = request.scope["state"]
    said = {"behalf": behalf_of(state), **data}
    whole = environment(state["locale"]).get_template(template).render(
        actor=state["actor"], care=state["care"], theme=state["theme"], district=state["district"], path=place(request), **said
    )  # fmt: skip
    return summary.named(state["locale"], whole)


def behalf_of(state: dict[str, Any]) -> str:
    """For whom this device acts at the moment, as the bar on top of each page says it."""
    standing = state.get("standing")
    return standing.name if standing is not None and standing.actor is not None else ""


def part(request: Request[Any, Any, Any], template: str, data: dict[str, Any]) -> Markup:
    """A piece of a page, to be put into a template as it is."""
    return Markup(html(request, template, data))  # noqa: S704 - a template's own, escaped output


def page(request: Request[Any, Any, Any], template: str, status: int = 200, **data: Any) -> Response[str]:
    """A whole page. `Vary` and caching are set by the middleware."""
    return page_of(html(request, template, data), status)


class Page(Response[str]):
    """Goes out as it is: what the framework looks at for every kind of answer is known of a page, unless a handler has added to it."""

    def __init__(self, words: str, status: int) -> None:
        self.content, self.status_code, self.media_type, self.encoding = words, status, "text/html", "utf-8"  # pyrefly: ignore[bad-override-mutable-attribute]
        self.background, self.cookies, self.headers, self.response_type_encoders = None, [], {}, {}  # pyrefly: ignore[bad-override-mutable-attribute]

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **given: Any) -> Any:
        if self.headers or self.cookies or self.background or any(given.get(what) for what in ("headers", "cookies", "background")):
            return super().to_asgi_response(app, request, **given)
        body = self.content.encode()
        head = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]

        async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": self.status_code or 200, "headers": head})
            await send({"type": "http.response.body", "body": body, "more_body": False})

        return answer


def page_of(words: str, status: int = 200) -> Response[str]:
    """A page that is rendered already."""
    return Page(words, status)


class Fragments:
    """Parts of pages that are the same for many, kept until what they are made of changes.

    `edition` names what that is: any of its objects being another one than before empties the store.
    """

    def __init__(self, folder: str, edition: Callable[[], tuple[object, ...]], most: int = MOST_FRAGMENTS) -> None:
        self.folder, self.edition, self.most = folder, edition, most
        self.of: tuple[object, ...] = ()
        self.made: dict[tuple[object, ...], Markup] = {}

    def get(self, request: Request[Any, Any, Any], name: str, key: tuple[object, ...], data: Callable[[str], dict[str, Any]]) -> Markup:
        """The part as kept, or made now of `data(locale)`; `key` holds all that the part depends on besides the edition."""
        now, locale, behalf = self.edition(), request.scope["state"]["locale"], behalf_of(request.scope["state"])
        if len(self.made) >= self.most or len(self.of) != len(now) or any(a is not b for a, b in zip(self.of, now, strict=True)):
            self.of, self.made = now, {}
        known = self.made.get((name, locale, behalf, *key))
        if known is None:
            known = self.made[(name, locale, behalf, *key)] = part(request, f"{self.folder}/{name}.html", data(locale))
        return known
