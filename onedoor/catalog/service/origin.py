"""从哪儿来 Where a service was opened from, so that its page leads back there: the `from` of /items/{code}.

A token is short and signed: what kind of place, which one, which page of it. Only kinds listed here lead anywhere, always inside this
house; whatever was not signed by it counts as absent. A page that lists services puts `link(item, origin)` behind each of them:

    link("ga-juzhuzheng", Origin(Kind.SEARCH, "暂住证", 2))   ->   /items/ga-juzhuzheng?from=s2.k3Xo0pQz.%E6%9A%82…
"""

import hmac
import re
from base64 import urlsafe_b64encode
from urllib.parse import quote

from onedoor.catalog.models import Kind, Origin
from onedoor.kernel import crypto, text

LONGEST = 400
_TOKEN = re.compile(r"([a-z])([0-9]{1,3})\.([A-Za-z0-9_-]{8})\.(.{0,200})", re.DOTALL)
_PLACES = re.compile(
    r"/|/(hall|departments|life|for|offices|notices|articles)(/[\w-]{1,64})?|/(nearby|search|notices)|/me/(frequent|cases)|/(cases|inbox)/[\w-]{1,64}"
)


_key: list[bytes] = []


def sign_links(key: bytes) -> None:
    """The house's key; called once at start, the same in every process."""
    _key[:] = [key]


def _signature(origin: Origin) -> str:
    return urlsafe_b64encode(crypto.keyed(_key[0], origin.kind, str(origin.number), origin.ref)[:6]).decode()


def token(origin: Origin) -> str:
    """The place in one signed word."""
    return f"{origin.kind}{origin.number}.{_signature(origin)}.{origin.ref}"


def link(item: str, origin: Origin | None = None) -> str:
    """The address of a service's page that leads back to where it stands."""
    return f"/items/{item}" + (f"?from={quote(token(origin), safe='')}" if origin and _key and len(origin.ref) <= 200 else "")


def read_origin(given: str) -> Origin | None:
    """The place that a token names; None for anything that this house has not signed."""
    found = _TOKEN.fullmatch(given) if len(given) <= LONGEST and not text.fault(given) else None
    if found is None or not _key or found[1] not in list(Kind):
        return None
    origin = Origin(Kind(found[1]), found[4], int(found[2]))
    return origin if hmac.compare_digest(_signature(origin), found[3]) else None


def came_from(referer: str, host: str) -> str | None:
    """The page of this house on which the link was pressed, when it is one to return to."""
    parts = text.address(referer) if len(referer) <= 1000 and not text.fault(referer) else None
    if parts is None or parts.netloc != host or not _PLACES.fullmatch(parts.path):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
