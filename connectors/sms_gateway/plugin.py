"""Hands text messages to the gateway, and asks it for those that people send.

The request id goes along, so that a message handed over twice is sent once."""

import httpx
import msgspec

from onedoor.kernel.authorities import authorities
from onedoor.mandates.models import Reply

SECONDS = 5.0


class Replies(msgspec.Struct, frozen=True):
    """As the gateway lists them."""

    items: list[Reply]


class SmsGateway:
    """Behind the ports identity.SmsGateway and mandates.SmsReplies."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=SECONDS, trust_env=False, verify=authorities())

    async def send(self, phone: str, text: str, request_id: str) -> None:
        """Accepted by the gateway, or OSError; the job that asked repeats it."""
        try:
            answer = await self._client.post("/messages", json={"phone": phone, "text": text, "request_id": request_id})
        except httpx.TimeoutException as slow:
            raise TimeoutError("the SMS gateway did not answer in time") from slow
        except httpx.RequestError as away:
            raise ConnectionError("the SMS gateway cannot be reached") from away
        if answer.status_code not in (200, 202):
            raise ConnectionError(f"the SMS gateway answered {answer.status_code}")

    async def replies(self, after: int) -> list[Reply]:
        """What people have sent to the city's number since; OSError when the gateway does not answer as agreed."""
        try:
            answer = await self._client.get("/replies", params={"after": after})
        except httpx.TimeoutException as slow:
            raise TimeoutError("the SMS gateway did not answer in time") from slow
        except httpx.RequestError as away:
            raise ConnectionError("the SMS gateway cannot be reached") from away
        if answer.status_code != 200:
            raise ConnectionError(f"the SMS gateway answered {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=Replies).items
        except (msgspec.DecodeError, UnicodeDecodeError) as strange:
            raise ConnectionError(f"the SMS gateway's answer cannot be read: {strange}") from strange

    async def close(self) -> None:
        """Let go of the open connections."""
        await self._client.aclose()


def connect(url: str) -> SmsGateway:
    """The plugin for this address."""
    return SmsGateway(url)
