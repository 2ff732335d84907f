"""Offices as a page wants them: how far, whether open, what the coming week looks like, and the way there, in the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from onedoor.kernel.calendar import Calendar
from onedoor.kernel.config import City
from onedoor.kernel.i18n import Text, day, pick, say
from onedoor.orgs import service as orgs
from onedoor.orgs.models import DayKind, Facility, Near, Office

from . import service
from .views import spoken


class Moment(msgspec.Struct, frozen=True):
    """The city's time and working days, by which an office is open or not."""

    now: datetime
    calendar: Calendar


class State(msgspec.Struct, frozen=True):
    """Whether an office is open, in words: a tag, and what comes next."""

    word: str
    tone: str
    then: str


class Card(msgspec.Struct, frozen=True):
    """One office in a list."""

    code: str
    name: Text
    address: Text
    phone: str
    state: State
    far: str
    way: str


def clock(at: datetime, today: date) -> str:
    """9:00; the end of the day is 24:00, not 0:00 of the next."""
    return "24:00" if at.date() > today and (at.hour, at.minute) == (0, 0) else f"{at.hour}:{at:%M}"


def state(locale: str, office: Office, at: Moment) -> State:
    """Open until when, or closed until when."""
    found, today = orgs.opening(office, at.calendar, at.now), at.now.date()
    if found.open:
        if found.until is None:
            return State(say(locale, "全天开门"), "green", "")
        return State(say(locale, "现在开门"), "green", say(locale, "{at} 关门", at=clock(found.until, today)))
    if found.opens_at is None:
        return State(say(locale, "近期不开门"), "", "")
    on, when = found.opens_at.date(), clock(found.opens_at, found.opens_at.date())
    if on == today:
        then = say(locale, "{at} 开门", at=when)
    elif on == today + timedelta(1):
        then = say(locale, "明天 {at} 开门", at=when)
    else:
        then = say(locale, "{day} {at} 开门", day=day(locale, on), at=when)
    return State(say(locale, "现在关门"), "", then)


def distance(locale: str, metres: int) -> str:
    """To ten metres near by, to a hundred farther away."""
    if metres < 1000:
        return say(locale, "约 {n} 米", n=max(round(metres, -1), 10))
    return say(locale, "约 {n} 公里", n=round(metres / 1000, 1) if metres < 100_000 else round(metres / 1000))


def way(locale: str, city: City, office: Office) -> str:
    """The link to directions, as the city has it. Following it is the reader's choice; the page asks nobody."""
    words = {"lat": f"{office.lat:.6f}", "lon": f"{office.lon:.6f}", "name": quote(pick(locale, office.name), safe="")}
    return city.map.format(**words)


def card(locale: str, city: City, office: Office, at: Moment, metres: int | None = None) -> Card:
    far = "" if metres is None else distance(locale, metres)
    return Card(office.code, office.name, office.address, office.phone, state(locale, office, at), far, way(locale, city, office))


def cards(locale: str, city: City, found: Sequence[Near], at: Moment) -> list[Card]:
    return [card(locale, city, one.office, at, one.metres) for one in found]


def days(locale: str, office: Office, at: Moment) -> list[dict[str, str]]:
    """The coming week, with holidays and make-up working days named."""
    today = at.now.date()
    rows: list[dict[str, str]] = []
    for one in orgs.week(office, at.calendar, today):
        label = _weekday(locale, one.on) if one.on != today else say(locale, "今天")
        notes = [day(locale, one.on)]
        if one.kind is DayKind.HOLIDAY:
            notes.append(say(locale, "节假日"))
        elif one.kind is DayKind.WORKING and one.on.weekday() > 4:
            notes.append(say(locale, "调休上班"))
        spans = say(locale, "、").join(_span(span) for span in one.spans)
        rows.append({"label": label, "value": spans or say(locale, "休息"), "note": " · ".join(notes)})
    return rows


def _span(span: str) -> str:
    first, last = span.split("-")
    return f"{first.removeprefix('0')}–{last.removeprefix('0')}"


def _weekday(locale: str, on: date) -> str:
    names = (
        say(locale, "星期一"), say(locale, "星期二"), say(locale, "星期三"), say(locale, "星期四"), say(locale, "星期五"),
        say(locale, "星期六"), say(locale, "星期日"),
    )  # fmt: skip
    return names[on.weekday()]


def facilities(locale: str, office: Office) -> list[str]:
    words = {
        Facility.RAMP: say(locale, "无障碍坡道"), Facility.LIFT: say(locale, "电梯"), Facility.TOILET: say(locale, "无障碍卫生间"),
        Facility.PARKING: say(locale, "无障碍停车位"), Facility.WHEELCHAIR: say(locale, "可借轮椅"),
        Facility.BRAILLE: say(locale, "盲道和盲文"), Facility.SIGN: say(locale, "手语服务"), Facility.GLASSES: say(locale, "老花镜"),
        Facility.NURSING: say(locale, "母婴室"),
    }  # fmt: skip
    return [words[one] for one in office.facilities]


def contact(locale: str, office: Office) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"label": say(locale, "地址"), "value": spoken(locale, office.address)},
        {"label": say(locale, "电话"), "value": Markup('<a href="tel:{0}">{0}</a>').format(office.phone)},
    ]
    if names := service.place_names([office.district]):
        rows.insert(1, {"label": say(locale, "所在区域"), "value": pick(locale, names[0])})
    if office.counters:
        rows.append({"label": say(locale, "窗口"), "value": say(locale, "{n} 个", n=office.counters)})
    return rows
