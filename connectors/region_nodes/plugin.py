"""Asks and tells other regions' nodes. What comes back is signed, so nothing here is believed; it is only bounded."""

import asyncio
from pathlib import Path

import httpx

from onedoor.kernel.authorities import authorities
from onedoor.passes.ports import Declined

SECONDS = 5.0
MOST = 256 * 1024
JSON = "application/json"


class RegionNodes:
    """Behind the port passes.Regions."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._client = httpx.AsyncClient(timeout=seconds, trust_env=False, verify=authorities(), follow_redirects=False)

    async def get(self, url: str) -> str:
        """The text at an address; OSError when there is none in time."""
        return await self._asked("GET", url, None)

    async def post(self, url: str, body: str, media: str = JSON) -> str:
        """The answer to a message; OSError when there is none in time, or the node does not take it."""
        return await self._asked("POST", url, body, media)

    async def _asked(self, method: str, url: str, body: str | None, media: str = JSON) -> str:
        async with asyncio.timeout(self._seconds):  # of the whole answer: one that drips is none
            return await self._said(method, url, body, {"content-type": media, "accept": "*/*"})

    async def _said(self, method: str, url: str, body: str | None, headers: dict[str, str]) -> str:
        try:
            async with self._client.stream(method, url, content=body, headers=headers) as answer:
                read = bytearray()
                async for chunk in answer.aiter_bytes():
                    read += chunk
                    if len(read) > MOST:
                        raise ConnectionError("too long an answer")
        except (httpx.HTTPError, httpx.InvalidURL) as away:
            raise ConnectionError(str(away) or type(away).__name__) from away
        if not 200 <= answer.status_code < 300:
            raise Declined(answer.status_code, read.decode(errors="replace"))
        try:
            return read.decode()
        except UnicodeDecodeError as bad:
            raise ConnectionError("no text") from bad

    async def close(self) -> None:
        """Let go of what is open."""
        await self._client.aclose()


def connect(home: Path) -> RegionNodes:
    """The plugin; it keeps nothing in the home."""
    return RegionNodes()
