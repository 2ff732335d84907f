"""Asks the register's gateway whether a name and an identity number belong together.

One question is one POST; it changes nothing, so it may be repeated once when the line breaks. Everything that means "no answer" is an
OSError, which the room turns into a refusal that loses nothing.
"""

from typing import TypeVar

import httpx
import msgspec

from onedoor.identity.models import LifeEvent, RegisterEntry
from onedoor.kernel.authorities import authorities
from onedoor.mandates.models import Kinship, Warded

SECONDS = 3.0
T = TypeVar("T")


class PopulationRegister:
    """Behind the ports identity.PopulationRegister, identity.LifeEvents and mandates.FamilyRegister."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=seconds, trust_env=False, verify=authorities())

    async def match(self, name: str, id_number: str) -> RegisterEntry | None:
        """The register's row when both belong together; None when not. OSError when the register does not answer as agreed."""
        return await self._told("/match", {"name": name, "id_number": id_number}, RegisterEntry)

    async def kinship(self, guardian: str, ward: str) -> Kinship | None:
        """What joins the two by law; None when the register knows of nothing. OSError as above."""
        return await self._told("/kinship", {"guardian": guardian, "ward": ward}, Kinship)

    async def wards(self, guardian: str) -> list[Warded]:
        """Whom somebody cares for by law. OSError as above."""
        return await self._told("/wards", {"guardian": guardian}, list[Warded]) or []

    async def events(self, after: int) -> list[LifeEvent]:
        """What has happened since. OSError as above."""
        try:
            answer = await self._client.get("/events", params={"after": after})
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=list[LifeEvent])
        except (httpx.HTTPError, msgspec.DecodeError, UnicodeDecodeError) as strange:
            raise ConnectionError(f"the population register's news cannot be read: {strange}") from strange

    async def _told(self, path: str, question: dict[str, str], kind: type[T]) -> T | None:
        answer = await self._ask(path, question)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise ConnectionError(f"the population register answered {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as strange:
            raise ConnectionError(f"the population register's answer cannot be read: {strange}") from strange

    async def _ask(self, path: str, question: dict[str, str]) -> httpx.Response:
        try:
            return await self._client.post(path, json=question)
        except httpx.TimeoutException as slow:
            raise TimeoutError("the population register did not answer in time") from slow
        except httpx.RequestError:
            pass
        try:
            return await self._client.post(path, json=question)
        except httpx.RequestError as away:
            raise ConnectionError("the population register cannot be reached") from away

    async def close(self) -> None:
        """Let go of the open connections."""
        await self._client.aclose()


def connect(url: str) -> PopulationRegister:
    """The plugin for this address."""
    return PopulationRegister(url)
