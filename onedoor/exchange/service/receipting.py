"""授权凭证 The file with which a person proves what they allowed, until when, and that they took it back."""

from onedoor.exchange.errors import NoSuchConsent
from onedoor.exchange.node import node
from onedoor.exchange.receipts import Checked, check, read, written
from onedoor.exchange.records import ConsentId
from onedoor.exchange.store import people
from onedoor.kernel.work import Work

from .consenting import me


async def receipt(work: Work, which: ConsentId) -> bytes:
    """One of my consents, signed by the city."""
    found = await people.consent(work.db, me(work), which)
    if found is None:
        raise NoSuchConsent()
    own = node()
    return written(own.ring, own.name, found, int(work.now.timestamp()))


__all__ = ["Checked", "check", "read", "receipt"]
