"""出示: a verifier asks a wallet for facts (OpenID4VP), for a purpose it is enrolled with; a wallet, ours or another, answers once.

The request is signed and fetched by reference; its name and purposes come from the city's list. An answer counts when every check of the
profile holds, the state in the list is good now, and what was asked is there; what goes beyond it is not kept.
"""

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel import buckets, crypto, jose
from onedoor.kernel.db import Db
from onedoor.kernel.ids import convert
from onedoor.kernel.jose import Malformed
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.wallet import dcql, policy, sdjwt, verification, x509
from onedoor.wallet.dcql import NotMet
from onedoor.wallet.errors import NoSuchCertificate, NoSuchPurpose, NoSuchQuestion, WalletRefused
from onedoor.wallet.models import Asking, AskingId, Cert, NewVerifier, PresentId, Purpose, Verifier, Wish
from onedoor.wallet.store import askings as store
from onedoor.wallet.vault import vault

from . import holding, known
from .binding import prove
from .holding import Seen

LIFE = dt.timedelta(minutes=5)
ASKING = system("wallet.asking")
MOST_TOKEN = 128 * 1024


async def _load(db: Db) -> dict[str, Verifier]:
    return {one.code: one for one in await store.verifiers(db)}


verifiers: Memory[dict[str, Verifier]] = Memory("wallet.verifiers", _load)


class Asked(Struct, frozen=True):
    """A question on its way: the address for any wallet, and the page for this city's own."""

    id: AskingId
    uri: str
    page: str
    expires_at: dt.datetime


