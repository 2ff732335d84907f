"""The home page, by urgency to me: what the city must tell me, what I must do, my documents, my services, everyone's, the hall."""

from typing import Any

import msgspec
from litestar import Response, get

from onedoor.cases.service import glance
from onedoor.catalog import service as catalog
from onedoor.catalog.models import Item, Kind, Origin
from onedoor.identity.models import PersonId
from onedoor.journeys import service as journeys
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.text import mask_name
from onedoor.kernel.together import together
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.notify.models import Glance
from onedoor.orgs import service as orgs
from onedoor.passes import service as passes
from onedoor.ui.edge import AnyRequest, may, page_of, see_other
from onedoor.ui.render import Fragments
from onedoor.wallet import service as wallet
from onedoor.wallet.models import Front

from .house import House
from .models import Grants

FREQUENT, HOT, CHIPS, MOST_KEPT, MOST_PAGES = 7, 5, 3, 5000, 1000
FROM_HOME, FROM_HOT = Origin(Kind.HOME), Origin(Kind.HOT_HOME)


def places(locale: str, items: Any, origin: Origin | None = None) -> list[dict[str, str]]:
    """Items or categories as cells of a grid; items lead back to `origin`."""
    return [
        {
            "icon": it.icon, "tone": it.tone, "label": pick(locale, it.short if isinstance(it, Item) else it.name),
            "href": catalog.link(it.code, origin) if isinstance(it, Item) else f"/hall/{it.code}",
        }
        for it in items
    ]  # fmt: skip


def all_services(locale: str) -> dict[str, str]:
    return {"icon": "grid", "tone": "", "label": say(locale, "全部服务"), "href": "/hall"}


class Line(msgspec.Struct, frozen=True):
    """One unfinished matter in words: what it is, what is to be done and by when."""

    title: str
    detail: str
    href: str


class Link(msgspec.Struct, frozen=True):
    label: str
    href: str


class Shown(msgspec.Struct, frozen=True):
    """The certificate that is one tap from being shown."""

    name: str
    holder: str
    number: str
    spoken: str
    href: str
    code: str


class Mine(msgspec.Struct, frozen=True):
    """What only this person sees. Frozen all through, so that the page made of it can be kept by it."""

    signed_in: bool = False
    tasks: tuple[Line, ...] = ()
    certificate: Shown | None = None
    certificates: tuple[Link, ...] = ()
    count: int = 0
    often: tuple[str, ...] = ()
    passes: tuple[Line, ...] = ()
    journeys: tuple[Line, ...] = ()
    pass_desks: tuple[Line, ...] = ()
    desk: bool = False
    notices: bool = False
    operator: bool = False


def task(locale: str, matter: glance.Matter) -> Line:
    title, on = pick(locale, matter.title), day(locale, matter.day)
    if matter.kind == "draft":
        words = say(locale, "继续填写：{title}", title=title)
        return Line(words, say(locale, "已自动保存，{day}前有效", day=on), f"/drafts/draft_{matter.id.hex}")
    href = f"/cases/case_{matter.id.hex}"
    if matter.status == "supplementing":
        words = say(locale, "{title}需要补正 {n} 项", title=title, n=matter.asked)
        return Line(words, say(locale, "{day}前提交", day=on), f"{href}/supplement")
    return Line(say(locale, "{title}正在办理", title=title), say(locale, "{day}前办结", day=on), href)


def under_way_line(locale: str, one: Any) -> Line:
    """An offer of the city, or a run and how far it is."""
    title = pick(locale, one.title)
    if one.kind == "offer":
        there = f"/me/benefits/proposal_{one.id.hex}"
        return Line(say(locale, "您可以享受：{name}", name=title), say(locale, "不用申请，点一下就办"), there)
    return Line(title, say(locale, "办好 {n} 项，一共 {total} 项", n=one.done, total=one.total), f"/runs/run_{one.id.hex}")


def shown(locale: str, cert: Front, name: str) -> Shown:
    tail = cert.number[-4:]
    return Shown(
        name, mask_name(cert.holder_name), say(locale, "尾号 {tail}", tail=tail), say(locale, "尾号 {tail}", tail=" ".join(tail)),
        f"/wallet/{cert.id}/present", cert.type,
    )  # fmt: skip


def pass_desks(locale: str, grants: frozenset[str]) -> tuple[Line, ...]:
    """Where those work who keep schemes of passes, answer appeals, or write down what people say."""
    if not grants:
        return ()
    found = {
        "passes:sign": Line(say(locale, "通行方案"), say(locale, "规则、签字、延期"), "/desk/passes"),
        "passes:appeal": Line(say(locale, "通行码申诉"), say(locale, "24 小时内答复"), "/desk/passes/appeals"),
        "exchange:steward": Line(say(locale, "数据共享"), say(locale, "数源系统、授权、需求"), "/exchange"),
        "exchange:supply": Line(say(locale, "居民说不对的信息"), say(locale, "核对登记，10 个工作日内答复"), "/desk/corrections"),
        "exchange:backflow": Line(say(locale, "数据回流"), say(locale, "把市里部门已有的信息要回辖区"), "/exchange/backflow"),
        "passes:counter": Line(say(locale, "代填申报"), say(locale, "替没有手机的人填写"), "/desk/passes/counter"),
    }
    return tuple(line for grant, line in found.items() if grant in grants)


