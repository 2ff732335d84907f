"""From a test's thread to the application on its loop and back, in one hop each."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx
from litestar import Litestar


class OneHop(httpx.BaseTransport):
    """httpx's own ASGI transport, run whole on the application's loop: a fault in the application is a 500, as it is behind a server."""

    def __init__(self, app: Litestar, run: Callable[..., Any]) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False, client=("testclient", 50000))
        self._run = run

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._run(self._exchange, request)

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        body = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers.raw, stream=httpx.ByteStream(body))


async def status(app: Litestar, method: str, path: str, headers: dict[str, str]) -> int:
    """The bare status of a request without a body: for tables of thousands."""
    said: list[Any] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": unquote(path),
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": ("testclient", 50000),
        "server": ("testserver.local", 80),
        "headers": [(name.encode(), value.encode()) for name, value in {"host": "testserver.local", **headers}.items()],
    }  # fmt: skip

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    await app(scope, receive, send)
    return int(said[0]["status"])
