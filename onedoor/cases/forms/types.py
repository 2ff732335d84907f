"""The `od:` types: what a name, a phone number or a date is here, how typed text becomes one, and what to say when it does not."""
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema_rs

from onedoor.kernel import text as words
from onedoor.kernel.i18n import say

NAME_DOTS = str.maketrans({"•": "·", "．": "·", "‧": "·", "・": "·"})
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PLATE = re.compile(r"[\u4e00-\u9fa5][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9学警港澳挂领使]")
SHAPES: dict[str, dict[str, Any]] = {
    "od:name": {"type": "string", "minLength": 2, "maxLength": 50, "format": "od-name"},
    "od:citizen-id": {"type": "string", "minLength": 18, "maxLength": 18, "format": "od-citizen-id"},
    "od:phone": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
    "od:address": {"type": "string", "minLength": 5, "maxLength": 200},
    "od:date": {"type": "string", "maxLength": 10, "format": "od-date"},
    "od:money": {"type": "integer", "minimum": 0, "maximum": 100_000_000_000},
    "od:postcode": {"type": "string", "pattern": "^[0-9]{6}$"},
    "od:uscc": {"type": "string", "maxLength": 18, "format": "od-uscc"},
    "od:plate": {"type": "string", "maxLength": 8, "format": "od-plate"},
    "od:bank-card": {"type": "string", "maxLength": 19, "format": "od-bank-card"},
    "od:email": {"type": "string", "maxLength": 200, "format": "od-email"},
}
FAR = date(9999, 12, 31)


def luhn(digits: str) -> bool:
    """The check digit of bank cards."""
    total = sum(int(c) if i % 2 == 0 else sum(divmod(2 * int(c), 10)) for i, c in enumerate(reversed(digits)))
    return total % 10 == 0


def iso_date(value: str) -> date | None:
    """A real day written YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _text(check: Callable[[str], bool]) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, str) or check(value)


FORMATS: dict[str, Callable[[Any], bool]] = {
    "od-name": _text(lambda v: _name_fault("zh-CN", v) is None),
    "od-citizen-id": _text(lambda v: words.citizen_id_fault(v, FAR) is None),
    "od-date": _text(lambda v: iso_date(v) is not None),
    "od-uscc": _text(words.is_uscc),
    "od-plate": _text(lambda v: bool(PLATE.fullmatch(v))),
    "od-bank-card": _text(lambda v: bool(re.fullmatch("[0-9]{16,19}", v)) and luhn(v)),
    "od-email": _text(lambda v: bool(EMAIL.fullmatch(v))),
}


def _refuse(uri: str) -> Any:
    raise ValueError(f"no reference leaves the form: {uri}")


REGISTRY = jsonschema_rs.Registry(list(SHAPES.items()), retriever=_refuse)


def compiled(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A validator that fetches nothing, runs in linear time and checks formats."""
    return jsonschema_rs.Draft202012Validator(
        schema, registry=REGISTRY, formats=FORMATS, validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    )


def tidy(kind: str, value: Any) -> Any:
    """Typed text as the type writes it: width folded, blanks and dashes gone where they mean nothing. Never refuses."""
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)  # 3.0 is one to the schema
    if not isinstance(value, str):
        return [tidy("", v) for v in value] if isinstance(value, list) else value
    plain = words.fold(value)
    if kind == "od:name":
        return re.sub(r"\s+", " ", plain.translate(NAME_DOTS))
    if kind == "od:phone":
        return words.phone(plain) or plain
    if kind in ("od:citizen-id", "od:uscc", "od:plate"):
        return re.sub(r"[\s·]", "", plain).upper()
    if kind in ("od:bank-card", "od:postcode"):
        return re.sub(r"[\s-]", "", plain)
    if kind == "od:money":
        return _fen(plain)
    if kind == "integer":
        return int(plain) if re.fullmatch(r"-?[0-9]{1,12}", plain) else plain
    return _padded(plain) if kind == "od:date" else plain


def _fen(plain: str) -> Any:
    match = re.fullmatch(r"[¥￥]?\s*([0-9]{1,9})(?:\.([0-9]{1,2}))?\s*元?", plain.replace(",", ""))
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else plain


def _padded(plain: str) -> str:
    parts = re.split(r"[-/.年月日\s]+", plain.strip("日 "))
    if len(parts) == 3 and all(re.fullmatch("[0-9]{1,4}", p) for p in parts) and len(parts[0]) == 4:
        return f"{parts[0]}-{int(parts[1]):02}-{int(parts[2]):02}"
    return plain


