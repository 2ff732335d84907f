"""回调管理 Where an app is told of events: addresses, secrets, and the log with every attempt."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.providers import service
from onedoor.providers.errors import NoSuchDelivery, NoSuchEndpoint
from onedoor.providers.models import DeliveryId, EndpointId, Kind
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from .desk import app_id

BASE = "/desk/apps/{app:str}/endpoints"
ONE = BASE + "/{endpoint:str}"


class NewEndpoint(msgspec.Struct, frozen=True):
    """Where, and of what."""

    url: Annotated[str, msgspec.Meta(max_length=500)]
    kinds: list[str] = []


def endpoint_id(text: str) -> EndpointId:
    try:
        return EndpointId.parse(text)
    except ValueError as unknown:
        raise NoSuchEndpoint() from unknown


def delivery_id(text: str) -> DeliveryId:
    try:
        return DeliveryId.parse(text)
    except ValueError as unknown:
        raise NoSuchDelivery() from unknown


def kind_words(locale: str) -> dict[Kind, str]:
    """What staff read for each kind of event."""
    return {
        Kind.CONSENT_GIVEN: say(locale, "居民授权或改了授权"),
        Kind.CONSENT_REVOKED: say(locale, "居民收回授权"),
        Kind.CANCEL_ASKED: say(locale, "居民请求取消事项"),
    }


async def _listed(
    request: AnyRequest, work: Work, app: str, status: int, values: dict[str, Any], errors: list[dict[str, str]]
) -> Response[Any]:
    found, _ = await service.seen(work, app_id(app))
    data = {"app": found, "endpoints": await service.endpoints(work, found.id), "words": kind_words(work.locale), "errors": errors}
    return page(request, "providers/hooks.html", status, values=values, **data)


@get(BASE, **may("providers:manage"), include_in_schema=False)
async def listed(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Where this app is told."""
    return await _listed(request, work, app, 200, {"kinds": [str(kind) for kind in kind_words(work.locale)]}, [])


@post(BASE, **may("providers:manage"), include_in_schema=False)
async def listen(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A new address; its secret is shown on the page that follows, and never again."""
    sent: dict[str, Any] = {}
    try:
        given = await form(request, NewEndpoint)
        sent = msgspec.structs.asdict(given)
        known = [kind for kind in kind_words(work.locale) if str(kind) in given.kinds]
        if not known:
            raise Invalid(errors=[{"pointer": "/kinds", "detail": say(work.locale, "请至少选一项")}])
        one, secret = await service.listen(work, app_id(app), given.url, known)
    except Invalid as bad:
        values = {"kinds": [], **sent, **(bad.extra.get("values") or {})}  # type: ignore[dict-item]
        values["kinds"] = list((await request.form()).getall("kinds", []))
        return await _listed(request, work, app, bad.status, values, bad.errors)
    return await _shown(request, work, app, one.id, None, secret)


async def _shown(
    request: AnyRequest, work: Work, app: str, endpoint: EndpointId, before: DeliveryId | None, fresh: str = ""
) -> Response[Any]:
    found, one, secrets, rows, following = await service.deliveries(work, app_id(app), endpoint, before)
    return page(
        request, "providers/hook.html", app=found, one=one, secrets=secrets, rows=rows, next=following, now=work.now, fresh=fresh,
        words=kind_words(work.locale), first=before is None,
    )  # fmt: skip


@get(ONE, **may("providers:manage"), include_in_schema=False)
async def shown(
    request: AnyRequest, app: FromPath[str], endpoint: FromPath[str], work: NamedDependency[Work], before: FromQuery[str] = ""
) -> Response[Any]:
    """One address and its log, the latest first."""
    return await _shown(request, work, app, endpoint_id(endpoint), delivery_id(before) if before else None)


@post(ONE + "/secrets", **may("providers:manage"), include_in_schema=False)
async def new_secret(request: AnyRequest, app: FromPath[str], endpoint: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A fresh secret beside the one before."""
    fresh = await service.new_endpoint_secret(work, app_id(app), endpoint_id(endpoint))
    return await _shown(request, work, app, endpoint_id(endpoint), None, fresh)


@post(ONE + "/ping", **may("providers:manage"), include_in_schema=False)
async def ping(app: FromPath[str], endpoint: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Send a test event."""
    await service.ping(work, app_id(app), endpoint_id(endpoint))
    return see_other(f"/desk/apps/{app}/endpoints/{endpoint}")


@post(ONE + "/pause", **may("providers:manage"), include_in_schema=False)
async def pause(app: FromPath[str], endpoint: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Keep what comes, send nothing."""
    await service.pause_endpoint(work, app_id(app), endpoint_id(endpoint), False)
    return see_other(f"/desk/apps/{app}/endpoints/{endpoint}")


@post(ONE + "/resume", **may("providers:manage"), include_in_schema=False)
async def resume(app: FromPath[str], endpoint: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Go on, with what was kept first."""
    await service.pause_endpoint(work, app_id(app), endpoint_id(endpoint), True)
    return see_other(f"/desk/apps/{app}/endpoints/{endpoint}")


@post(ONE + "/remove", **may("providers:manage"), include_in_schema=False)
async def remove(app: FromPath[str], endpoint: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Tell nothing there any more."""
    await service.drop_endpoint(work, app_id(app), endpoint_id(endpoint))
    return see_other(f"/desk/apps/{app}/endpoints")


@post(ONE + "/deliveries/{delivery:str}/resend", **may("providers:manage"), include_in_schema=False)
async def resend(app: FromPath[str], endpoint: FromPath[str], delivery: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Once more, under the same id."""
    await service.resend(work, app_id(app), endpoint_id(endpoint), delivery_id(delivery))
    return see_other(f"/desk/apps/{app}/endpoints/{endpoint}")


handlers = [listed, listen, shown, new_secret, ping, pause, resume, remove, resend]
