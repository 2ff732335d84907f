"""One writer of the crash test: notes in a file what the server has acknowledged. Arguments: DSN, number, file."""

import asyncio
import sys

import asyncpg


async def main(dsn: str, number: int, note: str) -> None:
    conn = await asyncpg.connect(dsn)
    done = 0
    with open(note, "w") as acknowledged:
        while True:
            await conn.execute("insert into crash (writer) values ($1)", number)
            done += 1
            acknowledged.seek(0)
            acknowledged.write(str(done))
            acknowledged.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
