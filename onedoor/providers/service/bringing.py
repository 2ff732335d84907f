"""Apps that a demo city brings along: approved, with secrets that everybody knows."""

from onedoor.kernel import crypto
from onedoor.kernel.memory import changed
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.providers.models import AppId, Endpoint, EndpointId, Kind, NewApp
from onedoor.providers.store import apps as store
from onedoor.providers.store import webhooks

from . import apps
from .announcing import keep_secret


async def put_apps(work: Work, rows: list[NewApp]) -> int:
    """Loading the same again changes nothing; how many apps, secrets and endpoints are new or different."""
    count = await store.put(work.db, [await _row(work, one) for one in rows], work.now) if rows else 0
    for one in rows:
        if one.secret:
            count += await store.put_secret(work.db, one.client_id, crypto.digest(one.secret), work.now)
    if count:
        await changed(work.db, apps.memory.name)
    for one in rows:
        count += await _listens(work, one)
    return count


async def _row(work: Work, one: NewApp) -> dict[str, object]:
    return {
        "app_id": AppId.new().uuid, "org_ref": (await orgs.department(work, one.department)).id.uuid, "client_id": one.client_id,
        "key": one.client_id[2:10], "name": one.name, "about": one.about, "public": not one.secret, "redirects": one.redirects,
        "logouts": one.logouts, "scopes": one.scopes,
    }  # fmt: skip


async def _listens(work: Work, one: NewApp) -> int:
    app = await apps.by_client(work.db, one.client_id)
    if app is None or one.endpoint is None or await webhooks.endpoints(work.db, app.org, app.id):
        return 0
    kinds = list(dict.fromkeys([Kind.PING, *one.endpoint.kinds]))
    fresh = Endpoint(app.org, EndpointId.new(), app.id, one.endpoint.url, kinds, "standard", True, "")
    await webhooks.add_endpoint(work.db, fresh, work.now)
    await keep_secret(work, fresh, 1, one.endpoint.secret)
    return 1
