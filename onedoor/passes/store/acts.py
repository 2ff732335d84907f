"""What was done with schemes, and what was deleted of those that ended."""

from onedoor.kernel.db import Db
from onedoor.passes.records import Act, Deletion


async def add(db: Db, one: Act) -> None:
    await db.run(
        "insert into passes.scheme_act (id, scheme, act, at, person_ref, name, org, detail) "
        "values ($id, $scheme, $act, $at, $person, $name, $org, $detail)",
        id=one.id, scheme=one.scheme, act=one.act, at=one.at, person=one.person_ref, name=one.name, org=one.org, detail=one.detail,
    )  # fmt: skip


async def of_scheme(db: Db, scheme: str, most: int) -> list[Act]:
    return await db.all(
        Act,
        "select id, scheme, act, at, person_ref, name, org, detail from passes.scheme_act where scheme = $scheme "
        "order by at desc, id desc limit $most",
        scheme=scheme, most=most,
    )  # fmt: skip


async def last_extension(db: Db, scheme: str) -> Act | None:
    """The latest step of an extension, however much has been done since."""
    return await db.maybe(
        Act,
        "select id, scheme, act, at, person_ref, name, org, detail from passes.scheme_act where scheme = $scheme "
        "and act in ('extension_asked', 'extended') order by at desc, id desc limit 1",
        scheme=scheme,
    )


async def put_deletion(db: Db, one: Deletion) -> bool:
    return bool(await db.run(
        "insert into passes.deletion (scheme, at, body, jws) values ($scheme, $at, $body, $jws) on conflict do nothing",
        scheme=one.scheme, at=one.at, body=one.body, jws=one.jws,
    ))  # fmt: skip


async def deletion(db: Db, scheme: str) -> Deletion | None:
    return await db.maybe(Deletion, "select scheme, at, body, jws from passes.deletion where scheme = $scheme", scheme=scheme)
