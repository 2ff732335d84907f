"""出示给外市 Another city asks for facts of a certificate (OpenID4VP): its holder sees here who asks and why, and says yes.

Who asks and for what stands in the asking city's trust document. The words of a request are never shown to anybody.
"""

import json
from urllib.parse import urlencode

from msgspec import Struct

from onedoor.exchange import service as exchange
from onedoor.exchange.errors import CityAway, CityNotBelieved, NoSuchCity
from onedoor.exchange.models import Trusted
from onedoor.exchange.ports import Cities
from onedoor.kernel import jose
from onedoor.kernel.i18n import Text
from onedoor.kernel.jose import Jws, Malformed
from onedoor.kernel.ports import Ports
from onedoor.kernel.text import address
from onedoor.kernel.work import Begin
from onedoor.wallet import dcql, sdjwt
from onedoor.wallet.errors import NoSuchCertificate, NoSuchQuestion, WalletRefused
from onedoor.wallet.models import Cert, PresentId, Wish
from onedoor.wallet.vault import vault

from . import holding, known
from .abroad import Asker, Guest, guest
from .askable import LIFE, client_id_of
from .binding import prove
from .holding import Seen

TYP = "oauth-authz-req+jwt"

class Request(Struct, frozen=True):
    """A question of another city as its document vouches for it."""

    city: Guest
    who: Asker
    client: str
    nonce: str
    state: str
    answer_to: str


class AskedThere(Struct, frozen=True):
    """The question with those of my certificates that answer it."""

    request: Request
    ways: list[tuple[Wish, Cert]]


async def asked_there(begin: Begin, ports: Ports, client: str, reference: str) -> AskedThere:
    """Fetched from the city that asks, checked against its document, and laid beside my certificates."""
    async with begin() as work:
        city = _city_of(await exchange.trusted(work), reference, int(work.now.timestamp()))
    try:
        text = await ports.get(Cities).get(reference)
    except OSError as away:
        raise CityAway() from away
    async with begin() as work:
        now = int(work.now.timestamp())
        try:
            request = _read(text.strip(), city, client, now)
        except (Malformed, KeyError, TypeError) as bad:
            raise CityNotBelieved(why=str(bad)) from bad
        me = holding.me_of(work)
        ways = [(wish, cert) for wish in request.who.wants if (cert := await holding.holds(work, me, wish.type))]
    return AskedThere(request, ways)


def _city_of(known_cities: Trusted, reference: str, now: int) -> Guest:
    parts = address(reference)
    if parts is None:
        raise NoSuchCity()
    node = f"{parts.scheme}://{parts.netloc}"
    if known_cities.standing(node, now) is None or not parts.path.startswith("/oid4vp/") or parts.query or parts.fragment:
        raise NoSuchCity()
    return guest(known_cities, node)


def _read(text: str, city: Guest, client: str, now: int) -> Request:
    """The request, signed by a key of its city, for a purpose of which that city's document says that it may be asked for."""
    jws = Jws(text)
    key = city.ring.by_kid.get(str(jws.header.get("kid")))
    if jws.header.get("typ") != TYP or jws.header.get("alg") != "ES256" or "crit" in jws.header:
        raise Malformed("typ")
    said = jws.payload
    if key is None or not jws.by(key.public) or not key.held_at(now):
        raise Malformed("signature")
    if said["client_id"] != client or client != client_id_of(city.node) or said["response_mode"] != "direct_post":
        raise Malformed("client")
    if not str(said["response_uri"]).startswith(f"{city.node}/oid4vp/") or not jose.whole(said["exp"]) or said["exp"] <= now:
        raise Malformed("expired")
    for who in city.askers:
        if dcql.query(vault().issuer, who.wants) == said["dcql_query"]:
            return Request(city, who, client, str(said["nonce"]), str(said["state"]), str(said["response_uri"]))
    raise Malformed("purpose")


async def show_there(begin: Begin, ports: Ports, client: str, reference: str, type_code: str) -> str:
    """Yes: the facts go to the city that asks, signed for it alone. Where its page goes on."""
    asked = await asked_there(begin, ports, client, reference)
    way = next(((wish, cert) for wish, cert in asked.ways if wish.type == type_code), None)
    if way is None:
        raise NoSuchCertificate()
    (wish, cert), request = way, asked.request
    async with begin() as work:
        text = await prove(work, cert, frozenset(wish.claims), sdjwt.Binding(client, request.nonce), LIFE)
        issuer = (await known.current(work)).lists.by_id[str(cert.list_ref)].org
        at = work.now
    city, who = request.city.title, request.who.name
    name = Text(f"{city.zh} · {who.zh}", f"{city.en} · {who.en or who.zh}")
    holding.noted(Seen(PresentId.new(), at, issuer, cert.list_ref, cert.idx, "valid", name, wish.claims, "asked"))
    await holding.write_down(begin)
    body = urlencode({"vp_token": json.dumps({dcql.name_of(wish): [text]}), "state": request.state})
    try:
        told = jose.parse((await ports.get(Cities).post(request.answer_to, body, "application/x-www-form-urlencoded")).encode())
        onward = str(told["redirect_uri"])
    except (OSError, Malformed, KeyError, TypeError) as bad:
        raise WalletRefused(error="invalid_request", reason="theirs") from bad
    if not onward.startswith(f"{request.city.node}/"):
        raise NoSuchQuestion()
    return onward
