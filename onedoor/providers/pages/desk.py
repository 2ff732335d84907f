"""接入管理 Where an organisation keeps its apps, and the city approves what they ask for."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel import text
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.providers import policy, service
from onedoor.providers.errors import NoSuchApp
from onedoor.providers.models import AppId, Grants, Scope, Wish
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

Word = Annotated[str, msgspec.Meta(max_length=60)]
Line = Annotated[str, msgspec.Meta(max_length=200)]
Lines = Annotated[str, msgspec.Meta(max_length=12_000)]
MOST_ADDRESSES = 20


class Addresses(msgspec.Struct, frozen=True):
    """Where people may be sent back to, one address a line."""

    redirects: Lines
    logouts: Lines = ""


class Wishes(msgspec.Struct, frozen=True):
    """Which scopes, what for, and which of them nobody can do without."""

    scopes: list[str] = []
    needed: list[str] = []
    purpose_profile: Line = ""
    purpose_real_name: Line = ""
    purpose_phone: Line = ""
    purpose_birthdate: Line = ""
    purpose_district: Line = ""
    purpose_matters: Line = ""
    purpose_passes: Line = ""
    purpose_offline_access: Line = ""


class NewApp(Wishes, frozen=True, kw_only=True):
    """A new app."""

    name: Word
    name_en: Word = ""
    about: Line
    about_en: Line = ""
    kind: str = "web"
    redirects: Lines
    logouts: Lines = ""


class Answered(msgspec.Struct, frozen=True):
    """The mark of the wishes that are answered."""

    wanted: Word = ""


def app_id(text: str) -> AppId:
    try:
        return AppId.parse(text)
    except ValueError as unknown:
        raise NoSuchApp() from unknown


def addresses(locale: str, name: str, typed: str, public: bool) -> list[str]:
    """The lines of a box as addresses; every fault of the box at once."""
    found = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    faults = [f"{text.printable(url)[:80]}：{bad}" for url in found if (bad := policy.return_fault(locale, url, public))]
    if len(found) > MOST_ADDRESSES:
        faults.append(say(locale, "最多 {n} 个地址", n=MOST_ADDRESSES))
    if faults:
        raise Invalid(errors=[{"pointer": f"/{name}", "detail": " ".join(faults)}])
    return found


def wished(locale: str, sent: Wishes) -> list[Wish]:
    """The ticked scopes with their purposes; each must say what it is for."""
    found, errors = [Wish(Scope.OPENID, Text("登录", "Signing in"), True)], list[dict[str, str]]()
    for scope in (one for one in Scope if str(one) in sent.scopes and one is not Scope.OPENID):
        purpose = getattr(sent, f"purpose_{scope}")
        if not purpose:
            words = say(locale, "请写明“{what}”用来做什么", what=policy.scope_words(locale)[scope])
            errors.append({"pointer": f"/purpose_{scope}", "detail": words})
        found.append(Wish(scope, Text(purpose), str(scope) in sent.needed))
    if errors:
        raise Invalid(errors=errors)
    return found


def _values(bad: Invalid, sent: dict[str, Any]) -> dict[str, Any]:
    return {**sent, **(bad.extra.get("values") or {})}  # type: ignore[dict-item]


@get("/desk/apps", **may("providers:manage"), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """The apps of my organisation; all of them for whoever approves."""
    apps = await service.listed(work)
    orgs = {app.id: await service.org_name(work, app) for app in apps}
    return page(request, "providers/desk_apps.html", apps=apps, orgs=orgs)


async def _new(request: AnyRequest, status: int, values: dict[str, Any], errors: list[dict[str, str]]) -> Response[Any]:
    choices = _choices(request.scope["state"]["locale"])
    return page(request, "providers/desk_new.html", status, values={**values, **await _ticked(request)}, errors=errors, choices=choices)


def _choices(locale: str) -> dict[Scope, str]:
    """What may be ticked; signing in itself comes with everything."""
    return {scope: words for scope, words in policy.scope_words(locale).items() if scope is not Scope.OPENID}


async def _ticked(request: AnyRequest) -> dict[str, Any]:
    """The ticks of a form that is shown again."""
    many = await request.form() if request.method == "POST" else None
    return {name: list(many.getall(name, [])) if many else [] for name in ("scopes", "needed")}


@get("/desk/apps/new", **may("providers:manage"), include_in_schema=False)
async def asked(request: AnyRequest) -> Response[Any]:
    """What a new app is and wants."""
    return await _new(request, 200, {"kind": "web"}, [])


@post("/desk/apps/new", **may("providers:manage"), include_in_schema=False)
async def register(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Register it; what it wants then waits for the city."""
    sent: dict[str, Any] = {}
    try:
        given = await form(request, NewApp)
        sent, locale, public = msgspec.structs.asdict(given), work.locale, given.kind == "native"
        redirects, logouts = (addresses(locale, name, getattr(given, name), public) for name in ("redirects", "logouts"))
        app = await service.register(
            work, Text(given.name, given.name_en), Text(given.about, given.about_en), public=public, redirects=redirects,
            logouts=logouts, wishes=wished(locale, given),
        )  # fmt: skip
    except Invalid as bad:
        return await _new(request, bad.status, _values(bad, sent), bad.errors)
    return see_other(f"/desk/apps/{app.id}")


