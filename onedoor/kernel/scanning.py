"""Asking the scanner about a kept file: found in one transaction, scanned outside of any, written down in another."""

import asyncio
from collections.abc import Awaitable, Callable

from onedoor.kernel.ports import Ports, Scan, Scanner, Vault
from onedoor.kernel.work import Begin, Work, system


async def scan(
    begin: Begin, ports: Ports, name: str, find: Callable[[Work], Awaitable[str | None]], write: Callable[[Work, Scan], Awaitable[None]],
    *, salt: int = 0,
) -> None:  # fmt: skip
    """`find` gives the hash of a content that waits, or None; `write` keeps what the scanner says of it. The first `salt` bytes of what is
    kept are not the sender's.

    A city without a scanner leaves its files marked as not scanned. A content that is gone or does not open is unreadable.
    """
    if not ports.has(Scanner):
        return
    async with begin(actor=system(name)) as work:
        sha256 = await find(work)
    if sha256 is None:
        return
    try:
        content = await asyncio.to_thread(ports.get(Vault).get, sha256)
        verdict = (await ports.get(Scanner).scan(content[salt:])).scan
    except LookupError:
        verdict = Scan.UNREADABLE
    async with begin(actor=system(name)) as work:
        await write(work, verdict)
