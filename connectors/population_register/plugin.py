"""Asks the register's gateway whether a name and an identity number belong together.

One question is one POST; it changes nothing, so it may be repeated once when the line breaks. Everything that means "no answer" is an
OSError, which the room turns into a refusal that loses nothing.
"""

import httpx
import msgspec

from onedoor.identity.models import RegisterEntry

SECONDS = 3.0


class PopulationRegister:
    """Behind the port identity.PopulationRegister."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=seconds, trust_env=False)

    async def match(self, name: str, id_number: str) -> RegisterEntry | None:
        """The register's row when both belong together; None when not. OSError when the register does not answer as agreed."""
        answer = await self._ask({"name": name, "id_number": id_number})
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise ConnectionError(f"the population register answered {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=RegisterEntry)
        except msgspec.DecodeError as strange:
            raise ConnectionError(f"the population register's answer cannot be read: {strange}") from strange

    async def _ask(self, question: dict[str, str]) -> httpx.Response:
        try:
            return await self._client.post("/match", json=question)
        except httpx.TimeoutException as slow:
            raise TimeoutError("the population register did not answer in time") from slow
        except httpx.TransportError:
            pass
        try:
            return await self._client.post("/match", json=question)
        except httpx.TransportError as away:
            raise ConnectionError("the population register cannot be reached") from away

    async def close(self) -> None:
        """Let go of the open connections."""
        await self._client.aclose()


def connect(url: str) -> PopulationRegister:
    """The plugin for this address."""
    return PopulationRegister(url)
