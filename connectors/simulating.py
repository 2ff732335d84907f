"""A small HTTP server for simulators: standard library alone, loopback alone, one handler per address."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

LIMIT = 1_048_576


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body's fields; ValueError when it is not a JSON object."""
        found = json.loads(self.body or b"{}")
        if not isinstance(found, dict):
            raise ValueError("the body must be a JSON object")
        return found


class Told(NamedTuple):
    """One answer; `body` is written as JSON."""

    status: int
    body: Any = None


Handle = Callable[[Asked], Awaitable[Told]]
REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed",
           413: "Content Too Large", 422: "Unprocessable Content", 503: "Service Unavailable"}  # fmt: skip


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    line = (await reader.readline()).decode("latin-1").split()
    if len(line) != 3:
        return None
    length = 0
    while (header := (await reader.readline()).decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    if not 0 <= length <= LIMIT:
        return None
    parts = urlsplit(line[1])
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return Asked(line[0], parts.path, query, await reader.readexactly(length))


def _written(told: Told) -> bytes:
    body = b"" if told.body is None else json.dumps(told.body, ensure_ascii=False).encode()
    head = f"HTTP/1.1 {told.status} {REASONS.get(told.status, 'Other')}\r\ncontent-type: application/json; charset=utf-8\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def _serving(handle: Handle) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ValueError, asyncio.LimitOverrunError):
            while (asked := await _read(reader)) is not None:
                try:
                    told = await handle(asked)
                except (ValueError, KeyError, TypeError) as bad:
                    told = Told(422, {"error": str(bad)})
                writer.write(_written(told))
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    return serve


async def run(handle: Handle, port: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT)."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for word in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(word, stop.set)
    server = await asyncio.start_server(_serving(handle), "127.0.0.1", port, limit=LIMIT)
    await stop.wait()
    server.close()


@contextlib.asynccontextmanager
async def serving(handle: Handle) -> AsyncGenerator[str]:
    """A server on a free port for as long as the block lasts; its address. For tests."""
    server = await asyncio.start_server(_serving(handle), "127.0.0.1", 0, limit=LIMIT)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
