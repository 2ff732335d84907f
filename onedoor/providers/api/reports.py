"""What an app does in its own name: report matters, and bring along the names it gave to people before."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel import text
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.providers import policy, service
from onedoor.providers.errors import NoSuchMatter
from onedoor.providers.models import ENDED, Matter, MatterId, Standing
from onedoor.ui.edge import AnyRequest, may, once

Sub = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in Chinese and, when there are any, in English."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, msgspec.Meta(max_length=400)] = ""


class NewMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A matter as it begins: whose it is by `sub`, the app's own number, and a page of the app's where it can be seen."""

    sub: Sub
    ref: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    title: Words
    words: Words
    status: Standing = Standing.OPEN
    href: Annotated[str, msgspec.Meta(max_length=500)] | None = None


class NewStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has happened since, and when; without a time, now."""

    status: Standing
    words: Words
    at: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None


class Stands(msgspec.Struct, frozen=True):
    """A matter as the app may see it: nothing of the resident is in it."""

    id: MatterId
    ref: str
    status: Standing
    ended: bool
    cancel_asked: bool
    changed_at: dt.datetime


class Old(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name that the app gave to somebody before, with that person's phone or identity number."""

    sub: Sub
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    id_number: Annotated[str, msgspec.Meta(max_length=18)] = ""


class Olds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most five hundred at a time."""

    items: Annotated[list[Old], msgspec.Meta(min_length=1, max_length=policy.MOST_IMPORTS)]


class Brought(msgspec.Struct, frozen=True):
    """How many lines were read. Whether they belong to anybody is not told."""

    read: int


def clean(locale: str, pointer: str, words: Words) -> Text:
    """As it is stored: sentences keep their punctuation, so nothing is folded. A fault names its place."""
    if text.fault(words.zh) or text.fault(words.en) or not words.zh.strip():
        raise Invalid(errors=[{"pointer": pointer, "detail": say(locale, "有不能使用的字符，请删去看不见的符号后再试")}])
    return Text(words.zh.strip(), words.en.strip())


def matter_id(given: str) -> MatterId:
    try:
        return MatterId.parse(given)
    except ValueError as unknown:
        raise NoSuchMatter() from unknown


def _stands(one: Matter) -> Stands:
    return Stands(one.id, one.ref, one.status, one.status in ENDED, one.cancel_asked_at is not None, one.changed_at)


@post("/api/provider/matters", status_code=201, **may("providers:report"), tags=["providers"])
async def begin_matter(request: AnyRequest, data: JSONBody[NewMatter], work: NamedDependency[Work]) -> Response[Any]:
    """Report a new matter of a resident who agreed to be told; it stands in 我的办件 and comes as a message."""
    if data.href is not None and (bad := policy.return_fault(work.locale, data.href, public=False)):
        raise Invalid(errors=[{"pointer": "/href", "detail": bad}])
    if text.fault(data.ref):
        raise Invalid(errors=[{"pointer": "/ref", "detail": say(work.locale, "有不能使用的字符，请删去看不见的符号后再试")}])

    async def make() -> Stands:
        title, words = clean(work.locale, "/title", data.title), clean(work.locale, "/words", data.words)
        return _stands(await service.open_matter(work, data.sub, data.ref, title, data.status, words, data.href))

    return await once(request, work, make)


@post("/api/provider/matters/{matter:str}/steps", status_code=201, **may("providers:report"), tags=["providers"])
async def step(request: AnyRequest, matter: FromPath[str], data: JSONBody[NewStep], work: NamedDependency[Work]) -> Response[Any]:
    """Report what has happened to a matter since."""
    which = matter_id(matter)
    if data.at is not None and data.at < policy.LONG_AGO:
        raise Invalid(errors=[{"pointer": "/at", "detail": say(work.locale, "时间太早，请检查年份")}])

    async def make() -> Stands:
        return _stands(await service.report(work, which, data.status, clean(work.locale, "/words", data.words), data.at))

    return await once(request, work, make)


@get("/api/provider/matters/{matter:str}", **may("providers:report"), tags=["providers"])
async def matter(matter: FromPath[str], work: NamedDependency[Work]) -> Stands:
    """One of the app's own matters as it stands here."""
    return _stands(await service.reported(work, matter_id(matter)))


@post("/api/provider/subjects", status_code=201, **may("providers:report"), tags=["providers"])
async def bring(request: AnyRequest, data: JSONBody[Olds], work: NamedDependency[Work]) -> Response[Any]:
    """Keep the names by which the app has known people so far: whoever signs in with that number is called so. The answer is the same
    whether anybody has it."""
    rows = [_old(work.locale, place, one) for place, one in enumerate(data.items)]

    async def make() -> Brought:
        await service.bring(work, rows)
        return Brought(len(rows))

    return await once(request, work, make)


def _old(locale: str, place: int, one: Old) -> tuple[str, str, str]:
    phone, number = text.phone(one.phone) if one.phone else None, text.fold(one.id_number).upper()
    if phone and not number:
        return one.sub, "phone", phone
    if len(number) == 18 and not one.phone:
        return one.sub, "id_number", number
    raise Invalid(errors=[{"pointer": f"/items/{place}", "detail": say(locale, "请给出手机号或 18 位身份证号，二者之一")}])


handlers = [begin_matter, step, matter, bring]
