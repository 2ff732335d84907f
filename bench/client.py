"""The load: a process of its own with keep-alive connections, one request under way on each, and a count of what came back."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import msgspec


class Load(msgspec.Struct):
    """What to send: raw requests, sent in turn by `connections` connections for `seconds` after `warm` seconds."""

    port: int
    requests: list[str]
    seconds: float
    connections: int = 8
    warm: float = 0.5
    once: bool = False
    """Each request is sent at most once (writes)."""


class Result(msgspec.Struct):
    """`latencies_ms` of the measured window, sorted; `statuses` of everything sent."""

    done: int
    all_done: int
    seconds: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]
    exhausted: bool = False


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
        elif line.lower().startswith(b"transfer-encoding: chunked"):
            while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
            return status
    if length:
        await reader.readexactly(length)
    return status


async def _run(load: Load) -> Result:
    begun, statuses, latencies = time.perf_counter(), Counter[str](), []
    start, end = begun + load.warm, begun + load.warm + load.seconds
    raw = [r.encode() for r in load.requests]
    turn, exhausted = 0, False

    async def line() -> None:
        nonlocal turn, exhausted
        reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
        while time.perf_counter() < end:
            if load.once and turn >= len(raw):
                exhausted = True
                break
            request = raw[turn % len(raw)]
            turn += 1
            sent = time.perf_counter()
            writer.write(request)
            status = await _answer(reader)
            got = time.perf_counter()
            statuses[str(status)] += 1
            if start <= sent and got <= end:
                latencies.append((got - sent) * 1000)
        writer.close()

    await asyncio.gather(*(line() for _ in range(load.connections)))
    latencies.sort()
    at = lambda q: latencies[min(len(latencies) - 1, int(len(latencies) * q))] if latencies else 0.0
    return Result(len(latencies), sum(statuses.values()), load.seconds, at(0.5), at(0.99), dict(statuses), exhausted)


def fire(load: Load) -> Result:
    """Run the load in its own process, so that it never shares an event loop with what it measures."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.client"], input=msgspec.json.encode(load), capture_output=True, check=True, timeout=300
    )
    return msgspec.json.decode(done.stdout, type=Result)


def request(method: str, path: str, headers: dict[str, str] | None = None, body: Any = None) -> str:
    """One raw HTTP/1.1 request."""
    content = "" if body is None else json.dumps(body, ensure_ascii=False)
    lines = {"host": "127.0.0.1", "accept": "text/html", **(headers or {})}
    if content:
        lines |= {"content-type": "application/json", "content-length": str(len(content.encode()))}
    return f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n" + content


if __name__ == "__main__":
    import uvloop

    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(_run(order))))
