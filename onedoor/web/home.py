"""The home page, by urgency to me: what the city must tell me, what I must do, my documents, my services, everyone's, the hall."""

from typing import Any

from litestar import Response, get

from onedoor.cases.service import glance
from onedoor.catalog import service as catalog
from onedoor.catalog.models import Item
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, may, page
from onedoor.ui.render import Fragments, part
from onedoor.wallet import service as wallet
from onedoor.wallet.models import Front

FREQUENT, HOT, CHIPS = 7, 5, 3


def places(locale: str, items: Any) -> list[dict[str, str]]:
    """Items or categories as cells of a grid."""
    return [
        {
            "icon": it.icon, "tone": it.tone, "label": pick(locale, it.short if isinstance(it, Item) else it.name),
            "href": f"/items/{it.code}" if isinstance(it, Item) else f"/hall/{it.code}",
        }
        for it in items
    ]  # fmt: skip


def all_services(locale: str) -> dict[str, str]:
    return {"icon": "grid", "tone": "", "label": say(locale, "全部服务"), "href": "/hall"}


def task(locale: str, matter: glance.Matter) -> dict[str, str]:
    """One unfinished matter in words: what it is, what is to be done, and by when."""
    title, on = pick(locale, matter.title), day(locale, matter.day)
    if matter.kind == "draft":
        words, detail = say(locale, "继续填写：{title}", title=title), say(locale, "已自动保存，{day}前有效", day=on)
        return {"title": words, "detail": detail, "href": f"/drafts/draft_{matter.id.hex}"}
    href = f"/cases/case_{matter.id.hex}"
    if matter.status == "supplementing":
        words = say(locale, "{title}需要补正 {n} 项", title=title, n=matter.asked)
        return {"title": words, "detail": say(locale, "{day}前提交", day=on), "href": f"{href}/supplement"}
    return {"title": say(locale, "{title}正在办理", title=title), "detail": say(locale, "{day}前办结", day=on), "href": href}


def shown(locale: str, cert: Front, name: str) -> dict[str, str]:
    """The certificate that is one tap from being shown."""
    tail = cert.number[-4:]
    return {
        "name": name, "holder": mask_name(cert.holder_name), "number": say(locale, "尾号 {tail}", tail=tail),
        "spoken": say(locale, "尾号 {tail}", tail=" ".join(tail)), "href": f"/wallet/{cert.id}/present", "code": cert.type,
    }  # fmt: skip


async def mine(work: Work) -> dict[str, Any]:
    """What only the signed-in person sees; four statements."""
    locale, me = work.locale, work.actor.id
    if not isinstance(me, PersonId):
        return {"tasks": [], "certificate": None, "certificates": [], "count": 0, "often": [], "unread": 0}
    types, certs = await wallet.all_types(work), await wallet.front(work, 1 + CHIPS)
    names = {c.id: pick(locale, types[c.type].name) if c.type in types else c.type for c in certs}
    return {
        "tasks": [task(locale, m) for m in await glance.matters(work)],
        "certificate": shown(locale, certs[0], names[certs[0].id]) if certs else None,
        "certificates": [{"label": names[c.id], "href": f"/wallet/{c.id}"} for c in certs[1:]],
        "count": certs[0].total if certs else 0, "often": list(await catalog.frequent(work, me, FREQUENT)),
        "unread": await notify.unread(work),
    }  # fmt: skip


def city_part(locale: str, district: str) -> dict[str, Any]:
    """What is popular here, and the hall."""
    return {"hot": list(catalog.hot(district, HOT)), "hall": places(locale, catalog.categories())}


def often_part(locale: str, district: str, care: bool) -> dict[str, Any]:
    """For whoever has no services of their own yet: the popular ones."""
    return {"often": in_grid(locale, list(catalog.hot(district, FREQUENT)), care), "known": False}


def in_grid(locale: str, items: list[Item], care: bool) -> list[dict[str, str]]:
    """Services as a grid that ends in the way to all of them; in large text, three are enough."""
    return [*places(locale, items[:3] if care else items), all_services(locale)]


fragments = Fragments("web/parts", catalog.edition)


def everyones(request: AnyRequest, work: Work, often: list[Item]) -> dict[str, Any]:
    """What everybody in this district sees, from memory and kept as rendered."""
    locale, state = work.locale, request.scope["state"]
    known = {d.code: d for d in orgs.districts() if d.code == state["district"]}
    district, care = (state["district"] if known else ""), state["care"]
    own = part(request, "web/parts/often.html", {"often": in_grid(locale, often, care), "known": True}) if often else None
    return {
        "notices": notify.notices_for(work, district), "place": pick(locale, known[district].name) if known else None,
        "often": own or fragments.get(request, "often", (district, care), lambda spoken: often_part(spoken, district, care)),
        "city_part": fragments.get(request, "city", (district, care), lambda spoken: city_part(spoken, district)),
    }  # fmt: skip


@get("/", **may(public=True), include_in_schema=False)
async def home(request: AnyRequest) -> Response[str]:
    """Signed out it touches no table; signed in it reads four."""
    state = request.scope["state"]
    house, actor, locale = state["house"], state["actor"], state["locale"]
    if actor.signed_in:
        async with house.begin(actor, locale, state["ip"]) as work:
            data = await mine(work)
    else:
        work = house.work(None, actor, locale, state["ip"])
        data = await mine(work)
    data |= everyones(request, work, data["often"])
    return page(request, "web/home.html", tab="home", **data)


handlers = [home]
