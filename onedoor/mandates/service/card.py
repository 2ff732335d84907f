"""委托卡 What the code on a printed card says: which mandate, under this house's seal. Whether it still holds is looked up each time."""

import base64
import hmac
from uuid import UUID

import segno
from markupsafe import Markup

from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import crypto
from onedoor.kernel.text import fold
from onedoor.mandates.errors import WrongCard
from onedoor.mandates.models import Mandate, MandateId

MARK, SEAL = "ODM1", 8


def words(secrets: Secrets, made: Mandate) -> str:
    """Capital letters and digits alone, so that a scanner of any counter types them right."""
    body = made.citizen_id.uuid.bytes + made.id.uuid.bytes
    return MARK + base64.b32encode(body + _seal(secrets, body)).decode().rstrip("=")


def read(secrets: Secrets, typed: str) -> tuple[PersonId, MandateId]:
    """Which mandate a card is of; WrongCard when this house has not sealed it."""
    said = fold(typed[:200]).replace(" ", "").upper()
    try:
        if not said.startswith(MARK):
            raise ValueError
        raw = base64.b32decode(said[len(MARK) :] + "=" * (-len(said[len(MARK) :]) % 8))
    except ValueError:
        raise WrongCard(errors=[]) from None
    body, seal = raw[:32], raw[32:]
    if len(body) != 32 or not hmac.compare_digest(seal, _seal(secrets, body)):
        raise WrongCard(errors=[])
    return PersonId(UUID(bytes=body[:16])), MandateId(UUID(bytes=body[16:]))


def drawn(said: str) -> Markup:
    """The code as a picture."""
    return Markup(segno.make(said, error="m", micro=False).svg_inline(border=4, omitsize=True))  # noqa: S704 - drawn here, from our own words


def _seal(secrets: Secrets, body: bytes) -> bytes:
    return crypto.keyed(secrets.key("mandate-card"), body.hex())[:SEAL]
