"""clamd in small: `python -m connectors.clamd.simulator --port N --home DIR`. It knows one virus, the EICAR test file.

Commands: zPING, zVERSION, zINSTREAM, each also with `n` and a newline, as clamd has them.
"""

import argparse
import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

LIMIT = 26_214_400
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # in two parts, so that this file is clean


async def _command(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The command and the byte that ends it and its answer."""
    first = await reader.readexactly(1)
    end = b"\0" if first == b"z" else b"\n"
    word = await reader.readuntil(end)
    return (word if first in b"zn" else first + word)[:-1], end


async def _stream(reader: asyncio.StreamReader) -> bytes:
    content = bytearray()
    while size := int.from_bytes(await reader.readexactly(4), "big"):
        if len(content) + size > LIMIT:
            return b"INSTREAM size limit exceeded. ERROR"
        content += await reader.readexactly(size)
    return b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, one command."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        command, end = await _command(reader)
        match command:
            case b"PING":
                answer = b"PONG"
            case b"VERSION":
                answer = b"ClamAV 1.4.3-simulator"
            case b"INSTREAM":
                answer = await _stream(reader)
            case _:
                answer = b"UNKNOWN COMMAND"
        writer.write(answer + end)
        await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def serving() -> AsyncGenerator[str]:
    """A scanner on a free port for as long as the block lasts; its address. For tests."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _run(port: int) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for word in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(word, stop.set)
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await stop.wait()
    server.close()


def main() -> None:
    asked = argparse.ArgumentParser(prog="clamd")
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--home", type=Path, required=True)
    asyncio.run(_run(asked.parse_args().port))


if __name__ == "__main__":
    main()
