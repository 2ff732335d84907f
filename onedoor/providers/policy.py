"""Rules of providers: who may, how long things hold, which addresses fit, and what each scope is called."""

import datetime as dt
import re
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor

from .errors import NeedsScope, NoSuchApp
from .models import App, AppId, Grants, Scope, Standing
from .ports import reachable

ASKING_LIFE = dt.timedelta(minutes=30)
CODE_LIFE = dt.timedelta(seconds=60)
ACCESS_LIFE = dt.timedelta(minutes=15)
APP_LIFE = dt.timedelta(hours=1)
REFRESH_LIFE = dt.timedelta(days=30)
ID_TOKEN_LIFE = dt.timedelta(minutes=10)
SECRET_GRACE = dt.timedelta(days=30)
"""How long the older of two secrets goes on being good."""
KEPT = dt.timedelta(days=2)
LOG_KEPT = dt.timedelta(days=30)
WEBHOOK_GRACE = dt.timedelta(days=7)
"""How long the older of two webhook secrets goes on signing beside the new one."""
LONG_AGO = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
"""Nothing that is reported has happened before."""
MOST_ENDPOINTS = 10
GONE = 410
MOST_APPS = 50
MOST_IMPORTS = 500

TOKEN = re.compile(r"od[acru]_([0-9a-z]{8})_[A-Za-z0-9_-]{43}")
SUB = re.compile(r"[A-Za-z0-9_-]{1,64}")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/[^/].*")


class Rate(NamedTuple):
    """A token bucket: so many at once, and so many a second afterwards."""

    capacity: float
    per_second: float


SIGN_INS = Rate(300, 300 / 600)
"""Requests to sign in from one network: everybody in a waiting room shares one."""
READS = Rate(60, 60 / 3600)
"""Reads of one person's fields by one app."""
PASSES = Rate(60, 120 / 3600)
"""What one app may ask of, or declare for, one person's passes."""
REPORTS = Rate(30, 30 / 3600)
"""What one app may tell one person."""


def may_manage(actor: Actor, app: App) -> None:
    """Staff of the app's own organisation with the grant for it; to everybody else there is no such app."""
    if Grants.MANAGE not in actor.grants or actor.org != app.org:
        raise NoSuchApp()


def may_approve(actor: Actor) -> None:
    """The city's data authority."""
    if Grants.APPROVE not in actor.grants:
        raise Forbidden(needs=str(Grants.APPROVE))


def may_see(actor: Actor, app: App) -> None:
    """Whoever manages the app, and whoever approves apps."""
    if Grants.APPROVE not in actor.grants:
        may_manage(actor, app)


def program(actor: Actor) -> AppId:
    """The app that acts by its own token; a person is none, whatever the grants say."""
    if not isinstance(actor.id, AppId):
        raise NeedsScope()
    return actor.id


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def return_fault(locale: str, url: str, public: bool) -> str | None:
    """Why people may not be sent back to this address; None when they may. Compared letter by letter later, so it is kept as it is."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > 500 or "*" in url or "\\" in url:
        return say(locale, "地址只能用英文字母、数字和常用符号，不能有空格和星号，最多 {n} 个字符", n=500)
    if public and _PRIVATE_SCHEME.fullmatch(url):
        return None
    parts = _split(url)
    if parts is None or not parts.hostname or parts.username is not None or parts.fragment:
        return say(locale, "请填写完整的网址，不能带 # 和用户名")
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return None
    return say(locale, "网址要以 https:// 开头")


def receiver_fault(locale: str, url: str, exempt: frozenset[str]) -> str | None:
    """Why nothing is sent to this address; None when it may be tried. Where its name leads is looked at with each delivery."""
    parts = _split(url) if url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= 500 else None
    if parts is None or not parts.hostname or parts.username is not None or parts.fragment:
        return say(locale, "请填写完整的网址，不能带 # 和用户名")
    if parts.scheme == "http" and f"{parts.hostname}:{parts.port or 80}" in exempt:
        return None
    if parts.scheme != "https":
        return say(locale, "网址要以 https:// 开头")
    if _inside(parts.hostname):
        return say(locale, "不能填内部网络的地址")
    return None


def _inside(host: str) -> bool:
    """Names and numbers that can only mean this network. Odd spellings of numbers are left to the look at the address itself."""
    try:
        return not reachable(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal", ".home.arpa"))


def standing_words(locale: str) -> dict[Standing, tuple[str, str]]:
    """What a resident reads for each standing, and its tone."""
    return {
        Standing.OPEN: (say(locale, "进行中"), "blue"),
        Standing.WAITING: (say(locale, "等您处理"), "orange"),
        Standing.DONE: (say(locale, "已完成"), "green"),
        Standing.CANCELLED: (say(locale, "已取消"), ""),
    }


def scope_words(locale: str) -> dict[Scope, str]:
    """What a resident reads for each scope."""
    return {
        Scope.OPENID: say(locale, "登录，并认出下次还是您"),
        Scope.PROFILE: say(locale, "隐去中间字的姓名"),
        Scope.REAL_NAME: say(locale, "真实姓名"),
        Scope.PHONE: say(locale, "手机号"),
        Scope.BIRTHDATE: say(locale, "出生日期"),
        Scope.DISTRICT: say(locale, "所在区域"),
        Scope.MATTERS: say(locale, "把办理进展告诉您"),
        Scope.PASSES: say(locale, "替您申报通行码，看颜色和原因，取码"),
        Scope.OFFLINE: say(locale, "您不在时也能读取以上内容"),
    }
