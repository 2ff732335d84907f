"""出示: a verifier asks a wallet for facts (OpenID4VP), for a purpose it is enrolled with; a wallet, ours or another, answers once.

The request is signed and fetched by reference; its name and purposes come from the city's list. An answer counts when every check of the
profile holds, the state in the list is good now, and what was asked is there; what goes beyond it is not kept.
"""

import datetime as dt
import json
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from onedoor.exchange import service as exchange
from onedoor.identity.models import PersonId
from onedoor.kernel import buckets, crypto, jose
from onedoor.kernel.jose import Malformed
from onedoor.kernel.keys import Signers
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs.models import OrgId
from onedoor.wallet import dcql, policy, sdjwt, verification, x509
from onedoor.wallet.dcql import NotMet
from onedoor.wallet.errors import NoSuchCertificate, NoSuchPurpose, NoSuchQuestion, WalletRefused
from onedoor.wallet.models import Asking, AskingId, Cert, PresentId, Purpose, Verifier, Wish
from onedoor.wallet.store import askings as store
from onedoor.wallet.vault import Shelf, vault

from . import abroad, filling, holding, known, standing
from .askable import LIFE, client_id_of, own, verifiers
from .binding import prove
from .holding import Seen

ASKING = system("wallet.asking")
MOST_TOKEN = 128 * 1024


class Asked(Struct, frozen=True):
    """A question on its way: the address for any wallet, and the page for this city's own."""

    id: AskingId
    uri: str
    page: str
    expires_at: dt.datetime


def client_id() -> str:
    return client_id_of(vault().issuer)


def page_of(asking: AskingId) -> str:
    return f"{vault().issuer}/oid4vp/{asking}/sheet"


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
        "dcql_query": dcql.query(found.node or house.issuer, purpose.wants),
        "client_metadata": {
            "client_name": who.name.zh,
            "vp_formats_supported": {dcql.FORMAT: {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}},
        },
    }  # fmt: skip
    header = {"alg": "ES256", "typ": "oauth-authz-req+jwt", "kid": ring.active.kid, "x5c": [x509.leaf(ring, host)]}
    return jose.sign(ring.signer, header, said)


async def answer(begin: Begin, ports: Ports, asking: AskingId, state: str, vp_token: str) -> str:
    """What a wallet brings. Returns where it sends its holder next; refused with the rule that failed, and a second answer always."""
    keeper = await _keeper(begin, ports, asking, vp_token)
    async with begin(actor=ASKING) as work:
        found, who, purpose = await question(work, asking)
        if not secrets.compare_digest(state.encode(), found.state.encode()):
            raise WalletRefused(error="invalid_request", reason="state")
        wish, claims, beyond, place = _checked(work, keeper, purpose, found, vp_token)
        if found.node:
            await filling.fill(work, found, purpose, wish, claims)
            claims = {}
        code = crypto.token()
        if not await store.answer(work.db, found.id, claims, beyond, "valid", crypto.digest(code), work.now):
            raise NoSuchQuestion()
        kept = keeper.shelf.lists.by_id[str(place.list)]
        if not found.node:
            holding.noted(Seen(PresentId.new(), work.now, kept.org, kept.id, place.idx, "valid", who.name, tuple(claims), "asked"))
    await holding.write_down(begin)
    return f"{vault().issuer}/oid4vp/done?response_code={code}"


class Keeper(Struct, frozen=True):
    """By whose keys and lists an answer is checked: this house's, or those of the city that was asked."""

    ring: Signers
    shelf: Shelf
    node: str


async def _keeper(begin: Begin, ports: Ports, asking: AskingId, vp_token: str) -> Keeper:
    """Of another city the list is fetched first, with no transaction open: what it says now is what counts."""
    async with begin(actor=ASKING) as work:
        found, _, _ = await question(work, asking)
        if not found.node:
            return Keeper(vault().ring, await known.current(work), vault().issuer)
        cities, now = await exchange.trusted(work), work.now
        if cities.standing(found.node, int(now.timestamp())) is None:
            raise WalletRefused(error="invalid_request", reason="city")
    city = abroad.guest(cities, found.node)
    listed = abroad.list_named(vp_token, found.node)
    return Keeper(city.ring, await abroad.freshened(begin, ports, city, listed, now), found.node)


def _checked(
    work: Work, keeper: Keeper, purpose: Purpose, found: Asking, vp_token: str
) -> tuple[Wish, dict[str, Any], int, verification.Place]:  # fmt: skip
    """The facts that were asked for, each proven, and how many more were shown; WalletRefused with the reason."""
    shelf = keeper.shelf
    try:
        given = jose.parse(vp_token.encode()) if len(vp_token) <= MOST_TOKEN else None
        wish, text = dcql.brought(given, purpose.wants)
        profile = verification.profile_of(keeper.ring, shelf, work.now, sdjwt.Binding(client_id(), found.nonce))
        checked = sdjwt.verify(text, profile)
        place, result = verification.stands(checked, shelf, work.now, work.today)
        if result is not verification.Result.VALID:
            raise WalletRefused(error="invalid_request", reason="status")
        kind = shelf.types[wish.type]
        if checked.claims["vct"].rpartition("/vct/")[2] != wish.type:
            raise WalletRefused(error="invalid_request", reason="vct")
        claims, beyond = dcql.met(wish, checked.claims, verification.ALWAYS | kind.opened)
    except sdjwt.Refused as bad:
        raise WalletRefused(error="invalid_request", reason=bad.code) from bad
    except (NotMet, Malformed, KeyError) as bad:
        raise WalletRefused(error="invalid_request", reason="query") from bad
    return wish, claims, beyond, place


async def came_back(work: Work, code: str) -> tuple[Verifier, str]:
    """Where a wallet sends its holder after an answer; the code in the address works once. With the form that is
    gone on with, when it was filled."""
    found = await store.seen(work.db, crypto.digest(code), work.now)
    who = (await verifiers.get(work.db)).get(found.verifier) if found else None
    if who is None or found is None:
        raise NoSuchQuestion()
    return who, found.back


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
    wants = [wish for wish in purpose.wants if standing.opens(work.actor, wish.type)]
    ways = [(wish, cert) for wish in wants if (cert := await holding.holds(work, me, wish.type))]
    return Sheet(found, who, purpose, ways)


async def show_to(begin: Begin, ports: Ports, asking: AskingId, type_code: str) -> str:
    """Answer from this city's own wallet: the facts asked for, under the same checks as anybody's answer. Where to go next."""
    async with begin() as work:
        asked = await sheet(work, asking)
        way = next(((wish, cert) for wish, cert in asked.ways if wish.type == type_code), None)
        if way is None:
            raise NoSuchCertificate()
        wish, cert = way
        binding = sdjwt.Binding(client_id(), asked.asking.nonce)
        text = await prove(work, cert, frozenset(wish.claims), binding, LIFE)
        await standing.used(work, cert, standing.SHOW, wish.claims)
    return await answer(begin, ports, asking, asked.asking.state, json.dumps({dcql.name_of(wish): [text]}))


def link_of(asking: AskingId) -> str:
    """For any wallet."""
    reference = f"{vault().issuer}/oid4vp/{asking}/request"
    return f"openid4vp://?{urlencode({'client_id': client_id(), 'request_uri': reference})}"
