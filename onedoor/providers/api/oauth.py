"""The endpoints that apps call: discovery, keys, tokens, userinfo. Refusals carry the `error` of RFC 6749 beside the words of a problem."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from litestar import Response, get, post
from litestar.di import NamedDependency

from onedoor.kernel.i18n import translate
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin, Work
from onedoor.providers import service
from onedoor.providers.errors import TokenRefused, UnknownClient
from onedoor.providers.models import App, Scope
from onedoor.providers.service.authorizing import LEVELS
from onedoor.providers.service.claims import Claims
from onedoor.ui.edge import AnyRequest, may

CLAIMS = ["sub", "org_sub", "acr", "auth_time", "name", "phone_number", "phone_number_verified", "birthdate", "district"]
Sent = dict[str, str]


def discovery() -> dict[str, Any]:
    """What an app's library reads first (OpenID Connect Discovery 1.0, RFC 8414)."""
    issuer = service.vault().issuer
    ways = ["client_secret_basic", "client_secret_post", "none"]
    return {
        "issuer": issuer, "authorization_endpoint": f"{issuer}/oauth/authorize", "token_endpoint": f"{issuer}/oauth/token",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo", "jwks_uri": f"{issuer}/oauth/jwks.json",
        "revocation_endpoint": f"{issuer}/oauth/revoke", "introspection_endpoint": f"{issuer}/oauth/introspect",
        "end_session_endpoint": f"{issuer}/oauth/logout", "response_types_supported": ["code"], "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"], "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"], "scopes_supported": [str(scope) for scope in Scope],
        "claims_supported": CLAIMS, "acr_values_supported": list(LEVELS), "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ways, "revocation_endpoint_auth_methods_supported": ways,
        "introspection_endpoint_auth_methods_supported": ways[:2], "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": ["none", "login", "consent", "select_account"], "request_parameter_supported": False,
        "request_uri_parameter_supported": False, "claims_parameter_supported": False, "ui_locales_supported": ["zh-CN", "en"],
    }  # fmt: skip


@get(["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"], **may(public=True), include_in_schema=False)
async def configuration() -> Response[Any]:
    """The same for everybody."""
    return Response(discovery(), headers={"Cache-Control": "public, max-age=300"})


@get("/oauth/jwks.json", **may(public=True), include_in_schema=False)
async def jwks() -> Response[Any]:
    """The keys that sign ID tokens; a library that meets a new one asks again."""
    return Response(service.vault().ring.jwks(), headers={"Cache-Control": "public, max-age=300"})


def _refused(request: AnyRequest, bad: Problem) -> Response[Any]:
    """A problem that OAuth's libraries can read too."""
    locale, extra = request.scope["state"]["locale"], dict(bad.extra)
    extra.setdefault("error", "invalid_request" if bad.status != 503 else "temporarily_unavailable")
    title = translate(locale, bad.title)
    body = {
        "type": f"/problems/{bad.slug()}", "title": title, "status": bad.status, "detail": bad.detail,
        "error_description": bad.detail or title, **to_builtins(extra),
    }  # fmt: skip
    headers = {"Cache-Control": "no-store"}
    if bad.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="onedoor", charset="UTF-8"'
    return Response(body, status_code=bad.status, media_type="application/json", headers=headers)


async def _sent(request: AnyRequest) -> Sent:
    """A posted form, each parameter once."""
    found: Sent = {}
    for name, value in (await request.form()).multi_items():
        if name in found or not isinstance(value, str) or len(value) > 2000:
            raise TokenRefused(f"{name[:60]} came twice, or is too long", error="invalid_request")
        found[name] = value
    return found


def _basic(header: str) -> tuple[str, str] | None:
    """Client and secret of an Authorization header, each percent-decoded (RFC 6749 2.3.1)."""
    if header[:6].lower() != "basic ":
        return None
    try:
        name, _, secret = base64.b64decode(header[6:].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as bad:
        raise UnknownClient(error="invalid_client") from bad
    return unquote_plus(name), unquote_plus(secret)


async def _client(request: AnyRequest, begin: Begin, sent: Sent) -> App:
    """Who calls, by one method and not two."""
    basic = _basic(request.headers.get("authorization", ""))
    if basic is not None:
        if "client_secret" in sent or sent.get("client_id", basic[0]) != basic[0]:
            raise TokenRefused("prove who you are in one way", error="invalid_request")
        return await service.client(begin, *basic)
    if "client_id" not in sent:
        raise TokenRefused("client_id is missing", error="invalid_request")
    return await service.client(begin, sent["client_id"], sent.get("client_secret"))


async def _granted(begin: Begin, app: App, sent: Sent) -> Any:
    match sent.get("grant_type"):
        case "authorization_code":
            return await service.exchange(begin, app, sent.get("code", ""), sent.get("redirect_uri", ""), sent.get("code_verifier", ""))
        case "refresh_token":
            return await service.refresh(begin, app, sent.get("refresh_token", ""), sent.get("scope", ""))
        case "client_credentials":
            return await service.app_token(begin, app, sent.get("scope", ""))
        case _:
            raise TokenRefused("grant_type", error="unsupported_grant_type")


@post("/oauth/token", status_code=200, **may(public=True), include_in_schema=False)
async def token(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """A code, a refresh token or the app itself against tokens."""
    try:
        sent = await _sent(request)
        issued = await _granted(begin, await _client(request, begin, sent), sent)
    except Problem as bad:
        return _refused(request, bad)
    return Response(issued, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


@post("/oauth/revoke", status_code=200, **may(public=True), include_in_schema=False)
async def revoke(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """End a token (RFC 7009)."""
    try:
        sent = await _sent(request)
        await service.revoke(begin, await _client(request, begin, sent), sent.get("token", ""))
    except Problem as bad:
        return _refused(request, bad)
    return Response({}, headers={"Cache-Control": "no-store"})


@post("/oauth/introspect", status_code=200, **may(public=True), include_in_schema=False)
async def introspect(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """Is this token of mine still good (RFC 7662)."""
    try:
        sent = await _sent(request)
        app = await _client(request, begin, sent)
        if app.public:
            raise UnknownClient(error="invalid_client")
        looked = await service.introspect(begin, app, sent.get("token", ""))
    except Problem as bad:
        return _refused(request, bad)
    return Response(looked, headers={"Cache-Control": "no-store"})


@get("/oauth/userinfo", **may("providers:userinfo"), include_in_schema=False)
async def userinfo(work: NamedDependency[Work]) -> Claims:
    """The fields of the person who signed in."""
    return await service.userinfo(work)


@post("/oauth/userinfo", status_code=200, **may("providers:userinfo"), include_in_schema=False)
async def userinfo_posted(work: NamedDependency[Work]) -> Claims:
    """The same (OpenID Connect Core 5.3.1)."""
    return await service.userinfo(work)


handlers = [configuration, jwks, token, revoke, introspect, userinfo, userinfo_posted]
