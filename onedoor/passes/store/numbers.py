"""Whose identity numbers a gate asks about, and the lists of marks made of them."""

from uuid import UUID

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.passes.gates import NumberList


class Meant(msgspec.Struct, frozen=True):
    """Somebody whom gates stop, or ask about."""

    citizen_ref: PersonId


class Numbered(msgspec.Struct, frozen=True):
    """Somebody without an account, and the number of their card."""

    citizen_id: PersonId
    id_number: str


async def meant(db: Db, scope: str, scheme: str, after: UUID, most: int) -> list[Meant]:
    """Yellow and red people of the whole city, in the order of their ids."""
    return await db.all(
        Meant,
        "select citizen_ref from passes.watch where scope = $scope and scheme = $scheme and citizen_ref > $after "
        "and colour in ('yellow', 'red') order by citizen_ref limit $most",
        scope=scope, scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def subjects(db: Db, citizens: list[PersonId]) -> list[Numbered]:
    return await db.all(
        Numbered, "-- scatter\nselect citizen_id, id_number from passes.subject where citizen_id = any($citizens::uuid[])",
        citizens=citizens,
    )  # fmt: skip


async def put(db: Db, one: NumberList, body: bytes) -> None:
    await db.run(
        "insert into passes.number_list (scheme, day, bits, many, issued_at, sha256, body) "
        "values ($scheme, $day, $bits, $many, $issued, $sha256, $body) on conflict (scheme) do update set day = excluded.day, "
        "bits = excluded.bits, many = excluded.many, issued_at = excluded.issued_at, sha256 = excluded.sha256, body = excluded.body",
        scheme=one.scheme, day=one.day, bits=one.bits, many=one.many, issued=one.issued_at, sha256=one.sha256, body=body,
    )  # fmt: skip


async def keep_only(db: Db, schemes: list[str]) -> int:
    """Lists of schemes that allow it no more, or have ended, go."""
    return await db.run("delete from passes.number_list where scheme <> all($schemes::text[])", schemes=schemes)


async def number_lists(db: Db, schemes: list[str]) -> list[NumberList]:
    return await db.all(
        NumberList,
        "select scheme, day, bits, many, issued_at, sha256 from passes.number_list where scheme = any($schemes::text[]) order by scheme",
        schemes=schemes,
    )


async def marks(db: Db, scheme: str) -> bytes | None:
    return await db.value("select body from passes.number_list where scheme = $scheme", scheme=scheme)
