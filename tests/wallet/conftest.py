"""People with certificates, and the members of staff who may end them."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from onedoor.identity import service as identity
from onedoor.kernel.work import system
from onedoor.orgs import service as orgs
from onedoor.wallet import service as wallet
from onedoor.wallet.models import Cert

CLERK, POLICE, WELFARE = "13800990101", "13800990103", "13800990503"
"""Of the police without and with wallet:revoke, and of civil affairs with it."""
CLAIMS = {"name": "林小晓", "address": "青禾市东湖区书院街 33 号", "id_number": "990102197811050423"}


class Office:
    """Issues in the name of the police, as a case does at its end."""

    def __init__(self, site: Any) -> None:
        self.site = site

    def issue(self, phone: str, type_code: str = "003", claims: dict[str, Any] | None = None, days: int | None = None) -> Cert:
        async def make() -> Cert:
            async with self.site.house.begin(actor=system("test")) as work:
                person = await identity.person_of_phone(work, phone)
                assert person is not None
                org = (await orgs.department(work, "gongan")).id
                return await wallet.issue(
                    work, person, type_code, claims or CLAIMS, "case_1", "林小晓", "990102197811050423", org, days
                )

        return self.site.run(make)

    def resident(self, **said: Any) -> tuple[httpx.Client, Cert]:
        """A new resident, signed in, with a residence permit."""
        phone = self.site.new_phone()
        browser = self.site.sign_in(phone)
        return browser, self.issue(phone, **said)


@pytest.fixture
def office(site: Any) -> Office:
    return Office(site)


@pytest.fixture
def staff(site: Any) -> Callable[[str], httpx.Client]:
    return site.sign_in


def code_of(browser: httpx.Client, cert: Cert) -> str:
    answer = browser.post(f"/api/certificates/{cert.id}/codes")
    assert answer.status_code == 201, answer.text
    return answer.json()["text"]


def verdict(browser: httpx.Client, text: str) -> dict[str, Any]:
    answer = browser.post("/api/verifications", content=json.dumps({"text": text}), headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()
