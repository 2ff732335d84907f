"""What tests of organisations share: codes of organisations that do not exist, and what is said of them."""

import datetime as dt
import itertools
import random
from typing import Any

import httpx

from onedoor.kernel.text import organisation_check, uscc_check
from tests.cases.kit import bearer, picture
from tests.mandates.people import account, entered

REVIEWER = "13800991602"
GIVEN = ("".join(pair) for pair in itertools.product("一二三四五六七八九十百千万文安和平", repeat=2))
"""Names of their own, so that whoever must not be named is not named by a namesake."""
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
    """A new person whose name is proven: phone, and a program signed in with a token."""
    made = account(site, entered(site, "何" + next(GIVEN), dt.date(1985, 6, 7)))
    return made.phone, made.program


def sent(program: httpx.Client, path: str, status: int = 201, key: str = "", **body: Any) -> Any:
    """What a write of the API answers."""
    answer = program.post(path, json=body or None, headers={"idempotency-key": key} if key else {})
    assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:800]}"
    return answer.json()


def organisation(site: Any, owner: httpx.Client, **changed: str) -> None:
    """Registered by this person, with a paper, and accepted."""
    owner.post("/api/registrations/proofs", files={"file": ("执照.png", picture(), "image/png")})
    made, bureau = sent(owner, "/api/registrations", **stated(**changed)), bearer(site, REVIEWER)
    sent(bureau, f"/api/desk/registrations/{made['id']}/decisions", state="accepted", rev=made["rev"])


def joined(site: Any, owner: httpx.Client, phone: str, guest: httpx.Client, role: str) -> None:
    """Taken into the owner's organisation."""
    asked = sent(owner, "/api/organisation/invitations", phone=phone, name="赵四", role=role)
    sent(guest, f"/api/me/invitations/{asked['id']}/acceptances")
