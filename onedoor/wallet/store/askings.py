"""Verifiers, what they ask of wallets, and what came back."""

import datetime as dt
from typing import Any

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.wallet.models import Asking, AskingId, Back, Verifier


async def verifiers(db: Db) -> list[Verifier]:
    return await db.all(Verifier, "select code, org_ref, name, purposes from wallet.verifier order by code limit 10000")


async def put_verifier(db: Db, one: Verifier) -> int:
    return await db.run(
        "insert into wallet.verifier as v (code, org_ref, name, purposes) values ($code, $org, $name, $purposes) "
        "on conflict (code) do update set org_ref = excluded.org_ref, name = excluded.name, purposes = excluded.purposes "
        "where (v.org_ref, v.name, v.purposes) is distinct from (excluded.org_ref, excluded.name, excluded.purposes)",
        code=one.code, org=one.org_ref, name=one.name, purposes=one.purposes,
    )  # fmt: skip


async def drop_verifiers(db: Db, codes: list[str]) -> int:
    """Those that the city no longer names."""
    return await db.run("delete from wallet.verifier where code <> all($codes)", codes=codes)


async def add(db: Db, one: Asking, by: PersonId | None) -> None:
    await db.run(
        "insert into wallet.asking (id, org_ref, by_ref, verifier, purpose, nonce, state, made_at, expires_at, citizen_ref, node, item, "
        "back) values ($id, $org, $by, $verifier, $purpose, $nonce, $state, $made, $expires, $citizen, $node, $item, $back)",
        id=one.id, org=one.org_ref, by=by, verifier=one.verifier, purpose=one.purpose, nonce=one.nonce, state=one.state,
        made=one.made_at, expires=one.expires_at, citizen=one.citizen_ref, node=one.node, item=one.item, back=one.back,
    )  # fmt: skip


async def get(db: Db, asking: AskingId) -> Asking | None:
    return await db.maybe(
        Asking,
        "select id, org_ref, verifier, purpose, nonce, state, made_at, expires_at, answered_at, result, claims, citizen_ref, node, item, "
        "back, beyond from wallet.asking "
        "where id = $id",
        id=asking,
    )  # fmt: skip


async def of_org(db: Db, org: OrgId, asking: AskingId) -> Asking | None:
    return await db.maybe(
        Asking,
        "select id, org_ref, verifier, purpose, nonce, state, made_at, expires_at, answered_at, result, claims, citizen_ref, node, item, "
        "back, beyond from wallet.asking "
        "where id = $id and org_ref = $org",
        id=asking, org=org,
    )  # fmt: skip


async def answer(
    db: Db, asking: AskingId, claims: dict[str, Any], beyond: int, result: str, response: bytes, now: dt.datetime
) -> bool:
    """True for the first answer within its time; of two at once one is first."""
    return bool(
        await db.run(
            "update wallet.asking set answered_at = $now, result = $result, claims = $claims, beyond = $beyond, response = $response "
            "where id = $id and answered_at is null and expires_at > $now",
            id=asking, now=now, result=result, claims=claims, beyond=beyond, response=response,
        )
    )  # fmt: skip


async def seen(db: Db, response: bytes, now: dt.datetime) -> Back | None:
    """The verifier of the answer that a wallet comes back from; a response code works once."""
    return await db.maybe(
        Back,
        "update wallet.asking set seen_at = $now where response = $response and seen_at is null returning verifier, back",
        response=response, now=now,
    )  # fmt: skip