async def put_verifiers(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    """The [[verifier]] tables of a city, the whole list; how many were new, different or gone."""
    count = 0
    for row in rows:
        new = convert(dict(row), NewVerifier)
        org = await orgs.department(work, new.organisation)
        count += await store.put_verifier(work.db, Verifier(new.code, org.id, new.name, new.purposes))
    count += await store.drop_verifiers(work.db, [str(row["code"]) for row in rows])
    if count:
        await changed(work.db, "wallet.verifiers")
    return count


def client_id() -> str:
    """Who asks, as any wallet can check it: the name in the certificate of the key that signs the request."""
    return f"x509_san_dns:{urlsplit(vault().issuer).hostname}"


def page_of(asking: AskingId) -> str:
    return f"{vault().issuer}/oid4vp/{asking}/sheet"


async def own(work: Work) -> Verifier | None:
    """What my organisation may ask."""
    org = work.actor.org
    return next((one for one in (await verifiers.get(work.db)).values() if org and one.org_ref.uuid == org.uuid), None)


async def ask(work: Work, purpose: str) -> Asked:
    """A new question in the name of my organisation."""
    policy.may_ask(work.actor)
    mine = await own(work)
    if mine is None or mine.purpose(purpose) is None:
        raise NoSuchPurpose()
    await buckets.need(work.db, f"wallet asks {mine.code}", capacity=300, per_second=1)
    until = work.now + LIFE
    one = Asking(
        AskingId.new(), mine.org_ref, mine.code, purpose, secrets.token_urlsafe(24), secrets.token_urlsafe(24), work.now, until, None, None,
        None,
    )  # fmt: skip
    await store.add(work.db, one, work.actor.id if isinstance(work.actor.id, PersonId) else None)
    return Asked(one.id, link_of(one.id), page_of(one.id), until)


async def question(work: Work, asking: AskingId) -> tuple[Asking, Verifier, Purpose]:
    """An open question, with the name and the purpose as the city has enrolled them."""
    found = await store.get(work.db, asking)
    who = (await verifiers.get(work.db)).get(found.verifier) if found else None
    purpose = who.purpose(found.purpose) if found and who else None
    if found is None or who is None or purpose is None or found.expires_at <= work.now or found.answered_at is not None:
        raise NoSuchQuestion()
    return found, who, purpose


async def request_object(work: Work, asking: AskingId) -> str:
    """The signed request, as a wallet fetches it."""
    found, who, purpose = await question(work, asking)
    house, ring = vault(), vault().ring
    host = str(urlsplit(house.issuer).hostname)
    said = {
        "iss": client_id(), "aud": "https://self-issued.me/v2", "iat": int(work.now.timestamp()), "exp": int(found.expires_at.timestamp()),
        "client_id": client_id(), "response_type": "vp_token", "response_mode": "direct_post",
        "response_uri": f"{house.issuer}/oid4vp/{found.id}/response", "nonce": found.nonce, "state": found.state,
        "dcql_query": dcql.query(house.issuer, purpose.wants),
        "client_metadata": {
            "client_name": who.name.zh,
            "vp_formats_supported": {dcql.FORMAT: {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}},
        },
    }  # fmt: skip
    return jose.sign(ring.signer, {"alg": "ES256", "typ": "oauth-authz-req+jwt", "x5c": [x509.leaf(ring, host)]}, said)


async def answer(begin: Begin, asking: AskingId, state: str, vp_token: str) -> str:
    """What a wallet brings. Returns where it sends its holder next; refused with the rule that failed, and a second answer always."""
    async with begin(actor=ASKING) as work:
        shelf = await known.current(work)
        found, who, purpose = await question(work, asking)
        if not secrets.compare_digest(state.encode(), found.state.encode()):
            raise WalletRefused(error="invalid_request", reason="state")
        claims, place = _checked(work, shelf, purpose, found, vp_token)
        code = crypto.token()
        if not await store.answer(work.db, found.id, claims, "valid", crypto.digest(code), work.now):
            raise NoSuchQuestion()
        kept = shelf.lists.by_id[str(place.list)]
        holding.noted(Seen(PresentId.new(), work.now, kept.org, kept.id, place.idx, "valid", who.name, tuple(claims), "asked"))
    await holding.write_down(begin)
    return f"{vault().issuer}/oid4vp/done?response_code={code}"


def _checked(work: Work, shelf: Any, purpose: Purpose, found: Asking, vp_token: str) -> tuple[dict[str, Any], verification.Place]:
    """The facts that were asked for, each proven; WalletRefused with the reason."""
    try:
        given = jose.parse(vp_token.encode()) if len(vp_token) <= MOST_TOKEN else None
        wish, text = dcql.brought(given, purpose.wants)
        profile = verification.profile_of(vault().ring, shelf, work.now, sdjwt.Binding(client_id(), found.nonce))
        checked = sdjwt.verify(text, profile)
        place, result = verification.stands(checked, shelf, work.now, work.today)
        if result is not verification.Result.VALID:
            raise WalletRefused(error="invalid_request", reason="status")
        kind = shelf.types[wish.type]
        if checked.claims["vct"].rpartition("/vct/")[2] != wish.type:
            raise WalletRefused(error="invalid_request", reason="vct")
        claims, _ = dcql.met(wish, checked.claims, verification.ALWAYS | kind.opened)
    except sdjwt.Refused as bad:
        raise WalletRefused(error="invalid_request", reason=bad.code) from bad
    except (NotMet, Malformed, KeyError) as bad:
        raise WalletRefused(error="invalid_request", reason="query") from bad
    return claims, place


async def came_back(work: Work, code: str) -> Verifier:
    """Where a wallet sends its holder after an answer; the code in the address works once."""
    name = await store.seen(work.db, crypto.digest(code), work.now)
    who = (await verifiers.get(work.db)).get(name) if name else None
    if who is None:
        raise NoSuchQuestion()
    return who


async def read_answer(work: Work, asking: AskingId) -> Asking:
    """What came back, for the organisation that asked and nobody else."""
    policy.may_ask(work.actor)
    found = await store.of_org(work.db, OrgId(work.actor.org.uuid), asking) if work.actor.org else None
    if found is None:
        raise NoSuchQuestion()
    return found


class Sheet(Struct, frozen=True):
    """A question as its answerer reads it, with the certificates that could answer."""

    asking: Asking
    who: Verifier
    purpose: Purpose
    ways: list[tuple[Wish, Cert]]


async def sheet(work: Work, asking: AskingId) -> Sheet:
    """The question with those of my certificates that answer it."""
    found, who, purpose = await question(work, asking)
    me = holding.me_of(work)
    ways = [(wish, cert) for wish in purpose.wants if (cert := await holding.holds(work, me, wish.type))]
    return Sheet(found, who, purpose, ways)


async def show_to(begin: Begin, asking: AskingId, type_code: str) -> str:
    """Answer from this city's own wallet: the facts asked for, under the same checks as anybody's answer. Where to go next."""
    async with begin() as work:
        asked = await sheet(work, asking)
        way = next(((wish, cert) for wish, cert in asked.ways if wish.type == type_code), None)
        if way is None:
            raise NoSuchCertificate()
        wish, cert = way
        binding = sdjwt.Binding(client_id(), asked.asking.nonce)
        text = await prove(work, cert, frozenset(wish.claims), binding, LIFE)
    return await answer(begin, asking, asked.asking.state, json.dumps({dcql.name_of(wish): [text]}))


def link_of(asking: AskingId) -> str:
    """For any wallet."""
    reference = f"{vault().issuer}/oid4vp/{asking}/request"
    return f"openid4vp://?{urlencode({'client_id': client_id(), 'request_uri': reference})}"