async def mine(work: Work) -> tuple[Mine, Glance]:
    """What only this person sees, with what is unread; one statement."""
    locale, me, grants = work.locale, work.actor.id, work.actor.grants
    if not isinstance(me, PersonId):
        return Mine(), Glance()
    types = await wallet.all_types(work)
    matters, certs, often, seen, held, under_way = await together(
        work, glance.matters, lambda w: wallet.front(w, 1 + CHIPS), lambda w: catalog.frequent(w, me, FREQUENT), notify.glance,
        passes.front, journeys.glance,
    )  # fmt: skip
    names = {c.id: pick(locale, types[c.type].name) if c.type in types else c.type for c in certs}
    return Mine(
        signed_in=True, tasks=tuple(task(locale, m) for m in matters),
        certificate=shown(locale, certs[0], names[certs[0].id]) if certs else None,
        certificates=tuple(Link(names[c.id], f"/wallet/{c.id}") for c in certs[1:]), count=certs[0].total if certs else 0,
        often=tuple(item.code for item in often), passes=tuple(Line(*line) for line in held),
        journeys=tuple(under_way_line(locale, one) for one in under_way), pass_desks=pass_desks(locale, grants),
        desk="cases:handle" in grants, notices="notify:publish" in grants,
        operator=str(Grants.OPERATE) in grants,
    ), seen  # fmt: skip


def often(locale: str, district: str, care: bool, own: tuple[str, ...]) -> dict[str, Any]:
    """The services of one's own list, or what everyone uses; in large text, three are enough."""
    listed = [item for code in own if (item := catalog.find_item(code))]
    shown = listed or list(catalog.hot(district, FREQUENT))
    there = FROM_HOME if listed else FROM_HOT
    return {"own": bool(listed), "often": [*places(locale, shown[:3] if care else shown, there), all_services(locale)]}


def everyone(locale: str, district: str) -> dict[str, Any]:
    """What is the same for all who live there."""
    hot = [(item, catalog.link(item.code, FROM_HOT)) for item in catalog.hot(district, HOT)]
    together = [{"label": pick(locale, one.name), "href": one.href} for one in catalog.journeys()]
    return {"hot": hot, "hall": places(locale, catalog.categories()), "journeys": together}


class Kept:
    """What was read for a session stays good until something changes for its person: each change counts up the session's revision, in
    its own transaction, and the revision is part of the key."""

    def __init__(self) -> None:
        self.found: dict[tuple[object, ...], tuple[Mine, Glance]] = {}

    async def get(self, house: House, work: Work) -> tuple[Mine, Glance]:
        """Mine, with what is unread; one statement when it is not known yet."""
        schemes = tuple(one.code for one in passes.holding(work.today))
        key = (work.actor.session, work.actor.rev, work.actor.grants, work.today, work.locale, schemes)
        known = self.found.get(key)
        if known is None:
            async with house.look(work.actor, work.locale, work.ip) as reading:
                known = await mine(reading)
            if len(self.found) >= MOST_KEPT:
                self.found.clear()
            self.found[key] = known
        return known


kept = Kept()
pages = Fragments("web", catalog.edition, MOST_PAGES)
parts = Fragments("web/parts", catalog.edition)


@get("/", **may(public=True), include_in_schema=False)
async def home(request: AnyRequest) -> Response[Any]:
    """Signed out it touches no table; signed in it reads once until something changes. The page is kept by all that it is made of."""
    state = request.scope["state"]
    if state["standing"] is not None:
        return see_other("/me/acting")
    house, actor, locale, care = state["house"], state["actor"], state["locale"], state["care"]
    work = house.work(None, actor, locale, state["ip"])
    me, seen = await kept.get(house, work) if actor.signed_in else (Mine(), Glance())
    known = {d.code: d for d in orgs.districts() if d.code == state["district"]} if state["district"] else {}
    district, notices = (state["district"] if known else ""), tuple(notify.unseen(notify.notices_for(work, state["district"]), seen.read))

    def data(said: str) -> dict[str, Any]:
        return {
            "me": me, "notices": notices, "tab": "home", "unread": seen.unread,
            "place": pick(said, known[district].name) if known else None,
            "often": parts.get(request, "often", (district, care, me.often), lambda said: often(said, district, care, me.often)),
            "everyone": parts.get(request, "everyone", (district,), lambda said: everyone(said, district)),
        }  # fmt: skip

    return page_of(pages.get(request, "home", (state["path"], state["theme"], district, care, me, seen.unread, notices), data))


handlers = [home]
