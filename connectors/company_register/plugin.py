"""Asks the register of companies what it knows of one, and which ones somebody represents by law.

One question is one POST; it changes nothing. Everything that means "no answer" is an OSError, which the room turns into a refusal.
"""

from typing import TypeVar

import httpx
import msgspec

from onedoor.kernel.authorities import authorities
from onedoor.mandates.models import Company

SECONDS = 3.0
T = TypeVar("T")


class CompanyRegister:
    """Behind the port mandates.CompanyRegister."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=seconds, trust_env=False, verify=authorities())

    async def company(self, uscc: str) -> Company | None:
        """By its code; None when it is not in the register, or struck off. OSError when the register does not answer as agreed."""
        return await self._told("/company", {"uscc": uscc}, Company)

    async def represented(self, id_number: str) -> list[Company]:
        """Those that somebody represents by law. OSError as above."""
        return await self._told("/represented", {"id_number": id_number}, list[Company]) or []

    async def _told(self, path: str, question: dict[str, str], kind: type[T]) -> T | None:
        try:
            answer = await self._client.post(path, json=question)
        except httpx.TimeoutException as slow:
            raise TimeoutError("the register of companies did not answer in time") from slow
        except httpx.RequestError as away:
            raise ConnectionError("the register of companies cannot be reached") from away
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise ConnectionError(f"the register of companies answered {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as strange:
            raise ConnectionError(f"the answer of the register of companies cannot be read: {strange}") from strange

    async def close(self) -> None:
        """Let go of the open connections."""
        await self._client.aclose()


def connect(url: str) -> CompanyRegister:
    """The plugin for this address."""
    return CompanyRegister(url)
