"""Rules of identity: what may be typed, what a device is called, how much may be tried, who needs a real name."""

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from onedoor.kernel import text as typed
from onedoor.kernel.i18n import say
from onedoor.kernel.work import Actor

from .errors import NeedsRealName
from .models import Assurance

CODE_LIFE = dt.timedelta(minutes=5)
RESEND_AFTER = dt.timedelta(seconds=60)
CODE_TRIES = 5
SESSION_LIFE = dt.timedelta(days=30)
DEVICES = 50


class Rate(NamedTuple):
    """A token bucket: so many at once, and so many a second afterwards."""

    capacity: float
    per_second: float


CODES_PER_PHONE = Rate(10, 10 / 3600)
CODES_PER_NETWORK = Rate(40, 40 / 900)
TRIES_PER_NETWORK = Rate(40, 40 / 900)
CHECKS_PER_PERSON = Rate(5, 5 / 86400)
CHECKS_PER_NETWORK = Rate(30, 30 / 3600)

_DOTS = str.maketrans({"•": "·", "・": "·", "‧": "·", "∙": "·", "⋅": "·"})


def needs_real_name(actor: Actor, back: str = "/") -> None:
    """Refuse whoever has not proven the real name, and say where it is done."""
    if actor.assurance < Assurance.REAL_NAME:
        raise NeedsRealName(step_up="/identity/real-name?next=" + back)


def phone(value: str) -> str | None:
    """A mobile number as it is stored, or None."""
    return typed.phone(value) if len(value) <= 40 else None


def person_name(value: str) -> str | None:
    """A name as it is stored: letters of any script, blanks, hyphens, apostrophes and the dot of transcribed names; or None."""
    try:
        name = re.sub(r"\s+", " ", typed.clean(value, 60)).translate(_DOTS)
    except typed.Unclean:
        return None
    letters = sum(unicodedata.category(c).startswith("L") for c in name)
    fine = all(c in "·-'’. " or unicodedata.category(c)[0] in "LM" for c in name)
    return name if fine and letters else None


def id_number(value: str) -> str:
    """An identity number as it is stored: width folded, blanks removed, X capital."""
    return typed.fold(value[:200]).replace(" ", "").upper()


def id_number_fault(locale: str, value: str, today: dt.date) -> str | None:
    """What is wrong with an identity number, in words that say where to look; None when it is well formed."""
    words = {
        "old": say(locale, "15 位身份证已停用，请填写 18 位身份证号"),
        "length": say(locale, "身份证号应为 18 位"),
        "shape": say(locale, "身份证号应为 17 位数字，最后一位是数字或 X"),
        "date": say(locale, "身份证号里的出生日期不存在，请核对第 7 至 14 位"),
        "future": say(locale, "身份证号里的出生日期还没有到，请核对第 7 至 14 位"),
        "check": say(locale, "身份证号的最后一位与前 17 位对不上，请逐位核对"),
    }
    fault = typed.citizen_id_fault(id_number(value), today)
    return None if fault is None else words[fault]


_SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"),
            ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip
_BROWSERS = (("MicroMessenger", "WeChat"), ("AlipayClient", "Alipay"), ("Edg", "Edge"), ("HuaweiBrowser", "Huawei Browser"),
             ("MiuiBrowser", "Mi Browser"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
             ("Safari", "Safari"))  # fmt: skip


def device_name(user_agent: str) -> str:
    """What the owner will recognise a device by: "Chrome · Android"; for a program its own name; empty when it says nothing."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    place = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser or place:
        return " · ".join(part for part in (browser, place) if part)
    product = re.match(r"[A-Za-z0-9._-]{1,40}", user_agent)
    return product[0] if product else ""
