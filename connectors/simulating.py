"""A small HTTP server for simulators: standard library alone, loopback alone, one handler per address."""

import argparse
import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

LIMIT = 1_048_576


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str] = {}

    def json(self) -> dict[str, Any]:
        """The body's fields; ValueError when it is not a JSON object."""
        found = json.loads(self.body or b"{}")
        if not isinstance(found, dict):
            raise ValueError("the body must be a JSON object")
        return found


class Told(NamedTuple):
    """One answer; `body` is written as JSON, `raw` as it is. `cut`: the line breaks half way. Status 0: it breaks at once. `times`: a
    system that stutters says it more than once."""

    status: int
    body: Any = None
    raw: bytes | None = None
    kind: str = "application/json; charset=utf-8"
    cut: bool = False
    times: int = 1

    def bytes(self) -> bytes:
        """The body as it is written."""
        if self.raw is not None:
            return self.raw
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


ENDED = (ConnectionError, asyncio.IncompleteReadError, ValueError, asyncio.LimitOverrunError, asyncio.CancelledError)
"""How a conversation ends that is not ended by us: the other side leaves, speaks no HTTP, or everything is stopped."""
Handle = Callable[[Asked], Awaitable[Told]]
REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
           404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large", 422: "Unprocessable Content",
           500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip


async def _read(reader: asyncio.StreamReader, most: int) -> Asked | None:
    line = (await reader.readline()).decode("latin-1").split()
    if len(line) != 3:
        return None
    length, headers = 0, dict[str, str]()
    while (header := (await reader.readline()).decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
        if name.lower() == "content-length":
            length = int(value)
    if not 0 <= length <= most:
        return None
    parts = urlsplit(line[1])
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return Asked(line[0], parts.path, query, await reader.readexactly(length), headers)


def _written(told: Told) -> bytes:
    body = told.bytes()
    head = f"HTTP/1.1 {told.status} {REASONS.get(told.status, 'Other')}\r\ncontent-type: {told.kind}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + (body[: len(body) // 2] if told.cut else body)


def _serving(handle: Handle, most: int = LIMIT) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*ENDED):
            while (asked := await _read(reader, most)) is not None:
                try:
                    told = await handle(asked)
                except (ValueError, KeyError, TypeError) as bad:
                    told = Told(422, {"error": str(bad)})
                if told.status == 0:
                    break
                writer.write(_written(told) * told.times)
                await writer.drain()
                if told.cut:
                    break
        writer.close()
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    return serve


def started(name: str) -> argparse.Namespace:
    """What every simulator is started with: `port`, and `home` for its storage."""
    asked = argparse.ArgumentParser(prog=name)
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--home", type=Path, required=True)
    return asked.parse_args()


async def run(handle: Handle, port: int, most: int = LIMIT) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); `most` bytes in one request."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for word in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(word, stop.set)
    server = await asyncio.start_server(_serving(handle, most), "127.0.0.1", port, limit=LIMIT)
    await stop.wait()
    server.close()


@contextlib.asynccontextmanager
async def serving(handle: Handle, most: int = LIMIT) -> AsyncGenerator[str]:
    """A server on a free port for as long as the block lasts; its address. For tests."""
    server = await asyncio.start_server(_serving(handle, most), "127.0.0.1", 0, limit=LIMIT)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
