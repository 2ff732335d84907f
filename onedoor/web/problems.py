"""Problems as answers: RFC 9457 JSON for programs, a page for people, a fragment for a swap; nothing is ever left as a bare 500."""

import asyncio
import secrets
from http import HTTPStatus
from typing import Any

import asyncpg
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect

from onedoor.kernel.db import Database, unavailable
from onedoor.kernel.i18n import say, translate
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.log import NAME
from onedoor.kernel.problems import Invalid, Problem, TooLarge, Unauthorized
from onedoor.ui.edge import AnyRequest, place
from onedoor.ui.render import html

log = structlog.get_logger(NAME)


def wants_page(request: AnyRequest) -> bool:
    """People's browsers name text/html; everything under /api is for programs."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def respond(request: AnyRequest, status: int, slug: str, title: str, detail: str, extra: dict[str, Any]) -> Response[Any]:
    """The answer in the form that the caller can read."""
    headers = {"Retry-After": str(extra["retry_after"])} if "retry_after" in extra else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="onedoor"'
    if wants_page(request):
        data = {"status": status, "slug": slug, "title": title, "detail": detail, "extra": extra, "here": place(request)}
        template = "web/problem_part.html" if request.headers.get("hx-request") else "web/problem.html"
        return Response(html(request, template, data), status_code=status, media_type="text/html", headers=headers)
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail, **to_builtins(extra)}
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def on_problem(request: AnyRequest, bad: Problem) -> Response[Any]:
    """A refusal with a name."""
    if isinstance(bad, Unauthorized) and wants_page(request) and "sign_in" in bad.extra and request.method in ("GET", "HEAD"):
        return Redirect(str(bad.extra["sign_in"]), status_code=303)
    locale = request.scope["state"]["locale"]
    extra = {k: v for k, v in bad.extra.items() if k != "values"}
    return respond(request, bad.status, bad.slug(), translate(locale, bad.title), bad.detail, extra)


def pointer(key: str) -> str:
    """`documents[0].name` as RFC 6901 wants it, `/documents/0/name`; a fault of the whole body is ""."""
    return "" if key in ("", "data") else "/" + key.replace("[", "/").replace("]", "").replace(".", "/")


def on_validation(request: AnyRequest, bad: ValidationException) -> Response[Any]:
    """A body or query of the wrong shape."""
    found = bad.extra if isinstance(bad.extra, list) else []
    errors = [{"pointer": pointer(str(e.get("key", ""))), "detail": str(e["message"])} for e in found]
    if [e["detail"] for e in errors] == ["'data'"]:  # the framework's words for a body that is not there
        errors = [{"pointer": "", "detail": say(request.scope["state"]["locale"], "请求里没有内容，请用 JSON 发送")}]
    return on_problem(request, Invalid(errors=errors or [{"pointer": "", "detail": bad.detail}]))


def on_http(request: AnyRequest, bad: HTTPException) -> Response[Any]:
    """What the framework refuses by itself: unknown address, wrong method, unreadable body."""
    locale = request.scope["state"]["locale"]
    if bad.status_code == 413:
        most = request.route_handler.resolve_request_max_body_size() or 0
        return on_problem(request, TooLarge(say(locale, "这一次最多可以发送 {n} KB", n=most // 1024), limit_bytes=most))
    if bad.status_code == 404:
        title = say(locale, "没有找到这个页面")
    elif bad.status_code == 405:
        title = say(locale, "这个地址不接受这样的请求")
    else:
        title = say(locale, "请求有误") if bad.status_code < 500 else say(locale, "我们这边出了点问题")
    detail = bad.detail if bad.status_code < 500 and bad.status_code != 404 else ""
    if detail == HTTPStatus(bad.status_code).phrase:
        detail = ""
    return respond(request, bad.status_code, f"http-{bad.status_code}", title, detail, {})


async def note(database: Database, trace: str, route: str, bad: BaseException) -> None:
    """Keep an unexpected error for the operator; a database that is away must not hide the first error."""
    try:
        async with database.tx(role="job") as db:
            await db.run(
                "insert into kernel.fault (trace, route, kind, detail) values ($trace, $route, $kind, $detail)",
                trace=trace, route=route[:300], kind=type(bad).__name__[:100], detail=repr(bad)[:4000],
            )  # fmt: skip
    except Exception as second:
        log.warning("fault_not_kept", trace=trace, error=str(second))


_noting: set[asyncio.Task[None]] = set()


def on_unknown(request: AnyRequest, bad: Exception) -> Response[Any]:
    """Everything else: not now (503), unfit text (422), or our own mistake (500 with a trace id and no detail)."""
    if (refusal := unavailable(bad)) is not None:
        log.warning("unavailable", error=repr(bad))
        return on_problem(request, refusal)
    locale = request.scope["state"]["locale"]
    if isinstance(bad, (asyncpg.DataError, UnicodeError, RecursionError)):
        return on_problem(request, Invalid(errors=[{"pointer": "", "detail": say(locale, "有不能使用的字符或格式")}]))
    trace = secrets.token_hex(8)
    log.error("unexpected", trace=trace, path=request.url.path, exc_info=bad)
    noting = note(request.app.state.house.database, trace, f"{request.method} {request.url.path}", bad)
    task = asyncio.get_running_loop().create_task(noting)
    _noting.add(task)
    task.add_done_callback(_noting.discard)
    title = say(locale, "我们这边出了点问题")
    detail = say(locale, "您填写的内容没有丢失，请返回上一页再试。如果还不行，请把编号告诉服务热线。")
    return respond(request, 500, "unexpected", title, detail, {"trace": trace})


handlers: dict[Any, Any] = {
    Problem: on_problem, ValidationException: on_validation, HTTPException: on_http, Exception: on_unknown, 500: on_unknown,
}  # fmt: skip
