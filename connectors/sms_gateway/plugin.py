"""Hands text messages to the gateway. The request id goes along, so that a message handed over twice is sent once."""

import httpx

SECONDS = 5.0


class SmsGateway:
    """Behind the port identity.SmsGateway."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=SECONDS, trust_env=False)

    async def send(self, phone: str, text: str, request_id: str) -> None:
        """Accepted by the gateway, or OSError; the job that asked repeats it."""
        try:
            answer = await self._client.post("/messages", json={"phone": phone, "text": text, "request_id": request_id})
        except httpx.TimeoutException as slow:
            raise TimeoutError("the SMS gateway did not answer in time") from slow
        except httpx.TransportError as away:
            raise ConnectionError("the SMS gateway cannot be reached") from away
        if answer.status_code not in (200, 202):
            raise ConnectionError(f"the SMS gateway answered {answer.status_code}")

    async def close(self) -> None:
        """Let go of the open connections."""
        await self._client.aclose()


def connect(url: str) -> SmsGateway:
    """The plugin for this address."""
    return SmsGateway(url)
