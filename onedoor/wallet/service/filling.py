"""外市证照填表 A form here is filled by a certificate of another city (OpenID4VP): the question to its holder's wallet there, and what
becomes of the answer. Only somebody's own certificate fills somebody's form.
"""

from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from onedoor.exchange import service as exchange
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import crypto
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.work import Work
from onedoor.wallet.errors import NoSuchPurpose, WalletRefused
from onedoor.wallet.models import Asking, AskingId, Purpose, Verifier, Wish
from onedoor.wallet.store import askings as store
from onedoor.wallet.vault import vault

from .abroad import Guest, guest, guests
from .askable import LIFE, client_id_of, verifiers

HOLDER = "holder_number"


class Fill(Struct, frozen=True):
    """One way to fill a form: the certificates of a city, asked for a purpose."""

    city: Guest
    who: Verifier
    purpose: Purpose
    key: str


async def fills(work: Work, org: Id, elements: set[str]) -> list[Fill]:
    """By which certificates of which cities some of these facts can be had, in the name of the organisation whose form it is."""
    cities = guests(await exchange.trusted(work), int(work.now.timestamp()))
    if not cities or not elements:
        return []
    mine = [(one, p) for one in (await verifiers.get(work.db)).values() if one.org_ref.uuid == org.uuid for p in one.purposes]
    return [
        Fill(city, who, purpose, f"{n}-{who.code}-{purpose.code}")
        for n, city in enumerate(cities) for who, purpose in mine
        if elements & set(purpose.fills.values()) and any(wish.type in city.types for wish in purpose.wants)
    ]  # fmt: skip


async def ask_abroad(work: Work, one: Fill, item: str, back: str) -> str:
    """A new question about me to the wallet of another city; the address of its page there."""
    assert isinstance(work.actor.id, PersonId)
    person = await identity.person(work, work.actor.id)
    where = (await exchange.trusted(work)).documents[one.city.node].endpoints.get("wallet", "")
    if person is None or not person.id_number or not where.startswith(f"{one.city.node}/"):
        raise NoSuchPurpose()
    asking = Asking(
        AskingId.new(), one.who.org_ref, one.who.code, one.purpose.code, crypto.token(), crypto.token(), work.now, work.now + LIFE, None,
        None, None, work.actor.id, one.city.node, item, back,
    )  # fmt: skip
    await store.add(work.db, asking, work.actor.id)
    reference = f"{vault().issuer}/oid4vp/{asking.id}/request"
    return f"{where}?{urlencode({'client_id': client_id_of(vault().issuer), 'request_uri': reference})}"


async def fill(work: Work, found: Asking, purpose: Purpose, wish: Wish, claims: dict[str, Any]) -> None:
    """What was shown becomes facts of the form, when it is the certificate of the person who fills it in; nothing else is kept of it."""
    assert found.citizen_ref is not None
    assert found.node is not None
    person = await identity.person(work, found.citizen_ref)
    if person is None or not person.id_number or claims.get(HOLDER) != person.id_number:
        raise WalletRefused(error="invalid_request", reason="holder")
    city = guest(await exchange.trusted(work), found.node)
    kind = city.types[wish.type]
    source = Text(f"{city.title.zh} · {kind.name.zh}", f"{city.title.en} · {kind.name.en or kind.name.zh}")
    values = {element: claims[claim] for claim, element in purpose.fills.items() if claim in claims}
    await exchange.presented(work, found.citizen_ref, found.item, values, source)
