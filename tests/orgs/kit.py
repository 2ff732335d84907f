"""What tests of organisations share: codes of organisations that do not exist, and what is said of them."""

import random

from onedoor.kernel.text import organisation_check, uscc_check

_drawn = iter(random.sample(range(10_000_000, 99_999_999), 2000))


def code(prefix: str = "91") -> str:
    """A fresh code of an organisation that does not exist."""
    eight = str(next(_drawn))
    body = f"{prefix}990100{eight}{organisation_check(eight)}"
    return body + uscc_check(body)


def stated(**changed: str) -> dict[str, str]:
    return {
        "uscc": code(), "name": "青禾东湖书店有限公司", "kind": "enterprise", "legal_name": "周一", "contact_name": "吴二",
        "contact_phone": "0990-8620011",
    } | changed  # fmt: skip
