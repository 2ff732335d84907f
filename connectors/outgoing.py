"""Calls to registers over HTTP: the register's own host and no other, no redirect, no proxy, no cookie, one mebibyte and no more.

aiohttp, because many registers are asked at once while a person waits: a small call costs a tenth of httpx's CPU, and a client that is
slow itself makes every register look late.
"""

import asyncio
from urllib.parse import urlsplit

import aiohttp
from msgspec import Struct
from yarl import URL

from onedoor.exchange.models import System

from .asking import MOST_BYTES


class Reply(Struct, frozen=True):
    """A whole answer. `long`: it went on past what is read."""

    status: int
    body: bytes
    long: bool = False


class Outgoing:
    """One pool of connections for each event loop that asks."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, system: System, method: str, path: str, headers: dict[str, str], body: bytes, seconds: float) -> Reply:
        """The answer; TimeoutError or ConnectionError when there is none."""
        url = address(system, path)
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                async with self._opened().request(
                    method, url, data=body or None, headers={"accept-encoding": "identity", **headers}, allow_redirects=False
                ) as answer:
                    return await _read(answer)
        except TimeoutError as slow:
            raise TimeoutError(f"{system.code} did not answer in time") from slow
        except (aiohttp.ClientError, ValueError) as away:
            raise ConnectionError(f"{system.code}: {type(away).__name__}") from away

    def _opened(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._loop = loop
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None), trust_env=False,
            )  # fmt: skip
        return self._session

    async def close(self) -> None:
        """Let go of the open connections."""
        if self._session is not None:
            await self._session.close()


def address(system: System, path: str) -> URL:
    """The register's address with this path; OSError for anything that would lead to another host."""
    base = urlsplit(system.address)
    if base.scheme not in ("http", "https") or not base.netloc or "@" in base.netloc or base.query or base.fragment:
        raise OSError(f"{system.code}: the address is no http address")
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise OSError(f"{system.code}: a path begins with one /")
    return URL(f"{base.scheme}://{base.netloc}{base.path.rstrip('/')}{path}")


async def _read(answer: aiohttp.ClientResponse) -> Reply:
    if 300 <= answer.status < 400:
        raise aiohttp.ClientError("redirects are not followed")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise aiohttp.ClientError("packed, though plain was asked for")
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            return Reply(answer.status, b"", long=True)
    return Reply(answer.status, bytes(body))
