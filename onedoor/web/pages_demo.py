"""演示短信 The demo's phones: what the simulated SMS gateway has sent, newest first. Outside of a demo there is no such page."""

from datetime import datetime
from typing import Any

import httpx
import msgspec
from litestar import Response, get
from litestar.params import FromQuery

from onedoor.kernel.authorities import authorities
from onedoor.kernel.problems import NotFound, Unavailable
from onedoor.ui.edge import AnyRequest, may, page


class Sent(msgspec.Struct, frozen=True):
    """One text message; `code` is there when it carries a one-time code."""

    phone: str
    text: str
    at: datetime
    code: str | None = None

    @property
    def lang(self) -> str:
        """The language of the text: it was written for whoever got it, not for the reader of this page."""
        return "zh-CN" if any("\u4e00" <= c <= "\u9fff" for c in self.text) else "en"


class Outbox(msgspec.Struct, frozen=True):
    """What the simulator answers."""

    items: list[Sent]


async def _sent(request: AnyRequest, phone: str) -> list[Sent]:
    settings = request.scope["state"]["house"].settings
    if not settings.demo:
        raise NotFound()
    try:
        url = settings.connectors["sms_gateway"]
        async with httpx.AsyncClient(base_url=url, timeout=3, trust_env=False, verify=authorities()) as gateway:
            answer = await gateway.get("/messages", params={"phone": phone} if phone else {})
            return msgspec.json.decode(answer.raise_for_status().content, type=Outbox).items
    except (KeyError, httpx.HTTPError, msgspec.DecodeError) as away:
        raise Unavailable(retry_after=2) from away


@get("/demo/outbox", **may(public=True), include_in_schema=False)
async def outbox(request: AnyRequest, phone: FromQuery[str] = "") -> Response[str]:
    """For people."""
    return page(request, "web/outbox.html", messages=await _sent(request, phone), phone=phone)


@get("/demo/outbox.json", **may(public=True), include_in_schema=False)
async def outbox_json(request: AnyRequest, phone: FromQuery[str] = "") -> list[dict[str, Any]]:
    """For scripts: a list of {phone, text, code, at}, the newest first."""
    return [msgspec.to_builtins(message) for message in await _sent(request, phone)]


handlers = [outbox, outbox_json]
