"""令牌 Codes and refresh tokens against fresh tokens; who holds a token; its end.

A code or refresh token that comes a second time ends everything that came from its sign-in: two parties hold it, and one of them has
stolen it. That end must stay although the request is refused, so each use case commits first and refuses afterwards.
"""

import base64
import datetime as dt
import hashlib
import hmac

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.kernel import crypto
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import text
from onedoor.kernel.work import ANONYMOUS, Actor, Begin, Work, system
from onedoor.providers import policy
from onedoor.providers.errors import TokenRefused, UnknownClient
from onedoor.providers.models import ELEMENTS, App, Code, FamilyId, Grants, Scope, Token, TokenKind
from onedoor.providers.store import consents
from onedoor.providers.store import signing as store
from onedoor.providers.vault import vault

from . import apps, consenting, subjects
from .authorizing import LEVELS, new_token

BEARER = "Bearer"
LOOKING = system("providers.token")
ACR = {level: word for word, level in LEVELS.items()}
APP_SCOPES = {Scope.MATTERS: Grants.REPORT, Scope.PASSES: Grants.PASSES}


class Issued(Struct, frozen=True, omit_defaults=True):
    """The token endpoint's answer (RFC 6749, OpenID Connect)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str = ""
    id_token: str = ""


class Looked(Struct, frozen=True, omit_defaults=True):
    """What introspection tells of a token (RFC 7662); of one that is not good, or another app's, only that."""

    active: bool
    scope: str = ""
    client_id: str = ""
    sub: str = ""
    token_type: str = ""
    exp: int = 0
    iat: int = 0
    iss: str = ""
    acr: str = ""


def acting(app: App) -> Actor:
    """The app in its own name, for what it does with a secret in hand."""
    return Actor(id=app.id, org=app.org, name=app.name.zh, system="providers.token")


async def client(begin: Begin, client_id: str, secret: str | None) -> App:
    """The app that proves itself by its secret; one that has none names itself alone."""
    async with begin(actor=LOOKING) as work:
        found = await apps.by_client(work.db, client_id)
        if found is None or not found.active or (secret is None) != found.public:
            raise UnknownClient(error="invalid_client")
        if secret is not None and not await apps.secret_fits(work, found, secret):
            raise UnknownClient(error="invalid_client")
    return found


async def exchange(begin: Begin, app: App, code: str, redirect: str, verifier: str) -> Issued:
    """An authorization code against tokens, once."""
    async with begin(actor=acting(app)) as work:
        issued = await _exchanged(work, app, code, redirect, verifier)
    if issued is None:
        raise TokenRefused("the code is unknown, used, too old, or belongs to another request", error="invalid_grant")
    return issued


async def _exchanged(work: Work, app: App, code: str, redirect: str, verifier: str) -> Issued | None:
    hashed = _hash(app, code, TokenKind.CODE)
    found = await store.use_code(work.db, app.org, hashed, app.id, work.now) if hashed else None
    if found is None:
        if hashed and (family := await store.used_code(work.db, app.org, hashed, app.id)):
            await store.end_family(work.db, app.org, family, work.now)
        return None
    if found.redirect != redirect or not _proves(verifier, found.challenge):
        return None
    consent = await consenting.live(work, app, found.citizen)
    if consent is None:
        return None
    await consents.used(work.db, found.citizen, app.id, work.now)
    await note(work, app, found)
    return await _issue(work, app, found, nonce=found.nonce)


def _proves(verifier: str, challenge: str) -> bool:
    if not policy.VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


async def refresh(begin: Begin, app: App, text: str, scope: str) -> Issued:
    """A refresh token against fresh tokens; from now on the new one counts."""
    async with begin(actor=acting(app)) as work:
        issued = await _refreshed(work, app, text, scope)
    if issued is None:
        raise TokenRefused("the refresh token is unknown, used, revoked or too old", error="invalid_grant")
    return issued


async def _refreshed(work: Work, app: App, text: str, scope: str) -> Issued | None:
    hashed = _hash(app, text, TokenKind.REFRESH)
    found = await store.use_refresh(work.db, app.org, hashed, app.id, work.now) if hashed else None
    if found is None:
        if hashed and (family := await store.used_refresh(work.db, app.org, hashed, app.id)):
            await store.end_family(work.db, app.org, family, work.now)
        return None
    consent = await consenting.live(work, app, found.citizen) if found.citizen else None
    if consent is None:
        return None
    asked = scope.split()
    if set(asked) - {str(one) for one in found.scopes}:
        raise TokenRefused("a refresh cannot widen the scope", error="invalid_scope")
    return await _issue(work, app, found)


async def _issue(work: Work, app: App, of: Code | Token, nonce: str = "") -> Issued:
    assert of.citizen is not None, "an app's own token is not refreshed"
    access = await _keep(work, app, of, TokenKind.ACCESS)
    again = await _keep(work, app, of, TokenKind.REFRESH) if Scope.OFFLINE in of.scopes else ""
    subject = await subjects.subject_of(work, app, of.citizen)
    now = int(work.now.timestamp())
    payload: dict[str, object] = {
        "iss": vault().issuer, "sub": subject.sub, "aud": app.client_id, "iat": now, "exp": now + _seconds(policy.ID_TOKEN_LIFE),
        "auth_time": int(of.auth_at.timestamp()), "acr": ACR.get(of.level, ""), "at_hash": _half(access), "org_sub": subject.org_sub,
    }  # fmt: skip
    signed = vault().sign({**payload, "nonce": nonce} if nonce else payload)
    return Issued(access, BEARER, _seconds(policy.ACCESS_LIFE), " ".join(of.scopes), refresh_token=again, id_token=signed)


