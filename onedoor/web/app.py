"""One application out of all rooms. `create()` is what the server process calls; `build(settings)` what tests and commands call."""

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, Request
from litestar.di import NamedDependency, Provide
from litestar.enums import HttpMethod
from litestar.routes import HTTPRoute

from onedoor.catalog import service as catalog
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import config, log
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system
from onedoor.ui import render
from onedoor.ui.edge import begin_of
from onedoor.ui.gallery import pages as gallery

from . import openapi, rooms
from .guard import guard
from .house import House
from .middleware import SAFE_METHODS, Front
from .problems import handlers as problem_handlers

VERSION = "0.1.0"


async def provide_work(request: Request[Any, Any, Any], ports: NamedDependency[Ports]) -> AsyncGenerator[Work, None]:
    """The transaction of this request; committed when the handler returned, rolled back when it raised."""
    state = request.scope["state"]
    async with state["house"].begin(state["actor"], state["locale"], state["ip"]) as work:
        yield work
        for who in (state["actor"].id, state["actor"].on_behalf_of) if request.method not in SAFE_METHODS else ():
            if isinstance(who, PersonId):
                identity.touch(work, who)


async def provide_reading(request: Request[Any, Any, Any]) -> Work:
    """For pages that only read, and nothing that belongs to one citizen: no transaction."""
    state = request.scope["state"]
    return state["house"].work(state["house"].database.reference, state["actor"], state["locale"], state["ip"])


async def provide_begin(request: Request[Any, Any, Any], ports: NamedDependency[Ports]) -> Begin:
    """For handlers that call the network between transactions."""
    return begin_of(request)


async def provide_ports(request: Request[Any, Any, Any]) -> Ports:
    """Before the other two, which wait for it and do not need it: for what could be had at the same moment the framework opens a group of
    tasks, which costs as much as a statement."""
    return request.scope["state"]["house"].ports


def build(settings: config.Settings) -> Litestar:
    """The application of one process."""
    app, house = routed(settings.demo), House(settings)
    render.share(settings.city, settings.demo)
    app.state.house = house
    # Around the router, not inside it: an unknown address has a person and a language too.
    app.asgi_handler = Front(app.asgi_handler, house, _methods(app))
    return app


def routed(demo: bool) -> Litestar:
    """Every route, and nothing of an installation yet."""
    return Litestar(
        [*rooms.handlers(), *(gallery.handlers if demo else [])], guards=[guard], lifespan=[_open],
        dependencies={
            "work": Provide(provide_work), "begin": Provide(provide_begin), "reading": Provide(provide_reading),
            "ports": Provide(provide_ports),
        },
        exception_handlers=problem_handlers,
        openapi_config=openapi.config(VERSION), plugins=[openapi.Ids()], request_max_body_size=1_048_576, logging_config=None,
        type_encoders={Id: str},
        type_decoders=[(lambda kind: isinstance(kind, type) and issubclass(kind, Id), _read_id)],
    )  # fmt: skip


@asynccontextmanager
async def _open(app: Litestar) -> AsyncGenerator[None]:
    house: House = app.state.house
    await house.open()
    try:
        yield
    finally:
        with contextlib.suppress(Exception):  # a count of openings is not worth a failed stop
            async with house.begin(system("web.stop")) as work:
                await catalog.flush_use(work)
        await house.close()


def _methods(app: Litestar) -> dict[str, set[str]]:
    """What each address takes; HEAD is answered wherever GET is."""
    found = {route.path: {HttpMethod(m).value for m in route.methods} for route in app.routes if isinstance(route, HTTPRoute)}
    return {path: methods | ({"HEAD"} if "GET" in methods else set()) for path, methods in found.items()}


def _read_id(kind: type[Id], value: Any) -> Id:
    return value if isinstance(value, kind) else kind.parse(value)


def create() -> Litestar:
    """The server's factory: settings from the environment."""
    settings = config.from_environment()
    log.configure(settings.log_level)
    structlog.get_logger(log.NAME).debug("starting", city=settings.city.code)
    return build(settings)


