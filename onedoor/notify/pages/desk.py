"""公告台 Notices on the desk: write, look at it as a resident will, publish; correct with a reason; end early. Always in two steps."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel import text
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.notify import service
from onedoor.notify.errors import BadNotice, NoSuchNotice, NoticeChanged
from onedoor.notify.models import Audience, Notice, NoticeLevel, NoticeWords
from onedoor.orgs import service as orgs
from onedoor.orgs.models import covers
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

CODE = re.compile(r"n-[0-9a-f]{12}")
Line = Annotated[str, msgspec.Meta(max_length=1000)]
Long = Annotated[str, msgspec.Meta(max_length=9000)]


class Sent(msgspec.Struct, frozen=True):
    """The form as it was typed; `step` says which of its buttons was pressed, `key` and `rev` what it is about."""

    level: Line = ""
    title_zh: Line = ""
    title_en: Line = ""
    detail_zh: Line = ""
    detail_en: Line = ""
    body_zh: Long = ""
    body_en: Long = ""
    area: Line = ""
    audience: Line = Audience.EVERYONE.value
    starts: Line = ""
    ends: Line = ""
    reason: Line = ""
    step: Line = "look"
    key: Line = ""
    rev: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


def zone(request: AnyRequest) -> ZoneInfo:
    return request.scope["state"]["house"].settings.zone


def moment(words: str, zone: ZoneInfo) -> datetime | None:
    """Year, month, day, hour and minute in any writing: 2026-11-25 18:00, 2026年11月25日18时0分."""
    numbers = re.findall(r"[0-9]+", unicodedata.normalize("NFKC", words))
    try:
        year, month, day, hour, minute = (int(n) for n in numbers)
        return datetime(year, month, day, hour, minute, tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def typed(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""


def words_of(work: Work, sent: Sent, zone: ZoneInfo, old: Notice | None) -> NoticeWords:
    """The typed form as a notice; Invalid with everything that cannot be read, and everything else that is wrong."""
    errors: list[dict[str, str]] = []
    starts, ends = moment(sent.starts, zone) if sent.starts else None, moment(sent.ends, zone)
    if sent.level not in list(NoticeLevel):
        errors.append({"pointer": "/level", "detail": say(work.locale, "请选择级别")})
    if sent.audience not in list(Audience):
        errors.append({"pointer": "/audience", "detail": say(work.locale, "请选择给谁看")})
    for field, given, found in (("starts", sent.starts, starts), ("ends", sent.ends or "?", ends)):
        if given and found is None:
            errors.append({"pointer": f"/{field}", "detail": say(work.locale, "请写明年月日和时分，比如 2026-11-25 18:00")})
    if old is not None and not sent.reason.strip():
        errors.append({"pointer": "/reason", "detail": say(work.locale, "请写明为什么更正")})
    words = NoticeWords(
        level=NoticeLevel(sent.level) if sent.level in list(NoticeLevel) else NoticeLevel.BLUE,
        title=_both(sent.title_zh, sent.title_en), detail=_both(sent.detail_zh, sent.detail_en), body=_both(sent.body_zh, sent.body_en),
        area=sent.area, ends_at=ends or work.now + timedelta(days=365), starts_at=starts,
        audience=Audience(sent.audience) if sent.audience in list(Audience) else Audience.EVERYONE,
    )  # fmt: skip
    try:
        service.check(work, words, old)
    except BadNotice as bad:
        told = {error["pointer"] for error in errors}
        errors += [error for error in bad.errors if error["pointer"] not in told]
    if errors:
        raise Invalid(errors=errors)
    return words


def _both(zh: str, en: str) -> Text:
    return Text(text.fold(zh.replace("\r\n", "\n")), en.replace("\r\n", "\n").strip())


def _areas(work: Work) -> list[dict[str, str]]:
    """The city's districts and streets in which this member of staff may publish."""
    return [
        {"value": d.code, "label": pick(work.locale, d.name)}
        for d in orgs.districts() if len(d.code) <= 9 and covers(work.actor.districts, d.path)
    ]  # fmt: skip


def _form(request: AnyRequest, work: Work, sent: Sent, old: Notice | None, status: int = 200, **said: Any) -> Response[str]:
    """The form, with what was typed."""
    said = {"errors": [], "stale": False} | said
    values = msgspec.structs.asdict(sent) | {"key": sent.key or f"n-{secrets.token_hex(6)}"}
    return page(request, "notify/desk_form.html", status, values=values, old=old, areas=_areas(work), **said)


