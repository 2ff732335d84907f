"""Each route says who may, and what it needs exists in some room's list of grants."""

import importlib
from enum import StrEnum

from litestar import Litestar

from . import walk


def grants() -> set[str]:
    found = {"signed-in"}
    for room in walk.rooms():
        if not (walk.ROOMS / room / "models.py").exists():
            continue
        listed = getattr(importlib.import_module(f"onedoor.{room}.models"), "Grants", None)
        if listed is not None:
            assert issubclass(listed, StrEnum)
            found |= {str(g) for g in listed}
    return found


def routes(app: Litestar) -> list[tuple[str, str, dict[str, object]]]:
    """(method, path, what its decorator said) of every route."""
    return [
        (method, route.path, handler.opt)
        for route in app.routes
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items()
        if method != "OPTIONS"
    ]


def test_every_route_says_who_may(site) -> None:
    silent = [f"{m} {path}" for m, path, opt in routes(site.app) if not (opt.get("public") or opt.get("needs"))]
    assert silent == []


def test_every_need_exists(site) -> None:
    known = grants()
    unknown = [f"{m} {path} {opt['needs']}" for m, path, opt in routes(site.app) if opt.get("needs") and opt["needs"] not in known]
    assert unknown == []


def test_a_write_is_never_a_get(site) -> None:
    writes = ("delete", "withdraw", "logout", "claim", "decide")
    odd = [path for m, path, _ in routes(site.app) if m == "GET" and path.rstrip("/").split("/")[-1] in writes and path.startswith("/api")]
    assert odd == []
