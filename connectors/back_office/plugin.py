"""Registers cases in a department's own system over REST. Each answer must name the request it answers, else nobody knows what happened."""

import hashlib
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx

from onedoor.cases.ports import NotTaken
from onedoor.cases.registration import Entry, Found, Traits
from onedoor.kernel.authorities import authorities
from onedoor.kernel.ids import to_builtins

SECONDS = 5.0
NOT_AGAIN = (400, 404, 409, 413, 422)


class BackOffice:
    """Behind the port cases.BackOffice. A connection is never used twice: an answer that comes late, or twice, ends with its own."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        never = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(base_url=url, timeout=seconds, trust_env=False, verify=authorities(), limits=never)

    async def traits(self, office: str) -> Traits:
        """What this system says it can do."""
        said = await self._asked("GET", f"/{quote(office)}")
        return Traits(said.get("searches") is True, said.get("idempotent") is True)

    async def look(self, office: str, request_id: UUID) -> Found | None:
        """The matter made under this id."""
        said = await self._asked("GET", f"/{quote(office)}/registrations", params={"request_id": str(request_id)})
        items: Any = said.get("items")
        if not isinstance(items, list):
            raise ConnectionError("the department's system gave no list")
        try:
            mine = [one for one in cast("list[dict[str, Any]]", items) if one.get("request_id") == str(request_id)]
            papers = cast("list[dict[str, Any]]", mine[0].get("documents") or []) if mine else []
            return Found(str(mine[0].get("number", "")), {str(p["sha256"]): str(p["id"]) for p in papers}) if mine else None
        except (AttributeError, KeyError, TypeError) as odd:
            raise ConnectionError("the department's system listed something else") from odd

    async def write(self, office: str, request_id: UUID, entry: Entry) -> str:
        """A new matter."""
        body = {"request_id": str(request_id), **to_builtins(entry)}
        return self._mine(await self._asked("POST", f"/{quote(office)}/registrations", json=body), request_id, "number")

    async def attach(self, office: str, request_id: UUID, number: str, name: str, content: bytes) -> str:
        """One more paper, named by its content."""
        about = {"request_id": str(request_id), "name": name, "sha256": hashlib.sha256(content).hexdigest()}
        path = f"/{quote(office)}/registrations/{quote(number, safe='')}/documents"
        return self._mine(await self._asked("POST", path, params=about, content=content), request_id, "id")

    async def status(self, office: str, number: str) -> str:
        """How the matter stands there."""
        return str((await self._asked("GET", f"/{quote(office)}/registrations/{quote(number, safe='')}")).get("stage", ""))

    async def _asked(self, method: str, path: str, **said: Any) -> dict[str, Any]:
        try:
            answer = await self._client.request(method, path, **said)
        except (httpx.ConnectError, httpx.ConnectTimeout) as away:
            raise ConnectionRefusedError("the department's system cannot be reached") from away
        except httpx.TimeoutException as slow:
            raise TimeoutError("the department's system did not answer in time") from slow
        except httpx.RequestError as broken:
            raise ConnectionError("the department's system broke off") from broken
        if answer.status_code in NOT_AGAIN:
            raise NotTaken(f"the department's system refused it ({answer.status_code})", final=True)
        if answer.status_code not in (200, 201):
            raise ConnectionError(f"the department's system answered {answer.status_code}")
        try:
            found = answer.json()
        except (ValueError, RecursionError) as bad:
            raise ConnectionError("the department's system answered in no language of ours") from bad
        if not isinstance(found, dict):
            raise ConnectionError("the department's system answered something else")
        told = cast("dict[str, Any]", found)
        if error := told.get("error"):
            raise NotTaken(str(error)[:200])
        return told

    def _mine(self, said: dict[str, Any], request_id: UUID, name: str) -> str:
        """The value of an answer to this very request; one to another says nothing of ours."""
        if said.get("request_id") != str(request_id) or not isinstance(said.get(name), str):
            raise ConnectionError("the department's system answered another request")
        return said[name][:100]

    async def close(self) -> None:
        """Let go of the open connections."""
        await self._client.aclose()


def connect(url: str) -> BackOffice:
    """The plugin for this address."""
    return BackOffice(url)
