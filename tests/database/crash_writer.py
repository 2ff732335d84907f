"""One writer of the crash test: notes in a file what the server has acknowledged. Arguments: DSN, number, file."""

import asyncio
import os
import sys

import asyncpg


async def main(dsn: str, number: int, note: str) -> None:
    conn = await asyncpg.connect(dsn)
    done = 0
    acknowledged = os.open(note, os.O_WRONLY | os.O_CREAT)
    while True:
        await conn.execute("insert into crash (writer) values ($1)", number)
        done += 1
        os.pwrite(acknowledged, str(done).encode(), 0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
