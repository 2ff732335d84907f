"""登录 An app sends somebody here: who asks, for what, is it settled already, and what goes back to the app.

What an app may be told, it is told at an address registered for it, compared letter by letter. Before client and address are known to
belong together nobody is sent anywhere.
"""

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

from onedoor.identity import service as identity
from onedoor.identity.models import Assurance, PersonId
from onedoor.kernel import buckets, crypto, text
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Work
from onedoor.providers import policy
from onedoor.providers.errors import AppPaused, AskedBack, NoSuchAsking, NotSentBack
from onedoor.providers.models import App, AskId, Asking, Code, FamilyId, Request, Scope, TokenKind
from onedoor.providers.store import consents, signing
from onedoor.providers.vault import vault

from . import apps

LEVELS = {f"urn:onedoor:acr:{level}": level for level in (Assurance.PHONE, Assurance.REAL_NAME)}
PROMPTS = {"none", "login", "consent", "select_account"}


class Back:
    """Where to, with what."""

    def __init__(self, redirect: str, **said: str) -> None:
        given = urlencode({key: value for key, value in {**said, "iss": vault().issuer}.items() if value})
        self.url = f"{redirect}{'&' if '?' in redirect else '?'}{given}"


async def asked(db: Db, locale: str, given: Mapping[str, str]) -> Request:
    """The request as it may be trusted. NotSentBack when nobody may be told; AskedBack, with `url`, when the app may."""
    app = await apps.by_client(db, given.get("client_id", ""))
    redirect = given.get("redirect_uri", "")
    if app is None or redirect not in app.redirects:
        words = say(locale, "没有登记过这个网站，或者它给的返回地址与登记的不一致。") if app else say(locale, "没有登记过这个网站。")
        raise NotSentBack(words, errors=[{"pointer": "/redirect_uri" if app else "/client_id", "detail": words}])
    state = given.get("state", "")
    try:
        return _request(app, redirect, given)
    except AskedBack as bad:
        error, why = str(bad.extra["error"]), bad.detail
        raise AskedBack(why, error=error, url=Back(redirect, error=error, error_description=why, state=state).url) from bad


def _request(app: App, redirect: str, given: Mapping[str, str]) -> Request:
    _plain(given)
    scopes = _scopes(app, given.get("scope", ""))
    prompts = frozenset(given.get("prompt", "").split())
    if prompts - PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise AskedBack("prompt is none, or any of login, consent, select_account", error="invalid_request")
    max_age = given.get("max_age", "")
    if max_age and not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10):
        raise AskedBack("max_age is a number of seconds", error="invalid_request")
    levels = [LEVELS[word] for word in given.get("acr_values", "").split() if word in LEVELS]
    return Request(
        app=app, redirect=redirect, scopes=scopes, challenge=given["code_challenge"], state=given.get("state", ""),
        nonce=given.get("nonce", ""), hint=given.get("login_hint", ""), level=min(levels, default=Assurance.PHONE),
        prompts=prompts, max_age=int(max_age) if max_age else None,
    )  # fmt: skip


def _plain(given: Mapping[str, str]) -> None:
    """What every request needs, whoever asks."""
    if "request" in given or "request_uri" in given:
        name = "request" if "request" in given else "request_uri"
        raise AskedBack("send plain parameters", error=f"{name}_not_supported")
    if given.get("response_type") != "code":
        raise AskedBack("response_type is code", error="unsupported_response_type")
    if given.get("response_mode", "query") != "query":
        raise AskedBack("response_mode is query", error="invalid_request")
    if given.get("code_challenge_method") != "S256" or not policy.CHALLENGE.fullmatch(given.get("code_challenge", "")):
        raise AskedBack("PKCE is needed: code_challenge with code_challenge_method=S256", error="invalid_request")
    if any(len(value) > 1000 or text.fault(value) for value in given.values()):
        raise AskedBack("a parameter is too long or holds control characters", error="invalid_request")


def _scopes(app: App, given: str) -> tuple[Scope, ...]:
    words = dict.fromkeys(given.split())
    if "openid" not in words:
        raise AskedBack("scope must hold openid", error="invalid_scope")
    approved = {str(wish.scope) for wish in app.scopes}
    if refused := [word for word in words if word not in approved]:
        raise AskedBack(f"not approved for this app: {' '.join(refused)[:200]}", error="invalid_scope")
    return tuple(Scope(word) for word in words)


