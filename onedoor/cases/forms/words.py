"""What the schema found, in words a person can act on."""
from typing import Any

from jsonschema_rs import ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from onedoor.kernel.i18n import say


def missing(locale: str, kind: str) -> str:
    """The question was left open."""
    if kind in ("radios", "select"):
        return say(locale, "请选择一项")
    if kind == "checks":
        return say(locale, "请至少选择一项")
    return say(locale, "请填写日期") if kind == "date" else say(locale, "请填写这一项")


def told(locale: str, bad: ValidationError, kind: str) -> str:
    """One fault of one answer."""
    match bad.kind:
        case Kind.MinLength(limit=n):
            return say(locale, "至少写 {n} 个字", n=n)
        case Kind.MaxLength(limit=n):
            return say(locale, "最多写 {n} 个字，现在有 {m} 个", n=n, m=len(str(bad.instance)))
        case Kind.Minimum(limit=n):
            return say(locale, "不能小于 {n}", n=_yuan(n, kind))
        case Kind.Maximum(limit=n):
            return say(locale, "不能大于 {n}", n=_yuan(n, kind))
        case Kind.MinItems(limit=n):
            return say(locale, "至少选 {n} 项", n=n)
        case Kind.MaxItems(limit=n):
            return say(locale, "最多选 {n} 项", n=n)
        case Kind.Enum():
            return say(locale, "请从列出的选项里选")
        case Kind.UniqueItems():
            return say(locale, "同一个选项只能选一次")
        case Kind.Type(types=types):
            return say(locale, "请填写整数") if "integer" in types else say(locale, "这一项的内容类型不对")
        case _:
            return say(locale, "这一项的格式不对，请核对")


def _yuan(limit: Any, kind: str) -> str:
    return f"{limit / 100:g}" if kind == "money" else str(limit)
