"""The texts of types that certificates have been signed with."""

import datetime as dt

import msgspec

from onedoor.kernel.db import Db


class Document(msgspec.Struct, frozen=True):
    """Which type a hash belongs to."""

    integrity: str
    code: str


async def documents(db: Db) -> list[Document]:
    return await db.all(Document, "select integrity, code from wallet.type_document order by integrity limit 100000")


async def document(db: Db, integrity: str) -> str | None:
    return await db.value("select body from wallet.type_document where integrity = $integrity", integrity=integrity)


async def add_document(db: Db, integrity: str, code: str, body: str, now: dt.datetime) -> int:
    return await db.run(
        "insert into wallet.type_document (integrity, code, body, since) values ($integrity, $code, $body, $now) on conflict do nothing",
        integrity=integrity, code=code, body=body, now=now,
    )  # fmt: skip