async def begun(work: Work, asked: Request) -> str:
    """Where the browser goes next: straight back to the app when nothing has to be asked, else to the page that asks."""
    if not asked.app.active:
        raise AppPaused()
    citizen = work.actor.id if isinstance(work.actor.id, PersonId) else None
    after = work.now if "login" in asked.prompts else None
    if after is None and asked.max_age is not None:
        after = work.now - _seconds(asked.max_age)
    error = "login_required"
    if citizen is not None and not await _too_old(work, after):
        error = "interaction_required" if work.actor.assurance < asked.level else "consent_required"
        if error == "consent_required" and "consent" not in asked.prompts:
            done = await _settled(work, asked.app, citizen, list(asked.scopes))
            if done:
                return await _sent_back(work, citizen, asked)
    if "none" in asked.prompts:
        return Back(asked.redirect, error=error, state=asked.state).url
    rate = policy.SIGN_INS
    await buckets.need(work.db, f"sign-ins ip {work.ip}", capacity=rate.capacity, per_second=rate.per_second)
    ask = AskId.new()
    await signing.add_asking(work.db, asked.app.org, ask, asked, work.now, after, work.now + policy.ASKING_LIFE)
    return f"/oauth/continue/{asked.app.client_id}/{ask}"


def _seconds(count: int) -> dt.timedelta:
    return dt.timedelta(seconds=min(count, 10**8))


async def auth_at(work: Work) -> dt.datetime:
    """When whoever asks has signed in on this device."""
    mine = await identity.sessions(work)
    return next((session.begun_at for session in mine if session.id == work.actor.session), work.now)


async def _too_old(work: Work, after: dt.datetime | None) -> bool:
    return after is not None and await auth_at(work) < after


async def _settled(work: Work, app: App, citizen: PersonId, scopes: list[Scope]) -> bool:
    consent = await consents.consent(work.db, citizen, app.id)
    return consent is not None and consent.settles(app, scopes)


async def asking(work: Work, client_id: str, ask: AskId) -> tuple[App, Asking]:
    """A request that is being answered."""
    app = await apps.by_client(work.db, client_id)
    found = await signing.asking(work.db, app.org, ask, work.now) if app else None
    if app is None or found is None or found.app_id != app.id:
        raise NoSuchAsking()
    if not app.active:
        raise AppPaused()
    return app, found


class Stage:
    """What a request still waits for: `again`, `real_name`, `consent`, or nothing, and then `url` says where to."""

    def __init__(self, app: App, asking: Asking, waits: str = "", url: str = "") -> None:
        self.app, self.asking, self.waits, self.url = app, asking, waits, url


async def stage(work: Work, client_id: str, ask: AskId) -> Stage:
    """How far a request is; with nothing left to ask, the answer for the app."""
    app, found = await asking(work, client_id, ask)
    citizen = me(work)
    if await _too_old(work, found.after):
        return Stage(app, found, "again")
    if work.actor.assurance < found.level:
        return Stage(app, found, "real_name")
    consent = await consents.consent(work.db, citizen, app.id)
    fresh = consent is not None and (not found.anew or consent.changed_at >= found.made_at)
    if consent is None or not fresh or not consent.settles(app, found.scopes):
        return Stage(app, found, "consent")
    given = Request(
        app=app, redirect=found.redirect, scopes=tuple(found.scopes), challenge=found.challenge, state=found.state, nonce=found.nonce
    )
    return Stage(app, found, url=await _sent_back(work, citizen, given))


async def refused(work: Work, client_id: str, ask: AskId) -> Stage:
    """The person does not want to."""
    app, found = await asking(work, client_id, ask)
    return Stage(app, found, url=Back(found.redirect, error="access_denied", state=found.state).url)


async def _sent_back(work: Work, citizen: PersonId, asked: Request) -> str:
    """A code for the app, good once and for a minute, for what was asked and given."""
    consent = await consents.consent(work.db, citizen, asked.app.id)
    assert consent is not None, "settled"
    scopes = [scope for scope in asked.scopes if scope in consent.scopes]
    code = new_token(TokenKind.CODE, asked.app)
    stands_for = Code(
        asked.app.id, citizen, FamilyId.new(), asked.redirect, scopes, asked.nonce, asked.challenge, await auth_at(work),
        work.actor.assurance,
    )  # fmt: skip
    await signing.add_code(work.db, asked.app.org, crypto.digest(code), stands_for, work.now + policy.CODE_LIFE)
    return Back(asked.redirect, code=code, state=asked.state).url


def new_token(kind: TokenKind, app: App) -> str:
    """`odu_<key of the app>_<256 random bits>`: the key leads to the organisation, and so to the place where the token is kept."""
    return f"{kind}_{app.key}_{crypto.token()}"


def me(work: Work) -> PersonId:
    """The person who asks."""
    if not isinstance(work.actor.id, PersonId):
        raise Unauthorized()
    return work.actor.id