def _seconds(life: dt.timedelta) -> int:
    return int(life.total_seconds())


def _half(access: str) -> str:
    """`at_hash`: binds the ID token to the access token beside it."""
    return base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()[:16]).rstrip(b"=").decode()


async def _keep(work: Work, app: App, of: Code | Token, kind: TokenKind) -> str:
    text, life = new_token(kind, app), policy.ACCESS_LIFE if kind is TokenKind.ACCESS else policy.REFRESH_LIFE
    until = work.now + life
    token = Token(app.id, kind, of.citizen, of.family, of.scopes, of.auth_at, of.level, work.now, until)
    await store.add_token(work.db, app.org, crypto.digest(text), token)
    return text


async def app_token(begin: Begin, app: App, scope: str) -> Issued:
    """client_credentials: a token by which the app acts for itself."""
    words = scope.split() or [str(wish.scope) for wish in app.scopes if wish.scope in APP_SCOPES]
    fit = {str(wish.scope) for wish in app.scopes if wish.scope in APP_SCOPES}
    if app.public:
        raise TokenRefused("an app without a secret has no token of its own", error="unauthorized_client")
    if not words or set(words) - fit:
        raise TokenRefused("not approved for this app", error="invalid_scope")
    async with begin(actor=acting(app)) as work:
        text, until = new_token(TokenKind.APP, app), work.now + policy.APP_LIFE
        token = Token(app.id, TokenKind.APP, None, FamilyId.new(), [Scope(w) for w in words], work.now, 0, work.now, until)
        await store.add_token(work.db, app.org, crypto.digest(text), token)
    return Issued(text, BEARER, _seconds(policy.APP_LIFE), " ".join(words))


async def revoke(begin: Begin, app: App, text: str) -> None:
    """RFC 7009: end a token; a refresh token with everything of its sign-in. Unknown ones and other apps' are passed over in silence."""
    hashed = _hash(app, text)
    if hashed is None:
        return
    async with begin(actor=acting(app)) as work:
        if family := await store.end_token(work.db, app.org, hashed, app.id, work.now):
            await store.end_family(work.db, app.org, family, work.now)


async def introspect(begin: Begin, app: App, text: str) -> Looked:
    """RFC 7662, for the app's own tokens alone."""
    hashed = _hash(app, text)
    if hashed is None:
        return Looked(active=False)
    async with begin(actor=acting(app)) as work:
        token = await store.token(work.db, app.org, hashed)
        if token is None or token.app_id != app.id:
            return Looked(active=False)
        sub = (await subjects.subject_of(work, app, token.citizen)).sub if token.citizen else app.client_id
    kind = "refresh_token" if token.kind is TokenKind.REFRESH else BEARER
    return Looked(
        active=True, scope=" ".join(token.scopes), client_id=app.client_id, sub=sub, token_type=kind,
        exp=int(token.expires_at.timestamp()), iat=int(token.made_at.timestamp()), iss=vault().issuer, acr=ACR.get(token.level, ""),
    )  # fmt: skip


def _hash(app: App, text: str, kind: TokenKind | None = None) -> bytes | None:
    """Where a token of this app would be kept; None for any other text."""
    shape = policy.TOKEN.fullmatch(text)
    if shape is None or shape[1] != app.key or (kind is not None and not text.startswith(f"{kind}_")):
        return None
    return crypto.digest(text)


def is_token(text: str) -> bool:
    """Whether a bearer token is one of an app's, whatever it opens."""
    return policy.TOKEN.fullmatch(text) is not None


async def actor_of(db: Db, text: str) -> Actor:
    """The app behind a token in a request, or nobody. A token of a person's sign-in opens what that person gave and nothing else."""
    shape = policy.TOKEN.fullmatch(text)
    app = (await apps.known(db)).by_key.get(shape[1]) if shape else None
    token = await store.token(db, app.org, crypto.digest(text)) if app and app.active else None
    if app is None or token is None or token.app_id != app.id or token.kind is TokenKind.REFRESH:
        return ANONYMOUS
    if token.kind is TokenKind.ACCESS:
        grants = {str(Grants.USERINFO), *(f"scope:{scope}" for scope in token.scopes)}
        grants |= {str(Grants.PASSES)} if Scope.PASSES in token.scopes else set()
    else:
        grants = {str(APP_SCOPES[scope]) for scope in token.scopes if scope in APP_SCOPES}
    return Actor(id=app.id, org=app.org, name=app.name.zh, grants=frozenset(grants), on_behalf_of=token.citizen)


async def note(work: Work, app: App, of: Code) -> None:
    """The person reads at /me/data that the app has signed them in."""
    await identity.record_access(work, of.citizen, text("登录 {app}", app=app.name), ELEMENTS[Scope.OPENID], None)
