"""Apps: registered by an organisation, approved by the city, known by their secrets. Reading is from memory."""

import hashlib
import hmac
import secrets

from msgspec.structs import replace

from onedoor.kernel import crypto
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ids import to_json
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.providers import policy
from onedoor.providers.errors import NoSuchApp
from onedoor.providers.models import App, AppId, Apps, Secret, Wish
from onedoor.providers.store import apps as store


async def _load(db: Db) -> Apps:
    return Apps(await store.apps(db), await store.secrets(db))


memory: Memory[Apps] = Memory("apps", _load)


async def known(db: Db) -> Apps:
    """Every app, from memory; asks the database only after they have changed."""
    return await memory.get(db)


async def app(work: Work, app_id: AppId) -> App:
    """One app by its id."""
    found = (await known(work.db)).by_id.get(app_id)
    if found is None:
        raise NoSuchApp()
    return found


async def by_client(db: Db, client_id: str) -> App | None:
    """One app by what it calls itself."""
    return (await known(db)).by_client.get(client_id)


async def secret_fits(work: Work, app: App, given: str) -> bool:
    """Whether this is one of the app's live secrets. Every secret is compared, so that time tells nothing."""
    digest, found = hashlib.sha256(given.encode()).digest(), False
    for one in (await known(work.db)).secrets.get(app.id, []):
        live = one.not_after is None or one.not_after > work.now
        found |= hmac.compare_digest(one.hash, digest) and live
    return found


async def listed(work: Work) -> list[App]:
    """The apps of my organisation; every app for whoever approves them, the waiting ones first."""
    found = (await known(work.db)).by_id.values()
    seen = [one for one in found if _seen(work, one)]
    return sorted(seen, key=lambda one: one.wanted is None)


def _seen(work: Work, one: App) -> bool:
    try:
        policy.may_see(work.actor, one)
    except NoSuchApp:
        return False
    return True


async def seen(work: Work, app_id: AppId) -> tuple[App, list[Secret]]:
    """One app with its secrets, which are numbers and days; the texts are not kept."""
    found = await app(work, app_id)
    policy.may_see(work.actor, found)
    return found, (await known(work.db)).secrets.get(app_id, [])


async def register(
    work: Work, name: Text, about: Text, *, public: bool, redirects: list[str], logouts: list[str], wishes: list[Wish]
) -> App:
    """A new app of my organisation. It signs nobody in until the city has approved what it asks for."""
    org = work.actor.org
    assert org is not None, "the route needs a grant, and grants belong to posts"
    mine = [one for one in (await known(work.db)).by_id.values() if one.org == org]
    if len(mine) >= policy.MOST_APPS:
        words = say(work.locale, "一个单位最多登记 {n} 个应用", n=policy.MOST_APPS)
        raise Invalid(errors=[{"pointer": "/name", "detail": words}])
    fresh = App(
        AppId.new(), OrgId(org.uuid), f"od{secrets.token_hex(8)}", _key(), name, about, public, redirects, logouts, [], wishes, True
    )
    policy.may_manage(work.actor, fresh)
    await store.add(work.db, fresh, work.now)
    await changed(work.db, memory.name)
    return fresh


def _key() -> str:
    return "".join(secrets.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _ in range(8))


async def _mine(work: Work, app_id: AppId) -> App:
    found = await store.locked(work.db, app_id)
    if found is None:
        raise NoSuchApp()
    policy.may_manage(work.actor, found)
    return found


async def _saved(work: Work, app: App) -> App:
    await store.save(work.db, app)
    await changed(work.db, memory.name)
    return app


async def readdress(work: Work, app_id: AppId, redirects: list[str], logouts: list[str]) -> App:
    """Where people may be sent back to."""
    return await _saved(work, replace(await _mine(work, app_id), redirects=redirects, logouts=logouts))


async def wish(work: Work, app_id: AppId, wishes: list[Wish]) -> App:
    """Ask the city for other scopes; until it approves, the old ones hold."""
    return await _saved(work, replace(await _mine(work, app_id), wanted=wishes))


def mark_of(wishes: list[Wish]) -> str:
    """By what wishes are known again: whoever answers has read these and no others."""
    return hashlib.sha256(to_json(wishes)).hexdigest()[:32]


async def approve(work: Work, app_id: AppId, yes: bool, mark: str) -> App:
    """The city's answer to what an app wants, by the mark of what was read; Invalid when the app wants something else by now."""
    policy.may_approve(work.actor)
    found = await store.locked(work.db, app_id)
    if found is None:
        raise NoSuchApp()
    if found.wanted is None:
        return found
    if mark != mark_of(found.wanted):
        raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "这个应用刚刚改了想要的内容，请看过再答复")}])
    return await _saved(work, replace(found, scopes=found.wanted if yes else found.scopes, wanted=None))


async def pause(work: Work, app_id: AppId, active: bool) -> App:
    """Nobody signs in while an app is paused, and its tokens open nothing."""
    return await _saved(work, replace(await _mine(work, app_id), active=active))


async def new_secret(work: Work, app_id: AppId) -> str:
    """A fresh secret, told this once. The one before stays good for thirty days, so that nothing stops meanwhile; older ones end now."""
    found = await _mine(work, app_id)
    if found.public:
        raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "装在手机或电脑上的应用藏不住密钥，用 PKCE 登录，不发密钥")}])
    last = max((one.secret_no for one in await store.secrets_of(work.db, app_id)), default=0)  # as it stands under the lock
    text = f"ods_{found.key}_{crypto.token()}"
    await store.add_secret(work.db, app_id, last + 1, crypto.digest(text), work.now)
    await store.drop_secrets(work.db, app_id, last)
    await store.end_secrets(work.db, app_id, last + 1, work.now + policy.SECRET_GRACE)
    await changed(work.db, memory.name)
    return text


async def end_secret(work: Work, app_id: AppId, secret_no: int) -> None:
    """End one secret at once."""
    await _mine(work, app_id)
    await store.drop_secret(work.db, app_id, secret_no)
    await changed(work.db, memory.name)


async def org_name(work: Work, app: App) -> Text:
    """The organisation of an app, as residents know it."""
    found = await orgs.department_of(work, app.org)
    return found.name if found else app.name
