"""Sends a file to clamd in chunks and reads the verdict: `stream: OK`, `stream: <name> FOUND`, or `… ERROR`."""

import asyncio
import contextlib
from urllib.parse import urlsplit

from onedoor.cases.models import Scan
from onedoor.cases.ports import Verdict

CHUNK = 65_536
SECONDS = 30.0


class Clamd:
    """Behind the port cases.Scanner."""

    def __init__(self, host: str, port: int, seconds: float = SECONDS) -> None:
        self.host, self.port, self.seconds = host, port, seconds

    async def scan(self, content: bytes) -> Verdict:
        """What clamd says of the content; OSError when it does not answer as agreed."""
        async with asyncio.timeout(self.seconds):
            answer = await self._ask(content)
        if answer.endswith("FOUND"):
            return Verdict(Scan.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND"))
        if answer == "stream: OK":
            return Verdict(Scan.CLEAN)
        if "size limit exceeded" in answer:
            return Verdict(Scan.UNREADABLE, "size limit")
        raise ConnectionError(f"clamd answered {answer[:200]!r}")

    async def _ask(self, content: bytes) -> str:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"zINSTREAM\0")
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):  # it stops reading early when the file is too large
                for start in range(0, len(content), CHUNK):
                    part = content[start : start + CHUNK]
                    writer.write(len(part).to_bytes(4, "big") + part)
                    await writer.drain()
                writer.write(bytes(4))
                await writer.drain()
            return (await reader.read(4096)).rstrip(b"\0\n").decode("utf-8", "replace")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def connect(url: str) -> Clamd:
    """The plugin for `tcp://host:port` (any scheme will do)."""
    parts = urlsplit(url)
    return Clamd(parts.hostname or "127.0.0.1", parts.port or 3310)
