"""Posts to addresses that strangers have named, and to nothing inside this network.

The name is resolved once, every address it leads to is looked at, and the connection is made to one of these addresses itself: whoever
answers the second question for the name differently (DNS rebinding) is not asked it. TLS still proves the name. No redirect is followed,
no proxy asked, no connection used twice, and an answer is read to 64 KiB and no further.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from onedoor.kernel.authorities import authorities
from onedoor.providers.ports import Answered, Refused, reachable

SECONDS = 5.0
MOST, MOST_ADDRESSES = 65_536, 4
Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolved(host: str, port: int) -> list[str]:
    """Every address of a name, in the system's order."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class WebhookPost:
    """Behind the port providers.Outgoing."""

    def __init__(
        self, seconds: float = SECONDS, resolve: Resolve = resolved, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._seconds, self._resolve = seconds, resolve
        self._client = httpx.AsyncClient(
            timeout=seconds, trust_env=False, verify=authorities(), follow_redirects=False, transport=transport,
            limits=httpx.Limits(max_keepalive_connections=0),
        )  # fmt: skip

    async def post(self, url: str, headers: dict[str, str], body: bytes, exempt: frozenset[str]) -> Answered:
        """The receiver's answer; TimeoutError when it takes longer than five seconds in all."""
        async with asyncio.timeout(self._seconds):
            try:
                return await self._post(httpx.URL(url), headers, body, exempt)
            except httpx.TimeoutException as slow:
                raise TimeoutError("no answer in time") from slow
            except (httpx.HTTPError, httpx.InvalidURL) as away:
                raise ConnectionError(str(away) or type(away).__name__) from away

    async def _post(self, url: httpx.URL, headers: dict[str, str], body: bytes, exempt: frozenset[str]) -> Answered:
        host = url.raw_host.decode()
        port = url.port or (443 if url.scheme == "https" else 80)
        plain = url.scheme == "http" and f"{host}:{port}" in exempt
        if url.scheme != "https" and not plain:
            raise Refused("only https")
        addresses, headers = await self._addresses(host, port, plain), {**headers, "host": url.netloc.decode()}
        for last, address in enumerate(addresses, 1):
            with contextlib.suppress(*([httpx.ConnectError] if last < len(addresses) else [])):
                return await self._sent(url.copy_with(host=address), headers, body, host)
        raise ConnectionError(f"{host} cannot be resolved")

    async def _sent(self, to: httpx.URL, headers: dict[str, str], body: bytes, host: str) -> Answered:
        async with self._client.stream("POST", to, content=body, headers=headers, extensions={"sni_hostname": host}) as answer:
            read = bytearray()
            async for chunk in answer.aiter_raw():
                read += chunk[: MOST - len(read)]
                if len(read) >= MOST:
                    break
            return Answered(answer.status_code, bytes(read))

    async def _addresses(self, host: str, port: int, plain: bool) -> list[str]:
        """What may be connected to. A name that leads inside with any of its addresses is refused whole."""
        try:
            found = await self._resolve(host.strip("[]"), port)
        except (OSError, UnicodeError) as lost:
            raise ConnectionError(f"{host} cannot be resolved") from lost
        if not plain and (inside := next((one for one in found if not reachable(one)), None)):
            raise Refused(f"{host} leads to {inside}, which is not on the internet")
        return found[:MOST_ADDRESSES]

    async def close(self) -> None:
        """Let go of what is open."""
        await self._client.aclose()


def connect(home: Path) -> WebhookPost:
    """The plugin; it keeps nothing in the home."""
    return WebhookPost()
