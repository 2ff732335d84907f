"""What tests of organisations share: codes of organisations that do not exist, and what is said of them."""

import random
from typing import Any

import httpx

from onedoor.kernel.text import organisation_check, uscc_check
from tests.cases.kit import bearer

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


def proven(site: Any) -> tuple[str, httpx.Client]:
    """A new person whose name is proven: phone, and a program signed in with a token. Rows of the register are used up from its end."""
    phone = site.new_phone()
    program = bearer(site, phone)
    for row in reversed(site.register.rows.values()):
        said = program.post("/api/me/real-name", json={"name": row["name"], "id_number": row["id_number"]})
        if said.status_code < 300:
            return phone, program
    raise AssertionError("nobody of the register is left")
