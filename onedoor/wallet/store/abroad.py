"""Status lists of other cities."""


from onedoor.kernel.db import Db
from onedoor.wallet.models import AbroadList


async def lists(db: Db) -> list[AbroadList]:
    return await db.all(AbroadList, "select uri, node, body, signed_at from wallet.abroad_list order by uri limit 10000")


async def put(db: Db, one: AbroadList) -> int:
    """Never an older one than the one that is held."""
    return await db.run(
        "insert into wallet.abroad_list as l (uri, node, body, signed_at) values ($uri, $node, $body, $at) on conflict (uri) do update "
        "set body = excluded.body, signed_at = excluded.signed_at where l.signed_at < excluded.signed_at",
        uri=one.uri, node=one.node, body=one.body, at=one.signed_at,
    )  # fmt: skip