async def _shown(request: AnyRequest, work: Work, app: AppId, status: int = 200, **more: Any) -> Response[Any]:
    found, secrets = await service.seen(work, app)
    mine = work.actor.org == found.org
    data: dict[str, Any] = {
        "app": found, "org": await service.org_name(work, found), "secrets": secrets, "mine": mine, "now": work.now,
        "approves": Grants.APPROVE in work.actor.grants, "issuer": service.vault().issuer, "fresh": "", "errors": [],
        "mark": service.mark_of(found.wanted or []),
        "values": {"redirects": "\n".join(found.redirects), "logouts": "\n".join(found.logouts)},
        "words": policy.scope_words(work.locale), "choices": _choices(work.locale),
        "wishes": {
            "scopes": [str(wish.scope) for wish in found.scopes], "needed": [str(wish.scope) for wish in found.scopes if wish.needed],
            **{f"purpose_{wish.scope}": wish.purpose.zh for wish in found.scopes},
        },
    }  # fmt: skip
    return page(request, "providers/desk_app.html", status, **data | more)


@get("/desk/apps/{app:str}", **may("providers:manage"), include_in_schema=False)
async def shown(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One app: its addresses, secrets and scopes."""
    return await _shown(request, work, app_id(app))


@post("/desk/apps/{app:str}/addresses", **may("providers:manage"), include_in_schema=False)
async def readdress(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Other addresses to return to."""
    sent: dict[str, Any] = {}
    found, _ = await service.seen(work, app_id(app))
    try:
        given = await form(request, Addresses)
        sent = msgspec.structs.asdict(given)
        both = [addresses(work.locale, name, getattr(given, name), found.public) for name in ("redirects", "logouts")]
    except Invalid as bad:
        return await _shown(request, work, found.id, bad.status, errors=bad.errors, values={"logouts": "", **_values(bad, sent)})
    await service.readdress(work, found.id, *both)
    return see_other(f"/desk/apps/{app}")


@post("/desk/apps/{app:str}/wishes", **may("providers:manage"), include_in_schema=False)
async def wish(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Ask for other fields; until the city has answered, those approved before hold."""
    sent: dict[str, Any] = {}
    try:
        given = await form(request, Wishes)
        sent = msgspec.structs.asdict(given)
        found = await service.wish(work, app_id(app), wished(work.locale, given))
    except Invalid as bad:
        again = {**_values(bad, sent), **await _ticked(request)}
        return await _shown(request, work, app_id(app), bad.status, errors=bad.errors, wishes=again)
    return see_other(f"/desk/apps/{found.id}")


@post("/desk/apps/{app:str}/secrets", **may("providers:manage"), include_in_schema=False)
async def new_secret(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A fresh secret, shown on this page and never again."""
    return await _shown(request, work, app_id(app), fresh=await service.new_secret(work, app_id(app)))


@post("/desk/apps/{app:str}/secrets/{number:int}/end", **may("providers:manage"), include_in_schema=False)
async def end_secret(app: FromPath[str], number: FromPath[int], work: NamedDependency[Work]) -> Response[Any]:
    """End one secret now."""
    await service.end_secret(work, app_id(app), number)
    return see_other(f"/desk/apps/{app}")


@post("/desk/apps/{app:str}/pause", **may("providers:manage"), include_in_schema=False)
async def pause(app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Nobody signs in until it is resumed."""
    return see_other(f"/desk/apps/{(await service.pause(work, app_id(app), False)).id}")


@post("/desk/apps/{app:str}/resume", **may("providers:manage"), include_in_schema=False)
async def resume(app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """People may sign in again."""
    return see_other(f"/desk/apps/{(await service.pause(work, app_id(app), True)).id}")


async def _answered(request: AnyRequest, work: Work, app: str, yes: bool) -> Response[Any]:
    """About the wishes that were on the page; when they are others by now, these are shown first."""
    try:
        given = await form(request, Answered)
        return see_other(f"/desk/apps/{(await service.approve(work, app_id(app), yes, given.wanted)).id}")
    except Invalid as bad:
        return await _shown(request, work, app_id(app), 409, errors=bad.errors)


@post("/desk/apps/{app:str}/approve", **may("providers:approve"), include_in_schema=False)
async def approve(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The city agrees to what the app wants."""
    return await _answered(request, work, app, True)


@post("/desk/apps/{app:str}/decline", **may("providers:approve"), include_in_schema=False)
async def decline(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The city does not agree; what was approved before stays."""
    return await _answered(request, work, app, False)


handlers = [listed, asked, register, shown, readdress, wish, new_secret, end_secret, pause, resume, approve, decline]
