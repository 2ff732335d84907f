"""Requests to sign in, authorization codes and tokens. Each is found by the organisation and the hash of its text."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.providers.models import AppId, AskId, Asking, Code, FamilyId, Request, Token


async def add_asking(
    db: Db, org: OrgId, ask: AskId, asked: Request, now: dt.datetime, after: dt.datetime | None, until: dt.datetime
) -> None:
    await db.run(
        "insert into providers.asking (org_id, id, app_id, redirect, scopes, state, nonce, challenge, level, made_at, after, anew, "
        "expires_at) values ($org, $ask, $app, $redirect, $scopes, $state, $nonce, $challenge, $level, $now, $after, $anew, $until)",
        org=org, ask=ask, app=asked.app.id, redirect=asked.redirect, scopes=list(asked.scopes), state=asked.state, nonce=asked.nonce,
        challenge=asked.challenge, level=asked.level, now=now, after=after, anew="consent" in asked.prompts, until=until,
    )  # fmt: skip


async def asking(db: Db, org: OrgId, ask: AskId, now: dt.datetime) -> Asking | None:
    return await db.maybe(
        Asking,
        "select id, app_id, redirect, scopes, state, nonce, challenge, level, made_at, after, anew from providers.asking "
        "where org_id = $org and id = $ask and expires_at > $now",
        org=org, ask=ask, now=now,
    )  # fmt: skip


async def add_code(db: Db, org: OrgId, hashed: bytes, code: Code, until: dt.datetime) -> None:
    await db.run(
        "insert into providers.code (org_id, hash, app_id, citizen_ref, family, redirect, scopes, nonce, challenge, auth_at, level, "
        "expires_at) values ($org, $hashed, $app, $citizen, $family, $redirect, $scopes, $nonce, $challenge, $auth_at, $level, $until)",
        org=org, hashed=hashed, app=code.app_id, citizen=code.citizen, family=code.family, redirect=code.redirect, scopes=code.scopes,
        nonce=code.nonce, challenge=code.challenge, auth_at=code.auth_at, level=code.level, until=until,
    )  # fmt: skip


async def use_code(db: Db, org: OrgId, hashed: bytes, app: AppId, now: dt.datetime) -> Code | None:
    """The code, which from now on is used; None when it was before, has run out, or is another app's."""
    return await db.maybe(
        Code,
        "update providers.code set used_at = $now where org_id = $org and hash = $hashed and app_id = $app and used_at is null "
        "and expires_at > $now "
        "returning app_id, citizen_ref as citizen, family, redirect, scopes, nonce, challenge, auth_at, level",
        org=org, hashed=hashed, app=app, now=now,
    )  # fmt: skip


async def used_code(db: Db, org: OrgId, hashed: bytes, app: AppId) -> FamilyId | None:
    """The family of a code that was used before."""
    found = await db.value(
        "select family from providers.code where org_id = $org and hash = $hashed and app_id = $app and used_at is not null",
        org=org, hashed=hashed, app=app,
    )  # fmt: skip
    return FamilyId(found) if found else None


async def add_token(db: Db, org: OrgId, hashed: bytes, token: Token) -> None:
    await db.run(
        "insert into providers.token (org_id, hash, app_id, kind, citizen_ref, family, scopes, auth_at, level, made_at, expires_at) "
        "values ($org, $hashed, $app, $kind, $citizen, $family, $scopes, $auth_at, $level, $made_at, $expires_at)",
        org=org, hashed=hashed, app=token.app_id, kind=token.kind.value, citizen=token.citizen, family=token.family, scopes=token.scopes,
        auth_at=token.auth_at, level=token.level, made_at=token.made_at, expires_at=token.expires_at,
    )  # fmt: skip


async def token(db: Db, org: OrgId, hashed: bytes) -> Token | None:
    """A token that is good now."""
    return await db.maybe(
        Token,
        "select app_id, kind, citizen_ref as citizen, family, scopes, auth_at, level, made_at, expires_at from providers.token "
        "where org_id = $org and hash = $hashed and expires_at > now() and used_at is null and revoked_at is null",
        org=org, hashed=hashed,
    )  # fmt: skip


async def use_refresh(db: Db, org: OrgId, hashed: bytes, app: AppId, now: dt.datetime) -> Token | None:
    """The refresh token, which from now on is used; None when it was before, has ended, or is another app's."""
    return await db.maybe(
        Token,
        "update providers.token set used_at = $now where org_id = $org and hash = $hashed and app_id = $app and kind = 'odr' "
        "and used_at is null and revoked_at is null and expires_at > $now "
        "returning app_id, kind, citizen_ref as citizen, family, scopes, auth_at, level, made_at, expires_at",
        org=org, hashed=hashed, app=app, now=now,
    )  # fmt: skip


async def used_refresh(db: Db, org: OrgId, hashed: bytes, app: AppId) -> FamilyId | None:
    found = await db.value(
        "select family from providers.token where org_id = $org and hash = $hashed and app_id = $app and used_at is not null",
        org=org, hashed=hashed, app=app,
    )  # fmt: skip
    return FamilyId(found) if found else None


async def end_token(db: Db, org: OrgId, hashed: bytes, app: AppId, now: dt.datetime) -> FamilyId | None:
    """Revoke one token of this app; its family when it was a refresh token."""
    found = await db.value(
        "update providers.token set revoked_at = coalesce(revoked_at, $now) where org_id = $org and hash = $hashed and app_id = $app "
        "returning case when kind = 'odr' then family end",
        org=org, hashed=hashed, app=app, now=now,
    )  # fmt: skip
    return FamilyId(found) if found else None


async def end_family(db: Db, org: OrgId, family: FamilyId, now: dt.datetime) -> int:
    return await db.run(
        "update providers.token set revoked_at = $now where org_id = $org and family = $family and revoked_at is null",
        org=org, family=family, now=now,
    )  # fmt: skip


async def end_tokens_of(db: Db, org: OrgId, app: AppId, citizen: PersonId, now: dt.datetime) -> int:
    """Every token by which this app acts for this person, and codes on their way."""
    codes = await db.run(
        "update providers.code set used_at = $now where org_id = $org and app_id = $app and citizen_ref = $citizen and used_at is null",
        org=org, app=app, citizen=citizen, now=now,
    )  # fmt: skip
    return codes + await db.run(
        "update providers.token set revoked_at = $now where org_id = $org and app_id = $app and citizen_ref = $citizen "
        "and revoked_at is null",
        org=org, app=app, citizen=citizen, now=now,
    )  # fmt: skip


async def sweep(db: Db, before: dt.datetime) -> int:
    """Remove what ran out before this moment; a used code is kept as long, so that its second use is noticed."""
    gone = await db.run("-- scatter\ndelete from providers.asking where expires_at < $before", before=before)
    gone += await db.run("-- scatter\ndelete from providers.code where expires_at < $before", before=before)
    return gone + await db.run("-- scatter\ndelete from providers.token where expires_at < $before", before=before)
