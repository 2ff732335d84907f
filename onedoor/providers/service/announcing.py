"""回调 Telling apps what has happened: an event becomes one delivery for each endpoint, in the transaction of what it tells of.

CloudEvents 1.0 in JSON. The bytes are made once and kept; what is signed and sent later are those bytes.
"""

import base64
import secrets
from typing import Any

from onedoor.kernel.i18n import say
from onedoor.kernel.ids import to_json
from onedoor.kernel.outbox import EventId
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.providers import policy
from onedoor.providers.errors import NoSuchDelivery, NoSuchEndpoint
from onedoor.providers.models import App, AppId, Delivery, DeliveryId, Endpoint, EndpointId, Kind, SealedSecret
from onedoor.providers.store import webhooks as store
from onedoor.providers.vault import vault

from . import apps

PAGE = 30


async def announce(work: Work, app: App, kind: Kind, subject: str, data: dict[str, Any], only: EndpointId | None = None) -> int:
    """Tell the app; to how many endpoints."""
    event = EventId.new()
    body = to_json({
        "specversion": "1.0", "id": str(event), "source": vault().issuer, "type": f"onedoor.{kind}", "subject": subject,
        "time": work.now.isoformat().replace("+00:00", "Z"), "datacontenttype": "application/json", "data": data,
    })  # fmt: skip
    return await store.add_deliveries(work.db, app.org, app.id, str(kind), event, body, work.now, only)


async def _mine(work: Work, app_id: AppId) -> App:
    app = await apps.app(work, app_id)
    policy.may_manage(work.actor, app)
    return app


async def endpoints(work: Work, app_id: AppId) -> list[tuple[Endpoint, list[SealedSecret]]]:
    """Where this app is told, with the numbers and days of the secrets."""
    app = await _mine(work, app_id)
    found = await store.endpoints(work.db, app.org, app.id)
    return [(one, await store.secrets(work.db, app.org, one.id)) for one in found]


async def listen(work: Work, app_id: AppId, url: str, kinds: list[Kind], plan: str = "standard") -> tuple[Endpoint, str]:
    """A new endpoint with its secret, which is told this once."""
    app = await _mine(work, app_id)
    if bad := policy.receiver_fault(work.locale, url, vault().exempt):
        raise Invalid(errors=[{"pointer": "/url", "detail": bad}])
    if len(await store.endpoints(work.db, app.org, app.id)) >= policy.MOST_ENDPOINTS:
        words = say(work.locale, "一个应用最多 {n} 个回调地址", n=policy.MOST_ENDPOINTS)
        raise Invalid(errors=[{"pointer": "/url", "detail": words}])
    one = Endpoint(app.org, EndpointId.new(), app.id, url, list(dict.fromkeys([Kind.PING, *kinds])), plan, True, "")
    await store.add_endpoint(work.db, one, work.now)
    return one, await keep_secret(work, one, 1)


async def keep_secret(work: Work, one: Endpoint, secret_no: int, text: str = "") -> str:
    """This secret, or a random one, sealed; its text."""
    text = text or "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    sealed = vault().seal(text.encode(), f"{one.id} {secret_no}")
    await store.add_secret(work.db, one.org, one.id, secret_no, sealed, work.now, work.now + policy.WEBHOOK_GRACE)
    return text


async def _endpoint(work: Work, app_id: AppId, endpoint: EndpointId) -> tuple[App, Endpoint]:
    app = await _mine(work, app_id)
    found = await store.endpoint(work.db, app.org, endpoint)
    if found is None or found.app_id != app.id:
        raise NoSuchEndpoint()
    return app, found


async def new_endpoint_secret(work: Work, app_id: AppId, endpoint: EndpointId) -> str:
    """A fresh secret; for some days deliveries carry a signature by each, so that the receiver can change over without a gap."""
    _, found = await _endpoint(work, app_id, endpoint)
    await store.hold(work.db, found.org, found.id)
    last = await store.secrets(work.db, found.org, found.id)
    return await keep_secret(work, found, last[0].secret_no + 1 if last else 1)


async def pause_endpoint(work: Work, app_id: AppId, endpoint: EndpointId, active: bool) -> None:
    """What comes while it is paused is kept, and delivered when it goes on."""
    _, found = await _endpoint(work, app_id, endpoint)
    await store.set_active(work.db, found.org, found.id, active, "")


async def drop_endpoint(work: Work, app_id: AppId, endpoint: EndpointId) -> None:
    """Tell nothing there any more; its log goes with it."""
    _, found = await _endpoint(work, app_id, endpoint)
    await store.drop_endpoint(work.db, found.org, found.id)


async def ping(work: Work, app_id: AppId, endpoint: EndpointId) -> None:
    """An event that means nothing, to see whether it arrives."""
    app, found = await _endpoint(work, app_id, endpoint)
    await announce(work, app, Kind.PING, app.client_id, {"client_id": app.client_id}, only=found.id)


async def deliveries(
    work: Work, app_id: AppId, endpoint: EndpointId, before: DeliveryId | None
) -> tuple[App, Endpoint, list[SealedSecret], list[Delivery], DeliveryId | None]:
    """One page of the log, the latest first, and where the next page begins."""
    app, found = await _endpoint(work, app_id, endpoint)
    rows = await store.log(work.db, found.org, found.id, before, PAGE + 1)
    following = rows[PAGE - 1].id if len(rows) > PAGE else None
    return app, found, await store.secrets(work.db, found.org, found.id), rows[:PAGE], following


async def resend(work: Work, app_id: AppId, endpoint: EndpointId, delivery: DeliveryId) -> None:
    """Once more, under the same event id: a receiver that had it already does nothing."""
    _, found = await _endpoint(work, app_id, endpoint)
    if not await store.again(work.db, found.org, found.id, delivery, work.now):
        raise NoSuchDelivery()

