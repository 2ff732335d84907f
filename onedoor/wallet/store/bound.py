"""Certificates in other wallets: credentials bound to keys, the offers by which they go there, and nonces that have been answered."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.wallet.models import CertId, Claimed, Credential, Elsewhere, ListId, OfferId


class Offer(msgspec.Struct, frozen=True):
    """A certificate on its way into another wallet."""

    id: OfferId
    citizen_ref: PersonId
    cert_ref: CertId
    tries: int
    expires_at: dt.datetime
    used_at: dt.datetime | None
    taken: int


async def claim_place(db: Db, org: OrgId, one: Credential) -> bool:
    """Take a place in the list; False when it is taken."""
    return bool(
        await db.run(
            "insert into wallet.credential_claim (org_id, list_ref, idx, citizen_ref, cert_ref, credential_ref) "
            "values ($org, $list, $idx, $citizen, $cert, $id) on conflict do nothing",
            org=org, list=one.list_ref, idx=one.idx, citizen=one.citizen_id, cert=one.cert_id, id=one.id,
        )
    )  # fmt: skip


async def add(db: Db, one: Credential, offer: OfferId | None) -> None:
    await db.run(
        "insert into wallet.credential (citizen_id, id, cert_id, holder_key, list_ref, idx, issued_at, expires_at, offer_ref) "
        "values ($citizen, $id, $cert, $key, $list, $idx, $issued, $expires, $offer)",
        citizen=one.citizen_id, id=one.id, cert=one.cert_id, key=one.holder_key, list=one.list_ref, idx=one.idx, issued=one.issued_at,
        expires=one.expires_at, offer=offer,
    )  # fmt: skip


async def places(db: Db, org: OrgId, cert: CertId) -> list[Claimed]:
    """Where the states of a certificate's credentials are written."""
    return await db.all(
        Claimed,
        "select citizen_ref, cert_ref, list_ref, idx from wallet.credential_claim where org_id = $org and cert_ref = $cert "
        "order by list_ref, idx limit 10000",
        org=org, cert=cert,
    )  # fmt: skip


async def at_place(db: Db, org: OrgId, list_id: ListId, idx: int) -> Claimed | None:
    return await db.maybe(
        Claimed,
        "select citizen_ref, cert_ref, list_ref, idx from wallet.credential_claim where org_id = $org and list_ref = $list and idx = $idx",
        org=org, list=list_id, idx=idx,
    )  # fmt: skip


async def elsewhere(db: Db, citizen: PersonId, cert: CertId, now: dt.datetime) -> list[Elsewhere]:
    """Each transfer into another wallet that still stands, the latest first."""
    return await db.all(
        Elsewhere,
        "select offer_ref as id, min(issued_at) as since, max(expires_at) as expires_at, count(*)::int as pieces from wallet.credential "
        "where citizen_id = $citizen and cert_id = $cert and offer_ref is not null and ended_at is null and expires_at > $now "
        "group by offer_ref order by offer_ref desc limit 50",
        citizen=citizen, cert=cert, now=now,
    )  # fmt: skip


async def end(db: Db, citizen: PersonId, cert: CertId, offer: OfferId, now: dt.datetime) -> list[Credential]:
    """Those of one transfer are taken back; their places, to be marked."""
    return await db.all(
        Credential,
        "update wallet.credential set ended_at = $now where citizen_id = $citizen and cert_id = $cert and offer_ref = $offer "
        "and ended_at is null returning citizen_id, id, cert_id, holder_key, list_ref, idx, issued_at, expires_at",
        citizen=citizen, cert=cert, offer=offer, now=now,
    )  # fmt: skip


# ── offers and nonces ──────────────────────────────────────────────────────────────────────────────


async def add_offer(db: Db, digest: bytes, offer: Offer, now: dt.datetime) -> None:
    await db.run(
        "insert into wallet.offer (digest, id, citizen_ref, cert_ref, made_at, expires_at) "
        "values ($digest, $id, $citizen, $cert, $now, $expires)",
        digest=digest, id=offer.id, citizen=offer.citizen_ref, cert=offer.cert_ref, now=now, expires=offer.expires_at,
    )  # fmt: skip


async def offer(db: Db, digest: bytes, now: dt.datetime) -> Offer | None:
    """An offer that nobody has taken and that has not run out."""
    return await db.maybe(
        Offer,
        "select id, citizen_ref, cert_ref, tries, expires_at, used_at, taken from wallet.offer "
        "where digest = $digest and used_at is null and expires_at > $now",
        digest=digest, now=now,
    )  # fmt: skip


async def try_offer(db: Db, digest: bytes, now: dt.datetime, most: int) -> Offer | None:
    """The same, with one more try counted; None when there have been too many."""
    return await db.maybe(
        Offer,
        "update wallet.offer set tries = tries + 1 where digest = $digest and used_at is null and expires_at > $now and tries < $most "
        "returning id, citizen_ref, cert_ref, tries, expires_at, used_at, taken",
        digest=digest, now=now, most=most,
    )  # fmt: skip


async def use_offer(db: Db, digest: bytes, token: bytes, until: dt.datetime, now: dt.datetime) -> bool:
    return bool(
        await db.run(
            "update wallet.offer set used_at = $now, token = $token, token_until = $until where digest = $digest and used_at is null",
            digest=digest, token=token, until=until, now=now,
        )
    )  # fmt: skip


async def offer_of_token(db: Db, token: bytes, now: dt.datetime) -> Offer | None:
    """The offer behind an access token, held for the writing of what it gives."""
    return await db.maybe(
        Offer,
        "select id, citizen_ref, cert_ref, tries, expires_at, used_at, taken from wallet.offer "
        "where token = $token and token_until > $now for update",
        token=token, now=now,
    )  # fmt: skip


async def count_taken(db: Db, token: bytes, more: int) -> None:
    await db.run("update wallet.offer set taken = taken + $more where token = $token", token=token, more=more)


async def use_nonce(db: Db, digest: bytes, until: dt.datetime) -> bool:
    """True the first time."""
    return bool(
        await db.run(
            "insert into wallet.used_nonce (digest, expires_at) values ($digest, $until) on conflict do nothing",
            digest=digest, until=until,
        )
    )  # fmt: skip


async def sweep(db: Db, now: dt.datetime, asked_before: dt.datetime) -> None:
    """What lives for minutes and has run out."""
    await db.run("delete from wallet.used_nonce where expires_at < $now", now=now)
    await db.run("delete from wallet.offer where greatest(expires_at, coalesce(token_until, expires_at)) < $now", now=now)
    await db.run("delete from wallet.asking where made_at < $before", before=asked_before)
