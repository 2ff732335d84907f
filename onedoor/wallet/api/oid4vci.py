"""OpenID4VCI: other wallets fetch certificates. Pre-authorized code with a code by text message, key proofs, batches of at most ten.

Refusals carry the `error` of the standard; no words in them say whether a person exists.
"""

from typing import Any, cast

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import ENGLISH, SOURCE, pick, translate
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin, system
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, may
from onedoor.wallet import service, statuslist, vct
from onedoor.wallet.checking import paced
from onedoor.wallet.errors import CertificateNotEffective, WalletRefused
from onedoor.wallet.models import CertType
from onedoor.wallet.vault import vault

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
NO_STORE = {"cache-control": "no-store"}
PUBLIC = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
MOST_BYTES = 64 * 1024


def refused(request: AnyRequest, bad: Problem) -> Response[Any]:
    """A problem in the words of OAuth."""
    error = str(bad.extra.get("error", "temporarily_unavailable" if bad.status in (429, 503) else "invalid_request"))
    status = 401 if error == "invalid_token" else bad.status
    headers = dict(NO_STORE)
    if status == 401:
        headers["www-authenticate"] = 'Bearer error="invalid_token"'
    if wait := bad.extra.get("retry_after"):
        headers["retry-after"] = str(wait)
    title = translate(request.scope["state"]["locale"], bad.title)
    body = {
        "error": error, "error_description": title, "type": f"/problems/{bad.slug()}", "title": title, "status": status,
    }  # fmt: skip
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def configuration(issuer: str, kind: CertType) -> dict[str, Any]:
    """One type as a wallet reads it before it asks."""
    said = vct.metadata(issuer, kind)
    display = [
        {
            "locale": one["lang"], "name": one["name"], "background_color": kind.look.ground, "text_color": kind.look.ink,
        }
        for one in said["display"]
    ]  # fmt: skip
    claims = [
        {"path": one["path"], "display": [{"locale": d["lang"], "name": d["label"]} for d in one["display"]]} for one in said["claims"]
    ]
    return {
        "format": "dc+sd-jwt", "vct": said["vct"], "scope": f"certificate_{kind.code}",
        "cryptographic_binding_methods_supported": ["jwk"], "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {"display": display, "claims": claims},
    }  # fmt: skip


@get("/.well-known/openid-credential-issuer", **may(public=True), include_in_schema=False)
async def issuer(begin: NamedDependency[Begin]) -> Response[Any]:
    """What this issuer gives, and where."""
    here, types = vault().issuer, (await service.shelf(begin)).types
    return Response({
        "credential_issuer": here, "authorization_servers": [f"{here}/oid4vci"], "credential_endpoint": f"{here}/oid4vci/credential",
        "nonce_endpoint": f"{here}/oid4vci/nonce", "batch_credential_issuance": {"batch_size": service.BATCH},
        "display": [{"locale": lang, "name": pick(lang, root.name)} for lang in (SOURCE, ENGLISH)] if (root := orgs.city()) else [],
        "credential_configurations_supported": {code: configuration(here, kind) for code, kind in types.items()},
    }, headers=PUBLIC)  # fmt: skip


@get(["/.well-known/oauth-authorization-server/oid4vci", "/oid4vci/.well-known/oauth-authorization-server"], **may(public=True),
     include_in_schema=False)  # fmt: skip
async def server() -> Response[Any]:
    """Where an offer becomes a token (RFC 8414)."""
    here = f"{vault().issuer}/oid4vci"
    return Response({
        "issuer": here, "token_endpoint": f"{here}/token", "grant_types_supported": [GRANT], "response_types_supported": ["none"],
        "token_endpoint_auth_methods_supported": ["none"], "pre-authorized_grant_anonymous_access_supported": True,
        "status_list_aggregation_endpoint": statuslist.aggregation_of(vault().issuer),
    }, headers=PUBLIC)  # fmt: skip


@get("/oid4vci/offers/{code:str}", **may(public=True), include_in_schema=False)
async def offer(request: AnyRequest, code: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """The offer in the picture."""
    paced(request)
    async with begin(actor=system("wallet.offers")) as work:
        return Response(await service.offered(work, code[:100]), headers=NO_STORE | {"access-control-allow-origin": "*"})


@post("/oid4vci/token", status_code=200, **may(public=True), include_in_schema=False)
async def token(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """Both codes against a token."""
    try:
        paced(request)
        sent = await request.form()
        said = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
        if len(said) != len(list(sent.multi_items())):
            raise WalletRefused(error="invalid_request")
        if said.get("grant_type") != GRANT:
            raise WalletRefused(error="unsupported_grant_type")
        made = await service.token(begin, said.get("pre-authorized_code", "")[:100], said.get("tx_code", ""))
    except Problem as bad:
        return refused(request, bad)
    return Response({"access_token": made.access_token, "token_type": "Bearer", "expires_in": made.expires_in}, headers=NO_STORE)


@post("/oid4vci/nonce", status_code=200, **may(public=True), include_in_schema=False)
async def nonce(request: AnyRequest) -> Response[Any]:
    """What the next proof must answer. Nothing is kept of it until it comes back."""
    return Response({"c_nonce": service.nonce(request.scope["state"]["house"].now())}, headers=NO_STORE)


@post("/oid4vci/credential", status_code=200, **may(public=True), include_in_schema=False)
async def credential(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """Proofs of keys against copies bound to them."""
    try:
        configuration_id, proofs = _asked(await request.body())
        held = request.headers.get("authorization", "")
        if held[:7].lower() != "bearer ":
            raise WalletRefused(error="invalid_token")
        made = await service.credentials(begin, held[7:].strip()[:200], configuration_id, proofs)
    except CertificateNotEffective:
        return refused(request, WalletRefused(error="credential_request_denied"))
    except Problem as bad:
        return refused(request, bad)
    return Response({"credentials": [{"credential": one} for one in made]}, headers=NO_STORE)


def _asked(body: bytes) -> tuple[str, list[object]]:
    """Which configuration, and the proofs; exactly one way of naming each."""
    try:
        said = msgspec.json.decode(body) if len(body) <= MOST_BYTES else None
    except msgspec.DecodeError:
        said = None
    given = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    proofs: Any = given.get("proofs")
    listed: Any = cast("dict[str, Any]", proofs).get("jwt") if isinstance(proofs, dict) and list(cast("Any", proofs)) == ["jwt"] else None
    if not isinstance(given.get("credential_configuration_id"), str) or "credential_identifier" in given or not isinstance(listed, list):
        raise WalletRefused(error="invalid_credential_request")
    return given["credential_configuration_id"], cast("list[object]", listed)


handlers: list[Any] = [issuer, server, offer, token, nonce, credential]