async def _step(request: AnyRequest, work: Work, old: Notice | None) -> Response[Any]:
    """One press of a button: look at it, go on writing, or do it. What is wrong comes back with all that was typed."""
    try:
        sent = await form(request, Sent)
    except Invalid as bad:
        return _form(request, work, _again(bad), old, 422, errors=bad.errors)
    if sent.step == "write":
        return _form(request, work, sent, old)
    try:
        words = words_of(work, sent, zone(request), old)
        if not covers(work.actor.districts, orgs.path_of(words.area)):
            raise Invalid(errors=[{"pointer": "/area", "detail": say(work.locale, "这个区域不归您发布")}])
        if sent.step != "do":
            return _preview(request, work, sent, words, old)
        if old is None:
            made = await service.publish(work, sent.key if CODE.fullmatch(sent.key) else f"n-{secrets.token_hex(6)}", words)
            return see_other(f"/desk/notices/{made.code}?done=published")
        await service.correct(work, old.code, sent.rev, words, Text(sent.reason.strip()))
        return see_other(f"/desk/notices/{old.code}?done=corrected")
    except NoticeChanged:
        return _form(request, work, msgspec.structs.replace(sent, rev=old.rev if old else 0), old, 409, stale=True)
    except Invalid as bad:
        return _form(request, work, sent, old, 422, errors=bad.errors)


def _again(bad: Invalid) -> Sent:
    """What was typed, as far as it can be shown again."""
    typed = cast("dict[str, str]", bad.extra.get("values", {}))
    known = {name: typed[name] for name in Sent.__struct_fields__ if name in typed and name != "rev"}
    rev = typed.get("rev", "")
    return Sent(**known, rev=int(rev) if rev.isascii() and rev.isdigit() and len(rev) <= 6 else 0)


def _preview(request: AnyRequest, work: Work, sent: Sent, words: NoticeWords, old: Notice | None) -> Response[str]:
    """As a resident will see it, in both languages; the typed form travels along."""
    values = {k: v for k, v in msgspec.structs.asdict(sent).items() if k != "step"}
    both = [(locale, pick(locale, words.title), pick(locale, words.detail), lines(pick(locale, words.body))) for locale in ("zh-CN", "en")]
    shown = both if words.title.en else both[:1]
    return page(
        request, "notify/desk_preview.html", values=values, text=words, old=old, shown=shown, area=orgs.district(words.area).name,
        starts=words.starts_at or (old.starts_at if old else work.now),
    )  # fmt: skip


def lines(body: str) -> list[str]:
    return [line for line in body.split("\n") if line.strip()]


async def _own(work: Work, code: str) -> Notice:
    """A notice of the own department."""
    found = next((n for n in await service.of_department(work) if n.code == code), None)
    if found is None:
        raise NoSuchNotice()
    return found


@get("/desk/notices", **may("notify:publish"), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """The notices of the own department."""
    found = await service.of_department(work)
    groups = {
        "now": [n for n in found if n.holds(work.now)], "later": [n for n in found if n.starts_at > work.now and n.until > work.now],
        "over": [n for n in found if n.until <= work.now][:30],
    }  # fmt: skip
    return page(request, "notify/desk_list.html", groups=groups, areas={d.code: d.name for d in orgs.districts()})


@get("/desk/notices/new", **may("notify:publish"), include_in_schema=False)
async def blank(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """An empty form."""
    return _form(request, work, Sent(), None)


@post("/desk/notices/new", **may("notify:publish"), include_in_schema=False)
async def publish(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Look at it, then publish it; the key in the form makes a second press find the first."""
    return await _step(request, work, None)


@get("/desk/notices/{code:str}", **may("notify:publish"), include_in_schema=False)
async def shown(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work], done: FromQuery[str] = "") -> Response[str]:
    """One notice with everything that happened to it."""
    found = await _own(work, code)
    said = {
        "published": say(work.locale, "已发布，居民现在就能看到"), "corrected": say(work.locale, "已更正，居民能看到更正和原来的文字"),
        "ended": say(work.locale, "已结束，不再显示在首页"),
    }.get(done, "")  # fmt: skip
    return page(
        request, "notify/desk_notice.html", notice=found, lines=lines(pick(work.locale, found.body)), earlier=service.earlier(code),
        acts=await service.acts(work, code), news=said, holds=found.holds(work.now), over=found.until <= work.now,
        areas={d.code: d.name for d in orgs.districts()},
    )  # fmt: skip


@get("/desk/notices/{code:str}/correct", **may("notify:publish"), include_in_schema=False)
async def correcting(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """The form with the text of now."""
    old, at = await _own(work, code), zone(request)
    sent = Sent(
        old.level.value, old.title.zh, old.title.en, old.detail.zh, old.detail.en, old.body.zh, old.body.en, old.area,
        old.audience.value, typed(old.starts_at, at), typed(old.ends_at, at), rev=old.rev,
    )  # fmt: skip
    return _form(request, work, sent, old)


@post("/desk/notices/{code:str}/correct", **may("notify:publish"), include_in_schema=False)
async def correct(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Look at the correction, then publish it."""
    return await _step(request, work, await _own(work, code))


@get("/desk/notices/{code:str}/end", **may("notify:publish"), include_in_schema=False)
async def ending(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """Ask once more before it goes."""
    return page(request, "notify/desk_end.html", notice=await _own(work, code))


@post("/desk/notices/{code:str}/end", **may("notify:publish"), include_in_schema=False)
async def end(code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """It is over now."""
    await service.end(work, (await _own(work, code)).code)
    return see_other(f"/desk/notices/{code}?done=ended")


handlers = [listed, blank, publish, shown, correcting, correct, ending, end]
