"""`onedoor web`: the HTTP server, granian with one process per worker."""

import gc
import os
from functools import partial

from litestar import Litestar

from onedoor.kernel.leashed import die_with

PLACES = 16_384
"""Connections that may be open at once in each worker. A long event stream holds one for its life, and past the limit every ordinary
page would hang, so this lies well above the event lines that web allows."""

GARBAGE = 20_000
"""So many new objects before those that hold each other are looked for. At Python's own 700 every other request pays for a look."""


def settle() -> None:
    """What is loaded by now stays: whoever looks for garbage no longer walks through a city, its index and every module, which was a tenth
    of the CPU of a page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)


def prepared() -> Litestar:
    """The application, made before the workers part: each is a fork of this process, so modules and routes are read once and lie in memory
    once. Nothing is opened here."""
    from .app import create

    app = create()
    app.on_startup.append(settle)
    gc.freeze()  # or the first look for garbage would copy in each worker what they share
    return app


def load(parent: int, app: Litestar) -> Litestar:
    """In the worker: on a leash of its own, because granian's may be killed too."""
    die_with(parent)
    return app


def serve(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    server = Granian(
        "onedoor.web.app:create", address=host, port=port, interface=Interfaces.ASGI, workers=workers, loop=Loops.uvloop,
        backlog=4096, backpressure=PLACES, log_level=LogLevels.warning, websockets=False, respawn_failed_workers=True,
        workers_kill_timeout=10,
    )  # fmt: skip
    server.serve(target_loader=partial(load, os.getpid(), prepared()), wrap_loader=False)