def fault(kind: str, value: Any, locale: str, today: date) -> str | None:
    """What is wrong with the value, in words that say what to do; None when it is well or the schema says it better."""
    if not isinstance(value, str):
        return say(locale, "请填写金额，例如 1200 或 1200.50") if kind == "od:money" and not isinstance(value, int) else None
    if bad := words.fault(value, lines=True):
        return say(locale, "有一个字符不完整，请删掉再填") if bad == "surrogate" else say(locale, "里面有看不见的控制字符，请删掉再填")
    teller = _TELL.get(kind)
    return teller(locale, value, today) if teller else None


def _name_fault(locale: str, value: str) -> str | None:
    if not 2 <= len(value) <= 50:
        return say(locale, "姓名要有 2 到 50 个字，现在有 {n} 个", n=len(value))
    if words.fault(value) or not any(c.isalpha() for c in value):
        return say(locale, "姓名请写文字，和证件上的一样")
    if any(not (c.isalpha() or c in "·'-. ()" or _variant(c)) for c in value):
        return say(locale, "姓名里只能有文字和间隔号“·”，请和证件上的一样")
    return None


def _variant(char: str) -> bool:
    """Variation selectors choose a shape of the character before them."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _citizen_fault(locale: str, value: str, today: date) -> str | None:
    match words.citizen_id_fault(value, today):
        case None:
            return None
        case "old":
            return say(locale, "这是 15 位的旧号码，请填 18 位身份证号")
        case "length":
            return say(locale, "身份证号有 18 位，现在填了 {n} 位", n=len(value))
        case "shape":
            return say(locale, "身份证号前 17 位是数字，最后一位是数字或 X")
        case "date":
            return say(locale, "身份证号第 7 到 14 位是生日，{value} 不是真实的日期", value=value[6:14])
        case "future":
            return say(locale, "身份证号第 7 到 14 位是生日，{value} 还没有到", value=value[6:14])
        case _:
            return say(locale, "身份证号最后一位校验码不对，请逐位核对")


def _date_fault(locale: str, value: str, today: date) -> str | None:
    if iso_date(value) is not None:
        return None
    parts = value.split("-")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts):
        return say(locale, "日期要有年、月、日三个数字，例如 2026 10 9")
    year, month, day = (int(p[:6]) for p in parts)
    if len(parts[0]) != 4 or not 1800 <= year <= 2200:
        return say(locale, "年份要写 4 位数字，例如 1963")
    if not 1 <= month <= 12:
        return say(locale, "月份要在 1 到 12 之间")
    return say(locale, "{month} 月没有 {day} 日，请核对日期", month=month, day=day)


def _bank_fault(locale: str, value: str, today: date) -> str | None:
    if not re.fullmatch("[0-9]{16,19}", value):
        return say(locale, "银行卡号有 16 到 19 位数字")
    return None if luhn(value) else say(locale, "银行卡号校验不对，请逐位核对")


def _uscc_fault(locale: str, value: str, today: date) -> str | None:
    if len(value) != 18:
        return say(locale, "统一社会信用代码有 18 位，现在填了 {n} 位", n=len(value))
    return None if words.is_uscc(value) else say(locale, "统一社会信用代码校验不对，请逐位核对")


_TELL: dict[str, Callable[[str, str, date], str | None]] = {
    "od:name": lambda locale, value, today: _name_fault(locale, value),
    "od:citizen-id": _citizen_fault,
    "od:date": _date_fault,
    "od:bank-card": _bank_fault,
    "od:uscc": _uscc_fault,
    "od:phone": lambda lc, v, t: None if words.phone(v) else say(lc, "手机号是 1 开头的 11 位数字，例如 13900000000"),
    "od:postcode": lambda lc, v, t: None if re.fullmatch("[0-9]{6}", v) else say(lc, "邮政编码是 6 位数字"),
    "od:plate": lambda lc, v, t: None if PLATE.fullmatch(v) else say(lc, "车牌号像“青A12345”或 8 位的新能源车牌，请核对"),
    "od:email": lambda lc, v, t: None if EMAIL.fullmatch(v) else say(lc, "邮箱像 name@example.com，请核对"),
    "od:money": lambda lc, v, t: say(lc, "请填写金额，例如 1200 或 1200.50"),
    "integer": lambda lc, v, t: say(lc, "请填写整数"),
}
